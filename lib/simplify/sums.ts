import {
  constant,
  type Expr,
  extent,
  type Index,
  type Reduction,
  type ReductionKind,
  reduction,
} from "../expression/expression.ts";
import { mul } from "../expression/functions.ts";
import * as Q from "../expression/rational.ts";
import { isNormalisedSum } from "./assume.ts";
import { sifting } from "./deltas.ts";
import { signOf } from "./facts.ts";
import {
  accumulate,
  addTerm,
  contentOf,
  type IndexedForms,
  isOneSum,
  multiplyPower,
  productBuilder,
  type Sum,
  scaleSum,
  sumBuilder,
  termCount,
  zeroSum,
} from "./forms.ts";
import { nested } from "./nesting.ts";
import { apart, isFreeOf, times } from "./outside.ts";
import { replaceIndex } from "./rename.ts";
import { coefficientCost, coefficientsCost } from "./scale.ts";

/**
 * The canonical form of a reduction of a canonical body: deltas sifted, what is free of the index outside, never larger
 * than it was.
 */
export function reduced({ operation, index, body }: Reduction, forms: IndexedForms): Expr {
  if (operation === "sum") return summed(index, body, forms);
  if (operation === "logsumexp") return shifted(operation, index, body, forms);
  return extremal(operation, index, body, forms);
}

/** The canonical form of a sum over an index. */
export function summed(index: string, body: Expr, forms: IndexedForms): Expr {
  if (isZero(body, forms)) return constant(0);
  if (!body.freeIndices.includes(index)) return forms.apply(mul, [extent(forms.ranges.of(index)), body]);
  if (forms.isClosed(body)) return closed(index, body, forms);
  return forms.isSum(body) ? sumOfTerms(index, body, forms) : sumOfProduct(index, body, forms);
}

/** The same where terms are known to belong together: it is not taken apart into several sums. */
export function together(index: string, body: Expr, forms: IndexedForms): Expr {
  const sum = forms.isSum(body) ? forms.sumOf(body) : undefined;
  if (sum === undefined || !body.freeIndices.includes(index)) return summed(index, body, forms);
  const content = signedContent(sum);
  const inside = forms.fromSum(scaleSum(sum, Q.divide(Q.one, content)));
  return scaled(content, closed(index, inside, forms), forms);
}

// The rule of Kronecker's delta, and: a factor free of the index leaves the sum.
function sumOfProduct(index: string, body: Expr, forms: IndexedForms): Expr {
  const { outside, inside } = apart(forms.productOf(body), index);
  const found = sifting(inside.factors, index);
  if (found !== undefined) {
    const rest = productBuilder(inside);
    rest.factors.delete(found.node);
    const sifted = sift(forms.fromProduct(rest), index, found.position, forms);
    const whole = times(outside, sifted, forms);
    if (whole.size <= body.size + 1) return whole;
  }
  const isApart = outside.factors.size > 0 || !Q.isOne(outside.coefficient);
  const left = isApart ? forms.fromProduct(inside) : body;
  if (isApart && forms.isSum(left)) return times(outside, summed(index, left, forms), forms);
  const spread = forms.searches ? spreadOver(index, left, forms) : undefined;
  const plain = (forms.searches ? nested(index, left, forms) : undefined) ?? closed(index, left, forms);
  return times(outside, spread !== undefined && spread.size <= plain.size ? spread : plain, forms);
}

function sift(e: Expr, index: string, position: Index, forms: IndexedForms): Expr {
  // No position is below zero: the delta is 0 at all of them.
  if (position.terms.length === 0 && position.offset < 0) return constant(0);
  return replaceIndex(e, index, position, forms);
}

// A sum is taken apart where a delta in one of its terms sifts, or where the parts are smaller.
function sumOfTerms(index: string, body: Expr, forms: IndexedForms): Expr {
  const sum = forms.sumOf(body);
  const [sifted, rest] = [sumBuilder(), sumBuilder(sum)];
  for (const [term, coefficient] of sum.terms) {
    if (sifting(forms.productOf(term).factors, index) === undefined) continue;
    const value = summed(index, term, forms);
    if (value.size > term.size) continue;
    accumulate(sifted, forms.sumOf(value), coefficient);
    rest.terms.delete(term);
  }
  if (rest.terms.size < sum.terms.size) {
    accumulate(sifted, forms.sumOf(summed(index, forms.fromSum(rest), forms)), Q.one);
    return forms.fromSum(sifted);
  }
  const plain = together(index, body, forms);
  if (!forms.searches || termCount(sum) > mostTerms) return plain;
  const parts = forms.fromSum(termwise(index, sum, forms));
  return parts.size < plain.size ? parts : plain;
}

