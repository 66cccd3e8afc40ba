import { constant } from "../expression/expression.ts";
import { sizeOf } from "../expression/values.ts";
import type { LoopBackend } from "./emit/backend.ts";
import type { Memory, Region } from "./emit/machine.ts";
import { lower } from "./lower.ts";
import { isIntegerMemory } from "./memory.ts";
import { readingsIn, statementsOf } from "./readings.ts";
import type { Sizes } from "./shapes.ts";
import type { Nest, Statement, Step, Tape } from "./tape.ts";

/**
 * An array that a step clears and then adds to at a few positions, told by integers: an embedding's gradient. From the
 * second run on only what the run before has touched is cleared, which is found by going through its integers again.
 */
export interface Scatter {
  readonly array: string;
  /** Sets all elements that the step adds to to 0. */
  readonly undo: Nest;
  /** The arrays of integers that tell the positions: they are remembered from run to run. */
  readonly gathers: readonly string[];
}

/** The scatters of each step that are to fewer elements than the array has. */
export function scattersOf(tape: Tape, { shapes, extents }: Sizes): ReadonlyMap<Step, readonly Scatter[]> {
  const given = new Set(tape.arrays.filter(isIntegerMemory).map(({ name }) => name));
  const scatters = new Map<Step, readonly Scatter[]>();
  const writers = writersOf(tape);
  for (const step of tape.steps) {
    if (step.kind === "matrix product") continue;
    const found = step.nest.flatMap((statement): readonly Scatter[] => {
      if (statement.kind !== "clear") return [];
      const { array } = statement;
      const size = sizeOf(shapes.get(array) ?? []);
      const stores = storesTo(array, step.nest);
      // Another step adds to it as well.
      if (writers.get(array) !== 1 + stores.length) return [];
      const scatter = scatterTo(array, stores, index => extents.get(index) ?? 0);
      const isGiven = scatter?.gathers.every(name => given.has(name)) === true;
      return scatter !== undefined && isGiven && 2 * scatter.touched < size ? [scatter] : [];
    });
    if (found.length > 0) scatters.set(step, found);
  }
  return scatters;
}

/** Clears what the run before has touched, and remembers what this one will touch. */
export function clearRunner(
  { array, undo, gathers }: Scatter,
  memory: Memory,
  remembered: ReadonlyMap<string, Region>,
  backend: LoopBackend,
): () => void {
  const region = memory.regionOf(array);
  const copies = gathers.map(name => ({
    from: memory.regionOf(name),
    to: remembered.get(name) ?? memory.regionOf(name),
  }));
  const extents = memory.extents.slice();
  const before: Memory = {
    ...memory,
    extents,
    regionOf: name => remembered.get(name) ?? memory.regionOf(name),
  };
  const clear = backend.blockOf(lower(undo, before.regionOf), before);
  let isFirst = true;
  return () => {
    if (isFirst) memory.numbers.fill(0, region.offset, region.offset + region.length);
    else clear();
    isFirst = false;
    extents.set(memory.extents);
    for (const { from, to } of copies) memory.integers.copyWithin(to.offset, from.offset, from.offset + from.length);
  };
}

/** How many statements of the whole tape write to each array. */
function writersOf(tape: Tape): ReadonlyMap<string, number> {
  const writers = new Map<string, number>();
  const count = (name: string): unknown => writers.set(name, (writers.get(name) ?? 0) + 1);
  for (const step of tape.steps) {
    if (step.kind === "matrix product") count(step.target.name);
    for (const each of statementsOf(step.kind === "matrix product" ? step.after : step.nest))
      if (each.kind === "store" || each.kind === "clear") count(each.array);
  }
  return writers;
}

/** A statement that stores into an array, and the loops around it, the outermost first. */
interface Stored {
  readonly store: Extract<Statement, { kind: "store" }>;
  readonly loops: readonly string[];
}

function scatterTo(
  array: string,
  stores: readonly Stored[],
  extentOf: (index: string) => number,
): (Scatter & { readonly touched: number }) | undefined {
  if (stores.length === 0 || stores.some(({ store }) => store.operation !== "sum")) return undefined;
  const places = stores.map(({ store: { at }, loops: around }) => {
    const readings = at.flatMap(({ terms }) => terms.flatMap(({ of }) => (typeof of === "string" ? [] : [of])));
    const indices = new Set(
      at.flatMap(({ terms }) => terms.flatMap(({ of }) => (typeof of === "string" ? of : of.freeIndices))),
    );
    const loops = [...new Set(around)].filter(index => indices.has(index));
    const cleared: Statement = { kind: "store", array, at, operation: "set", value: constant(0) };
    return {
      readings,
      undo: loops.reduceRight<Nest>((body, index) => [{ kind: "loop", index, body }], [cleared]),
      touched: loops.reduce((product, index) => product * extentOf(index), 1),
    };
  });
  return {
    array,
    undo: places.flatMap(({ undo }) => undo),
    gathers: [...new Set(readingsIn(places.flatMap(({ readings }) => readings)).map(({ name }) => name))],
    touched: places.reduce((total, { touched }) => total + touched, 0),
  };
}

function storesTo(array: string, nest: Nest): readonly Stored[] {
  const found: Stored[] = [];
  const pending: { readonly statement: Statement; readonly loops: readonly string[] }[] = nest.map(statement => ({
    statement,
    loops: [],
  }));
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { statement, loops } = next;
    if (statement.kind === "store" && statement.array === array) found.push({ store: statement, loops });
    if (statement.kind !== "loop") continue;
    const inside = [...loops, statement.index];
    for (const each of statement.body) pending.push({ statement: each, loops: inside });
  }
  return found;
}
