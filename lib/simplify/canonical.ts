import { call, constant, type Expr, type FunctionRow, rebuild } from "../expression/expression.ts";
import {
  abs,
  add,
  conditional,
  div,
  e as euler,
  exp,
  log,
  log1p,
  mul,
  neg,
  pow,
  sqrt,
  square,
  sub,
} from "../expression/functions.ts";
import * as Q from "../expression/rational.ts";
import { expansionOfProduct, expansionsOfSum } from "./expand.ts";
import { signOf } from "./facts.ts";
import {
  accumulate,
  addSums,
  addTerm,
  hasExactRadicals,
  isOneSum,
  isZeroSum,
  multiplyNumberPower,
  multiplyPower,
  multiplyProduct,
  type NormalForms,
  noFactors,
  oneSum,
  type Product,
  type ProductBuilder,
  productBuilder,
  rationalOf,
  rationalSum,
  type Sum,
  scaleSum,
  sumBuilder,
  termCount,
} from "./forms.ts";
import { applyFunctionRules, applyProductRules, applySumRules, type RuleIndex } from "./rules.ts";
import { rational, Speller, type Style } from "./spell.ts";

/**
 * The canonical forms of one run: every expression that it makes is known as a sum and as a product, and equal forms are
 * one expression. Whether `x * (1 + y)` stays or becomes `x + x * y` is decided here alone, by size.
 */
export class Canonical implements NormalForms {
  readonly #rules: RuleIndex;
  readonly #sums = new Map<Expr, Sum>();
  readonly #products = new Map<Expr, Product>();
  readonly #closed = new Set<Expr>();
  readonly #closedForms = new Map<Product, Product>();
  readonly #searches: boolean;
  readonly #speller: Speller;
  // What a search came to, by the plain spelling of the sum that it began with.
  readonly #searched: readonly [Map<Expr, Expr>, Map<Expr, Expr>, Map<Expr, Expr>] = [new Map(), new Map(), new Map()];

  constructor(rules: RuleIndex, style: Style, searches: boolean) {
    this.#rules = rules;
    this.#searches = searches;
    this.#speller = new Speller(this, style);
  }

  /** `e`, which must be canonical, as a sum. */
  sumOf(e: Expr): Sum {
    if (e.kind === "constant") return rationalSum(Q.exactValue(e.value));
    const known = this.#sums.get(e);
    if (known !== undefined) return known;
    const product = this.#products.get(e);
    let sum: Sum = { constant: Q.zero, terms: new Map([[e, Q.one]]) };
    if (product !== undefined && product.factors.size === 0) sum = rationalSum(product.coefficient);
    else if (product !== undefined && !Q.isOne(product.coefficient)) {
      const term = this.fromProduct({ coefficient: Q.one, factors: product.factors });
      sum = { constant: Q.zero, terms: new Map([[term, product.coefficient]]) };
    }
    this.#sums.set(e, sum);
    return sum;
  }

  /** `e`, which must be canonical, as a product. A sum is its first coefficient times what begins with one. */
  productOf(e: Expr): Product {
    if (e.kind === "constant") return { coefficient: Q.exactValue(e.value), factors: noFactors };
    const known = this.#products.get(e);
    if (known !== undefined) return known;
    let product: Product = { coefficient: Q.one, factors: new Map([[e, oneSum]]) };
    const sum = this.#sums.get(e);
    if (sum !== undefined && termCount(sum) > 1) {
      const scale = this.#speller.leadingCoefficient(sum);
      if (!Q.isOne(scale)) {
        const primitive = this.#speller.sum(scaleSum(sum, Q.divide(Q.one, scale)));
        this.#sums.set(primitive, scaleSum(sum, Q.divide(Q.one, scale)));
        product = { coefficient: scale, factors: new Map([[primitive, oneSum]]) };
      }
    }
    this.#products.set(e, product);
    return product;
  }

  /** A product as one factor, besides its coefficient, that stays one whatever it meets. */
  closed(product: Product): Product {
    const known = this.#closedForms.get(product);
    if (known !== undefined) return known;
    const { coefficient, factors } = product;
    const whole = this.fromProduct({ coefficient: Q.one, factors });
    this.#closed.add(whole);
    const form: Product = { coefficient, factors: new Map([[whole, oneSum]]) };
    this.#closedForms.set(product, form);
    return form;
  }

  /** True of what is a sum of several terms. */
  isSum(e: Expr): boolean {
    const sum = this.#sums.get(e);
    return sum !== undefined && termCount(sum) > 1;
  }

