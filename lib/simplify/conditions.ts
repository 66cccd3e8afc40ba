import { asExpr, call, constant, type Expr, type FunctionRow, type Operand } from "../expression/expression.ts";
import {
  conditional,
  div,
  greater,
  greaterOrEqual,
  less,
  lessOrEqual,
  mul,
  neg,
  notEqual,
  pow,
  sqrt,
  square,
  sub,
} from "../expression/functions.ts";
import { type Assumptions, noAssumptions, readAssumptions } from "./assume.ts";
import { isNonzero, signOf } from "./facts.ts";
import { rangeConditions } from "./positions.ts";
import { type SimplifyOptions, simplify, simplifyAll } from "./simplify.ts";
import { stabilise } from "./stabilise.ts";

/**
 * What `e` needs to have a value and `result`, which is equal to it wherever `e` has one, does not: comparisons such as
 * `x != 0`; and that the positions which deltas were sifted to are positions of the index. What only a branch of a choice needs is none of them. A condition in which an index stands that a sum binds
 * is meant for all its values.
 */
export function conditionsOf(e: Operand, result: Operand, options: SimplifyOptions = {}): readonly Expr[] {
  const assume = readAssumptions(options.assume);
  const [own, known] = [domainsOf(asExpr(e)), domainsOf(asExpr(result))];
  const facts = settledFacts([...own, ...known]);
  const given = collected(facts.slice(own.length).flat());
  const needed = collected(facts.slice(0, own.length).flat());
  const conditions: Expr[] = [];
  for (const [side, comparisonsOfSide] of needed) {
    for (const fn of strongest(comparisonsOfSide)) {
      const fact = { fn, e: side };
      if (!implies(given.get(side), fn) && !isEvident(fact, assume)) conditions.push(written(fact));
    }
  }
  for (const condition of rangeConditions(asExpr(e), asExpr(result))) conditions.push(condition);
  return Object.freeze(conditions);
}

/** That a comparison with zero holds; or any other condition. */
interface Fact {
  readonly fn: FunctionRow | undefined;
  /** What is compared with zero, or the whole condition. */
  readonly e: Expr;
}

type Comparisons = Set<FunctionRow | undefined>;

function collected(facts: readonly Fact[]): ReadonlyMap<Expr, Comparisons> {
  const bySide = new Map<Expr, Comparisons>();
  for (const { fn, e } of facts) bySide.set(e, (bySide.get(e) ?? new Set()).add(fn));
  return bySide;
}

// What is at least zero and not zero is greater.
function strongest(all: Comparisons): Iterable<FunctionRow | undefined> {
  const isGreater = all.has(greater) || (all.has(greaterOrEqual) && all.has(notEqual));
  return isGreater ? [greater, ...(all.has(undefined) ? [undefined] : [])] : all;
}

const implies = (given: Comparisons | undefined, fn: FunctionRow | undefined): boolean =>
  given !== undefined && (given.has(fn) || (fn !== undefined && new Set(strongest(given)).has(greater)));

// The conditions of all nodes that are always evaluated.
function domainsOf(root: Expr): readonly Expr[] {
  const reached = new Set<Expr>();
  const conditions = new Set<Expr>();
  const pending = [root];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (reached.has(node)) continue;
    reached.add(node);
    if (node.kind === "call") for (const each of node.fn.domain?.(...node.args) ?? []) conditions.add(each);
    const args = node.kind === "call" && node.fn === conditional ? node.args.slice(0, 1) : node.args;
    for (const argument of args.toReversed()) pending.push(argument);
  }
  return [...conditions];
}

// All sides are simplified together: what they share is simplified once.
function settledFacts(conditions: readonly Expr[]): readonly (readonly Fact[])[] {
  const sides = conditions.map(condition => {
    const [x, y] = condition.args;
    if (condition.kind !== "call" || !isComparison(condition) || x === undefined || y === undefined) return condition;
    return condition.fn === less || condition.fn === lessOrEqual ? sub(y, x) : sub(x, y);
  });
  return simplifyAll(sides).map((e, i) => {
    const condition = conditions[i];
    return condition?.kind === "call" && isComparison(condition)
      ? comparedWithZero(condition.fn, e)
      : [{ fn: undefined, e }];
  });
}

function comparedWithZero(fn: FunctionRow, e: Expr): readonly Fact[] {
  if (fn === notEqual) return factorsOf(e).map(factor => ({ fn, e: factor }));
  const isStrict = fn === less || fn === greater;
  return [{ fn: isStrict ? greater : greaterOrEqual, e: withoutPositiveFactors(e) }];
}

// A product is not zero where none of its factors is; nor a power.
function factorsOf(root: Expr): readonly Expr[] {
  const factors: Expr[] = [];
  const pending = [root];
  for (let e = pending.pop(); e !== undefined; e = pending.pop()) {
    const [x, y] = e.args;
    const fn = e.kind === "call" ? e.fn : undefined;
    if (fn === mul && x !== undefined && y !== undefined) pending.push(y, x);
    else if ((fn === neg || fn === sqrt || fn === square) && x !== undefined) pending.push(x);
    else if (fn === div && x !== undefined) pending.push(x);
    else if (fn === pow && x !== undefined && y?.kind === "constant" && y.value > 0) pending.push(x);
    else factors.push(e);
  }
  return factors;
}

function withoutPositiveFactors(root: Expr): Expr {
  let e = root;
  for (;;) {
    const [x, y] = e.args;
    if (e.kind !== "call" || x === undefined || y === undefined) return e;
    if (e.fn === div && isPositive(y)) e = x;
    else if (e.fn === mul && isPositive(x)) e = y;
    else if (e.fn === mul && isPositive(y)) e = x;
    else return e;
  }
}

const isPositive = (e: Expr, assume: Assumptions = noAssumptions): boolean => signOf(e, assume) === "positive";

// Larger sides are not searched for what makes them evident.
const largest = 300;

function isEvident({ fn, e }: Fact, assume: Assumptions): boolean {
  if (fn === undefined) return e.kind === "constant" && e.value !== 0;
  if (e.kind === "constant") return fn.evaluate(e.value, 0) === 1;
  const isSmall = e.size <= largest;
  if (fn === notEqual) return isNonzero(e, assume) || (isSmall && isPositive(simplify(neg(e)), assume));
  let sign = signOf(e, assume);
  if (sign === "unknown" && isSmall) sign = signOf(simplify(stabilise(e)), assume);
  return fn === greater ? sign === "positive" : sign !== "unknown";
}

function isComparison(e: Expr): boolean {
  return e.kind === "call" && comparisons.has(e.fn);
}

const comparisons: ReadonlySet<FunctionRow> = new Set([less, lessOrEqual, greater, greaterOrEqual, notEqual]);

// `x - 1 > 0` as `x > 1`, and `1 - x > 0` as `x < 1`.
function written({ fn, e }: Fact): Expr {
  if (fn === undefined) return e;
  const [x, y] = e.args;
  if (e.kind !== "call" || e.fn !== sub || x === undefined || y === undefined) return call(fn, [e, constant(0)]);
  const turned = fn === greater ? less : fn === greaterOrEqual ? lessOrEqual : fn;
  return x.kind === "constant" ? call(turned, [y, x]) : call(fn, [x, y]);
}