function termwise(index: string, sum: Sum, forms: IndexedForms): Sum {
  const total = sumBuilder();
  for (const [term, coefficient] of sum.terms) accumulate(total, forms.sumOf(summed(index, term, forms)), coefficient);
  if (!Q.isZero(sum.constant)) addTerm(total, extent(forms.ranges.of(index)), sum.constant);
  return total;
}

// (a - delta(i,j)) * b multiplied out, so that the delta sifts; undefined where there is none. That of a label stays: p - y is
// what a reader looks for.
function spreadOver(index: string, body: Expr, forms: IndexedForms): Expr | undefined {
  const product = forms.productOf(body);
  for (const [base, exponent] of product.factors) {
    if (!isOneSum(exponent) || !forms.isSum(base)) continue;
    const sum = forms.sumOf(base);
    const hasDelta = [...sum.terms.keys()].some(
      term => sifting(forms.productOf(term).factors, index)?.position.name !== undefined,
    );
    if (!hasDelta || termCount(sum) > mostTerms) continue;
    const others = productBuilder(product);
    others.factors.delete(base);
    const total = sumBuilder();
    const rest = sumBuilder(sum);
    for (const [term, coefficient] of sum.terms) {
      if (sifting(forms.productOf(term).factors, index) === undefined) continue;
      rest.terms.delete(term);
      accumulate(total, forms.sumOf(summed(index, times(others, term, forms), forms)), coefficient);
    }
    accumulate(total, forms.sumOf(summed(index, times(others, forms.fromSum(rest), forms), forms)), Q.one);
    return forms.fromSum(total);
  }
  return undefined;
}

// A positive factor leaves a maximum, and a negative one makes it a minimum.
function extremal(operation: "maximum" | "minimum", index: string, body: Expr, forms: IndexedForms): Expr {
  if (!body.freeIndices.includes(index)) return body;
  if (forms.isClosed(body)) return forms.close(operation, index, body);
  if (forms.isSum(body)) return shifted(operation, index, body, forms);
  const product = forms.productOf(body);
  const [outside, inside] = [productBuilder(), productBuilder({ coefficient: Q.one, factors: new Map() })];
  outside.coefficient = product.coefficient;
  for (const [base, exponent] of product.factors) {
    const isFree = isFreeOf(base, exponent, index);
    const factor = isFree ? forms.fromProduct({ coefficient: Q.one, factors: new Map([[base, exponent]]) }) : base;
    const leaves = isFree && signOf(factor, forms.assume) === "positive";
    multiplyPower(leaves ? outside : inside, base, exponent);
  }
  if (outside.factors.size === 0 && Q.isOne(outside.coefficient)) return forms.close(operation, index, body);
  const other = operation === "maximum" ? "minimum" : "maximum";
  const kind = Q.sign(outside.coefficient) < 0 ? other : operation;
  return times(outside, extremal(kind, index, forms.fromProduct(inside), forms), forms);
}

// A term free of the index leaves a maximum, a minimum and a logsumexp.
function shifted(operation: ReductionKind, index: string, body: Expr, forms: IndexedForms): Expr {
  if (!forms.isSum(body) || forms.isClosed(body) || !body.freeIndices.includes(index)) {
    return forms.close(operation, index, body);
  }
  const { constant: number, terms } = forms.sumOf(body);
  const outside = sumBuilder({ ...zeroSum, constant: number });
  const inside = sumBuilder();
  for (const [term, coefficient] of terms) {
    addTerm(term.freeIndices.includes(index) ? inside : outside, term, coefficient);
  }
  if (termCount(outside) === 0) return forms.close(operation, index, body);
  const left = forms.rebuild(reduction(operation, index, forms.fromSum(inside)), [forms.fromSum(inside)]);
  accumulate(outside, forms.sumOf(left), Q.one);
  return forms.fromSum(outside);
}

// A sum that is left as it is.
function closed(index: string, body: Expr, forms: IndexedForms): Expr {
  if (isNormalisedSum(reduction("sum", index, body), forms.assume)) return constant(1);
  return forms.close("sum", index, body);
}

const scaled = (by: Q.Rational, e: Expr, forms: IndexedForms): Expr =>
  Q.isOne(by) ? e : times({ coefficient: by, factors: new Map() }, e, forms);

// The content with the sign that all coefficients have, if they have one, where it costs no more outside.
function signedContent(sum: Sum): Q.Rational {
  const isNegative = Q.sign(sum.constant) <= 0 && [...sum.terms.values()].every(each => Q.sign(each) < 0);
  const content = isNegative ? Q.negate(contentOf(sum)) : contentOf(sum);
  const inside = coefficientsCost(sum, Q.divide(Q.one, content));
  return coefficientCost(content) + inside <= coefficientsCost(sum, Q.one) ? content : Q.one;
}

function isZero(e: Expr, forms: IndexedForms): boolean {
  const number = forms.rationalOf(e);
  return number !== undefined && Q.isZero(number);
}

// A longer sum is not taken apart on trial.
const mostTerms = 12;
