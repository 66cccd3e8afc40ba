import type { Expr } from "../expression/expression.ts";
import { abs, add, e as euler, log, log1p, mul, pow } from "../expression/functions.ts";
import * as Q from "../expression/rational.ts";
import { signOf } from "./facts.ts";
import {
  addTerm,
  isOneSum,
  multiplyNumberPower,
  multiplyPower,
  multiplyProduct,
  type NormalForms,
  noFactors,
  oneSum,
  type Product,
  productBuilder,
  rationalOf,
  rationalSum,
  type Sum,
  scaleSum,
  sumBuilder,
} from "./forms.ts";
import { exactPower, hasExactRadicals, isShort, isSmall, rational } from "./numbers.ts";
import { squareRootOfSum } from "./squares.ts";

/** `base ^ exponent` by the laws of powers that hold for every real base; `base` must be canonical. */
export function power(base: Expr, exponent: Sum, forms: NormalForms): Product {
  const product = forms.productOf(base);
  const number = rationalOf(exponent);
  if (number === undefined || !Q.isInteger(number)) {
    const split = positivePower(product, exponent, forms);
    if (split !== undefined) return split;
  }
  if (number === undefined) return symbolicPower(base, product, exponent, forms);
  if (Q.isZero(number)) return { coefficient: Q.one, factors: noFactors };
  if (Q.isOne(number)) return product;
  return Q.isInteger(number) ? wholePower(product, number, forms) : fractionalPower(base, product, number, forms);
}

/** `product ^ exponent` for a whole exponent: each factor under it. */
export function wholePower(product: Product, exponent: Q.Rational, forms: NormalForms): Product {
  if (Q.isZero(product.coefficient) && Q.sign(exponent) < 0) {
    const zero = forms.fromProduct({ coefficient: Q.zero, factors: noFactors });
    return { coefficient: Q.one, factors: new Map([[zero, rationalSum(exponent)]]) };
  }
  const result = productBuilder();
  const scale = isSmall(exponent) ? Q.power(product.coefficient, exponent.numerator) : undefined;
  if (scale !== undefined && isShort(scale)) {
    result.coefficient = scale;
  } else if (Q.isOne(Q.absolute(product.coefficient))) {
    result.coefficient = Q.isEven(exponent) ? Q.one : product.coefficient;
  } else {
    const base = forms.fromProduct({ coefficient: product.coefficient, factors: noFactors });
    result.factors.set(base, rationalSum(exponent));
  }
  for (const [base, own] of product.factors) multiplyPower(result, base, scaleSum(own, exponent));
  return result;
}

/** `exp(exponent)`: its logarithms become powers. */
export function exponential(exponent: Sum, forms: NormalForms): Product {
  const result = productBuilder();
  const rest = sumBuilder({ constant: exponent.constant, terms: new Map() });
  for (const [term, coefficient] of exponent.terms) {
    const factor = exponentialOfLogarithm(term, coefficient, forms);
    if (factor === undefined) addTerm(rest, term, coefficient);
    else multiplyProduct(result, factor, 1);
  }
  multiplyPower(result, euler, rest);
  return result;
}

// (x^k * y)^r is x^(k*r) * y^r for a variable x that is assumed positive.
function positivePower(product: Product, exponent: Sum, forms: NormalForms): Product | undefined {
  const positive = [...product.factors].filter(([base]) => isPositiveVariable(base, forms));
  if (positive.length === 0 || (product.factors.size === 1 && isOneSum(positive[0]?.[1] ?? oneSum))) return undefined;
  const result = productBuilder();
  const rest = productBuilder(product);
  for (const [base, own] of positive) {
    multiplyPower(result, base, productOfExponents(own, exponent, forms));
    rest.factors.delete(base);
  }
  if (rest.factors.size > 0 || !Q.isOne(rest.coefficient)) {
    forms.multiply(result, power(forms.fromProduct(rest), exponent, forms), 1);
  }
  return result;
}

/** True of a variable that is assumed positive. */
export const isPositiveVariable = (e: Expr, { assume }: Pick<NormalForms, "assume">): boolean =>
  e.kind === "variable" && assume.holds(e.name, "positive");

function productOfExponents(a: Sum, b: Sum, forms: NormalForms): Sum {
  const [p, q] = [rationalOf(a), rationalOf(b)];
  if (p !== undefined) return scaleSum(b, p);
  if (q !== undefined) return scaleSum(a, q);
  return forms.sumOf(forms.apply(mul, [forms.fromSum(a), forms.fromSum(b)]));
}

// exp(c * w * log(v)) is v^(c * w).
function exponentialOfLogarithm(term: Expr, coefficient: Q.Rational, forms: NormalForms): Product | undefined {
  for (const [base, exponent] of forms.productOf(term).factors) {
    if (base.kind !== "call" || !isOneSum(exponent) || (base.fn !== log && base.fn !== log1p)) continue;
    const [argument] = base.args;
    if (argument === undefined) continue;
    const inside = base.fn === log ? argument : forms.apply(add, [rational(Q.one), argument]);
    const others = productBuilder(forms.productOf(term));
    others.factors.delete(base);
    others.coefficient = Q.multiply(others.coefficient, coefficient);
    return power(inside, forms.sumOf(forms.fromProduct(others)), forms);
  }
  return undefined;
}

