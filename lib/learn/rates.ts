import { asExpr, type Expr, type Operand } from "../expression/expression.ts";
import { add, cos, div, floor, min, mul, pi, pow, sub } from "../expression/functions.ts";
import { checkRange, positiveInteger } from "./options.ts";

/**
 * How far a step goes: a number, an expression in inputs of the step, or a schedule, which is a function of the number of
 * steps done before, from 0 on.
 */
export type Rate = Operand | RateSchedule;

/** A rate for each step, as an expression of the number of steps done before it. */
export type RateSchedule = (stepsDone: Expr) => Operand;

/** The rate of a step, as an expression. */
export const rateAt = (rate: Rate, stepsDone: Expr): Expr => asExpr(isSchedule(rate) ? rate(stepsDone) : rate);

/** The same rate at every step: what a number or an expression means. */
export const constantRate =
  (rate: Operand): RateSchedule =>
  () =>
    rate;

/** The rate, multiplied by `factor` after every so many steps: `rate * factor^floor(t / every)`. The factor is 0.1 unless said. */
export function stepDecay(
  rate: Operand,
  { every, factor = 0.1 }: { readonly every: number; readonly factor?: number },
): RateSchedule {
  positiveInteger("every", every);
  checkRange("factor", factor);
  return t => mul(rate, pow(factor, floor(div(t, every))));
}

/**
 * From the rate down to `last`, 0 unless said, along half a wave of the cosine, in so many steps; it stays there:
 * `last + (rate - last) * (1 + cos(pi * min(t / steps, 1))) / 2` (I. Loshchilov and F. Hutter, SGDR: Stochastic Gradient
 * Descent with Warm Restarts, 2017, equation 5).
 */
export function cosineDecay(
  rate: Operand,
  { steps, last = 0 }: { readonly steps: number; readonly last?: Operand },
): RateSchedule {
  positiveInteger("steps", steps);
  const part = (t: Expr): Expr => div(add(1, cos(mul(pi, min(div(t, steps), 1)))), 2);
  return t => (last === 0 ? mul(rate, part(t)) : add(last, mul(sub(rate, last), part(t))));
}

/**
 * A rate that is reached in equal parts over the first steps: `min((t + 1) / steps, 1)` times what it would be (P. Goyal et al.,
 * Accurate, Large Minibatch SGD: Training ImageNet in 1 Hour, 2017).
 */
export function warmUp(rate: Rate, { steps }: { readonly steps: number }): RateSchedule {
  positiveInteger("steps", steps);
  return t => mul(min(div(add(t, 1), steps), 1), rateAt(rate, t));
}

const isSchedule = (rate: Rate): rate is RateSchedule => typeof rate === "function";
