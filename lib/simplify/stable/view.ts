import { type Call, call, constant, type Expr } from "../../expression/expression.ts";
import { div, e as euler, exp, neg, pow, sqrt, square, sub } from "../../expression/functions.ts";
import * as Q from "../../expression/rational.ts";
import { isAdditive, isMultiplicative } from "../arithmetic.ts";
import {
  accumulate,
  addTerm,
  contentOf,
  isOneSum,
  isZeroSum,
  multiplyPower,
  multiplyProduct,
  noFactors,
  oneSum,
  type Product,
  productBuilder,
  rationalOf,
  rationalSum,
  type Sum,
  scaleSum,
  single,
  sumBuilder,
  termCount,
} from "../forms.ts";
import { compareExpressions } from "../order.ts";
import { keyOfProduct, keyOfSum, numberOf, spellProduct, spellSum } from "./spelling.ts";

/**
 * Expressions seen as sums and products, whatever their spelling, without being changed: what is put together again comes
 * back as it was first seen. Each view takes those of its parts, so nothing recurses where parts are seen first.
 */
export interface View {
  /** Terms and their coefficients. */
  sumOf(e: Expr): Sum;
  /** Bases and their exponents: `exp(u)` is the base `e` under `u`, and a sum is its content times what remains. */
  productOf(e: Expr): Product;
  /** An expression of the sum. */
  fromSum(sum: Sum): Expr;
  /** An expression of the product. */
  fromProduct(product: Product): Expr;
  /** The value of an expression of letters, each replaced by the sum it is bound to. As deep as the rule it is of. */
  instantiate(pattern: Expr, bindings: ReadonlyMap<string, Sum>): Sum;
  /** Lets sums of sums, and products of products, be seen through this node however long it is. */
  open(e: Expr): void;
}

