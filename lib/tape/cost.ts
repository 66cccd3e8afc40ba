import type { Expr } from "../expression/expression.ts";
import { extentOf } from "../expression/extents.ts";
import { topologicalOrder } from "../expression/fold.ts";
import { stemOf } from "../expression/indices.ts";
import type { Nest, Step, Tape } from "./tape.ts";

/** What a run of a tape does, and what it needs. */
export interface TapeCost {
  /** Products that are added up, and sums: each turn of a matrix product or of an accumulation is one. */
  readonly multiplyAdds: number;
  /** All other operations on numbers: each once for every turn of the innermost loop whose index it depends on. */
  readonly operations: number;
  /** Elements of all arrays that are filled, if each has memory of its own. */
  readonly elements: number;
}

/**
 * The cost of a tape where indices have these extents; those that the tape holds need not be given. Throws `extent` for an
 * index without one.
 */
export function costOf(tape: Tape, extents: Readonly<Record<string, number>> = {}): TapeCost {
  const known = extentsFor(tape, extents);
  const steps = tape.steps.map(step => costOfStep(step, known));
  const filled = tape.arrays.filter(({ role }) => role !== "input");
  const sizes = filled.map(({ axes }) =>
    sizeOf(
      axes.map(axis => axis ?? ""),
      known,
    ),
  );
  return {
    multiplyAdds: total(steps.map(step => step.multiplyAdds)),
    operations: total(steps.map(step => step.operations)),
    elements: total(sizes),
  };
}

/** The same of one step: what it stores aside. */
export function costOfStep(step: Step, extents: ReadonlyMap<string, number>): Omit<TapeCost, "elements"> {
  if (step.kind === "matrix product") {
    const { batch, rows, columns, inner, after } = step;
    const rest = costOfNest(after, [], extents);
    return { ...rest, multiplyAdds: rest.multiplyAdds + sizeOf([...batch, ...rows, ...columns, ...inner], extents) };
  }
  return costOfNest(step.nest, [], extents);
}

function extentsFor(tape: Tape, extents: Readonly<Record<string, number>>): ReadonlyMap<string, number> {
  const given = new Map([...tape.extents, ...Object.entries(extents)]);
  const known = new Map(given);
  // A primed index ranges as the one that it was made of.
  const names = tape.steps.flatMap(indicesOf).concat(tape.arrays.flatMap(({ axes }) => axes.map(axis => axis ?? "")));
  for (const name of names) {
    const extent = given.get(name) ?? given.get(stemOf(name));
    if (extent !== undefined) known.set(name, extent);
  }
  return known;
}

const indicesOf = (step: Step): readonly string[] =>
  step.kind === "matrix product" ? [...step.batch, ...step.rows, ...step.columns, ...step.inner] : loopsOf(step.nest);

/** The indices of the loops of a nest. */
export const loopsOf = (nest: Nest): readonly string[] =>
  nest.flatMap(statement => (statement.kind === "loop" ? [statement.index, ...loopsOf(statement.body)] : []));

function costOfNest(
  nest: Nest,
  loops: readonly string[],
  extents: ReadonlyMap<string, number>,
): Omit<TapeCost, "elements"> {
  let [multiplyAdds, operations] = [0, 0];
  // What statements of one body share is computed once.
  const seen = new Set<Expr>();
  for (const statement of nest) {
    if (statement.kind === "loop") {
      const inner = costOfNest(statement.body, [...loops, statement.index], extents);
      multiplyAdds += inner.multiplyAdds;
      operations += inner.operations;
    }
    if (!("value" in statement)) continue;
    const isSum = statement.kind !== "let" && statement.operation === "sum";
    if (isSum) multiplyAdds += sizeOf(loops, extents);
    for (const node of topologicalOrder(statement.value)) {
      if (node.kind !== "call" || seen.has(node)) continue;
      seen.add(node);
      // The product that is added is a multiply-add already.
      if (isSum && node === statement.value && node.fn.name === "mul") continue;
      operations += sizeOf(loops.slice(0, depthOf(node, loops)), extents);
    }
  }
  return { multiplyAdds, operations };
}

// How many loops a value has to be inside of; what reads a local stays where it is.
function depthOf(node: Expr, loops: readonly string[]): number {
  const readsScalar = topologicalOrder(node).some(each => each.kind === "variable" && each.indices.length === 0);
  if (readsScalar) return loops.length;
  return loops.reduce((depth, index, i) => (node.freeIndices.includes(index) ? i + 1 : depth), 0);
}

const sizeOf = (indices: readonly string[], extents: ReadonlyMap<string, number>): number =>
  indices.reduce((size, index) => size * extentOf(extents, index), 1);

const total = (numbers: readonly number[]): number => numbers.reduce((sum, each) => sum + each, 0);
