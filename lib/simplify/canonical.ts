import {
  call,
  constant,
  type Expr,
  extent,
  type FunctionRow,
  type ReductionKind,
  rebuild,
} from "../expression/expression.ts";
import {
  add,
  conditional,
  div,
  equal,
  e as euler,
  exp,
  log,
  mul,
  neg,
  pi,
  pow,
  sqrt,
  square,
  sub,
} from "../expression/functions.ts";
import * as Q from "../expression/rational.ts";
import { sortShort } from "../expression/sort.ts";
import { type Assumptions, inSymmetricOrder, noAssumptions } from "./assume.ts";
import { type Binder, binder } from "./binder.ts";
import { Budget } from "./budget.ts";
import { ContentMap, identityOfProducts, identityOfSums } from "./content.ts";
import { settleDeltas, settledDelta } from "./deltas.ts";
import { overOneDenominator } from "./denominators.ts";
import { expansionOfProduct, expansionsOfSum } from "./expand.ts";
import { commonFactor, factorOfRest, sharingTerms, withFactor } from "./factor.ts";
import {
  accumulate,
  addSums,
  addTerm,
  type IndexedForms,
  isOneSum,
  multiplyPower,
  multiplyProduct,
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
  type Tie,
  termCount,
} from "./forms.ts";
import { gatherLogarithms, logarithm, relateLogarithms } from "./logarithms.ts";
import { mergedSums } from "./merge.ts";
import { isShort } from "./numbers.ts";
import { compareExpressions } from "./order.ts";
import { PlainSpeller } from "./plain.ts";
import { exponential, power, wholePower } from "./powers.ts";
import { cancelSums } from "./quotient.ts";
import { noRanges, type Ranges } from "./ranges.ts";
import { applyFunctionRules, applyProductRules, applySumRules, type RuleIndex } from "./rules.ts";
import { inverseOfSurds } from "./squares.ts";
import { reduced } from "./sums.ts";
import { TermOrder } from "./terms.ts";
import { tieOf } from "./ties.ts";

/**
 * The canonical forms of one simplification: every expression that it makes is known as a sum and as a product, and equal forms are
 * one expression. Whether `x * (1 + y)` stays or becomes `x + x * y` is decided here alone, by size.
 */