  /** The rational that `e`, which must be canonical, is equal to, if it is one. */
  rationalOf(e: Expr): Q.Rational | undefined {
    if (e.kind === "constant") return Q.exactValue(e.value);
    const product = this.#products.get(e);
    return product !== undefined && product.factors.size === 0 ? product.coefficient : undefined;
  }

  /** The canonical expression of a sum. */
  fromSum(given: Sum): Expr {
    return this.#fromSum(given, Search.factors);
  }

  #fromSum(given: Sum, search: Search): Expr {
    const sum = given.terms.size > 1 || !Q.isZero(given.constant) ? applySumRules(given, this.#rules, this) : given;
    if (sum.terms.size === 0) return this.fromProduct({ coefficient: sum.constant, factors: noFactors });
    if (sum.terms.size === 1 && Q.isZero(sum.constant)) {
      const [[term, coefficient] = [euler, Q.one]] = sum.terms;
      if (Q.isOne(coefficient)) return term;
      const product = this.productOf(term);
      return this.fromProduct({
        coefficient: Q.multiply(product.coefficient, coefficient),
        factors: product.factors,
      });
    }
    const plain = this.#speller.sum(sum);
    const known = this.#searched[search].get(plain);
    if (known !== undefined) return known;
    const spelled = this.#speller.smallestSum(sum);
    let best = spelled;
    for (const other of this.#rearranged(sum, plain, search)) if (other.size < best.size) best = other;
    if (best === spelled) this.#sums.set(best, sum);
    this.#searched[search].set(plain, best);
    return best;
  }

  // The other ways to write a sum: multiplied out, and with what all or some of its terms share taken out.
  *#rearranged(sum: Sum, plain: Expr, search: Search): Generator<Expr> {
    if (plain.size > largest || search === Search.nothing || !this.#searches) return;
    if (search === Search.everything) {
      for (const expanded of expansionsOfSum(sum, this)) yield this.#fromSum(expanded, Search.factors);
    }
    const factored = this.#commonFactor(sum, Search.factors);
    if (factored !== undefined) {
      yield factored;
      return;
    }
    const partly = this.#partlyFactored(sum, plain);
    if (partly !== undefined) yield this.#fromSum(partly, Search.factors);
  }

  /** The canonical expression of a product. */
  fromProduct(given: Product): Expr {
    // 0 / 0 has no value, and is given none.
    if (Q.isZero(given.coefficient)) return given.factors.has(constant(0)) ? div(0, 0) : constant(0);
    const product = applyProductRules(this.#opened(given), this.#rules, this);
    if (product.factors.size === 1) {
      const [[base, exponent] = [euler, oneSum]] = product.factors;
      if (isOneSum(exponent)) {
        if (Q.isOne(product.coefficient)) return base;
        const sum = this.#sums.get(base);
        if (sum !== undefined && termCount(sum) > 1 && termCount(sum) <= longest) {
          return this.fromSum(scaleSum(sum, product.coefficient));
        }
      }
    }
    const spelled = this.#speller.product(product);
    this.#products.set(spelled, product);
    return spelled;
  }

  /** The smallest canonical expression of a product: multiplied out, where that is smaller. */
  smallestProduct(product: Product): Expr {
    const spelled = this.fromProduct(product);
    if (spelled.size > largest || !this.#searches) return spelled;
    const expanded = expansionOfProduct(this.productOf(spelled), this);
    if (expanded === undefined) return spelled;
    const other = this.#fromSum(expanded, Search.factors);
    return other.size < spelled.size ? other : spelled;
  }

  /** The smallest canonical expression of a sum: multiplied out, or with what its terms share taken out. */
  smallestSum(sum: Sum): Expr {
    return this.#fromSum(sum, Search.everything);
  }

  /** `base ^ exponent`, both canonical. */
  power(base: Expr, exponent: Expr): Product {
    return this.#powerOf(base, this.productOf(base), this.sumOf(exponent));
  }

  /** `exp(exponent)`: its logarithms become powers. */
  exponential(exponent: Sum): Product {
    const result = productBuilder();
    const rest = sumBuilder({ constant: exponent.constant, terms: new Map() });
    for (const [term, coefficient] of exponent.terms) {
      const power = this.#exponentialOfLogarithm(term, coefficient);
      if (power === undefined) addTerm(rest, term, coefficient);
      else multiplyProduct(result, power, 1);
    }
    multiplyPower(result, euler, rest);
    return result;
  }

  /** The canonical form of a row applied to canonical arguments. */
  apply(fn: FunctionRow, args: readonly Expr[]): Expr {
    const [x, y, z] = args;
    if (x !== undefined && y !== undefined) {
      if (fn === add) return this.fromSum(addSums(this.sumOf(x), this.sumOf(y)));
      if (fn === sub) return this.fromSum(addSums(this.sumOf(x), this.sumOf(y), Q.minusOne));
      if (fn === mul) return this.#productOfTwo(x, y, 1);
      if (fn === div) return this.#productOfTwo(x, y, -1);
      if (fn === pow) return this.fromProduct(this.power(x, y));
    }
    if (x !== undefined) {
      if (fn === neg) return this.fromSum(scaleSum(this.sumOf(x), Q.minusOne));
      if (fn === sqrt) return this.fromProduct(this.#powerOf(x, this.productOf(x), rationalSum(half)));
      if (fn === square) return this.fromProduct(this.power(x, constant(2)));
      if (fn === exp) return this.fromProduct(this.exponential(this.sumOf(x)));
    }
    if (fn === conditional && x !== undefined && y !== undefined && z !== undefined) {
      const condition = this.rationalOf(x);
      if (condition !== undefined) return Q.isZero(condition) ? z : y;
    }
    return this.#call(fn, args);
  }

  /** A node of any shape with canonical arguments. */
  rebuild(node: Expr, args: readonly Expr[]): Expr {
    return node.kind === "call" ? this.apply(node.fn, args) : rebuild(node, args);
  }

  /** An operand of a rule, its letters replaced by canonical expressions. As deep as the rule, which its author wrote. */
  instantiate(pattern: Expr, bindings: ReadonlyMap<string, Expr>): Expr {
    if (pattern.kind === "variable") return bindings.get(pattern.name) ?? pattern;
    if (pattern.args.length === 0) return pattern;
    return this.rebuild(
      pattern,
      pattern.args.map(argument => this.instantiate(argument, bindings)),
    );
  }

  #call(fn: FunctionRow, given: readonly Expr[]): Expr {
    const args = fn.commutative === true ? this.#speller.sorted(given) : given;
    const exact = this.#exactValue(fn, args);
    if (exact !== undefined) return this.fromProduct({ coefficient: exact, factors: noFactors });
    const [x] = args;
    if (x !== undefined && args.length === 1) {
      if (fn.multiplicative === true) {
        const parts = this.#multiplied(fn, x);
        if (parts !== undefined) return parts;
      }
      if (fn.parity !== undefined && this.#isNegative(x)) {
        const opposite = this.apply(neg, [x]);
        const value = this.#call(fn, [opposite]);
        return fn.parity === "even" ? value : this.apply(neg, [value]);
      }
    }
    return applyFunctionRules(call(fn, args), this.#rules, this) ?? call(fn, args);
  }

  #exactValue(fn: FunctionRow, args: readonly Expr[]): Q.Rational | undefined {
    if (fn.exact === undefined || args.length === 0) return undefined;
    const values: Q.Rational[] = [];
    for (const argument of args) {
      const value = this.rationalOf(argument);
      if (value === undefined) return undefined;
      values.push(value);
    }
    const result = fn.exact(...values);
    return result !== undefined && isShort(result) ? result : undefined;
  }

  // f(c * x^n * y) is f(c) * f(x)^n * f(y).
  #multiplied(fn: FunctionRow, x: Expr): Expr | undefined {
    const { coefficient, factors } = this.productOf(x);
    if (factors.size === 0) return undefined;
    const [[single, once] = [euler, oneSum]] = factors;
    if (factors.size === 1 && Q.isOne(coefficient) && isOneSum(once) && single === x) return undefined;
    const result = productBuilder();
    const outside = fn.exact?.(coefficient);
    if (outside === undefined) return undefined;
    result.coefficient = outside;
    for (const [base, exponent] of factors) {
      const power = rationalOf(exponent);
      if (power !== undefined && Q.isInteger(power)) {
        multiplyProduct(result, this.#powerOf(base, this.productOf(this.#call(fn, [base])), exponent), 1);
      } else {
        const whole = this.fromProduct({ coefficient: Q.one, factors: new Map([[base, exponent]]) });
        multiplyProduct(
          result,
          this.productOf(applyFunctionRules(call(fn, [whole]), this.#rules, this) ?? call(fn, [whole])),
          1,
        );
      }
    }
    return this.fromProduct(result);
  }

  #isNegative(e: Expr): boolean {
    const sum = this.#sums.get(e);
    if (sum !== undefined && termCount(sum) > 1) return this.#leadingSign(sum) < 0;
    return Q.sign(this.productOf(e).coefficient) < 0;
  }

  #leadingSign(sum: Sum): number {
    const leading = this.#speller.leadingCoefficient(sum);
    return Q.sign(leading);
  }

  #productOfTwo(x: Expr, y: Expr, sign: 1 | -1): Expr {
    const result = productBuilder(this.productOf(x));
    this.multiply(result, this.productOf(y), sign);
    return this.fromProduct(result);
  }

  /** Multiplies by `product ^ sign`; a division by zero stays as it is, since it has no value. */
  multiply(into: ProductBuilder, product: Product, sign: 1 | -1): void {
    if (sign < 0 && Q.isZero(product.coefficient)) multiplyPower(into, constant(0), rationalSum(Q.minusOne));
    else multiplyProduct(into, product, sign);
  }

  #powerOf(base: Expr, product: Product, exponent: Sum): Product {
    const power = rationalOf(exponent);
    if (power === undefined) return this.#symbolicPower(base, product, exponent);
    if (Q.isZero(power)) return { coefficient: Q.one, factors: noFactors };
    if (Q.isOne(power)) return product;
    return Q.isInteger(power) ? this.#wholePower(product, power) : this.#fractionalPower(base, product, power);
  }

  #wholePower(product: Product, power: Q.Rational): Product {
    const result = productBuilder();
    if (Q.isZero(product.coefficient) && Q.sign(power) < 0) {
      return { coefficient: Q.one, factors: new Map([[constant(0), rationalSum(power)]]) };
    }
    const scale = isSmall(power) ? Q.power(product.coefficient, power.numerator) : undefined;
    if (scale !== undefined && isShort(scale)) {
      result.coefficient = scale;
    } else if (Q.isOne(Q.absolute(product.coefficient))) {
      result.coefficient = Q.isEven(power) ? Q.one : product.coefficient;
    } else {
      const base = this.fromProduct({ coefficient: product.coefficient, factors: noFactors });
      result.factors.set(base, rationalSum(power));
    }
    for (const [base, exponent] of product.factors) multiplyPower(result, base, scaleSum(exponent, power));
    return result;
  }

