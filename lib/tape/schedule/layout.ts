import type { Definitions } from "../../expression/definition.ts";
import type { Expr, Index, Variable } from "../../expression/expression.ts";
import { topologicalOrder } from "../../expression/fold.ts";
import { type Filling, namesIn } from "./filling.ts";
import type { Ranges } from "./ranges.ts";

/**
 * The indices that a filling runs over, the outermost first: that along which most of what is read and written lies side by
 * side is the innermost, and so on outwards.
 */
export function loopOrder({ at, reduced, value }: Pick<Filling, "at" | "reduced" | "value">): readonly string[] {
  let left = [...new Set([...at.flatMap(namesIn), ...reduced])];
  if (left.length < 2) return left;
  const order: string[] = [];
  let accesses = [at, ...readingsIn(value).map(({ indices }) => indices)].map(axesOf);
  while (left.length > 1) {
    // Among equals the last is inside: axes stay outside, so that what is reduced accumulates in a local.
    let [innermost, least] = ["", Number.POSITIVE_INFINITY];
    for (const name of left) {
      const cost = accesses.reduce((total, axes) => total + strideCost(axes, name), 0);
      if (cost <= least) [innermost, least] = [name, cost];
    }
    order.unshift(innermost);
    left = left.filter(name => name !== innermost);
    accesses = accesses.map(axes => without(axes, innermost));
  }
  return [...left, ...order];
}

// A step to a neighbour against one to another line of the cache; what does not move is read once.
function strideCost(axes: readonly (readonly string[])[], name: string): number {
  if (axes.at(-1)?.includes(name)) return 1;
  return axes.some(names => names.includes(name)) ? 8 : 0;
}

// The names that move along each axis. Where integers lead to is no neighbour: there is always one more axis in between.
const axesOf = (indices: readonly Index[]): readonly (readonly string[])[] =>
  indices.flatMap(({ terms }) => {
    const gathers = terms.flatMap(({ of }) => (typeof of === "string" ? [] : of.freeIndices));
    const names = terms.flatMap(({ of }) => (typeof of === "string" ? [of] : []));
    return gathers.length === 0 ? [names] : [gathers, [elsewhere, ...names]];
  });

const elsewhere = "";

// The axes along which something still moves.
const without = (axes: readonly (readonly string[])[], name: string): readonly (readonly string[])[] =>
  axes.map(names => names.filter(each => each !== name)).filter(names => names.length > 0);

/** Where an index usually stands among the axes of an array, from 0, the first, to 1. */
export type Usually = (index: string) => number;

/**
 * The order of the axes of an array that has none yet: that in which what it is made of is laid out, and where that does
 * not tell, the usual one.
 */
export const layoutOf = (free: readonly string[], value: Expr, usually: Usually): readonly string[] =>
  ranked(
    [...free].sort((a, b) => usually(a) - usually(b)),
    value,
    [],
    usually,
  );

/** The usual place of each index: the mean over the arrays that are read or defined, long ones before short ones. */
export function usualPlaces(definitions: Definitions, ranges: Ranges, extentOf: (index: string) => number): Usually {
  const places = new Map<string, { total: number; count: number }>();
  const note = (names: readonly (string | undefined)[]): void => {
    if (names.length < 2) return;
    for (const [axis, name] of names.entries()) {
      if (name === undefined) continue;
      const place = places.get(name) ?? { total: 0, count: 0 };
      places.set(name, { total: place.total + axis / (names.length - 1), count: place.count + 1 });
    }
  };
  const seen = new Set(definitions.map(({ name }) => name));
  for (const { axes } of definitions) note(axes.map(ranges.nameOf));
  for (const node of topologicalOrder(...definitions.map(({ expression }) => expression))) {
    if (node.kind !== "variable" || seen.has(node.name)) continue;
    seen.add(node.name);
    note(node.indices.map((_, axis) => ranges.axisName(node.name, axis)));
  }
  return index => {
    const { total, count } = places.get(ranges.nameOf(index)) ?? { total: 0, count: 0 };
    return (count === 0 ? 0 : total / count) - 1e-6 * Math.log(extentOf(index));
  };
}

function ranked(
  names: readonly string[],
  value: Expr,
  layouts: readonly (readonly Index[])[],
  otherwise: Usually,
): readonly string[] {
  if (names.length < 2) return names;
  const places = new Map(names.map(name => [name, { total: 0, count: 0 }]));
  const note = (indices: readonly Index[]): void => {
    for (const [axis, { terms }] of indices.entries()) {
      for (const { of } of terms) {
        // Where integers lead to is no neighbour.
        const place = typeof of === "string" ? places.get(of) : undefined;
        if (place === undefined) continue;
        place.total += indices.length === 1 ? 1 : axis / (indices.length - 1);
        place.count++;
      }
    }
  };
  for (const layout of layouts) note(layout);
  for (const { indices } of readingsIn(value)) note(indices);
  const rank = (name: string): number => {
    const { total, count } = places.get(name) ?? { total: 0, count: 0 };
    return count === 0 ? otherwise(name) : total / count;
  };
  return [...names].sort((a, b) => rank(a) - rank(b));
}

/** What is read of arrays, but for what only tells where. */
function readingsIn(value: Expr): readonly Variable[] {
  const nodes = topologicalOrder(value);
  const gathers = new Set(nodes.flatMap(node => (node.kind === "variable" || node.kind === "delta" ? node.args : [])));
  return nodes.flatMap(node => (node.kind === "variable" && !gathers.has(node) ? [node] : []));
}
