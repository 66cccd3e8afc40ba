import { FluxionError } from "../expression/error.ts";
import { sizeOf } from "../expression/values.ts";
import { checkArray, type DataArray, type Elements } from "./array.ts";

/** What shares a mean and a deviation: each feature has its own, each channel, or all numbers have one. */
export type Grouping = "feature" | "channel" | "all";

/** What is subtracted from each group of numbers, and what they are divided by then. Plain data. */
export interface Scales {
  readonly by: Grouping;
  /** The shape of one example. */
  readonly shape: readonly number[];
  /** A mean for each group. */
  readonly mean: readonly number[];
  /** The standard deviation of each group, of n numbers over n; 1 for a group that is constant. */
  readonly deviation: readonly number[];
}

/** A change of scale. */
export interface Standardiser extends Scales {
  /**
   * The same change for other examples: those of the test, say. The result is in single precision if the array is of bytes
   * or in single precision. Throws `bad-value` where examples have another shape, or a number is not finite.
   */
  apply(array: DataArray): DataArray<Float32Array | Float64Array>;
}

/**
 * The change of scale after which these examples have the mean 0 and the standard deviation 1: each feature of the rows of
 * a matrix, each channel of images of the shape [channels, height, width], all numbers of images without channels,
 * unless `by` says otherwise.
 *
 * Throws `bad-value` if there are no examples or if a number is not finite.
 */
export function standardise(train: DataArray, options: { readonly by?: Grouping } = {}): Standardiser {
  checkArray(train, "the array to standardise");
  const [samples = 0, ...shape] = train.shape;
  if (train.data.length === 0) throw new FluxionError("bad-value", "there is nothing to standardise by");
  const by = options.by ?? defaultGrouping(shape);
  const size = groupSize(by, shape);
  const groups = sizeOf(shape) / size;
  const count = samples * size;
  const mean = sumsOf(train, groups, size).map(sum => sum / count);
  // In a second pass, since the mean of the squares less the square of the mean loses digits.
  const squares = sumsOf(train, groups, size, mean);
  const deviation = squares.map((sum, group) => deviationOf(sum / count, mean[group] ?? 0, count));
  return standardiserOf({ by, shape, mean, deviation });
}

/** The change of scale that was kept as plain data. Throws `bad-value` where it is none. */
export function standardiserOf({ by, shape, mean, deviation }: Scales): Standardiser {
  const size = groupSize(by, shape);
  const groups = sizeOf(shape) / size;
  if (mean.length !== groups || deviation.length !== groups || deviation.some(each => !(each > 0))) {
    throw new FluxionError(
      "bad-value",
      `by ${by}, examples of the shape [${shape}] have ${groups} means and as many positive deviations, ` +
        `got ${mean.length} and ${deviation.length}`,
    );
  }
  const apply = (array: DataArray): DataArray<Float32Array | Float64Array> => {
    checkArray(array, "the array to standardise");
    if (String(array.shape.slice(1)) !== String(shape)) {
      throw new FluxionError(
        "bad-value",
        `this was made for examples of the shape [${shape}], these are of the shape [${array.shape.slice(1)}]`,
      );
    }
    const numbers = array.data;
    const isSingle = numbers instanceof Uint8Array || numbers instanceof Float32Array;
    const data = isSingle ? new Float32Array(numbers.length) : new Float64Array(numbers.length);
    forGroups(array, groups, size, (at, end, group) => {
      const [centre = 0, scale = 1] = [mean[group], deviation[group]];
      for (let i = at; i < end; i++) data[i] = ((numbers[i] ?? 0) - centre) / scale;
    });
    checkFinite(array, data);
    return { shape: array.shape, data };
  };
  return { by, shape, mean, deviation, apply };
}

// What rounding alone can make of equal numbers is no variance: the mean is wrong by up to count roundings.
function deviationOf(variance: number, mean: number, count: number): number {
  const rounding = (count * mean * Number.EPSILON) ** 2;
  return variance > rounding ? Math.sqrt(variance) : 1;
}

const defaultGrouping = (shape: readonly number[]): Grouping =>
  shape.length < 2 ? "feature" : shape.length === 2 ? "all" : "channel";

/** How many numbers of an example that lie side by side share a mean. */
export function groupSize(by: Grouping, shape: readonly number[]): number {
  if (by === "feature") return 1;
  if (by === "channel") return sizeOf(shape.slice(1));
  if (by === "all") return sizeOf(shape);
  throw new FluxionError("bad-option", `by is "feature", "channel" or "all", got ${String(by)}`);
}

/** The sum of each group: of the numbers, or of the squares of their distances from the centres. */
function sumsOf(array: DataArray, groups: number, size: number, centres?: readonly number[]): readonly number[] {
  const sums = Array.from({ length: groups }, () => 0);
  const { data } = array;
  forGroups(array, groups, size, (at, end, group) => {
    const centre = centres?.[group] ?? 0;
    let sum = 0;
    for (let i = at; i < end; i++) {
      const value = (data[i] ?? 0) - centre;
      sum += centres === undefined ? value : value * value;
    }
    sums[group] = (sums[group] ?? 0) + sum;
  });
  if (sums.every(Number.isFinite)) return sums;
  checkFinite(array, data);
  throw new FluxionError("bad-value", "the numbers to standardise by are so large that their squares overflow");
}

function forGroups(
  { data }: DataArray,
  groups: number,
  size: number,
  visit: (at: number, end: number, group: number) => void,
): void {
  let group = 0;
  for (let at = 0; at < data.length; at += size) {
    visit(at, at + size, group);
    group = group + 1 === groups ? 0 : group + 1;
  }
}

function checkFinite(array: DataArray, data: Elements): void {
  if (data instanceof Uint8Array) return;
  for (let i = 0; i < data.length; i++) {
    if (Number.isFinite(data[i])) continue;
    const size = array.data.length / (array.shape[0] ?? 1);
    throw new FluxionError(
      "bad-value",
      `number ${i % size} of example ${Math.floor(i / size)}, ${array.data[i]}, has no standardised value`,
    );
  }
}
