import type { Floating, Value } from "../values.ts";
import type { FloatVectors } from "../vectors.ts";
import { tangent } from "./coefficients.ts";
import { exactExp, scale, twoTo } from "./exponential.ts";
import type { BinaryForm, UnaryForm } from "./form.ts";
import { log1pOfPair } from "./logarithm.ts";
import { polynomial } from "./polynomial.ts";

/** 1 / (1 + exp(-x)), and on the left exp x / (1 + exp x), so that nothing overflows and both tails are accurate. */
export const vectorSigmoid: UnaryForm = (_, v, x) => {
  const { high, low } = decay(v, v.abs(x));
  const isRight = v.ge(x, v.constant(0));
  const one = v.constant(1);
  const { denominator, rest } = onePlus(v, high, low);
  const quotient = v.div(v.select(isRight, one, high), denominator);
  // The quotient times 1 + small is right to nearly twice the digits; what is lost of 1 / denominator, nobody sees.
  const reciprocal = v.select(isRight, quotient, v.sub(one, quotient));
  const small = v.sub(v.select(isRight, v.constant(0), low), v.mul(quotient, rest));
  return v.add(quotient, v.mul(small, reciprocal));
};

/**
 * Near 0, x + x z P(z) / Q(z) with z = x^2; from 0.625 on, 1 - 2 e / (1 + e) with e = exp(-2 |x|). The two share the one
 * division.
 */
export const vectorTanh: UnaryForm = (_, v, x) => {
  const size = v.abs(x);
  const isNear = v.lt(size, v.constant(0.625));
  const z = v.mul(x, x);
  const { numerator, denominator } = tangent[v.type];
  const far = v.below(size, v.constant(v.mantissa === 52 ? 20 : 10));
  const { high, low, n } = exactExp(v, v.mul(far, v.constant(-2)));
  const power = twoTo(v, n);
  const e = v.mul(high, power);
  const plus = onePlus(v, e, v.mul(low, power));
  const quotient = v.div(
    v.select(isNear, v.mul(z, polynomial(v, z, numerator)), e),
    v.select(isNear, polynomial(v, z, denominator), plus.denominator),
  );
  // As in the sigmoid.
  const small = v.sub(v.mul(low, power), v.mul(quotient, plus.rest));
  const tail = v.add(quotient, v.mul(small, v.sub(v.constant(1), quotient)));
  const right = v.sub(v.constant(1), v.add(tail, tail));
  return v.copysign(v.select(isNear, v.add(x, v.mul(x, quotient)), right), x);
};

/** max(x, 0) + log(1 + exp(-|x|)). */
export const vectorSoftplus: UnaryForm = (_, v, x) =>
  // Of NaN the comparison is false.
  v.add(v.select(v.lt(x, v.constant(0)), v.constant(0), x), log1pOfDecay(v, v.abs(x)));

/** max(x, y) + log(1 + exp(-|x - y|)). */
export const vectorLogaddexp: BinaryForm = (_, v, x, y) => {
  const isSame = v.eq(x, y);
  // The difference of two equal infinities is NaN.
  const distance = v.abs(v.fromBits(v.integers.andNot(v.bits(v.sub(x, y)), isSame)));
  return v.add(v.max(x, y), log1pOfDecay(v, distance));
};

// log(1 + exp(-distance)).
function log1pOfDecay<F extends Floating>(v: FloatVectors<F>, distance: Value<F>): Value<F> {
  const { high, low } = decay(v, distance);
  return log1pOfPair(v, high, low);
}

// exp(-distance) in two words.
function decay<F extends Floating>(
  v: FloatVectors<F>,
  distance: Value<F>,
): { readonly high: Value<F>; readonly low: Value<F> } {
  // Below that bound it is 0.
  const lowest = v.constant(v.mantissa === 52 ? -760 : -110);
  const { high, low, n } = exactExp(v, v.above(v.neg(distance), lowest));
  return { high: scale(v, high, n), low: scale(v, low, n) };
}

// 1 + high + low in two words, for a high from 0 to 1.
function onePlus<F extends Floating>(
  v: FloatVectors<F>,
  high: Value<F>,
  low: Value<F>,
): { readonly denominator: Value<F>; readonly rest: Value<F> } {
  const one = v.constant(1);
  const denominator = v.add(one, high);
  return { denominator, rest: v.add(v.sub(high, v.sub(denominator, one)), low) };
}
