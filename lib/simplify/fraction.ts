import { constant, type Expr } from "../expression/expression.ts";
import { div, mulAll, neg } from "../expression/functions.ts";
import * as Q from "../expression/rational.ts";
import { integer } from "./numbers.ts";

/**
 * `coefficient * numerator / denominator`, each a list of factors, in one fraction with the sign in front. A textbook writes
 * `1 / (2 * x)`, where `0.5 / x` is smaller.
 */
export function fraction(
  coefficient: Q.Rational,
  numerator: readonly Expr[],
  denominator: readonly Expr[],
  textbook = true,
): Expr {
  if (Q.isOne(coefficient)) return quotient(numerator, denominator);
  const { above, below } = split(coefficient, numerator.length > 0, denominator.length > 0, textbook);
  const bottom = below === undefined ? denominator : [below, ...denominator];
  let top = above === undefined ? numerator : [above, ...numerator];
  if (Q.sign(coefficient) < 0 && (below === undefined || below.kind !== "constant" || below.value > 0)) {
    const [first = constant(1), ...others] = top;
    top = [first.kind === "constant" ? constant(-first.value) : neg(first), ...others];
  }
  return quotient(top, bottom);
}

const quotient = (top: readonly Expr[], bottom: readonly Expr[]): Expr =>
  bottom.length === 0 ? mulAll(top) : div(mulAll(top), mulAll(bottom));

// Which of 1.5 * x, x / 2, 2 * x / 3 and x / 1.75 a coefficient becomes. What stands above is without its sign.
function split(
  signed: Q.Rational,
  hasNumerator: boolean,
  hasDenominator: boolean,
  textbook: boolean,
): { readonly above?: Expr; readonly below?: Expr } {
  const value = Q.absolute(signed);
  if (Q.isOne(value)) return {};
  const isNegative = Q.sign(signed) < 0;
  const isUnit = value.numerator === 1n;
  const decimal = Q.toDouble(value);
  if (decimal !== undefined) {
    const halves = isUnit && isPowerOfTwo(value.denominator);
    const divides = halves && ((hasNumerator && !isNegative) || (hasDenominator && textbook));
    return divides ? { below: integer(value.denominator) } : { above: constant(decimal) };
  }
  const inverse = hasNumerator ? Q.toDouble(Q.divide(Q.one, value)) : undefined;
  if (inverse !== undefined && (isUnit || !textbook || hasLargePart(value))) {
    // A decimal below takes the sign for nothing: x / -1.742.
    return { below: constant(isNegative && (!textbook || !isUnit) ? -inverse : inverse) };
  }
  if (Q.isInteger(value)) return { above: integer(value.numerator) };
  const below = integer(value.denominator);
  return isUnit && (hasNumerator || hasDenominator) ? { below } : { above: integer(value.numerator), below };
}

// 2 * x / 3 is a fraction that people write; 500 * x / 871 is x / 1.742.
const hasLargePart = (value: Q.Rational): boolean => value.numerator > largestPart || value.denominator > largestPart;
const largestPart = 20n;

const isPowerOfTwo = (value: bigint): boolean => (value & (value - 1n)) === 0n;
