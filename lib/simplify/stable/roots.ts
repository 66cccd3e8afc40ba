import type { Expr } from "../../expression/expression.ts";
import * as Q from "../../expression/rational.ts";
import { isAdditive } from "../arithmetic.ts";
import {
  addSums,
  isZeroSum,
  multiplyProduct,
  type Product,
  productBuilder,
  rationalOf,
  rationalSum,
  type Sum,
  scaleSum,
  single,
} from "../forms.ts";
import { sumOf, type Term, type Terms, withTerm } from "./rewriting.ts";
import { families } from "./rules.ts";
import type { View } from "./view.ts";

/**
 * `p * sqrt(A) - q * sqrt(B)`, and `p * sqrt(A) - q`, where the difference of the squares is shorter than `A`: it is divided
 * by the sum of the roots.
 */
export function rewriteRoots(terms: Terms, view: View): void {
  for (const [term, coefficient] of terms.sum.terms) {
    const product = view.productOf(term);
    if (Q.isZero(product.coefficient)) continue;
    for (const [base, exponent] of product.factors) {
      if (!isAdditive(base) || !isHalf(exponent)) continue;
      const cofactor = productBuilder(product);
      cofactor.factors.delete(base);
      const square = scaleSum(view.sumOf(base), Q.multiply(coefficient, coefficient));
      const root = { term, coefficient, base, cofactor, square };
      if (besideNumber(terms, root, view) || besideRoot(terms, root, view)) return;
    }
  }
}

interface Root extends Term {
  readonly base: Expr;
  readonly cofactor: Product;
  /** What the root and its coefficient square to. */
  readonly square: Sum;
}

function besideNumber(terms: Terms, root: Root, view: View): boolean {
  const { sum } = terms;
  const partner = view.fromProduct({ coefficient: Q.one, factors: root.cofactor.factors });
  const own = root.cofactor.factors.size === 0 ? sum.constant : (sum.terms.get(partner) ?? Q.zero);
  if (Q.sign(own) * Q.sign(root.coefficient) >= 0) return false;
  const difference = addSums(root.square, rationalSum(Q.multiply(own, own)), Q.minusOne);
  if (!Q.isZero(difference.constant) || difference.terms.size === 0) return false;
  const taken = scaleSum(sumOf(root.cofactor, view), own);
  if (!terms.holds(taken)) return false;
  terms.replace(families.rootDifference, withTerm(taken, root), rationalised(root, difference, rationalSum(own), view));
  return true;
}

function besideRoot(terms: Terms, root: Root, view: View): boolean {
  for (const [term, coefficient] of terms.sum.terms) {
    if (term === root.term || Q.sign(coefficient) * Q.sign(root.coefficient) >= 0) continue;
    const quotient = productBuilder(view.productOf(term));
    multiplyProduct(quotient, root.cofactor, -1);
    const [[base, exponent] = [term, rationalSum(Q.zero)]] = quotient.factors;
    if (quotient.factors.size !== 1 || !isHalf(exponent) || !Q.isOne(quotient.coefficient)) continue;
    const other = scaleSum(view.sumOf(base), Q.multiply(coefficient, coefficient));
    const difference = addSums(root.square, other, Q.minusOne);
    if (difference.terms.size > 0 || isZeroSum(difference)) continue;
    const after = rationalised(root, difference, scaleSum(sumOf(quotient, view), coefficient), view);
    terms.replace(families.rootDifference, withTerm(single(term, coefficient), root), after);
    return true;
  }
  return false;
}

// (A - B) / (sqrt(A) + sqrt(B)), given minus the latter root.
function rationalised(root: Root, difference: Sum, opposite: Sum, view: View): Sum {
  const own = view.fromProduct({ coefficient: Q.one, factors: new Map([[root.base, halfSum]]) });
  const sign = Q.integer(Q.sign(root.coefficient));
  const below = scaleSum(addSums(single(own, root.coefficient), opposite, Q.minusOne), sign);
  const made = productBuilder(root.cofactor);
  made.coefficient = Q.multiply(made.coefficient, sign);
  multiplyProduct(made, view.productOf(view.fromSum(difference)), 1);
  multiplyProduct(made, view.productOf(view.fromSum(below)), -1);
  return sumOf(made, view);
}

const halfSum: Sum = rationalSum(Q.rational(1n, 2n));
const isHalf = (exponent: Sum): boolean => {
  const power = rationalOf(exponent);
  return power !== undefined && power.numerator === 1n && power.denominator === 2n;
};
