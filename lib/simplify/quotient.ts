import type { Expr } from "../expression/expression.ts";
import * as Q from "../expression/rational.ts";
import {
  accumulate,
  isZeroSum,
  type NormalForms,
  noTerms,
  type Product,
  productBuilder,
  rationalOf,
  rationalSum,
  type Sum,
  sumBuilder,
  termCount,
} from "./forms.ts";
import { isSmall } from "./numbers.ts";
import type { TermOrder } from "./terms.ts";

/**
 * A product in which a sum above and a sum below have lost what they have in common: `x + 1` for `(x^2 - 1) / (x - 1)`. Undefined
 * where nothing is found.
 */
export function cancelSums(product: Product, forms: NormalForms, order: TermOrder): Product | undefined {
  if (product.factors.size < 2) return undefined;
  const [above, below]: [Side[], Side[]] = [[], []];
  for (const [base, exponent] of product.factors) {
    if (!forms.isSum(base)) continue;
    const power = rationalOf(exponent);
    if (power === undefined || !Q.isInteger(power) || !isSmall(power)) continue;
    const sum = forms.sumOf(base);
    if (termCount(sum) <= mostTerms) (Q.sign(power) > 0 ? above : below).push({ base, power, sum });
  }
  for (const upper of above) {
    for (const lower of below) {
      const fraction = reduced(upper.sum, lower.sum, forms, order);
      if (fraction === undefined) continue;
      const times = Q.compare(upper.power, Q.negate(lower.power)) < 0 ? upper.power : Q.negate(lower.power);
      const result = productBuilder(product);
      const multiply = (sum: Sum, power: Q.Rational): void => {
        const factor = forms.productOf(forms.fromSum(sum));
        if (Q.isZero(power)) return;
        const sign = Q.sign(power);
        for (let i = 0n; i < Q.absolute(power).numerator; i++) forms.multiply(result, factor, sign > 0 ? 1 : -1);
      };
      multiply(upper.sum, Q.negate(times));
      multiply(lower.sum, times);
      multiply(fraction.above, times);
      multiply(fraction.below, Q.negate(times));
      return result;
    }
  }
  return undefined;
}

interface Side {
  readonly base: Expr;
  readonly power: Q.Rational;
  readonly sum: Sum;
}

interface Fraction {
  readonly above: Sum;
  readonly below: Sum;
}

const mostTerms = 12;
const one: Sum = rationalSum(Q.one);

function reduced(above: Sum, below: Sum, forms: NormalForms, order: TermOrder): Fraction | undefined {
  const variable = soleBase(above, below, forms);
  if (variable !== undefined) {
    const [p, q] = [coefficientsOf(above, variable, forms), coefficientsOf(below, variable, forms)];
    if (p === undefined || q === undefined) return undefined;
    const divisor = greatestCommonDivisor(p, q);
    if (divisor.length < 2) return undefined;
    const sumOf = (coefficients: Coefficients): Sum => sumWith(coefficients, variable, forms);
    return { above: sumOf(divided(p, divisor).quotient), below: sumOf(divided(q, divisor).quotient) };
  }
  const quotient = exactQuotient(above, below, forms, order);
  if (quotient !== undefined) return { above: quotient, below: one };
  const inverse = exactQuotient(below, above, forms, order);
  return inverse === undefined ? undefined : { above: one, below: inverse };
}

// Division by the leading terms, as it is done for polynomials in several variables. Bases may stand under fractions.
function exactQuotient(dividend: Sum, divisor: Sum, forms: NormalForms, order: TermOrder): Sum | undefined {
  const leading = leadingTerm(divisor, order);
  if (leading === undefined || termCount(dividend) < 2) return undefined;
  const quotient = sumBuilder();
  const rest = sumBuilder(dividend);
  for (let steps = 0; steps < mostTerms; steps++) {
    const top = leadingTerm(rest, order);
    if (top === undefined) return isZeroSum(rest) ? quotient : undefined;
    const factor = productBuilder(forms.productOf(top.term));
    forms.multiply(factor, forms.productOf(leading.term), -1);
    factor.coefficient = Q.divide(Q.multiply(factor.coefficient, top.coefficient), leading.coefficient);
    // A quotient that divides by what the dividend does not is no polynomial.
    for (const exponent of factor.factors.values()) {
      const power = rationalOf(exponent);
      if (power === undefined || Q.sign(power) < 0) return undefined;
    }
    const whole = forms.sumOf(forms.fromProduct(factor));
    accumulate(quotient, whole, Q.one);
    for (const [term, coefficient] of withConstant(divisor)) {
      const product = productBuilder(factor);
      if (term !== undefined) forms.multiply(product, forms.productOf(term), 1);
      accumulate(rest, forms.sumOf(forms.fromProduct(product)), Q.negate(coefficient));
    }
  }
  return undefined;
}