export function viewing(): View {
  const sums = new Map<Expr, Sum>();
  const products = new Map<Expr, Product>();
  const spelledSums = new Map<string, Expr>();
  const spelledProducts = new Map<string, Expr>();
  const opened = new Set<Expr>();

  const sumOf = (e: Expr): Sum => {
    const known = sums.get(e);
    if (known !== undefined) return known;
    const sum = isAdditive(e) ? collectSum(e) : sumOfProduct(e);
    sums.set(e, sum);
    if (termCount(sum) > 1) remember(spelledSums, keyOfSum(sum), e);
    return sum;
  };

  const productOf = (e: Expr): Product => {
    const known = products.get(e);
    if (known !== undefined) return known;
    const product = isMultiplicative(e) ? collectProduct(e) : factored(e);
    products.set(e, product);
    if (!isPlain(product, e)) remember(spelledProducts, keyOfProduct(product), e);
    return product;
  };

  const sumOfProduct = (e: Expr): Sum => {
    const { coefficient, factors } = productOf(e);
    if (factors.size === 0) return rationalSum(coefficient);
    if (Q.isZero(coefficient)) return single(e);
    const [[base, exponent] = [e, oneSum]] = factors;
    if (factors.size === 1 && isOneSum(exponent) && isAdditive(base) && termCount(sumOf(base)) <= longest)
      return scaleSum(sumOf(base), coefficient);
    return single(fromProduct({ coefficient: Q.one, factors }), coefficient);
  };

  const collectSum = (root: Expr): Sum => {
    const total = sumBuilder();
    const pending: [Expr, Q.Rational][] = [[root, Q.one]];
    for (let item = pending.pop(); item !== undefined; item = pending.pop()) {
      const [node, scale] = item;
      if (node.kind === "call" && isAdditive(node) && (node === root || (opened.has(node) && !sums.has(node)))) {
        const [x, y] = node.args;
        const opposite = Q.negate(scale);
        if (y !== undefined) pending.push([y, node.fn === sub ? opposite : scale]);
        if (x !== undefined) pending.push([x, node.fn === neg ? opposite : scale]);
        continue;
      }
      const sum = sumOf(node);
      if (sum.terms.size <= longest || opened.has(node)) accumulate(total, sum, scale);
      else addTerm(total, node, scale);
      if (isLong(total.constant) || hasLong(total, sum)) return single(root);
    }
    return total;
  };

  const collectProduct = (root: Expr): Product => {
    const total = productBuilder();
    const pending: [Expr, 1 | -1][] = [[root, 1]];
    for (let item = pending.pop(); item !== undefined; item = pending.pop()) {
      const [node, sign] = item;
      if (
        node.kind === "call" &&
        isMultiplicative(node) &&
        (node === root || (opened.has(node) && !products.has(node)))
      ) {
        const [x, y] = node.args;
        if (y !== undefined) pending.push([y, node.fn === div ? (sign === 1 ? -1 : 1) : sign]);
        if (x !== undefined) pending.push([x, sign]);
        continue;
      }
      const product = productOf(node);
      if (sign < 0 && Q.isZero(product.coefficient)) multiplyPower(total, constant(0), rationalSum(Q.minusOne));
      else if (product.factors.size <= longest || opened.has(node)) multiplyProduct(total, product, sign);
      else multiplyPower(total, node, rationalSum(Q.integer(sign)));
      if (isLong(total.coefficient)) return plain(root);
    }
    return total;
  };

  const factored = (e: Expr): Product => {
    if (e.kind === "constant") return { coefficient: Q.exactValue(e.value), factors: noFactors };
    if (e.kind !== "call" || e === euler) return plain(e);
    const [x, y] = e.args;
    if (x === undefined) return plain(e);
    if (isAdditive(e)) return primitive(e);
    if (e.fn === exp) return { coefficient: Q.one, factors: powerOf(euler, sumOf(x)) };
    if (e.fn === sqrt) return raised(x, Q.half);
    if (e.fn === square) return raised(x, two);
    if (e.fn === pow && y !== undefined) {
      if (x === euler) return { coefficient: Q.one, factors: powerOf(euler, sumOf(y)) };
      const exponent = sumOf(y);
      const power = rationalOf(exponent);
      return power === undefined ? plain(e) : raised(x, power);
    }
    return ofCall(e, x);
  };

  // Calls of arguments that are one sum are one base, and -x is told from x by parity.
  const ofCall = (e: Call, x: Expr): Product => {
    if (e.fn.operator !== undefined) return plain(e);
    const args = e.args.map(argument => fromSum(sumOf(argument)));
    if (e.fn.parity === undefined || !isNegative(sumOf(x))) return plain(call(e.fn, args));
    const opposite = plain(call(e.fn, [fromSum(scaleSum(sumOf(x), Q.minusOne))]));
    return e.fn.parity === "even" ? opposite : { ...opposite, coefficient: Q.minusOne };
  };

  const primitive = (e: Expr): Product => {
    const sum = sumOf(e);
    if (termCount(sum) === 0) return { coefficient: Q.zero, factors: noFactors };
    if (sum.terms.size === 0) return { coefficient: sum.constant, factors: noFactors };
    const [[term, coefficient] = [e, Q.one]] = sum.terms;
    if (term === e) return plain(e);
    if (termCount(sum) === 1) {
      const only = productOf(term);
      return { coefficient: Q.multiply(only.coefficient, coefficient), factors: only.factors };
    }
    const content = contentOf(sum);
    const isBelow = [sum.constant, ...sum.terms.values()].every(each => Q.sign(each) <= 0);
    const scale = isBelow ? Q.negate(content) : content;
    return { coefficient: scale, factors: powerOf(fromSum(scaleSum(sum, Q.divide(Q.one, scale))), oneSum) };
  };

  const raised = (base: Expr, power: Q.Rational): Product => {
    const inner = productOf(base);
    if (Q.isZero(power)) return { coefficient: Q.one, factors: noFactors };
    if (Q.isInteger(power) && Q.compare(Q.absolute(power), highest) <= 0 && !Q.isZero(inner.coefficient)) {
      const scale = Q.power(inner.coefficient, power.numerator);
      if (isLong(scale)) return { coefficient: Q.one, factors: powerOf(base, rationalSum(power)) };
      const result = productBuilder({ coefficient: scale, factors: noFactors });
      for (const [each, exponent] of inner.factors) multiplyPower(result, each, scaleSum(exponent, power));
      return result;
    }
    const under = isAdditive(base) ? fromSum(sumOf(base)) : base;
    return { coefficient: Q.one, factors: powerOf(under, rationalSum(power)) };
  };

  const fromSum = (sum: Sum): Expr => {
    if (sum.terms.size === 0) return numberOf(sum.constant);
    const [[term, coefficient] = [euler, Q.one]] = sum.terms;
    if (termCount(sum) === 1 && Q.isOne(coefficient)) return term;
    const key = keyOfSum(sum);
    const known = spelledSums.get(key);
    if (known !== undefined) return known;
    const opposite = spelledSums.get(keyOfSum(scaleSum(sum, Q.minusOne)));
    const spelled = opposite === undefined ? spellSum(sum) : neg(opposite);
    spelledSums.set(key, spelled);
    if (!sums.has(spelled)) sums.set(spelled, sum);
    return spelled;
  };

  const fromProduct = (product: Product): Expr => {
    const { coefficient, factors } = product;
    if (factors.size === 0) return numberOf(coefficient);
    if (factors.size === 1 && Q.isOne(coefficient)) {
      for (const [base, exponent] of factors) if (isOneSum(exponent)) return base;
    }
    const key = keyOfProduct(product);
    const known = spelledProducts.get(key);
    if (known !== undefined) return known;
    const spelled = spellProduct(product, fromSum);
    spelledProducts.set(key, spelled);
    if (!products.has(spelled)) products.set(spelled, product);
    return spelled;
  };

  const instantiate = (pattern: Expr, bindings: ReadonlyMap<string, Sum>): Sum => {
    if (pattern.kind === "variable") return bindings.get(pattern.name) ?? sumOf(pattern);
    if (pattern.kind !== "call" || pattern.args.length === 0) return sumOf(pattern);
    const args = pattern.args.map(argument => fromSum(instantiate(argument, bindings)));
    return sumOf(call(pattern.fn, args));
  };

  return { sumOf, productOf, fromSum, fromProduct, instantiate, open: e => opened.add(e) };
}

