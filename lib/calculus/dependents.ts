import type { Expr } from "../expression/expression.ts";
import { topologicalOrder } from "../expression/fold.ts";

/**
 * The nodes of `root` through which a derivative by one of the variables passes. Indices are integers: nothing passes
 * through what stands within them.
 */
export function dependents(
  root: Expr,
  names: ReadonlySet<string>,
  order: readonly Expr[] = topologicalOrder(root),
): ReadonlySet<Expr> {
  const found = new Set<Expr>();
  for (const node of order) {
    const depends =
      node.kind === "variable"
        ? names.has(node.name)
        : node.kind !== "delta" && node.args.some(argument => found.has(argument));
    if (depends) found.add(node);
  }
  return found;
}
