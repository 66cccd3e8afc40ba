import { FluxionError } from "../expression/error.ts";
import { type Call, type Condition, describe, type Expr, type FunctionRow, isExpr } from "../expression/expression.ts";
import { add, div, e as euler, exp, mul, neg, pow, sqrt, square, sub } from "../expression/functions.ts";
import * as Q from "../expression/rational.ts";
import type { Assumptions } from "./assume.ts";
import { isNonzero, isWhole, signOf } from "./facts.ts";
import {
  accumulate,
  addTerm,
  isOneSum,
  multiplyPower,
  type NormalForms,
  type Product,
  type ProductBuilder,
  productBuilder,
  rationalOf,
  rationalSum,
  type Sum,
  type SumBuilder,
  scaleSum,
  sumBuilder,
} from "./forms.ts";
import { type Bindings, isArithmetic, matchesCall } from "./match.ts";
import {
  compileProduct,
  compileSum,
  type PatternFactor,
  type PatternTerm,
  type ProductRule,
  type SumRule,
} from "./patterns.ts";
import type { Rule } from "./rule.ts";

/** Rules by what they match: a call of a function, or two terms of a sum, or one or two factors of a product. */
export interface RuleIndex {
  readonly ofCalls: ReadonlyMap<FunctionRow, readonly Rule[]>;
  readonly ofSums: ReadonlyMap<FunctionRow, readonly SumRule[]>;
  readonly ofProducts: ReadonlyMap<FunctionRow, readonly ProductRule[]>;
}

/** The rules by what they match. A rule that is never looked for is left out: `checkLookedFor` tells. */
export function indexRules(rules: readonly Rule[]): RuleIndex {
  const ofCalls = new Map<FunctionRow, Rule[]>();
  const ofSums = new Map<FunctionRow, SumRule[]>();
  const ofProducts = new Map<FunctionRow, ProductRule[]>();
  for (const rule of rules) {
    const { from } = rule;
    if (from.kind !== "call" || builtIn.has(from.fn)) continue;
    if (from.fn === add || from.fn === sub) {
      for (const compiled of compileSum(rule, from)) push(ofSums, compiled.leading.base.fn, compiled);
    } else if (from.fn === mul || from.fn === div || from.fn === pow) {
      const compiled = compileProduct(rule, from);
      if (compiled !== undefined) push(ofProducts, compiled.first.base.fn, compiled);
    } else push(ofCalls, from.fn, rule);
  }
  return { ofCalls, ofSums, ofProducts };
}

/** Throws `bad-option` for what is no rule, `unsupported` for one whose left side is of a shape that is never looked for. */
export function checkLookedFor(rule: Rule): void {
  if (isLookedFor(rule)) return;
  throw new FluxionError(
    "unsupported",
    `the rule ${rule.name} is never looked for: its left side must be a call of a function other than exp and sqrt, or a sum or product of two powers of such calls, or of one and a number or a letter, and one of the two must hold all letters`,
  );
}

/** True of a rule whose left side is of a shape that is looked for. Throws `bad-option` for what is no rule. */
export function isLookedFor(rule: Rule): boolean {
  if (!isRule(rule)) throw new FluxionError("bad-option", `defineRule makes rules; this is none: ${describe(rule)}`);
  const { ofCalls, ofSums, ofProducts } = indexRules([rule]);
  return ofCalls.size + ofSums.size + ofProducts.size > 0;
}

const isRule = (value: unknown): value is Rule =>
  typeof value === "object" &&
  value !== null &&
  "from" in value &&
  isExpr(value.from) &&
  "to" in value &&
  isExpr(value.to) &&
  "where" in value &&
  typeof value.where === "object" &&
  value.where !== null;

/** Both indices as one; where both have a rule that matches, that of `first` is applied. */
export function joinIndices(first: RuleIndex, second: RuleIndex): RuleIndex {
  return {
    ofCalls: joinLists(first.ofCalls, second.ofCalls),
    ofSums: joinLists(first.ofSums, second.ofSums),
    ofProducts: joinLists(first.ofProducts, second.ofProducts),
  };
}

