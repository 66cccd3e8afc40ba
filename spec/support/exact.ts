/**
 * Functions of doubles to more than 110 bits: what fast ones are measured against, in units in the last place. Fixed-point
 * arithmetic in big integers, by the series of the textbooks; `spec/support/exact.spec.ts` holds it to mathjs.
 */

/** The number `mantissa * 2^exponent`. */
export interface Exact {
  readonly mantissa: bigint;
  readonly exponent: number;
}

/** A format of floating-point numbers. */
export interface Format {
  /** Bits of the mantissa, the leading one included. */
  readonly precision: number;
  /** The exponent of the smallest normal number. */
  readonly least: number;
  /** The exponent of the largest. */
  readonly greatest: number;
}

export const binary64: Format = { precision: 53, least: -1022, greatest: 1023 };
export const binary32: Format = { precision: 24, least: -126, greatest: 127 };

/**
 * How far `value` is from `exact`, in units in the last place of `exact`, which are those of the smallest normal number
 * below that. Of a true value beyond the largest number, the infinity of its sign is right.
 */
export function ulpsBetween(value: number, exact: Exact, format: Format): number {
  if (Number.isNaN(value)) return Number.POSITIVE_INFINITY;
  const magnitude = exact.mantissa < 0n ? -exact.mantissa : exact.mantissa;
  const leading = magnitude === 0n ? format.least : bitLength(magnitude) - 1 + exact.exponent;
  const last = Math.max(leading, format.least) - format.precision + 1;
  const sign = exact.mantissa < 0n ? -1 : 1;
  const overflow = format.greatest + 1;
  const infinity: Exact = { mantissa: BigInt(sign), exponent: overflow };
  const given = Number.isFinite(value)
    ? exactly(value)
    : leading >= overflow && Math.sign(value) === sign
      ? exact
      : value > 0 === sign > 0
        ? infinity
        : undefined;
  if (given === undefined) return Number.POSITIVE_INFINITY;
  const base = Math.min(given.exponent, exact.exponent, last);
  const difference = shifted(given, base) - shifted(exact, base);
  return toNumber({ mantissa: difference < 0n ? -difference : difference, exponent: base - last });
}

/** A finite double. */
export function exactly(x: number): Exact {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, x);
  const bits = view.getBigUint64(0);
  const field = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & ((1n << 52n) - 1n);
  const mantissa = field === 0 ? fraction : fraction | (1n << 52n);
  return { mantissa: x < 0 ? -mantissa : mantissa, exponent: Math.max(field, 1) - 1075 };
}

/** The nearest double, nearly: to two roundings. */
export function toNumber({ mantissa, exponent }: Exact): number {
  const extra = Math.max(0, bitLength(mantissa < 0n ? -mantissa : mantissa) - 64);
  let value = Number(mantissa >> BigInt(extra));
  // In steps, because a power of two may overflow where the product does not.
  for (let rest = exponent + extra; rest !== 0; ) {
    const step = Math.max(-1000, Math.min(1000, rest));
    value *= 2 ** step;
    rest -= step;
  }
  return value;
}

/** The functions by name; each is right for all finite doubles at which it has a finite value that is not 0. */
export const exact: Readonly<Record<string, (x: number, y: number) => Exact>> = {
  exp: x => scaledExp(fixed(x)),
  expm1: x => (isTiny(x) ? exactly(x) : x > 300 ? scaledExp(fixed(x)) : asFixed(expOf(fixed(x)) - one)),
  log: x => asFixed(logOf(exactly(x))),
  log1p: x => (isTiny(x) ? exactly(x) : asFixed(logOf({ mantissa: one + fixed(x), exponent: -bits }))),
  tanh: x => {
    if (isTiny(x)) return exactly(x);
    if (Math.abs(x) > 200) return exactly(Math.sign(x));
    const growth = expOf(2n * fixed(x)) - one;
    return asFixed((growth << wide) / (growth + 2n * one));
  },
  sigmoid: x => {
    if (x < -80) return scaledExp(fixed(x));
    const power = expOf(fixed(x));
    return asFixed((power << wide) / (one + power));
  },
  softplus: x => {
    if (x < -80) return scaledExp(fixed(x));
    if (x > 200) return exactly(x);
    return asFixed(logOf({ mantissa: one + expOf(fixed(x)), exponent: -bits }));
  },
  logaddexp: (x, y) => {
    const [low, high] = x < y ? [fixed(x), fixed(y)] : [fixed(y), fixed(x)];
    const rest = high - low > 300n * one ? 0n : expOf(low - high);
    return asFixed(high + logFixed({ mantissa: one + rest, exponent: -bits }));
  },
  hypot: (x, y) => {
    const squares = [exactly(x), exactly(y)].map(({ mantissa, exponent }) => ({
      mantissa: mantissa * mantissa,
      exponent: 2 * exponent,
    }));
    const exponent = Math.min(...squares.map(square => square.exponent));
    const sum = squares.reduce((total, square) => total + shifted(square, exponent), 0n);
    return { mantissa: squareRoot(sum << (2n * wide)), exponent: exponent / 2 - bits };
  },
  sin: x => (isTiny(x) ? exactly(x) : asFixed(sineAt(fixed(x), 0n))),
  cos: x => asFixed(sineAt(fixed(x), 1n)),
};

