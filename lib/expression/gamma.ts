/**
 * Euler's gamma function and its relatives, for real arguments.
 *
 * All of them stand on two series and two laws. Near 2 there is the Taylor series of log Γ, whose coefficients are values
 * of Riemann's zeta function (Abramowitz & Stegun 6.1.33); far out there is Stirling's series, whose coefficients are
 * Bernoulli's numbers (6.1.41, 6.3.18, 6.4.11). The recurrence Γ(x + 1) = x Γ(x) leads from one to the other, and the
 * reflection Γ(x) Γ(-x) = -π / (x sin πx) to the negative axis.
 */

/**
 * Γ(x), within 1e-15 relative, to the smallest subnormal; for integers the double nearest to (x - 1)!.
 *
 * A pole at a negative integer is NaN, since its two sides disagree; the one at 0 is Infinity, and -0 is 0. Γ(-Infinity) is
 * NaN.
 */
export function gamma(x: number): number {
  if (Number.isInteger(x) && x !== 0) return x < 0 ? Number.NaN : (factorials[x - 1] ?? Number.POSITIVE_INFINITY);
  if (Math.abs(x) < far) {
    const { rest, product, above } = fromTwo(x);
    const value = Math.exp(logGammaPastTwo(rest));
    return above ? value * product : value / product;
  }
  if (x > 172) return Number.POSITIVE_INFINITY;
  if (x < -185) return x === Number.NEGATIVE_INFINITY ? Number.NaN : 0;
  // y^(y - 1/2) overflows before Γ(y) does, so it is multiplied in by halves.
  const y = Math.abs(x);
  const half = y ** ((y - 0.5) / 2);
  const other = Math.sqrt(2 * Math.PI) * Math.exp(-y) * Math.exp(stirling(y));
  return x > 0 ? other * half * half : -Math.PI / (x * sinPi(x)) / (other * half) / half;
}

/**
 * log |Γ(x)|, within 1e-15 relative for x > 0, near its zeros 1 and 2 too; for x < 0, where zeros lie beside the poles,
 * within 1e-15 of the largest of 1, the value and |lgamma(-x)|. It is Infinity at the poles, and NaN at -Infinity.
 */
export function lgamma(x: number): number {
  if (x <= 0 && Number.isInteger(x)) return Number.POSITIVE_INFINITY;
  if (Math.abs(x) < far) {
    const { rest, product, above } = fromTwo(x);
    const log = Math.log(Math.abs(product));
    return above ? logGammaPastTwo(rest) + log : logGammaPastTwo(rest) - log;
  }
  if (x < 0) return Math.log(Math.PI / Math.abs(x * sinPi(x))) - lgamma(-x);
  return (x - 0.5) * (Math.log(x) - 1) + (halfLogTau - 0.5) + stirling(x);
}

/** x! = Γ(x + 1) for every real x, as accurate as `gamma`, and the double nearest to x! for integers. */
export function factorial(x: number): number {
  const next = x + 1;
  // Where x + 1 rounds, Γ would be taken at another point.
  return next - x === 1 ? gamma(next) : x * gamma(x);
}

/**
 * ψ(x) = Γ'(x) / Γ(x), within 2e-15 relative for x > 0, near its zero 1.46… too; for x < 0, which has a zero between any
 * two poles, within 2e-15 of the largest of 1, |ψ(-x)| and |π cot πx|. ψ(0) is -Infinity; ψ is NaN at the negative
 * integers and at -Infinity.
 */
export function digamma(x: number): number {
  if (x < 0 && Number.isInteger(x)) return Number.NaN;
  const fromRoot = x - rootOfDigamma - rootOfDigammaRest;
  if (Math.abs(fromRoot) < 0.1) return fromRoot * polynomial(digammaAtRoot(), fromRoot);
  if (Math.abs(x) < far) {
    const { rest, sum, above } = fromTwo(x);
    const value = digammaPastTwo(rest);
    return above ? value + sum : value - sum;
  }
  if (x < 0) return digamma(-x) - 1 / x - Math.PI / Math.tan(Math.PI * fractionOf(x));
  const square = 1 / (x * x);
  return Math.log(x) - 0.5 / x - square * polynomial(digammaTail, square);
}

