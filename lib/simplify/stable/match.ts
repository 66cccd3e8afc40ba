import type { Expr, FunctionRow } from "../../expression/expression.ts";
import { topologicalOrder } from "../../expression/fold.ts";
import { div, e as euler, exp, hypot, mul, softplus } from "../../expression/functions.ts";
import * as Q from "../../expression/rational.ts";
import {
  accumulate,
  addSums,
  isOneSum,
  isZeroSum,
  multiplyPower,
  multiplyProduct,
  type Product,
  productBuilder,
  rationalOf,
  rationalSum,
  type Sum,
  type SumBuilder,
  scaleSum,
  sumBuilder,
  termCount,
} from "../forms.ts";
import { factorRules, families, type StableRule, termRules } from "./rules.ts";
import { isAdditive, isNegative, single, type View, viewing } from "./view.ts";

/** What came of a rule. */
export interface Rewritten {
  readonly result: Sum;
  readonly rule: StableRule;
}

/** Told of a rule, of the terms that it took and of what it made of them. */
export type Report = (rule: StableRule, before: Sum, after: Sum) => void;

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

/** A sum that rules take terms from. It is copied when the first does: nearly all sums stay as they are. */
class Terms {
  #sum: Sum;
  #builder: SumBuilder | undefined;
  readonly #report: Report;

  constructor(sum: Sum, report: Report) {
    this.#sum = sum;
    this.#report = report;
  }

  get sum(): Sum {
    return this.#sum;
  }

  get result(): Sum | undefined {
    return this.#builder;
  }

