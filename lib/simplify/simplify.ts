import { type Definitions, isList, mapDefinitions } from "../expression/definition.ts";
import { FluxionError } from "../expression/error.ts";
import { asExpr, type Call, constant, describe, type Expr, type Operand, rebuild } from "../expression/expression.ts";
import { countDistinctNodes, topologicalOrder } from "../expression/fold.ts";
import { div, neg, square, sub } from "../expression/functions.ts";
import * as Q from "../expression/rational.ts";
import type { ShownForms } from "./alike.ts";
import { isAdditive, isMultiplicative } from "./arithmetic.ts";
import { type Assumed, type Assumptions, noAssumptions, readAssumptions } from "./assume.ts";
import { type Binder, binder } from "./binder.ts";
import { type Budget, budgetFor } from "./budget.ts";
import { Canonical, longest } from "./canonical.ts";
import { mayContract } from "./contract.ts";
import { accumulate, oneSum, type Product, productBuilder, type Sum, single, sumBuilder, termCount } from "./forms.ts";
import { isWithin, type Measure, measure } from "./measure.ts";
import { once } from "./once.ts";
import { compareExpressions } from "./order.ts";
import { type Extents, type Ranges, rangesOf, withKnownExtents } from "./ranges.ts";
import { bringsInFunction, contractionRules, type Rule, rulesOf, tableRules } from "./rule.ts";
import { checkLookedFor, indexRules, joinIndices, type RuleIndex } from "./rules.ts";
import { Speller } from "./spell.ts";

/** How to simplify. */
export interface SimplifyOptions {
  /** Rules of one's own, tried before those of the table; see `defineRule`. */
  readonly rules?: readonly Rule[];
  /** What may be relied on: `{ x: "positive" }`. The result has the value of `e` where it holds. */
  readonly assume?: Assumed;
  /** Stops after so many steps, each a node or an application of a rule, with the best so far. */
  readonly maxSteps?: number;
}

/**
 * An expression with the value of `e` wherever `e` has one, and no more nodes or operations: terms and powers collected,
 * fractions exact, the identities of the table applied. Sums and products that differ only in order become one. Throws
 * `bad-option` for options that are none, `unsupported` for a rule that is never looked for.
 * Of a list, each definition is simplified.
 */
export function simplify(definitions: Definitions, options?: SimplifyOptions): Definitions;
export function simplify(e: Operand, options?: SimplifyOptions): Expr;
export function simplify(what: Operand | Definitions, options: SimplifyOptions = {}): Expr | Definitions {
  if (isList(what)) return mapDefinitions(what, e => simplify(e, options));
  let current = asExpr(what);
  const setting = settingFor([current], options);
  // One round settles nearly all; what a choice by size opens up, the next round takes.
  for (let round = 0; round < mostRounds && !setting.budget.isSpent; round++) {
    const [next = current] = smallest([current], toRead, setting);
    const shorter = next === current ? contracted(next, setting) : next;
    if (shorter === current) break;
    current = shorter;
  }
  return current;
}

/**
 * Several expressions simplified together, to be computed together: their operations are counted over all of them, shared
 * parts once, and what they share stays shared.
 */
export function simplifyAll(operands: readonly Operand[], options: SimplifyOptions = {}): readonly Expr[] {
  const roots = operands.map(asExpr);
  return smallest(roots, toCompute, settingFor(roots, options));
}

/** What all runs of one simplification have in common. */
interface Setting {
  readonly assume: Assumptions;
  readonly budget: Budget;
  /** The rules that are none of the table. */
  readonly ownRules: RuleIndex | undefined;
  /** What the rounds of an effort have in common: most of what a round meets, the round before has met. */
  readonly engines: Map<Effort, Engine>;
  /** Which names of indices range alike, asked for where there are any. */
  readonly ranges: () => Ranges;
}

interface Engine {
  readonly canonical: Canonical;
  /** The bases whose second power is written `square(x)`. */
  readonly squares: Set<Expr>;
  readonly textbook: Speller;
  readonly compact: Speller;
}

function settingFor(roots: readonly Expr[], { rules = [], assume, maxSteps }: SimplifyOptions): Setting {
  if (!Array.isArray(rules)) throw new FluxionError("bad-option", `rules is a list of rules, got ${describe(rules)}`);
  for (const rule of rules) checkLookedFor(rule);
  const own = new Set(roots.flatMap(root => root.ownFunctions));
  const all = [...rules, ...[...own].flatMap(rulesOf)];
  return {
    assume: readAssumptions(assume),
    // The rules of the table end; a user's may feed each other, as often as the shared graph has nodes.
    budget: budgetFor(maxSteps, all.length === 0 ? Number.POSITIVE_INFINITY : countDistinctNodes(...roots)),
    ownRules: all.length === 0 ? undefined : indexRules(all),
    engines: new Map(),
    ranges: once(() => rangesOf(topologicalOrder(...roots))),
  };
}

