import type { Helper } from "../expression.ts";

/**
 * The functions that JavaScript's Math lacks, as text for the code that is printed. They are shorter than our own, and as
 * accurate but where they say otherwise. What they need is written so that TypeScript infers every type.
 */

export const nthRoot: Helper = {
  name: "nthRoot",
  parameters: ["x", "n"],
  summary: "The real n-th root, of a negative x too where n is odd.",
  body: `
if (n === 0 || Number.isNaN(x + n)) return NaN;
if (n < 0) return 1 / nthRoot(x, -n);
if (x === 0) return 0;
if (x < 0) return n % 2 === 1 ? -nthRoot(-x, n) : NaN;
const root = x ** (1 / n);
// One step of Newton's, because 1 / n is rounded.
const better = root - (root - x / root ** (n - 1)) / n;
return Number.isInteger(n) && Number.isFinite(better) ? better : root;`,
};

export const mod: Helper = {
  name: "mod",
  parameters: ["x", "y"],
  summary: "The remainder that has the sign of y; x itself for y = 0.",
  body: `
if (y === 0) return x;
const remainder = x % y;
if (remainder === 0) return 0;
return remainder < 0 === y < 0 ? remainder : remainder + y;`,
};

export const step: Helper = {
  name: "step",
  parameters: ["x"],
  summary: "1 for x > 0, else 0.",
  body: `
return x > 0 ? 1 : x <= 0 ? 0 : NaN;`,
};

export const round: Helper = {
  name: "round",
  parameters: ["x"],
  summary: "The nearest integer; of two, the one farther from 0.",
  body: `
const whole = Math.trunc(x);
return Math.abs(x - whole) >= 0.5 ? whole + Math.sign(x) : whole;`,
};

export const erf: Helper = {
  name: "erf",
  parameters: ["x"],
  summary: "The error function: a series near 0, a continued fraction in the tails.",
  body: `
if (Math.abs(x) >= 2) {
  let fraction = 0;
  for (let k = 60; k > 0; k--) fraction = k / 2 / (Math.abs(x) + fraction);
  const rest = Math.exp(-x * x) / Math.sqrt(Math.PI) / (Math.abs(x) + fraction);
  return Math.sign(x) * (1 - rest);
}
let term = x;
let sum = x;
for (let k = 1; Math.abs(term) > 1e-17 * Math.abs(sum); k++) {
  term *= (2 * x * x) / (2 * k + 1);
  sum += term;
}
return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;`,
};

export const erfc: Helper = {
  name: "erfc",
  parameters: ["x"],
  summary: "1 - erf(x), without cancellation in the tail.",
  needs: [erf],
  body: `
if (!(x >= 2)) return 1 - erf(x);
let fraction = 0;
for (let k = 60; k > 0; k--) fraction = k / 2 / (x + fraction);
return Math.exp(-x * x) / Math.sqrt(Math.PI) / (x + fraction);`,
};

const stirling: Helper = {
  name: "stirling",
  parameters: ["x"],
  summary: "What Stirling's formula for the logarithm of gamma leaves out, for x >= 10.",
  body: `
const s = 1 / (x * x);
const tail = 1 / 1680 - s * (1 / 1188 - s * (691 / 360360 - s / 156));
return (1 / 12 - s * (1 / 360 - s * (1 / 1260 - s * tail))) / x;`,
};

export const gamma: Helper = {
  name: "gamma",
  parameters: ["x"],
  summary: "The gamma function; NaN at the negative integers.",
  needs: [stirling],
  body: `
if (x < 0) {
  const n = Math.round(x);
  const sine = (n % 2 === 0 ? 1 : -1) * Math.sin(Math.PI * (x - n));
  return n === x ? NaN : -Math.PI / (x * sine * gamma(-x));
}
if (x > 172) return Infinity;
let product = 1;
if (Number.isInteger(x) && x > 0) {
  for (let k = 2; k < x; k++) product *= k;
  return product;
}
let y = x;
for (; y < 10; y++) product *= y;
const half = (y / Math.E) ** (y / 2);
return (Math.sqrt((2 * Math.PI) / y) * Math.exp(stirling(y)) * half * half) / Math.abs(product);`,
};

export const lgamma: Helper = {
  name: "lgamma",
  parameters: ["x"],
  summary: "log(abs(gamma(x))), within 1e-14 of the larger of 1 and the value.",
  needs: [stirling],
  body: `
if (x <= 0 && Number.isInteger(x)) return Infinity;
if (x < 0) return Math.log(Math.PI / Math.abs(x * Math.sin(Math.PI * (x - Math.round(x))))) - lgamma(-x);
let product = 1;
let y = x;
for (; y < 10; y++) product *= y;
const leading = (y - 0.5) * (Math.log(y) - 1) + (Math.log(2 * Math.PI) - 1) / 2;
return leading + stirling(y) - Math.log(product);`,
};

export const digamma: Helper = {
  name: "digamma",
  parameters: ["x"],
  summary: "The derivative of log(gamma(x)), within 1e-14 of the larger of 1 and the value.",
  body: `
if (x === 0) return -Infinity;
if (x < 0 && Number.isInteger(x)) return NaN;
if (x < 0) return digamma(-x) - 1 / x - Math.PI / Math.tan(Math.PI * (x - Math.round(x)));
let sum = 0;
let y = x;
for (; y < 10; y++) sum -= 1 / y;
const s = 1 / (y * y);
const tail = 1 / 240 - s * (1 / 132 - s * (691 / 32760 - s / 12));
return sum + Math.log(y) - 1 / (2 * y) - s * (1 / 12 - s * (1 / 120 - s * (1 / 252 - s * tail)));`,
};

const zeta: Helper = {
  name: "zeta",
  parameters: ["s", "x", "unit"],
  summary: "The sum of (unit / (x + k))^s over k >= 0, by the formula of Euler and Maclaurin.",
  body: `
let sum = 0;
let y = x;
for (let k = 1; y < 2 * s + 10; k++) {
  sum += (unit / y) ** s;
  y = x + k;
}
const coefficients = [
  0.08333333333333333, -0.001388888888888889, 3.306878306878307e-5, -8.267195767195768e-7,
  2.08767569878681e-8, -5.284190138687493e-10, 1.3382536530684679e-11, -3.3896802963225827e-13,
];
let tail = y / (s - 1) + 0.5;
let factor = s / y;
let k = s;
for (const coefficient of coefficients) {
  tail += coefficient * factor;
  factor *= ((k + 1) / y) * ((k + 2) / y);
  k += 2;
}
return sum + (unit / y) ** s * tail;`,
};

export const polygamma: Helper = {
  name: "polygamma",
  parameters: ["m", "x"],
  summary: "The derivative of order m of digamma, for a natural number m.",
  needs: [digamma, zeta],
  body: `
if (!Number.isSafeInteger(m) || m < 0 || (x < 0 && Number.isInteger(x))) return NaN;
if (m === 0) return digamma(x);
const sign = m % 2 === 0 ? -1 : 1;
if (x === 0) return sign * Infinity;
if (x === Infinity) return 0;
// On the left, the terms on both sides of the nearest pole, relative to that pole's.
const rest = x > 0 ? x : x - Math.round(x);
const unit = Math.abs(rest);
let value = 0;
if (x > 0) value = zeta(m + 1, x, x);
else {
  const left = zeta(m + 1, 1 - rest, unit) - zeta(m + 1, 1 - x, unit);
  value = (rest < 0 ? sign : 1) + zeta(m + 1, 1 + rest, unit) + sign * left;
}
for (let k = 1; k <= m; k++) value *= k / unit;
return (sign * value) / unit;`,
};