/**
 * ψ⁽ᵐ⁾(x), the m-th derivative of `digamma`: (-1)^(m+1) m! Σ 1 / (x + k)^(m+1) over k ≥ 0, a zeta function of Hurwitz.
 * Within 2e-15 relative for x > 0 and m up to 20, 2e-14 for m up to 170, 2e-13 for m up to 500. For x < 0 the error is so
 * small beside the term of the nearest pole: for even m there is a zero between any two poles.
 *
 * NaN where m is no safe natural number or x a negative integer; at 0 infinite, with the sign that it has just above 0.
 */
export function polygamma(m: number, x: number): number {
  if (!Number.isSafeInteger(m) || m < 0) return Number.NaN;
  if (m === 0) return digamma(x);
  if (x === Number.POSITIVE_INFINITY) return 0;
  if (x < 0 && Number.isInteger(x)) return Number.NaN;
  const s = m + 1;
  const alternate = s % 2 === 0 ? 1 : -1;
  if (x === 0) return alternate * Number.POSITIVE_INFINITY;
  if (x > 0) return alternate * scaledFactorial(m, x, hurwitzZeta(s, x, x));
  // The terms left and right of the pole nearest to x, relative to that pole's.
  const rest = fractionOf(x);
  const unit = Math.abs(rest);
  const right = hurwitzZeta(s, 1 + rest, unit);
  const left = hurwitzZeta(s, 1 - rest, unit) - hurwitzZeta(s, 1 - x, unit);
  const pole = rest < 0 ? alternate : 1;
  return alternate * scaledFactorial(m, unit, pole + right + alternate * left);
}

/** From here on, and to the left of its negative, Stirling's series serves. */
const far = 10;

/** How the recurrence leads from x to 2 + rest, where |rest| is at most 1/2. */
interface Way {
  readonly rest: number;
  /** Whether x lies above 2 + rest; then Γ(x) = Γ(2 + rest) · product, else Γ(x) = Γ(2 + rest) / product. */
  readonly above: boolean;
  readonly product: number;
  /** The sum of the reciprocals of the product's factors. */
  readonly sum: number;
}

function fromTwo(x: number): Way {
  const rest = fractionOf(x);
  const steps = Math.round(x) - 2;
  const above = steps > 0;
  let product = 1;
  let sum = 0;
  for (let k = 0; k < Math.abs(steps); k++) {
    // No factor rounds, except at most the one beside 1.
    const factor = above ? x - 1 - k : x + k;
    product *= factor;
    sum += 1 / factor;
  }
  return { rest, above, product, sum };
}

/** log Γ(2 + z) for |z| ≤ 1/2. */
const logGammaPastTwo = (z: number): number => z * polynomial(logGammaAtTwo, z);

/** ψ(2 + z) for |z| ≤ 1/2. */
const digammaPastTwo = (z: number): number => polynomial(digammaAtTwo, z);

/** log Γ(x) - (x - 1/2) log x + x - log √2π, for x ≥ 10. */
const stirling = (x: number): number => polynomial(stirlingTail, 1 / (x * x)) / x;

/** Σ (unit / (x + k))^s over k ≥ 0, by the sum formula of Euler and Maclaurin, for x > 0 and s > 1. */
function hurwitzZeta(s: number, x: number, unit: number): number {
  let sum = 0;
  let y = x;
  for (let k = 1; y < 2 * s + 10; k++) {
    const term = (unit / y) ** s;
    sum += term;
    if (term <= sum * 1e-18) return sum;
    y = x + k;
  }
  let tail = y / (s - 1) + 0.5;
  let factor = s / y;
  for (const [k, coefficient] of eulerMaclaurin.entries()) {
    tail += coefficient * factor;
    factor *= ((s + 2 * k + 1) / y) * ((s + 2 * k + 2) / y);
  }
  return sum + (unit / y) ** s * tail;
}

/** m! / x^(m+1) · factor, where only the whole need be a double. */
function scaledFactorial(m: number, x: number, factor: number): number {
  const s = m + 1;
  const whole = factorials[m];
  const front = whole ?? Math.sqrt((2 * Math.PI) / s) * Math.exp(stirling(s));
  const half = whole === undefined ? (s / Math.E / x) ** (s / 2) : x ** (-s / 2);
  return front * half * (half * factor);
}

