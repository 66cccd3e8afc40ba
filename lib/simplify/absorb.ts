import type { Expr } from "../expression/expression.ts";
import * as Q from "../expression/rational.ts";
import {
  addSums,
  isZeroSum,
  multiplyPower,
  type NormalForms,
  type Product,
  productBuilder,
  rationalOf,
  rationalSum,
  type Sum,
  scaleSum,
  zeroSum,
} from "./forms.ts";

/**
 * A product in which what stands beside a fractional power of a product, and is a whole power of that product, is taken
 * into it: `x * y * sqrt(x * y)` is `(x * y)^1.5`.
 */
export function absorbWholePowers(product: Product, forms: NormalForms): Product {
  if (product.factors.size < 2) return product;
  let result = product;
  for (const [base, exponent] of product.factors) {
    const power = rationalOf(exponent);
    if (base.kind !== "call" || power === undefined || Q.isInteger(power)) continue;
    const own = forms.productOf(base);
    if (own.factors.size < 2 || !Q.isOne(own.coefficient)) continue;
    const times = timesIn(own, result.factors);
    if (Q.isZero(times)) continue;
    const builder = productBuilder(result);
    for (const [factor, inner] of own.factors) multiplyPower(builder, factor, scaleSum(inner, Q.negate(times)));
    multiplyPower(builder, base, rationalSum(times));
    result = builder;
  }
  return result;
}

// The whole power of the factors, of either sign, that is there.
function timesIn(own: Product, factors: ReadonlyMap<Expr, Sum>): Q.Rational {
  let least: Q.Rational | undefined;
  for (const [factor, inner] of own.factors) {
    const ratio = ratioOf(factors.get(factor) ?? zeroSum, inner);
    if (ratio === undefined || Q.sign(ratio) === 0) return Q.zero;
    if (least !== undefined && Q.sign(ratio) !== Q.sign(least)) return Q.zero;
    if (least === undefined || Q.compare(Q.absolute(ratio), Q.absolute(least)) < 0) least = ratio;
  }
  if (least === undefined) return Q.zero;
  const whole = Q.floor(Q.absolute(least));
  return Q.sign(least) < 0 ? Q.negate(whole) : whole;
}

function ratioOf(exponent: Sum, unit: Sum): Q.Rational | undefined {
  const [p, q] = [rationalOf(exponent), rationalOf(unit)];
  if (p !== undefined && q !== undefined) return Q.divide(p, q);
  const [[term, coefficient] = [undefined, Q.one]] = unit.terms;
  const own = term === undefined ? undefined : exponent.terms.get(term);
  if (own === undefined) return undefined;
  const ratio = Q.divide(own, coefficient);
  return isZeroSum(addSums(exponent, scaleSum(unit, ratio), Q.minusOne)) ? ratio : undefined;
}