/** The result of the first rule that matches a call with canonical arguments, or undefined. */
export function applyFunctionRules(node: Call, index: RuleIndex, forms: NormalForms): Expr | undefined {
  for (const rule of index.ofCalls.get(node.fn) ?? []) {
    if (rule.from.kind !== "call" || !resembles(rule.from, node)) continue;
    const bindings = firstMatch(rule, rule.from, node, forms);
    if (bindings !== undefined) return forms.takeStep() ? forms.instantiate(rule.to, bindings) : undefined;
  }
  return undefined;
}

/** The sum after every rule for two of its terms has been applied as often as it can be. */
export function applySumRules(given: Sum, index: RuleIndex, forms: NormalForms): Sum {
  const present = new Set<FunctionRow>();
  for (const term of given.terms.keys()) noteFunctions(forms.productOf(term), present);
  if (!isAnyIn(present, index.ofSums)) return given;
  const sum = sumBuilder(given);
  // A map hands out what is added while it is walked, so that what a rule makes is looked at too.
  for (const term of sum.terms.keys()) {
    while (sum.terms.has(term) && replacePair(sum, term, present, index, forms))
      for (const made of sum.terms.keys()) noteFunctions(forms.productOf(made), present);
  }
  return sum;
}

/** The product after every rule for its factors has been applied as often as it can be. */
export function applyProductRules(given: Product, index: RuleIndex, forms: NormalForms): Product {
  if (!hasRuled(given, index)) return given;
  const present = new Set<FunctionRow>();
  noteFunctions(given, present);
  const product = productBuilder(given);
  for (const base of product.factors.keys()) {
    if (base.kind !== "call") continue;
    while (product.factors.has(base) && replaceFactors(product, base, present, index, forms))
      noteFunctions(product, present);
  }
  return product;
}

function isAnyIn(fns: ReadonlySet<FunctionRow>, rules: ReadonlyMap<FunctionRow, unknown>): boolean {
  for (const fn of fns) if (rules.has(fn)) return true;
  return false;
}

// True of a product with a power that some rule for products begins with.
function hasRuled({ factors }: Product, { ofProducts }: RuleIndex): boolean {
  for (const [base, exponent] of factors) {
    if (base.kind === "call" && ofProducts.has(functionOf(base, exponent))) return true;
  }
  return false;
}

// An exponential is a power of e with an exponent that is not one.
function noteFunctions(product: Product, into: Set<FunctionRow>): void {
  for (const [base, exponent] of product.factors) if (base.kind === "call") into.add(functionOf(base, exponent));
}

const functionOf = (base: Call, exponent: Sum): FunctionRow => (base === euler && !isOneSum(exponent) ? exp : base.fn);

function replacePair(
  sum: SumBuilder,
  term: Expr,
  present: ReadonlySet<FunctionRow>,
  index: RuleIndex,
  forms: NormalForms,
): boolean {
  const product = forms.productOf(term);
  for (const [base, exponent] of product.factors) {
    if (base.kind !== "call") continue;
    for (const compiled of index.ofSums.get(functionOf(base, exponent)) ?? []) {
      const { rule, first, second } = compiled;
      if (!areAllPresent(first, present) || !areAllPresent(second, present)) continue;
      for (const [bindings, cofactor] of withoutFactors(product, first.factors, base, forms)) {
        if (!holds(rule, bindings, forms.assume)) continue;
        if (replaceWithPartner(sum, term, compiled, cofactor, bindings, forms)) return true;
      }
    }
  }
  return false;
}

const areAllPresent = ({ factors }: PatternTerm, present: ReadonlySet<FunctionRow>): boolean =>
  factors.every(({ base }) => present.has(base.fn));

