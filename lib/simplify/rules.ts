import { asExpr, type Call, type Condition, type Expr, type FunctionRow, variable } from "../expression/expression.ts";
import { topologicalOrder } from "../expression/fold.ts";
import { add, div, e as euler, exp, functions, mul, neg, pow, sub } from "../expression/functions.ts";
import * as Q from "../expression/rational.ts";
import { isWhole, signOf } from "./facts.ts";
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

/**
 * An equation in the language of expressions: wherever `from` has a value and every letter meets its condition, `to` has the
 * same. The letters of `from` are the wildcards.
 */
export interface Rule {
  readonly name: string;
  readonly from: Expr;
  readonly to: Expr;
  readonly where: Readonly<Record<string, Condition>>;
  /** What an application lowers, so that applying rules ends. */
  readonly lowers: "nodes" | "operations";
}

/** The identities of the table as rules. */
export const tableRules = (): readonly Rule[] => rulesOf("identities");

/** The contractions of the table as rules: they come last. */
export const contractionRules = (): readonly Rule[] => rulesOf("contractions");

function rulesOf(column: "identities" | "contractions"): readonly Rule[] {
  const [x, y, z] = [variable("x"), variable("y"), variable("z")];
  return [...functions.values()].flatMap(row =>
    (row[column]?.(x, y, z) ?? []).map(([from, to, where = {}]) => {
      const target = asExpr(to);
      const lowers = target.size < from.size ? "nodes" : "operations";
      // The name is for who reads it: to print all of them would be most of the time of a first run.
      return {
        get name(): string {
          return `${from} = ${target}`;
        },
        from,
        to: target,
        where,
        lowers,
      } as const;
    }),
  );
}

/** Rules by what they match: a call of a function, or two terms of a sum, or one or two factors of a product. */
export interface RuleIndex {
  readonly ofCalls: ReadonlyMap<FunctionRow, readonly Rule[]>;
  readonly ofSums: ReadonlyMap<FunctionRow, readonly SumRule[]>;
  readonly ofProducts: ReadonlyMap<FunctionRow, readonly ProductRule[]>;
}

/** A power of a call whose arguments hold the wildcards. */
interface PatternFactor {
  readonly base: Call;
  readonly power: bigint;
}

/** A number times powers of calls: none, one or two. */
interface PatternTerm {
  readonly coefficient: Q.Rational;
  readonly factors: readonly PatternFactor[];
}

/** `p * A + q * B` becomes `to`, where `A` is a power of a call or a product of two, and `B` another or a number. */
interface SumRule {
  readonly rule: Rule;
  /** The first factor of the first term: all that it needs is known by its function. */
  readonly leading: PatternFactor;
  readonly first: PatternTerm;
  readonly second: PatternTerm;
}

interface ProductRule {
  readonly rule: Rule;
  /** The rule takes a whole multiple of this. */
  readonly coefficient: Q.Rational;
  readonly first: PatternFactor;
  /** A call, or the wildcard alone, or nothing. */
  readonly second: { readonly base: Expr; readonly power: bigint } | undefined;
}

/** True of a rule that brings in a function of which there was none: shorter to read, but one more to compute. */
export function bringsInFunction({ from, to }: Rule): boolean {
  const before = new Set(namedFunctions(from));
  return namedFunctions(to).some(fn => !before.has(fn));
}

/** The functions of the calls within `e` that are no operators and no numbers. */
export const namedFunctions = (e: Expr): readonly FunctionRow[] =>
  topologicalOrder(e).flatMap(node =>
    node.kind === "call" && node.fn.operator === undefined && node.args.length > 0 ? [node.fn] : [],
  );

export function indexRules(rules: readonly Rule[]): RuleIndex {
  const ofCalls = new Map<FunctionRow, Rule[]>();
  const ofSums = new Map<FunctionRow, SumRule[]>();
  const ofProducts = new Map<FunctionRow, ProductRule[]>();
  for (const rule of rules) {
    const { from } = rule;
    if (from.kind !== "call") continue;
    if (from.fn === add || from.fn === sub) {
      for (const compiled of compileSum(rule, from)) push(ofSums, compiled.leading.base.fn, compiled);
    } else if (from.fn === mul || from.fn === div || from.fn === pow) {
      const compiled = compileProduct(rule, from);
      if (compiled !== undefined) push(ofProducts, compiled.first.base.fn, compiled);
    } else push(ofCalls, from.fn, rule);
  }
  return { ofCalls, ofSums, ofProducts };
}

