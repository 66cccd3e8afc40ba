import { constant, type Expr } from "../../expression/expression.ts";
import { add, div, e as euler, exp, mul, neg, pow, sqrt, sub } from "../../expression/functions.ts";
import * as Q from "../../expression/rational.ts";
import { type Product, rationalOf, type Sum } from "../forms.ts";

/** The sum as an expression: what is added first, then what is taken away. */
export function spellSum(sum: Sum): Expr {
  let result: Expr | undefined;
  const entries: (readonly [Expr | undefined, Q.Rational])[] = [...sum.terms];
  if (!Q.isZero(sum.constant)) entries.push([undefined, sum.constant]);
  for (const [term, coefficient] of entries) {
    if (Q.sign(coefficient) > 0) {
      const scaled = scaledTerm(term, coefficient);
      result = result === undefined ? scaled : add(result, scaled);
    }
  }
  for (const [term, coefficient] of entries) {
    if (Q.sign(coefficient) < 0) {
      if (result === undefined) {
        result = term === undefined ? numberOf(coefficient) : neg(scaledTerm(term, Q.negate(coefficient)));
      } else result = sub(result, scaledTerm(term, Q.negate(coefficient)));
    }
  }
  return result ?? constant(0);
}

function scaledTerm(term: Expr | undefined, coefficient: Q.Rational): Expr {
  if (term === undefined) return numberOf(coefficient);
  if (Q.isOne(coefficient)) return term;
  const { numerator, denominator } = split(coefficient);
  const above = numerator === undefined ? term : mul(numerator, term);
  return denominator === undefined ? above : div(above, denominator);
}

/** The product as an expression: one fraction, its sign before it. */
export function spellProduct({ coefficient, factors }: Product, fromSum: (sum: Sum) => Expr): Expr {
  const above: Expr[] = [];
  const below: Expr[] = [];
  const { numerator, denominator } = split(Q.absolute(coefficient));
  for (const [base, exponent] of factors) {
    const power = rationalOf(exponent);
    if (base === euler) above.push(exp(fromSum(exponent)));
    else if (power === undefined) above.push(pow(base, fromSum(exponent)));
    else if (Q.sign(power) > 0) above.push(spellPower(base, power));
    else below.push(spellPower(base, Q.negate(power)));
  }
  if (numerator !== undefined) above.unshift(numerator);
  if (denominator !== undefined) below.unshift(denominator);
  const top = above.length === 0 ? constant(1) : above.reduce((left, right) => mul(left, right));
  const whole =
    below.length === 0
      ? top
      : div(
          top,
          below.reduce((left, right) => mul(left, right)),
        );
  return Q.sign(coefficient) < 0 ? neg(whole) : whole;
}

function spellPower(base: Expr, power: Q.Rational): Expr {
  if (Q.isOne(power)) return base;
  return Q.equals(power, half) ? sqrt(base) : pow(base, numberOf(power));
}

// What a positive coefficient multiplies and divides by: decimals stay decimals, halves and thirds are quotients.
function split(value: Q.Rational): { readonly numerator: Expr | undefined; readonly denominator: Expr | undefined } {
  const double = Q.toDouble(value);
  const isWhole = (double !== undefined && !isDyadic(value)) || Q.isInteger(value);
  if (isWhole) return { numerator: Q.isOne(value) ? undefined : numberOf(value), denominator: undefined };
  const [top, bottom] = [Number(value.numerator), Number(value.denominator)];
  if (!Number.isFinite(top) || !Number.isFinite(bottom)) return { numerator: numberOf(value), denominator: undefined };
  return { numerator: top === 1 ? undefined : constant(top), denominator: constant(bottom) };
}

const isDyadic = ({ denominator }: Q.Rational): boolean =>
  denominator <= 1024n && (denominator & (denominator - 1n)) === 0n;

const keyOfRational = ({ numerator, denominator }: Q.Rational): string =>
  denominator === 1n ? `${numerator}` : `${numerator}/${denominator}`;

/** Equal sums of the same terms have one key, whatever their order. */
export function keyOfSum(sum: Sum): string {
  if (sum.terms.size === 0) return keyOfRational(sum.constant);
  const terms = [...sum.terms].sort(([a], [b]) => a.id - b.id);
  return `${keyOfRational(sum.constant)}${terms.map(([term, by]) => ` ${term.id}*${keyOfRational(by)}`).join("")}`;
}

/** Equal products of the same bases have one key. */
export function keyOfProduct({ coefficient, factors }: Product): string {
  const bases = [...factors].sort(([a], [b]) => a.id - b.id);
  return `${keyOfRational(coefficient)}${bases.map(([base, by]) => ` ${base.id}^(${keyOfSum(by)})`).join("")}`;
}

/** The number as it is written: a whole number, a decimal or a fraction. */
export function numberOf(value: Q.Rational): Expr {
  const double = Q.toDouble(value);
  if (double !== undefined && (Q.isInteger(value) || !isDyadic(value))) return constant(double);
  const [numerator, denominator] = [Number(value.numerator), Number(value.denominator)];
  if (Number.isFinite(numerator) && Number.isFinite(denominator)) return div(numerator, denominator);
  return constant(double ?? Math.min(Math.max(Q.approximate(value), -Number.MAX_VALUE), Number.MAX_VALUE));
}

const half: Q.Rational = Q.rational(1n, 2n);
