import { FluxionError } from "../expression/error.ts";
import { arrayOf, type FlatArray, type NestedArray } from "../expression/values.ts";

/** Samples in rows, features in columns: a list of lists, or a flat array with its shape. */
export type Samples = NestedArray | FlatArray;

/** One number for each sample. */
export type Targets = ArrayLike<number>;

/**
 * The samples as one flat array. Throws `bad-value` if they are no matrix, if there are none, if a number is not finite, or if
 * they have another number of `features` than is wanted.
 */
export function samplesOf(samples: Samples, features?: number): FlatArray {
  const { shape, data } = arrayOf(new Map([["X", samples]]), "X");
  const [rows = 0, columns = 0] = shape;
  if (shape.length !== 2 || rows === 0 || columns === 0) {
    throw new FluxionError(
      "bad-value",
      `X is a list of samples, each a list of features; got an array of the shape [${shape}]`,
    );
  }
  if (features !== undefined && columns !== features) {
    throw new FluxionError("bad-value", `the model was fitted to ${features} features a sample, X has ${columns}`);
  }
  const at = firstBad(data, Number.isFinite);
  if (at >= 0) {
    const place = `feature ${at % columns} of sample ${Math.floor(at / columns)}`;
    throw new FluxionError("bad-value", `X must hold finite numbers, but ${place} is ${data[at]}`);
  }
  return { shape, data };
}

/** The targets of so many samples. Throws `bad-value` if there are more or fewer, or if one is not finite. */
export function targetsOf(targets: Targets, count: number): FlatArray {
  const array = columnOf(targets, count);
  const at = firstBad(array.data, Number.isFinite);
  if (at < 0) return array;
  throw new FluxionError("bad-value", `y must hold finite numbers, but that of sample ${at} is ${array.data[at]}`);
}

/** The labels of so many samples: integers from 0 to `classes - 1`. Throws `bad-value` if they are none. */
export function labelsOf(labels: Targets, count: number, classes: number = Number.POSITIVE_INFINITY): FlatArray {
  const array = columnOf(labels, count);
  const at = firstBad(array.data, label => Number.isInteger(label) && label >= 0 && label < classes);
  if (at < 0) return array;
  const range = Number.isFinite(classes) ? `from 0 to ${classes - 1}` : "from 0 on";
  throw new FluxionError("bad-value", `labels are integers ${range}, but that of sample ${at} is ${array.data[at]}`);
}

function columnOf(values: Targets, count: number): FlatArray {
  const array = arrayOf(new Map([["y", values]]), "y");
  if (array.shape.length === 1 && array.data.length === count) return array;
  const got = array.shape.length === 1 ? `${array.data.length} numbers` : `an array of the shape [${array.shape}]`;
  throw new FluxionError("bad-value", `y is one number for each of the ${count} samples of X, got ${got}`);
}

const firstBad = (data: ArrayLike<number>, isGood: (value: number) => boolean): number =>
  Array.prototype.findIndex.call(data, value => !isGood(value));
