import type { FunctionRow } from "../../lib/expression/expression.ts";
import * as rows from "../../lib/expression/functions.ts";
import type { Floating } from "../../lib/tape/emit/webassembly/values.ts";
import { binary32, binary64, type Exact, exact, exactly, ulpsBetween } from "./exact.ts";
import { vectorKernel } from "./vector-kernel.ts";

/** What a vector function is tried on. */
export interface Trial {
  readonly row: FunctionRow;
  /** Where arguments are drawn, evenly between the two. */
  readonly ranges: readonly (readonly [from: number, to: number])[];
  /** Powers of two between which magnitudes are drawn, evenly on a scale of logarithms; of both signs unless said. */
  readonly magnitudes?: readonly [from: number, to: number];
  readonly isPositive?: true;
  /** Where something changes; each with its neighbours. */
  readonly corners: readonly number[];
  /** Of results that cancel, an error counts against at least this magnitude. */
  readonly scale?: (...args: readonly number[]) => number;
}

const wholes = (from: number, to: number, step = 1): readonly number[] =>
  Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, i) => from + i * step);

// Between two of them the multiple of log 2 that is taken off stays the same.
const halfLogarithms = wholes(-1076, 1025, 7).map(n => (n + 0.5) * Math.LN2);
const rootsOfPowers = wholes(-1074, 1022, 7).map(k => Math.SQRT2 * 2 ** k);
const turns = [...wholes(1, 40), ...wholes(41, 63_661, 631)].flatMap(n => [(n * Math.PI) / 2, (n * Math.PI) / 4]);
const overflows = [709.782712893384, -708.396418532264, -745.133219101941, 88.7228394, -87.3365479, -103.972084];
const small = wholes(-1074, -1, 13).map(k => 2 ** k);

/** The functions that are computed by approximation. */
export const trials: readonly Trial[] = [
  {
    row: rows.exp,
    ranges: [
      [-746, 710],
      [-105, 90],
      [-1, 1],
    ],
    magnitudes: [-60, 9],
    corners: [...halfLogarithms, ...overflows, ...small],
  },
  {
    row: rows.expm1,
    ranges: [
      [-50, 710],
      [-2, 2],
    ],
    magnitudes: [-1074, 9],
    corners: [...halfLogarithms, ...overflows, ...small, -37.4, -17.3],
  },
  {
    row: rows.log,
    ranges: [
      [0.4, 2.5],
      [0.9, 1.1],
    ],
    magnitudes: [-1074, 1024],
    isPositive: true,
    corners: [...rootsOfPowers, ...small, 1, 2 ** -1022, 2 ** -126, Number.MAX_VALUE],
  },
  {
    row: rows.log1p,
    ranges: [
      [-1, 1],
      [-1, 4],
    ],
    magnitudes: [-1074, 1024],
    corners: [...rootsOfPowers.map(x => x - 1), ...small, -1, 1, 2 ** 53, 2 ** 24, Number.MAX_VALUE],
  },
  {
    row: rows.tanh,
    ranges: [
      [-1, 1],
      [-22, 22],
    ],
    magnitudes: [-1074, 10],
    corners: [0.625, 19.0615, 9.01, ...small, ...halfLogarithms.map(x => x / 2)],
  },
  {
    row: rows.sigmoid,
    ranges: [
      [-4, 4],
      [-40, 40],
      [-746, 40],
    ],
    magnitudes: [-60, 10],
    corners: [...halfLogarithms, ...overflows, ...small],
  },
  {
    row: rows.softplus,
    ranges: [
      [-4, 4],
      [-40, 40],
      [-746, 40],
    ],
    magnitudes: [-60, 10],
    corners: [...halfLogarithms, ...overflows, ...small, -Math.log(Math.SQRT2 - 1)],
  },
  {
    row: rows.logaddexp,
    ranges: [
      [-4, 4],
      [-40, 40],
      [-700, 700],
    ],
    magnitudes: [-60, 10],
    corners: [],
    scale: (x = 0, y = 0) => Math.max(1, Math.abs(x), Math.abs(y)),
  },
  { row: rows.hypot, ranges: [[-4, 4]], magnitudes: [-1074, 1023], corners: [] },
  {
    row: rows.sin,
    ranges: [
      [-1, 1],
      [-10, 10],
      [-100_000, 100_000],
    ],
    magnitudes: [-1074, 1023],
    corners: [...turns, ...small, 100_000],
  },
  {
    row: rows.cos,
    ranges: [
      [-1, 1],
      [-10, 10],
      [-100_000, 100_000],
    ],
    magnitudes: [-60, 1023],
    corners: [...turns, ...small, 100_000],
  },
];

