import type { Definition, Definitions } from "../../expression/definition.ts";
import { DisjointSets } from "../../expression/disjoint-sets.ts";
import { type Expr, extent, type Reduction, rebuild, reduction } from "../../expression/expression.ts";
import { fold, topologicalOrder } from "../../expression/fold.ts";
import { indexNames, rebuilding, renameIndices } from "../../expression/indices.ts";

/**
 * The same definitions in which indices that range alike have one name wherever that is possible, bound ones included:
 * what is equal up to the names of indices becomes one expression, and loops over equal ranges can be shared.
 */
export function unifyIndices(definitions: Definitions): { readonly definitions: Definitions; readonly ranges: Ranges } {
  const ranges = rangesOf(definitions);
  const memo = new Map<Expr, Expr>();
  return { definitions: definitions.map(definition => unified(definition, ranges, memo)), ranges };
}

/** Which names of indices take the same values, whatever the shapes. */
export interface Ranges {
  /** The one name for all that range as this one does. */
  nameOf(name: string): string;
  /** The one name for all that range over this axis of an array; undefined if none does. */
  axisName(array: string, axis: number): string | undefined;
  /** The name of the range of `name`, primed until it is none of `taken`. */
  freeName(name: string, taken: (name: string) => boolean): string;
}

/** `e` under other names of indices, place by place. */
export function renamedFrom(e: Expr, from: readonly string[], to: readonly string[]): Expr {
  const moved = new Map(from.flatMap((name, i) => (name === to[i] ? [] : [[name, to[i] ?? name] as const])));
  return moved.size === 0 ? e : renameIndices(e, moved);
}

/** The names that a list of distinct axes gets, however they were called. */
export function canonicalNames(axes: readonly string[], ranges: Ranges): readonly string[] {
  const names: string[] = [];
  for (const axis of axes) names.push(ranges.freeName(axis, name => names.includes(name)));
  return names;
}

function unified({ name, axes, expression }: Definition, ranges: Ranges, memo: Map<Expr, Expr>): Definition {
  const renamed = canonicalNames(axes, ranges);
  const body = renamedFrom(expression, axes, renamed);
  return { name, axes: renamed, expression: unifyBound(body, ranges, memo) };
}

const unifyBound = (root: Expr, ranges: Ranges, memo: Map<Expr, Expr>): Expr =>
  fold(
    root,
    {
      ...rebuilding,
      extent: node => extent(ranges.nameOf(node.index)),
      reduction(node: Reduction, body) {
        const free = body.freeIndices;
        const name = ranges.freeName(node.index, each => each !== node.index && free.includes(each));
        if (name === node.index) return rebuild(node, [body]);
        return reduction(node.operation, name, unifyBound(renameIndices(body, { [node.index]: name }), ranges, memo));
      },
    },
    memo,
  );

function rangesOf(definitions: Definitions): Ranges {
  const sets = new DisjointSets();
  const find = (key: string): string => sets.find(key);
  const unite = (a: string, b: string): unknown => sets.unite(a, b);
  const ofIndex = (name: string): string => `index ${name}`;
  const ofAxis = (array: string, axis: number): string => `axis ${axis} ${array}`;

  const expressions = definitions.map(({ expression }) => expression);
  for (const { name, axes } of definitions)
    for (const [i, axis] of axes.entries()) unite(ofIndex(axis), ofAxis(name, i));
  for (const node of topologicalOrder(...expressions)) {
    if (node.kind === "variable") {
      for (const [i, { name }] of node.indices.entries())
        if (name !== undefined) unite(ofAxis(node.name, i), ofIndex(name));
    }
    if (node.kind === "delta") {
      const [i, j] = [node.indices[0].name, node.indices[1].name];
      if (i !== undefined && j !== undefined) unite(ofIndex(i), ofIndex(j));
    }
  }

  // The name that is met first stands for its range: those of results before those that are bound.
  const names = [...definitions.flatMap(({ axes }) => axes), ...indexNames(...expressions)];
  const chosen = new Map<string, string>();
  for (const name of names) if (!chosen.has(find(ofIndex(name)))) chosen.set(find(ofIndex(name)), name);
  const known = new Set(names);
  // A name that was made on the way, to avoid a capture, ranges as the one that it was made of.
  const join = (name: string): void => {
    let stem = name;
    while (!known.has(stem) && stem.endsWith("'")) stem = stem.slice(0, -1);
    if (!known.has(name) && known.has(stem)) unite(ofIndex(stem), ofIndex(name));
    known.add(name);
  };
  const nameOf = (name: string): string => {
    join(name);
    return chosen.get(find(ofIndex(name))) ?? name;
  };
  return {
    nameOf,
    axisName: (array, axis) => chosen.get(find(ofAxis(array, axis))),
    freeName(name, taken) {
      let free = nameOf(name);
      const range = find(ofIndex(name));
      // A primed name that exists may range otherwise than the one without the prime.
      while (taken(free) || (known.has(free) && find(ofIndex(free)) !== range)) free += "'";
      if (!known.has(free)) {
        known.add(free);
        unite(range, ofIndex(free));
      }
      return free;
    },
  };
}