/** x less the nearest integer: exact. */
const fractionOf = (x: number): number => x - Math.round(x);

/** sin πx, accurate near its zeros. */
function sinPi(x: number): number {
  const sine = Math.sin(Math.PI * fractionOf(x));
  return Math.round(x) % 2 === 0 ? sine : -sine;
}

/** The polynomial with these coefficients, the constant one first. */
function polynomial(coefficients: readonly number[], x: number): number {
  let value = 0;
  for (let i = coefficients.length - 1; i >= 0; i--) value = value * x + (coefficients[i] ?? 0);
  return value;
}

/** 0! to 170!, each the nearest double. */
const factorials: readonly number[] = exactFactorials(170);

function exactFactorials(last: number): number[] {
  const values = [1];
  let product = 1n;
  for (let n = 1; n <= last; n++) {
    product *= BigInt(n);
    values.push(Number(product));
  }
  return values;
}

/** log √2π. */
const halfLogTau = 0.9189385332046728;

/** 1 - γ, with Euler's constant γ. */
const oneMinusEuler = 0.42278433509846713;

/** ζ(k) - 1 for k = 2, 3, … */
const zetaMinusOne: readonly number[] = [
  0.6449340668482264, 0.2020569031595943, 0.08232323371113819, 0.03692775514336993, 0.01734306198444914,
  0.008349277381922827, 0.00407735619794434, 0.0020083928260822143, 0.0009945751278180853, 0.0004941886041194645,
  0.0002460865533080483, 0.00012271334757848915, 6.124813505870483e-5, 3.058823630702049e-5, 1.528225940865187e-5,
  7.637197637899763e-6, 3.81729326499984e-6, 1.908212716553939e-6, 9.539620338727962e-7, 4.769329867878064e-7,
  2.38450502727733e-7, 1.1921992596531106e-7, 5.960818905125948e-8, 2.980350351465228e-8, 1.4901554828365043e-8,
  7.45071178983543e-9, 3.725334024788457e-9, 1.862659723513049e-9,
];

/** log Γ(2 + z) = (1 - γ) z + Σ (-1)^k (ζ(k) - 1) z^k / k over k ≥ 2. */
const logGammaAtTwo: readonly number[] = [
  oneMinusEuler,
  ...zetaMinusOne.map((value, i) => (i % 2 === 0 ? value : -value) / (i + 2)),
];

/** The derivative of that. */
const digammaAtTwo: readonly number[] = [
  oneMinusEuler,
  ...zetaMinusOne.map((value, i) => (i % 2 === 0 ? value : -value)),
];

/** Bernoulli's numbers B₂, B₄, … */
const bernoulli: readonly number[] = [
  1 / 6,
  -1 / 30,
  1 / 42,
  -1 / 30,
  5 / 66,
  -691 / 2730,
  7 / 6,
  -3617 / 510,
  43867 / 798,
  -174611 / 330,
];

/** B₂ₖ / (2k (2k - 1)). */
const stirlingTail: readonly number[] = bernoulli.map((value, i) => value / ((2 * i + 2) * (2 * i + 1)));

/** B₂ₖ / 2k. */
const digammaTail: readonly number[] = bernoulli.map((value, i) => value / (2 * i + 2));

/** B₂ₖ / (2k)!. */
const eulerMaclaurin: readonly number[] = bernoulli.map((value, i) => value / (factorials[2 * i + 2] ?? Number.NaN));

/** The zero of ψ, and what its double lacks of it. */
const rootOfDigamma = 1.4616321449683622;
const rootOfDigammaRest = 9.549995429965697e-17;

/** ψ(root + z) / z = Σ (-1)^k ζ(k + 2, root) z^k. */
function digammaAtRoot(): readonly number[] {
  aroundRoot ??= Array.from({ length: 17 }, (_, k) => (k % 2 === 0 ? 1 : -1) * hurwitzZeta(k + 2, rootOfDigamma, 1));
  return aroundRoot;
}

let aroundRoot: readonly number[] | undefined;
