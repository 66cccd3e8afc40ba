import type { Definition, Definitions } from "../expression/definition.ts";
import { asExpr, type Expr, type Operand, rebuild, variable } from "../expression/expression.ts";
import { fold, topologicalOrder } from "../expression/fold.ts";
import { indexNames, rebuilding } from "../expression/indices.ts";

/**
 * `e` as a list of definitions and a result that reads them: each operation that is used more than once is defined once,
 * as `t1`, `t2`, …, under its free indices. Each definition reads earlier ones only.
 */
export function sharedDefinitions(e: Operand): { readonly definitions: Definitions; readonly result: Expr } {
  const root = asExpr(e);
  const isShared = sharedWithin(root);
  const fresh = freshNames(root);
  const definitions: Definition[] = [];
  const define = (node: Expr, expression: Expr): Expr => {
    if (!isShared(node)) return expression;
    const name = fresh();
    definitions.push(Object.freeze({ name, axes: node.freeIndices, expression }));
    return variable(name, ...node.freeIndices);
  };
  const result = fold(root, {
    ...rebuilding,
    call: (node, args) => define(node, rebuild(node, args)),
    reduction: (node, body) => define(node, rebuild(node, [body])),
  });
  return { definitions, result };
}

// Operations of which another node, or two positions in one, make use.
function sharedWithin(root: Expr): (node: Expr) => boolean {
  const used = new Set<Expr>();
  const usedAgain = new Set<Expr>();
  for (const node of topologicalOrder(root)) {
    for (const argument of node.args) (used.has(argument) ? usedAgain : used).add(argument);
  }
  return node => node.args.length > 0 && usedAgain.has(node);
}

// t1, t2, … without those that mean something in `root`.
function freshNames(root: Expr): () => string {
  const taken = new Set(indexNames(root));
  for (const node of topologicalOrder(root)) {
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
