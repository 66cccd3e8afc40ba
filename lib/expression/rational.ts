/** An exact fraction in lowest terms, its denominator positive. */
export interface Rational {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

const make = (numerator: bigint, denominator: bigint): Rational => ({ numerator, denominator });

// Each is one object, which makes most questions ones of identity.
const small: readonly Rational[] = Array.from({ length: 129 }, (_, i) => make(BigInt(i - 64), 1n));

export const zero: Rational = integer(0);
export const one: Rational = integer(1);
export const minusOne: Rational = integer(-1);
export const half: Rational = make(1n, 2n);

/** The rational of an integer-valued double. */
export function integer(value: number): Rational {
  return small[value + 64] ?? make(BigInt(value), 1n);
}

/** `numerator / denominator` in lowest terms; the denominator must not be zero. */
export function rational(numerator: bigint, denominator: bigint): Rational {
  if (denominator === 1n) return whole(numerator);
  if (isSmall(numerator) && isSmall(denominator)) return smallRational(Number(numerator), Number(denominator));
  const sign = denominator < 0n ? -1n : 1n;
  const divisor = greatestCommonDivisor(numerator, denominator) * sign;
  return quotient(numerator / divisor, denominator / divisor);
}

/** The exact value of a finite double: its shortest decimal, so `0.1` is 1/10. */
export function exactValue(value: number): Rational {
  if (Number.isSafeInteger(value)) return integer(value);
  const known = decimals.get(value);
  if (known !== undefined) return known;
  if (decimals.size > mostDecimals) decimals.clear();
  const exact = readDecimal(value);
  decimals.set(value, exact);
  return exact;
}

// Reading text is slow, and few decimals occur in a formula.
const decimals = new Map<number, Rational>();
const mostDecimals = 1000;

function readDecimal(value: number): Rational {
  const [mantissa = "", exponent = "0"] = String(value).split("e");
  const [digitsBefore = "", digitsAfter = ""] = mantissa.split(".");
  const power = Number(exponent) - digitsAfter.length;
  const digits = BigInt(digitsBefore + digitsAfter);
  return power >= 0 ? whole(digits * 10n ** BigInt(power)) : rational(digits, 10n ** BigInt(-power));
}

/** The double whose exact value is `r`, or undefined if there is none. */
export function toDouble(r: Rational): number | undefined {
  const value = approximate(r);
  if (r.denominator === 1n) {
    if (Number.isSafeInteger(value)) return value;
  } else if (!isDecimal(r.denominator)) return undefined;
  return Number.isFinite(value) && equals(exactValue(value), r) ? value : undefined;
}

/** The double nearest to `r`, or nearly so: within two units in the last place. */
export function approximate(r: Rational): number {
  const { numerator, denominator } = r;
  if (denominator === 1n) return Number(numerator);
  if (isSmall(numerator) && isSmall(denominator)) return Number(numerator) / Number(denominator);
  const shift = bitLength(numerator) - bitLength(denominator) - 64;
  // Both parts may exceed the range of doubles although their quotient does not.
  return shift >= 0
    ? Number(numerator / (denominator << BigInt(shift))) * 2 ** shift
    : scaleDown(Number((numerator << BigInt(-shift)) / denominator), -shift);
}

export const equals = (a: Rational, b: Rational): boolean =>
  a === b || (a.numerator === b.numerator && a.denominator === b.denominator);

export const isZero = (a: Rational): boolean => a === zero;
export const isOne = (a: Rational): boolean => a === one;
export const isInteger = (a: Rational): boolean => a.denominator === 1n;
export const isEven = (a: Rational): boolean => a.denominator === 1n && a.numerator % 2n === 0n;

/** A number of 32 bits that is the same for equal rationals. */
export function hash(a: Rational): number {
  if (a === one) return 1;
  if (a === zero) return 0;
  const numerator = Number(a.numerator);
  // Of what is beyond all doubles, none.
  return a.denominator === 1n ? numerator | 0 : (31 * numerator + Number(a.denominator)) | 0;
}

/** -1, 0 or 1. */
export const sign = (a: Rational): -1 | 0 | 1 => (a.numerator < 0n ? -1 : a.numerator > 0n ? 1 : 0);

/** Negative, zero or positive as `a` is below, at or above `b`. */
export const compare = (a: Rational, b: Rational): -1 | 0 | 1 => sign(subtract(a, b));

export function add(a: Rational, b: Rational): Rational {
  if (a === zero) return b;
  if (b === zero) return a;
  return a.denominator === 1n && b.denominator === 1n
    ? whole(a.numerator + b.numerator)
    : rational(a.numerator * b.denominator + b.numerator * a.denominator, a.denominator * b.denominator);
}

export const subtract = (a: Rational, b: Rational): Rational => add(a, negate(b));
export const negate = (a: Rational): Rational =>
  a.denominator === 1n ? whole(-a.numerator) : make(-a.numerator, a.denominator);
export const absolute = (a: Rational): Rational => (a.numerator < 0n ? negate(a) : a);

export function multiply(a: Rational, b: Rational): Rational {
  if (a === one) return b;
  if (b === one) return a;
  return a.denominator === 1n && b.denominator === 1n
    ? whole(a.numerator * b.numerator)
    : rational(a.numerator * b.numerator, a.denominator * b.denominator);
}

/** `a / b`; `b` must not be zero. */
export const divide = (a: Rational, b: Rational): Rational =>
  b === one ? a : rational(a.numerator * b.denominator, a.denominator * b.numerator);

/** The greatest integer not above `a`. */
export function floor(a: Rational): Rational {
  if (a.denominator === 1n) return a;
  const towardsZero = a.numerator / a.denominator;
  return whole(a.numerator < 0n ? towardsZero - 1n : towardsZero);
}

/** `a ^ exponent` for an integer exponent; `a` must not be zero where the exponent is negative. */
export function power(a: Rational, exponent: bigint): Rational {
  return exponent >= 0n
    ? quotient(a.numerator ** exponent, a.denominator ** exponent)
    : rational(a.denominator ** -exponent, a.numerator ** -exponent);
}

/** The rational whose `degree`-th power is `a` (the non-negative one of two), or undefined if there is none. */
export function root(a: Rational, degree: bigint): Rational | undefined {
  if (degree <= 0n || (a.numerator < 0n && degree % 2n === 0n)) return undefined;
  const numerator = integerRoot(a.numerator < 0n ? -a.numerator : a.numerator, degree);
  const denominator = integerRoot(a.denominator, degree);
  if (numerator === undefined || denominator === undefined) return undefined;
  return quotient(a.numerator < 0n ? -numerator : numerator, denominator);
}

/** The whole number `n` with `base ^ n` equal to `a`, or undefined if there is none. The base is above one. */
export function logarithm(a: Rational, base: bigint): Rational | undefined {
  if (a.numerator !== 1n && a.denominator !== 1n) return undefined;
  let rest = a.denominator === 1n ? a.numerator : a.denominator;
  let power = 0;
  for (; rest > 1n && rest % base === 0n; rest /= base) power++;
  return rest === 1n ? integer(a.denominator === 1n ? power : -power) : undefined;
}

export function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  if (isSmall(a) && isSmall(b)) {
    let [x, y] = [Math.abs(Number(a)), Math.abs(Number(b))];
    while (y !== 0) [x, y] = [y, x % y];
    return BigInt(x);
  }
  let [x, y] = [a < 0n ? -a : a, b < 0n ? -b : b];
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
}

