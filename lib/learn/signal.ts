import type { Definition } from "../expression/definition.ts";
import { FluxionError } from "../expression/error.ts";
import { asExpr, describe, type Expr, type Operand, type Variable, variable } from "../expression/expression.ts";
import { readingOf } from "../expression/indices.ts";

/** What a layer or a loss is given: an expression, or a definition, which is read under its own axes. */
export type Signal = Operand | Definition;

/** The expression that a signal stands for: of the definition `h[n,k] = …` it is `h[n,k]`. */
export const signalOf = (signal: Signal): Expr =>
  isDefinition(signal) ? variable(signal.name, ...signal.axes) : asExpr(signal);

/** The array that a text such as `W[j,k]`, or `b` for a scalar, reads. Throws `bad-index` where its axes are no names. */
export function arrayRead(text: string): Variable {
  if (typeof text !== "string") {
    throw new FluxionError("bad-option", `an array is named by a text such as "W[j,k]", got ${describe(text)}`);
  }
  const { name, axes = [] } = readingOf(text);
  return variable(name, ...axes);
}

/** The text that `arrayRead` reads as this array. */
export const readingText = ({ name, indices }: Variable): string =>
  indices.length === 0 ? name : `${name}[${indices.map(index => index.name)}]`;

const isDefinition = (signal: Signal): signal is Definition =>
  typeof signal === "object" && signal !== null && "axes" in signal && "expression" in signal;
