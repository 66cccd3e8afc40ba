import { type Call, constant, type Expr } from "../expression/expression.ts";
import { add, div, mul, neg, pow, sub } from "../expression/functions.ts";
import type { Budget } from "./budget.ts";

/**
 * What the nodes come to that zeros and ones undo: `0 * x + 1 * y` is `y`. Half of a raw derivative is of that kind, and forms
 * are dear. `order` has the arguments first. Each is a step.
 */
export function trivialIn(order: readonly Expr[], budget: Budget): ReadonlyMap<Expr, Expr> {
  const results = new Map<Expr, Expr>();
  for (const node of order) {
    if (node.kind !== "call") continue;
    const [x, y] = [node.args[0], node.args[1]];
    if (x === undefined) continue;
    const result = reduced(node, results.get(x) ?? x, y === undefined ? y : (results.get(y) ?? y));
    if (result !== undefined && budget.take()) results.set(node, result);
  }
  return results;
}

function reduced({ fn }: Call, x: Expr, y: Expr | undefined): Expr | undefined {
  switch (fn) {
    case neg:
      return isNumber(x, 0) ? x : undefined;
    case add:
      return isNumber(x, 0) ? y : isNumber(y, 0) ? x : undefined;
    case sub:
      return isNumber(y, 0) ? x : undefined;
    case mul:
      if (isNumber(x, 0) || isNumber(y, 0)) return constant(0);
      return isNumber(x, 1) ? y : isNumber(y, 1) ? x : undefined;
    case div:
      // 0 / 0 has no value, and is given none.
      return isNumber(y, 1) || (isNumber(x, 0) && !isNumber(y, 0)) ? x : undefined;
    case pow:
      return isNumber(y, 1) ? x : undefined;
    default:
      return undefined;
  }
}

const isNumber = (e: Expr | undefined, value: number): boolean => e?.kind === "constant" && e.value === value;