/** How far a run goes. After the last, operands are only put in order. */
interface Effort {
  /** How many terms or factors of an expression with several users are written out into each of them. */
  readonly opens: number;
  readonly rules: () => RuleIndex;
  /** Whether sums are multiplied out or factored where that is smaller. */
  readonly searches: boolean;
  /** Whether what is not written out keeps its coefficient: like terms are missed, but what is shared stays shared. */
  readonly closesWhole: boolean;
  /** Whether deltas are sifted, and what is free of an index leaves its sum: false of what is tried where that shares less. */
  readonly reduces: boolean;
}

const mostRounds = 6;

// Up to so many distinct nodes every effort that searches is made, and the best kept.
const smallGraph = 50;

// Up to so many distinct nodes a result is contracted.
const shortResult = 60;

// Above this many operations, the last effort must do.
const largeGraph = 3000;

const allRules = once(() => indexRules(tableRules()));
const computingRules = once(() => indexRules(tableRules().filter(rule => !bringsInFunction(rule))));

const toRead: readonly Effort[] = [
  { opens: 12, rules: allRules, searches: true, closesWhole: false, reduces: true },
  { opens: 1, rules: allRules, searches: true, closesWhole: false, reduces: true },
  { opens: 1, rules: allRules, searches: false, closesWhole: false, reduces: true },
  { opens: 1, rules: computingRules, searches: false, closesWhole: false, reduces: true },
  { opens: 1, rules: computingRules, searches: false, closesWhole: false, reduces: false },
];

const contractingRules = once(() => indexRules([...tableRules(), ...contractionRules()]));
const toContract: readonly Effort[] = [
  { opens: 1, rules: contractingRules, searches: false, closesWhole: false, reduces: true },
];

const toCompute: readonly Effort[] = [
  { opens: 1, rules: computingRules, searches: false, closesWhole: true, reduces: true },
  { opens: 1, rules: computingRules, searches: false, closesWhole: true, reduces: false },
];

// With the rules that come last, if one of them may apply and the result is smaller.
function contracted(e: Expr, setting: Setting): Expr {
  const order = topologicalOrder(e);
  if (order.length > shortResult || !mayContract(order)) return e;
  const [result = e] = smallest([e], toContract, setting);
  return isBetter(measure(topologicalOrder(result), [result]), measure(order, [e])) ? result : e;
}

// The first effort, in the first style, whose result is no larger than what was given.
function smallest(roots: readonly Expr[], efforts: readonly Effort[], setting: Setting): readonly Expr[] {
  const order = topologicalOrder(...roots);
  const limit = measure(order, roots);
  const hasReductions = order.some(node => node.kind === "reduction");
  const extents = hasReductions ? { ranges: setting.ranges(), asked: askedIn(order) } : undefined;
  const likely = efforts.filter(({ reduces }) => reduces || hasReductions);
  const last = hasReductions ? likely.slice(-2) : likely.slice(-1);
  const attempts = (limit.operations > largeGraph ? last : likely).map(effort => ({
    effort,
    run: once(() => run(roots, order, effort, setting)),
  }));
  for (const textbook of [true, false]) {
    let best: Outcome | undefined;
    let opensShared = false;
    for (const attempt of attempts) {
      if (best !== undefined && !(attempt.effort.searches && opensShared && order.length <= smallGraph)) break;
      const finished = attempt.run();
      opensShared ||= finished.opensShared;
      const outcome = spelled(finished, textbook, extents);
      if (isWithin(outcome.size, limit) && (best === undefined || isBetter(outcome.size, best.size))) best = outcome;
    }
    if (best !== undefined) return best.result;
  }
  return ordered(roots, order, extents);
}

const askedIn = (order: readonly Expr[]): ReadonlySet<string> =>
  new Set(order.flatMap(node => (node.kind === "extent" ? [node.index] : [])));

interface Outcome {
  readonly result: readonly Expr[];
  readonly size: Measure;
}

function spelled({ engine, results }: Run, textbook: boolean, extents: Extents | undefined): Outcome {
  const speller = textbook ? engine.textbook : engine.compact;
  const written = results.map(each => speller.spell(each));
  const result = extents === undefined ? written : withKnownExtents(written, extents);
  return { result, size: measure(topologicalOrder(...result), result) };
}

