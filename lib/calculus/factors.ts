import type { Expr } from "../expression/expression.ts";
import { div, mul } from "../expression/functions.ts";

/** A factor of a product, or a divisor. */
export interface Factor {
  readonly of: Expr;
  readonly isDivisor: boolean;
}

/** The factors of nested products and quotients, in reading order; `e` alone where there are more than `most`. */
export function factorsOf(e: Expr, most: number): readonly Factor[] {
  const factors: Factor[] = [];
  const pending: Factor[] = [{ of: e, isDivisor: false }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { of, isDivisor } = next;
    const [left, right] = of.kind === "call" && (of.fn === mul || of.fn === div) ? of.args : [];
    if (of.kind !== "call" || left === undefined || right === undefined) factors.push(next);
    else pending.push({ of: right, isDivisor: isDivisor !== (of.fn === div) }, { of: left, isDivisor });
    if (factors.length + pending.length > most) return [{ of: e, isDivisor: false }];
  }
  return factors;
}
