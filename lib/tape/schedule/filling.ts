import type { Expr, Index, Variable } from "../../expression/expression.ts";
import { topologicalOrder } from "../../expression/fold.ts";
import type { Accumulation, ProductStep } from "../tape.ts";

/** One array, and how it is filled: element by element, by a reduction, by a scatter or by a matrix product. */
export interface Filling {
  readonly name: string;
  /** The index of each axis, in the order of the layout. */
  readonly axes: readonly string[];
  /** Where a value goes: the axes themselves, but for a scatter. */
  readonly at: readonly Index[];
  /** The indices that are run over and are none of the axes. */
  readonly reduced: readonly string[];
  readonly operation: Accumulation | "set";
  /** What is taken in, without reductions: in inputs and other arrays. */
  readonly value: Expr;
  /** What a reader is told that it is. */
  readonly formula: Expr;
  /** Of a matrix product, which value and formula say too. */
  readonly product?: Pick<ProductStep, "left" | "right" | "batch" | "rows" | "columns" | "inner" | "scale">;
}

/** The plain name of each axis, or undefined for one that is scattered into. */
export const plainAxes = ({ at }: Filling): readonly (string | undefined)[] => at.map(({ name }) => name);

/** True of what adds values to elements that it finds by integers or windows. */
export const isScatter = (filling: Filling): boolean => filling.at.some(({ name }) => name === undefined);

/** Finds the readings of computed arrays that an expression is made of, each once. What it has seen, it remembers. */
export function readingsOfComputed(isComputed: (name: string) => boolean): (e: Expr) => readonly Variable[] {
  const memo = new Map<Expr, readonly Variable[]>();
  return e => {
    const seen = memo.get(e);
    if (seen !== undefined) return seen;
    // The order of numbers is that of dependence, so that one pass over what is new will do.
    for (const node of unseen(e, memo)) {
      if (node.kind === "variable" && isComputed(node.name)) memo.set(node, [node]);
      else memo.set(node, union(node.args.map(argument => memo.get(argument) ?? none)));
    }
    return memo.get(e) ?? none;
  };
}

const none: readonly Variable[] = [];

function unseen(e: Expr, memo: ReadonlyMap<Expr, unknown>): readonly Expr[] {
  const found = new Set<Expr>();
  const pending = [e];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (found.has(node) || memo.has(node)) continue;
    found.add(node);
    pending.push(...node.args);
  }
  return [...found].sort((a, b) => a.id - b.id);
}

// Lists are shared where that is possible: most nodes read what one of their arguments reads.
function union(lists: readonly (readonly Variable[])[]): readonly Variable[] {
  let largest = none;
  for (const list of lists) if (list.length > largest.length) largest = list;
  const others = lists.flatMap(list => (list === largest ? [] : list.filter(each => !largest.includes(each))));
  return others.length === 0 ? largest : [...new Set([...largest, ...others])];
}

/**
 * The indices that a filling runs over, the outermost first: in the order in which most arrays are laid out, so that the
 * innermost runs over neighbours.
 */
export function loopOrder({ at, reduced, value }: Pick<Filling, "at" | "reduced" | "value">): readonly string[] {
  return ranked([...new Set([...at.flatMap(namesIn), ...reduced])], value, [at]);
}

/** The order of the axes of an array that has none yet: that in which what it is made of is laid out. */
export const layoutOf = (free: readonly string[], value: Expr): readonly string[] => ranked(free, value, []);

function ranked(names: readonly string[], value: Expr, layouts: readonly (readonly Index[])[]): readonly string[] {
  if (names.length < 2) return names;
  const places = new Map(names.map(name => [name, { total: 0, count: 0 }]));
  const note = (indices: readonly Index[]): void => {
    for (const [axis, index] of indices.entries()) {
      for (const name of namesIn(index)) {
        const place = places.get(name);
        if (place === undefined) continue;
        place.total += indices.length === 1 ? 1 : axis / (indices.length - 1);
        place.count++;
      }
    }
  };
  for (const layout of layouts) note(layout);
  for (const node of topologicalOrder(value)) if (node.kind === "variable") note(node.indices);
  const rank = (name: string): number => {
    const { total, count } = places.get(name) ?? { total: 0, count: 0 };
    return count === 0 ? 0 : total / count;
  };
  // The sort is stable: among equals axes stay outside, so that what is reduced accumulates in a local.
  return [...names].sort((a, b) => rank(a) - rank(b));
}

/** The names of indices in a position, those within gathers included. */
export const namesIn = ({ terms }: Index): readonly string[] =>
  terms.flatMap(({ of }) => (typeof of === "string" ? [of] : of.freeIndices));
