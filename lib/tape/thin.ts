import { constant, type Expr, type Variable, variable } from "../expression/expression.ts";
import { mulAll } from "../expression/functions.ts";
import { freshName } from "../expression/indices.ts";
import { side } from "./emit/product/panels.ts";
import { isIntegerMemory, stridesOf } from "./memory.ts";
import { readingsIn } from "./readings.ts";
import type { Sizes } from "./shapes.ts";
import type { Nest, ProductStep, Statement, Tape } from "./tape.ts";

/**
 * The tape with loops in place of those matrix products for which putting the factors in order does not pay: those with few
 * rows or columns, outer products, or integers among their factors. An index that is single takes one value in every run.
 */
export function withoutThinProducts(tape: Tape, sizes: Sizes, isSingle: (index: string) => boolean): Tape {
  const integers = new Set(tape.arrays.filter(isIntegerMemory).map(({ name }) => name));
  const steps = tape.steps.map(step => {
    if (step.kind !== "matrix product" || !isThin(step, sizes, integers)) return step;
    const nest = [...productNest(step, sizes, isSingle), ...step.after];
    return { kind: "reduction", assignments: step.assignments, nest } as const;
  });
  return { ...tape, steps };
}

function isThin(
  { rows, columns, inner, left, right }: ProductStep,
  { extents }: Sizes,
  integers: ReadonlySet<string>,
): boolean {
  const count = (indices: readonly string[]): number =>
    indices.reduce((product, index) => product * (extents.get(index) ?? 0), 1);
  // Panels of whole squares would be mostly empty.
  const isNarrow = count(rows) < side || count(columns) < side || count(inner) === 1;
  return isNarrow || integers.has(left.name) || integers.has(right.name);
}

/** A matrix product as loops, of which the innermost reads and writes one number after another. */
function productNest(step: ProductStep, { shapes, extents }: Sizes, isSingle: (index: string) => boolean): Nest {
  const { batch, rows, columns, inner, target, left, right, scale } = step;
  const strideIn = ({ name, indices }: Variable, index: string): number => {
    const strides = stridesOf(shapes.get(name) ?? []);
    return indices.reduce((sum, { name: own }, axis) => sum + (own === index ? (strides[axis] ?? 0) : 0), 0);
  };
  const score = (index: string): number => {
    const extent = extents.get(index) ?? 0;
    const near = [left, right, target].filter(array => strideIn(array, index) <= 1).length;
    return extent < side ? 0 : 1 + near + extent / 2 ** 31;
  };
  const all = [...rows, ...inner, ...columns];
  const innermost = all.reduce((best, index) => (score(index) > score(best) ? index : best), all[0] ?? "");
  const factors: readonly Expr[] = scale === undefined ? [left, right] : [scale, left, right];
  const element = { array: target.name, at: target.indices } as const;
  const outer = all.filter(index => index !== innermost);
  if (inner.every(isSingle)) {
    return looped(
      [...batch, ...outer, innermost],
      [{ kind: "store", ...element, operation: "set", value: mulAll(factors) }],
    );
  }
  if (inner.length === 1 && inner[0] === innermost) {
    const local = freshName("sum", new Set(readingsIn(factors).map(({ name }) => name)));
    const total = variable(local);
    const sum: Nest = [
      { kind: "start", local, operation: "sum" },
      ...looped(inner, [{ kind: "accumulate", local, operation: "sum", value: mulAll([left, right]) }]),
      {
        kind: "store",
        ...element,
        operation: "set",
        value: scale === undefined ? total : mulAll([scale, total]),
      },
    ];
    return looped([...batch, ...rows, ...columns], sum);
  }
  return [
    ...looped([...batch, ...rows, ...columns], [{ kind: "store", ...element, operation: "set", value: constant(0) }]),
    ...looped(
      [...batch, ...outer, innermost],
      [{ kind: "store", ...element, operation: "sum", value: mulAll(factors) }],
    ),
  ];
}

/** Statements within loops, the first index outermost. */
export const looped = (indices: readonly string[], body: Nest): Nest =>
  indices.reduceRight<Nest>(
    (inside, name): readonly Statement[] => [{ kind: "loop", index: name, body: inside }],
    body,
  );
