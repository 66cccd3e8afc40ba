import type { Expr } from "../expression/expression.ts";
import { add, div, mul, neg, sub } from "../expression/functions.ts";

/** True of a sum, a difference or an opposite. */
export const isAdditive = (e: Expr): boolean => e.kind === "call" && (e.fn === add || e.fn === sub || e.fn === neg);

/** True of a product or a quotient. */
export const isMultiplicative = (e: Expr): boolean => e.kind === "call" && (e.fn === mul || e.fn === div);
