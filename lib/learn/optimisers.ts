import type { Expr, Operand, Variable } from "../expression/expression.ts";
import { mul, sub } from "../expression/functions.ts";
import { readingText } from "./signal.ts";

/** What a step makes of arrays: the new value of each, by its reading `W[j,k]`, or by its name if it is a scalar. */
export type Updates = Readonly<Record<string, Expr>>;

/**
 * How a step changes a parameter, given its reading `W[j,k]` and its gradient's, as expressions: what becomes of the
 * parameter and of the state that belongs to it.
 */
export type Optimiser = (parameter: Variable, gradient: Expr) => Updates;

/** Gradient descent: `p - rate * g`. The rate is a number, or an expression in inputs of the step. */
export const sgd =
  (rate: Operand): Optimiser =>
  (parameter, gradient) => ({ [readingText(parameter)]: sub(parameter, mul(rate, gradient)) });
