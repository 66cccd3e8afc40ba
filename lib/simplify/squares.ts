import type { Expr } from "../expression/expression.ts";
import { abs, e as euler, sqrt } from "../expression/functions.ts";
import * as Q from "../expression/rational.ts";
import {
  accumulate,
  addSums,
  isOneSum,
  isZeroSum,
  multiplyPower,
  multiplyProduct,
  type NormalForms,
  type Product,
  productBuilder,
  rationalOf,
  rationalSum,
  type Sum,
  scaleSum,
  sumBuilder,
  termCount,
  zeroSum,
} from "./forms.ts";
import { rational } from "./numbers.ts";
import { TermOrder } from "./terms.ts";

/**
 * The square root of a sum that is a square: `abs(x + 1)` for `x^2 + 2*x + 1`, `sqrt(2) - 1` for `3 - 2*sqrt(2)`. Undefined for
 * one that is none, or whose root is no shorter.
 */
export function squareRootOfSum(e: Expr, forms: NormalForms): Expr | undefined {
  const sum = flattened(forms.sumOf(e), forms);
  if (termCount(sum) > mostTerms) return undefined;
  const surds = [...sum.terms.keys()].every(term => isSurd(forms.productOf(term)));
  const root = surds ? denested(sum, forms, deepest) : termCount(sum) < 3 ? undefined : polynomialRoot(sum, forms);
  if (root === undefined || !isZeroSum(addSums(multiplied(root, root, forms), sum, Q.minusOne))) return undefined;
  const positive = surds ? withSign(root, forms) : forms.apply(abs, [forms.fromSum(root)]);
  return positive !== undefined && positive.size <= e.size ? positive : undefined;
}

/** `1 / sum` for two terms with square roots of numbers, whose squares differ by one: `sqrt(3) - sqrt(2)` for `sqrt(2) + sqrt(3)`. */
export function inverseOfSurds(e: Expr, forms: NormalForms): Sum | undefined {
  const sum = forms.sumOf(e);
  const [[term, coefficient] = [undefined, Q.one]] = sum.terms;
  if (termCount(sum) !== 2 || term === undefined) return undefined;
  if (![...sum.terms.keys()].every(each => isSurd(forms.productOf(each)))) return undefined;
  const conjugate = sumBuilder(sum);
  conjugate.terms.set(term, Q.negate(coefficient));
  const norm = rationalOf(multiplied(sum, conjugate, forms));
  return norm === undefined || !Q.isOne(Q.absolute(norm)) ? undefined : scaleSum(conjugate, norm);
}

const mostTerms = 10;
const deepest = 3;

// The classical algorithm, term by term from the leading one. Whether it is a root is seen in the end.
function polynomialRoot(sum: Sum, forms: NormalForms): Sum | undefined {
  const order = new TermOrder(forms);
  const terms = order.sorted(sum.terms);
  const [leading] = terms;
  const last = Q.isZero(sum.constant) ? terms.at(-1) : undefined;
  const first = leading === undefined ? undefined : halved(leading[0], leading[1], forms);
  // The last term of a square is a square too.
  if (first === undefined || (last === undefined ? Q.root(sum.constant, 2n) : halved(...last, forms)) === undefined) {
    return undefined;
  }
  const root = sumBuilder(forms.sumOf(forms.fromProduct(first)));
  for (let steps = 0; steps < mostRootTerms; steps++) {
    const rest = addSums(sum, multiplied(root, root, forms), Q.minusOne);
    if (isZeroSum(rest)) return root;
    const [[term, coefficient] = [undefined, rest.constant]] = order.sorted(rest.terms);
    const next = productBuilder(term === undefined ? undefined : forms.productOf(term));
    next.coefficient = Q.divide(Q.multiply(next.coefficient, coefficient), Q.integer(2));
    multiplyProduct(next, first, -1);
    accumulate(root, forms.sumOf(forms.fromProduct(next)), Q.one);
  }
  return undefined;
}

const mostRootTerms = 4;

function halved(term: Expr, coefficient: Q.Rational, forms: NormalForms): Product | undefined {
  const product = forms.productOf(term);
  const root = Q.root(Q.multiply(product.coefficient, coefficient), 2n);
  if (root === undefined) return undefined;
  const result = productBuilder();
  result.coefficient = root;
  for (const [base, exponent] of product.factors) {
    const power = rationalOf(exponent);
    if (base === euler || power === undefined || base.kind === "constant") return undefined;
    multiplyPower(result, base, rationalSum(Q.divide(power, Q.integer(2))));
  }
  return result;
}

