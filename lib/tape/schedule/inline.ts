import type { Definitions } from "../../expression/definition.ts";
import { type Expr, rebuild, type Variable } from "../../expression/expression.ts";
import { fold, topologicalOrder } from "../../expression/fold.ts";
import { rebuilding, renameIndices } from "../../expression/indices.ts";

/**
 * The same results in which readings of a definition are replaced by its expression, unless it is kept: `keeps` is asked by
 * name. The definitions themselves stay.
 */
export function inlined(definitions: Definitions, keeps: (name: string) => boolean): Definitions {
  const known = new Map<string, { readonly axes: readonly string[]; readonly expression: Expr }>();
  const memo = new Map<Expr, Expr>();
  return definitions.map(({ name, axes, expression }) => {
    const whole = substituteReadings(
      expression,
      read => {
        const found = known.get(read.name);
        return found === undefined ? undefined : readUnder(found.expression, found.axes, read);
      },
      memo,
    );
    if (!keeps(name)) known.set(name, { axes, expression: whole });
    return { name, axes, expression: whole };
  });
}

/** Names of the definitions that are read under distinct plain names wherever they are read. */
export function plainlyRead(definitions: Definitions): ReadonlySet<string> {
  const plain = new Set(definitions.map(({ name }) => name));
  for (const node of topologicalOrder(...definitions.map(({ expression }) => expression))) {
    if (node.kind === "variable" && !isPlain(node)) plain.delete(node.name);
  }
  return plain;
}

/** True of a reading under distinct names and nothing else. */
export function isPlain(read: Variable): boolean {
  const names = new Set<string>();
  for (const { name } of read.indices) if (name !== undefined) names.add(name);
  return names.size === read.indices.length;
}

/** `e` with readings replaced, where `by` knows of something to put in their place. */
export function substituteReadings(
  e: Expr,
  by: (read: Variable) => Expr | undefined,
  memo: Map<Expr, Expr> = new Map(),
): Expr {
  return fold(
    e,
    {
      ...rebuilding,
      variable(node, args) {
        const read = rebuild(node, args);
        return (read.kind === "variable" ? by(read) : undefined) ?? read;
      },
    },
    memo,
  );
}

/** The expression of an array with these axes, as it is under the indices of a reading. */
export function readUnder(expression: Expr, axes: readonly string[], read: Variable): Expr {
  const moved = axes.flatMap((axis, i) => {
    const index = read.indices[i];
    return index === undefined || index.name === axis ? [] : [[axis, index] as const];
  });
  return moved.length === 0 ? expression : renameIndices(expression, new Map(moved));
}
