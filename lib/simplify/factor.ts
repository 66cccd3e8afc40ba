import type { Expr } from "../expression/expression.ts";
import * as Q from "../expression/rational.ts";
import {
  accumulate,
  addSums,
  addTerm,
  isOneSum,
  isZeroSum,
  multiplyPower,
  multiplyProduct,
  type NormalForms,
  oneSum,
  type Product,
  productBuilder,
  rationalOf,
  type Sum,
  sumBuilder,
  termCount,
} from "./forms.ts";

/** What all terms of a sum share, under the least exponent, and the sum without it: `x*y + x*z` is `x * (y + z)`. */
export interface CommonFactor {
  readonly outside: Product;
  readonly inside: Sum;
}

/** The common factor of all terms of a sum, or undefined if they share none. */
export function commonFactor(sum: Sum, forms: NormalForms): CommonFactor | undefined {
  if (!Q.isZero(sum.constant)) return undefined;
  const common = sharedPowers(sum, forms);
  if (common === undefined) return undefined;
  const outside = productBuilder();
  for (const [base, exponent] of common) multiplyPower(outside, base, exponent);
  const inside = sumBuilder();
  for (const [term, coefficient] of sum.terms) {
    const quotient = productBuilder(forms.productOf(term));
    forms.multiply(quotient, outside, -1);
    accumulate(inside, forms.sumOf(forms.fromProduct(quotient)), coefficient);
  }
  return { outside, inside };
}

/** `x * (x + 1) + 2*x + 2` as `(x + 1) * (x + 2)`: a sum under a term of which the rest is a multiple. Or undefined. */
export function factorOfRest(sum: Sum, forms: NormalForms): CommonFactor | undefined {
  for (const [term, coefficient] of sum.terms) {
    const { factors } = forms.productOf(term);
    for (const [base, exponent] of factors) {
      if (!isOneSum(exponent) || !forms.isSum(base)) continue;
      const multiple = multipleOf(forms.sumOf(base), sum, term);
      if (multiple === undefined) continue;
      const cofactor = productBuilder(forms.productOf(term));
      cofactor.factors.delete(base);
      const inside = sumBuilder();
      accumulate(inside, forms.sumOf(forms.fromProduct(cofactor)), coefficient);
      inside.constant = Q.add(inside.constant, multiple);
      return { outside: { coefficient: Q.one, factors: new Map([[base, oneSum]]) }, inside };
    }
  }
  return undefined;
}

// What `sum` without `term` is of `base`.
function multipleOf(base: Sum, sum: Sum, term: Expr): Q.Rational | undefined {
  if (base.terms.size !== sum.terms.size - 1 || Q.isZero(base.constant) !== Q.isZero(sum.constant)) return undefined;
  let multiple = Q.isZero(base.constant) ? undefined : Q.divide(sum.constant, base.constant);
  for (const [part, coefficient] of base.terms) {
    const own = part === term ? undefined : sum.terms.get(part);
    if (own === undefined) return undefined;
    const ratio = Q.divide(own, coefficient);
    if (multiple !== undefined && !Q.equals(multiple, ratio)) return undefined;
    multiple = ratio;
  }
  return multiple;
}

/** `outside * inside`, the inside given as an expression. */
export function withFactor({ outside }: CommonFactor, inside: Expr, forms: NormalForms): Expr {
  const whole = productBuilder(outside);
  multiplyProduct(whole, forms.productOf(inside), 1);
  return forms.fromProduct(whole);
}

/** The terms of a sum, not all, that share the base which saves most: those of `a*x + a*y` in `a*x + a*y + b`. */
export function sharingTerms(sum: Sum, forms: NormalForms): { readonly shared: Sum; readonly rest: Sum } | undefined {
  const count = termCount(sum);
  if (count < 3 || sum.terms.size > fewTerms) return undefined;
  let chosen: readonly Expr[] = [];
  let saving = 0;
  for (const [base, terms] of holdersOf(sum, forms)) {
    // A variable taken out of some terms of a polynomial: nobody writes y^2 + x*(x + 2*y).
    if (base.kind === "variable") continue;
    const saved = (terms.length - 1) * (base.size + 1);
    if (terms.length < count && saved > saving) [chosen, saving] = [terms, saved];
  }
  if (chosen.length < 2) return undefined;
  const shared = sumBuilder();
  const rest = sumBuilder(sum);
  for (const term of chosen) {
    addTerm(shared, term, sum.terms.get(term) ?? Q.zero);
    rest.terms.delete(term);
  }
  return { shared, rest };
}