/** The fraction bits of fixed-point numbers. Enough for sums of what is at least 2^-100 to be right to 200 bits. */
const bits = 320;
const wide = BigInt(bits);
const one = 1n << wide;

// Where x and its function agree to 110 bits.
const isTiny = (x: number): boolean => Math.abs(x) < 2 ** -110;

const asFixed = (mantissa: bigint): Exact => ({ mantissa, exponent: -bits });

const fixed = (x: number): bigint => shifted(exactly(x), -bits);

/** The mantissa for an exponent; what is below is cut off. */
function shifted({ mantissa, exponent }: Exact, to: number): bigint {
  return exponent >= to ? mantissa << BigInt(exponent - to) : mantissa >> BigInt(to - exponent);
}

function bitLength(magnitude: bigint): number {
  const text = magnitude.toString(16);
  return 4 * (text.length - 1) + (32 - Math.clz32(Number.parseInt(text[0] ?? "0", 16)));
}

const times = (x: bigint, y: bigint): bigint => (x * y) >> wide;

const expOf = (x: bigint): bigint => shifted(scaledExp(x), -bits);

/** exp x: 2^n times the series at what is left, halved sixteen times. */
function scaledExp(x: bigint): Exact {
  const n = (x + ln2 / 2n) / ln2 - (x + ln2 / 2n < 0n ? 1n : 0n);
  const r = (x - n * ln2) >> 16n;
  let sum = one;
  let term = one;
  for (let k = 1n; term !== 0n && term !== -1n; k++) {
    term = times(term, r) / k;
    sum += term;
  }
  for (let k = 0; k < 16; k++) sum = times(sum, sum);
  return { mantissa: sum, exponent: Number(n) - bits };
}

/** log of `mantissa * 2^exponent`: the series of the inverse hyperbolic tangent, and a multiple of log 2. */
function logFixed({ mantissa, exponent }: Exact): bigint {
  let k = bitLength(mantissa) + exponent;
  let m = shifted({ mantissa, exponent: exponent - k }, -bits);
  // Into [0.7, 1.4], so that nothing cancels near 1.
  if (10n * m < 7n * one) {
    k -= 1;
    m *= 2n;
  }
  return 2n * inverseTanh(((m - one) << wide) / (m + one)) + BigInt(k) * ln2;
}

const logOf = (x: Exact): bigint => logFixed(x);

function inverseTanh(s: bigint): bigint {
  const square = times(s, s);
  let sum = 0n;
  let power = s;
  for (let k = 1n; power !== 0n && power !== -1n; k += 2n) {
    sum += power / k;
    power = times(power, square);
  }
  return sum;
}

const ln2: bigint = 2n * inverseTanh(one / 3n);

/** sin(x + quarters * pi/2). */
function sineAt(x: bigint, quarters: bigint): bigint {
  const half = pi / 2n;
  const shift = x + half / 2n;
  const n = shift / half - (shift < 0n ? 1n : 0n);
  const r = x - n * half;
  const quadrant = (((n + quarters) % 4n) + 4n) % 4n;
  const value = series(r, quadrant % 2n === 0n ? 1n : 0n);
  return quadrant < 2n ? value : -value;
}

/** sin r or cos r by the powers from `first` on. */
function series(r: bigint, first: bigint): bigint {
  const square = times(r, r);
  let term = first === 0n ? one : r;
  let sum = 0n;
  for (let k = first; term !== 0n && term !== -1n; k += 2n) {
    sum += term;
    term = -times(term, square) / ((k + 1n) * (k + 2n));
  }
  return sum;
}

// Machin: pi/4 = 4 arctan(1/5) - arctan(1/239).
const pi: bigint = 4n * (4n * inverseTangent(5n) - inverseTangent(239n));

function inverseTangent(reciprocal: bigint): bigint {
  let sum = 0n;
  let power = one / reciprocal;
  for (let k = 1n; power !== 0n && power !== -1n; k += 2n) {
    sum += power / k;
    power = -power / (reciprocal * reciprocal);
  }
  return sum;
}

function squareRoot(x: bigint): bigint {
  if (x < 2n) return x;
  let root = 1n << BigInt(Math.ceil(bitLength(x) / 2));
  for (;;) {
    const next = (root + x / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
}
