import { FluxionError } from "../expression/error.ts";
import { constant, delta, type Expr, extent, type Index, Variable } from "../expression/expression.ts";
import { fold, topologicalOrder } from "../expression/fold.ts";
import { mulAll } from "../expression/functions.ts";
import { freshName, indexNames, readingOf, rebuilding, renameIndices } from "../expression/indices.ts";
import { type Adjoint, expression, magnitude, summed, total } from "./adjoint.ts";
import { isOne, like, type Memory } from "./product.ts";

/** A variable to differentiate by, and the names of its axes; undefined leaves them to its first reading. */
export interface Wanted {
  readonly name: string;
  readonly axes: readonly string[] | undefined;
}

/** The same once the axes are known. */
export interface Named extends Wanted {
  readonly axes: readonly string[];
}

/** What a list of names, variables and readings asks for, each name once. */
export function wantedOf(variables: readonly (string | Variable)[]): readonly Wanted[] {
  const byName = new Map<string, Wanted>();
  for (const asked of variables) {
    const wanted = asked instanceof Variable ? ofVariable(asked) : ofText(asked);
    const before = byName.get(wanted.name);
    if (before !== undefined && String(before.axes) !== String(wanted.axes)) {
      throw new FluxionError(
        "bad-option",
        `${wanted.name} is asked for under two readings; one answer has one order of axes`,
      );
    }
    byName.set(wanted.name, wanted);
  }
  return [...byName.values()];
}

/** The distinct readings of each variable in order of appearance, those within indices left out. */
export function readingsOf(root: Expr): ReadonlyMap<string, readonly Variable[]> {
  const found = new Map<string, Variable[]>();
  const reached = new Set<Expr>();
  const pending: Expr[] = [root];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (reached.has(node)) continue;
    reached.add(node);
    if (node.kind === "variable") {
      const list = found.get(node.name);
      if (list === undefined) found.set(node.name, [node]);
      else list.push(node);
    } else if (node.kind !== "delta") {
      for (let i = node.args.length - 1; i >= 0; i--) pending.push(node.args[i] ?? node);
    }
  }
  return found;
}

/**
 * The adjoint of a variable at its axes: the sum over its readings of their adjoints times a delta for each axis, summed
 * over the readings' indices. The deltas of plain indices are sifted away. Throws `bad-index` where the readings have not
 * as many axes.
 */
export function gather(
  { name, axes }: Named,
  readings: readonly Variable[],
  adjointOf: ReadonlyMap<Variable, Adjoint>,
  memory: Memory,
): Expr {
  const misread = readings.find(reading => reading.indices.length !== axes.length);
  if (misread !== undefined) {
    const asked = axes.length === 0 ? name : `${name}[${axes}]`;
    throw new FluxionError("bad-index", `asked for ${asked}, but it is read as ${misread}: the axes do not match`);
  }
  const shares: Adjoint[] = [];
  for (const reading of readings) {
    const adjoint = adjointOf.get(reading);
    if (adjoint !== undefined) shares.push(share(memory, reading, adjoint, axes));
  }
  return shares.length === 0 ? constant(0) : expression(memory, total(memory, shares));
}

/** The plain indices of the first reading; an axis that has none, or a second one of a name, gets a letter not in `names`. */
export function axesOf([first]: readonly Variable[], names: ReadonlySet<string>): readonly string[] {
  if (first === undefined || first.indices.length === 0) return none;
  const axes: string[] = [];
  const taken = new Set(names);
  for (const { name } of first.indices) {
    const axis = name !== undefined && !axes.includes(name) ? name : freshLetter(taken);
    taken.add(axis);
    axes.push(axis);
  }
  return axes;
}

const none: readonly never[] = [];

function share(memory: Memory, reading: Variable, adjoint: Adjoint, axes: readonly string[]): Adjoint {
  if (axes.length === 0) return adjoint;
  const value = magnitude(memory, adjoint);
  const names = new Map<string, string>();
  const kept: [axis: string, index: Index][] = [];
  for (const [position, index] of reading.indices.entries()) {
    const axis = axes[position] ?? "";
    if (index.name === undefined || names.has(index.name)) kept.push([axis, index]);
    else names.set(index.name, axis);
  }
  // What is not sifted is summed, under a name that is none of the axes.
  const unsifted = reading.freeIndices.filter(index => !names.has(index));
  const taken = new Set([...indexNames(value, reading), ...axes]);
  for (const index of unsifted) {
    const fresh = axes.includes(index) ? freshName(index, taken) : index;
    taken.add(fresh);
    names.set(index, fresh);
  }
  const deltas = kept.map(([axis, index]) => delta(axis, renamed(index, names)));
  // A name that stays is not put in, and needs no bound one to give way: the forward formula stays shared.
  const moved = new Map([...names].filter(([from, to]) => from !== to));
  const sifted = extentsMoved(renameIndices(value, moved), moved);
  const scattered = [sifted, ...deltas].filter(factor => !isOne(factor));
  const product = like(memory, value, mulAll(scattered));
  return summed(
    memory,
    { negative: adjoint.negative, guard: undefined, value: product },
    unsifted.map(index => names.get(index) ?? index),
  );
}

// An axis has the extent of the name that it takes the place of, which may not occur any more.
function extentsMoved(e: Expr, moved: ReadonlyMap<string, string>): Expr {
  if (moved.size === 0) return e;
  const order = topologicalOrder(e);
  if (!order.some(node => node.kind === "extent" && moved.has(node.index))) return e;
  const read = new Set(order.flatMap(node => (node.kind === "variable" ? node.freeIndices : [])));
  return fold(e, {
    ...rebuilding,
    extent: node => (read.has(node.index) ? node : extent(moved.get(node.index) ?? node.index)),
  });
}

const renamed = (index: Index, names: ReadonlyMap<string, string>): Index => {
  const node = renameIndices(delta(index, 0), names);
  return node.kind === "delta" ? node.indices[0] : index;
};

const freshLetter = (taken: ReadonlySet<string>): string =>
  [..."ijklmnpqrstuvw"].find(letter => !taken.has(letter)) ?? freshName("i", taken);

function ofVariable({ name, indices }: Variable): Wanted {
  const axes = indices.map(index => index.name ?? "");
  return { name, axes: checkedAxes(name, axes) };
}

function ofText(text: string): Wanted {
  if (typeof text !== "string") {
    throw new FluxionError("bad-option", `a gradient is taken by variables and names, got ${typeof text}`);
  }
  const { name, axes } = readingOf(text);
  return { name, axes: axes === undefined ? undefined : checkedAxes(name, axes) };
}

function checkedAxes(name: string, axes: readonly string[]): readonly string[] {
  const isNamed = axes.every(axis => axis !== "" && !/^-?\d/.test(axis)) && new Set(axes).size === axes.length;
  if (isNamed) return axes;
  throw new FluxionError(
    "bad-index",
    `a gradient by ${name} needs a distinct name for each axis, as in ${name}[${[..."ijkl"].slice(0, axes.length)}]`,
  );
}
