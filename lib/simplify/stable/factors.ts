import type { Expr } from "../../expression/expression.ts";
import { hypot } from "../../expression/functions.ts";
import * as Q from "../../expression/rational.ts";
import { isAdditive } from "../arithmetic.ts";
import {
  multiplyPower,
  multiplyProduct,
  type Product,
  productBuilder,
  rationalOf,
  rationalSum,
  type Sum,
  scaleSum,
} from "../forms.ts";
import { type CompiledFactors, compiledFactors, headOf } from "./compiled.ts";
import { type Rewritten, sumOf } from "./rewriting.ts";
import { families } from "./rules.ts";
import type { View } from "./view.ts";

/** The product after the first rule that two of its factors take; undefined if none does. */
export function rewriteFactors(product: Product, view: View): Rewritten | undefined {
  if (Q.isZero(product.coefficient)) return undefined;
  for (const [base, exponent] of product.factors) {
    const head = headOf(base);
    for (const compiled of head === undefined ? [] : (compiledFactors().get(head) ?? [])) {
      const result = rewriteFactorPair(product, base, exponent, compiled, view);
      if (result !== undefined) return { result: sumOf(result, view), rule: compiled.rule };
    }
    const distance = isAdditive(base) ? distanceOf(base, exponent, view) : undefined;
    if (distance !== undefined) {
      const result = productBuilder(product);
      result.factors.delete(base);
      multiplyProduct(result, distance, 1);
      return { result: sumOf(result, view), rule: families.hypot };
    }
  }
  return undefined;
}

function rewriteFactorPair(
  product: Product,
  base: Expr,
  exponent: Sum,
  { rule, power, second, secondPower }: CompiledFactors,
  view: View,
): Product | undefined {
  const own = rationalOf(exponent);
  const argument = base.args[0];
  if (own === undefined || !Q.isInteger(own) || Q.sign(own) !== Q.sign(power) || argument === undefined)
    return undefined;
  const letter = view.sumOf(argument);
  const bindings = new Map([["x", letter]]);
  const partner = view.productOf(view.fromSum(view.instantiate(second, bindings)));
  const times = timesIn(product, partner, secondPower, Q.absolute(own));
  if (times === 0n) return undefined;
  const result = productBuilder(product);
  const by = Q.rational(times, 1n);
  multiplyPower(result, base, rationalSum(Q.multiply(Q.negate(power), by)));
  const made = view.productOf(view.fromSum(view.instantiate(rule.to, bindings)));
  for (const [factors, sign] of [
    [partner, Q.multiply(Q.negate(secondPower), by)],
    [made, by],
  ] as const) {
    result.coefficient = Q.multiply(result.coefficient, Q.power(factors.coefficient, sign.numerator));
    for (const [each, inner] of factors.factors) multiplyPower(result, each, scaleSum(inner, sign));
  }
  return result;
}

// How often the partner goes into the product, at most `most`: all its factors have to be there, with their signs.
function timesIn(product: Product, partner: Product, power: Q.Rational, most: Q.Rational): bigint {
  let times = most.numerator;
  if (partner.factors.size === 0) return 0n;
  for (const [base, exponent] of partner.factors) {
    const present = product.factors.get(base);
    if (present === undefined) return 0n;
    const available = ratioOf(present, scaleSum(exponent, power));
    if (available === undefined) return 0n;
    const whole = Q.floor(available).numerator;
    if (whole < times) times = whole;
  }
  return times > 0n ? times : 0n;
}

// How many times one exponent the other is. exp(2*x + y) holds exp(x) twice.
function ratioOf(sum: Sum, unit: Sum): Q.Rational | undefined {
  let least = Q.isZero(unit.constant) || unit.terms.size > 0 ? undefined : Q.divide(sum.constant, unit.constant);
  for (const [term, coefficient] of unit.terms) {
    const ratio = Q.divide(sum.terms.get(term) ?? Q.zero, coefficient);
    if (least === undefined || Q.compare(ratio, least) < 0) least = ratio;
  }
  return least;
}

// (x^2 + y^2)^(k/2), of two or three squares none of which is a number.
function distanceOf(base: Expr, exponent: Sum, view: View): Product | undefined {
  const power = rationalOf(exponent);
  if (power === undefined || power.denominator !== 2n) return undefined;
  const { constant, terms } = view.sumOf(base);
  if (!Q.isZero(constant) || terms.size < 2 || terms.size > 3) return undefined;
  const roots: Expr[] = [];
  for (const [term, coefficient] of terms) {
    const root = rootOf(view.productOf(term), coefficient, view);
    if (root === undefined) return undefined;
    roots.push(root);
  }
  const distance = roots.reduce((left, right) => hypot(left, right));
  const { coefficient, factors } = view.productOf(distance);
  const times = Q.integer(Number(power.numerator));
  const result = productBuilder({ coefficient: Q.power(coefficient, times.numerator), factors: new Map() });
  for (const [each, inner] of factors) multiplyPower(result, each, scaleSum(inner, times));
  return result;
}

function rootOf({ factors }: Product, coefficient: Q.Rational, view: View): Expr | undefined {
  const scale = Q.sign(coefficient) > 0 ? Q.root(coefficient, 2n) : undefined;
  if (scale === undefined || factors.size === 0) return undefined;
  const root = productBuilder({ coefficient: scale, factors: new Map() });
  for (const [base, exponent] of factors) {
    const power = rationalOf(exponent);
    if (power === undefined || !Q.isEven(power)) return undefined;
    multiplyPower(root, base, scaleSum(exponent, Q.rational(1n, 2n)));
  }
  return view.fromProduct(root);
}
