import type * as fc from "fast-check";
import { asIndex, type IndexOperand, scaleIndex, shift, type Variable, variable } from "../expression/expression.ts";
import { type FlatArray, sizeOf } from "../expression/values.ts";
import { chance, pick } from "./random.ts";
import type { Surroundings } from "./table.ts";

/** What random indexed expressions are about: indices and their extents, scalars, and arrays that fit them. */
export interface World {
  readonly extents: ReadonlyMap<string, number>;
  readonly scalars: ReadonlyMap<string, number>;
  readonly arrays: ReadonlyMap<string, FlatArray>;
  /** The arrays of integers, which stand within indices; their elements are natural. */
  readonly integers: ReadonlyMap<string, FlatArray>;
}

/** A world of these indices, with extents from 1 to 4, and of arrays with these names. */
export function drawWorld(random: fc.Random, indices: readonly string[], names: readonly string[]): World {
  const extents = new Map(indices.map(name => [name, pick(random, likelyExtents) ?? 2]));
  const extent = (): number => pick(random, [...extents.values()]) ?? 1;
  const shapes = kinds.map(kind => kind(extent));
  const scalars = new Map<string, number>();
  const arrays = new Map<string, FlatArray>();
  const integers = new Map<string, FlatArray>();
  for (const [i, name] of names.entries()) {
    const shape = shapes[i % shapes.length] ?? [];
    // Half of them are positive, so that logarithms and roots have something to work on.
    const least = chance(random, 0.5) ? -2000 : 200;
    const element = (): number => random.nextInt(least, 2000) / 1000;
    if (shape === "integers") {
      const own = Array.from({ length: random.nextInt(1, 2) }, extent);
      const bound = extent();
      integers.set(
        name,
        filled(own, () => random.nextInt(0, bound - 1)),
      );
    } else if (shape.length === 0) scalars.set(name, element());
    else arrays.set(name, filled(shape, element));
  }
  return { extents, scalars, arrays, integers };
}

/** How many names it takes to have arrays of every kind. */
export const worldSize = (): number => kinds.length;

/** A reading of one of the arrays, or of a scalar where there is no array. */
export function drawReading(random: fc.Random, world: World): Variable | undefined {
  const [name, array] = pick(random, [...world.arrays]) ?? [];
  if (name !== undefined && array !== undefined)
    return variable(name, ...array.shape.map(extent => drawIndex(random, world, extent)));
  return drawScalar(random, world);
}

/** One of the scalars, if there is any. */
export function drawScalar(random: fc.Random, { scalars }: World): Variable | undefined {
  const name = pick(random, [...scalars.keys()]);
  return name === undefined ? undefined : variable(name);
}

/** An index whose positions are all below `extent`: a name, a constant, a gather or a window. */
export function drawIndex(random: fc.Random, world: World, extent: number): IndexOperand {
  // Few windows fit, so that one has many tries.
  const isWindow = chance(random, 0.3);
  for (let tries = 0; tries < (isWindow ? 24 : 8); tries++) {
    const position = isWindow ? drawWindow(random, world, extent, 2) : drawPosition(random, world, extent, 2);
    if (isWithin(position, extent)) return position.index;
  }
  return random.nextInt(0, extent - 1);
}

/** The values of a world, as tables are made of them. */
export const surroundingsOf = ({ extents, scalars, arrays, integers }: World): Surroundings => ({
  scalarOf: name => scalars.get(name) ?? Number.NaN,
  arrayOf: name => arrays.get(name) ?? integers.get(name) ?? { shape: [], data: [] },
  extentOf: name => extents.get(name) ?? 1,
});

const likelyExtents = [1, 2, 2, 3, 3, 4] as const;

type Kind = (extent: () => number) => readonly number[] | "integers";

// A window of a kernel of at most three positions, and one of every second position.
const kinds: readonly Kind[] = [
  () => [],
  extent => [extent()],
  extent => [extent(), extent()],
  () => "integers",
  extent => [extent() + extent() - 1],
  extent => [extent()],
  extent => [extent(), extent(), extent()],
  () => "integers",
  extent => [extent(), 2 * (extent() - 1) + extent()],
  () => [],
];

interface Position {
  readonly index: IndexOperand;
  readonly least: number;
  readonly greatest: number;
}

function drawPosition(random: fc.Random, world: World, extent: number, depth: number): Position {
  const names = [...world.extents];
  const kind = random.nextInt(0, 9);
  if (kind < 5) {
    const fitting = names.filter(([, own]) => own === extent);
    const [name, own] = pick(random, fitting.length > 0 ? fitting : names) ?? [];
    return name === undefined || own === undefined ? fixed(0) : { index: name, least: 0, greatest: own - 1 };
  }
  if (kind < 6 || depth === 0) return fixed(random.nextInt(0, extent - 1));
  if (kind < 9) return drawGather(random, world, depth) ?? fixed(0);
  return drawWindow(random, world, extent, depth);
}

function drawWindow(random: fc.Random, world: World, extent: number, depth: number): Position {
  const left = drawPosition(random, world, extent, 0);
  const right = chance(random, 0.3) ? fixed(random.nextInt(0, 2)) : drawPosition(random, world, extent, depth - 1);
  const factor = chance(random, 0.3) ? 2 : chance(random, 0.15) ? -1 : 1;
  const scaled = [factor * left.least, factor * left.greatest];
  return {
    index: shift(scaleIndex(left.index, factor), right.index),
    least: Math.min(...scaled) + right.least,
    greatest: Math.max(...scaled) + right.greatest,
  };
}

// A name alone has the extent of its axis; what is more than a name may leave positions out.
const isWithin = ({ index, least, greatest }: Position, extent: number): boolean =>
  least >= 0 && greatest < extent && (asIndex(index).name === undefined || greatest === extent - 1);

const fixed = (position: number): Position => ({ index: position, least: position, greatest: position });

function drawGather(random: fc.Random, world: World, depth: number): Position | undefined {
  const [name, array] = pick(random, [...world.integers]) ?? [];
  if (name === undefined || array === undefined) return undefined;
  const indices = array.shape.map(extent => {
    const position = drawPosition(random, world, extent, depth - 1);
    return isWithin(position, extent) ? position.index : random.nextInt(0, extent - 1);
  });
  const elements = Array.from(array.data);
  return { index: variable(name, ...indices), least: Math.min(...elements), greatest: Math.max(...elements) };
}

const filled = (shape: readonly number[], element: () => number): FlatArray => ({
  shape,
  data: Array.from({ length: sizeOf(shape) }, element),
});
