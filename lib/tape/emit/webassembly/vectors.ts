import { unsignedBytes } from "./bytes.ts";
import { type Arithmetic, demote, type Operation, promote } from "./scalars.ts";
import {
  type Address,
  constantBytes,
  type Floating,
  type LaneOf,
  type MaskOf,
  memoryArgument,
  type Type,
  type Value,
  value,
} from "./values.ts";

/** Vectors of whole numbers, of the lanes of a vector of floating-point numbers; also masks, whose lanes are 0 or -1. */
export interface IntegerVectors<M extends "i32x4" | "i64x2"> {
  readonly constant: (x: number | bigint) => Value<M>;
  readonly add: Operation<M>;
  readonly sub: Operation<M>;
  readonly eq: Operation<M>;
  readonly and: Operation<M>;
  readonly or: Operation<M>;
  readonly xor: Operation<M>;
  /** What is in `x` and not in `y`. */
  readonly andNot: Operation<M>;
  readonly not: (x: Value<M>) => Value<M>;
  readonly shl: (x: Value<M>, count: number) => Value<M>;
  /** Zeros come in from the left. */
  readonly shr: (x: Value<M>, count: number) => Value<M>;
  /** 1 if any bit is set. */
  readonly any: (x: Value<M>) => Value<"i32">;
  /** 1 if no lane is 0. */
  readonly all: (x: Value<M>) => Value<"i32">;
}

/** Vectors of floating-point numbers: all that a function needs to be written once for two lanes and for four. */
export interface FloatVectors<F extends Floating> extends Arithmetic<F, MaskOf<F>> {
  readonly type: F;
  readonly lane: LaneOf<F>;
  /** How many lanes there are. */
  readonly lanes: number;
  /** The bits of a mantissa that are stored, and what is added to exponents. */
  readonly mantissa: number;
  readonly bias: number;
  readonly integers: IntegerVectors<MaskOf<F>>;
  readonly constant: (x: number) => Value<F>;
  readonly splat: (x: Value<LaneOf<F>>) => Value<F>;
  readonly extract: (x: Value<F>, lane: number) => Value<LaneOf<F>>;
  readonly replace: (x: Value<F>, lane: number, by: Value<LaneOf<F>>) => Value<F>;
  /** A lane as a double, and the nearest of a double. */
  readonly toDouble: (x: Value<LaneOf<F>>) => Value<"f64">;
  readonly fromDouble: (x: Value<"f64">) => Value<LaneOf<F>>;
  /** `y < x ? y : x`, in one instruction. */
  readonly below: Operation<F>;
  /** `x < y ? y : x`, in one instruction. */
  readonly above: Operation<F>;
  /** Lane by lane, `x` where the mask is set, else `y`. */
  readonly select: (mask: Value<MaskOf<F>>, x: Value<F>, y: Value<F>) => Value<F>;
  /** `x` where the mask is set, else 0. */
  readonly keep: (mask: Value<MaskOf<F>>, x: Value<F>) => Value<F>;
  /** The same bits, as whole numbers and back. */
  readonly bits: (x: Value<F>) => Value<MaskOf<F>>;
  readonly fromBits: (x: Value<MaskOf<F>>) => Value<F>;
  /** `x * y + z`: rounded once where these vectors are fused, else twice. */
  readonly multiplyAdd: (x: Value<F>, y: Value<F>, z: Value<F>) => Value<F>;
  /** One number from memory in the first lane, 0 in the others. */
  readonly loadFirst: (address: Address) => Value<F>;
  /** One number from memory in all lanes. */
  readonly loadSplat: (address: Address) => Value<F>;
}

const simd = (position: number, ...immediate: readonly number[]): readonly number[] => [
  0xfd,
  ...unsignedBytes(position),
  ...immediate,
];

// A program has many operations, and few kinds of them.
function unary<T extends Type, R extends Type>(type: R, position: number): (x: Value<T>) => Value<R> {
  const code = simd(position);
  return x => value(type, code, x);
}

function binary<T extends Type, R extends Type>(type: R, position: number): Operation<T, R> {
  const code = simd(position);
  return (x, y) => value(type, code, x, y);
}

