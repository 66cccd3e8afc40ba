import { DisjointSets } from "../expression/disjoint-sets.ts";
import type { Expr } from "../expression/expression.ts";
import { extent } from "../expression/expression.ts";
import { fold, topologicalOrder } from "../expression/fold.ts";
import { indexNames, rebuilding, stemOf } from "../expression/indices.ts";
import { compareNames } from "./order.ts";

/** Which names of indices take equally many values, as far as the arrays and deltas tell that they stand in. */
export interface Ranges {
  /** The name that stands for all those that range as `name` does. */
  readonly of: (name: string) => string;
  /** Lets a new name range as another does. */
  readonly follow: (fresh: string, name: string) => void;
}

/** Which names range alike, and the names whose extents the input asks for. */
export interface Extents {
  readonly ranges: Ranges;
  readonly asked: ReadonlySet<string>;
}

/** No two names range alike. */
export const noRanges: Ranges = { of: name => name, follow: () => {} };

/** The ranges of the names within `nodes`: two that read the same axis of an array range alike. */
export function rangesOf(nodes: readonly Expr[]): Ranges {
  const sets = new DisjointSets();
  const of = (name: string): string => sets.find(name);
  // The first in order stands for all of them.
  const unite = (a: string, b: string): void => {
    const [left, right] = [of(a), of(b)];
    if (compareNames(left, right) < 0) sets.unite(left, right);
    else sets.unite(right, left);
  };
  const readers = new Map<string, string>();
  for (const [name, place] of placesIn(nodes)) {
    const other = readers.get(place);
    if (other === undefined) readers.set(place, name);
    else unite(name, other);
  }
  for (const node of nodes) {
    if (node.kind !== "delta") continue;
    const [{ name: i }, { name: j }] = node.indices;
    if (i !== undefined && j !== undefined) unite(i, j);
  }
  const placed = new Set([...placesIn(nodes)].map(([name]) => name));
  // Primed names that no array tells of range as the name does.
  for (const name of indexNames(...nodes)) if (!placed.has(name)) unite(name, stemOf(name));
  return { of, follow: unite };
}

/**
 * The roots with each extent asked of a name that an array is read under, if there is one among those that range alike: an
 * extent that nothing determines has no value.
 */
export function withKnownExtents(roots: readonly Expr[], { ranges, asked }: Extents): readonly Expr[] {
  const order = topologicalOrder(...roots);
  if (!order.some(node => node.kind === "extent")) return roots;
  const present = new Set<string>();
  const first = new Map<string, string>();
  // Of those that an array is read under, one that the input asks for comes first.
  const precedes = (a: string, b: string): boolean =>
    asked.has(a) === asked.has(b) ? compareNames(a, b) < 0 : asked.has(a);
  for (const [name] of placesIn(order)) {
    const range = ranges.of(name);
    const before = first.get(range);
    present.add(name);
    if (before === undefined || precedes(name, before)) first.set(range, name);
  }
  for (const name of asked) if (!first.has(ranges.of(name))) first.set(ranges.of(name), name);
  const memo = new Map<Expr, Expr>();
  const algebra = { ...rebuilding, extent: (node: Expr & { kind: "extent" }) => known(node) };
  const isKnown = (name: string): boolean => asked.has(name) && present.has(name);
  const known = (node: Expr & { kind: "extent" }): Expr =>
    isKnown(node.index) ? node : extent(first.get(ranges.of(node.index)) ?? node.index);
  return roots.map(root => fold(root, algebra, memo));
}

// The axes that are read under a name alone.
function* placesIn(nodes: readonly Expr[]): Generator<readonly [name: string, place: string]> {
  for (const node of nodes) {
    if (node.kind !== "variable") continue;
    for (const [axis, index] of node.indices.entries()) {
      if (index.name !== undefined) yield [index.name, `${axis} of ${node.indices.length}: ${node.name}`];
    }
  }
}
