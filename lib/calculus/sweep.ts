import { asExpr, type Expr, type Reduction, type Variable } from "../expression/expression.ts";
import { topologicalOrder } from "../expression/fold.ts";
import { equal, exp, sub } from "../expression/functions.ts";
import { type Adjoint, plain, shared, summed, times, total } from "./adjoint.ts";
import { dependents } from "./dependents.ts";
import type { Memory } from "./product.ts";

/**
 * The adjoint of each reading of the variables `names` in `root`, whose own adjoint is `seed`.
 *
 * The adjoint of a node is a function of its own free indices: it is summed over all others that a use runs over, and is
 * therefore never captured by what is put around it. Indices that are `held` have one value throughout, and nothing in
 * `root` binds their names.
 */
export function sweep(
  root: Expr,
  seed: Expr,
  names: ReadonlySet<string>,
  memory: Memory,
  held: readonly string[] = [],
): ReadonlyMap<Variable, Adjoint> {
  const order = topologicalOrder(root);
  const depends = dependents(root, names, order);
  const contributions = new Map<Expr, Adjoint[]>();
  const found = new Map<Variable, Adjoint>();
  if (depends.has(root)) contributions.set(root, [plain(seed)]);
  for (let i = order.length - 1; i >= 0; i--) {
    const node = order[i];
    const given = node === undefined ? undefined : contributions.get(node);
    if (node === undefined || given === undefined) continue;
    contributions.delete(node);
    const adjoint = total(memory, given.reverse());
    if (node.kind === "variable") {
      found.set(node, adjoint);
      continue;
    }
    const runs = node.kind === "reduction" ? [...node.freeIndices, node.index] : node.freeIndices;
    // By position: in x * x both arguments are one node, and each has its share. Last first, as the sweep goes.
    for (let position = node.args.length - 1; position >= 0; position--) {
      const argument = node.args[position];
      if (argument === undefined || !depends.has(argument)) continue;
      const share = passOn(memory, adjoint, node, position);
      if (share === undefined) continue;
      const outside = runs.length === 0 ? runs : without(runs, argument.freeIndices, held);
      const contribution = summed(memory, share, outside);
      const list = contributions.get(argument);
      if (list === undefined) contributions.set(argument, [contribution]);
      else list.push(contribution);
    }
  }
  return found;
}

const without = (names: readonly string[], ...others: readonly (readonly string[])[]): readonly string[] =>
  names.filter(name => !others.some(list => list.includes(name)));

// The share of an argument in the adjoint of its user: adjoint * partial. Undefined where the partial is 0, which is
// dropped, not multiplied: 0 * Infinity is NaN.
function passOn(memory: Memory, adjoint: Adjoint, node: Expr, position: number): Adjoint | undefined {
  if (node.kind === "reduction") return intoBody(memory, adjoint, node);
  if (node.kind !== "call") return undefined;
  const partial = node.fn.derivatives[position]?.(...node.args, node) ?? 0;
  return times(memory, adjoint, asExpr(partial), node);
}

function intoBody(memory: Memory, adjoint: Adjoint, node: Reduction): Adjoint | undefined {
  const { operation, index, body } = node;
  switch (operation) {
    case "sum":
      return adjoint;
    case "logsumexp":
      return times(memory, adjoint, exp(sub(body, node)), node);
    case "maximum":
    case "minimum":
      return shared(memory, adjoint, equal(body, node), index);
  }
}
