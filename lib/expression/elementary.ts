/**
 * The elementary functions that Math lacks. Outside its domain a function answers NaN, and NaN in gives NaN out (but see
 * `realPower` and `hypot`). Those without a stated accuracy are within 3 units in the last place, over all doubles.
 *
 * Math itself needs no help: its hyperbolic functions and their inverses, log1p, expm1, cbrt and powers stay within 2
 * units in the last place.
 */

// Powers, roots and remainders.

/**
 * x^y as Math.pow has it: NaN for a negative x and a y that is no integer; 1 for y = 0, whatever x, NaN included; and,
 * where IEEE 754 says 1, NaN for the indeterminate (±1)^(±Infinity) and for 1^NaN. So `**` may stand for it anywhere.
 */
export function realPower(x: number, y: number): number {
  return x ** y;
}

/**
 * The real n-th root, within 1 unit in the last place for integers n > 0: exact for perfect powers, negative for a
 * negative x and odd n; and 1 / nthRoot(x, -n) for negative n. For n that is no integer, x^(1/n). NaN for n = 0 and for
 * a negative x unless n is odd.
 */
export function nthRoot(x: number, n: number): number {
  if (n === 0 || Number.isNaN(x + n)) return Number.NaN;
  if (x === 0) return n < 0 ? Number.POSITIVE_INFINITY : 0;
  if (n < 0) return 1 / nthRoot(x, -n);
  if (x < 0) return n % 2 === 1 ? -nthRoot(-x, n) : Number.NaN;
  if (n === 1) return x;
  if (n === 2) return Math.sqrt(x);
  if (n === 3) return Math.cbrt(x);
  const root = x ** (1 / n);
  // One step of Newton's makes good that 1/n is rounded. For a large n there is nothing to make good.
  if (!Number.isInteger(n) || n > 1100 || x === Number.POSITIVE_INFINITY) return root;
  // root^(n-1) in two halves is no subnormal number, even where x is one.
  const half = Math.floor(n / 2);
  return root - (root - x / root ** half / root ** (n - 1 - half)) / n;
}

/** √(x² + y²) without overflow or underflow, within 1.2 units in the last place; Infinity if either is infinite. */
export function hypot(x: number, y: number): number {
  const square = x * x + y * y;
  if (square > 1e-290 && square < Number.POSITIVE_INFINITY) return Math.sqrt(square);
  if (Math.abs(x) === Number.POSITIVE_INFINITY || Math.abs(y) === Number.POSITIVE_INFINITY)
    return Number.POSITIVE_INFINITY;
  // A power of two scales exactly.
  const scale = square > 1 ? 2 ** -600 : 2 ** 600;
  return Math.sqrt((x * scale) ** 2 + (y * scale) ** 2) / scale;
}

/** x - y ⌊x / y⌋: the remainder that has the sign of y; x itself for y = 0. Exact unless the signs differ. */
export function mod(x: number, y: number): number {
  if (y === 0) return x;
  const remainder = x % y;
  if (remainder === 0) return 0;
  return remainder < 0 === y < 0 ? remainder : remainder + y;
}

// Steps and bounds.

/** -1, 0 or 1; ±0 stays as it is. */
export function sign(x: number): number {
  return Math.sign(x);
}

/** 1 for x > 0, else 0. */
export function step(x: number): number {
  return x > 0 ? 1 : x <= 0 ? 0 : Number.NaN;
}

/** max(x, 0). */
export function relu(x: number): number {
  return Math.max(x, 0);
}

/** min(max(x, low), high); so `high` where the bounds cross. */
export function clip(x: number, low: number, high: number): number {
  return Math.min(Math.max(x, low), high);
}

/** The nearest integer; of two, the one farther from 0. */
export function round(x: number): number {
  const whole = Math.trunc(x);
  return Math.abs(x - whole) >= 0.5 ? whole + Math.sign(x) : whole;
}

// Sums of exponentials. None of them overflows unless its value does.