  // (b^k)^r for a fraction r: what is under it is not negative where there is a value at all.
  #fractionalPower(base: Expr, product: Product, power: Q.Rational): Product {
    const opaque: Product = { coefficient: Q.one, factors: new Map([[base, rationalSum(power)]]) };
    const { coefficient, factors } = product;
    const result = productBuilder();
    if (factors.size === 0) return this.#powerOfNumber(coefficient, power, opaque);
    const scale = Q.isOne(coefficient) ? Q.one : exactPower(coefficient, power);
    if (scale === undefined) return opaque;
    result.coefficient = scale;
    const [[single, exponent] = [euler, oneSum]] = factors;
    if (factors.size === 1) {
      const inner = this.#singlePower(single, exponent, power);
      if (inner === undefined) {
        const rest = this.fromProduct({ coefficient: Q.one, factors });
        multiplyPower(result, rest, rationalSum(power));
      } else multiplyProduct(result, inner, 1);
      return result;
    }
    const inside = productBuilder({ coefficient: Q.one, factors });
    for (const [factor, inner] of factors) {
      const rational = rationalOf(inner);
      const outer = rational === undefined ? undefined : Q.multiply(rational, power);
      if (outer === undefined || !Q.isInteger(outer)) continue;
      if (signOf(factor) !== "positive") continue;
      inside.factors.delete(factor);
      multiplyPower(result, factor, rationalSum(outer));
    }
    multiplyPower(result, this.fromProduct(inside), rationalSum(power));
    return result;
  }

  // Whole numbers and plain fractions prime by prime, so that sqrt(8) meets sqrt(2); decimals as they are.
  #powerOfNumber(value: Q.Rational, power: Q.Rational, opaque: Product): Product {
    if (Q.isZero(value)) return Q.sign(power) > 0 ? { coefficient: Q.zero, factors: noFactors } : opaque;
    const root = exactPower(value, power);
    if (root !== undefined) return { coefficient: root, factors: noFactors };
    if (Q.sign(value) < 0) return opaque;
    const result = productBuilder();
    if (power.denominator > highestDegree || !hasExactRadicals(value)) {
      const atom = pow(rational(value), rational(power));
      return { coefficient: Q.one, factors: new Map([[atom, oneSum]]) };
    }
    if (value.denominator % 5n === 0n) {
      const base = rational(value);
      if (base.kind !== "constant") return opaque;
      multiplyPower(result, base, rationalSum(power));
    } else multiplyNumberPower(result, value, power);
    return result;
  }

  #singlePower(base: Expr, exponent: Sum, power: Q.Rational): Product | undefined {
    const inner = rationalOf(exponent);
    if (base === euler) {
      const scaled = scaleSum(exponent, power);
      const whole = [scaled.constant, ...scaled.terms.values()].every(Q.isInteger);
      return whole ? { coefficient: Q.one, factors: new Map([[base, scaled]]) } : undefined;
    }
    if (inner === undefined) return undefined;
    const outer = rationalSum(Q.multiply(inner, power));
    if (Q.isEven(inner) && signOf(base) === "unknown") {
      return this.#powerOf(base, this.productOf(this.#call(abs, [base])), outer);
    }
    const result = productBuilder();
    multiplyPower(result, base, outer);
    return result;
  }

  #symbolicPower(base: Expr, product: Product, exponent: Sum): Product {
    const { coefficient, factors } = product;
    const logarithm = log(base);
    const [[only, scale] = [euler, Q.one]] = exponent.terms;
    if (exponent.terms.size === 1 && Q.isZero(exponent.constant) && this.productOf(only).factors.has(logarithm)) {
      const rest = productBuilder(this.productOf(only));
      // base^(w / log(base)) is exp(w).
      if (Q.equals(rationalOf(rest.factors.get(logarithm) ?? oneSum) ?? Q.zero, Q.minusOne)) {
        rest.factors.delete(logarithm);
        rest.coefficient = Q.multiply(rest.coefficient, scale);
        return this.exponential(this.sumOf(this.fromProduct(rest)));
      }
    }
    if (factors.size === 0) {
      if (Q.isOne(coefficient)) return product;
      return { coefficient: Q.one, factors: new Map([[base, exponent]]) };
    }
    const [[single, inner] = [euler, oneSum]] = factors;
    if (factors.size === 1 && Q.isOne(coefficient)) {
      // exp(u)^v is exp(u * v): exp(u) is positive. Of other bases the sign is not known.
      if (single === euler) {
        const total = this.#productOfTwo(this.fromSum(inner), this.fromSum(exponent), 1);
        return this.exponential(this.sumOf(total));
      }
      if (isOneSum(inner)) return { coefficient: Q.one, factors: new Map([[single, exponent]]) };
    }
    return { coefficient: Q.one, factors: new Map([[base, exponent]]) };
  }

  // exp(c * w * log(v)) is v^(c * w).
  #exponentialOfLogarithm(term: Expr, coefficient: Q.Rational): Product | undefined {
    for (const [base, exponent] of this.productOf(term).factors) {
      if (base.kind !== "call" || !isOneSum(exponent) || (base.fn !== log && base.fn !== log1p)) continue;
      const [argument] = base.args;
      if (argument === undefined) continue;
      const inside = base.fn === log ? argument : this.apply(add, [constant(1), argument]);
      const others = productBuilder(this.productOf(term));
      others.factors.delete(base);
      others.coefficient = Q.multiply(others.coefficient, coefficient);
      return this.power(inside, this.fromProduct(others));
    }
    return undefined;
  }

  // A base that is a product itself, under a whole exponent: its own factors take its place.
  #opened(product: Product): Product {
    const inner: Product[] = [];
    const closed = productBuilder(product);
    for (const [base, exponent] of product.factors) {
      const power = rationalOf(exponent);
      if (power === undefined || !Q.isInteger(power) || base.kind === "constant" || this.#closed.has(base)) continue;
      const own = this.#products.get(base) ?? (this.isSum(base) ? this.productOf(base) : undefined);
      if (
        own === undefined ||
        own.factors.size === 0 ||
        (own.factors.size === 1 && own.factors.has(base)) ||
        own.factors.size > longest
      )
        continue;
      closed.factors.delete(base);
      inner.push(this.#wholePower(own, power));
    }
    if (inner.length === 0) return product;
    // What is opened may bring in again what was taken out, so all is taken out first.
    for (const own of inner) this.multiply(closed, own, 1);
    return this.#opened(closed);
  }

  // x*y + x*z is x*(y + z): what all terms share, under the least exponent.
  #commonFactor(sum: Sum, search: Search): Expr | undefined {
    if (!Q.isZero(sum.constant)) return undefined;
    let common: Map<Expr, Sum> | undefined;
    for (const term of sum.terms.keys()) {
      const next = new Map<Expr, Sum>();
      for (const [base, exponent] of this.productOf(term).factors) {
        const shared = sharedPower(common === undefined ? exponent : common.get(base), exponent);
        if (shared !== undefined) next.set(base, shared);
      }
      common = next;
      if (common.size === 0) return undefined;
    }
    if (common === undefined) return undefined;
    const outside = productBuilder();
    for (const [base, exponent] of common) multiplyPower(outside, base, exponent);
    const inside = sumBuilder();
    for (const [term, coefficient] of sum.terms) {
      const quotient = productBuilder(this.productOf(term));
      this.multiply(quotient, outside, -1);
      accumulate(inside, this.sumOf(this.fromProduct(quotient)), coefficient);
    }
    multiplyProduct(outside, this.productOf(this.#fromSum(inside, search)), 1);
    return this.fromProduct(outside);
  }

  // a*x + a*y + b is a*(x + y) + b: the base that saves most is taken out of the terms that have it.
  #partlyFactored(sum: Sum, plain: Expr): Sum | undefined {
    if (termCount(sum) < 3 || sum.terms.size > fewTerms) return undefined;
    const holders = new Map<Expr, Expr[]>();
    for (const term of sum.terms.keys()) {
      for (const base of this.productOf(term).factors.keys()) holders.set(base, [...(holders.get(base) ?? []), term]);
    }
    let chosen: Expr[] = [];
    let saving = 0;
    for (const [base, terms] of holders) {
      // A variable taken out of some terms of a polynomial: nobody writes y^2 + x*(x + 2*y).
      if (base.kind === "variable") continue;
      const saved = (terms.length - 1) * (base.size + 1);
      if (terms.length < termCount(sum) && saved > saving) [chosen, saving] = [terms, saved];
    }
    const group = sumBuilder();
    const rest = sumBuilder(sum);
    for (const term of chosen) {
      addTerm(group, term, sum.terms.get(term) ?? Q.zero);
      rest.terms.delete(term);
    }
    const together = chosen.length < 2 ? undefined : this.#commonFactor(group, Search.nothing);
    if (together === undefined) return undefined;
    accumulate(rest, this.sumOf(together), Q.one);
    return this.#speller.sum(rest).size < plain.size ? rest : undefined;
  }
}

