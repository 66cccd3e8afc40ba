import { checkArray, type DataArray, type Elements } from "../data/array.ts";
import { firstNotFinite } from "../data/batch.ts";
import { FluxionError } from "../expression/error.ts";
import { describe } from "../expression/expression.ts";
import { readingOf } from "../expression/indices.ts";
import { arrayOf, type FlatArray, type NestedArray, sizeOf } from "../expression/values.ts";
import { labelsOf, type Samples, type Targets } from "./data.ts";
import type { Model } from "./model.ts";

/** Samples and what is known of each, by arrays whose first axis counts them. `Examples` of `fluxion/data` are such. */
export interface TrainingData {
  /** Bytes stay bytes until a batch is read. Images are rows of numbers to a model that reads `x[n,j]`. */
  readonly inputs: Samples;
  /** What a model's target holds: labels, … */
  readonly labels?: Targets | Samples;
  /** … or numbers. */
  readonly targets?: Samples;
}

/** Data that fit a model. */
export interface Supervised {
  readonly count: number;
  /** In the shape in which they came, which is that of images where they are augmented. */
  readonly inputs: DataArray;
  readonly target: DataArray | undefined;
  /** How many values each index of the data takes, but that of the samples, and each that the model knows. */
  readonly extents: ReadonlyMap<string, number>;
}

/**
 * The data as a model reads them. Throws `bad-value` where there are no samples, where a number is not finite, where a label is
 * that of no class, or where shapes do not fit; `bad-option` where there is no target and the model has one.
 */
export function supervised(model: Model, { inputs: X, labels, targets }: TrainingData, what = "the data"): Supervised {
  const inputs = typedOf("inputs", X);
  const [count = 0] = inputs.shape;
  if (count === 0) throw new FluxionError("bad-value", `there are no samples in ${what}`);
  checkFinite("inputs", inputs);
  const extents = new Map(model.extents);
  takeExtents(extents, model.input, shapeUnder(model.input, inputs.shape));
  const target = targetOf(model, labels ?? targets, count, what);
  if (target !== undefined) takeExtents(extents, model.target ?? "", target.shape);
  return { count, inputs, target, extents };
}

/** The shape of so many samples under a reading: rows of numbers where it has one index for them. */
export function shapeUnder(reading: string, shape: readonly number[]): readonly number[] {
  const { axes = [] } = readingOf(reading);
  if (axes.length === shape.length) return shape;
  const [count = 0, ...rest] = shape;
  if (axes.length === 2 && shape.length > 2) return [count, sizeOf(rest)];
  throw new FluxionError("bad-value", `the model reads ${reading}, the data have the shape [${shape}]`);
}

function targetOf(model: Model, given: Samples | undefined, count: number, what: string): DataArray | undefined {
  const { target, classes } = model;
  if (target === undefined) return undefined;
  if (given === undefined) {
    throw new FluxionError(
      "bad-option",
      `the model compares with ${target}: give ${what} as { inputs, labels } or { inputs, targets }`,
    );
  }
  const array = typedOf("targets", given);
  if (array.shape[0] !== count) {
    throw new FluxionError("bad-value", `there are ${count} samples in ${what}, but ${array.shape[0]} targets`);
  }
  const { axes = [] } = readingOf(target);
  if (axes.length !== array.shape.length) {
    throw new FluxionError(
      "bad-value",
      `the model compares with ${target}, the targets have the shape [${array.shape}]`,
    );
  }
  if (classes === undefined) checkFinite("targets", array);
  else labelsOf(array.data, count, classes.length);
  return array;
}

function takeExtents(extents: Map<string, number>, reading: string, shape: readonly number[]): void {
  const { axes = [] } = readingOf(reading);
  for (const [at, axis] of axes.entries()) {
    const [has = 0, known] = [shape[at], extents.get(axis)];
    if (at === 0) continue;
    if (known !== undefined && known !== has) {
      throw new FluxionError("bad-value", `${axis} takes ${known} values in the model, but ${reading} has ${has}`);
    }
    extents.set(axis, has);
  }
}

function typedOf(name: string, value: Samples | Targets): DataArray {
  if (isTyped(value)) {
    checkArray(value, name);
    return value;
  }
  const { shape, data } = arrayOf(new Map([[name, value]]), name);
  if (shape.length === 0) throw new FluxionError("bad-value", `${name} are a list of samples, got ${describe(value)}`);
  return { shape, data: Float64Array.from(data) };
}

const isTyped = (value: NestedArray | FlatArray): value is DataArray => "shape" in value && isElements(value.data);

const isElements = (data: ArrayLike<unknown>): data is Elements =>
  [Uint8Array, Int8Array, Int16Array, Int32Array, Float32Array, Float64Array].some(Kind => data instanceof Kind);

function checkFinite(name: string, { shape, data }: DataArray): void {
  if (!(data instanceof Float32Array || data instanceof Float64Array)) return;
  const at = firstNotFinite(data);
  if (at < 0) return;
  const size = sizeOf(shape.slice(1));
  throw new FluxionError(
    "bad-value",
    `${name} must hold finite numbers, but number ${at % size} of sample ${Math.floor(at / size)} is ${data[at]}`,
  );
}
