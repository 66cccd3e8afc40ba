import type { Definition, Definitions } from "../expression/definition.ts";
import { asExpr, type Expr, type Operand, variable } from "../expression/expression.ts";
import { type Algebra, type Demand, fold, topologicalOrder } from "../expression/fold.ts";
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
 * The definitions, and before the first one that uses it each operation that they use more than once, as one of its own.
 * Nothing that depends on what one of the list defines comes before that.
 */
export function sharedAmong(definitions: Definitions): Definitions {
  const roots = definitions.map(({ expression }) => expression);
  const order = topologicalOrder(...roots);
  const taken = [...indexNames(...roots), ...definitions.map(({ name }) => name)];
  const fresh = freshNames(order, new Set(taken));
  const isShared = sharedWithin(order);
  const found: Definition[] = [];
  const memo = new Map<Expr, Expr>();
  const sharing = sharingAlgebra<Expr>(rebuilding, (node, result) => {
    if (!isShared(node)) return result;
    const name = fresh();
    found.push(Object.freeze({ name, axes: node.freeIndices, expression: result }));
    return variable(name, ...node.freeIndices);
  });
  for (const { name, axes, expression } of definitions) {
    const result = fold(expression, sharing, memo);
    found.push(Object.freeze({ name, axes, expression: result }));
  }
  return found;
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
  return { parts, result: fold<R>(root, sharingAlgebra(algebra, share)) };
}

// The algebra, with what it makes of operations passed through `share`.
const sharingAlgebra = <R>(algebra: Algebra<R>, share: (node: Expr, result: R) => R): Algebra<R> => {
  const { call, reduction, demand } = algebra;
  return {
    ...algebra,
    ...(demand === undefined
      ? {}
      : {
          demand(node) {
            const asked = demand(node);
            return asked === undefined ? undefined : sharedAfter(node, asked, share);
          },
        }),
    call: (node, args) => share(node, call(node, args)),
    ...(reduction === undefined ? {} : { reduction: (node, body) => share(node, reduction(node, body)) }),
  };
};

function* sharedAfter<R>(node: Expr, asked: Demand<R>, share: (node: Expr, result: R) => R): Demand<R> {
  return share(node, yield* asked);
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