// sqrt(A + B sqrt(p)) is sqrt((A + d) / 2) ± sqrt((A - d) / 2) where d^2 = A^2 - p B^2, and so on within A and B.
function denested(sum: Sum, forms: NormalForms, depth: number): Sum | undefined {
  const number = rationalOf(sum);
  if (number !== undefined) {
    return Q.sign(number) < 0 ? undefined : forms.sumOf(forms.apply(sqrt, [rational(number)]));
  }
  const prime = largestPrime(sum, forms);
  if (depth === 0 || prime === undefined) return undefined;
  const whole = sumBuilder();
  const part = sumBuilder();
  whole.constant = sum.constant;
  for (const [term, coefficient] of sum.terms) {
    const product = productBuilder(forms.productOf(term));
    const into = product.factors.delete(prime) ? part : whole;
    accumulate(into, forms.sumOf(forms.fromProduct(product)), coefficient);
  }
  const square = addSums(
    multiplied(whole, whole, forms),
    multiplied(part, part, forms),
    Q.negate(forms.rationalOf(prime) ?? Q.one),
  );
  const difference = denested(square, forms, depth - 1);
  if (difference === undefined) return undefined;
  const larger = denested(scaleSum(addSums(whole, difference), Q.half), forms, depth - 1);
  const smaller = denested(scaleSum(addSums(whole, difference, Q.minusOne), Q.half), forms, depth - 1);
  if (larger === undefined || smaller === undefined) return undefined;
  const sign = approximate(part, forms) < 0 ? Q.minusOne : Q.one;
  return addSums(larger, smaller, sign);
}

// The numbers under square roots are primes.
function largestPrime(sum: Sum, forms: NormalForms): Expr | undefined {
  let largest: (Expr & { kind: "constant" }) | undefined;
  for (const term of sum.terms.keys()) {
    for (const base of forms.productOf(term).factors.keys()) {
      if (base.kind === "constant" && (largest === undefined || base.value > largest.value)) largest = base;
    }
  }
  return largest;
}

function isSurd({ factors }: Product): boolean {
  for (const [base, exponent] of factors) {
    const power = rationalOf(exponent);
    if (base.kind !== "constant" || base.value <= 0 || power === undefined || !Q.equals(power, oneHalf)) return false;
  }
  return true;
}

const oneHalf = Q.rational(1n, 2n);

// The value of a sum of surds.
function approximate(sum: Sum, forms: NormalForms): number {
  let total = Q.approximate(sum.constant);
  for (const [term, coefficient] of sum.terms) {
    let value = Q.approximate(coefficient);
    for (const base of forms.productOf(term).factors.keys()) {
      value *= Math.sqrt(base.kind === "constant" ? base.value : Number.NaN);
    }
    total += value;
  }
  return total;
}

// The root that is not negative, if the sign is beyond doubt.
function withSign(root: Sum, forms: NormalForms): Expr | undefined {
  const value = approximate(root, forms);
  if (!(Math.abs(value) > 1e-9)) return undefined;
  return forms.fromSum(value < 0 ? scaleSum(root, Q.minusOne) : root);
}

// The sum with the sums among its factors multiplied out: sin(x) * (sin(x) + 2) + 1 may be a square all the same.
function flattened(sum: Sum, forms: NormalForms): Sum {
  const result = sumBuilder(rationalSum(sum.constant));
  for (const [term, coefficient] of sum.terms) {
    const rest = productBuilder(forms.productOf(term));
    let expanded: Sum | undefined;
    for (const [base, exponent] of rest.factors) {
      if (!forms.isSum(base) || !isOneSum(exponent)) continue;
      const inside = forms.sumOf(base);
      expanded = expanded === undefined ? inside : multiplied(expanded, inside, forms);
      rest.factors.delete(base);
      if (termCount(expanded) > mostTerms) return sum;
    }
    if (expanded === undefined) accumulate(result, forms.sumOf(term), coefficient);
    else {
      const outside = forms.sumOf(forms.fromProduct(rest));
      accumulate(result, flattened(multiplied(outside, expanded, forms), forms), coefficient);
    }
  }
  return result;
}

function multiplied(a: Sum, b: Sum, forms: NormalForms): Sum {
  const result = sumBuilder(zeroSum);
  for (const [left, p] of withConstant(a, forms)) {
    for (const [right, q] of withConstant(b, forms)) {
      const product = productBuilder(left);
      forms.multiply(product, right, 1);
      accumulate(result, forms.sumOf(forms.fromProduct(product)), Q.multiply(p, q));
    }
  }
  return result;
}

function* withConstant(sum: Sum, forms: NormalForms): Generator<readonly [Product, Q.Rational]> {
  for (const [term, coefficient] of sum.terms) yield [forms.productOf(term), coefficient];
  if (!Q.isZero(sum.constant)) yield [productBuilder(), sum.constant];
}