/** The result of the first rule that matches a call with canonical arguments, or undefined. */
export function applyFunctionRules(node: Call, index: RuleIndex, forms: NormalForms): Expr | undefined {
  for (const rule of index.ofCalls.get(node.fn) ?? []) {
    if (!resembles(rule.from, node)) continue;
    const bindings = new Map<string, Expr>();
    if (matches(rule.from, node, bindings) && holds(rule, bindings)) return forms.instantiate(rule.to, bindings);
  }
  return undefined;
}

/** The sum after every rule for two of its terms has been applied as often as it can be. */
export function applySumRules(given: Sum, index: RuleIndex, forms: NormalForms): Sum {
  const present = new Set<FunctionRow>();
  const note = (term: Expr): void => noteFunctions(forms.productOf(term), present);
  for (const term of given.terms.keys()) note(term);
  if (![...present].some(fn => index.ofSums.has(fn))) return given;
  const sum = sumBuilder(given);
  // A map hands out what is added while it is walked, so that what a rule makes is looked at too.
  for (const term of sum.terms.keys()) {
    while (sum.terms.has(term) && replacePair(sum, term, present, index, forms))
      for (const made of sum.terms.keys()) note(made);
  }
  return sum;
}

/** The product after every rule for its factors has been applied as often as it can be. */
export function applyProductRules(given: Product, index: RuleIndex, forms: NormalForms): Product {
  const present = new Set<FunctionRow>();
  noteFunctions(given, present);
  if (![...present].some(fn => index.ofProducts.has(fn))) return given;
  const product = productBuilder(given);
  for (const base of product.factors.keys()) {
    if (base.kind !== "call") continue;
    while (product.factors.has(base) && replaceFactors(product, base, present, index, forms))
      noteFunctions(product, present);
  }
  return product;
}

// An exponential is a power of e with an exponent that is not one.
function noteFunctions(product: Product, into: Set<FunctionRow>): void {
  for (const [base, exponent] of product.factors) {
    if (base === euler && !isOneSum(exponent)) into.add(exp);
    else if (base.kind === "call") into.add(base.fn);
  }
}

function replacePair(
  sum: SumBuilder,
  term: Expr,
  present: ReadonlySet<FunctionRow>,
  index: RuleIndex,
  forms: NormalForms,
): boolean {
  for (const [base, exponent] of forms.productOf(term).factors) {
    if (base.kind !== "call") continue;
    const fn = base === euler && !isOneSum(exponent) ? exp : base.fn;
    for (const compiled of index.ofSums.get(fn) ?? []) {
      const { rule, first, second } = compiled;
      if (!areAllPresent(first, present) || !areAllPresent(second, present)) continue;
      const cofactor = productBuilder(forms.productOf(term));
      const bindings = new Map<string, Expr>();
      if (
        !first.factors.every((factor, i) => takeFactor(cofactor, factor, i === 0 ? base : undefined, bindings, forms))
      )
        continue;
      if (holds(rule, bindings) && replaceWithPartner(sum, term, compiled, cofactor, bindings, forms)) return true;
    }
  }
  return false;
}

const areAllPresent = ({ factors }: PatternTerm, present: ReadonlySet<FunctionRow>): boolean =>
  factors.every(({ base }) => present.has(base.fn));

// Takes a power that matches the pattern out of a product: that of the base given, or the first that there is.
function takeFactor(
  product: ProductBuilder,
  { base: pattern, power }: PatternFactor,
  given: Expr | undefined,
  bindings: Map<string, Expr>,
  forms: NormalForms,
): boolean {
  for (const base of given === undefined ? product.factors.keys() : [given]) {
    const exponent = product.factors.get(base);
    if (exponent === undefined) continue;
    if (base === euler && pattern.fn === exp) {
      const [inside] = pattern.args;
      if (inside === undefined || !matches(inside, forms.fromSum(exponent), bindings)) continue;
      product.factors.delete(base);
      return true;
    }
    if (timesIn(exponent, power) < 1n || !matches(pattern, base, bindings)) continue;
    multiplyPower(product, base, rationalSum(Q.rational(-power, 1n)));
    return true;
  }
  return false;
}

