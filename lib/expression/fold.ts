import { FluxionError } from "./error.ts";
import {
  asExpr,
  type Call,
  type Constant,
  type Delta,
  type Expr,
  type Extent,
  excerpt,
  type Operand,
  type Reduction,
  type Variable,
} from "./expression.ts";
import { sortShort } from "./sort.ts";

/**
 * The meaning of each shape, given the results of its arguments by position. A shape that is left out is an
 * `unsupported` error when it is met.
 */
export interface Algebra<R> {
  constant(node: Constant): R;
  /** `args` are the results of the gathers within the variable's indices. */
  variable(node: Variable, args: readonly R[]): R;
  call(node: Call, args: readonly R[]): R;
  reduction?(node: Reduction, body: R): R;
  /** `args` are the results of the gathers within the two indices. */
  delta?(node: Delta, args: readonly R[]): R;
  extent?(node: Extent): R;
  /**
   * Nodes that are not strict: a generator that yields the expressions whose results it wants, as it wants them, and
   * returns the node's own result. Undefined leaves the node to the shapes above.
   */
  demand?(node: Expr): Demand<R> | undefined;
}

/** Asks for results of expressions one at a time, and returns a result. */
export type Demand<R> = Generator<Expr, R, R>;

/** A result that is known at once: what `demand` answers for a node whose arguments need no visit. */
// biome-ignore lint/correctness/useYield: what needs no results asks for none.
export function* settled<R>(result: R): Demand<R> {
  return result;
}

/** The results that are known already. A `Map` is one. */
export interface Memo<R> {
  get(node: Expr): R | undefined;
  has(node: Expr): boolean;
  set(node: Expr, result: R): unknown;
}

/**
 * The one traversal: the result of `root`, each distinct node visited once, arguments first. Iterative: a chain a
 * million nodes deep is as good as any. A memo that is kept carries results over to the next fold. Throws `unsupported`
 * for a shape that the algebra leaves out.
 */
export function fold<R>(root: Operand, algebra: Algebra<R>, memo: Memo<R> = new Map<Expr, R>()): R {
  const top = asExpr(root);
  const pending: Expr[] = [top];
  const suspended = new Map<Expr, Suspended<R>>();
  for (let node = pending.at(-1); node !== undefined; node = pending.at(-1)) {
    if (memo.has(node)) {
      pending.pop();
      continue;
    }
    const met = suspended.get(node);
    const demand = met === undefined ? algebra.demand?.(node) : met.demand;
    if (demand === undefined) {
      const before = pending.length;
      // Last argument first, so that the first is on top and results come in reading order.
      for (let i = node.args.length - 1; i >= 0; i--) {
        const argument = node.args[i];
        if (argument !== undefined && !memo.has(argument)) pending.push(argument);
      }
      if (pending.length > before) continue;
      memo.set(node, apply(algebra, node, resultsOf(memo, node.args)));
    } else {
      const step = met === undefined ? demand.next() : demand.next(resultOf(memo, met.wanted));
      if (step.done !== true) {
        suspended.set(node, { demand, wanted: step.value });
        pending.push(step.value);
        continue;
      }
      suspended.delete(node);
      memo.set(node, step.value);
    }
    pending.pop();
  }
  return resultOf(memo, top);
}

/** A node that waits for the result of an expression. */
interface Suspended<R> {
  readonly demand: Demand<R>;
  readonly wanted: Expr;
}

/** The distinct nodes that `roots` are built of, arguments before their users. */
export function topologicalOrder(...roots: readonly Operand[]): readonly Expr[] {
  const reached = new Set<Expr>();
  const order: Expr[] = [];
  const pending: Expr[] = roots.map(asExpr);
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (reached.has(node)) continue;
    reached.add(node);
    order.push(node);
    for (let i = 0; i < node.args.length; i++) {
      const argument = node.args[i];
      if (argument !== undefined) pending.push(argument);
    }
  }
  // Nodes are numbered as they are made, and arguments are made first: backwards, the walk nearly is in that order.
  return sortShort(order.reverse(), (a, b) => a.id - b.id, 100);
}

/** The number of nodes of `e` written out as a tree; infinite where sharing makes it exceed all doubles. */
export const countNodes = (e: Operand): number => asExpr(e).size;

/** The number of distinct nodes of the shared graph of all `roots`. */
export const countDistinctNodes = (...roots: readonly Operand[]): number => topologicalOrder(...roots).length;

/** The number of distinct operations of the shared graph of all `roots`: constants and variables are not counted. */
export const countOperations = (...roots: readonly Operand[]): number =>
  topologicalOrder(...roots).filter(node => node.kind !== "constant" && node.kind !== "variable").length;

/** The names of the variables in `e`, sorted. */
export const freeVariables = (...roots: readonly Operand[]): readonly string[] =>
  [...new Set(topologicalOrder(...roots).flatMap(node => (node.kind === "variable" ? [node.name] : [])))].sort();

/** The names of the indices of `e` that no reduction binds, sorted. */
export const freeIndices = (e: Operand): readonly string[] => asExpr(e).freeIndices;

function apply<R>(algebra: Algebra<R>, node: Expr, args: readonly R[]): R {
  switch (node.kind) {
    case "constant":
      return algebra.constant(node);
    case "variable":
      return algebra.variable(node, args);
    case "call":
      return algebra.call(node, args);
    case "reduction":
      // A reduction has one argument, its body.
      return algebra.reduction === undefined ? missing(node) : algebra.reduction(node, args[0] as R);
    case "delta":
      return algebra.delta === undefined ? missing(node) : algebra.delta(node, args);
    case "extent":
      return algebra.extent === undefined ? missing(node) : algebra.extent(node);
  }
}

function missing(node: Expr): never {
  throw new FluxionError("unsupported", `this fold has no case for a ${node.kind}, met in ${excerpt(node)}`);
}

const resultsOf = <R>(memo: Memo<R>, nodes: readonly Expr[]): readonly R[] =>
  nodes.length === 0 ? none : nodes.map(node => resultOf(memo, node));

const none: readonly never[] = Object.freeze([]);

const resultOf = <R>(memo: Memo<R>, node: Expr): R => {
  // Every argument is visited before its user, so the result is there; it may be undefined itself.
  return memo.get(node) as R;
};
