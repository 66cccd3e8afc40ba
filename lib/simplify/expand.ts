import type { Expr } from "../expression/expression.ts";
import * as Q from "../expression/rational.ts";
import {
  accumulate,
  addSums,
  isZeroSum,
  type NormalForms,
  type Product,
  type ProductBuilder,
  productBuilder,
  rationalOf,
  rationalSum,
  type Sum,
  sumBuilder,
  termCount,
  zeroSum,
} from "./forms.ts";

/**
 * The ways to multiply out the products of sums among the terms of `sum` that are worth a look: all of them at once, then
 * each alone. None, if there are none or if they would grow beyond a bound.
 */
export function* expansionsOfSum(sum: Sum, canonical: NormalForms): Generator<Sum> {
  if (sum.terms.size > mostTerms) return;
  const expandable: Expansion[] = [];
  for (const [term, coefficient] of sum.terms) {
    const expanded = multiplyOut(canonical.productOf(term), canonical);
    if (expanded !== undefined) expandable.push({ term, coefficient, ...expanded });
  }
  if (expandable.length === 0) return;
  yield* replaceTerms(sum, expandable);
  if (expandable.length > 1 && expandable.length < 4) for (const one of expandable) yield* replaceTerms(sum, [one]);
}

/** A product multiplied out, where something may cancel or collect when it is; else undefined. */
export function expansionOfProduct(product: Product, canonical: NormalForms): Sum | undefined {
  if (product.factors.size > 8) return undefined;
  const sums: Expr[] = [];
  let monomials = 1;
  for (const [base, exponent] of product.factors) {
    if (!isExpandable(base, exponent, canonical)) continue;
    sums.push(base);
    monomials *= termCount(canonical.sumOf(base));
  }
  if (sums.length === 0 || monomials > fewMonomials) return undefined;
  const meets = sums.some(base => hasTermThatCancels(canonical.sumOf(base), product, canonical));
  if (!meets && (sums.length < 2 || !share(sums, canonical))) return undefined;
  const expanded = multiplyOut(product, canonical);
  return expanded !== undefined && (meets || termCount(expanded.sum) < expanded.monomials) ? expanded.sum : undefined;
}

const mostTerms = 40;
const mostMonomials = 24;

// A product is multiplied out only where that is quickly done: (x + 1) * (x - 1).
const fewMonomials = 9;

const isExpandable = (base: Expr, exponent: Sum, canonical: NormalForms): boolean => {
  if (!canonical.isSum(base)) return false;
  const power = rationalOf(exponent);
  return power !== undefined && Q.isInteger(power) && power.numerator > 0n && power.numerator <= 8n;
};

// True if one base stands in two of the sums: else no two of their monomials are alike.
function share(sums: readonly Expr[], canonical: NormalForms): boolean {
  const met = new Set<Expr>();
  for (const base of sums) {
    const own = new Set<Expr>();
    for (const term of canonical.sumOf(base).terms.keys()) {
      for (const inner of canonical.productOf(term).factors.keys()) own.add(inner);
    }
    for (const inner of own) if (met.has(inner)) return true;
    for (const inner of own) met.add(inner);
  }
  return false;
}

function hasTermThatCancels({ terms }: Sum, product: Product, canonical: NormalForms): boolean {
  for (const term of terms.keys()) if (cancels(term, product, canonical)) return true;
  return false;
}

// True if a base of the term stands in the product under an exponent of the other sign.
const cancels = (term: Expr, product: Product, canonical: NormalForms): boolean => {
  for (const [base, exponent] of canonical.productOf(term).factors) {
    const own = product.factors.get(base) ?? zeroSum;
    const [inside, outside] = [rationalOf(exponent), rationalOf(own)];
    // exp(x) * (1 / exp(x) - y)
    if (inside === undefined && isZeroSum(addSums(exponent, own))) return true;
    if (inside !== undefined && outside !== undefined && Q.sign(inside) * Q.sign(outside) < 0) return true;
  }
  return false;
};

interface Expansion {
  readonly term: Expr;
  readonly coefficient: Q.Rational;
  readonly sum: Sum;
  /** How many there were before like terms were collected. */
  readonly monomials: number;
}

// Nothing, if no terms meet: a sum that is only longer is no gain.
function* replaceTerms(sum: Sum, expansions: readonly Expansion[]): Generator<Sum> {
  const result = sumBuilder(sum);
  let monomials = termCount(sum) - expansions.length;
  for (const { term } of expansions) result.terms.delete(term);
  for (const expansion of expansions) {
    accumulate(result, expansion.sum, expansion.coefficient);
    monomials += expansion.monomials;
  }
  if (termCount(result) < monomials) yield result;
}

/** A product with the sums among its factors multiplied out, and how many terms that was before like ones were collected. */
export function multiplyOut(
  product: Product,
  canonical: NormalForms,
): Pick<Expansion, "sum" | "monomials"> | undefined {
  let rest: ProductBuilder | undefined;
  let monomials = 1;
  const sums: Sum[] = [];
  for (const [base, exponent] of product.factors) {
    if (!isExpandable(base, exponent, canonical)) continue;
    const sum = canonical.sumOf(base);
    rest ??= productBuilder(product);
    rest.factors.delete(base);
    for (let times = rationalOf(exponent)?.numerator ?? 0n; times > 0n; times--) {
      sums.push(sum);
      monomials *= termCount(sum);
      if (monomials > 4 * mostMonomials) return undefined;
    }
  }
  if (rest === undefined) return undefined;
  let result: Sum = canonical.sumOf(canonical.fromProduct(rest));
  for (const sum of sums) {
    if (!canonical.takeMonomials(termCount(result) * termCount(sum))) return undefined;
    result = multiplySums(result, sum, canonical);
    if (termCount(result) > mostMonomials) return undefined;
  }
  return { sum: result, monomials };
}

function multiplySums(a: Sum, b: Sum, canonical: NormalForms): Sum {
  const result = sumBuilder();
  for (const [left, p] of entries(a)) {
    for (const [right, q] of entries(b)) {
      const coefficient = Q.multiply(p, q);
      if (left === undefined || right === undefined) {
        const term = left ?? right;
        accumulate(result, term === undefined ? rationalSum(Q.one) : canonical.sumOf(term), coefficient);
        continue;
      }
      const product = productBuilder(canonical.productOf(left));
      canonical.multiply(product, canonical.productOf(right), 1);
      accumulate(result, canonical.sumOf(canonical.fromProduct(product)), coefficient);
    }
  }
  return result;
}

/** The terms of a sum with their coefficients; the constant is the one without an expression. */
export function* entries(sum: Sum): Generator<readonly [Expr | undefined, Q.Rational]> {
  yield* sum.terms;
  if (!Q.isZero(sum.constant)) yield [undefined, sum.constant];
}
