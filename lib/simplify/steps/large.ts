import type { Expr, Reduction } from "../../expression/expression.ts";
import { topologicalOrder } from "../../expression/fold.ts";
import { div, neg, pow, sqrt } from "../../expression/functions.ts";
import { isAdditive, isMultiplicative } from "../arithmetic.ts";
import { factorsOf, termsOf } from "./flat.ts";
import { type Found, type Laws, stepHere } from "./small.ts";

/** The name of a step after which nothing is different but how it is written. */
export const usualForm = "write in the usual form";

/** What a textbook would call the change, where it is no single law. */
export function nameOfChange(before: Expr, after: Expr): string {
  if (before.kind === "reduction") return ofReduction(before, after);
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

function ofReduction({ operation, index, body }: Reduction, after: Expr): string {
  const name = operation === "sum" ? "sum" : operation;
  const deltas = (e: Expr): readonly Expr[] => topologicalOrder(e).filter(node => node.kind === "delta");
  const left = new Set(deltas(after));
  if (deltas(body).some(delta => delta.freeIndices.includes(index) && !left.has(delta))) return "sift the delta";
  if (!body.freeIndices.includes(index))
    return operation === "sum" ? "a sum of equal terms" : `a ${name} of equal values`;
  if (isMultiplicative(after) || (after.kind === "call" && after.fn === neg))
    return `a constant factor leaves the ${name}`;
  if (isAdditive(after))
    return operation === "sum" ? "take the sum term by term" : `a constant term leaves the ${name}`;
  if (after.kind === "reduction" && after.index !== index) return "exchange the sums";
  return `simplify the ${name}`;
}

const boundNames = (e: Expr): readonly string[] =>
  topologicalOrder(e).flatMap(node => (node.kind === "reduction" ? [node.index] : []));

function ofSum(before: Expr, after: Expr): string {
  const parts = termsOf(before).map(({ e }) => e);
  const [terms, left] = [termsOf(before).length, termsOf(after).length];
  const names = new Set(parts.flatMap(boundNames));
  if (left < terms && names.size > new Set(boundNames(after)).size) return "the name of a bound index does not matter";
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
