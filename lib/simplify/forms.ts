import { constant, type Expr, type FunctionRow, type Reduction, type ReductionKind } from "../expression/expression.ts";
import * as Q from "../expression/rational.ts";
import type { Assumptions } from "./assume.ts";
import { factorize, hasExactRadicals, isSmall } from "./numbers.ts";
import type { Ranges } from "./ranges.ts";

/** A sum in normal form: a rational number and a map from terms to their coefficients, none of them zero. */
export interface Sum {
  readonly constant: Q.Rational;
  readonly terms: ReadonlyMap<Expr, Q.Rational>;
}

/** A product in normal form: a rational number times bases under exponents, none of them zero. An exponent is a sum. */
export interface Product {
  readonly coefficient: Q.Rational;
  readonly factors: ReadonlyMap<Expr, Sum>;
}

/** A body that is compared with its greatest or least value: `x[i] == maximum(j, x[j])`. */
export interface Tie {
  readonly extreme: Reduction;
  /** The body of the extreme under `index`. */
  readonly body: Expr;
  readonly index: string;
}

/** What turns canonical expressions into forms and back. */
export interface NormalForms {
  /** What may be relied on. */
  readonly assume: Assumptions;
  /** Takes a step for the application of a rule; false when there is none left, or when rules call for rules without end. */
  takeStep(): boolean;
  /** True if so many more monomials may be multiplied out: the search for smaller forms grows with the input, no faster. */
  takeMonomials(count: number): boolean;
  /** Whether shorter forms are looked for that may share less: of what is to be computed they may be longer. */
  readonly searches: boolean;
  /** A canonical expression as a sum. */
  sumOf(e: Expr): Sum;
  /** A canonical expression as a product. A sum is its first coefficient times what begins with one. */
  productOf(e: Expr): Product;
  /** The rational number that a canonical expression is, if it is one. */
  rationalOf(e: Expr): Q.Rational | undefined;
  /** True of a canonical expression that is a sum of several terms. */
  isSum(e: Expr): boolean;
  /** True of a canonical expression of which no scale is to be taken out, and no sign. */
  isAtom(e: Expr): boolean;
  /** The canonical expression of a sum. */
  fromSum(sum: Sum): Expr;
  /** The canonical expression of a product. */
  fromProduct(product: Product): Expr;
  /** The canonical form of a row applied to canonical arguments. */
  apply(fn: FunctionRow, args: readonly Expr[]): Expr;
  /** Multiplies by `product ^ sign`. */
  multiply(into: ProductBuilder, product: Product, sign: 1 | -1): void;
  /** What a comparison compares, if that is a body and its extreme. */
  tieIn(e: Expr): Tie | undefined;
  /** The canonical form of an expression of letters, each replaced by the canonical expression it is bound to. */
  instantiate(pattern: Expr, bindings: ReadonlyMap<string, Expr>): Expr;
}

/** Normal forms of expressions with indices. */
export interface IndexedForms extends NormalForms {
  /** Which names of indices take equally many values. */
  readonly ranges: Ranges;
  /** A node of any shape with canonical arguments, in canonical form. */
  rebuild(node: Expr, args: readonly Expr[]): Expr;
  /** A reduction that is left as it is, under the name that its equals have. */
  close(operation: ReductionKind, index: string, body: Expr): Expr;
  /** True of a reduction that several others read: taken apart for one of them it would be computed twice. */
  isShared(e: Expr): boolean;
  /** True of what stays one factor, whatever it meets. */
  isClosed(e: Expr): boolean;
  /** Lets `made` stay one factor if `e` does. */
  keepClosed(e: Expr, made: Expr): void;
}

export const noTerms: ReadonlyMap<Expr, Q.Rational> = new Map();
export const noFactors: ReadonlyMap<Expr, Sum> = new Map();

export const rationalSum = (value: Q.Rational): Sum => ({ constant: value, terms: noTerms });
/** `coefficient * term` as a sum. */
export const single = (term: Expr, coefficient: Q.Rational = Q.one): Sum => ({
  constant: Q.zero,
  terms: new Map([[term, coefficient]]),
});

export const zeroSum: Sum = rationalSum(Q.zero);
export const oneSum: Sum = rationalSum(Q.one);
const unit: Product = { coefficient: Q.one, factors: noFactors };

/** The exponent as a rational number, or undefined if it is symbolic. */
export const rationalOf = (sum: Sum): Q.Rational | undefined => (sum.terms.size === 0 ? sum.constant : undefined);

/** How many terms there are, the constant counted. */
export const termCount = (sum: Sum): number => sum.terms.size + (Q.isZero(sum.constant) ? 0 : 1);

// Twice as fast as the constructor of Map.
function copied<V>(from: ReadonlyMap<Expr, V>): Map<Expr, V> {
  const copy = new Map<Expr, V>();
  for (const [key, value] of from) copy.set(key, value);
  return copy;
}

/** A sum that is still being collected. */
export interface SumBuilder {
  constant: Q.Rational;
  readonly terms: Map<Expr, Q.Rational>;
}

export const sumBuilder = (from: Sum = zeroSum): SumBuilder => ({
  constant: from.constant,
  terms: copied(from.terms),
});

