import { asExpr, type Call, type Condition, type Expr, type FunctionRow, variable } from "../expression/expression.ts";
import { topologicalOrder } from "../expression/fold.ts";
import { add, div, functions, mul, neg, pow, sub } from "../expression/functions.ts";
import * as Q from "../expression/rational.ts";
import { isWhole, signOf } from "./facts.ts";
import {
  accumulate,
  addTerm,
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
export function tableRules(): readonly Rule[] {
  const [x, y, z] = [variable("x"), variable("y"), variable("z")];
  return [...functions.values()].flatMap(row =>
    (row.identities?.(x, y, z) ?? []).map(([from, to, where = {}]) => {
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

/** `p * A + q * B` becomes `to`, where `A` is a power of a call, and `B` another or, if absent, a number. */
interface SumRule {
  readonly rule: Rule;
  readonly first: PatternFactor;
  readonly firstCoefficient: Q.Rational;
  readonly second: PatternFactor | undefined;
  readonly secondCoefficient: Q.Rational;
}

interface ProductRule {
  readonly rule: Rule;
  readonly first: PatternFactor;
  /** A call, or the wildcard alone, or nothing. */
  readonly second: { readonly base: Expr; readonly power: bigint } | undefined;
}

/** True of a rule that brings in a function of which there was none: shorter to read, but one more to compute. */
export function bringsInFunction({ from, to }: Rule): boolean {
  const isFunction = (node: Expr): boolean =>
    node.kind === "call" && node.fn.operator === undefined && node.args.length > 0;
  const before = new Set(topologicalOrder(from).flatMap(node => (node.kind === "call" ? [node.fn] : [])));
  return topologicalOrder(to).some(node => isFunction(node) && node.kind === "call" && !before.has(node.fn));
}

export function indexRules(rules: readonly Rule[]): RuleIndex {
  const ofCalls = new Map<FunctionRow, Rule[]>();
  const ofSums = new Map<FunctionRow, SumRule[]>();
  const ofProducts = new Map<FunctionRow, ProductRule[]>();
  for (const rule of rules) {
    const { from } = rule;
    if (from.kind !== "call") continue;
    if (from.fn === add || from.fn === sub) {
      for (const compiled of compileSum(rule, from)) push(ofSums, compiled.first.base.fn, compiled);
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

function noteFunctions(product: Product, into: Set<FunctionRow>): void {
  for (const base of product.factors.keys()) if (base.kind === "call") into.add(base.fn);
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
    for (const compiled of index.ofSums.get(base.fn) ?? []) {
      const { rule, first, second } = compiled;
      if (second !== undefined && !present.has(second.base.fn)) continue;
      if (timesIn(exponent, first.power) < 1n) continue;
      const bindings = new Map<string, Expr>();
      if (!matches(first.base, base, bindings) || !holds(rule, bindings)) continue;
      const cofactor = productBuilder(forms.productOf(term));
      multiplyPower(cofactor, base, rationalSum(Q.rational(-first.power, 1n)));
      if (replaceWithPartner(sum, term, compiled, cofactor, bindings, forms)) return true;
    }
  }
  return false;
}

function replaceWithPartner(
  sum: SumBuilder,
  term: Expr,
  { rule, firstCoefficient, second, secondCoefficient }: SumRule,
  cofactor: Product,
  bindings: ReadonlyMap<string, Expr>,
  forms: NormalForms,
): boolean {
  const other = productBuilder(cofactor);
  if (second !== undefined) {
    const base = forms.instantiate(second.base, bindings);
    multiplyPower(other, base, rationalSum(Q.rational(second.power, 1n)));
  }
  const partner = forms.fromProduct(other);
  const inSum = forms.rationalOf(partner) === undefined ? sum.terms.get(partner) : sum.constant;
  const own = sum.terms.get(term);
  if (inSum === undefined || own === undefined || partner === term) return false;
  const scale = Q.divide(own, firstCoefficient);
  const otherScale = Q.divide(inSum, secondCoefficient);
  if (Q.sign(scale) !== Q.sign(otherScale)) return false;
  // Unequal coefficients: as much as both have, if a number takes their place; else the sum would not shrink.
  if (!Q.equals(scale, otherScale) && (rule.to.kind !== "constant" || second === undefined)) return false;
  const common = Q.compare(Q.absolute(scale), Q.absolute(otherScale)) <= 0 ? scale : otherScale;
  addTerm(sum, term, Q.negate(Q.multiply(common, firstCoefficient)));
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
  for (const { rule, first, second } of index.ofProducts.get(base.fn) ?? []) {
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
    const replacement = raised(forms.productOf(forms.instantiate(rule.to, bindings)), times);
    if (replacement === undefined) continue;
    multiplyPower(product, base, rationalSum(Q.rational(-first.power * times, 1n)));
    if (second !== undefined && partner !== undefined) {
      multiplyPower(product, partner, rationalSum(Q.rational(-second.power * times, 1n)));
    }
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

// Each term that is a power of a call may be the one that is looked for first.
function compileSum(rule: Rule, from: Call): readonly SumRule[] {
  const [left, right] = from.args;
  if (left === undefined || right === undefined) return [];
  const sides = [
    { factor: patternFactor(left), coefficient: Q.one, number: left.kind === "constant" ? left.value : undefined },
    {
      factor: patternFactor(right),
      coefficient: from.fn === sub ? Q.minusOne : Q.one,
      number: right.kind === "constant" ? right.value : undefined,
    },
  ];
  return sides.flatMap((side, i) => {
    const other = sides[1 - i];
    if (side.factor === undefined || other === undefined) return [];
    // Only the side that binds the letters plainly can come first.
    if (!bindsPlainly(side.factor.base)) return [];
    if (other.factor === undefined && other.number === undefined) return [];
    const secondCoefficient =
      other.number === undefined ? other.coefficient : Q.multiply(other.coefficient, Q.exactValue(other.number));
    return [{ rule, first: side.factor, firstCoefficient: side.coefficient, second: other.factor, secondCoefficient }];
  });
}

function compileProduct(rule: Rule, from: Call): ProductRule | undefined {
  const [left, right] = from.args;
  if (left === undefined || right === undefined) return undefined;
  if (from.fn === pow) {
    const first = patternFactor(from);
    return first === undefined ? undefined : { rule, first, second: undefined };
  }
  const sign = from.fn === div ? -1n : 1n;
  const [first, second] = [patternFactor(left), patternFactor(right)];
  if (first !== undefined) {
    const other = second ?? { base: right, power: 1n };
    return { rule, first, second: { base: other.base, power: sign * other.power } };
  }
  if (second === undefined) return undefined;
  return { rule, first: { base: second.base, power: sign * second.power }, second: { base: left, power: 1n } };
}

function patternFactor(pattern: Expr): PatternFactor | undefined {
  if (pattern.kind !== "call" || pattern.fn === neg || pattern.args.length === 0) return undefined;
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
