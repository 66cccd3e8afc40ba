import { FluxionError } from "../expression/error.ts";
import { sizeOf } from "../expression/values.ts";
import type { DataArray } from "./array.ts";
import { groupSize, type Scales } from "./standardise.ts";

/** What rows are copied into. */
export type Numbers = Float64Array | Float32Array | Int32Array;

/**
 * Copies the chosen rows of an array, whose first axis counts them, to the beginning of another: a batch, as a program reads it.
 * With scales each number is brought to scale on its way, so that bytes stay bytes until then.
 *
 * Throws `bad-value` where the scales were made for rows of another size.
 */
export function fillRows(target: Numbers, array: DataArray, rows: ArrayLike<number>, scales?: Scales): void {
  if (scales === undefined) fillPlain(target, array, rows);
  else fillScaled(target, array, rows, scales);
}

/** The place of the first number that is NaN or infinite; -1 if there is none. */
export function firstNotFinite(data: ArrayLike<number>): number {
  for (let i = 0; i < data.length; i++) if (!Number.isFinite(data[i])) return i;
  return -1;
}

function fillPlain(target: Numbers, { shape, data }: DataArray, rows: ArrayLike<number>): void {
  const size = sizeOf(shape.slice(1));
  for (let i = 0; i < rows.length; i++) {
    const start = (rows[i] ?? 0) * size;
    target.set(data.subarray(start, start + size), i * size);
  }
}

function fillScaled(
  target: Numbers,
  { shape, data }: DataArray,
  rows: ArrayLike<number>,
  { by, mean, deviation, shape: one }: Scales,
): void {
  const [size, group] = [sizeOf(shape.slice(1)), groupSize(by, one)];
  if (size !== group * mean.length) {
    throw new FluxionError(
      "bad-value",
      `the scales are for samples of the shape [${one}], these are of the shape [${shape.slice(1)}]`,
    );
  }
  for (let i = 0; i < rows.length; i++) {
    const from = (rows[i] ?? 0) * size;
    for (let at = 0; at < size; at += group) {
      const [centre = 0, scale = 1] = [mean[at / group], deviation[at / group]];
      fillGroup(target, i * size + at, data, from + at, group, centre, scale);
    }
  }
}

function fillGroup(
  target: Numbers,
  to: number,
  data: ArrayLike<number>,
  from: number,
  count: number,
  centre: number,
  scale: number,
): void {
  for (let i = 0; i < count; i++) target[to + i] = ((data[from + i] ?? 0) - centre) / scale;
}
