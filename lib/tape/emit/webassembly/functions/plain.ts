import type { Floating, MaskOf, Value } from "../values.ts";
import type { FloatVectors } from "../vectors.ts";
import type { BinaryForm, UnaryForm, VectorForm } from "./form.ts";

/** The forms that an instruction or two compute, exactly or rounded once. */

type One = <F extends Floating>(v: FloatVectors<F>, x: Value<F>) => Value<F>;
type Two = <F extends Floating>(v: FloatVectors<F>, x: Value<F>, y: Value<F>) => Value<F>;
type Test = <F extends Floating>(v: FloatVectors<F>, x: Value<F>, y: Value<F>) => Value<MaskOf<F>>;

/** A form of one argument that states nothing. */
export const one =
  (compute: One): UnaryForm =>
  (_, v, x) =>
    compute(v, x);

/** A form of two arguments that states nothing. */
export const two =
  (compute: Two): BinaryForm =>
  (_, v, x, y) =>
    compute(v, x, y);

/** 1 where a comparison holds, else 0. */
export const truth =
  (test: Test): BinaryForm =>
  (_, v, x, y) =>
    v.keep(test(v, x, y), v.constant(1));

/** max(x, 0), where -0 becomes 0. */
export const vectorRelu: UnaryForm = (_, v, x) => v.add(v.above(x, v.constant(0)), v.constant(0));

/** -1, 0 or 1; zeros and NaN stay as they are. */
export const vectorSign: UnaryForm = (_, v, x) => {
  const zero = v.constant(0);
  const isNonzero = v.integers.or(v.lt(x, zero), v.gt(x, zero));
  return v.select(isNonzero, v.copysign(v.constant(1), x), x);
};

/** 1 where x is positive, else 0; NaN stays. */
export const vectorStep: UnaryForm = (_, v, x) =>
  v.select(v.eq(x, x), v.keep(v.gt(x, v.constant(0)), v.constant(1)), x);

/** The nearest whole number; of two, the one farther from 0. */
export const vectorRound: UnaryForm = (_, v, x) => {
  const whole = v.trunc(x);
  const isFar = v.ge(v.abs(v.sub(x, whole)), v.constant(0.5));
  return v.select(isFar, v.add(whole, v.copysign(v.constant(1), x)), whole);
};

/** The square root of a sum of squares, after scaling by a power of two where a square would leave the normal numbers. */
export const vectorHypot: BinaryForm = (_, v, x, y) => {
  const [a, b] = [v.abs(x), v.abs(y)];
  const larger = v.max(a, b);
  const [limit, factor] = v.mantissa === 52 ? [2 ** 500, 2 ** 600] : [2 ** 40, 2 ** 80];
  const isLarge = v.gt(larger, v.constant(limit));
  const isSmall = v.lt(larger, v.constant(1 / limit));
  const choice = (large: number, small: number): typeof x =>
    v.select(isLarge, v.constant(large), v.select(isSmall, v.constant(small), v.constant(1)));
  const scale = choice(1 / factor, factor);
  const [p, q] = [v.mul(a, scale), v.mul(b, scale)];
  const root = v.mul(v.sqrt(v.add(v.mul(p, p), v.mul(q, q))), choice(factor, 1 / factor));
  const infinity = v.constant(Number.POSITIVE_INFINITY);
  const isInfinite = v.integers.or(v.eq(a, infinity), v.eq(b, infinity));
  return v.select(isInfinite, infinity, root);
};

/** min(max(x, low), high). */
export const vectorClip: VectorForm = (_, v, x, low, high) => v.min(v.max(given(v, x), given(v, low)), given(v, high));

/** 1 where neither is 0, else 0. */
export const vectorAnd: BinaryForm = (_, v, x, y) =>
  v.keep(v.integers.and(v.ne(x, v.constant(0)), v.ne(y, v.constant(0))), v.constant(1));

/** 1 where one of the two is not 0, else 0. */
export const vectorOr: BinaryForm = (_, v, x, y) =>
  v.keep(v.integers.or(v.ne(x, v.constant(0)), v.ne(y, v.constant(0))), v.constant(1));

/** The branch that the condition takes, lane by lane; NaN counts as true. Both are computed. */
export const vectorConditional: VectorForm = (_, v, condition, x, y) =>
  v.select(v.ne(given(v, condition), v.constant(0)), given(v, x), given(v, y));

// A row is called with as many arguments as its arity says; the type of a list cannot tell.
const given = <F extends Floating>(v: FloatVectors<F>, x: Value<F> | undefined): Value<F> =>
  x ?? v.constant(Number.NaN);