/** Adds `scale` times `sum`. */
export function accumulate(into: SumBuilder, sum: Sum, scale: Q.Rational): void {
  into.constant = Q.add(into.constant, Q.multiply(sum.constant, scale));
  for (const [term, coefficient] of sum.terms) addTerm(into, term, Q.multiply(coefficient, scale));
}

export function addTerm(into: SumBuilder, term: Expr, coefficient: Q.Rational): void {
  const before = into.terms.get(term);
  const total = before === undefined ? coefficient : Q.add(before, coefficient);
  if (Q.isZero(total)) into.terms.delete(term);
  else into.terms.set(term, total);
}

export function scaleSum(sum: Sum, by: Q.Rational): Sum {
  if (Q.isZero(by)) return zeroSum;
  if (Q.isOne(by)) return sum;
  if (sum.terms.size === 0) return rationalSum(Q.multiply(sum.constant, by));
  const terms = new Map<Expr, Q.Rational>();
  for (const [term, coefficient] of sum.terms) terms.set(term, Q.multiply(coefficient, by));
  return { constant: Q.multiply(sum.constant, by), terms };
}

export function addSums(a: Sum, b: Sum, scale: Q.Rational = Q.one): Sum {
  if (a.terms.size === 0 && b.terms.size === 0) return rationalSum(Q.add(a.constant, Q.multiply(b.constant, scale)));
  const total = sumBuilder(a);
  accumulate(total, b, scale);
  return total;
}

export const isZeroSum = (sum: Sum): boolean => sum.terms.size === 0 && Q.isZero(sum.constant);
export const isOneSum = (sum: Sum): boolean => sum.terms.size === 0 && Q.isOne(sum.constant);

/** A product that is still being collected. */
export interface ProductBuilder {
  coefficient: Q.Rational;
  readonly factors: Map<Expr, Sum>;
}

export const productBuilder = (from: Product = unit): ProductBuilder => ({
  coefficient: from.coefficient,
  factors: copied(from.factors),
});

/** Multiplies by `base ^ exponent`. Exponents of one base add up; powers of a number stay between its zeroth and first. */
export function multiplyPower(into: ProductBuilder, base: Expr, exponent: Sum): void {
  const before = into.factors.get(base);
  const total = before === undefined ? exponent : addSums(before, exponent);
  if (isZeroSum(total)) into.factors.delete(base);
  else if (base.kind === "constant" && base.value > 0) multiplyRadical(into, base, total);
  else into.factors.set(base, total);
}

/** Multiplies by `product ^ sign`. */
export function multiplyProduct(into: ProductBuilder, product: Product, sign: 1 | -1): void {
  if (sign > 0) into.coefficient = Q.multiply(into.coefficient, product.coefficient);
  else into.coefficient = Q.divide(into.coefficient, product.coefficient);
  for (const [base, exponent] of product.factors) {
    multiplyPower(into, base, sign > 0 ? exponent : scaleSum(exponent, Q.minusOne));
  }
}

// The whole part of a number's exponent belongs to the coefficient, 2^(3/2) is 2 * 2^(1/2), if it is a number that can be
// written down: 2^100 stays a power.
function multiplyRadical(into: ProductBuilder, base: Expr & { kind: "constant" }, exponent: Sum): void {
  const whole = exponent.terms.size === 0 || Q.isInteger(exponent.constant) ? Q.floor(exponent.constant) : Q.zero;
  const power = isSmall(whole) ? Q.power(Q.exactValue(base.value), whole.numerator) : undefined;
  if (power === undefined || !hasExactRadicals(power)) {
    into.factors.set(base, exponent);
    return;
  }
  into.coefficient = Q.multiply(into.coefficient, power);
  const rest = addSums(exponent, rationalSum(whole), Q.minusOne);
  if (isZeroSum(rest)) into.factors.delete(base);
  else into.factors.set(base, rest);
}

/** Multiplies by `value ^ exponent` for a positive value, prime by prime, so that 8^(1/2) is 2 * 2^(1/2). */
export function multiplyNumberPower(into: ProductBuilder, value: Q.Rational, exponent: Q.Rational): void {
  for (const [base, sign] of [
    [value.numerator, 1],
    [value.denominator, -1],
  ] as const) {
    for (const [prime, multiplicity] of factorize(base)) {
      const power = Q.multiply(Q.rational(multiplicity * BigInt(sign), 1n), exponent);
      multiplyPower(into, constant(Number(prime)), rationalSum(power));
    }
  }
}

/** The positive rational that divides all coefficients of a sum: over it, they are integers without a common divisor. */
export function contentOf(sum: Sum): Q.Rational {
  let content = Q.absolute(sum.constant);
  for (const coefficient of sum.terms.values()) content = commonDivisor(content, coefficient);
  return Q.isZero(content) ? Q.one : content;
}

// The greatest rational that both are whole multiples of.
function commonDivisor(a: Q.Rational, b: Q.Rational): Q.Rational {
  if (Q.isOne(a) && Q.isInteger(b)) return a;
  const numerator = Q.greatestCommonDivisor(a.numerator, b.numerator);
  const shared = Q.greatestCommonDivisor(a.denominator, b.denominator);
  return Q.rational(numerator, (a.denominator / shared) * b.denominator);
}
