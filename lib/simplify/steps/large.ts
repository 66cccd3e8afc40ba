import type { Expr } from "../../expression/expression.ts";
import { topologicalOrder } from "../../expression/fold.ts";
import { div, pow, sqrt } from "../../expression/functions.ts";
import { isAdditive, isMultiplicative } from "../arithmetic.ts";
import { factorsOf, termsOf } from "./flat.ts";
import { type Found, type Laws, stepHere } from "./small.ts";

/** The name of a step after which nothing is different but how it is written. */
export const usualForm = "write in the usual form";

/** What a textbook would call the change, where it is no single law. */
export function nameOfChange(before: Expr, after: Expr): string {
  if (isAdditive(before)) return ofSum(before, after);
  if (isMultiplicative(before)) return ofProduct(before, after);
  if (before.kind !== "call") return "simplify";
  if (before.fn === pow || before.fn === sqrt) return isAdditive(after) ? "multiply out" : "simplify the power";
  return before.args.every(argument => argument.kind === "constant")
    ? `the value of ${before.fn.name}`
    : `a property of ${before.fn.name}`;
}

/**
 * A step towards `after` by an expansion: of a term of `e`, or of all of it, one of whose sums is no part of `after`.
 */
export function expandTowards(e: Expr, after: Expr, laws: Laws): Found | undefined {
  const terms = isAdditive(e) ? termsOf(e).map(part => part.e) : [e];
  if (terms.length === 1 && !isAdditive(after)) return undefined;
  const kept = new Set(topologicalOrder(after));
  for (const term of terms) {
    const isOpened = sumsIn(term).some(sum => !kept.has(sum));
    const found = isOpened ? stepHere(term, laws) : undefined;
    if (found?.law !== undefined) return { ...found, before: term };
  }
  return undefined;
}

// The sums that are factors of a term, or bases of such.
const sumsIn = (term: Expr): readonly Expr[] =>
  factorsOf(term).flatMap(({ e }) => {
    const base = e.kind === "call" && e.fn === pow ? e.args[0] : e;
    return base !== undefined && isAdditive(base) && base.args.length === 2 ? [base] : [];
  });

function ofSum(before: Expr, after: Expr): string {
  const [terms, left] = [termsOf(before).length, termsOf(after).length];
  if (isMultiplicative(after) && terms > 1) return isFraction(after) ? "write as one fraction" : "factor out";
  return left < terms ? "collect like terms" : left > terms ? "multiply out" : "simplify";
}

function ofProduct(before: Expr, after: Expr): string {
  if (isAdditive(after)) return termsOf(after).length > 1 ? "multiply out" : "simplify";
  const [factors, left] = [factorsOf(before), factorsOf(after)];
  const below = (parts: typeof factors): number => parts.filter(({ isInverse }) => isInverse).length;
  if (below(left) < below(factors)) return "cancel a common factor";
  return left.length < factors.length ? "combine the factors" : "simplify";
}

const isFraction = (e: Expr): boolean => e.kind === "call" && e.fn === div;
