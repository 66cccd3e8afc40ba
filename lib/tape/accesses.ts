import type { Expr, Index } from "../expression/expression.ts";
import { gathersIn, readingsIn } from "./readings.ts";
import type { Nest, Statement, Step } from "./tape.ts";

export type LoopStatement = Extract<Statement, { kind: "loop" }>;

/** One place where a step reads or writes an array, or a local, which may hide the scalar of its name. */
export interface Access {
  readonly array: string;
  readonly isWrite: boolean;
  /** The element; absent where it is all of them. */
  readonly at: readonly Index[] | undefined;
  /** The loops around it, the outermost first. */
  readonly loops: readonly LoopStatement[];
}

/** All accesses of a step, each after those that are done before it in one turn of the loops around both. */
export function accessesOf(step: Step): readonly Access[] {
  if (step.kind !== "matrix product") return accessesIn(step.nest);
  const { target, left, right, scale, after, isAdded = false } = step;
  const factors = scale === undefined ? [left, right] : [left, right, scale];
  const reads = readingsIn(isAdded ? [target, ...factors] : factors);
  const all = { at: undefined, loops: [] };
  return [
    // A product reads its factors until its last element is written.
    { array: target.name, isWrite: true, ...all },
    ...reads.map(({ name }): Access => ({ array: name, isWrite: false, ...all })),
    ...accessesIn(after),
  ];
}

/** The same of a nest. */
export function accessesIn(nest: Nest): readonly Access[] {
  const found: Access[] = [];
  const pending: (readonly [statement: Statement, loops: readonly LoopStatement[]])[] = [];
  const push = (list: Nest, loops: readonly LoopStatement[]): void => {
    for (let i = list.length - 1; i >= 0; i--) pending.push([list[i] as Statement, loops]);
  };
  push(nest, []);
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const [statement, loops] = next;
    if (statement.kind === "loop") {
      push(statement.body, [...loops, statement]);
      continue;
    }
    for (const { name, indices } of readingsIn(readBy(statement)))
      found.push({ array: name, isWrite: false, at: indices, loops });
    if ("local" in statement) found.push({ array: statement.local, isWrite: true, at: [], loops });
    if (statement.kind === "clear") found.push({ array: statement.array, isWrite: true, at: undefined, loops });
    if (statement.kind === "store") found.push({ array: statement.array, isWrite: true, at: statement.at, loops });
  }
  return found;
}

/**
 * Whether one of two accesses of the same memory, `first` being the one that one turn of their loops does first, is done
 * before the other wherever both are of one element: no later turn of a loop around both comes back to the element.
 */
export function staysBefore(first: Access, later: Access): boolean {
  const shared = first.loops.filter((loop, depth) => later.loops[depth] === loop);
  const isOnce = (name: string, { loops }: Access): boolean => loops.filter(({ index }) => index === name).length === 1;
  return shared.every(
    ({ index }) =>
      isOnce(index, first) &&
      isOnce(index, later) &&
      (first.at ?? []).some((own, axis) => own.name === index && later.at?.[axis]?.name === index),
  );
}

function readBy(statement: Exclude<Statement, LoopStatement>): readonly Expr[] {
  switch (statement.kind) {
    case "accumulate":
    case "let":
      return [statement.value];
    case "store":
      return [statement.value, ...gathersIn(statement)];
    case "start":
    case "clear":
      return [];
  }
}