/** What two powers of one base have in common: the lesser of one sign, or an exponent that is the same. */
function sharedPower(a: Sum | undefined, b: Sum): Sum | undefined {
  const [p, q] = [a === undefined ? undefined : rationalOf(a), rationalOf(b)];
  if (a === undefined) return undefined;
  if (p === undefined || q === undefined) return isZeroSum(addSums(a, b, Q.minusOne)) ? a : undefined;
  if (Q.sign(p) !== Q.sign(q)) return undefined;
  return Q.compare(Q.absolute(p), Q.absolute(q)) < 0 ? a : b;
}

/** How far the search for a smaller way to write a sum goes. What is found is searched less than what it was found in. */
const Search = { nothing: 0, factors: 1, everything: 2 } as const;
type Search = (typeof Search)[keyof typeof Search];

/** Forms longer than this stay closed: what is written out into another form must be short, or time grows as a square. */
export const longest = 32;

// Above this size the search for common factors is not worth its time.
const largest = 400;

// The search for a factor of some of the terms tries each base.
const fewTerms = 12;

// Roots of a higher degree stay as they are: nobody meets two of them.
const highestDegree = 12n;

const half = Q.rational(1n, 2n);
// A number, or a fraction of two: what takes more is no simplification of a call.
const isShort = (value: Q.Rational): boolean =>
  Q.toDouble(value) !== undefined ||
  (Q.toDouble(Q.rational(value.numerator, 1n)) !== undefined &&
    Q.toDouble(Q.rational(value.denominator, 1n)) !== undefined);

const isSmall = (power: Q.Rational): boolean => power.numerator <= 64n && power.numerator >= -64n;

function exactPower(value: Q.Rational, power: Q.Rational): Q.Rational | undefined {
  if (Q.sign(value) <= 0 || !isSmall(power)) return undefined;
  const root = Q.root(value, power.denominator);
  return root === undefined ? undefined : Q.power(root, power.numerator);
}
