import type { Helper } from "../expression.ts";

/**
 * The functions that C's math.h lacks, or has with other values than ours, as text for the code that is printed. They are
 * as accurate as our own but where they say otherwise.
 */

export const power: Helper = {
  name: "power",
  parameters: ["x", "y"],
  summary: "pow(x, y), but NaN where pow says 1 of an indeterminate power of 1 or -1.",
  body: `
return fabs(x) == 1.0 && !isfinite(y) ? NAN : pow(x, y);`,
};

export const minimum: Helper = {
  name: "minimum",
  parameters: ["x", "y"],
  summary: "The smaller of two; NaN where either is, which fmin would ignore.",
  body: `
return x < y || isnan(x) ? x : y;`,
};

export const maximum: Helper = {
  name: "maximum",
  parameters: ["x", "y"],
  summary: "The larger of two; NaN where either is, which fmax would ignore.",
  body: `
return x > y || isnan(x) ? x : y;`,
};

export const sign: Helper = {
  name: "sign",
  parameters: ["x"],
  summary: "-1, 0 or 1.",
  body: `
return x > 0.0 ? 1.0 : x < 0.0 ? -1.0 : x;`,
};

export const step: Helper = {
  name: "step",
  parameters: ["x"],
  summary: "1 for x > 0, else 0.",
  body: `
return x > 0.0 ? 1.0 : x <= 0.0 ? 0.0 : NAN;`,
};

export const nthRoot: Helper = {
  name: "nth_root",
  parameters: ["x", "n"],
  summary: "The real n-th root, of a negative x too where n is odd.",
  body: `
if (n == 0.0 || isnan(x + n)) return NAN;
if (n < 0.0) return 1.0 / nth_root(x, -n);
if (x == 0.0) return 0.0;
if (x < 0.0) return fmod(n, 2.0) == 1.0 ? -nth_root(-x, n) : NAN;
const double root = pow(x, 1.0 / n);
/* One step of Newton's, because 1 / n is rounded. */
const double better = root - (root - x / pow(root, n - 1.0)) / n;
return n == floor(n) && isfinite(better) ? better : root;`,
};

export const mod: Helper = {
  name: "mod",
  parameters: ["x", "y"],
  summary: "The remainder that has the sign of y; x itself for y = 0.",
  body: `
if (y == 0.0) return x;
const double remainder = fmod(x, y);
if (remainder == 0.0) return 0.0;
return (remainder < 0.0) == (y < 0.0) ? remainder : remainder + y;`,
};

export const lgamma: Helper = {
  name: "log_gamma",
  parameters: ["x"],
  summary: "lgamma(x), but NaN at -INFINITY, around which there is no limit.",
  body: `
return x == -INFINITY ? NAN : lgamma(x);`,
};

export const digamma: Helper = {
  name: "digamma",
  parameters: ["x"],
  summary: "The derivative of lgamma(x), within 1e-14 of the larger of 1 and the value.",
  body: `
const double pi = 3.141592653589793;
if (x == 0.0) return -INFINITY;
if (x < 0.0 && x == floor(x)) return NAN;
if (x < 0.0) return digamma(-x) - 1.0 / x - pi / tan(pi * (x - round(x)));
double sum = 0.0;
double y = x;
for (; y < 10.0; y += 1.0) sum -= 1.0 / y;
const double s = 1.0 / (y * y);
const double tail = 1.0 / 240.0 - s * (1.0 / 132.0 - s * (691.0 / 32760.0 - s / 12.0));
return sum + log(y) - 1.0 / (2.0 * y)
  - s * (1.0 / 12.0 - s * (1.0 / 120.0 - s * (1.0 / 252.0 - s * tail)));`,
};

const zeta: Helper = {
  name: "zeta",
  parameters: ["s", "x", "unit"],
  summary: "The sum of (unit / (x + k))^s over k >= 0, by the formula of Euler and Maclaurin.",
  body: `
static const double coefficients[] = {
  0.08333333333333333, -0.001388888888888889, 3.306878306878307e-5, -8.267195767195768e-7,
  2.08767569878681e-8, -5.284190138687493e-10, 1.3382536530684679e-11, -3.3896802963225827e-13
};
double sum = 0.0;
double y = x;
for (double k = 1.0; y < 2.0 * s + 10.0; k += 1.0) {
  sum += pow(unit / y, s);
  y = x + k;
}
double tail = y / (s - 1.0) + 0.5;
double factor = s / y;
for (int k = 0; k < 8; k++) {
  tail += coefficients[k] * factor;
  factor *= ((s + 2 * k + 1) / y) * ((s + 2 * k + 2) / y);
}
return sum + pow(unit / y, s) * tail;`,
};

export const polygamma: Helper = {
  name: "polygamma",
  parameters: ["m", "x"],
  summary: "The derivative of order m of digamma, for a natural number m.",
  needs: [digamma, zeta],
  body: `
if (!(m >= 0.0 && m < 9007199254740992.0 && m == floor(m)) || isnan(x) || (x < 0.0 && x == floor(x))) return NAN;
if (m == 0.0) return digamma(x);
const double sign = fmod(m, 2.0) == 0.0 ? -1.0 : 1.0;
if (x == 0.0) return sign * INFINITY;
if (x == INFINITY) return 0.0;
/* On the left, the terms on both sides of the nearest pole, relative to that pole's. */
const double rest = x > 0.0 ? x : x - round(x);
const double unit = fabs(rest);
double value;
if (x > 0.0) {
  value = zeta(m + 1.0, x, x);
} else {
  const double left = zeta(m + 1.0, 1.0 - rest, unit) - zeta(m + 1.0, 1.0 - x, unit);
  value = (rest < 0.0 ? sign : 1.0) + zeta(m + 1.0, 1.0 + rest, unit) + sign * left;
}
for (double k = 1.0; k <= m; k += 1.0) value *= k / unit;
return sign * value / unit;`,
};