function engineOf(effort: Effort, { assume, budget, ownRules, engines, ranges }: Setting): Engine {
  const known = engines.get(effort);
  if (known !== undefined) return known;
  const rules = ownRules === undefined ? effort.rules() : joinIndices(ownRules, effort.rules());
  const canonical = new Canonical(rules, effort, assume, budget, {
    of: name => ranges().of(name),
    follow: (fresh, name) => ranges().follow(fresh, name),
  });
  const squares = new Set<Expr>();
  const engine = {
    canonical,
    squares,
    textbook: new Speller(canonical, canonical.order, { textbook: true, squares }),
    compact: new Speller(canonical, canonical.order, { textbook: false, squares }),
  };
  engines.set(effort, engine);
  return engine;
}

// Operations first: what breaks up sharing is larger than some inputs, and may not depend on which.
const isBetter = (a: Measure, b: Measure): boolean =>
  a.operations < b.operations || (a.operations === b.operations && a.nodes < b.nodes);

interface Run {
  readonly engine: Engine;
  /** Whether something with several users was written out into each of them: else to open less changes nothing. */
  readonly opensShared: boolean;
  /** The canonical expressions of the roots. */
  readonly results: readonly Expr[];
}

function run(roots: readonly Expr[], order: readonly Expr[], effort: Effort, setting: Setting): Run {
  const engine = engineOf(effort, setting);
  let result = pass(roots, order, effort, engine, setting);
  // What differed in the names of bound indices only has one name now.
  for (let i = 0; i < mostNamings && engine.canonical.settleNames(); i++)
    result = pass(roots, order, effort, engine, setting);
  return result;
}

const mostNamings = 3;

function pass(
  roots: readonly Expr[],
  order: readonly Expr[],
  effort: Effort,
  engine: Engine,
  { budget }: Setting,
): Run {
  const { canonical, squares } = engine;
  canonical.begin(order.length);
  const users = countUsers(roots, order);
  const results = new Map<Expr, Expr>();
  const resultOf = (node: Expr): Expr => results.get(node) ?? node;
  let opensShared = false;
  const isOpen = (node: Expr, parts: number): boolean => {
    const isShared = parts > 1 && (users.get(node)?.count ?? 0) > 1;
    const opens = parts <= (isShared ? effort.opens : longest);
    if (isShared && opens) opensShared = true;
    return opens;
  };
  const { closesWhole } = effort;
  const collector: Collector = { canonical, users, resultOf, isOpen, closesWhole };
  for (const node of order) {
    if (isInterior(node, users)) continue;
    if (!budget.take()) {
      results.set(node, rebuild(node, node.args.map(resultOf)));
      continue;
    }
    if (node.kind === "call" && node.fn === square) {
      const [argument] = node.args;
      if (argument !== undefined) squares.add(resultOf(argument));
    }
    const result = simplified(node, collector);
    if (node.kind === "reduction" && (users.get(node)?.count ?? 0) > 1) canonical.share(result);
    results.set(node, result);
  }
  return { engine, opensShared, results: roots.map(resultOf) };
}

interface Collector {
  readonly canonical: Canonical;
  readonly users: ReadonlyMap<Expr, Users>;
  readonly resultOf: (node: Expr) => Expr;
  /** Whether a result of so many terms or factors is written out into its users. */
  readonly isOpen: (node: Expr, parts: number) => boolean;
  readonly closesWhole: boolean;
}

function simplified(node: Expr, collector: Collector): Expr {
  if (node.kind === "call") {
    if (isAdditive(node)) return collector.canonical.smallestSum(collectSum(node, collector));
    if (isMultiplicative(node)) return collector.canonical.smallestProduct(collectProduct(node, collector));
  }
  const { canonical, resultOf, isOpen, closesWhole } = collector;
  if (node.kind === "constant" || (node.kind === "call" && node.args.length === 0)) return node;
  const args = node.args.map(resultOf);
  const [body] = args;
  if (node.kind !== "reduction" || body === undefined) return canonical.rebuild(node, args);
  const product = canonical.productOf(body);
  const factors = product.factors.size + (Q.isOne(product.coefficient) ? 0 : 1);
  // A body that others use too is computed for them in any case: nothing leaves it.
  const isWhole = !isOpen(node.body, Math.max(factors, termCount(canonical.sumOf(body))));
  return canonical.rebuild(node, isWhole && closesWhole ? [canonical.keptWhole(body)] : args);
}

// The maps are built once for each maximal tree of sums, not at every level.
function collectSum(root: Call, { canonical, users, resultOf, isOpen, closesWhole }: Collector): Sum {
  const total = sumBuilder();
  const pending: [Expr, Q.Rational][] = [[root, Q.one]];
  for (let item = pending.pop(); item !== undefined; item = pending.pop()) {
    const [node, scale] = item;
    if (node.kind === "call" && isAdditive(node) && (node === root || isInterior(node, users))) {
      const [x, y] = node.args;
      const opposite = Q.negate(scale);
      if (y !== undefined) pending.push([y, node.fn === sub ? opposite : scale]);
      if (x !== undefined) pending.push([x, node.fn === neg ? opposite : scale]);
      continue;
    }
    const result = resultOf(node);
    const sum = canonical.sumOf(result);
    if (isOpen(node, termCount(sum))) accumulate(total, sum, scale);
    else {
      const primitive = closesWhole ? undefined : closed(canonical.productOf(result));
      accumulate(total, primitive ?? single(result), scale);
    }
  }
  return total;
}

