import type { Definition, Definitions } from "../expression/definition.ts";
import { FluxionError } from "../expression/error.ts";
import { asExpr, type Operand } from "../expression/expression.ts";
import { freeVariables } from "../expression/fold.ts";
import { type FlatArray, numberOf, sizeOf } from "../expression/values.ts";
import { type Fit, fit } from "./fit.ts";
import { randomPoints, uniform } from "./points.ts";
import type { Point } from "./regular.ts";
import { type Elements, stepsOf, type Table, tabulate } from "./table.ts";

/** A point at which two formulas differ. */
export interface Counterexample {
  /** The scalars, and where indices are free, the position. */
  readonly at: Point;
  readonly left: number;
  readonly right: number;
  /** The arrays that were read, where there were any. */
  readonly arrays?: Readonly<Record<string, FlatArray>>;
  /** What both lists of definitions define and differ in. */
  readonly name?: string;
}

/** How two formulas are compared. */
export interface AgreeOptions {
  /** At how many points they are compared: 200 unless said. */
  readonly runs?: number;
  /** The same seed tries the same points. */
  readonly seed?: number;
  /** Relative to the largest intermediate of both: 1e-9 unless said. */
  readonly tolerance?: number;
  /** Which points count: all unless said. */
  readonly assume?: (at: Point, arrays: Readonly<Record<string, FlatArray>>) => boolean;
  /** How many values an index takes: at random unless said. */
  readonly extents?: Readonly<Record<string, number>>;
}

/**
 * Compares two formulas as functions, at random points where every part of `a` is finite: the first point at which `b` has
 * another value or none, or undefined. The tolerance grows with what rounding may have done. Arrays are random too, of random
 * shapes that fit both; free indices of one name are one. Of lists of definitions, what both define is compared, or else the last
 * of each, axis by axis.
 *
 * Throws `unsupported` where no random array fits, `bad-option` where what is compared has not as many axes.
 */
export function agree(
  a: Operand | Definitions,
  b: Operand | Definitions,
  options: AgreeOptions = {},
): Counterexample | undefined {
  const { runs = 200, seed = 1, tolerance = 1e-9, assume = () => true, extents = {} } = options;
  const sides = [definitionsOf(a, b), definitionsOf(b, a)] as const;
  const pairs = comparedIn(...sides);
  const same = pairs.flatMap(([left, right]) => left.axes.map((axis, i) => [axis, right.axes[i] ?? axis] as const));
  const random = uniform(seed);
  const choose = (): Fit => fit(sides, same, new Map(Object.entries(extents)), random);
  let chosen = choose();
  const isFixed = chosen.extents.every(({ size }) => size === 0);
  const points = randomPoints(scalarsOf(sides, chosen), seed);
  // Points where `a` is defined may be rare: it has ten chances for each comparison.
  for (let compared = 0, tried = 0; compared < runs && tried < 10 * runs; tried++) {
    const at = points.next().value;
    if (!isFixed && tried > 0) chosen = choose();
    const arrays = drawArrays(chosen, tried, random);
    if (!assume(at, arrays)) continue;
    const left = resultsOf(sides[0], chosen.extents[0] ?? new Map(), at, arrays);
    if (!left.every(({ largest }) => Number.isFinite(largest))) continue;
    compared++;
    const right = resultsOf(sides[1], chosen.extents[1] ?? new Map(), at, arrays);
    for (const pair of pairs) {
      const [here, there] = pair.map((one, i) => (i === 0 ? left : right).find(({ of }) => of === one));
      const differing = here === undefined || there === undefined ? -1 : differenceOf(here, there, tolerance);
      if (here === undefined || there === undefined || differing < 0) continue;
      const positions = positionOf(differing, pair[0], chosen.extents[0] ?? new Map());
      return {
        at: { ...at, ...positions },
        left: here.values[differing] ?? Number.NaN,
        right: there.values[differing] ?? Number.NaN,
        ...(chosen.shapes.size === 0 ? {} : { arrays }),
        ...(Array.isArray(a) && Array.isArray(b) ? { name: pair[0].name } : {}),
      };
    }
  }
  return undefined;
}

/** What a definition is worth at all positions of its axes. */
interface Result extends Table {
  readonly of: Definition;
}

