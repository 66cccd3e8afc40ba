import type { Expr } from "../expression/expression.ts";
import { pow } from "../expression/functions.ts";

/**
 * How large several expressions are together. A negative constant exponent counts as the fraction that it prints as. The
 * index of a reduction counts as the argument that it is written as, and an extent as the number that it is: `sum(i, c)` is as
 * large as `extent(i) * c`.
 */
export interface Measure {
  /** The nodes, written out as trees. */
  readonly nodes: number;
  /** The distinct operations of the shared graph. */
  readonly operations: number;
}

/** The size of `roots`, given the nodes that they are built of in topological order. */
export function measure(order: readonly Expr[], roots: readonly Expr[]): Measure {
  const counts = new Map<Expr, number>();
  let operations = 0;
  for (const node of order) {
    const isFraction = isInversePower(node);
    let count = isFraction ? 3 : node.kind === "reduction" ? 2 : 1;
    for (const argument of node.args) count += counts.get(argument) ?? 0;
    counts.set(node, count);
    if (node.kind !== "constant" && node.kind !== "variable" && node.kind !== "extent")
      operations += isFraction ? 2 : 1;
  }
  return { nodes: roots.reduce((total, root) => total + (counts.get(root) ?? 0), 0), operations };
}

/** True if `a` exceeds `b` in neither count. */
export const isWithin = (a: Measure, b: Measure): boolean => a.nodes <= b.nodes && a.operations <= b.operations;

// x^-2 prints as 1 / x^2: two nodes and one operation more. x^-1 prints as 1 / x, which is no larger.
function isInversePower(node: Expr): boolean {
  if (node.kind !== "call" || node.fn !== pow) return false;
  const exponent = node.args[1];
  return exponent?.kind === "constant" && exponent.value < 0 && exponent.value !== -1;
}
