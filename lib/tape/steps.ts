import { index, type Variable, variable } from "../expression/expression.ts";
import type { Instruction } from "./block.ts";
import type { LoopBackend } from "./emit/backend.ts";
import type { Axis, Memory } from "./emit/machine.ts";
import { panelsLength } from "./emit/product/panels.ts";
import { lower, lowerAll } from "./lower.ts";
import type { Nest, ProductStep, Step, Tape } from "./tape.ts";
import { looped } from "./thin.ts";

/** What clears an array in place of a step's own statement. */
export interface Clear {
  readonly array: string;
  readonly clear: () => void;
}

/** A step as a function. */
export function stepRunner(step: Step, clears: readonly Clear[], memory: Memory, backend: LoopBackend): () => void {
  const nestOf = (nest: Nest): (() => void) => backend.blockOf(lower(nest, memory.regionOf), memory);
  if (step.kind !== "matrix product") {
    const cleared = new Set(clears.map(({ array }) => array));
    const run = nestOf(step.nest.filter(each => each.kind !== "clear" || !cleared.has(each.array)));
    if (clears.length === 0) return run;
    return () => {
      for (const { clear } of clears) clear();
      run();
    };
  }
  const axes = axesOf(step, memory);
  const product = backend.productOf(
    {
      batch: step.batch.map(axes),
      rows: step.rows.map(axes),
      columns: step.columns.map(axes),
      inner: step.inner.map(axes),
      left: memory.regionOf(step.left.name).offset,
      right: memory.regionOf(step.right.name).offset,
      target: memory.regionOf(step.target.name).offset,
      isAdded: step.isAdded === true,
    },
    memory,
  );
  const scale = scaleRunner(step, memory, backend);
  const after = step.after.length === 0 ? undefined : nestOf(step.after);
  return () => {
    product(scale());
    if (after !== undefined) after();
  };
}

/** How much room the steps of a tape need while they run. */
export function roomOf(tape: Tape, extentOf: (index: string) => number): number {
  const count = (indices: readonly string[]): number =>
    indices.reduce((product, index) => product * extentOf(index), 1);
  return tape.steps.reduce((longest, step) => {
    if (step.kind !== "matrix product") return longest;
    return Math.max(longest, panelsLength(count(step.rows), count(step.columns), count(step.inner)));
  }, 0);
}

/** Writes the updates back, unless they are `inPlace`: what they are made from becomes the value of their inputs. */
export function updateRunner(
  tape: Tape,
  inPlace: ReadonlySet<string>,
  memory: Memory,
  backend: LoopBackend,
): () => void {
  const axes = new Map(tape.arrays.map(array => [array.name, array.axes]));
  const copied = tape.updates.filter(({ to, from }) => to !== from && !inPlace.has(from));
  const runs = copied.map(({ to, from }) => {
    const indices = (axes.get(from) ?? []).flatMap(axis => (axis === undefined ? [] : [axis]));
    const copy = backend.blockOf(lower(copyNest(to, from, indices), memory.regionOf), memory);
    const [source, target] = [memory.regionOf(from), memory.regionOf(to)];
    if (source.isInteger || target.isInteger) return copy;
    const full = indices.map(index => memory.extents[memory.slotOf(index)]);
    const slots = indices.map(memory.slotOf);
    return () => {
      // All of it at once is several times faster.
      if (!slots.every((slot, i) => memory.extents[slot] === full[i])) copy();
      else memory.numbers.copyWithin(target.offset, source.offset, source.offset + source.length);
    };
  });
  return () => {
    for (const run of runs) run();
  };
}

function scaleRunner({ scale, target }: ProductStep, memory: Memory, backend: LoopBackend): () => number {
  if (scale === undefined) return () => 1;
  if (scale.kind === "constant") return () => scale.value;
  const { block, results } = lowerAll([], [scale], memory.regionOf);
  // The last number is no array's.
  const offset = memory.numbers.length - 1;
  const store: Instruction = {
    kind: "store",
    to: { array: target.name, position: { base: offset, terms: [] } },
    operation: "set",
    value: results[0] ?? 1,
  };
  const compute = backend.blockOf([...block, store], memory);
  return () => {
    compute();
    return memory.numbers[offset] as number;
  };
}

function axesOf({ left, right, target }: ProductStep, memory: Memory): (index: string) => Axis {
  const strideIn = ({ name, indices }: Variable, index: string): number =>
    indices.reduce(
      (sum, { name: own }, axis) => sum + (own === index ? (memory.regionOf(name).strides[axis] ?? 0) : 0),
      0,
    );
  return index => {
    const slot = memory.slotOf(index);
    return {
      slot,
      extent: memory.extents[slot] as number,
      left: strideIn(left, index),
      right: strideIn(right, index),
      target: strideIn(target, index),
    };
  };
}

const copyNest = (to: string, from: string, indices: readonly string[]): Nest => {
  const at = indices.map(index);
  return looped(indices, [{ kind: "store", array: to, at, operation: "set", value: variable(from, ...at) }]);
};