// An expression has the axes of what it is compared with, or else all free indices in order of their names.
function definitionsOf(e: Operand | Definitions, other: Operand | Definitions): Definitions {
  if (isList(e)) return e;
  const expression = asExpr(e);
  const free = isList(other) ? (other.at(-1)?.axes ?? []) : asExpr(other).freeIndices;
  const axes = [...new Set([...free, ...(isList(other) ? [] : expression.freeIndices)])].sort();
  const missing = expression.freeIndices.some(name => !axes.includes(name));
  return [{ name: "", axes: isList(other) ? (missing ? expression.freeIndices : free) : axes, expression }];
}

function comparedIn(left: Definitions, right: Definitions): readonly (readonly [Definition, Definition])[] {
  const both = left.flatMap(one => right.filter(({ name }) => name === one.name).map(other => [one, other] as const));
  const [last, end] = [left.at(-1), right.at(-1)];
  if (last === undefined || end === undefined)
    throw new FluxionError("bad-option", "an empty list has nothing to compare");
  const pairs = both.length > 0 ? both : [[last, end] as const];
  for (const [one, other] of pairs) {
    if (one.axes.length === other.axes.length) continue;
    throw new FluxionError(
      "bad-option",
      `what is compared has the same axes, got ${one.name}[${one.axes}] and ${other.name}[${other.axes}]`,
    );
  }
  return pairs;
}

const scalarsOf = (sides: readonly Definitions[], { shapes, bounds }: Fit): readonly string[] => {
  const isDefinedIn = (definitions: Definitions, name: string): boolean => definitions.some(one => one.name === name);
  const names = sides.flatMap(definitions =>
    freeVariables(...definitions.map(one => one.expression)).filter(name => !isDefinedIn(definitions, name)),
  );
  return [...new Set(names)].filter(name => !shapes.has(name) && !bounds.has(name)).sort();
};

// In thousandths; three of four within 3 of the origin, one within 100, as the coordinates of points are.
function drawArrays({ shapes, bounds }: Fit, tried: number, random: () => number): Readonly<Record<string, FlatArray>> {
  const reach = [3, 1, 3, 100][tried % 4] ?? 3;
  return Object.fromEntries(
    [...shapes].map(([name, shape]) => {
      const bound = bounds.get(name);
      const element = (): number =>
        bound === undefined ? Math.round((2 * random() - 1) * reach * 1000) / 1000 + 0 : Math.floor(random() * bound);
      return [name, { shape, data: Array.from({ length: sizeOf(shape) }, element) }];
    }),
  );
}

function resultsOf(
  definitions: Definitions,
  extents: ReadonlyMap<string, number>,
  at: Point,
  arrays: Readonly<Record<string, FlatArray>>,
): readonly Result[] {
  const defined = new Map<string, Elements>();
  const extentOf = (name: string): number => extents.get(name) ?? 1;
  return definitions.map(of => {
    const table = tabulate(of.expression, {
      extentOf,
      scalarOf: name => defined.get(name)?.data[0] ?? numberOf(at, name),
      arrayOf: name => defined.get(name) ?? arrays[name] ?? { shape: [], data: [] },
    });
    const steps = stepsOf(of.expression.freeIndices, of.axes, extentOf);
    const values = steps.map(step => table.values[step] ?? Number.NaN);
    const errors = steps.map(step => table.errors[step] ?? 0);
    defined.set(of.name, { shape: of.axes.map(extentOf), data: values, errors });
    const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), table.largest);
    return { of, values, errors, largest };
  });
}

/** The first position at which two results differ, or -1. */
function differenceOf(left: Result, right: Result, tolerance: number): number {
  const largest = Math.max(1, left.largest, Number.isFinite(right.largest) ? right.largest : 0);
  return left.values.findIndex((value, i) => {
    const doubt = (left.errors[i] ?? 0) + (right.errors[i] || 0);
    return !(Math.abs(value - (right.values[i] ?? Number.NaN)) <= tolerance * largest + 16 * doubt);
  });
}

function positionOf(element: number, { axes }: Definition, extents: ReadonlyMap<string, number>): Point {
  const shape = axes.map(axis => extents.get(axis) ?? 1);
  return Object.fromEntries(
    axes.map((axis, i) => [axis, Math.floor(element / sizeOf(shape.slice(i + 1))) % (shape[i] ?? 1)]),
  );
}

const isList = (e: Operand | Definitions): e is Definitions => Array.isArray(e);