/** True if the number that stands first in the canonical order of terms is negative. */
export function isNegative(sum: Sum): boolean {
  if (sum.terms.size === 1) for (const coefficient of sum.terms.values()) return Q.sign(coefficient) < 0;
  let leading: readonly [Expr, Q.Rational] | undefined;
  for (const entry of sum.terms) {
    if (leading === undefined || compareExpressions(entry[0], leading[0]) < 0) leading = entry;
  }
  return Q.sign(leading?.[1] ?? sum.constant) < 0;
}

const isPlain = ({ coefficient, factors }: Product, e: Expr): boolean =>
  factors.size === 0 || (factors.size === 1 && factors.get(e) === oneSum && Q.isOne(coefficient));

const plain = (e: Expr): Product => ({ coefficient: Q.one, factors: new Map([[e, oneSum]]) });
const powerOf = (base: Expr, exponent: Sum): ReadonlyMap<Expr, Sum> =>
  isZeroSum(exponent) ? noFactors : new Map([[base, exponent]]);

const hasLong = (total: Sum, added: Sum): boolean => {
  for (const term of added.terms.keys()) if (isLong(total.terms.get(term) ?? Q.zero)) return true;
  return false;
};

// Beyond all doubles, and slow to reckon with.
const isLong = ({ numerator, denominator }: Q.Rational): boolean =>
  denominator > farthest || numerator > farthest || numerator < -farthest;

const farthest = 2n ** 2200n;

function remember(into: Map<string, Expr>, key: string, e: Expr): void {
  if (!into.has(key)) into.set(key, e);
}

const two = Q.integer(2);

// Powers of numbers above this stay as they are: nobody can write them down.
const highest = Q.integer(16);

/** Sums and products longer than this, with more than one user, are seen as one. */
const longest = 8;