function collectProduct(root: Call, { canonical, users, resultOf, isOpen, closesWhole }: Collector): Product {
  const total = productBuilder();
  const pending: [Expr, 1 | -1][] = [[root, 1]];
  for (let item = pending.pop(); item !== undefined; item = pending.pop()) {
    const [node, sign] = item;
    if (node.kind === "call" && isMultiplicative(node) && (node === root || isInterior(node, users))) {
      const [x, y] = node.args;
      if (y !== undefined) pending.push([y, node.fn === div ? (sign === 1 ? -1 : 1) : sign]);
      if (x !== undefined) pending.push([x, sign]);
      continue;
    }
    const result = resultOf(node);
    const product = canonical.productOf(result);
    const hasCoefficient = closesWhole && !Q.isOne(Q.absolute(product.coefficient));
    // x - y and y - x are computed once, whichever of them it is.
    const isSum = closesWhole && canonical.isSum(result);
    const parts = isSum ? termCount(canonical.sumOf(result)) : product.factors.size + (hasCoefficient ? 1 : 0);
    canonical.multiply(total, isOpen(node, parts) ? product : canonical.closed(product, closesWhole), sign);
  }
  return total;
}

// A sum that stays closed, as its primitive sum, so that x - y and y - x are one term.
function closed({ coefficient, factors }: Product): Sum | undefined {
  const [[base] = [undefined]] = factors;
  return base === undefined || factors.size > 1
    ? undefined
    : { constant: Q.zero, terms: new Map([[base, coefficient]]) };
}

interface Users {
  count: number;
  /** The one that was met last: the only one where the count is one. */
  by: Expr | undefined;
}

function countUsers(roots: readonly Expr[], order: readonly Expr[]): ReadonlyMap<Expr, Users> {
  const users = new Map<Expr, Users>(order.map(node => [node, { count: 0, by: undefined }]));
  const use = (node: Expr, by: Expr | undefined): void => {
    const entry = users.get(node);
    if (entry === undefined) return;
    entry.count++;
    entry.by = by;
  };
  for (const node of order) for (const argument of node.args) use(argument, node);
  for (const root of roots) use(root, undefined);
  return users;
}

/** True of a sum whose one user is a sum, and of a product whose one user is a product: the user collects it. */
function isInterior(node: Expr, users: ReadonlyMap<Expr, Users>): boolean {
  if (node.kind !== "call") return false;
  const { count, by } = users.get(node) ?? { count: 0, by: undefined };
  if (count !== 1 || by === undefined || by.kind !== "call") return false;
  return (isAdditive(node) && isAdditive(by)) || (isMultiplicative(node) && isMultiplicative(by));
}

// Commutative operands in order, bound indices of one name where they may be, and nothing else: never larger, and alike for
// e + f and f + e.
function ordered(roots: readonly Expr[], order: readonly Expr[], extents: Extents | undefined): readonly Expr[] {
  const names = extents === undefined ? undefined : binder(asItStands(extents.ranges));
  let result = inOrder(roots, order, names);
  if (extents === undefined) return result;
  for (let i = 0; i < mostNamings && names?.settle() === true; i++) result = inOrder(roots, order, names);
  return withKnownExtents(result, extents);
}

function inOrder(roots: readonly Expr[], order: readonly Expr[], names: Binder | undefined): readonly Expr[] {
  const results = new Map<Expr, Expr>();
  for (const node of order) {
    const args = node.args.map(argument => results.get(argument) ?? argument);
    if (node.kind === "call" && node.fn.commutative === true) args.sort((a, b) => compareExpressions(a, b));
    const same = rebuild(node, args);
    const isNamed = same.kind === "reduction" && names !== undefined;
    results.set(node, isNamed ? names.close(same.operation, same.index, same.body) : same);
  }
  return roots.map(root => results.get(root) ?? root);
}

// Nothing is a sum of terms or a product of factors: each node is what it is.
const asItStands = (ranges: Ranges): ShownForms => ({
  ranges,
  assume: noAssumptions,
  isSum: () => false,
  sumOf: single,
  productOf: e => ({ coefficient: Q.one, factors: new Map([[e, oneSum]]) }),
  fromSum: () => constant(0),
});
