import { asIndex, type Expr, type Reduction } from "../expression/expression.ts";
import * as Q from "../expression/rational.ts";
import { accumulate, type IndexedForms, type Sum, sumBuilder } from "./forms.ts";
import { compareNames } from "./order.ts";
import { replaceIndex } from "./rename.ts";
import { together } from "./sums.ts";

/** A sum in which sums over one range are one: `sum(i, f(i)) + sum(i, g(i))` as `sum(i, f(i) + g(i))`. Undefined where there are none. */
export function mergedSums(sum: Sum, forms: IndexedForms): Sum | undefined {
  if (!hasReductions(sum)) return undefined;
  const groups = new Map<string, Reduction[]>();
  for (const term of sum.terms.keys()) {
    if (term.kind !== "reduction" || term.operation !== "sum") continue;
    const range = forms.ranges.of(term.index);
    const group = groups.get(range);
    if (group === undefined) groups.set(range, [term]);
    else group.push(term);
  }
  const result = sumBuilder(sum);
  let hasMerged = false;
  for (const group of groups.values()) {
    const index = sharedName(group);
    if (index === undefined) continue;
    hasMerged = true;
    const body = sumBuilder();
    for (const term of group) {
      result.terms.delete(term);
      const renamed = term.index === index ? term.body : replaceIndex(term.body, term.index, asIndex(index), forms);
      accumulate(body, forms.sumOf(renamed), sum.terms.get(term) ?? Q.zero);
    }
    accumulate(result, forms.sumOf(together(index, forms.fromSum(body), forms)), Q.one);
  }
  return hasMerged ? result : undefined;
}

// Most sums have none, which a look tells.
function hasReductions({ terms }: Sum): boolean {
  let count = 0;
  for (const term of terms.keys()) if (term.kind === "reduction" && ++count > 1) return true;
  return false;
}

// The first of the names that is free in none of the bodies.
function sharedName(group: readonly Reduction[]): string | undefined {
  if (group.length < 2) return undefined;
  const names = [...new Set(group.map(({ index }) => index))].sort(compareNames);
  return names.find(name => group.every(({ freeIndices }: Expr) => !freeIndices.includes(name)));
}