/** The largest error found, in units in the last place, and where. */
export interface Worst {
  readonly ulps: number;
  readonly at: readonly number[];
  /** How many arguments were tried. */
  readonly tried: number;
}

/** Tries a function at its corners and at so many random arguments. */
export function worstError(trial: Trial, type: Floating, count: number, random: () => number): Worst {
  const { row, scale } = trial;
  const format = type === "f64x2" ? binary64 : binary32;
  const points = argumentsOf(trial, type, count, random);
  const size = Math.ceil(points.length / 4) * 4;
  const { columns, result, run } = vectorKernel(row, type, size);
  for (const [i, point] of points.entries()) for (const [j, x] of point.entries()) (columns[j] ?? result)[i] = x;
  run(0, size);
  let worst: Worst = { ulps: 0, at: [], tried: points.length };
  for (const [i, at] of points.entries()) {
    const truth = trueValue(row, type, at);
    const value = result[i] ?? Number.NaN;
    const plain = truth === undefined ? 0 : ulpsBetween(value, truth, format);
    const ulps = truth === undefined || scale === undefined ? plain : plain * relief(truth, scale(...at));
    if (!(ulps <= worst.ulps)) worst = { ...worst, ulps, at };
  }
  return worst;
}

// What a unit in the last place of the value is of one of the scale.
function relief(truth: Exact, scale: number): number {
  const size = truth.mantissa.toString(2).replace("-", "").length - 1 + truth.exponent;
  return Math.min(1, 2 ** (size - Math.floor(Math.log2(scale))));
}

// Of singles a double is exact enough. Where the value is no number, or 0, there is no last place.
function trueValue(row: FunctionRow, type: Floating, at: readonly number[]): Exact | undefined {
  const approximate = row.evaluate(...at);
  const hasPlace = Number.isFinite(approximate) && approximate !== 0;
  const isFar = (row === rows.sin || row === rows.cos) && Math.abs(at[0] ?? 0) > 100_000;
  if (isFar) return exactly(approximate);
  if (type === "f32x4") return Number.isNaN(approximate) ? undefined : hasPlace ? exactly(approximate) : undefined;
  return hasPlace ? exact[row.name]?.(at[0] ?? 0, at[1] ?? 0) : undefined;
}

function argumentsOf(
  { row, ranges, magnitudes, isPositive, corners }: Trial,
  type: Floating,
  count: number,
  random: () => number,
): readonly (readonly number[])[] {
  const single = (x: number): number => (type === "f32x4" ? Math.fround(x) : x);
  const draws = ranges.map(
    ([from, to]) =>
      () =>
        from + (to - from) * random(),
  );
  if (magnitudes !== undefined) {
    const [from, to] = type === "f64x2" ? magnitudes : [Math.max(magnitudes[0], -149), Math.min(magnitudes[1], 127)];
    draws.push(() => (isPositive === undefined && random() < 0.5 ? -1 : 1) * 2 ** (from + (to - from) * random()));
  }
  const near = corners.flatMap(x => (isPositive === undefined ? [x, -x] : [x])).flatMap(x => neighbours(x, type));
  const drawn = Array.from({ length: count }, (_, i) => {
    const draw = draws[i % draws.length] ?? random;
    return Array.from({ length: row.arity }, () => single(draw()));
  });
  const isDefined = (point: readonly number[]): boolean => point.every(Number.isFinite);
  return [...near.map(x => Array.from({ length: row.arity }, () => x)), ...drawn].filter(isDefined);
}

// A number and the next two on both sides.
function neighbours(x: number, type: Floating): readonly number[] {
  const view = new DataView(new ArrayBuffer(8));
  if (type === "f32x4") {
    view.setFloat32(0, x);
    const bits = view.getInt32(0);
    return [-2, -1, 0, 1, 2].map(step => {
      view.setInt32(0, bits + step);
      return view.getFloat32(0);
    });
  }
  view.setFloat64(0, x);
  const bits = view.getBigInt64(0);
  return [-2n, -1n, 0n, 1n, 2n].map(step => {
    view.setBigInt64(0, bits + step);
    return view.getFloat64(0);
  });
}

/** Evenly distributed numbers from 0 to 1, the same for a seed. */
export function randomNumbers(seed: number): () => number {
  let state = seed | 0;
  // M. E. O'Neill's finalisation of a linear congruence: the high bits choose what the low ones are shifted by.
  const next = (): number => {
    state = (Math.imul(state, 747_796_405) + 2_891_336_453) | 0;
    const word = Math.imul((state >>> ((state >>> 28) + 4)) ^ state, 277_803_737);
    return ((word >>> 22) ^ word) >>> 0;
  };
  return () => (next() + next() / 2 ** 32) / 2 ** 32;
}