function constantCode(bytes: readonly number[], lanes: number): readonly number[] {
  const code = [0xfd, 0x0c];
  for (let lane = 0; lane < lanes; lane++) for (const byte of bytes) code.push(byte);
  return code;
}

const bitselect = 0x52;

/** Where the operations of a type begin in the table of instructions. */
interface IntegerCodes {
  readonly lane: "i32" | "i64";
  readonly shifts: number;
  readonly all: number;
  readonly eq: number;
}

function integerVectors<M extends "i32x4" | "i64x2">(
  type: M,
  { lane, shifts, all, eq }: IntegerCodes,
): IntegerVectors<M> {
  const shift = (position: number) => (x: Value<M>, count: number) =>
    value(type, simd(position), x, value("i32", [0x41, ...unsignedBytes(count)]));
  const lanes = lane === "i32" ? 4 : 2;
  return {
    constant: x => value(type, constantCode(constantBytes(lane, x), lanes)),
    add: binary(type, shifts + 3),
    sub: binary(type, shifts + 6),
    eq: binary(type, eq),
    not: unary(type, 0x4d),
    and: binary(type, 0x4e),
    andNot: binary(type, 0x4f),
    or: binary(type, 0x50),
    xor: binary(type, 0x51),
    shl: shift(shifts),
    shr: shift(shifts + 2),
    any: unary("i32", 0x53),
    all: unary("i32", all),
  };
}

export const i32x4: IntegerVectors<"i32x4"> = integerVectors("i32x4", {
  lane: "i32",
  shifts: 0xab,
  all: 0xa3,
  eq: 0x37,
});

export const i64x2: IntegerVectors<"i64x2"> = integerVectors("i64x2", {
  lane: "i64",
  shifts: 0xcb,
  all: 0xc3,
  eq: 0xd6,
});

interface FloatCodes<F extends Floating> {
  readonly lane: LaneOf<F>;
  readonly mask: MaskOf<F>;
  readonly lanes: number;
  readonly mantissa: number;
  readonly bias: number;
  readonly integers: IntegerVectors<MaskOf<F>>;
  readonly splat: number;
  readonly extract: number;
  readonly comparisons: number;
  /** The positions of ceil, floor, trunc and nearest. */
  readonly rounding: readonly [number, number, number, number];
  readonly arithmetic: number;
  readonly loadFirst: number;
  readonly loadSplat: number;
  readonly toDouble: (x: Value<LaneOf<F>>) => Value<"f64">;
  readonly fromDouble: (x: Value<"f64">) => Value<LaneOf<F>>;
}

function floatVectors<F extends Floating>(type: F, codes: FloatCodes<F>): FloatVectors<F> {
  const { lane, mask, lanes, mantissa, bias, integers, splat, extract, comparisons, rounding, arithmetic } = codes;
  const one = (position: number) => unary<F, F>(type, arithmetic + position);
  const two = (position: number): Operation<F> => binary(type, arithmetic + position);
  const compare = (position: number): Operation<F, MaskOf<F>> => binary(mask, comparisons + position);
  const bytes = mantissa === 52 ? 8 : 4;
  const read =
    (position: number) =>
    ({ base, offset = 0, alignment = bytes }: Address) =>
      value(type, simd(position, ...memoryArgument(alignment, offset)), base);
  const constant = (x: number): Value<F> => {
    const each = constantBytes(bytes === 8 ? "f64" : "f32", x);
    return value(type, constantCode(each, lanes));
  };
  const add = two(4);
  const mul = two(6);
  return {
    type,
    lane,
    lanes,
    mantissa,
    bias,
    integers,
    constant,
    splat: unary(type, splat),
    extract: (x, position) => value(lane, simd(extract, position), x),
    toDouble: codes.toDouble,
    fromDouble: codes.fromDouble,
    replace: (x, position, by) => value(type, simd(extract + 1, position), x, by),
    abs: one(0),
    neg: one(1),
    sqrt: one(3),
    add,
    sub: two(5),
    mul,
    div: two(7),
    min: two(8),
    max: two(9),
    below: two(10),
    above: two(11),
    ceil: unary(type, rounding[0]),
    floor: unary(type, rounding[1]),
    trunc: unary(type, rounding[2]),
    nearest: unary(type, rounding[3]),
    eq: compare(0),
    ne: compare(1),
    lt: compare(2),
    gt: compare(3),
    le: compare(4),
    ge: compare(5),
    select: (chosen, x, y) => value(type, simd(bitselect), x, y, chosen),
    keep: (chosen, x) => value(type, simd(0x4e), x, chosen),
    copysign: (x, y) => value(type, simd(bitselect), y, x, constant(-0)),
    bits: x => value(mask, [], x),
    fromBits: x => value(type, [], x),
    multiplyAdd: (x, y, z) => add(mul(x, y), z),
    loadFirst: read(codes.loadFirst),
    loadSplat: read(codes.loadSplat),
  };
}

