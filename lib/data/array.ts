import { FluxionError } from "../expression/error.ts";
import { describe } from "../expression/expression.ts";
import { sizeOf } from "../expression/values.ts";

/** The elements of an array that was read, as small as they were in the file. */
export type Elements = Uint8Array | Int8Array | Int16Array | Int32Array | Float32Array | Float64Array;

/**
 * An array as evaluation and programs take it: the elements in row-major order, the last axis running fastest. Of
 * examples, the first axis counts them.
 */
export interface DataArray<E extends Elements = Elements> {
  readonly shape: readonly number[];
  readonly data: E;
}

/** The array as a matrix, a row for each example: a view, nothing is copied. */
export function asRows<E extends Elements>(array: DataArray<E>): DataArray<E> {
  checkArray(array);
  return { shape: [array.shape[0] ?? 0, sizeOf(array.shape.slice(1))], data: array.data };
}

/** The chosen examples, in the order in which they are chosen. Throws `out-of-range`. */
export function takeRows<E extends Elements>(array: DataArray<E>, rows: ArrayLike<number>): DataArray<E> {
  checkArray(array);
  const [count = 0, ...rest] = array.shape;
  const size = sizeOf(rest);
  const data = emptyLike(array.data, rows.length * size);
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] ?? Number.NaN;
    if (!Number.isInteger(row) || row < 0 || row >= count) {
      throw new FluxionError("out-of-range", `there is no example ${row}: they are 0 to ${count - 1}`);
    }
    data.set(array.data.subarray(row * size, (row + 1) * size), i * size);
  }
  return { shape: [rows.length, ...rest], data };
}

/** Throws `bad-value` unless this is an array of examples whose shape fits its elements. */
export function checkArray(array: DataArray, name = "the array"): void {
  checkElements(array, name);
  if (array.shape.length > 0) return;
  throw new FluxionError("bad-value", `${name} has no axis, and so no examples`);
}

/** Throws `bad-value` unless this is an array, with axes or without, whose shape fits its elements. */
export function checkElements(array: DataArray, name: string): void {
  if (typeof array !== "object" || array === null || !Array.isArray(array.shape) || !ArrayBuffer.isView(array.data)) {
    throw new FluxionError(
      "bad-value",
      `${name} must be { shape, data } with a typed array as data, got ${describe(array)}`,
    );
  }
  const { shape, data } = array;
  if (sizeOf(shape) === data.length && shape.every(extent => Number.isSafeInteger(extent) && extent >= 0)) return;
  throw new FluxionError(
    "bad-value",
    `the shape [${shape}] of ${name} asks for ${sizeOf(shape)} numbers, its data have ${data.length}`,
  );
}

/** An array of zeros of the same type. */
export function emptyLike<E extends Elements>(data: E, length: number): E {
  const Same: new (length: number) => E = Object.getPrototypeOf(data).constructor;
  return new Same(length);
}

/** True of elements as arrays that are read have them. */
export const isElements = (data: unknown): data is Elements => elementTypes.some(Typed => data instanceof Typed);

const elementTypes = [Uint8Array, Int8Array, Int16Array, Int32Array, Float32Array, Float64Array];