// (b^k)^r for a fraction r: what is under it is not negative where there is a value at all.
function fractionalPower(base: Expr, product: Product, exponent: Q.Rational, forms: NormalForms): Product {
  const opaque: Product = { coefficient: Q.one, factors: new Map([[base, rationalSum(exponent)]]) };
  const { coefficient, factors } = product;
  if (factors.size === 0) return powerOfNumber(coefficient, exponent, opaque);
  const root =
    forms.searches && exponent.denominator === 2n && forms.isSum(base) ? squareRootOfSum(base, forms) : undefined;
  if (root !== undefined) return wholePower(forms.productOf(root), Q.integer(Number(exponent.numerator)), forms);
  const scale = Q.isOne(coefficient) ? Q.one : exactPower(coefficient, exponent);
  if (scale === undefined) return opaque;
  const result = productBuilder();
  result.coefficient = scale;
  const [[single, inner] = [euler, oneSum]] = factors;
  if (factors.size === 1) {
    const whole = powerOfPower(single, inner, exponent, forms);
    if (whole === undefined)
      multiplyPower(result, forms.fromProduct({ coefficient: Q.one, factors }), rationalSum(exponent));
    else multiplyProduct(result, whole, 1);
    return result;
  }
  const inside = productBuilder({ coefficient: Q.one, factors });
  for (const [factor, own] of factors) {
    const number = rationalOf(own);
    const outer = number === undefined ? undefined : Q.multiply(number, exponent);
    if (outer === undefined || !Q.isInteger(outer) || signOf(factor, forms.assume) !== "positive") continue;
    inside.factors.delete(factor);
    multiplyPower(result, factor, rationalSum(outer));
  }
  multiplyPower(result, forms.fromProduct(inside), rationalSum(exponent));
  return result;
}

// Whole numbers and plain fractions prime by prime, so that sqrt(8) meets sqrt(2); decimals as they are.
function powerOfNumber(value: Q.Rational, exponent: Q.Rational, opaque: Product): Product {
  if (Q.isZero(value)) return Q.sign(exponent) > 0 ? { coefficient: Q.zero, factors: noFactors } : opaque;
  const root = exactPower(value, exponent);
  if (root !== undefined) return { coefficient: root, factors: noFactors };
  if (Q.sign(value) < 0) return opaque;
  if (exponent.denominator > highestDegree || !hasExactRadicals(value)) {
    return { coefficient: Q.one, factors: new Map([[pow(rational(value), rational(exponent)), oneSum]]) };
  }
  const result = productBuilder();
  if (value.denominator % 5n === 0n) {
    const base = rational(value);
    if (base.kind !== "constant") return opaque;
    multiplyPower(result, base, rationalSum(exponent));
  } else multiplyNumberPower(result, value, exponent);
  return result;
}

// (b^k)^r for one base: b^(k * r), or abs(b)^(k * r) where an even k hides the sign of b.
function powerOfPower(base: Expr, inner: Sum, exponent: Q.Rational, forms: NormalForms): Product | undefined {
  if (base === euler) {
    const scaled = scaleSum(inner, exponent);
    const isWhole = [scaled.constant, ...scaled.terms.values()].every(Q.isInteger);
    return isWhole ? { coefficient: Q.one, factors: new Map([[base, scaled]]) } : undefined;
  }
  const number = rationalOf(inner);
  if (number === undefined) return undefined;
  const outer = rationalSum(Q.multiply(number, exponent));
  if (Q.isEven(number) && signOf(base, forms.assume) === "unknown")
    return power(forms.apply(abs, [base]), outer, forms);
  const result = productBuilder();
  multiplyPower(result, base, outer);
  return result;
}

function symbolicPower(base: Expr, product: Product, exponent: Sum, forms: NormalForms): Product {
  const inverse = exponentOverLogarithm(base, exponent, forms);
  if (inverse !== undefined) return inverse;
  const { coefficient, factors } = product;
  if (factors.size === 0 && Q.isOne(coefficient)) return product;
  const [[single, inner] = [euler, oneSum]] = factors;
  if (factors.size === 1 && Q.isOne(coefficient)) {
    // exp(u)^v is exp(u * v): exp(u) is positive. Of other bases the sign is not known.
    if (single === euler) {
      const total = productBuilder(forms.productOf(forms.fromSum(inner)));
      forms.multiply(total, forms.productOf(forms.fromSum(exponent)), 1);
      return exponential(forms.sumOf(forms.fromProduct(total)), forms);
    }
    if (isOneSum(inner)) return { coefficient: Q.one, factors: new Map([[single, exponent]]) };
  }
  return { coefficient: Q.one, factors: new Map([[base, exponent]]) };
}

// base^(w / log(base)) is exp(w).
function exponentOverLogarithm(base: Expr, exponent: Sum, forms: NormalForms): Product | undefined {
  const [[only, scale] = [euler, Q.one]] = exponent.terms;
  if (exponent.terms.size !== 1 || !Q.isZero(exponent.constant)) return undefined;
  const logarithm = log(base);
  const rest = productBuilder(forms.productOf(only));
  const own = rationalOf(rest.factors.get(logarithm) ?? oneSum);
  if (own === undefined || !Q.equals(own, Q.minusOne)) return undefined;
  rest.factors.delete(logarithm);
  rest.coefficient = Q.multiply(rest.coefficient, scale);
  return exponential(forms.sumOf(forms.fromProduct(rest)), forms);
}

// Roots of a higher degree stay as they are: nobody meets two of them.
const highestDegree = 12n;