/** Two sums whose product is `sum`: `a*x + a*y + b*x + b*y` is `(a + b) * (x + y)`. Looks where a variable stands in half of the terms. */
export function factorsByParts(sum: Sum, forms: NormalForms): readonly [Sum, Sum] | undefined {
  const count = termCount(sum);
  if (count < 4 || count % 2 === 1 || count > fewTerms) return undefined;
  for (const [base, terms] of holdersOf(sum, forms)) {
    if (base.kind !== "variable" || terms.length * 2 !== count) continue;
    const part = sumBuilder();
    const rest = sumBuilder(sum);
    for (const term of terms) {
      addTerm(part, term, sum.terms.get(term) ?? Q.zero);
      rest.terms.delete(term);
    }
    const [first, second] = [commonFactor(part, forms), commonFactor(rest, forms)];
    if (first === undefined) continue;
    const ratio = ratioOf(second?.inside ?? rest, first.inside);
    if (ratio === undefined) continue;
    const other = sumBuilder(forms.sumOf(forms.fromProduct(first.outside)));
    accumulate(other, second === undefined ? oneSum : forms.sumOf(forms.fromProduct(second.outside)), ratio);
    return [first.inside, other];
  }
  return undefined;
}

// The number that `a` is of `b`.
function ratioOf(a: Sum, b: Sum): Q.Rational | undefined {
  const [[term, coefficient] = [undefined, Q.one]] = b.terms;
  const own = term === undefined ? undefined : a.terms.get(term);
  if (own === undefined || a.terms.size !== b.terms.size) return undefined;
  const ratio = Q.divide(own, coefficient);
  return isZeroSum(addSums(a, b, Q.negate(ratio))) ? ratio : undefined;
}

function holdersOf(sum: Sum, forms: NormalForms): ReadonlyMap<Expr, readonly Expr[]> {
  const holders = new Map<Expr, Expr[]>();
  for (const term of sum.terms.keys()) {
    for (const base of forms.productOf(term).factors.keys()) {
      const terms = holders.get(base);
      if (terms === undefined) holders.set(base, [term]);
      else terms.push(term);
    }
  }
  return holders;
}

function sharedPowers(sum: Sum, forms: NormalForms): ReadonlyMap<Expr, Sum> | undefined {
  const [first, ...others] = sum.terms.keys();
  if (first === undefined) return undefined;
  let common: Map<Expr, Sum> | undefined;
  for (const [base, exponent] of forms.productOf(first).factors) {
    let shared: Sum | undefined = exponent;
    for (const term of others) {
      const own = forms.productOf(term).factors.get(base);
      shared = own === undefined ? undefined : sharedPower(shared, own);
      if (shared === undefined) break;
    }
    if (shared === undefined) continue;
    common ??= new Map();
    common.set(base, shared);
  }
  return common;
}

// The lesser of one sign, or an exponent that is the same.
function sharedPower(a: Sum, b: Sum): Sum | undefined {
  const [p, q] = [rationalOf(a), rationalOf(b)];
  if (p === undefined || q === undefined) return isZeroSum(addSums(a, b, Q.minusOne)) ? a : sharedTerms(a, b);
  if (Q.sign(p) !== Q.sign(q)) return undefined;
  return Q.compare(Q.absolute(p), Q.absolute(q)) < 0 ? a : b;
}

// exp(x + y) and exp(x) share exp(x).
function sharedTerms(a: Sum, b: Sum): Sum | undefined {
  const shared = sumBuilder();
  for (const [term, p] of a.terms) {
    const q = b.terms.get(term);
    if (q === undefined || Q.sign(p) !== Q.sign(q)) continue;
    addTerm(shared, term, Q.compare(Q.absolute(p), Q.absolute(q)) < 0 ? p : q);
  }
  return shared.terms.size === 0 ? undefined : shared;
}

// The search for a factor of some of the terms tries each base.
const fewTerms = 12;
