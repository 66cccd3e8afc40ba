import { constant, type Expr, reduction } from "../../expression/expression.ts";
import { e as euler, log, logaddexp, mul, sech, sigmoid, softplus } from "../../expression/functions.ts";
import * as Q from "../../expression/rational.ts";
import { isAdditive } from "../arithmetic.ts";
import { signOf } from "../facts.ts";
import {
  addSums,
  isZeroSum,
  multiplyPower,
  oneSum,
  type Product,
  productBuilder,
  rationalOf,
  type Sum,
  scaleSum,
  single,
  termCount,
  zeroSum,
} from "../forms.ts";
import type { Rewritten } from "./rewriting.ts";
import { families, type StableRule } from "./rules.ts";
import { numberOf } from "./spelling.ts";
import type { View } from "./view.ts";

/** The logarithm of a positive expression, and the rule that tells it. */
export interface Logarithm {
  readonly value: Sum;
  readonly rule: StableRule;
}

/**
 * The logarithm of a sum of exponentials with positive weights, however it is spelled, a number among its terms or not, or of
 * such a sum over an index; undefined for everything else.
 */
export function logarithmOfSum(e: Expr, view: View): Logarithm | undefined {
  const reduced = e.kind === "reduction" ? logarithmOfReduction(e, view) : undefined;
  if (reduced !== undefined) return { value: single(reduced), rule: families.logsumexp };
  const exponents = isAdditive(e) ? exponentsOf(view.sumOf(e), view) : undefined;
  if (exponents === undefined) return undefined;
  const rule = exponents.some(isZeroSum) ? families.softplus : families.logaddexp;
  return { value: single(logarithmOfExponents(exponents, view)), rule };
}

/** The product, if it divides by a sum of exponentials: by sigmoid, sech or logsumexp. */
export function quotientOf(product: Product, view: View): Rewritten | undefined {
  const divisor = Q.isZero(product.coefficient) ? undefined : divisorOf(product, view);
  if (divisor === undefined) return undefined;
  const rest = productBuilder(product);
  rest.factors.delete(divisor.base);
  return meanOf(rest, divisor, view) ?? asSum(dividedBy(rest, divisor, view), view);
}

interface Divisor {
  readonly base: Expr;
  readonly times: bigint;
  /** Undefined for a sum over an index. */
  readonly exponents: readonly Sum[] | undefined;
}

function divisorOf(product: Product, view: View): Divisor | undefined {
  for (const [base, exponent] of product.factors) {
    if (!isAdditive(base) && base.kind !== "reduction") continue;
    const power = rationalOf(exponent);
    if (power === undefined || !Q.isInteger(power) || power.numerator >= 0n || power.numerator < -mostTimes) continue;
    const times = -power.numerator;
    if (base.kind === "reduction") {
      if (logarithmOfReduction(base, view) !== undefined) return { base, times, exponents: undefined };
      continue;
    }
    const exponents = exponentsOf(view.sumOf(base), view);
    if (exponents !== undefined) return { base, times, exponents };
  }
  return undefined;
}

interface Divided {
  readonly product: Product;
  readonly rule: StableRule;
}

function dividedBy(product: Product, { base, times, exponents }: Divisor, view: View): Divided {
  const [u, v, third] = exponents ?? [];
  if (u !== undefined && v !== undefined && third === undefined) return dividedByTwo(product, u, v, times, view);
  const logarithm = single(
    exponents === undefined ? (logarithmOfReduction(base, view) ?? constant(0)) : logarithmOfExponents(exponents, view),
  );
  const result = productBuilder(product);
  multiplyPower(result, euler, scaleSum(logarithm, Q.rational(-times, 1n)));
  return { product: result, rule: exponents === undefined ? families.indexedSoftmax : families.softmax };
}

