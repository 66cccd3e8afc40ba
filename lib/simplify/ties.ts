import { asIndex, type Expr, type Reduction } from "../expression/expression.ts";
import * as Q from "../expression/rational.ts";
import { isNonzero } from "./facts.ts";
import {
  accumulate,
  addSums,
  type IndexedForms,
  isOneSum,
  isZeroSum,
  type Product,
  productBuilder,
  type Sum,
  sumBuilder,
  type Tie,
} from "./forms.ts";
import { replaceIndex } from "./rename.ts";

/**
 * What a comparison of `x` with `y` comes to if one is an extreme, a factor and a term beside it, and the other its body beside
 * the same: the derivative of an extreme asks for that. Both sides must be rounded alike, so what stands beside goes.
 */
export function tieOf(x: Expr, y: Expr, forms: IndexedForms): Tie | undefined {
  return tieWith(x, y, forms) ?? tieWith(y, x, forms);
}

function tieWith(side: Expr, other: Expr, forms: IndexedForms): Tie | undefined {
  const candidates = side.freeIndices.filter(index => !other.freeIndices.includes(index));
  if (candidates.length === 0) return undefined;
  const sum = forms.sumOf(other);
  for (const [term, coefficient] of sum.terms) {
    const product = forms.productOf(term);
    for (const [base, exponent] of product.factors) {
      if (!isExtreme(base) || !isOneSum(exponent)) continue;
      const beside = productBuilder(product);
      beside.factors.delete(base);
      if (beside.factors.size > 0 && !isNonzero(forms.fromProduct(beside), forms.assume)) continue;
      for (const index of candidates) {
        const body = replaceIndex(base.body, base.index, asIndex(index), forms);
        if (isSame(side, replaced(sum, term, coefficient, beside, body, forms), forms))
          return { extreme: base, body, index };
      }
    }
  }
  return undefined;
}

const isExtreme = (e: Expr): e is Reduction =>
  e.kind === "reduction" && (e.operation === "maximum" || e.operation === "minimum");

// The sum with the body in the place of its extreme.
function replaced(
  sum: Sum,
  term: Expr,
  coefficient: Q.Rational,
  beside: Product,
  body: Expr,
  forms: IndexedForms,
): Sum {
  const product = productBuilder(beside);
  forms.multiply(product, forms.productOf(body), 1);
  const result = sumBuilder(sum);
  result.terms.delete(term);
  accumulate(result, forms.sumOf(forms.fromProduct(product)), coefficient);
  return result;
}

const isSame = (e: Expr, sum: Sum, forms: IndexedForms): boolean =>
  forms.fromSum(sum) === e || isZeroSum(addSums(forms.sumOf(e), sum, Q.minusOne));
