import { type Expr, type Variable, variable } from "../expression/expression.ts";
import { topologicalOrder } from "../expression/fold.ts";
import type { Nest, Statement, Step, Tape } from "./tape.ts";

/** All expressions of a tape: those asked for first, then those of its steps, an element that is stored being one. */
export function expressionsOf(tape: Tape): readonly Expr[] {
  return [...tape.roots, ...tape.steps.flatMap(stepExpressions)];
}

/** What a step computes from, and the elements that it stores. */
export function stepExpressions(step: Step): readonly Expr[] {
  if (step.kind !== "matrix product") return statementsOf(step.nest).flatMap(expressionsIn);
  const { target, left, right, scale, after } = step;
  const factors = scale === undefined ? [target, left, right] : [target, left, right, scale];
  return [...factors, ...statementsOf(after).flatMap(expressionsIn)];
}

/** The readings of arrays within expressions, gathers too. */
export const readingsIn = (roots: readonly Expr[]): readonly Variable[] =>
  topologicalOrder(...roots).filter(node => node.kind === "variable");

/** The arrays that a step reads, and those that it writes. */
export function touchedBy(step: Step): { readonly reads: ReadonlySet<string>; readonly writes: ReadonlySet<string> } {
  const reads = new Set<string>();
  const writes = new Set<string>();
  const read = (roots: readonly Expr[]): void => {
    for (const { name } of readingsIn(roots)) reads.add(name);
  };
  const nest = step.kind === "matrix product" ? step.after : step.nest;
  if (step.kind === "matrix product") {
    writes.add(step.target.name);
    if (step.isAdded === true) reads.add(step.target.name);
    read(step.scale === undefined ? [step.left, step.right] : [step.left, step.right, step.scale]);
  }
  for (const statement of statementsOf(nest)) {
    if (statement.kind === "store" || statement.kind === "clear") writes.add(statement.array);
    // What is added to has been read.
    if (statement.kind === "store") {
      if (statement.operation !== "set") reads.add(statement.array);
      read([statement.value, ...gathersIn(statement)]);
    } else read(expressionsIn(statement));
  }
  return { reads, writes };
}

/** All statements of a nest but its loops, in order. */
export function statementsOf(nest: Nest): readonly Exclude<Statement, { kind: "loop" }>[] {
  const found: Exclude<Statement, { kind: "loop" }>[] = [];
  const pending = [...nest].reverse();
  for (let statement = pending.pop(); statement !== undefined; statement = pending.pop()) {
    if (statement.kind !== "loop") found.push(statement);
    else for (let i = statement.body.length - 1; i >= 0; i--) pending.push(statement.body[i] as Statement);
  }
  return found;
}

/** The indices that a nest loops over. */
export function loopsOf(nest: Nest): ReadonlySet<string> {
  const indices = new Set<string>();
  const pending = [...nest];
  for (let statement = pending.pop(); statement !== undefined; statement = pending.pop()) {
    if (statement.kind !== "loop") continue;
    indices.add(statement.index);
    for (const each of statement.body) pending.push(each);
  }
  return indices;
}

function expressionsIn(statement: Exclude<Statement, { kind: "loop" }>): readonly Expr[] {
  switch (statement.kind) {
    case "accumulate":
    case "let":
      return [statement.value];
    case "store":
      return [statement.value, variable(statement.array, ...statement.at)];
    case "start":
    case "clear":
      return [];
  }
}

/** The readings within the element that is stored. */
export const gathersIn = ({ at }: Extract<Statement, { kind: "store" }>): readonly Variable[] =>
  at.flatMap(({ terms }) => terms.flatMap(({ of }) => (typeof of === "string" ? [] : [of])));
