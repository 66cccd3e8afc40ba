import type { Nest, Tape } from "./tape.ts";

/** How many turns the innermost loops of a tape take together, where indices have these extents; 0 if there are none. */
export function turnsOf({ steps }: Tape, extents: ReadonlyMap<string, number>): number {
  const counted = (indices: readonly string[]): number =>
    indices.reduce((turns, index) => turns * (extents.get(index) ?? 1), 1);
  return steps.reduce((total, step) => {
    if (step.kind !== "matrix product") return total + turnsOfNest(step.nest, counted);
    const { batch, rows, columns, inner, after } = step;
    return total + counted([...batch, ...rows, ...columns, ...inner]) + turnsOfNest(after, counted);
  }, 0);
}

function turnsOfNest(nest: Nest, counted: (indices: readonly string[]) => number): number {
  return nest.reduce((total, statement) => {
    if (statement.kind !== "loop") return total;
    const isInnermost = !statement.body.some(each => each.kind === "loop");
    return total + counted([statement.index]) * (isInnermost ? 1 : turnsOfNest(statement.body, counted));
  }, 0);
}
