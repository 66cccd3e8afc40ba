import { constantBytes, integerBytes, type Type, type Value, value } from "./values.ts";

/** What two operands make. */
export type Operation<T extends Type, R extends Type = T> = (x: Value<T>, y: Value<T>) => Value<R>;

/** Arithmetic of 32-bit whole numbers; comparisons give 1 or 0. */
export interface Integers {
  readonly constant: (x: number) => Value<"i32">;
  readonly add: Operation<"i32">;
  readonly sub: Operation<"i32">;
  readonly mul: Operation<"i32">;
  readonly and: Operation<"i32">;
  readonly or: Operation<"i32">;
  readonly shl: Operation<"i32">;
  readonly shr: Operation<"i32">;
  readonly eq: Operation<"i32">;
  readonly ne: Operation<"i32">;
  readonly lt: Operation<"i32">;
  readonly gt: Operation<"i32">;
  readonly le: Operation<"i32">;
  readonly ge: Operation<"i32">;
  /** 1 for 0, else 0. */
  readonly not: (x: Value<"i32">) => Value<"i32">;
  /** Rounds towards 0; what is out of range becomes the nearest bound, NaN becomes 0. */
  readonly fromDouble: (x: Value<"f64">) => Value<"i32">;
}

/** Arithmetic of floating-point numbers, or of vectors of them, as JavaScript has it; `C` is what a comparison gives. */
export interface Arithmetic<T extends Type, C extends Type> {
  readonly add: Operation<T>;
  readonly sub: Operation<T>;
  readonly mul: Operation<T>;
  readonly div: Operation<T>;
  /** As Math.min and Math.max: NaN if either is, and -0 is below 0. */
  readonly min: Operation<T>;
  readonly max: Operation<T>;
  /** The magnitude of `x` with the sign of `y`. */
  readonly copysign: Operation<T>;
  readonly abs: (x: Value<T>) => Value<T>;
  readonly neg: (x: Value<T>) => Value<T>;
  readonly sqrt: (x: Value<T>) => Value<T>;
  readonly floor: (x: Value<T>) => Value<T>;
  readonly ceil: (x: Value<T>) => Value<T>;
  readonly trunc: (x: Value<T>) => Value<T>;
  /** The nearest whole number; of two, the even one. */
  readonly nearest: (x: Value<T>) => Value<T>;
  readonly eq: Operation<T, C>;
  readonly ne: Operation<T, C>;
  readonly lt: Operation<T, C>;
  readonly gt: Operation<T, C>;
  readonly le: Operation<T, C>;
  readonly ge: Operation<T, C>;
}

/** Arithmetic of single numbers; comparisons give 1 or 0. */
export interface Floats<T extends "f32" | "f64"> extends Arithmetic<T, "i32"> {
  readonly type: T;
  readonly constant: (x: number) => Value<T>;
  readonly fromInteger: (x: Value<"i32">) => Value<T>;
}

const unary =
  <T extends Type, R extends Type>(type: R, ...code: number[]) =>
  (x: Value<T>): Value<R> =>
    value(type, code, x);

const binary =
  <T extends Type, R extends Type>(type: R, ...code: number[]): Operation<T, R> =>
  (x, y) =>
    value(type, code, x, y);

export const i32: Integers = {
  constant: x => value("i32", [0x41, ...integerBytes(x)]),
  add: binary("i32", 0x6a),
  sub: binary("i32", 0x6b),
  mul: binary("i32", 0x6c),
  and: binary("i32", 0x71),
  or: binary("i32", 0x72),
  shl: binary("i32", 0x74),
  shr: binary("i32", 0x75),
  eq: binary("i32", 0x46),
  ne: binary("i32", 0x47),
  lt: binary("i32", 0x48),
  gt: binary("i32", 0x4a),
  le: binary("i32", 0x4c),
  ge: binary("i32", 0x4e),
  not: unary("i32", 0x45),
  fromDouble: unary("i32", 0xfc, 2),
};

/** Where the operations of a type begin in the table of instructions. */
interface Codes {
  readonly constant: number;
  readonly comparisons: number;
  readonly arithmetic: number;
  readonly fromInteger: number;
}

function floats<T extends "f32" | "f64">(
  type: T,
  { constant, comparisons, arithmetic, fromInteger }: Codes,
): Floats<T> {
  const compare = (position: number): Operation<T, "i32"> => binary("i32", comparisons + position);
  const one = (position: number) => unary<T, T>(type, arithmetic + position);
  const two = (position: number): Operation<T> => binary(type, arithmetic + position);
  return {
    type,
    constant: x => value(type, [constant, ...constantBytes(type, x)]),
    abs: one(0),
    neg: one(1),
    ceil: one(2),
    floor: one(3),
    trunc: one(4),
    nearest: one(5),
    sqrt: one(6),
    add: two(7),
    sub: two(8),
    mul: two(9),
    div: two(10),
    min: two(11),
    max: two(12),
    copysign: two(13),
    eq: compare(0),
    ne: compare(1),
    lt: compare(2),
    gt: compare(3),
    le: compare(4),
    ge: compare(5),
    fromInteger: unary(type, fromInteger),
  };
}

export const f32: Floats<"f32"> = floats("f32", {
  constant: 0x43,
  comparisons: 0x5b,
  arithmetic: 0x8b,
  fromInteger: 0xb2,
});

export const f64: Floats<"f64"> = floats("f64", {
  constant: 0x44,
  comparisons: 0x61,
  arithmetic: 0x99,
  fromInteger: 0xb7,
});

/** The same number as a double. */
export const promote: (x: Value<"f32">) => Value<"f64"> = unary("f64", 0xbb);

/** The nearest single. */
export const demote: (x: Value<"f64">) => Value<"f32"> = unary("f32", 0xb6);