function smallRational(numerator: number, denominator: number): Rational {
  let [divisor, rest] = [Math.abs(numerator), Math.abs(denominator)];
  while (rest !== 0) [divisor, rest] = [rest, divisor % rest];
  const [above, below] = [numerator / divisor, denominator / divisor];
  if (below === 1) return integer(above);
  if (below === -1) return integer(-above);
  return below > 0 ? make(BigInt(above), BigInt(below)) : make(BigInt(-above), BigInt(-below));
}

const whole = (value: bigint): Rational => (isSmall(value) ? integer(Number(value)) : make(value, 1n));

// Of parts without a common divisor.
const quotient = (numerator: bigint, denominator: bigint): Rational =>
  denominator === 1n ? whole(numerator) : make(numerator, denominator);

// Where the arithmetic of doubles is exact, and much faster.
const isSmall = (value: bigint): boolean => value < 1073741824n && value > -1073741824n;

// Of a fraction in lowest terms: only twos and fives below it make a finite decimal.
function isDecimal(denominator: bigint): boolean {
  if (!isSmall(denominator)) return true;
  let rest = Number(denominator);
  while (rest % 2 === 0) rest /= 2;
  while (rest % 5 === 0) rest /= 5;
  return rest === 1;
}

function integerRoot(value: bigint, degree: bigint): bigint | undefined {
  if (value < 2n) return value;
  const bits = BigInt(bitLength(value));
  if (bits < degree) return undefined;
  // Newton's iteration from above is monotone and stops at the floor of the root.
  let guess = 1n << ((bits + degree - 1n) / degree);
  for (;;) {
    const next = ((degree - 1n) * guess + value / guess ** (degree - 1n)) / degree;
    if (next >= guess) break;
    guess = next;
  }
  return guess ** degree === value ? guess : undefined;
}

const bitLength = (value: bigint): number => (value < 0n ? -value : value).toString(2).length;

// Two steps, so that a subnormal result does not pass through a power of two that underflows.
const scaleDown = (value: number, shift: number): number =>
  shift > 1000 ? value * 2 ** -(shift - 1000) * 2 ** -1000 : value * 2 ** -shift;
