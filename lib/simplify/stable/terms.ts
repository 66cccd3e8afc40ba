import type { Expr } from "../../expression/expression.ts";
import { e as euler } from "../../expression/functions.ts";
import * as Q from "../../expression/rational.ts";
import {
  isOneSum,
  multiplyPower,
  multiplyProduct,
  type Product,
  productBuilder,
  rationalOf,
  rationalSum,
  type Sum,
  scaleSum,
  termCount,
} from "../forms.ts";
import { type CompiledTerms, compiledTerms, headOf } from "./compiled.ts";
import { type Report, sumOf, type Term, Terms, withTerm } from "./rewriting.ts";
import { rewriteRoots } from "./roots.ts";
import { rewriteSoftplus } from "./softplus.ts";
import type { View } from "./view.ts";

/** The sum after every rule that takes two or more of its terms, beside any others; undefined if none does. */
export function rewriteTerms(given: Sum, view: View, report: Report = () => {}): Sum | undefined {
  const terms = new Terms(given, report);
  // A map hands out what is added while it is walked, so that what a rule makes is looked at too.
  for (const term of terms.keys()) {
    while (rewriteTerm(terms, term, view));
  }
  rewriteSoftplus(terms, view);
  if (given.terms.size <= mostRoots) rewriteRoots(terms, view);
  return terms.result;
}

function rewriteTerm(terms: Terms, term: Expr, view: View): boolean {
  const coefficient = terms.sum.terms.get(term);
  if (coefficient === undefined) return false;
  const product = view.productOf(term);
  if (Q.isZero(product.coefficient)) return false;
  for (const [base, exponent] of product.factors) {
    const head = headOf(base);
    for (const compiled of head === undefined ? [] : (compiledTerms().get(head) ?? [])) {
      if (rewritePair(terms, { term, coefficient, product, base, exponent }, compiled, view)) return true;
    }
  }
  return false;
}

/** A term that a rule may begin at, and the factor of it that the rule is about. */
interface Place extends Term {
  readonly product: Product;
  readonly base: Expr;
  readonly exponent: Sum;
}

function rewritePair(terms: Terms, place: Place, compiled: CompiledTerms, view: View): boolean {
  const { rule, second, secondCoefficient } = compiled;
  if (!mayHold(terms.sum, place, compiled)) return false;
  const opened = openedAt(place, view);
  if (opened === undefined) return false;
  const { cofactor, bindings } = opened;
  const scale = Q.divide(place.coefficient, compiled.coefficient);
  const partner = productBuilder(cofactor);
  if ("kind" in second) multiplyProduct(partner, view.productOf(view.fromSum(view.instantiate(second, bindings))), 1);
  else partner.coefficient = Q.multiply(partner.coefficient, second);
  const taken = scaleSum(sumOf(partner, view), Q.multiply(scale, secondCoefficient));
  if (termCount(taken) === 0 || taken.terms.has(place.term) || !terms.holds(taken)) return false;
  const made = productBuilder(cofactor);
  multiplyProduct(made, view.productOf(view.fromSum(view.instantiate(rule.to, bindings))), 1);
  terms.replace(rule, withTerm(taken, place), scaleSum(sumOf(made, view), scale));
  return true;
}

// A look that most fail: a call without cofactor needs its number, all else another term.
function mayHold({ constant, terms }: Sum, place: Place, { coefficient, second }: CompiledTerms): boolean {
  const isBare = place.product.factors.size === 1 && (place.base === euler || isOneSum(place.exponent));
  if ("kind" in second || !isBare) return terms.size > 1;
  return !Q.isZero(constant) && Q.equals(Q.multiply(place.coefficient, second), Q.multiply(constant, coefficient));
}

interface Opened {
  readonly cofactor: Product;
  readonly bindings: ReadonlyMap<string, Sum>;
}

// exp(u) * w, or f(u)^n * w, as f of the letter and a cofactor.
function openedAt({ product, base, exponent }: Place, view: View): Opened | undefined {
  const power = rationalOf(exponent);
  const cofactor = productBuilder(product);
  if (base === euler) {
    cofactor.factors.delete(base);
    return { cofactor, bindings: new Map([["x", exponent]]) };
  }
  if (power === undefined || !Q.isInteger(power) || Q.sign(power) < 0) return undefined;
  multiplyPower(cofactor, base, rationalSum(Q.minusOne));
  return { cofactor, bindings: new Map([["x", view.sumOf(base.args[0] ?? base)]]) };
}

// In a longer sum, two roots are not looked for.
const mostRoots = 24;
