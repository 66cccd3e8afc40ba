import { type Definitions, isList, mapDefinitions } from "../expression/definition.ts";
import { asExpr, type Expr, type Operand, rebuild } from "../expression/expression.ts";
import { topologicalOrder } from "../expression/fold.ts";
import { neg, pow, sqrt } from "../expression/functions.ts";
import { isAdditive, isMultiplicative } from "./arithmetic.ts";
import type { Sum } from "./forms.ts";
import { mayBegin } from "./stable/beginnings.ts";
import { quotientOf } from "./stable/exponentials.ts";
import { rewriteFactors } from "./stable/factors.ts";
import { isLogarithm, rewriteLogarithm } from "./stable/logarithm.ts";
import type { Report, Rewritten } from "./stable/rewriting.ts";
import { rewriteTerms } from "./stable/terms.ts";
import { type View, viewing } from "./stable/view.ts";

/**
 * An expression of the same value in real numbers that does not overflow or cancel in doubles where that can be helped:
 * `log(1 + exp(x))` becomes `softplus(x)`, `exp(x) - 1` becomes `expm1(x)`, whatever their spelling. What no rule takes stays as it
 * is written. Twice is once. Of a list, each definition is stabilised.
 */
export function stabilise(definitions: Definitions): Definitions;
export function stabilise(e: Operand): Expr;
export function stabilise(what: Operand | Definitions): Expr | Definitions {
  if (isList(what)) return mapDefinitions(what, e => stabilise(e));
  return stabiliseAll([what])[0] ?? asExpr(what);
}

/** Several expressions stabilised together: what they share stays shared. */
export const stabiliseAll = (roots: readonly Operand[]): readonly Expr[] => rounds(roots.map(asExpr), () => {});

/** One rewriting that `stabilise` did. */
export interface Stabilisation {
  /** The name of the rule. */
  readonly rule: string;
  readonly before: Expr;
  readonly after: Expr;
}

/** What `stabilise` rewrites in `e`, in the order in which it does: inner parts first. Empty where it changes nothing. */
export function stabilisations(e: Operand): readonly Stabilisation[] {
  const found: Stabilisation[] = [];
  rounds([asExpr(e)], one => found.push(one));
  return found;
}

// One round settles nearly all: the next finds what rules have brought together. Each rule takes away what it begins at.
function rounds(roots: readonly Expr[], tell: (one: Stabilisation) => void): readonly Expr[] {
  const view = viewing();
  const run: Run = {
    view,
    settled: new Set(),
    made: new Set(),
    report: ({ name }, before, after) => tell({ rule: name, before: view.fromSum(before), after: view.fromSum(after) }),
  };
  let current = roots;
  for (let round = 0; round < mostRounds; round++) {
    run.made.clear();
    const next = oneRound(current, run);
    if (next.every((root, i) => root === current[i])) break;
    current = next;
  }
  return current;
}

const mostRounds = 12;

/** What the rounds share. */
interface Run {
  readonly view: View;
  /** The nodes that no rule takes. */
  readonly settled: Set<Expr>;
  /** What rules have made of sums in this round. */
  readonly made: Set<Expr>;
  readonly report: Report;
}

function oneRound(roots: readonly Expr[], run: Run): readonly Expr[] {
  const order = topologicalOrder(...roots);
  const inner = collected(order, roots);
  if (!mayBegin(order, inner)) return roots;
  const results = new Map<Expr, Expr>();
  const resultOf = (node: Expr): Expr => results.get(node) ?? node;
  for (const node of order) {
    const same = node.args.length === 0 ? node : withArguments(node, node.args.map(resultOf));
    if (inner.has(node)) {
      run.view.open(same);
      results.set(node, same);
    } else results.set(node, settle(same, run));
  }
  return roots.map(resultOf);
}

// A rule brings its own sign: minus what has become minus something is that.
function withArguments(node: Expr, args: readonly Expr[]): Expr {
  const [argument] = args;
  const isOpposite = node.kind === "call" && node.fn === neg && argument !== node.args[0];
  if (isOpposite && argument?.kind === "call" && argument.fn === neg) return argument.args[0] ?? argument;
  return rebuild(node, args);
}

function settle(e: Expr, run: Run): Expr {
  let current = e;
  for (let steps = 0; steps < mostSteps && !run.settled.has(current); steps++) {
    const next = rewritten(current, run);
    const after = next === undefined ? current : run.view.fromSum(next);
    if (after === current) run.settled.add(current);
    else if (isAdditive(current)) run.made.add(after);
    current = after;
  }
  // Seen now, while all its parts are: later views need not go deep.
  run.view.sumOf(current);
  return current;
}

const mostSteps = 20;

function rewritten(e: Expr, { view, made, report }: Run): Sum | undefined {
  if (e.kind !== "call" || e.args.length === 0) return undefined;
  if (isAdditive(e)) return rewriteTerms(view.sumOf(e), view, report);
  let one: Rewritten | undefined;
  if (isLogarithm(e)) one = rewriteLogarithm(e, made, view);
  else if (isMultiplicative(e) || e.fn === pow || e.fn === sqrt) {
    const product = view.productOf(e);
    one = quotientOf(product, view) ?? rewriteFactors(product, view);
  }
  if (one !== undefined) report(one.rule, view.sumOf(e), one.result);
  return one?.result;
}

// The nodes of long sums and products whose one user is such a sum or product: it sees through them.
function collected(order: readonly Expr[], roots: readonly Expr[]): ReadonlySet<Expr> {
  const users = new Map<Expr, Expr | undefined>();
  const shared = new Set<Expr>(roots);
  for (const node of order) {
    for (const argument of node.args) {
      if (users.has(argument)) shared.add(argument);
      else users.set(argument, node);
    }
  }
  const inner = new Set<Expr>();
  for (const [node, user] of users) {
    if (shared.has(node) || user === undefined) continue;
    if ((isAdditive(node) && isAdditive(user)) || (isMultiplicative(node) && isMultiplicative(user))) inner.add(node);
  }
  return inner;
}