// 1 / (exp(u) + exp(v)) is exp(-u) * sigmoid(u - v), and exp(-v) * sigmoid(v - u): of each so many that the exponentials
// meet those of the product. What is left of them joins in one exponent: two factors may overflow where one does not.
function dividedByTwo(product: Product, u: Sum, v: Sum, times: bigint, view: View): Divided {
  const given = product.factors.get(euler) ?? zeroSum;
  const difference = addSums(u, v, Q.minusOne);
  const result = productBuilder(product);
  result.factors.delete(euler);
  if (isZeroSum(given) && isZeroSum(addSums(u, v))) {
    const scale = Q.power(Q.rational(1n, 2n), times);
    result.coefficient = Q.multiply(result.coefficient, scale);
    multiplyFunction(result, sech(view.fromSum(u)), times, view);
    return { product: result, rule: families.sech };
  }
  let best: { readonly left: Sum; readonly first: bigint } | undefined;
  for (let first = 0n; first <= times; first++) {
    const taken = addSums(scaleSum(u, Q.rational(first, 1n)), v, Q.rational(times - first, 1n));
    const left = addSums(given, taken, Q.minusOne);
    if (best === undefined || left.terms.size < best.left.terms.size) best = { left, first };
  }
  const { left, first } = best ?? { left: given, first: 0n };
  const rule = isZeroSum(u) || isZeroSum(v) ? families.sigmoid : families.twoClasses;
  if (left.terms.size === 0) {
    multiplyPower(result, euler, left);
    const opposite = scaleSum(difference, Q.minusOne);
    multiplyFunction(result, sigmoid(view.fromSum(difference)), first, view);
    multiplyFunction(result, sigmoid(view.fromSum(opposite)), times - first, view);
    return { product: result, rule };
  }
  const isMet = left.terms.size < given.terms.size;
  const exponent = isMet
    ? addSums(
        addSums(left, single(softplus(view.fromSum(scaleSum(difference, Q.minusOne)))), Q.rational(-first, 1n)),
        single(softplus(view.fromSum(difference))),
        Q.rational(first - times, 1n),
      )
    : addSums(given, single(logarithmOfExponents([u, v], view)), Q.rational(-times, 1n));
  multiplyPower(result, euler, exponent);
  return { product: result, rule };
}

function multiplyFunction(into: ReturnType<typeof productBuilder>, factor: Expr, times: bigint, view: View): void {
  if (times === 0n) return;
  const { coefficient, factors } = view.productOf(factor);
  into.coefficient = Q.multiply(into.coefficient, Q.power(coefficient, times));
  for (const [base, exponent] of factors) multiplyPower(into, base, scaleSum(exponent, Q.rational(times, 1n)));
}

// (y*exp(u) + z*exp(v)) / (exp(u) + exp(v)): each term over the sum, lest one infinity be divided by another.
function meanOf(product: Product, divisor: Divisor, view: View): Rewritten | undefined {
  for (const [base, exponent] of product.factors) {
    const power = rationalOf(exponent);
    if (power === undefined || !Q.isOne(power)) continue;
    const rest = productBuilder(product);
    rest.factors.delete(base);
    const result = isAdditive(base)
      ? meanOfTerms(view.sumOf(base), rest, divisor, view)
      : base.kind === "reduction" && base.operation === "sum"
        ? meanOfReduction(base, rest, divisor, view)
        : undefined;
    if (result !== undefined) return result;
  }
  return undefined;
}

function meanOfTerms(terms: Sum, rest: Product, divisor: Divisor, view: View): Rewritten | undefined {
  const exponents = divisor.exponents;
  if (exponents === undefined || termCount(terms) > fewTerms || rest.factors.has(euler)) return undefined;
  const all = [...terms.terms].map(([term, coefficient]) => ({ product: view.productOf(term), coefficient }));
  const isShared = ({ product }: { readonly product: Product }): boolean => {
    const own = product.factors.get(euler);
    return own !== undefined && exponents.some(other => isZeroSum(addSums(own, other, Q.minusOne)));
  };
  if (!all.some(isShared)) return undefined;
  if (!Q.isZero(terms.constant)) {
    all.push({ product: { coefficient: Q.one, factors: new Map() }, coefficient: terms.constant });
  }
  let total = zeroSum;
  for (const { product, coefficient } of all) {
    const whole = productBuilder(product);
    whole.coefficient = Q.multiply(Q.multiply(whole.coefficient, coefficient), rest.coefficient);
    for (const [base, exponent] of rest.factors) multiplyPower(whole, base, exponent);
    total = addSums(total, view.sumOf(view.fromProduct(dividedBy(whole, divisor, view).product)));
  }
  return { result: total, rule: families.weightedMean };
}

function meanOfReduction(
  node: Expr & { readonly kind: "reduction" },
  rest: Product,
  divisor: Divisor,
  view: View,
): Rewritten | undefined {
  const body = view.productOf(node.body);
  if (!body.factors.has(euler) || rest.factors.has(euler)) return undefined;
  const divided = dividedBy({ coefficient: Q.one, factors: new Map() }, divisor, view).product;
  const weight = view.fromProduct(divided);
  // What moves under the sum may not be captured by its index.
  if (weight.freeIndices.includes(node.index)) return undefined;
  const inside = view.fromProduct(multiplied(body, divided));
  const whole = productBuilder(rest);
  multiplyPower(whole, reduction("sum", node.index, inside), oneSum);
  return { result: view.sumOf(view.fromProduct(whole)), rule: families.indexedMean };
}