// The ways to take the factors of a pattern out of a product, the first of them of the base given.
function* withoutFactors(
  product: Product,
  [pattern, ...patterns]: readonly PatternFactor[],
  given: Expr | undefined,
  forms: NormalForms,
  bindings: Bindings = noBindings,
): Generator<readonly [Bindings, Product]> {
  if (pattern === undefined) {
    yield [bindings, product];
    return;
  }
  const bases = given === undefined ? [...product.factors.keys()] : [given];
  for (const base of bases) {
    const exponent = product.factors.get(base);
    if (exponent === undefined || base.kind !== "call" || functionOf(base, exponent) !== pattern.base.fn) continue;
    const isExponential = pattern.base.fn === exp;
    if (!isExponential && timesIn(exponent, pattern.power) < 1n) continue;
    const rest = productBuilder(product);
    if (isExponential) rest.factors.delete(base);
    else multiplyPower(rest, base, rationalSum(Q.rational(-pattern.power, 1n)));
    const node = isExponential ? exp(forms.fromSum(exponent)) : base;
    for (const next of matchesCall(pattern.base, node, bindings, forms)) {
      yield* withoutFactors(rest, patterns, undefined, forms, next);
    }
  }
}

function replaceWithPartner(
  sum: SumBuilder,
  term: Expr,
  { rule, first, second }: SumRule,
  cofactor: Product,
  bindings: Bindings,
  forms: NormalForms,
): boolean {
  const other = productBuilder(cofactor);
  for (const { base, power } of second.factors) {
    const whole = raised(forms.productOf(forms.instantiate(base, bindings)), power);
    if (whole === undefined) return false;
    forms.multiply(other, whole, 1);
  }
  const secondCoefficient = Q.multiply(second.coefficient, other.coefficient);
  if (Q.isZero(secondCoefficient)) return false;
  other.coefficient = Q.one;
  const partner = forms.fromProduct(other);
  const inSum = forms.rationalOf(partner) === undefined ? sum.terms.get(partner) : sum.constant;
  const own = sum.terms.get(term);
  if (inSum === undefined || own === undefined || partner === term) return false;
  const scale = Q.divide(own, first.coefficient);
  const otherScale = Q.divide(inSum, secondCoefficient);
  if (Q.sign(scale) !== Q.sign(otherScale)) return false;
  // Unequal coefficients: as much as both have, if a number takes their place; else the sum would not shrink.
  if (!Q.equals(scale, otherScale) && (rule.to.kind !== "constant" || second.factors.length === 0)) return false;
  if (!forms.takeStep()) return false;
  const common = Q.compare(Q.absolute(scale), Q.absolute(otherScale)) <= 0 ? scale : otherScale;
  addTerm(sum, term, Q.negate(Q.multiply(common, first.coefficient)));
  accumulate(sum, forms.sumOf(partner), Q.negate(Q.multiply(common, secondCoefficient)));
  const replacement = productBuilder(cofactor);
  forms.multiply(replacement, forms.productOf(forms.instantiate(rule.to, bindings)), 1);
  accumulate(sum, forms.sumOf(forms.fromProduct(replacement)), common);
  return true;
}

function replaceFactors(
  product: ProductBuilder,
  base: Call,
  present: ReadonlySet<FunctionRow>,
  index: RuleIndex,
  forms: NormalForms,
): boolean {
  for (const { rule, coefficient, first, second } of index.ofProducts.get(base.fn) ?? []) {
    if (second?.base.kind === "call" && !present.has(second.base.fn)) continue;
    let times = timesIn(product.factors.get(base), first.power);
    if (times < 1n) continue;
    const bindings = firstMatch(rule, first.base, base, forms);
    if (bindings === undefined) continue;
    const partner = second === undefined ? undefined : forms.instantiate(second.base, bindings);
    if (second !== undefined && partner !== undefined) {
      const available = timesIn(product.factors.get(partner), second.power);
      times = available < times ? available : times;
    }
    if (!Q.isOne(coefficient)) {
      // Once, if the number in front has it.
      if (!Q.isInteger(Q.divide(product.coefficient, coefficient))) continue;
      times = times < 1n ? times : 1n;
    }
    if (times < 1n || !forms.takeStep()) continue;
    const replacement = raised(forms.productOf(forms.instantiate(rule.to, bindings)), times);
    if (replacement === undefined) continue;
    multiplyPower(product, base, rationalSum(Q.rational(-first.power * times, 1n)));
    if (second !== undefined && partner !== undefined) {
      multiplyPower(product, partner, rationalSum(Q.rational(-second.power * times, 1n)));
    }
    product.coefficient = Q.divide(product.coefficient, coefficient);
    forms.multiply(product, replacement, 1);
    return true;
  }
  return false;
}