export const f32x4: FloatVectors<"f32x4"> = floatVectors("f32x4", {
  lane: "f32",
  mask: "i32x4",
  lanes: 4,
  mantissa: 23,
  bias: 127,
  integers: i32x4,
  splat: 0x13,
  extract: 0x1f,
  comparisons: 0x41,
  rounding: [0x67, 0x68, 0x69, 0x6a],
  arithmetic: 0xe0,
  loadFirst: 0x5c,
  loadSplat: 0x09,
  toDouble: promote,
  fromDouble: demote,
});

export const f64x2: FloatVectors<"f64x2"> = floatVectors("f64x2", {
  lane: "f64",
  mask: "i64x2",
  lanes: 2,
  mantissa: 52,
  bias: 1023,
  integers: i64x2,
  splat: 0x14,
  extract: 0x21,
  comparisons: 0x47,
  rounding: [0x74, 0x75, 0x7a, 0x94],
  arithmetic: 0xec,
  loadFirst: 0x5d,
  loadSplat: 0x0a,
  toDouble: x => x,
  fromDouble: x => x,
});

/**
 * The same vectors with `multiplyAdd` in one instruction, for engines with relaxed SIMD. Whether it is rounded once or twice
 * is then up to the machine, so that last bits differ between machines.
 */
export function fused<F extends Floating>(vectors: FloatVectors<F>): FloatVectors<F> {
  const position = vectors.mantissa === 52 ? 0x107 : 0x105;
  return { ...vectors, multiplyAdd: (x, y, z) => value(vectors.type, simd(position), x, y, z) };
}

/** The first two lanes as doubles. */
export const promoteLow: (x: Value<"f32x4">) => Value<"f64x2"> = unary("f64x2", 0x5f);

/** The nearest singles in the first two lanes, 0 in the others. */
export const demoteZero: (x: Value<"f64x2">) => Value<"f32x4"> = unary("f32x4", 0x5e);

/** Rounded towards 0, in the first two lanes, 0 in the others. */
export const truncateZero: (x: Value<"f64x2">) => Value<"i32x4"> = unary("i32x4", 0xfc);

/** Four of the eight lanes of `x` and `y`, which are numbered on from those of `x`. */
export function shuffle<T extends "f32x4" | "i32x4">(
  x: Value<T>,
  y: Value<T>,
  lanes: readonly [number, number, number, number],
): Value<T> {
  return value(x.type, simd(0x0d, ...lanes.flatMap(lane => [0, 1, 2, 3].map(byte => 4 * lane + byte))), x, y);
}

/** Pieces of so many bytes of the lower or upper halves of `x` and `y`, in turn: `x0 y0 x1 y1`. */
export function unpacked<F extends Floating>(x: Value<F>, y: Value<F>, bytes: 4 | 8, half: "low" | "high"): Value<F> {
  const start = half === "low" ? 0 : 8;
  const places = Array.from({ length: 16 }, (_, i) => {
    const piece = Math.floor(i / bytes);
    return start + (piece % 2) * 16 + (piece >> 1) * bytes + (i % bytes);
  });
  return value(x.type, simd(0x0d, ...places), x, y);
}

/** The bytes of what writes one lane to memory. */
export function storeLaneCode(type: Floating, lane: number, { offset = 0, alignment }: Address): readonly number[] {
  const bytes = type === "f64x2" ? 8 : 4;
  return simd(type === "f64x2" ? 0x5b : 0x5a, ...memoryArgument(alignment ?? bytes, offset), lane);
}
