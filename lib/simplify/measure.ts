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
  let operations = 0;
  let isPlain = true;
  for (const node of order) {
    if (node.kind === "constant" || node.kind === "variable" || node.kind === "extent") continue;
    const isFraction = isInversePower(node);
    if (isFraction || node.kind === "reduction") isPlain = false;
    operations += isFraction ? 2 : 1;
  }
  // Nearly always every node counts as one.
  const nodes = isPlain ? total(roots, root => root.size) : countNodes(order, roots);
  return { nodes, operations };
}

function countNodes(order: readonly Expr[], roots: readonly Expr[]): number {
  const counts = new Map<Expr, number>();
  for (const node of order) {
    const own = isInversePower(node) ? 3 : node.kind === "reduction" ? 2 : 1;
    counts.set(node, own + total(node.args, argument => counts.get(argument) ?? 0));
  }
  return total(roots, root => counts.get(root) ?? 0);
}

function total(nodes: readonly Expr[], of: (node: Expr) => number): number {
  let sum = 0;
  for (let i = 0; i < nodes.length; i++) {
    const node = nodes[i];
    if (node !== undefined) sum += of(node);
  }
  return sum;
}

/** True if `a` exceeds `b` in neither count. */
export const isWithin = (a: Measure, b: Measure): boolean => a.nodes <= b.nodes && a.operations <= b.operations;

// x^-2 prints as 1 / x^2: two nodes and one operation more. x^-1 prints as 1 / x, which is no larger.
function isInversePower(node: Expr): boolean {
  if (node.kind !== "call" || node.fn !== pow) return false;
  const exponent = node.args[1];
  return exponent?.kind === "constant" && exponent.value < 0 && exponent.value !== -1;
}