function leadingTerm(
  sum: Sum,
  order: TermOrder,
): { readonly term: Expr; readonly coefficient: Q.Rational } | undefined {
  let first: Expr | undefined;
  for (const term of sum.terms.keys()) if (first === undefined || order.compare(term, first) < 0) first = term;
  return first === undefined ? undefined : { term: first, coefficient: sum.terms.get(first) ?? Q.one };
}

function* withConstant(sum: Sum): Generator<readonly [Expr | undefined, Q.Rational]> {
  yield* sum.terms;
  if (!Q.isZero(sum.constant)) yield [undefined, sum.constant];
}

/** A polynomial in one base, by ascending powers; the last is not zero. */
type Coefficients = readonly Q.Rational[];

// The one base of both sums, if there is one.
function soleBase(above: Sum, below: Sum, forms: NormalForms): Expr | undefined {
  let found: Expr | undefined;
  for (const sum of [above, below]) {
    for (const term of sum.terms.keys()) {
      const [base, second] = forms.productOf(term).factors.keys();
      if (base === undefined || second !== undefined || (found !== undefined && base !== found)) return undefined;
      found = base;
    }
  }
  return found;
}

function coefficientsOf(sum: Sum, base: Expr, forms: NormalForms): Coefficients | undefined {
  const coefficients: Q.Rational[] = [sum.constant];
  for (const [term, coefficient] of sum.terms) {
    const product = forms.productOf(term);
    const power = rationalOf(product.factors.get(base) ?? one);
    if (power === undefined || !Q.isInteger(power) || Q.sign(power) < 0 || power.numerator > highestDegree)
      return undefined;
    const degree = Number(power.numerator);
    while (coefficients.length <= degree) coefficients.push(Q.zero);
    coefficients[degree] = Q.multiply(coefficient, product.coefficient);
  }
  return coefficients;
}

const highestDegree = 16n;

function sumWith(coefficients: Coefficients, base: Expr, forms: NormalForms): Sum {
  const sum = sumBuilder({ constant: coefficients[0] ?? Q.zero, terms: noTerms });
  for (const [degree, coefficient] of coefficients.entries()) {
    if (degree === 0 || Q.isZero(coefficient)) continue;
    const power = { coefficient: Q.one, factors: new Map([[base, rationalSum(Q.integer(degree))]]) };
    accumulate(sum, forms.sumOf(forms.fromProduct(power)), coefficient);
  }
  return sum;
}

// Euclid's algorithm, each remainder with its first coefficient one, so that the numbers stay short.
function greatestCommonDivisor(p: Coefficients, q: Coefficients): Coefficients {
  let [a, b] = [p, q];
  while (b.length > 0) {
    const { remainder } = divided(a, b);
    const last = remainder.at(-1);
    [a, b] = [b, last === undefined ? [] : remainder.map(coefficient => Q.divide(coefficient, last))];
  }
  return a;
}

function divided(
  p: Coefficients,
  q: Coefficients,
): { readonly quotient: Coefficients; readonly remainder: Coefficients } {
  const rest = [...p];
  const leading = q.at(-1) ?? Q.one;
  const quotient: Q.Rational[] = [];
  for (let shift = p.length - q.length; shift >= 0; shift--) {
    const factor = Q.divide(rest[shift + q.length - 1] ?? Q.zero, leading);
    quotient.unshift(factor);
    for (const [i, coefficient] of q.entries()) {
      rest[shift + i] = Q.subtract(rest[shift + i] ?? Q.zero, Q.multiply(factor, coefficient));
    }
  }
  while (rest.length > 0 && Q.isZero(rest.at(-1) ?? Q.zero)) rest.pop();
  return { quotient, remainder: rest };
}
