import type { Floating } from "../values.ts";

/** The coefficients of a quotient of polynomials, lowest first; without a denominator, of one. */
export interface Rational {
  readonly numerator: readonly number[];
  readonly denominator: readonly number[];
}

type Coefficients<T> = Readonly<Record<Floating, T>>;

// Printed by spec/support/coefficients.ts, which says how they are found.

/** (exp(r) - 1 - r) / r^2 in r, for |r| <= log(2)/2. */
export const exponential: Coefficients<readonly number[]> = {
  // The largest error is 1.8e-17.
  f64x2: [
    0.5000000000000006, 0.16666666666666685, 0.041666666666573655, 0.008333333333314534, 0.0013888888932364887,
    0.00019841269903151087, 0.000024801504465593842, 0.0000027557227863478544, 2.762631794022234e-7,
    2.5114494920358102e-8,
  ],
  // The largest error is 2.4e-10.
  f32x4: [
    0.5, 0.1666666716337204, 0.04166635498404503, 0.008333273231983185, 0.0013940999051555991, 0.00019914233416784555,
  ],
};

/** (log((1 + s) / (1 - s)) - 2 s) / s^3 in s^2, for s <= 3 - sqrt(8). */
export const logarithm: Coefficients<readonly number[]> = {
  // The largest error is 2.5e-18.
  f64x2: [
    0.6666666666666734, 0.3999999999941441, 0.28571428742455085, 0.2222219856560016, 0.18183564751625036,
    0.15314038920290027, 0.14796073135045584,
  ],
  // The largest error is 9.6e-12.
  f32x4: [0.6666666269302368, 0.4000033438205719, 0.2853730320930481, 0.23582273721694946],
};

/** (tanh(x) - x) / x^3 in x^2, for x < 0.625. */
export const tangent: Coefficients<Rational> = {
  // The largest error is 5.6e-19.
  f64x2: {
    numerator: [-0.33333333333333326, -0.020496849097266952, -0.00019909169766320692],
    denominator: [1, 0.46149054729178624, 0.023288732105195584, 0.00020644126793245232],
  },
  // The largest error is 4.4e-9.
  f32x4: { numerator: [-0.3333330750465393, -0.0015418784460052848], denominator: [1, 0.4046134054660797] },
};

/** (sin(r) - r) / r^3 in r^2, for r <= pi/4. */
export const sine: Coefficients<readonly number[]> = {
  // The largest error is 3.4e-18.
  f64x2: [
    -0.16666666666666632, 0.008333333333322427, -0.00019841269829817915, 0.0000027557313695431234,
    -2.505075867172431e-8, 1.589682845210235e-10,
  ],
  // The largest error is 4.9e-12.
  f32x4: [-0.1666666716337204, 0.008333329111337662, -0.0001983933470910415, 0.000002718312089200481],
};

/** (cos(r) - 1 + r^2/2) / r^4 in r^2, for r <= pi/4. */
export const cosine: Coefficients<readonly number[]> = {
  // The largest error is 4.7e-20.
  f64x2: [
    0.0416666666666666, -0.0013888888888874142, 0.00002480158728949327, -2.755731435555679e-7, 2.0875723715518136e-9,
    -1.1359670972155982e-11,
  ],
  // The largest error is 9.5e-11.
  f32x4: [0.04166664555668831, -0.001388736767694354, 0.00002443845005473122],
};