  /** The terms, those that are made meanwhile too. */
  *keys(): Generator<Expr> {
    const walked = this.#sum;
    for (const term of walked.terms.keys()) {
      if (this.#sum !== walked) break;
      yield term;
    }
    if (this.#sum !== walked) yield* this.#sum.terms.keys();
  }

  /** True where all the terms are there, under just these coefficients. */
  holds({ constant, terms }: Sum): boolean {
    if (!Q.isZero(constant) && !Q.equals(this.#sum.constant, constant)) return false;
    for (const [term, coefficient] of terms) {
      const present = this.#sum.terms.get(term);
      if (present === undefined || !Q.equals(present, coefficient)) return false;
    }
    return true;
  }

  replace(rule: StableRule, before: Sum, after: Sum): void {
    this.#report(rule, before, after);
    this.#builder ??= sumBuilder(this.#sum);
    this.#sum = this.#builder;
    accumulate(this.#builder, before, Q.minusOne);
    accumulate(this.#builder, after, Q.one);
  }
}

function rewriteTerm(terms: Terms, term: Expr, view: View): boolean {
  const coefficient = terms.sum.terms.get(term);
  if (coefficient === undefined) return false;
  const product = view.productOf(term);
  for (const [base, exponent] of product.factors) {
    const head = headOf(base);
    for (const compiled of head === undefined ? [] : (compiledTerms().get(head) ?? [])) {
      if (rewritePair(terms, { term, coefficient, product, base, exponent }, compiled, view)) return true;
    }
  }
  return false;
}

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

/** The functions of the rules for terms and factors: where none occurs, none of them applies. */
export const heads: () => ReadonlySet<FunctionRow> = once(() => {
  const patterns = [...termRules, ...factorRules].map(rule => rule.from);
  const rows = topologicalOrder(...patterns).flatMap(node => (node.kind === "call" ? [node.fn] : []));
  return new Set(rows.filter(row => row.operator === undefined));
});

const sumOf = (product: Product, view: View): Sum => view.sumOf(view.fromProduct(product));

/** A term that a rule may begin at, and the factor of it that the rule is about. */
interface Place {
  readonly term: Expr;
  readonly coefficient: Q.Rational;
  readonly product: Product;
  readonly base: Expr;
  readonly exponent: Sum;
}

interface CompiledTerms {
  readonly rule: StableRule;
  readonly coefficient: Q.Rational;
  /** What the other term is besides the cofactor; a number, or a call of the letter. */
  readonly second: Expr | Q.Rational;
  readonly secondCoefficient: Q.Rational;
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

const withTerm = (sum: Sum, { term, coefficient }: Pick<Place, "term" | "coefficient">): Sum =>
  addSums(single(term, coefficient), sum);

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

interface CompiledFactors {
  readonly rule: StableRule;
  readonly power: Q.Rational;
  readonly second: Expr;
  readonly secondPower: Q.Rational;
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

/** A term with softplus(u): its cofactor, coefficient included. */
interface Softplus {
  readonly term: Expr;
  readonly coefficient: Q.Rational;
  readonly argument: Sum;
  readonly cofactor: Product;
}

function rewriteSoftplus(terms: Terms, view: View): void {
  const found = new Map<Expr, Softplus[]>();
  for (const [term, coefficient] of terms.sum.terms) {
    const product = view.productOf(term);
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

// p*sqrt(A) - q*sqrt(B), and p*sqrt(A) - q, where the difference of the squares is shorter than A: it is divided by the sum.
function rewriteRoots(terms: Terms, view: View): void {
  for (const [term, coefficient] of terms.sum.terms) {
    for (const [base, exponent] of view.productOf(term).factors) {
      if (!isAdditive(base) || !isHalf(exponent)) continue;
      const cofactor = productBuilder(view.productOf(term));
      cofactor.factors.delete(base);
      const square = scaleSum(view.sumOf(base), Q.multiply(coefficient, coefficient));
      const root = { term, coefficient, base, cofactor, square };
      if (besideNumber(terms, root, view) || besideRoot(terms, root, view)) return;
    }
  }
}

interface Root {
  readonly term: Expr;
  readonly coefficient: Q.Rational;
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

// Above this many terms, a cofactor is not multiplied out.
const fewTerms = 6;

// In a longer sum, two roots are not looked for.
const mostRoots = 24;

const headOf = (base: Expr): FunctionRow | undefined =>
  base === euler ? exp : base.kind === "call" ? base.fn : undefined;

function compileTerms(rule: StableRule, view: View): readonly [FunctionRow, CompiledTerms] | undefined {
  const sum = view.sumOf(rule.from);
  const [[first, coefficient] = [euler, Q.one], other] = sum.terms;
  const head = first.kind === "call" ? first.fn : undefined;
  if (head === undefined) return undefined;
  const second = other === undefined ? sum.constant : other[0];
  return [head, { rule, coefficient, second, secondCoefficient: other === undefined ? Q.one : other[1] }];
}

function compileFactors(rule: StableRule): readonly [FunctionRow, CompiledFactors] | undefined {
  const { from } = rule;
  if (from.kind !== "call" || (from.fn !== mul && from.fn !== div)) return undefined;
  const [left, right] = from.args;
  if (left?.kind !== "call" || right?.kind !== "call") return undefined;
  const sign = from.fn === div ? Q.minusOne : Q.one;
  // An exponential meets others in one exponent, so the other factor is looked for first.
  return left.fn === exp
    ? [right.fn, { rule, power: sign, second: left, secondPower: Q.one }]
    : [left.fn, { rule, power: Q.one, second: right, secondPower: sign }];
}

const compiledTerms = once(() => {
  const view = viewing();
  return grouped(termRules, rule => compileTerms(rule, view));
});
const compiledFactors = once(() => grouped(factorRules, compileFactors));

function grouped<T>(
  rules: readonly StableRule[],
  compile: (rule: StableRule) => readonly [FunctionRow, T] | undefined,
): ReadonlyMap<FunctionRow, readonly T[]> {
  const groups = new Map<FunctionRow, T[]>();
  for (const rule of rules) {
    const compiled = compile(rule);
    if (compiled === undefined) continue;
    const [head, value] = compiled;
    groups.set(head, [...(groups.get(head) ?? []), value]);
  }
  return groups;
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
