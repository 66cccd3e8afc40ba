import type { Expr } from "../../expression/expression.ts";
import { softplus } from "../../expression/functions.ts";
import * as Q from "../../expression/rational.ts";
import { isAdditive } from "../arithmetic.ts";
import {
  accumulate,
  addSums,
  isOneSum,
  multiplyPower,
  multiplyProduct,
  type Product,
  productBuilder,
  rationalSum,
  type Sum,
  scaleSum,
  single,
  sumBuilder,
  termCount,
} from "../forms.ts";
import { sumOf, type Term, type Terms, withTerm } from "./rewriting.ts";
import { families } from "./rules.ts";
import { isNegative, type View } from "./view.ts";

/** Joins terms with softplus(u) and softplus(-u), or with u: cross-entropy is a sum of such. */
export function rewriteSoftplus(terms: Terms, view: View): void {
  const found = new Map<Expr, Softplus[]>();
  for (const [term, coefficient] of terms.sum.terms) {
    const product = view.productOf(term);
    if (Q.isZero(product.coefficient)) continue;
    for (const [base, exponent] of product.factors) {
      if (base.kind !== "call" || base.fn !== softplus || !isOneSum(exponent)) continue;
      const cofactor = productBuilder(product);
      cofactor.factors.delete(base);
      cofactor.coefficient = Q.multiply(cofactor.coefficient, coefficient);
      const argument = view.sumOf(base.args[0] ?? base);
      const one = { term, coefficient, argument, cofactor };
      const key = view.fromSum(argument);
      found.set(key, [...(found.get(key) ?? []), one]);
    }
  }
  for (const [key, group] of found) {
    for (const one of group) reflectSoftplus(terms, one, view);
    const [first] = group;
    if (first === undefined) continue;
    const opposite = view.fromSum(scaleSum(first.argument, Q.minusOne));
    const others = found.get(opposite);
    if (others === undefined || others === group) continue;
    mergeSoftplus(terms, group, others, view);
    // Both have been looked at together.
    found.delete(key);
    found.delete(opposite);
  }
}

/** A term with softplus(u): its cofactor, coefficient included. */
interface Softplus extends Term {
  readonly argument: Sum;
  readonly cofactor: Product;
}

// w*softplus(u) - w*u is w*softplus(-u).
function reflectSoftplus(terms: Terms, { term, coefficient, argument, cofactor }: Softplus, view: View): void {
  if (argument.terms.size === 0) return;
  const opposite = scaleSum(argument, Q.minusOne);
  const before = addSums(timesSum(cofactor, opposite, view), single(term, coefficient));
  if (before.terms.size < 2 || !terms.holds(before)) return;
  const made = productBuilder(cofactor);
  multiplyPower(made, softplus(view.fromSum(opposite)), rationalSum(Q.one));
  terms.replace(families.reflectedSoftplus, before, sumOf(made, view));
}

// a*softplus(u) + b*softplus(-u) is (a + b)*softplus(u) - b*u, where a + b is one term: of y and 1 - y it is 1.
function mergeSoftplus(terms: Terms, left: readonly Softplus[], right: readonly Softplus[], view: View): void {
  const [a, b] = [weightOf(left, view), weightOf(right, view)];
  const total = addSums(a, b);
  const [one] = left;
  if (one === undefined || termCount(total) !== 1 || (a.terms.size === 0 && b.terms.size === 0)) return;
  const before = [...left, ...right].reduce<Sum>(withTerm, rationalSum(Q.zero));
  if (!terms.holds(before)) return;
  const keeps = termCount(b) !== termCount(a) ? termCount(b) < termCount(a) : !isNegative(one.argument);
  const argument = keeps ? one.argument : scaleSum(one.argument, Q.minusOne);
  const factor = productBuilder(view.productOf(view.fromSum(total)));
  multiplyPower(factor, softplus(view.fromSum(argument)), rationalSum(Q.one));
  const after = sumBuilder(sumOf(factor, view));
  const remainder = keeps ? b : a;
  for (const [term, coefficient] of remainder.terms) {
    accumulate(after, timesSum(view.productOf(term), argument, view), Q.negate(coefficient));
  }
  accumulate(after, argument, Q.negate(remainder.constant));
  terms.replace(families.crossEntropy, before, after);
}

function weightOf(all: readonly Softplus[], view: View): Sum {
  return all.reduce<Sum>((total, { cofactor }) => addSums(total, expanded(cofactor, view)), rationalSum(Q.zero));
}

// The product of a short sum and other factors, term by term.
function expanded(product: Product, view: View): Sum {
  for (const [base, exponent] of product.factors) {
    if (!isAdditive(base) || !isOneSum(exponent)) continue;
    const terms = view.sumOf(base);
    if (termCount(terms) > fewTerms) continue;
    const rest = productBuilder(product);
    rest.factors.delete(base);
    return timesTerms(rest, terms, view);
  }
  return sumOf(product, view);
}

function timesTerms(product: Product, terms: Sum, view: View): Sum {
  const total = sumBuilder();
  for (const [term, coefficient] of terms.terms) {
    const each = productBuilder(product);
    multiplyProduct(each, view.productOf(term), 1);
    accumulate(total, sumOf(each, view), coefficient);
  }
  if (!Q.isZero(terms.constant)) accumulate(total, sumOf(product, view), terms.constant);
  return total;
}

// Numbers times a sum are its terms, scaled; else the sum stays one factor.
function timesSum(product: Product, sum: Sum, view: View): Sum {
  if (product.factors.size === 0) return scaleSum(sum, product.coefficient);
  const whole = productBuilder(product);
  multiplyProduct(whole, view.productOf(view.fromSum(sum)), 1);
  return sumOf(whole, view);
}

// Above this many terms, a cofactor is not multiplied out.
const fewTerms = 6;
