import type { Floating, Value } from "../values.ts";
import type { FloatVectors } from "../vectors.ts";
import { logarithm } from "./coefficients.ts";
import { exactSum, logarithmOfTwo, twoTo } from "./exponential.ts";
import type { UnaryForm } from "./form.ts";
import { polynomial } from "./polynomial.ts";

/**
 * log x = k log 2 + log(1 + f), where x = 2^k (1 + f) and 1 + f is between sqrt(1/2) and sqrt(2). With s = f / (2 + f) the
 * second logarithm is log((1 + s) / (1 - s)) = 2 s + s^3 R(s^2).
 */
export const vectorLog: UnaryForm = (_, v, x) => {
  const isSmall = v.lt(x, v.constant(2 ** (1 - v.bias)));
  const digits = v.mantissa + 2;
  const normal = v.select(isSmall, v.mul(x, v.constant(2 ** digits)), x);
  const { k, m } = split(v, normal);
  const exponent = v.sub(k, v.keep(isSmall, v.constant(digits)));
  const result = assemble(v, exponent, v.sub(m, v.constant(1)));
  return atEnds(v, x, result);
};

/** log(1 + x), of which 1 + x is rounded first, and what that loses joins f. */
export const vectorLog1p: UnaryForm = (_, v, x) => {
  const { sum, error } = exactSum(v, v.constant(1), x);
  const result = atEnds(v, sum, logOfSum(v, x, sum, error));
  // It is x itself near 0, whose sign would be lost.
  return v.select(v.lt(v.abs(x), v.constant(2 ** -(v.mantissa + 2))), x, result);
};

/** log(1 + y + low) for a y from 0 to 1, and a low of half a unit in its last place. */
export function log1pOfPair<F extends Floating>(v: FloatVectors<F>, y: Value<F>, low: Value<F>): Value<F> {
  const sum = v.add(v.constant(1), y);
  const error = v.add(v.sub(y, v.sub(sum, v.constant(1))), low);
  return logOfSum(v, y, sum, error, low);
}

// log(sum + error), the logarithm of 1 + y + low; of sums that are finite and positive.
function logOfSum<F extends Floating>(
  v: FloatVectors<F>,
  y: Value<F>,
  sum: Value<F>,
  error: Value<F>,
  low?: Value<F>,
): Value<F> {
  const { k, m } = split(v, sum);
  // Of the largest sums it is nothing, and their power of two not normal.
  const scaled = v.mul(error, twoTo(v, v.above(v.neg(k), v.constant(-v.bias))));
  const near = v.sub(m, v.constant(1));
  const isWhole = v.eq(k, v.constant(0));
  const far = v.add(near, scaled);
  const rest = v.add(v.sub(near, far), scaled);
  const lowest = low === undefined ? v.integers.andNot(v.bits(rest), isWhole) : v.bits(v.select(isWhole, low, rest));
  return assemble(v, k, v.select(isWhole, y, far), v.fromBits(lowest));
}

// x = 2^k m, of a positive normal number.
function split<F extends Floating>(v: FloatVectors<F>, x: Value<F>): { readonly k: Value<F>; readonly m: Value<F> } {
  const { add, and, or, shr, constant } = v.integers;
  const least = v.bits(v.constant(Math.SQRT1_2));
  const one = v.bits(v.constant(1));
  const shifted = v.integers.sub(add(v.bits(x), one), least);
  // As the last bits of a number without a fraction the exponent becomes a number.
  const whole = 2 ** v.mantissa;
  const exponent = v.fromBits(or(shr(shifted, v.mantissa), v.bits(v.constant(whole))));
  const mask = constant(v.mantissa === 52 ? 2n ** 52n - 1n : 2 ** 23 - 1);
  return {
    k: v.sub(exponent, v.constant(whole + v.bias)),
    m: v.fromBits(add(and(shifted, mask), least)),
  };
}

// k log 2 + log(1 + f + rest), the larger terms last.
function assemble<F extends Floating>(v: FloatVectors<F>, k: Value<F>, f: Value<F>, rest?: Value<F>): Value<F> {
  const { high, low } = logarithmOfTwo[v.type];
  const s = v.div(f, v.add(v.constant(2), f));
  const z = v.mul(s, s);
  const half = v.mul(v.constant(0.5), v.mul(f, f));
  const series = v.mul(z, polynomial(v, z, logarithm[v.type]));
  let small = v.add(v.mul(s, v.add(half, series)), v.mul(k, v.constant(low)));
  if (rest !== undefined) {
    // 1 / (1 + f) is (1 - s)^2 to three digits.
    const left = v.sub(v.constant(1), s);
    small = v.add(small, v.mul(rest, v.mul(left, left)));
  }
  return v.sub(v.mul(k, v.constant(high)), v.sub(v.sub(half, small), f));
}

// The logarithm of x where it is no finite positive number.
function atEnds<F extends Floating>(v: FloatVectors<F>, x: Value<F>, result: Value<F>): Value<F> {
  const zero = v.constant(0);
  const isRegular = v.integers.and(v.gt(x, zero), v.lt(x, v.constant(Number.POSITIVE_INFINITY)));
  const belowZero = v.select(v.lt(x, zero), v.constant(Number.NaN), x);
  const end = v.select(v.eq(x, zero), v.constant(Number.NEGATIVE_INFINITY), belowZero);
  return v.select(isRegular, result, end);
}
