import type { Definitions } from "../expression/definition.ts";
import { DisjointSets } from "../expression/disjoint-sets.ts";
import { asIndex, type Expr, extent, reduction } from "../expression/expression.ts";
import { fold, topologicalOrder } from "../expression/fold.ts";
import { freshen, freshName, indexNames, rebuilding, renameFree, stemOf } from "../expression/indices.ts";

/** The names of the indices of a list of definitions. */
export interface IndexFamilies {
  readonly known: ReadonlySet<string>;
  /** By stem, the shortest of the names that differ in primes only, where they all have one extent. */
  readonly families: ReadonlyMap<string, string>;
}

/**
 * The families of the indices of a list, `names` and its own. Those that stand at one axis of one array have one extent.
 */
export function indexFamilies(list: Definitions, names: ReadonlySet<string>): IndexFamilies {
  const expressions = list.map(({ expression }) => expression);
  const known = new Set([...names, ...indexNames(...expressions), ...list.flatMap(({ axes }) => axes)]);
  const leaderOf = extentClasses(list, expressions);
  const families = new Map<string, string>();
  const unclear = new Set<string>();
  for (const name of [...known].sort((a, b) => a.length - b.length)) {
    const stem = stemOf(name);
    const first = families.get(stem);
    if (first === undefined) families.set(stem, name);
    else if (leaderOf(first) !== leaderOf(name)) unclear.add(stem);
  }
  for (const stem of unclear) families.delete(stem);
  return { known, families };
}

/**
 * `e` with bound indices named as a reader would name them: those that were primed on the way lose what primes they can,
 * and one that is called like one of `axes`, or is bound within what binds its name already, gets a prime. The names that the user chose keep their extents: where those
 * of a family, the same up to primes, may have different ones, the family is left as it is.
 */
export const tidyIndices = (e: Expr, axes: readonly string[], families: IndexFamilies): Expr =>
  withoutShadows(withPlainNames(e, axes, families), families);

function withPlainNames(e: Expr, axes: readonly string[], { known, families }: IndexFamilies): Expr {
  const bound = new Set(topologicalOrder(e).flatMap(node => (node.kind === "reduction" ? [node.index] : [])));
  const outer = new Set([...axes, ...e.freeIndices]);
  const untidy = [...bound].filter(name => !known.has(name) || outer.has(name));
  if (untidy.length === 0) return e;
  const fresh = new Map<string, string>();
  const taken = new Set([...indexNames(e), ...outer]);
  for (const name of untidy) if (!outer.has(name)) taken.delete(name);
  for (const name of untidy.sort((a, b) => a.length - b.length)) {
    const original = families.get(stemOf(name));
    const better = original === undefined ? name : freshName(original, taken);
    taken.add(better);
    if (better !== name) fresh.set(name, better);
  }
  if (fresh.size === 0) return e;
  // By way of names that nobody has, so that none is captured by another's new name.
  const away = new Map<string, string>();
  for (const name of fresh.keys()) {
    const passing = freshName("#", taken);
    taken.add(passing);
    away.set(name, passing);
  }
  const home = new Map([...away].map(([name, passing]) => [passing, fresh.get(name) ?? name]));
  // Primes copy an extent; a name of the user's keeps its own.
  const copies = new Map([...fresh].filter(([name]) => !known.has(name)));
  return renameBound(renameBound(e, away, copies), home, new Map());
}

function withoutShadows(root: Expr, { families }: IndexFamilies): Expr {
  let e = root;
  for (const name of boundTwice(root)) {
    // A prime might have another extent.
    if (!families.has(stemOf(name))) continue;
    const within = new Set<Expr>();
    const outer = new Set<Expr>();
    for (const node of topologicalOrder(e)) {
      const binds = node.kind === "reduction" && node.index === name;
      const isAround = node.args.some(argument => within.has(argument));
      if (binds && isAround) outer.add(node);
      if (binds || isAround) within.add(node);
    }
    // Of a long chain of sums within sums, primes would be harder to read than the names.
    if (outer.size === 0 || outer.size > mostNested) continue;
    e = fold(e, {
      ...rebuilding,
      reduction: (node, body) =>
        reduction(node.operation, node.index, outer.has(node) ? freshen(body, new Set([name])) : body),
    });
  }
  return e;
}

const mostNested = 4;

// The names that several reductions bind.
function boundTwice(e: Expr): ReadonlySet<string> {
  const once = new Set<string>();
  const twice = new Set<string>();
  for (const node of topologicalOrder(e))
    if (node.kind === "reduction") (once.has(node.index) ? twice : once).add(node.index);
  return twice;
}

function renameBound(e: Expr, names: ReadonlyMap<string, string>, extents: ReadonlyMap<string, string>): Expr {
  return fold(e, {
    ...rebuilding,
    reduction(node, body) {
      const name = names.get(node.index);
      if (name === undefined) return reduction(node.operation, node.index, body);
      return reduction(node.operation, name, renameFree(body, new Map([[node.index, asIndex(name)]])));
    },
    extent: node => extent(extents.get(node.index) ?? node.index),
  });
}

/** The name that stands for all that are known to have the extent of a name. */
function extentClasses(list: Definitions, expressions: readonly Expr[]): (name: string) => string {
  const sets = new DisjointSets();
  const at = new Map<string, string>();
  const stands = (array: string, axis: number, name: string): void => {
    const key = `${axis} ${array}`;
    const first = at.get(key) ?? name;
    at.set(key, first);
    sets.unite(first, name);
  };
  for (const { name, axes } of list) for (const [i, axis] of axes.entries()) stands(name, i, axis);
  for (const node of topologicalOrder(...expressions)) {
    if (node.kind !== "variable") continue;
    for (const [i, index] of node.indices.entries()) if (index.name !== undefined) stands(node.name, i, index.name);
  }
  return name => sets.find(name);
}
