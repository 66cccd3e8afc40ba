import type { Expr } from "../expression/expression.ts";
import * as Q from "../expression/rational.ts";
import { entries, multiplyOut } from "./expand.ts";
import {
  accumulate,
  type NormalForms,
  type Product,
  productBuilder,
  rationalOf,
  rationalSum,
  type Sum,
  sumBuilder,
  termCount,
} from "./forms.ts";
import { isSmall } from "./numbers.ts";

/**
 * A sum of fractions as one: `1/(x - 1) - 1/(x + 1)` is `2 / ((x - 1) * (x + 1))`. Undefined where nothing cancels or collects
 * above the line, or where there would be too much to multiply out.
 */
export function overOneDenominator(sum: Sum, forms: NormalForms): Product | undefined {
  if (termCount(sum) < 2 || sum.terms.size > fewTerms) return undefined;
  const denominator = leastCommonDenominator(sum, forms);
  if (denominator === undefined) return undefined;
  const above = sumBuilder();
  let monomials = 0;
  for (const [term, coefficient] of entries(sum)) {
    const numerator = productBuilder(denominator);
    if (term !== undefined) forms.multiply(numerator, forms.productOf(term), 1);
    const expanded = multiplyOut(numerator, forms);
    accumulate(above, expanded?.sum ?? forms.sumOf(forms.fromProduct(numerator)), coefficient);
    monomials += expanded?.monomials ?? 1;
    if (monomials > fewMonomials) return undefined;
  }
  if (termCount(above) >= monomials) return undefined;
  const whole = productBuilder(forms.productOf(forms.fromSum(above)));
  forms.multiply(whole, denominator, -1);
  return whole;
}

// What the terms divide by, if a sum is among it.
function leastCommonDenominator(sum: Sum, forms: NormalForms): Product | undefined {
  const powers = new Map<Expr, Q.Rational>();
  let hasSum = false;
  for (const term of sum.terms.keys()) {
    for (const [base, exponent] of forms.productOf(term).factors) {
      const power = rationalOf(exponent);
      if (power === undefined || Q.sign(power) > 0 || base.kind === "constant") continue;
      if (!Q.isInteger(power) || !isSmall(power)) return undefined;
      hasSum ||= forms.isSum(base);
      const before = powers.get(base);
      const own = Q.negate(power);
      if (before === undefined || Q.compare(before, own) < 0) powers.set(base, own);
    }
  }
  if (!hasSum) return undefined;
  return {
    coefficient: Q.one,
    factors: new Map([...powers].map(([base, power]) => [base, rationalSum(power)])),
  };
}

const fewTerms = 6;
const fewMonomials = 24;
