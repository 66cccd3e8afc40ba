import { type Delta, delta, type Expr, extent, type Index } from "../expression/expression.ts";
import { topologicalOrder } from "../expression/fold.ts";
import { equal, greater, greaterOrEqual, less } from "../expression/functions.ts";
import { sum } from "../expression/reductions.ts";
import { positionIn } from "./deltas.ts";

/**
 * What `result` relies on where deltas of `e` were sifted, and a maximum of what is free of its index is that itself: that
 * positions are those of the index, as in `label[n] < extent(c)`, and that the index takes a value at all.
 */
export function rangeConditions(e: Expr, result: Expr): readonly Expr[] {
  const order = topologicalOrder(e);
  const bound = order.flatMap(node => (node.kind === "reduction" ? [node.index] : []));
  if (bound.length === 0) return [];
  const names = new Set(bound);
  const left = new Set(topologicalOrder(result).flatMap(node => (node.kind === "delta" ? pairsOf(node) : [])));
  const conditions = new Set<Expr>();
  for (const node of order) {
    if (node.kind === "delta" && !pairsOf(node).some(pair => left.has(pair))) {
      for (const condition of insideConditions(node, names)) conditions.add(condition);
    }
    const isExtremal = node.kind === "reduction" && (node.operation === "maximum" || node.operation === "minimum");
    if (isExtremal && !node.body.freeIndices.includes(node.index)) conditions.add(greater(extent(node.index), 0));
  }
  return [...conditions];
}

// A delta in both its spellings.
const pairsOf = ({ indices: [i, j] }: Delta): readonly Expr[] => [delta(i, j), delta(j, i)];

// A name ranges as the index does, so all its values are positions.
function* insideConditions(node: Delta, bound: ReadonlySet<string>): Generator<Expr> {
  for (const { name } of node.indices) {
    const position = name === undefined || !bound.has(name) ? undefined : positionIn(node, name);
    if (name !== undefined && position !== undefined && position.name === undefined) yield* isInside(position, name);
  }
}

function* isInside(position: Index, name: string): Generator<Expr> {
  const [term, second] = position.terms;
  const isGather = second === undefined && position.offset === 0 && term?.coefficient === 1;
  if (term === undefined) {
    if (position.offset >= 0) yield greater(extent(name), position.offset);
  } else if (isGather && typeof term.of !== "string") {
    yield greaterOrEqual(term.of, 0);
    yield less(term.of, extent(name));
  } else yield equal(sum(name, delta(name, position)), 1);
}
