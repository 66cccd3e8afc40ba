import { type Definitions, isList, mapDefinitions } from "../expression/definition.ts";
import { FluxionError } from "../expression/error.ts";
import { asExpr, describe, type Expr, type Operand } from "../expression/expression.ts";
import { countDistinctNodes, topologicalOrder } from "../expression/fold.ts";
import { type Assumed, type Assumptions, readAssumptions } from "./assume.ts";
import { mostNamings } from "./binder.ts";
import { type Budget, budgetFor } from "./budget.ts";
import { Canonical } from "./canonical.ts";
import { mayContract } from "./contract.ts";
import { isWithin, type Measure, measure } from "./measure.ts";
import { once } from "./once.ts";
import { ordered } from "./ordered.ts";
import { type Openness, Pass, type Passable, type Passed } from "./pass.ts";
import { type Extents, type Ranges, rangesOf, withKnownExtents } from "./ranges.ts";
import { bringsInFunction, contractionRules, type Rule, rulesOf, tableRules } from "./rule.ts";
import { checkLookedFor, indexRules, joinIndices, type RuleIndex } from "./rules.ts";
import { Speller } from "./spell.ts";
import { trivialIn } from "./trivial.ts";

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
  const given = [asExpr(what)];
  const setting = settingFor(given, options);
  let current = trimmed(graphOf(given), setting);
  // One round settles nearly all; what a choice by size opens up, the next round takes.
  for (let round = 0; round < mostRounds && !setting.budget.isSpent; round++) {
    const next = smallest(current, toRead, setting);
    const shorter = next.roots[0] === current.roots[0] ? contracted(next, setting) : next;
    if (shorter.roots[0] === current.roots[0]) break;
    current = shorter;
  }
  return current.roots[0] ?? asExpr(what);
}

/**
 * Several expressions simplified together, to be computed together: their operations are counted over all of them, shared
 * parts once, and what they share stays shared.
 */
export function simplifyAll(operands: readonly Operand[], options: SimplifyOptions = {}): readonly Expr[] {
  const roots = operands.map(asExpr);
  const setting = settingFor(roots, options);
  return smallest(trimmed(graphOf(roots), setting), toCompute, setting).roots;
}

/** Expressions that are simplified together, and the distinct nodes that they are built of, arguments first. */
interface Graph extends Passable {
  readonly size: Measure;
}

// With what zeros and ones undo marked: results have none of that.
const trimmed = (graph: Graph, { budget }: Setting): Graph => ({ ...graph, trivial: trivialIn(graph.order, budget) });

const nothing: ReadonlyMap<Expr, Expr> = new Map();

function graphOf(roots: readonly Expr[]): Graph {
  const order = topologicalOrder(...roots);
  return { roots, order, trivial: nothing, size: measure(order, roots) };
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
  readonly textbook: () => Speller;
  readonly compact: () => Speller;
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
interface Effort extends Openness {
  readonly rules: () => RuleIndex;
  /** Whether sums are multiplied out or factored where that is smaller. */
  readonly searches: boolean;
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
function contracted(graph: Graph, setting: Setting): Graph {
  if (graph.order.length > shortResult || !mayContract(graph.order)) return graph;
  const result = smallest(graph, toContract, setting);
  return isBetter(result.size, graph.size) ? result : graph;
}

// The first effort, in the first style, whose result is no larger than what was given.
function smallest(graph: Graph, efforts: readonly Effort[], setting: Setting): Graph {
  const { roots, order, size: limit } = graph;
  const hasReductions = order.some(node => node.kind === "reduction");
  const extents = hasReductions ? { ranges: setting.ranges(), asked: askedIn(order) } : undefined;
  const likely = efforts.filter(({ reduces }) => reduces || hasReductions);
  const last = hasReductions ? likely.slice(-2) : likely.slice(-1);
  const attempts = (limit.operations > largeGraph ? last : likely).map(effort => ({
    effort,
    run: once(() => run(graph, effort, setting)),
  }));
  for (const textbook of [true, false]) {
    let best: Graph | undefined;
    let opensShared = false;
    for (const attempt of attempts) {
      if (best !== undefined && !(attempt.effort.searches && opensShared)) break;
      const finished = attempt.run();
      opensShared ||= finished.opensShared && finished.nodes <= smallGraph;
      const outcome = spelled(finished, textbook, extents);
      if (isWithin(outcome.size, limit) && (best === undefined || isBetter(outcome.size, best.size))) best = outcome;
    }
    if (best !== undefined) return best;
  }
  return graphOf(ordered(roots, order, extents));
}

const askedIn = (order: readonly Expr[]): ReadonlySet<string> =>
  new Set(order.flatMap(node => (node.kind === "extent" ? [node.index] : [])));

function spelled({ engine, results }: Run, textbook: boolean, extents: Extents | undefined): Graph {
  const speller = textbook ? engine.textbook() : engine.compact();
  const written = results.map(each => speller.spell(each));
  return graphOf(extents === undefined ? written : withKnownExtents(written, extents));
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
    textbook: once(() => new Speller(canonical, canonical.order, { textbook: true, squares })),
    compact: once(() => new Speller(canonical, canonical.order, { textbook: false, squares })),
  };
  engines.set(effort, engine);
  return engine;
}

// Operations first: what breaks up sharing is larger than some inputs, and may not depend on which.
const isBetter = (a: Measure, b: Measure): boolean =>
  a.operations < b.operations || (a.operations === b.operations && a.nodes < b.nodes);

interface Run extends Passed {
  readonly engine: Engine;
}

function run(graph: Graph, effort: Effort, setting: Setting): Run {
  const engine = engineOf(effort, setting);
  let passed = pass(graph, effort, engine, setting);
  // What differed in the names of bound indices only has one name now.
  for (let i = 0; i < mostNamings && engine.canonical.settleNames(); i++) passed = pass(graph, effort, engine, setting);
  return { engine, ...passed };
}

function pass(graph: Graph, effort: Effort, { canonical, squares }: Engine, { budget }: Setting): Passed {
  const passed = new Pass(graph, canonical, effort).take(budget);
  for (const base of passed.squares) squares.add(base);
  return passed;
}
