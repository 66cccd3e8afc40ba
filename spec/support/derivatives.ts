import { evaluate } from "../../lib/evaluate.ts";
import type { Expr } from "../../lib/expression/expression.ts";

/** The value of a derivative, which has to be there. */
export function evaluated(e: Expr | undefined, point: Readonly<Record<string, number>>): number {
  if (e === undefined) throw new Error("there is no such derivative");
  return evaluate(e, point);
}