/** 1 / (1 + exp(-x)), relatively accurate in both tails. */
export function sigmoid(x: number): number {
  if (x >= 0) return 1 / (1 + Math.exp(-x));
  const e = Math.exp(x);
  return e / (1 + e);
}

/** log(1 + exp(x)), relatively accurate in both tails. */
export function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}

/** log(exp(a) + exp(b)), within 2 units in the last place of the larger of 1 and |max(a, b)|; -Infinity is log 0. */
export function logaddexp(a: number, b: number): number {
  // The difference of two equal infinities is NaN.
  return a === b ? a + Math.LN2 : Math.max(a, b) + Math.log1p(Math.exp(-Math.abs(a - b)));
}

// Trigonometric functions, and their inverses with the branches acot x = atan(1/x), asec x = acos(1/x),
// acsc x = asin(1/x). The arguments 1/x of the last two would be ill conditioned near ±1.

/** 1 / tan x; ±Infinity at ±0. */
export function cot(x: number): number {
  return 1 / Math.tan(x);
}

/** 1 / cos x. */
export function sec(x: number): number {
  return 1 / Math.cos(x);
}

/** 1 / sin x; ±Infinity at ±0. */
export function csc(x: number): number {
  return 1 / Math.sin(x);
}

/** atan(1/x), in [-π/2, π/2]; odd, with a jump at 0: ±π/2 at ±0. */
export function acot(x: number): number {
  return Math.atan(1 / x);
}

/** acos(1/x), in [0, π]; NaN for |x| < 1. */
export function asec(x: number): number {
  return Math.atan2(legBesideOne(x), Math.sign(x));
}

/** asin(1/x), in [-π/2, π/2]; NaN for |x| < 1. */
export function acsc(x: number): number {
  return Math.atan2(Math.sign(x), legBesideOne(x));
}

/** √(x² - 1): the leg of a right triangle with hypotenuse |x| and other leg 1. */
function legBesideOne(x: number): number {
  const y = Math.abs(x);
  return Math.sqrt(y - 1) * Math.sqrt(y + 1);
}

// Hyperbolic functions and their inverses, after W. Kahan, "Branch cuts for complex elementary functions", in The State
// of the Art in Numerical Analysis (1987): each in a form that does not cancel, nor overflow where its value does not.

/** 1 / tanh x; ±Infinity at ±0. */
export function coth(x: number): number {
  return 1 / Math.tanh(x);
}

/** 1 / cosh x, down to the smallest subnormal. */
export function sech(x: number): number {
  const y = Math.abs(x);
  return y < flat ? 1 / Math.cosh(y) : 2 * Math.exp(-y);
}

/** 1 / sinh x, down to the smallest subnormal; ±Infinity at ±0. */
export function csch(x: number): number {
  return Math.abs(x) < flat ? 1 / Math.sinh(x) : 2 * Math.sign(x) * Math.exp(-Math.abs(x));
}

/** Beyond it, exp(-2x) is nothing beside 1. */
const flat = 22;

/** atanh(1/x) = log((x + 1) / (x - 1)) / 2, for |x| ≥ 1; ±Infinity at ±1. */
export function acoth(x: number): number {
  return 0.5 * Math.sign(x) * Math.log1p(2 / (Math.abs(x) - 1));
}

/** acosh(1/x), for 0 ≤ x ≤ 1; Infinity at 0. */
export function asech(x: number): number {
  // 1/x may overflow; below 2^-28 the other terms of the logarithm vanish.
  return x < 2 ** -28 ? Math.LN2 - Math.log(x) : Math.asinh(Math.sqrt((1 - x) * (1 + x)) / x);
}

/** asinh(1/x), odd; ±Infinity at ±0. */
export function acsch(x: number): number {
  const y = Math.abs(x);
  return y > 0 && y < 2 ** -28 ? Math.sign(x) * (Math.LN2 - Math.log(y)) : Math.asinh(1 / x);
}