function replaceWithPartner(
  sum: SumBuilder,
  term: Expr,
  { rule, first, second }: SumRule,
  cofactor: Product,
  bindings: ReadonlyMap<string, Expr>,
  forms: NormalForms,
): boolean {
  const other = productBuilder(cofactor);
  for (const { base, power } of second.factors) {
    const whole = raised(forms.productOf(forms.instantiate(base, bindings)), power);
    if (whole === undefined) return false;
    forms.multiply(other, whole, 1);
  }
  const otherSign = other.coefficient;
  other.coefficient = Q.one;
  const partner = forms.fromProduct(other);
  const inSum = forms.rationalOf(partner) === undefined ? sum.terms.get(partner) : sum.constant;
  const own = sum.terms.get(term);
  if (inSum === undefined || own === undefined || partner === term) return false;
  const secondCoefficient = Q.multiply(second.coefficient, otherSign);
  const scale = Q.divide(own, first.coefficient);
  const otherScale = Q.divide(inSum, secondCoefficient);
  if (Q.sign(scale) !== Q.sign(otherScale)) return false;
  // Unequal coefficients: as much as both have, if a number takes their place; else the sum would not shrink.
  if (!Q.equals(scale, otherScale) && (rule.to.kind !== "constant" || second.factors.length === 0)) return false;
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
    const bindings = new Map<string, Expr>();
    if (!matches(first.base, base, bindings) || !holds(rule, bindings)) continue;
    const partner = second === undefined ? undefined : forms.instantiate(second.base, bindings);
    if (second !== undefined && partner !== undefined) {
      const available = timesIn(product.factors.get(partner), second.power);
      times = available < times ? available : times;
    }
    if (times < 1n) continue;
    if (!Q.isOne(coefficient)) {
      // One at a time, as long as the number in front lasts.
      if (!Q.isInteger(Q.divide(product.coefficient, coefficient))) continue;
      times = 1n;
    }
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

// A look at the arguments' own functions, which most calls fail.
function resembles(pattern: Expr, node: Call): boolean {
  if (node.fn.commutative === true) return true;
  return pattern.args.every((argument, i) => {
    if (argument.kind === "variable") return true;
    const given = node.args[i];
    if (argument.kind !== "call" || argument.args.length === 0) return argument === given;
    return given?.kind === "call" && given.fn === argument.fn;
  });
}

function matches(pattern: Expr, node: Expr, bindings: Map<string, Expr>): boolean {
  if (pattern.kind === "variable") {
    const bound = bindings.get(pattern.name);
    if (bound === undefined) bindings.set(pattern.name, node);
    return bound === undefined || bound === node;
  }
  if (pattern.kind !== "call" || pattern.args.length === 0) return pattern === node;
  if (node.kind !== "call" || node.fn !== pattern.fn) return false;
  if (pattern.fn.commutative !== true) {
    return pattern.args.every((argument, i) => matchesAt(argument, node.args[i], bindings));
  }
  const before = new Map(bindings);
  if (pattern.args.every((argument, i) => matchesAt(argument, node.args[i], bindings))) return true;
  restore(bindings, before);
  return pattern.args.every((argument, i) => matchesAt(argument, node.args[node.args.length - 1 - i], bindings));
}

const matchesAt = (pattern: Expr, node: Expr | undefined, bindings: Map<string, Expr>): boolean =>
  node !== undefined && matches(pattern, node, bindings);

function restore(bindings: Map<string, Expr>, before: ReadonlyMap<string, Expr>): void {
  bindings.clear();
  for (const [name, bound] of before) bindings.set(name, bound);
}

/** True if every letter's match is known to meet the letter's condition. */
function holds(rule: Rule, bindings: ReadonlyMap<string, Expr>): boolean {
  return Object.entries(rule.where).every(([letter, condition]) => {
    const bound = bindings.get(letter);
    return bound !== undefined && meets(bound, condition);
  });
}

function meets(e: Expr, condition: Condition): boolean {
  switch (condition) {
    case "positive":
      return signOf(e) === "positive";
    case "nonnegative":
      return signOf(e) !== "unknown";
    case "nonzero":
      return signOf(e) === "positive" || (e.kind === "constant" && e.value !== 0);
    case "integer":
      return isWhole(e);
    case "natural":
      return e.kind === "constant" && Number.isInteger(e.value) && e.value > 0;
    case "constant":
      return e.kind === "constant";
  }
}

// Each term that has calls may be the one that is looked for first.
function compileSum(rule: Rule, from: Call): readonly SumRule[] {
  const [left, right] = from.args.map(patternTerm);
  if (left === undefined || right === undefined) return [];
  const second = from.fn === sub ? { ...right, coefficient: Q.negate(right.coefficient) } : right;
  const pairs = [
    [left, second],
    [second, left],
  ] as const;
  return pairs.flatMap(([first, other]) => {
    const [leading] = first.factors;
    // Only the side that binds the letters plainly can come first.
    if (leading === undefined || !first.factors.every(({ base }) => bindsPlainly(base))) return [];
    return [{ rule, leading, first, second: other }];
  });
}

function patternTerm(pattern: Expr): PatternTerm | undefined {
  if (pattern.kind === "constant") return { coefficient: Q.exactValue(pattern.value), factors: [] };
  const factor = patternFactor(pattern);
  if (factor !== undefined) return { coefficient: Q.one, factors: [factor] };
  if (pattern.kind !== "call" || pattern.fn !== mul) return undefined;
  const [left, right] = pattern.args.map(patternTerm);
  if (left === undefined || right === undefined) return undefined;
  return {
    coefficient: Q.multiply(left.coefficient, right.coefficient),
    factors: [...left.factors, ...right.factors],
  };
}

function compileProduct(rule: Rule, from: Call): ProductRule | undefined {
  const [left, right] = from.args;
  if (left === undefined || right === undefined) return undefined;
  if (from.fn === pow) {
    const first = patternFactor(from);
    return first === undefined ? undefined : { rule, coefficient: Q.one, first, second: undefined };
  }
  if (left.kind === "constant" && right.kind === "call" && from.fn === mul) {
    const coefficient = Q.exactValue(left.value);
    const only = patternFactor(right);
    if (only !== undefined) return { rule, coefficient, first: only, second: undefined };
    const inside = compileProduct(rule, right);
    return inside === undefined ? undefined : { ...inside, coefficient };
  }
  const sign = from.fn === div ? -1n : 1n;
  const [first, second] = [patternFactor(left), patternFactor(right)];
  if (first !== undefined) {
    const other = second ?? { base: right, power: 1n };
    return { rule, coefficient: Q.one, first, second: { base: other.base, power: sign * other.power } };
  }
  if (second === undefined) return undefined;
  const partner = { base: left, power: 1n };
  return { rule, coefficient: Q.one, first: { base: second.base, power: sign * second.power }, second: partner };
}

function patternFactor(pattern: Expr): PatternFactor | undefined {
  if (pattern.kind !== "call" || pattern.fn === neg || pattern.fn === mul || pattern.args.length === 0)
    return undefined;
  if (pattern.fn === div) {
    const [one, below] = pattern.args;
    const inverse = below === undefined ? undefined : patternFactor(below);
    if (one?.kind !== "constant" || one.value !== 1 || inverse === undefined) return undefined;
    return { base: inverse.base, power: -inverse.power };
  }
  if (pattern.fn !== pow) return { base: pattern, power: 1n };
  const [base, exponent] = pattern.args;
  if (base?.kind !== "call" || exponent?.kind !== "constant") return undefined;
  return { base, power: BigInt(exponent.value) };
}

const bindsPlainly = (base: Call): boolean => base.args.every(argument => argument.kind === "variable");

function push<K, V>(into: Map<K, V[]>, key: K, value: V): void {
  const list = into.get(key);
  if (list === undefined) into.set(key, [value]);
  else list.push(value);
}
