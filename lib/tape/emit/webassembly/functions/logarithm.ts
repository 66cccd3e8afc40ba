import { i32 } from "../scalars.ts";
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
export const vectorLog: UnaryForm = ({ body }, v, argument) => {
  const x = body.keep(argument);
  const least = v.constant(2 ** (1 - v.bias));
  const { k, m } = split(v, x);
  const result = body.variable(assemble(v, k, m));
  const isNormal = v.integers.and(v.ge(x, least), v.lt(x, v.constant(Number.POSITIVE_INFINITY)));
  body.if(i32.not(v.integers.all(isNormal)), () => {
    // The same, for normal numbers to the last bit, and right for the others.
    const isSmall = v.lt(x, least);
    const digits = v.mantissa + 2;
    const normal = split(v, v.select(isSmall, v.mul(x, v.constant(2 ** digits)), x));
    const exponent = v.sub(normal.k, v.keep(isSmall, v.constant(digits)));
    body.set(result, atEnds(v, x, assemble(v, exponent, normal.m)));
  });
  return result.value;
};

/** log(1 + x), where the rounding of 1 + x is made good by the first term of a series. */
export const vectorLog1p: UnaryForm = ({ body }, v, argument) => {
  const x = body.keep(argument);
  const { sum, error } = exactSum(v, v.constant(1), x);
  const kept = body.keep(sum);
  const result = body.variable(logOfSum(v, kept, error));
  const isRegular = v.integers.and(v.gt(kept, v.constant(0)), v.lt(kept, v.constant(Number.POSITIVE_INFINITY)));
  body.if(i32.not(v.integers.all(isRegular)), () => body.set(result, atEnds(v, kept, result.value)));
  // So that -0 stays.
  return v.copysign(result.value, x);
};

/** log(1 + y + low) for a y from 0 to 1, and a low of half a unit in its last place. */
export function log1pOfPair<F extends Floating>(v: FloatVectors<F>, y: Value<F>, low: Value<F>): Value<F> {
  const sum = v.add(v.constant(1), y);
  return logOfSum(v, sum, v.add(v.sub(y, v.sub(sum, v.constant(1))), low));
}

// log(sum + error) = log sum + error / sum, nearly; of sums that are finite and positive.
function logOfSum<F extends Floating>(v: FloatVectors<F>, sum: Value<F>, error: Value<F>): Value<F> {
  const { k, m } = split(v, sum);
  // Of the largest sums the error is nothing, and their power of two not normal.
  const power = twoTo(v, v.above(v.neg(k), v.constant(-v.bias)));
  return assemble(v, k, m, v.mul(error, power));
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

// k log 2 + log(m + rest), the larger terms last.
function assemble<F extends Floating>(v: FloatVectors<F>, k: Value<F>, m: Value<F>, rest?: Value<F>): Value<F> {
  const { high, low } = logarithmOfTwo[v.type];
  const f = v.sub(m, v.constant(1));
  const s = v.div(f, v.add(m, v.constant(1)));
  const z = v.mul(s, s);
  const half = v.mul(v.constant(0.5), v.mul(f, f));
  const series = v.mul(z, polynomial(v, z, logarithm[v.type]));
  let small = v.add(v.mul(s, v.add(half, series)), v.mul(k, v.constant(low)));
  if (rest !== undefined) {
    // 1 / m is (1 - s)^2 to three parts in a hundred.
    const left = v.sub(v.constant(1), s);
    small = v.add(small, v.mul(rest, v.mul(left, left)));
  }
  return v.sub(v.mul(k, v.constant(high)), v.sub(v.sub(half, small), f));
}

// The logarithm of x where it is no finite positive number.
function atEnds<F extends Floating>(v: FloatVectors<F>, x: Value<F>, result: Value<F>): Value<F> {
  const zero = v.constant(0);
  const infinity = v.constant(Number.POSITIVE_INFINITY);
  const isRegular = v.integers.and(v.gt(x, zero), v.lt(x, infinity));
  const belowZero = v.select(v.lt(x, zero), v.constant(Number.NaN), x);
  return v.select(isRegular, result, v.sub(belowZero, v.keep(v.eq(x, zero), infinity)));
}
