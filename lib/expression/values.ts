import { FluxionError } from "./error.ts";
import { describe } from "./expression.ts";
import { suggestion } from "./nearest.ts";

/**
 * What names stand for: a number for a scalar and for a free index, an array for a variable with indices. Of an object,
 * only its own properties count.
 */
export type Values = Readonly<Record<string, Value>> | ReadonlyMap<string, Value>;

/** A number, or an array: nested lists (`[[1, 2], [3, 4]]`, the innermost may be typed arrays), or a flat one with a shape. */
export type Value = number | NestedArray | FlatArray;

/** A list of numbers, or of lists of equal lengths, to any depth up to 64. */
export type NestedArray = ArrayLike<number> | readonly NestedArray[];

/** The elements of an array in row-major order: the last index runs fastest. */
export interface FlatArray {
  readonly shape: readonly number[];
  readonly data: ArrayLike<number>;
}

/** The names that have a value. */
export const namesOf = (values: Values): Iterable<string> => (isMap(values) ? values.keys() : Object.keys(values));

/** The value of a name, or undefined if it has none. */
export function lookUp(values: Values, name: string): Value | undefined {
  if (isMap(values)) return values.get(name);
  return Object.hasOwn(values, name) ? values[name] : undefined;
}

/** The number that `name` stands for. Throws `unbound-variable`, or `bad-value` where the value is no number. */
export function numberOf(values: Values, name: string): number {
  const value = lookUp(values, name);
  if (value === undefined) throw unbound(values, name);
  if (typeof value === "number") return value;
  if (isFlat(value) && value.shape.length === 0) return arrayOf(values, name).data[0] ?? Number.NaN;
  const hint = typeof value === "object" ? `; an array is read under indices, as in ${name}[i]` : "";
  throw new FluxionError("bad-value", `the value of ${name} must be a number, got ${describe(value)}${hint}`);
}

/** The array that `name` stands for, flat. Throws `unbound-variable`, or `bad-value` where the value is no array. */
export function arrayOf(values: Values, name: string): FlatArray {
  const value = lookUp(values, name);
  if (value === undefined) throw unbound(values, name);
  if (isFlat(value)) return checked(name, value);
  if (isList(value)) return flatten(name, value);
  throw new FluxionError(
    "bad-value",
    `the value of ${name} must be an array, nested or { shape, data }, got ${describe(value)}`,
  );
}

/** The shape of an array as its first elements tell it; undefined for what is no array. */
export function shapeOf(value: unknown): readonly number[] | undefined {
  if (isFlat(value)) return isShape(value.shape) ? value.shape : undefined;
  if (!isList(value)) return undefined;
  const shape: number[] = [];
  for (let list: unknown = value; isList(list) && shape.length < deepest; list = list[0]) shape.push(list.length);
  return shape;
}

/** The error of a name without a value; it suggests a near name that has one. */
export const unbound = (values: Values, name: string, what: "variable" | "index" = "variable"): FluxionError =>
  new FluxionError("unbound-variable", `the ${what} ${name} has no value${suggestion(name, namesOf(values))}`);

/** The number of elements that an array of this shape has. */
export const sizeOf = (shape: readonly number[]): number => shape.reduce((size, extent) => size * extent, 1);

const isMap = (values: Values): values is ReadonlyMap<string, Value> => values instanceof Map;

const isList = (value: unknown): value is ArrayLike<unknown> =>
  Array.isArray(value) || (ArrayBuffer.isView(value) && "length" in value);

const isFlat = (value: unknown): value is FlatArray =>
  typeof value === "object" && value !== null && "shape" in value && "data" in value;

function checked(name: string, { shape, data }: FlatArray): FlatArray {
  if (!isShape(shape)) {
    throw new FluxionError("bad-value", `the shape of ${name} must be a list of natural numbers`);
  }
  if (!isList(data) || data.length !== sizeOf(shape)) {
    const length = isList(data) ? data.length : 0;
    throw new FluxionError(
      "bad-value",
      `the shape [${shape}] of ${name} asks for ${sizeOf(shape)} numbers, its data have ${length}`,
    );
  }
  return { shape, data: numbers(name, data) };
}

// Level by level, since how deep the lists are nested is the user's choice.
function flatten(name: string, value: ArrayLike<unknown>): FlatArray {
  const shape: number[] = [value.length];
  let level: ArrayLike<unknown> = value;
  while (isList(level[0])) {
    const length = level[0].length;
    if (shape.push(length) > deepest) throw new FluxionError("bad-value", `the value of ${name} is nested too deep`);
    const next: unknown[] = [];
    for (let i = 0; i < level.length; i++) {
      const list = level[i];
      if (!isList(list) || list.length !== length) {
        const got = isList(list) ? `one of ${list.length}` : describe(list);
        throw new FluxionError("bad-value", `the value of ${name} is ragged: beside a list of ${length} stands ${got}`);
      }
      for (let j = 0; j < list.length; j++) next.push(list[j]);
    }
    level = next;
  }
  return { shape, data: numbers(name, level) };
}

function numbers(name: string, list: ArrayLike<unknown>): ArrayLike<number> {
  for (let i = 0; i < list.length; i++) {
    if (typeof list[i] !== "number") {
      throw new FluxionError("bad-value", `the value of ${name} must hold numbers only, got ${describe(list[i])}`);
    }
  }
  return list as ArrayLike<number>;
}

const isShape = (value: unknown): value is readonly number[] =>
  isList(value) && Array.from(value).every(extent => Number.isSafeInteger(extent) && Number(extent) >= 0);

const deepest = 64;