function multiplied(left: Product, right: Product): Product {
  const result = productBuilder(left);
  result.coefficient = Q.multiply(result.coefficient, right.coefficient);
  for (const [base, exponent] of right.factors) multiplyPower(result, base, exponent);
  return result;
}

const asSum = ({ product, rule }: Divided, view: View): Rewritten => ({
  result: view.sumOf(view.fromProduct(product)),
  rule,
});

// Of a sum over an index of exp(u), times what is positive: logsumexp.
function logarithmOfReduction(node: Expr, view: View): Expr | undefined {
  if (node.kind !== "reduction" || node.operation !== "sum") return undefined;
  const exponent = exponentOf(view.productOf(node.body), view);
  return exponent === undefined || !isExponential(node.body, view)
    ? undefined
    : reduction("logsumexp", node.index, view.fromSum(exponent));
}

const isExponential = (e: Expr, view: View): boolean => view.productOf(e).factors.has(euler);

// The exponents of a sum of exponentials: a number c is exp(log(c)). One of them at least is no number, and there are two.
function exponentsOf(sum: Sum, view: View): readonly Sum[] | undefined {
  if (termCount(sum) < 2 || Q.sign(sum.constant) < 0) return undefined;
  const exponents: Sum[] = [];
  if (Q.sign(sum.constant) > 0) exponents.push(logarithmOfNumber(sum.constant));
  let hasExponential = false;
  for (const [term, coefficient] of sum.terms) {
    if (Q.sign(coefficient) <= 0) return undefined;
    const product = view.productOf(term);
    const reduced = logarithmOfReduction(term, view);
    const own = reduced === undefined ? exponentOf(product, view) : single(reduced);
    if (own === undefined) return undefined;
    hasExponential ||= reduced !== undefined || product.factors.has(euler);
    exponents.push(addSums(own, logarithmOfNumber(coefficient)));
  }
  return hasExponential ? exponents : undefined;
}

// u, if the product is exp(u) times what is certainly positive.
function exponentOf({ coefficient, factors }: Product, view: View): Sum | undefined {
  if (Q.sign(coefficient) <= 0) return undefined;
  const exponent = factors.get(euler);
  if (exponent === undefined) return undefined;
  let total = addSums(exponent, logarithmOfNumber(coefficient));
  for (const [base, power] of factors) {
    if (base === euler) continue;
    if (isAdditive(base) || signOf(base) !== "positive") return undefined;
    const rational = rationalOf(power);
    const logarithm = single(log(base));
    total = addSums(
      total,
      rational === undefined ? view.sumOf(mul(view.fromSum(power), log(base))) : scaleSum(logarithm, rational),
    );
  }
  return total;
}

const logarithmOfNumber = (value: Q.Rational): Sum => (Q.isOne(value) ? zeroSum : single(log(numberOf(value))));

// In halves, so that a long sum makes no deep expression. What all exponents have in common stays inside.
function logarithmOfExponents(exponents: readonly Sum[], view: View): Expr {
  const others = exponents.filter(each => !isZeroSum(each));
  const zeros = exponents.length - others.length;
  const [first, ...more] = others;
  if (first === undefined) return view.fromSum(logarithmOfNumber(Q.integer(zeros)));
  const whole = more.length === 0 ? view.fromSum(first) : halves(others.map(view.fromSum));
  if (zeros === 1) return softplus(whole);
  return zeros === 0 ? whole : logaddexp(view.fromSum(logarithmOfNumber(Q.integer(zeros))), whole);
}

function halves(parts: readonly Expr[]): Expr {
  let level = parts;
  while (level.length > 1) {
    const next: Expr[] = [];
    for (let i = 0; i < level.length; i += 2) {
      const [left, right] = [level[i], level[i + 1]];
      if (left !== undefined) next.push(right === undefined ? left : logaddexp(left, right));
    }
    level = next;
  }
  return level[0] ?? constant(0);
}

// A power of a sum of exponentials above this is no formula of anybody's.
const mostTimes = 8n;

// Above this many terms, a quotient is not written out into each of them.
const fewTerms = 8;
