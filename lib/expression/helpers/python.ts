import type { Helper } from "../expression.ts";

/**
 * The functions that NumPy lacks, or has with other values than ours, as text for the code that is printed. All work
 * element by element. They are as accurate as our own but where they say otherwise.
 */

export const power: Helper = {
  name: "power",
  parameters: ["x", "y"],
  summary: "x ** y, but nan where NumPy says 1 of an indeterminate power of 1 or -1.",
  body: `
return np.where((np.abs(x) == 1) & ~np.isfinite(y), np.nan, x**y)`,
};

export const nthRoot: Helper = {
  name: "nth_root",
  parameters: ["x", "n"],
  summary: "The real n-th root, of a negative x too where n is odd.",
  body: `
size, degree = np.abs(x), np.abs(n)
with np.errstate(all="ignore"):
  root = size ** (1 / degree)
  # One step of Newton's, because 1 / n is rounded.
  better = root - (root - size / root ** (degree - 1)) / degree
  root = np.where((degree == np.floor(degree)) & np.isfinite(better), better, root)
  root = np.where(x < 0, np.where(np.mod(degree, 2) == 1, -root, np.nan), root)
  return np.where((n == 0) | np.isnan(x + n), np.nan, np.where(n < 0, 1 / root, root))`,
};

export const mod: Helper = {
  name: "mod",
  parameters: ["x", "y"],
  summary: "The remainder that has the sign of y; x itself for y = 0.",
  body: `
return np.where(y == 0, x, np.mod(x, np.where(y == 0, 1, y)))`,
};

export const step: Helper = {
  name: "step",
  parameters: ["x"],
  summary: "1 for x > 0, else 0.",
  body: `
return np.heaviside(x, 0)`,
};

export const round: Helper = {
  name: "round_away",
  parameters: ["x"],
  summary: "The nearest integer; of two, the one farther from 0.",
  body: `
whole = np.trunc(x)
return np.where(np.abs(x - whole) >= 0.5, whole + np.sign(x), whole)`,
};

export const sigmoid: Helper = {
  name: "sigmoid",
  parameters: ["x"],
  summary: "1 / (1 + exp(-x)), without overflow.",
  body: `
return np.exp(-np.logaddexp(0, -x))`,
};

export const erf: Helper = {
  name: "erf",
  parameters: ["x"],
  summary: "The error function.",
  body: `
return np.vectorize(math.erf, otypes=[float])(x)`,
};

export const erfc: Helper = {
  name: "erfc",
  parameters: ["x"],
  summary: "1 - erf(x), without cancellation in the tail.",
  body: `
return np.vectorize(math.erfc, otypes=[float])(x)`,
};

export const gamma: Helper = {
  name: "gamma",
  parameters: ["x"],
  summary: "The gamma function; nan at the negative integers, inf where it overflows.",
  body: `
def at(x):
  try:
    return math.gamma(x) if x != 0 else math.inf
  except OverflowError:
    return math.copysign(math.inf, x)
  except ValueError:
    return math.nan

return np.vectorize(at, otypes=[float])(x)`,
};

export const lgamma: Helper = {
  name: "lgamma",
  parameters: ["x"],
  summary: "log(abs(gamma(x))), infinite at the poles.",
  body: `
def at(x):
  try:
    return math.lgamma(x) if x != -math.inf else math.nan
  except (OverflowError, ValueError):
    return math.inf

return np.vectorize(at, otypes=[float])(x)`,
};

export const digamma: Helper = {
  name: "digamma",
  parameters: ["x"],
  summary: "The derivative of lgamma(x), within 1e-14 of the larger of 1 and the value.",
  body: `
def at(x):
  if x == 0:
    return -math.inf
  if not math.isfinite(x):
    return math.inf if x > 0 else math.nan
  if x < 0:
    rest = x - round(x)
    return math.nan if rest == 0 else at(-x) - 1 / x - math.pi / math.tan(math.pi * rest)
  total = 0.0
  while x < 10:
    total -= 1 / x
    x += 1
  s = 1 / (x * x)
  tail = 1 / 240 - s * (1 / 132 - s * (691 / 32760 - s / 12))
  tail = s * (1 / 12 - s * (1 / 120 - s * (1 / 252 - s * tail)))
  return total + math.log(x) - 1 / (2 * x) - tail

return np.vectorize(lambda x: at(float(x)), otypes=[float])(x)`,
};

const zeta: Helper = {
  name: "zeta",
  parameters: ["s", "x", "unit"],
  summary: "The sum of (unit / (x + k))^s over k >= 0, by the formula of Euler and Maclaurin.",
  body: `
coefficients = [
  0.08333333333333333, -0.001388888888888889, 3.306878306878307e-5, -8.267195767195768e-7,
  2.08767569878681e-8, -5.284190138687493e-10, 1.3382536530684679e-11, -3.3896802963225827e-13,
]
total, y, k = 0.0, x, 1
while y < 2 * s + 10:
  total += (unit / y) ** s
  y = x + k
  k += 1
tail, factor = y / (s - 1) + 0.5, s / y
for k, coefficient in enumerate(coefficients):
  tail += coefficient * factor
  factor *= ((s + 2 * k + 1) / y) * ((s + 2 * k + 2) / y)
return total + (unit / y) ** s * tail`,
};

export const polygamma: Helper = {
  name: "polygamma",
  parameters: ["m", "x"],
  summary: "The derivative of order m of digamma, for a natural number m.",
  needs: [digamma, zeta],
  body: `
def at(m, x):
  if not 0 <= m < 2**53 or m % 1 != 0 or math.isnan(x) or x == -math.inf:
    return math.nan
  if m == 0:
    return digamma(x)
  sign = -1 if m % 2 == 0 else 1
  if x == 0:
    return sign * math.inf
  if x == math.inf:
    return 0.0
  # On the left, the terms on both sides of the nearest pole, relative to that pole's.
  rest = x if x > 0 else x - round(x)
  if rest == 0:
    return math.nan
  unit = abs(rest)
  if x > 0:
    value = zeta(m + 1, x, x)
  else:
    left = zeta(m + 1, 1 - rest, unit) - zeta(m + 1, 1 - x, unit)
    value = (sign if rest < 0 else 1) + zeta(m + 1, 1 + rest, unit) + sign * left
  for k in range(1, int(m) + 1):
    value *= k / unit
  return sign * value / unit

return np.vectorize(lambda m, x: at(float(m), float(x)), otypes=[float])(m, x)`,
};
