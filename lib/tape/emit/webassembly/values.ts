import { signedBytes, unsignedBytes } from "./bytes.ts";

/** The types of values. Those of vectors are one in WebAssembly, and told apart here, so that no lane is misread. */
export type Type = "i32" | "f32" | "f64" | Floating | "i32x4" | "i64x2";

/** Vectors of floating-point numbers. */
export type Floating = "f32x4" | "f64x2";

/** What one lane of a vector is as a number of its own. */
export type LaneOf<F extends Floating> = F extends "f64x2" ? "f64" : "f32";

/** Whole numbers, or the masks that comparisons give, of the same lanes. */
export type MaskOf<F extends Floating> = F extends "f64x2" ? "i64x2" : "i32x4";

/**
 * A value that code will compute: an operation on other values. It is computed by the statement that uses it, and once
 * there however often it occurs.
 */
export interface Value<T extends Type = Type> {
  readonly type: T;
  /** The bytes of the operation, operands aside. */
  readonly code: readonly number[];
  readonly operands: readonly Value[];
  /** The function that is called, whose number is known last. */
  readonly callee?: Callee;
}

/** A function of a module, its own or imported. */
export interface Callee<
  Parameters extends readonly Type[] = readonly Type[],
  Result extends Type | "none" = Type | "none",
> {
  readonly parameters: Parameters;
  readonly result: Result;
}

/** A value for each type. */
export type ValuesOf<Types extends readonly Type[]> = { readonly [I in keyof Types]: Value<Types[I]> };

/** The byte that stands for a type. */
export const typeByte: Readonly<Record<Type, number>> = {
  i32: 0x7f,
  f32: 0x7d,
  f64: 0x7c,
  f32x4: 0x7b,
  f64x2: 0x7b,
  i32x4: 0x7b,
  i64x2: 0x7b,
};

/** How many bytes a value takes in memory. */
export const bytesOf: Readonly<Record<Type, number>> = {
  i32: 4,
  f32: 4,
  f64: 8,
  f32x4: 16,
  f64x2: 16,
  i32x4: 16,
  i64x2: 16,
};

export function value<T extends Type>(type: T, code: readonly number[], ...operands: readonly Value[]): Value<T> {
  return { type, code, operands };
}

/** What a function returns for these arguments. */
export function call<P extends readonly Type[], R extends Type>(callee: Callee<P, R>, ...args: ValuesOf<P>): Value<R> {
  return { type: callee.result, code: [0x10], operands: args, callee };
}

/** `x` where the condition is not 0, else `y`; both are computed. */
export function choose<T extends Type>(condition: Value<"i32">, x: Value<T>, y: Value<T>): Value<T> {
  return value(x.type, typeByte[x.type] === vectorByte ? [0x1c, 1, vectorByte] : [0x1b], x, y, condition);
}

const vectorByte = 0x7b;

/** Where memory is read or written: an address, a known offset, and the power of two that the address is a multiple of. */
export interface Address {
  readonly base: Value<"i32">;
  readonly offset?: number;
  /** In bytes. Only a hint: what is not aligned is read right, and perhaps slower. */
  readonly alignment?: number;
}

/** What reads a value from memory. */
export function load<T extends Type>(type: T, { base, offset = 0, alignment = bytesOf[type] }: Address): Value<T> {
  return value(type, [...loads[type], ...memoryArgument(alignment, offset)], base);
}

/** The bytes of what writes a value. */
export function storeCode(type: Type, { offset = 0, alignment = bytesOf[type] }: Address): readonly number[] {
  return [...stores[type], ...memoryArgument(alignment, offset)];
}

/** The alignment as a power of two, and the offset. */
export const memoryArgument = (alignment: number, offset: number): readonly number[] => [
  Math.log2(alignment),
  ...unsignedBytes(offset),
];

const loads: Readonly<Record<Type, readonly number[]>> = {
  i32: [0x28],
  f32: [0x2a],
  f64: [0x2b],
  f32x4: [0xfd, 0],
  f64x2: [0xfd, 0],
  i32x4: [0xfd, 0],
  i64x2: [0xfd, 0],
};

const stores: Readonly<Record<Type, readonly number[]>> = {
  i32: [0x36],
  f32: [0x38],
  f64: [0x39],
  f32x4: [0xfd, 0x0b],
  f64x2: [0xfd, 0x0b],
  i32x4: [0xfd, 0x0b],
  i64x2: [0xfd, 0x0b],
};

/** The bytes of a constant of four or eight bytes a lane, lowest first, as it lies in memory. */
export function constantBytes(kind: "f32" | "f64" | "i32" | "i64", x: number | bigint): readonly number[] {
  if (kind === "f64") view.setFloat64(0, Number(x), true);
  else if (kind === "f32") view.setFloat32(0, Number(x), true);
  else if (kind === "i32") view.setInt32(0, Number(x), true);
  else view.setBigInt64(0, BigInt(x), true);
  const length = kind === "f64" || kind === "i64" ? 8 : 4;
  const bytes: number[] = [];
  for (let i = 0; i < length; i++) bytes.push(all[i] as number);
  return bytes;
}

// Constants are many, and a buffer takes longer to make than to fill.
const view = new DataView(new ArrayBuffer(8));
const all = new Uint8Array(view.buffer);

export const integerBytes: (value: number) => readonly number[] = signedBytes;
