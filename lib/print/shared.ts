import type { Definitions } from "../expression/definition.ts";
import { asExpr, type Expr, type Operand, variable } from "../expression/expression.ts";
import { type Algebra, fold, topologicalOrder } from "../expression/fold.ts";
import { indexNames, rebuilding } from "../expression/indices.ts";

/**
 * `e` as a list of definitions and a result that reads them: each operation that is used more than once is defined once,
 * as `t1`, `t2`, …, under its free indices. Each definition reads earlier ones only.
 */
export function sharedDefinitions(e: Operand): { readonly definitions: Definitions; readonly result: Expr } {
  const { parts, result } = foldShared(e, rebuilding, (name, axes) => variable(name, ...axes));
  return {
    definitions: parts.map(({ name, axes, result }) => Object.freeze({ name, axes, expression: result })),
    result,
  };
}

/** What an algebra makes of an operation that is used more than once. */
export interface SharedPart<R> {
  readonly name: string;
  /** The free indices of the operation. */
  readonly axes: readonly string[];
  readonly result: R;
}

/**
 * A fold in which the users of a shared operation are not given its result but a reading of its name, made by `read`. The
 * operations themselves are the `parts`, in an order in which each reads earlier ones only.
 */
export function foldShared<R>(
  e: Operand,
  algebra: Algebra<R>,
  read: (name: string, axes: readonly string[]) => R,
): { readonly parts: readonly SharedPart<R>[]; readonly result: R } {
  const root = asExpr(e);
  const order = topologicalOrder(root);
  const isShared = sharedWithin(order);
  const fresh = freshNames(order, indexNames(root));
  const parts: SharedPart<R>[] = [];
  const share = (node: Expr, result: R): R => {
    if (!isShared(node)) return result;
    const part = { name: fresh(), axes: node.freeIndices, result };
    parts.push(part);
    return read(part.name, part.axes);
  };
  const { call, reduction } = algebra;
  const result = fold<R>(root, {
    ...algebra,
    call: (node, args) => share(node, call(node, args)),
    ...(reduction === undefined ? {} : { reduction: (node, body) => share(node, reduction(node, body)) }),
  });
  return { parts, result };
}

/** True of the operations in `order` of which several nodes, or positions in one, make use; one of `outputs` counts as used. */
export function sharedWithin(order: readonly Expr[], outputs: readonly Expr[] = []): (node: Expr) => boolean {
  const used = new Set<Expr>();
  const usedAgain = new Set<Expr>();
  for (const node of order) {
    for (const argument of node.args) (used.has(argument) ? usedAgain : used).add(argument);
  }
  for (const output of outputs) (used.has(output) ? usedAgain : used).add(output);
  return node => node.args.length > 0 && usedAgain.has(node);
}

// t1, t2, … without those that mean something already.
function freshNames(order: readonly Expr[], indices: ReadonlySet<string>): () => string {
  const taken = new Set(indices);
  for (const node of order) {
    if (node.kind === "variable") taken.add(node.name);
    if (node.kind === "call") taken.add(node.fn.name);
  }
  let number = 0;
  return () => {
    do number++;
    while (taken.has(`t${number}`));
    return `t${number}`;
  };
}