// How often a power goes into an exponent of the same sign.
function timesIn(exponent: Sum | undefined, power: bigint): bigint {
  const available = exponent === undefined ? undefined : rationalOf(exponent);
  if (available === undefined) return 0n;
  return Q.floor(Q.divide(available, Q.rational(power, 1n))).numerator;
}

// A coefficient under a large exponent is a number that nobody can write down.
function raised(product: Product, times: bigint): Product | undefined {
  if (times === 1n) return product;
  const isUnit = Q.isOne(Q.absolute(product.coefficient));
  if (times > mostTimes && !isUnit) return undefined;
  const coefficient = Q.power(product.coefficient, isUnit ? times % 2n : times);
  const exponent = Q.rational(times, 1n);
  return { coefficient, factors: new Map([...product.factors].map(([base, own]) => [base, scaleSum(own, exponent)])) };
}

const mostTimes = 64n;

function firstMatch(rule: Rule, pattern: Call, node: Call, forms: NormalForms): Bindings | undefined {
  if (node.fn !== pattern.fn) return undefined;
  const [letter, second] = pattern.args;
  const [argument] = node.args;
  // Most patterns are f(x), which needs no search.
  if (letter?.kind === "variable" && second === undefined && argument !== undefined) {
    const bindings: Bindings = new Map([[letter.name, argument]]);
    return holds(rule, bindings, forms.assume) ? bindings : undefined;
  }
  for (const bindings of matchesCall(pattern, node, noBindings, forms)) {
    if (holds(rule, bindings, forms.assume)) return bindings;
  }
  return undefined;
}

const noBindings: Bindings = new Map();

// A look at the arguments' own functions, which most calls fail.
function resembles(pattern: Call, node: Call): boolean {
  if (node.fn.commutative === true) return true;
  return pattern.args.every((argument, i) => {
    if (argument.kind === "variable") return true;
    const given = node.args[i];
    if (argument.kind !== "call" || argument.args.length === 0) return argument === given;
    return given?.kind === "call" && (given.fn === argument.fn || isArithmetic(argument));
  });
}

/** True if every letter's match is known to meet the letter's condition. */
export function holds(rule: Rule, bindings: Bindings, assume: Assumptions): boolean {
  return Object.entries(rule.where).every(([letter, condition]) => {
    const bound = bindings.get(letter);
    return bound !== undefined && meets(bound, condition, assume);
  });
}

function meets(e: Expr, condition: Condition, assume: Assumptions): boolean {
  switch (condition) {
    case "positive":
      return signOf(e, assume) === "positive";
    case "nonnegative":
      return signOf(e, assume) !== "unknown";
    case "nonzero":
      return isNonzero(e, assume);
    case "integer":
      return isWhole(e, assume);
    case "natural":
      return e.kind === "constant" && Number.isInteger(e.value) && e.value > 0;
    case "constant":
      return e.kind === "constant";
  }
}

// These never stay calls: the normal forms know their laws.
const builtIn: ReadonlySet<FunctionRow> = new Set<FunctionRow>([neg, exp, sqrt, square]);

function joinLists<K, V>(
  first: ReadonlyMap<K, readonly V[]>,
  second: ReadonlyMap<K, readonly V[]>,
): ReadonlyMap<K, readonly V[]> {
  const joined = new Map(second);
  for (const [key, list] of first) joined.set(key, [...list, ...(second.get(key) ?? [])]);
  return joined;
}

function push<K, V>(into: Map<K, V[]>, key: K, value: V): void {
  const list = into.get(key);
  if (list === undefined) into.set(key, [value]);
  else list.push(value);
}
