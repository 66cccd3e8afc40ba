import { constant, type Expr, rebuild } from "../expression/expression.ts";
import * as Q from "../expression/rational.ts";
import type { ShownForms } from "./alike.ts";
import { noAssumptions } from "./assume.ts";
import { type Binder, binder, mostNamings } from "./binder.ts";
import { oneSum, single } from "./forms.ts";
import { compareExpressions } from "./order.ts";
import { type Extents, type Ranges, withKnownExtents } from "./ranges.ts";

/**
 * Commutative operands in order, bound indices of one name where they may be, and nothing else: never larger, and alike for
 * `e + f` and `f + e`.
 */
export function ordered(roots: readonly Expr[], order: readonly Expr[], extents: Extents | undefined): readonly Expr[] {
  const names = extents === undefined ? undefined : binder(asItStands(extents.ranges));
  let result = inOrder(roots, order, names);
  if (extents === undefined) return result;
  for (let i = 0; i < mostNamings && names?.settle() === true; i++) result = inOrder(roots, order, names);
  return withKnownExtents(result, extents);
}

function inOrder(roots: readonly Expr[], order: readonly Expr[], names: Binder | undefined): readonly Expr[] {
  const results = new Map<Expr, Expr>();
  for (const node of order) {
    const args = node.args.map(argument => results.get(argument) ?? argument);
    if (node.kind === "call" && node.fn.commutative === true) args.sort((a, b) => compareExpressions(a, b));
    const same = rebuild(node, args);
    const isNamed = same.kind === "reduction" && names !== undefined;
    results.set(node, isNamed ? names.close(same.operation, same.index, same.body) : same);
  }
  return roots.map(root => results.get(root) ?? root);
}

// Nothing is a sum of terms or a product of factors: each node is what it is.
const asItStands = (ranges: Ranges): ShownForms => ({
  ranges,
  assume: noAssumptions,
  isSum: () => false,
  sumOf: single,
  productOf: e => ({ coefficient: Q.one, factors: new Map([[e, oneSum]]) }),
  fromSum: () => constant(0),
});
