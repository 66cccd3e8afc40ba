import type { Floating, Value } from "../values.ts";
import type { FloatVectors } from "../vectors.ts";
import { exponential } from "./coefficients.ts";
import type { UnaryForm } from "./form.ts";
import { polynomial } from "./polynomial.ts";

/**
 * exp x = 2^n exp r, where n is the whole number nearest to x / log 2 and r what is left, by a polynomial for exp r; the
 * power of two is multiplied in as two factors, so that results below the normal numbers are rounded once.
 */
export const vectorExp: UnaryForm = (_, v, x) => {
  const { n, r, rest } = reduce(v, within(v, x));
  const power = v.add(v.constant(1), v.add(r, v.add(tailOf(v, r), rest)));
  return scale(v, power, n);
};

/**
 * exp x - 1 = (2^n - 1) + 2^n r + 2^n (exp r - 1 - r): of the first sum, which may cancel, the rounding error is known and
 * joins the last term. All of it is halved until the end, so that no power of two overflows before the result does.
 */
export const vectorExpm1: UnaryForm = (_, v, x) => {
  const lowest = v.constant(v.mantissa === 52 ? -40 : -20);
  const { n, r, rest } = reduce(v, v.above(within(v, x), lowest));
  const half = twoTo(v, v.sub(n, v.constant(1)));
  const whole = v.sub(half, v.constant(0.5));
  const part = v.mul(half, r);
  const { sum, error } = exactSum(v, whole, part);
  const result = v.add(sum, v.add(error, v.mul(half, v.add(tailOf(v, r), rest))));
  // It is x itself near 0, whose sign and smallest bits would be lost.
  const tiny = v.constant(2 ** -(v.mantissa + 2));
  return v.select(v.lt(v.abs(x), tiny), x, v.add(result, result));
};

/** exp x as `(high + low) * 2^n`, to a few digits more than a lane has; for an x whose n is an exponent, or nearly. */
export function exactExp<F extends Floating>(
  v: FloatVectors<F>,
  x: Value<F>,
): { readonly high: Value<F>; readonly low: Value<F>; readonly n: Value<F> } {
  const { n, r, rest } = reduce(v, x);
  const small = v.add(r, v.add(tailOf(v, r), rest));
  const high = v.add(v.constant(1), small);
  return { high, low: v.sub(small, v.sub(high, v.constant(1))), n };
}

/** `x * 2^n` for a whole n from -1100 to 1100 (of singles, from -160 to 160): exact if it is a normal number, else rounded once. */
export function scale<F extends Floating>(v: FloatVectors<F>, x: Value<F>, n: Value<F>): Value<F> {
  const first = v.nearest(v.mul(n, v.constant(0.5)));
  return v.mul(v.mul(x, twoTo(v, first)), twoTo(v, v.sub(n, first)));
}

/** 2^n for a whole n that is an exponent of normal numbers; for the one below those, 0. */
export function twoTo<F extends Floating>(v: FloatVectors<F>, n: Value<F>): Value<F> {
  // The sum has n + bias as its last bits.
  const shifted = v.add(n, v.constant(1.5 * 2 ** v.mantissa + v.bias));
  return v.fromBits(v.integers.shl(v.bits(shifted), v.mantissa));
}

/** A sum, and what its rounding lost, whichever is larger: D. E. Knuth, The Art of Computer Programming 2, 4.2.2. */
export function exactSum<F extends Floating>(
  v: FloatVectors<F>,
  x: Value<F>,
  y: Value<F>,
): { readonly sum: Value<F>; readonly error: Value<F> } {
  const sum = v.add(x, y);
  const other = v.sub(sum, x);
  return { sum, error: v.add(v.sub(x, v.sub(sum, other)), v.sub(y, other)) };
}

// Beyond these bounds the result is 0 or Infinity as it is at them, and at them n is still an exponent. NaN stays.
function within<F extends Floating>(v: FloatVectors<F>, x: Value<F>): Value<F> {
  const [low, high] = v.mantissa === 52 ? [-760, 710] : [-110, 88.9];
  return v.above(v.below(x, v.constant(high)), v.constant(low));
}

interface Reduced<F extends Floating> {
  readonly n: Value<F>;
  readonly r: Value<F>;
  /** What the rounding of r lost. */
  readonly rest: Value<F>;
}

function reduce<F extends Floating>(v: FloatVectors<F>, x: Value<F>): Reduced<F> {
  const { high, low } = logarithmOfTwo[v.type];
  const n = v.nearest(v.mul(x, v.constant(Math.LOG2E)));
  const most = v.sub(x, v.mul(n, v.constant(high)));
  const least = v.mul(n, v.constant(low));
  const r = v.sub(most, least);
  return { n, r, rest: v.sub(v.sub(most, r), least) };
}

// exp r - 1 - r.
function tailOf<F extends Floating>(v: FloatVectors<F>, r: Value<F>): Value<F> {
  return v.mul(v.mul(r, r), polynomial(v, r, exponential[v.type]));
}

/** log 2 in two words, of which the first has so few bits that its product with an exponent is exact. */
export const logarithmOfTwo: Readonly<Record<Floating, { readonly high: number; readonly low: number }>> = {
  f64x2: { high: 0x162e42fee00000 / 2 ** 53, low: 1.9082149292705877e-10 },
  f32x4: { high: 0xb172 / 2 ** 16, low: 1.4286068203094173e-6 },
};
