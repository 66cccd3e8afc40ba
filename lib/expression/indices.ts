import { FluxionError } from "./error.ts";
import {
  asExpr,
  asIndex,
  delta,
  type Expr,
  excerpt,
  extent,
  type Index,
  type IndexOperand,
  linearIndex,
  type Operand,
  rebuild,
  reduction,
  scaleIndex,
  shift,
  variable,
} from "./expression.ts";
import { type Algebra, fold, settled, topologicalOrder } from "./fold.ts";

/** What a text such as `W[j,k]` names: an array and the names of its axes; `axes` is undefined for a bare name. */
export interface Reading {
  readonly name: string;
  readonly axes: readonly string[] | undefined;
}

/** Reads `"W[j,k]"` or `"b"`. Throws `bad-index` where the axes are not distinct plain names. */
export function readingOf(text: string): Reading {
  const open = text.indexOf("[");
  if (open < 0 || !text.endsWith("]")) return { name: text, axes: undefined };
  const axes = text
    .slice(open + 1, -1)
    .split(",")
    .map(axis => axis.trim());
  if (axes.some(axis => axis === "") || new Set(axes).size < axes.length) {
    throw new FluxionError("bad-index", `the axes of ${text} must be distinct names, such as W[j,k]`);
  }
  return { name: text.slice(0, open).trim(), axes };
}

/** `name`, primed until it is none of `taken`. */
export function freshName(name: string, taken: ReadonlySet<string>): string {
  let fresh = name;
  while (taken.has(fresh)) fresh += "'";
  return fresh;
}

/**
 * `e` with its free indices replaced, all at once: `renameIndices(e, { i: "j", j: "i" })` swaps two. A bound index that
 * would capture what is put in is primed first.
 */
export function renameIndices(
  e: Operand,
  replacements: Readonly<Record<string, IndexOperand>> | ReadonlyMap<string, IndexOperand>,
): Expr {
  const root = asExpr(e);
  const entries = replacements instanceof Map ? [...replacements] : Object.entries(replacements);
  const names = new Map<string, Index>();
  for (const [name, operand] of entries as [string, IndexOperand][])
    if (root.freeIndices.includes(name)) names.set(name, asIndex(operand));
  if (names.size === 0) return root;
  const incoming = [...names.values()].flatMap(namesWithin);
  return renameFree(freshen(root, new Set([...names.keys(), ...incoming])), names);
}

/**
 * `e` with variables replaced, all at once. The key of an array names its axes, `"W[j,k]"`, which are the free indices of
 * what is put in its place. A bound index that would capture one of a replacement is primed first. Throws `bad-index` where
 * a key has other axes than the readings of its array.
 */
export function substitute(e: Operand, replacements: Readonly<Record<string, Operand>>): Expr {
  const byName = new Map<string, { axes: readonly string[]; by: Expr }>();
  const incoming = new Set<string>();
  for (const [key, operand] of Object.entries(replacements)) {
    const { name, axes = [] } = readingOf(key);
    const by = asExpr(operand);
    byName.set(name, { axes, by });
    for (const free of by.freeIndices) if (!axes.includes(free)) incoming.add(free);
  }
  return fold(freshen(asExpr(e), incoming), {
    ...rebuilding,
    variable(node, args) {
      const read = rebuild(node, args);
      const found = byName.get(node.name);
      if (found === undefined || read.kind !== "variable") return read;
      if (read.indices.length !== found.axes.length) {
        const axes = read.indices.map((_, i) => String.fromCharCode(105 + i));
        throw new FluxionError(
          "bad-index",
          `${excerpt(read)} has ${read.indices.length} axes; give its replacement under "${node.name}[${axes}]"`,
        );
      }
      return renameIndices(found.by, new Map(found.axes.map((axis, i) => [axis, read.indices[i] ?? 0])));
    },
  });
}

/** `name` without its primes. */
export const stemOf = (name: string): string => name.replace(/'+$/, "");

/** All names of indices that occur in `roots`, free or bound. */
export function indexNames(...roots: readonly Operand[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const node of topologicalOrder(...roots)) {
    if (node.kind === "reduction" || node.kind === "extent") names.add(node.index);
    else if (node.kind === "variable" || node.kind === "delta") for (const name of node.freeIndices) names.add(name);
  }
  return names;
}

/** Makes every node anew from its arguments: what an algebra that changes only some shapes starts from. */
export const rebuilding: Algebra<Expr> = {
  constant: node => node,
  variable: rebuild,
  call: rebuild,
  reduction: (node, body) => rebuild(node, [body]),
  delta: rebuild,
  extent: node => node,
};

/** `root` with those of its bound indices primed that are among `names`, which then are free to come in. */
export function freshen(root: Expr, names: ReadonlySet<string>): Expr {
  const order = topologicalOrder(root);
  const bound = new Set(
    order.flatMap(node => (node.kind === "reduction" && names.has(node.index) ? [node.index] : [])),
  );
  if (bound.size === 0) return root;
  const taken = new Set([...indexNames(root), ...names]);
  // Binders of one name may share the new one: the inner hides the outer, so neither sees the other's occurrences.
  const primed = new Map<string, string>();
  for (const name of bound) {
    const fresh = freshName(name, taken);
    taken.add(fresh);
    primed.set(name, fresh);
  }
  return fold(root, {
    ...rebuilding,
    reduction(node, body) {
      const fresh = primed.get(node.index);
      if (fresh === undefined) return rebuild(node, [body]);
      return reduction(node.operation, fresh, renameFree(body, new Map([[node.index, asIndex(fresh)]]), true));
    },
  });
}

/**
 * `root` with its free indices replaced, all at once, where no reduction binds a name that goes or comes. `extents` says
 * whether the extent of a name follows it.
 */
export function renameFree(root: Expr, names: ReadonlyMap<string, Index>, extents = false): Expr {
  const renamed = (i: Index): Index => {
    if (!i.terms.some(({ of }) => typeof of === "string" && names.has(of))) return i;
    let result = linearIndex(i.offset, []);
    for (const term of i.terms) {
      const replacement = typeof term.of === "string" ? names.get(term.of) : undefined;
      result = shift(
        result,
        replacement === undefined ? linearIndex(0, [term]) : scaleIndex(replacement, term.coefficient),
      );
    }
    return result;
  };
  const untouched = (node: Expr): boolean => !extents && !node.freeIndices.some(name => names.has(name));
  return fold(root, {
    ...rebuilding,
    demand: node => (untouched(node) ? settled(node) : undefined),
    variable(node, args) {
      const read = rebuild(node, args);
      return read.kind === "variable" ? variable(read.name, ...read.indices.map(renamed)) : read;
    },
    delta(node, args) {
      const read = rebuild(node, args);
      return read.kind === "delta" ? delta(renamed(read.indices[0]), renamed(read.indices[1])) : read;
    },
    extent: node => extent((extents ? names.get(node.index)?.name : undefined) ?? node.index),
  });
}

const namesWithin = ({ terms }: Index): readonly string[] =>
  terms.flatMap(({ of }) => (typeof of === "string" ? [of] : of.freeIndices));
