import { DisjointSets } from "../expression/disjoint-sets.ts";
import { FluxionError } from "../expression/error.ts";
import { describe, type Expr } from "../expression/expression.ts";
import { extentOf, extentsOf } from "../expression/extents.ts";
import { topologicalOrder } from "../expression/fold.ts";
import { suggestion } from "../expression/nearest.ts";
import { expressionsOf, readingsIn } from "./readings.ts";
import type { Tape, TapeArray } from "./tape.ts";

/** How large everything is: the shape of each array, and how many values each index takes. */
export interface Sizes {
  readonly shapes: ReadonlyMap<string, readonly number[]>;
  readonly extents: ReadonlyMap<string, number>;
  /** The extents that no array tells. */
  readonly given: ReadonlyMap<string, number>;
}

/** Numbers by name, of an object or a Map. */
export type Named<T> = Readonly<Record<string, T>> | ReadonlyMap<string, T>;

/**
 * The sizes that follow from the shapes of the inputs. The shape of an input may be left out where all its indices run
 * over axes of others, or have an extent that is given.
 *
 * Throws `bad-option` for a shape that is none or of what is no input, `bad-value` for one with the wrong number of axes
 * or one that is needed, `extent` where an index has two extents, or none.
 */
export function sizesOf(tape: Tape, shapes: Named<readonly number[]>, extents: Named<number>): Sizes {
  const given = new Map(entriesOf(shapes));
  const inputs = new Map(tape.arrays.filter(({ role }) => role === "input").map(array => [array.name, array]));
  for (const [name, shape] of given) checkShape(name, shape, inputs);
  const known = new Map([...tape.extents, ...entriesOf(extents)]);
  return solve(tape, name => given.get(name), known);
}

/**
 * The sizes in which some indices take fewer values. Every axis of an input that one of these indices runs over becomes
 * as short. Throws `bad-option` for a name that is no index, `extent` for more values than there is room for, or where
 * the shapes do not allow it.
 */
export function smallerSizes(tape: Tape, full: Sizes, changed: Named<number>): Sizes {
  const groups = groupsOf(tape, full);
  const extents = new Map<string, number>();
  for (const [name, extent] of entriesOf(changed)) {
    const room = full.extents.get(name);
    if (room === undefined) {
      const hint = suggestion(name, full.extents.keys());
      throw new FluxionError("bad-option", `the program has no index ${name}${hint}`);
    }
    if (!Number.isSafeInteger(extent) || extent < 0 || extent > room) {
      throw new FluxionError(
        "extent",
        `the index ${name} takes from 0 to ${room} values in this program, got ${extent}`,
      );
    }
    const group = groups.get(name) ?? name;
    const other = extents.get(group) ?? extent;
    if (other !== extent) {
      throw new FluxionError(
        "extent",
        `the index ${name} cannot take ${extent} values: it equals one that takes ${other}`,
      );
    }
    extents.set(group, extent);
  }
  const shapeOf = ({ name, axes }: TapeArray): readonly number[] =>
    (full.shapes.get(name) ?? []).map((extent, axis) => {
      const index = axes[axis];
      return (index === undefined ? undefined : extents.get(groups.get(index) ?? index)) ?? extent;
    });
  const shapes = new Map(tape.arrays.map(array => [array.name, shapeOf(array)]));
  const known = new Map(full.given);
  for (const [name, group] of groups) {
    const extent = extents.get(group);
    if (extent !== undefined) known.set(name, extent);
  }
  return solve(tape, name => shapes.get(name), known);
}

function solve(
  tape: Tape,
  given: (input: string) => readonly number[] | undefined,
  known: ReadonlyMap<string, number>,
): Sizes {
  const arrays = new Map(tape.arrays.map(array => [array.name, array]));
  const shapeOf = (name: string): readonly (number | string)[] | undefined => {
    const array = arrays.get(name);
    if (array === undefined) return undefined;
    const shape = array.role === "input" ? given(name) : undefined;
    return shape ?? (isNamed(array.axes) ? array.axes : undefined);
  };
  // What was asked for speaks first: its errors are in the user's own terms.
  const asked = extentsOf(tape.roots, shapeOf, { extents: known });
  const extents = extentsOf(expressionsOf(tape), shapeOf, { extents: new Map([...asked, ...known]) });
  const shapes = new Map<string, readonly number[]>();
  for (const { name, role, axes } of tape.arrays) {
    const shape = (role === "input" ? given(name) : undefined) ?? axes.map(axis => axisExtent(name, axis, extents));
    shapes.set(name, shape);
  }
  return { shapes, extents, given: known };
}

const isNamed = (axes: TapeArray["axes"]): axes is readonly string[] => axes.every(axis => axis !== undefined);

function axisExtent(name: string, axis: string | undefined, extents: ReadonlyMap<string, number>): number {
  if (axis === undefined) {
    throw new FluxionError("bad-value", `the shape of ${name} is needed: no index alone runs over each of its axes`);
  }
  if (extents.has(axis)) return extentOf(extents, axis);
  throw new FluxionError(
    "extent",
    `nothing determines how many values the index ${axis} takes; give the shape of ${name}, or { extents: { ${axis}: 3 } }`,
  );
}

function checkShape(name: string, shape: unknown, inputs: ReadonlyMap<string, TapeArray>): void {
  const array = inputs.get(name);
  if (array === undefined) {
    throw new FluxionError(
      "bad-option",
      `${name} is no input, so it has no shape to be given${suggestion(name, inputs.keys())}`,
    );
  }
  if (!Array.isArray(shape) || !shape.every(extent => Number.isSafeInteger(extent) && extent >= 0)) {
    throw new FluxionError(
      "bad-option",
      `the shape of ${name} must be a list of natural numbers, got ${describe(shape)}`,
    );
  }
  if (shape.length !== array.axes.length) {
    const axes = array.axes.map(axis => axis ?? "·");
    throw new FluxionError(
      "bad-value",
      `${name}[${axes}] has ${array.axes.length} axes, and its shape [${shape}] has ${shape.length}`,
    );
  }
}

/** For each index, one that stands for all that run over the same axes or that a delta makes equal. */
function groupsOf(tape: Tape, full: Sizes): ReadonlyMap<string, string> {
  const sets = new DisjointSets();
  const axes = new Map(tape.arrays.map(({ name, axes }) => [name, [...axes]]));
  const all: readonly Expr[] = expressionsOf(tape);
  for (const { name, indices } of readingsIn(all)) {
    const own = axes.get(name);
    if (own?.length !== indices.length) continue;
    for (const [axis, index] of indices.entries()) {
      const known = own[axis];
      if (index.name === undefined) continue;
      if (known === undefined) own[axis] = index.name;
      else sets.unite(known, index.name);
    }
  }
  for (const node of topologicalOrder(...all)) {
    if (node.kind !== "delta") continue;
    const [i, j] = [node.indices[0].name, node.indices[1].name];
    if (i !== undefined && j !== undefined) sets.unite(j, i);
  }
  return new Map([...full.extents.keys()].map(name => [name, sets.find(name)]));
}

const entriesOf = <T>(named: Named<T>): readonly (readonly [string, T])[] =>
  named instanceof Map ? [...named] : Object.entries(named as Readonly<Record<string, T>>);