export class Canonical implements IndexedForms {
  readonly order: TermOrder = new TermOrder(this);
  readonly #plain: PlainSpeller = new PlainSpeller(this, this.order);
  readonly assume: Assumptions;
  readonly #rules: RuleIndex;
  readonly searches: boolean;
  readonly #reduces: boolean;
  readonly ranges: Ranges;
  // Made for the first reduction: most expressions have none.
  #binder: Binder | undefined;
  readonly #reduced = new Map<Expr, Expr>();
  readonly #budget: Budget;
  #ruleDepth = 0;
  #monomialsLeft = fewMonomials;
  readonly #sums = new Map<Expr, Sum>();
  readonly #products = new Map<Expr, Product>();
  readonly #closed = new Set<Expr>();
  readonly #atoms = new Set<Expr>();
  readonly #shared = new Set<Expr>();
  readonly #ties = new Map<Expr, Tie>();
  readonly #closedForms = new Map<Product, Product>();
  #refusals = 0;
  // What forms came to: most of what one round meets, it meets again, or the next round does.
  readonly #fromProducts = new ContentMap<Product, Expr>(identityOfProducts);
  readonly #fromSums: readonly ContentMap<Sum, Expr>[] = [
    new ContentMap(identityOfSums),
    new ContentMap(identityOfSums),
    new ContentMap(identityOfSums),
  ];
  // What a search came to, by the plain spelling of the sum that it began with.
  readonly #searched: readonly [Map<Expr, Expr>, Map<Expr, Expr>, Map<Expr, Expr>] = [new Map(), new Map(), new Map()];

  /** With `searches`, sums are multiplied out or factored where that is smaller; with `reduces`, what an index allows. */
  constructor(
    rules: RuleIndex,
    { searches, reduces = true }: { readonly searches: boolean; readonly reduces?: boolean },
    assume: Assumptions = noAssumptions,
    budget: Budget = new Budget(Infinity),
    ranges: Ranges = noRanges,
  ) {
    this.#rules = rules;
    this.searches = searches;
    this.#reduces = reduces;
    this.ranges = ranges;
    this.assume = assume;
    this.#budget = budget;
  }

  /** A round begins, on an expression of so many nodes. What was closed in the last one is open again. */
  begin(nodes: number): void {
    this.#monomialsLeft = fewMonomials + 2 * nodes;
    if (this.#closed.size > 0) this.#forget();
    this.#closed.clear();
    this.#atoms.clear();
    this.#closedForms.clear();
    this.#reduced.clear();
    this.#shared.clear();
  }

  /** Chooses one name for reductions that were met under several. True if there were any new ones. */
  settleNames(): boolean {
    return this.#binder?.settle() === true;
  }

  /** Takes a step for the application of a rule; false when there is none left, or when rules call for rules without end. */
  takeStep(): boolean {
    if (this.#ruleDepth < deepestRule && this.#budget.take()) return true;
    this.#refusals++;
    return false;
  }

  /** True if so many more monomials may be multiplied out: the search for smaller forms grows with the input, no faster. */
  takeMonomials(count: number): boolean {
    this.#monomialsLeft -= count;
    if (this.#monomialsLeft >= 0) return true;
    this.#refusals++;
    return false;
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
      const scale = this.order.leadingCoefficient(sum);
      if (!Q.isOne(scale)) {
        const monic = scaleSum(sum, Q.divide(Q.one, scale));
        const primitive = this.#plain.sum(monic);
        this.#sums.set(primitive, monic);
        product = { coefficient: scale, factors: new Map([[primitive, oneSum]]) };
      }
    }
    this.#products.set(e, product);
    return product;
  }

  /** The rational that `e`, which must be canonical, is equal to, if it is one. */
  rationalOf(e: Expr): Q.Rational | undefined {
    if (e.kind === "constant") return Q.exactValue(e.value);
    const product = this.#products.get(e);
    return product !== undefined && product.factors.size === 0 ? product.coefficient : undefined;
  }

  /** True of what is a sum of several terms. */
  isSum(e: Expr): boolean {
    const sum = this.#sums.get(e);
    return sum !== undefined && termCount(sum) > 1;
  }

  /** The canonical expression of a sum. */
  fromSum(sum: Sum): Expr {
    return this.#searchedSum(sum, Search.factors);
  }

  /** The smallest canonical expression of a sum: multiplied out, or with what its terms share taken out. */
  smallestSum(sum: Sum): Expr {
    return this.#searchedSum(sum, Search.everything);
  }

  /** The canonical expression of a product. */
  fromProduct(given: Product): Expr {
    const known = this.#fromProducts.get(given);
    if (known !== undefined) return known;
    const before = this.#refusals;
    const result = this.#fromProduct(given);
    // What was refused a step may go further next time.
    if (this.#refusals === before) this.#fromProducts.set(given, result);
    return result;
  }

  #fromProduct(given: Product): Expr {
    // 0 / 0 has no value, and is given none.
    if (Q.isZero(given.coefficient)) return given.factors.has(constant(0)) ? div(0, 0) : constant(0);
    const opened = this.#opened(given);
    const settled = hasDelta(opened) ? settleDeltas(opened, this) : opened;
    const product = applyProductRules(relateLogarithms(settled), this.#rules, this);
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
    const plain = this.#plain.product(product);
    if (plain.kind !== "constant") this.#products.set(plain, product);
    return plain;
  }

  /** The smallest canonical expression of a product: multiplied out, where that is smaller. */
  smallestProduct(product: Product): Expr {
    const whole = this.fromProduct(product);
    if (whole.size > largest || !this.searches) return whole;
    const canonical = this.productOf(whole);
    if (!this.#hasSum(canonical)) return whole;
    let best = whole;
    const expanded = expansionOfProduct(canonical, this);
    const cancelled = cancelSums(canonical, this, this.order);
    const others = [
      expanded === undefined ? undefined : this.fromSum(expanded),
      cancelled === undefined ? undefined : this.fromProduct(cancelled),
      this.#rationalised(canonical),
    ];
    for (const other of others) if (other !== undefined && this.#size(other) < this.#size(best)) best = other;
    return best;
  }

  #hasSum({ factors }: Product): boolean {
    for (const base of factors.keys()) if (this.isSum(base)) return true;
    return false;
  }

  // A sign costs nothing where a difference takes it: -(x - y) / z is (y - x) / z.
  #size(e: Expr): number {
    const product = this.#products.get(e);
    if (product === undefined || Q.sign(product.coefficient) > 0) return e.size;
    for (const [base, exponent] of product.factors) {
      const power = rationalOf(exponent);
      const sum = power !== undefined && Q.isOne(Q.absolute(power)) ? this.#sums.get(base) : undefined;
      if (sum !== undefined && isDifference(sum)) return e.size - 1;
    }
    return e.size;
  }

  // 1 / (sqrt(2) + 1) as sqrt(2) - 1.
  #rationalised(product: Product): Expr | undefined {
    for (const [base, exponent] of product.factors) {
      const power = rationalOf(exponent);
      if (power === undefined || !Q.equals(power, Q.minusOne) || !this.isSum(base)) continue;
      const inverse = inverseOfSurds(base, this);
      if (inverse === undefined) continue;
      const other = productBuilder(product);
      other.factors.delete(base);
      multiplyProduct(other, this.productOf(this.fromSum(inverse)), 1);
      return this.fromProduct(other);
    }
    return undefined;
  }

  /** The canonical form of a row applied to canonical arguments. */
  apply(fn: FunctionRow, args: readonly Expr[]): Expr {
    const [x, y, z] = args;
    if (x !== undefined && y !== undefined) {
      if (fn === add) return this.fromSum(addSums(this.sumOf(x), this.sumOf(y)));
      if (fn === sub) return this.fromSum(addSums(this.sumOf(x), this.sumOf(y), Q.minusOne));
      if (fn === mul) return this.#productOfTwo(x, y, 1);
      if (fn === div) return this.#productOfTwo(x, y, -1);
      if (fn === pow) return this.fromProduct(power(x, this.sumOf(y), this));
    }
    if (x !== undefined) {
      if (fn === neg) return this.fromSum(scaleSum(this.sumOf(x), Q.minusOne));
      if (fn === sqrt) return this.fromProduct(power(x, rationalSum(Q.half), this));
      if (fn === square) return this.fromProduct(power(x, rationalSum(two), this));
      if (fn === exp) return this.fromProduct(exponential(this.sumOf(x), this));
      const taken = fn === log ? logarithm(x, this) : undefined;
      if (taken !== undefined) return this.fromSum(taken);
    }
    if (fn === conditional && x !== undefined && y !== undefined && z !== undefined) {
      const condition = this.rationalOf(x);
      if (condition !== undefined) return Q.isZero(condition) ? z : y;
    }
    return this.#call(fn, args);
  }

  /** A node of any shape with canonical arguments. */
  rebuild(node: Expr, args: readonly Expr[]): Expr {
    if (node.kind === "call") return this.apply(node.fn, args);
    const same = rebuild(node, args);
    if (same.kind === "variable") return inSymmetricOrder(same, this.assume);
    if (same.kind === "delta") return settledDelta(same);
    if (same.kind === "extent") return extent(this.ranges.of(same.index));
    if (same.kind !== "reduction") return same;
    if (!this.#reduces) return this.close(same.operation, same.index, same.body);
    const known = this.#reduced.get(same);
    if (known !== undefined) return known;
    const result = this.takeStep() ? reduced(same, this) : same;
    this.#reduced.set(same, result);
    return result;
  }

  /** A reduction that is left as it is, under the name that its equals have. */
  close(operation: ReductionKind, index: string, body: Expr): Expr {
    this.#binder ??= binder(this);
    return this.#binder.close(operation, index, body);
  }

  /** An operand of a rule, its letters replaced by canonical expressions. As deep as the rule, which its author wrote. */
  instantiate(pattern: Expr, bindings: ReadonlyMap<string, Expr>): Expr {
    if (pattern.kind === "variable") return bindings.get(pattern.name) ?? pattern;
    if (pattern.args.length === 0) return pattern;
    this.#ruleDepth++;
    const args = pattern.args.map(argument => this.instantiate(argument, bindings));
    const result = this.rebuild(pattern, args);
    this.#ruleDepth--;
    return result;
  }

  /** Multiplies by `product ^ sign`; a division by zero stays as it is, since it has no value. */
  multiply(into: ProductBuilder, product: Product, sign: 1 | -1): void {
    if (sign < 0 && Q.isZero(product.coefficient)) multiplyPower(into, constant(0), rationalSum(Q.minusOne));
    else multiplyProduct(into, product, sign);
  }

  /** A product as one factor that stays one whatever it meets; its coefficient apart from it, or within. */
  closed(product: Product, coefficientWithin: boolean): Product {
    const known = this.#closedForms.get(product);
    if (known !== undefined) return known;
    const [outside, inside] = coefficientWithin ? [Q.one, product.coefficient] : [product.coefficient, Q.one];
    const whole = this.fromProduct({ coefficient: inside, factors: product.factors });
    if (!this.#closed.has(whole)) this.#forget();
    this.#closed.add(whole);
    if (coefficientWithin) this.#atoms.add(whole);
    const form: Product = { coefficient: outside, factors: new Map([[whole, oneSum]]) };
    this.#closedForms.set(product, form);
    return form;
  }

  // What forms came to depends on what is closed.
  #forget(): void {
    this.#fromProducts.clear();
    for (const known of this.#fromSums) known.clear();
  }

  /** Says that several others read `e`. */
  share(e: Expr): void {
    this.#shared.add(e);
  }

  /** True of a reduction that several others read: taken apart for one of them it would be computed twice. */
  isShared(e: Expr): boolean {
    return this.#shared.has(e);
  }

  /** `e` as one factor, whatever it meets; with its coefficient, if it has one. */
  keptWhole(e: Expr): Expr {
    const [whole = e] = this.closed(this.productOf(e), true).factors.keys();
    return whole;
  }

  /** True of what stays one factor, whatever it meets. */
  isClosed(e: Expr): boolean {
    return this.#closed.has(e);
  }

  /** Lets `made` stay one factor if `e` does. */
  keepClosed(e: Expr, made: Expr): void {
    if (this.#closed.has(e)) {
      if (!this.#closed.has(made)) this.#forget();
      this.#closed.add(made);
    }
    if (this.#atoms.has(e)) this.#atoms.add(made);
  }

  /** True of a product that stays one, its coefficient within: no scale is to be taken out of it, and no sign. */
  isAtom(e: Expr): boolean {
    return this.#atoms.has(e);
  }

  #searchedSum(given: Sum, search: Search): Expr {
    const known = this.#fromSums[search]?.get(given);
    if (known !== undefined) return known;
    const before = this.#refusals;
    const result = this.#fromSum(given, search);
    if (this.#refusals === before) this.#fromSums[search]?.set(given, result);
    return result;
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
    const plain = this.#plain.sum(sum);
    const known = this.#searched[search].get(plain);
    if (known !== undefined) return known;
    let best = plain;
    for (const other of this.#rearranged(sum, plain, search)) if (this.#size(other) < this.#size(best)) best = other;
    if (best === plain) this.#sums.set(best, sum);
    this.#searched[search].set(plain, best);
    return best;
  }

  // The other ways to write a sum: multiplied out, and with what all or some of its terms share taken out.
  *#rearranged(sum: Sum, plain: Expr, search: Search): Generator<Expr> {
    if (plain.size > largest || search === Search.nothing || !this.searches) return;
    const merged = mergedSums(sum, this);
    if (merged !== undefined) yield this.fromSum(merged);
    if (search === Search.everything) {
      const fraction = overOneDenominator(sum, this);
      if (fraction !== undefined) yield this.fromProduct(fraction);
      for (const expanded of expansionsOfSum(sum, this)) yield this.fromSum(expanded);
    }
    const gathered = gatherLogarithms(sum, this);
    if (gathered !== undefined) yield this.fromSum(gathered);
    const factored = commonFactor(sum, this) ?? factorOfRest(sum, this);
    if (factored !== undefined) {
      yield withFactor(factored, this.fromSum(factored.inside), this);
      return;
    }
    const sharing = sharingTerms(sum, this);
    const common = sharing === undefined ? undefined : commonFactor(sharing.shared, this);
    if (sharing === undefined || common === undefined) return;
    const partly = sumBuilder(sharing.rest);
    accumulate(partly, this.sumOf(withFactor(common, this.#searchedSum(common.inside, Search.nothing), this)), Q.one);
    if (this.#plain.sum(partly).size < plain.size) yield this.fromSum(partly);
  }

  #call(fn: FunctionRow, given: readonly Expr[]): Expr {
    const args = fn.commutative === true ? sortShort([...given], (a, b) => compareExpressions(a, b)) : given;
    const exact = this.#exactValue(fn, args);
    if (exact !== undefined) return this.fromProduct({ coefficient: exact, factors: noFactors });
    const [x] = args;
    if (x !== undefined && args.length === 1) {
      const parts = fn.multiplicative === true ? this.#multiplied(fn, x) : undefined;
      if (parts !== undefined) return parts;
      if (fn.parity !== undefined && this.#isNegative(x)) {
        const value = this.#call(fn, [this.apply(neg, [x])]);
        return fn.parity === "even" ? value : this.apply(neg, [value]);
      }
    }
    return this.#turned(fn, args) ?? this.#ruled(fn, fn === equal ? this.#tied(args) : args);
  }

  #tied([x, y]: readonly Expr[]): readonly Expr[] {
    if (x === undefined || y === undefined) return [];
    const tie = tieOf(x, y, this);
    if (tie === undefined) return [x, y];
    const sides = [tie.body, tie.extreme].sort((a, b) => compareExpressions(a, b));
    this.#ties.set(call(equal, sides), tie);
    return sides;
  }

  /** What a comparison compares, if that is a body and its extreme. */
  tieIn(e: Expr): Tie | undefined {
    return this.#ties.get(e);
  }

  // A function of an angle: half turns beyond the first quarter on either side only change its sign.
  #turned(fn: FunctionRow, [angle]: readonly Expr[]): Expr | undefined {
    if (fn.halfTurn === undefined || angle === undefined) return undefined;
    const sum = this.sumOf(angle);
    const halfTurns = sum.terms.get(pi);
    if (halfTurns === undefined || Q.compare(Q.absolute(halfTurns), Q.half) <= 0) return undefined;
    let whole = Q.floor(Q.add(halfTurns, Q.half));
    // A quarter of a turn on either side: whole turns rather.
    if (Q.equals(Q.subtract(halfTurns, Q.half), Q.subtract(whole, Q.one)) && !Q.isEven(whole))
      whole = Q.subtract(whole, Q.one);
    const rest = sumBuilder(sum);
    addTerm(rest, pi, Q.negate(whole));
    const inside = this.fromSum(rest);
    const isOpposite = fn.halfTurn === "opposite" && !Q.isEven(whole);
    if (inside.size > angle.size) return undefined;
    const value = this.#call(fn, [inside]);
    const signed = isOpposite ? this.apply(neg, [value]) : value;
    return signed.size <= angle.size + 1 ? signed : undefined;
  }

  #ruled(fn: FunctionRow, args: readonly Expr[]): Expr {
    const node = call(fn, args);
    return applyFunctionRules(node, this.#rules, this) ?? node;
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
    const outside = fn.exact?.(coefficient);
    if (outside === undefined) return undefined;
    const result = productBuilder();
    result.coefficient = outside;
    for (const [base, exponent] of factors) {
      const number = rationalOf(exponent);
      const isWhole = number !== undefined && Q.isInteger(number);
      const whole = this.fromProduct({ coefficient: Q.one, factors: new Map([[base, exponent]]) });
      multiplyProduct(
        result,
        isWhole ? power(this.#call(fn, [base]), exponent, this) : this.productOf(this.#ruled(fn, [whole])),
        1,
      );
    }
    return this.fromProduct(result);
  }

  #isNegative(e: Expr): boolean {
    const sum = this.#sums.get(e);
    if (sum !== undefined && termCount(sum) > 1) return Q.sign(this.order.leadingCoefficient(sum)) < 0;
    return Q.sign(this.productOf(e).coefficient) < 0;
  }

  #productOfTwo(x: Expr, y: Expr, sign: 1 | -1): Expr {
    const result = productBuilder(this.productOf(x));
    this.multiply(result, this.productOf(y), sign);
    return this.fromProduct(result);
  }

  // A base that is a product itself, under a whole exponent: its own factors take its place.
  #opened(product: Product): Product {
    let inner: Product[] | undefined;
    let opened: ProductBuilder | undefined;
    for (const [base, exponent] of product.factors) {
      const own = base.kind === "call" ? this.#insideOf(base, exponent) : undefined;
      if (own === undefined) continue;
      // What is opened may bring in again what was taken out, so all is taken out first.
      opened ??= productBuilder(product);
      opened.factors.delete(base);
      inner ??= [];
      inner.push(own);
    }
    if (opened === undefined || inner === undefined) return product;
    for (const own of inner) this.multiply(opened, own, 1);
    return this.#opened(opened);
  }

  #insideOf(base: Expr, exponent: Sum): Product | undefined {
    const number = rationalOf(exponent);
    if (number === undefined || !Q.isInteger(number) || this.#closed.has(base)) return undefined;
    const own = this.#products.get(base) ?? (this.isSum(base) ? this.productOf(base) : undefined);
    if (own === undefined || own.factors.size === 0 || own.factors.size > longest) return undefined;
    if (own.factors.size === 1 && own.factors.has(base)) return undefined;
    return wholePower(own, number, this);
  }
}

function hasDelta({ factors }: Product): boolean {
  for (const base of factors.keys()) if (base.kind === "delta") return true;
  return false;
}

/** Forms longer than this stay closed: what is written out into another form must be short, or time grows as a square. */
export const longest = 32;

/** How far the search for a smaller way to write a sum goes. What is found is searched less than what it was found in. */
const Search = { nothing: 0, factors: 1, everything: 2 } as const;
type Search = (typeof Search)[keyof typeof Search];

const isDifference = ({ constant: rest, terms }: Sum): boolean =>
  Q.sign(rest) < 0 || [...terms.values()].some(coefficient => Q.sign(coefficient) < 0);

// Above this size the search for common factors is not worth its time.
const largest = 400;

// So many are multiplied out for the smallest input.
const fewMonomials = 500;

// No rule of the table comes near.
const deepestRule = 64;

const two = Q.integer(2);
