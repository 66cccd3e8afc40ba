import { constant, type Expr } from "../expression/expression.ts";
import { add, div, mul } from "../expression/functions.ts";
import * as Q from "../expression/rational.ts";

/** A rational number as an expression of the same exact value: a number, a fraction, or a sum of as many as it takes. */
export function rational(value: Q.Rational): Expr {
  const decimal = Q.toDouble(value);
  if (decimal !== undefined) return constant(decimal);
  if (Q.isInteger(value)) return integer(value.numerator);
  return div(integer(value.numerator), integer(value.denominator));
}

/** An integer as an expression of the same exact value. */
export function integer(value: bigint): Expr {
  const direct = Q.toDouble(Q.rational(value, 1n));
  if (direct !== undefined) return constant(direct);
  // No double's shortest decimal: its leading digits, and the rest; a power of ten times it, if it is above all doubles.
  const length = magnitude(value).toString().length;
  const unit = length > 300 ? 10n ** 300n : 10n ** BigInt(length - 15);
  const rest = value % unit;
  const high = length > 300 ? mul(integer(value / unit), constant(1e300)) : constant(Number(value - rest));
  return rest === 0n ? high : add(high, integer(rest));
}

/** A number or a fraction of two: what takes more is no simplification of a call. */
export const isShort = (value: Q.Rational): boolean =>
  Q.toDouble(value) !== undefined || (isDouble(value.numerator) && isDouble(value.denominator));

/** True of an exponent under which a number is multiplied out. */
export const isSmall = (power: Q.Rational): boolean => magnitude(power.numerator) <= 64n;

/** The absolute value. */
export const magnitude = (value: bigint): bigint => (value < 0n ? -value : value);

/** `value ^ power` where it is rational and the value positive, else undefined. */
export function exactPower(value: Q.Rational, power: Q.Rational): Q.Rational | undefined {
  if (Q.sign(value) <= 0 || !isSmall(power)) return undefined;
  const root = Q.root(value, power.denominator);
  return root === undefined ? undefined : Q.power(root, power.numerator);
}

/** Prime factors below a thousand with their multiplicities, and what remains as one factor. The value must be positive. */
export function factorize(value: bigint): ReadonlyMap<bigint, bigint> {
  const factors = new Map<bigint, bigint>();
  let rest = value;
  for (let divisor = 2n; divisor < 1000n && divisor * divisor <= rest; divisor += divisor === 2n ? 1n : 2n) {
    while (rest % divisor === 0n) {
      factors.set(divisor, (factors.get(divisor) ?? 0n) + 1n);
      rest /= divisor;
    }
  }
  if (rest > 1n) factors.set(rest, (factors.get(rest) ?? 0n) + 1n);
  return factors;
}

/** True if every prime part of the number is a double, so that its radicals can be written down. */
export const hasExactRadicals = (value: Q.Rational): boolean =>
  value.numerator <= largestInteger && value.denominator <= largestInteger;

const isDouble = (value: bigint): boolean => Q.toDouble(Q.rational(value, 1n)) !== undefined;

const largestInteger = BigInt(Number.MAX_SAFE_INTEGER);
