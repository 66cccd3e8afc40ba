import type { Value as BlockValue, Loop, Source } from "../../block.ts";
import type { Memory, Region } from "../machine.ts";
import type { Body, Variable } from "./body.ts";
import type { Calls } from "./calls.ts";
import type { Module } from "./encoder.ts";
import type { Site } from "./functions/form.ts";
import { i32 } from "./scalars.ts";
import type { Counter, Spot, Whereabouts } from "./spots.ts";
import type { Floating, Value } from "./values.ts";
import type { FloatVectors } from "./vectors.ts";

/** What is known of a block before its code is written. */
export interface Plan<F extends Floating> {
  readonly v: FloatVectors<F>;
  readonly memory: Memory;
  readonly module: Module;
  readonly site: Site;
  /** How many values an index takes in the present run. */
  readonly countOf: (index: string) => Value<"i32">;
  /** The loops whose turns run in lanes. */
  readonly chosen: ReadonlySet<Loop>;
  /** The values that are read once, in the list that they stand in. */
  readonly once: ReadonlySet<BlockValue>;
  /** What the block writes to. */
  readonly written: readonly Region[];
  /** Where a slice of the work is done: what of it. */
  readonly slice?: Slice;
}

/** Some turns of a loop, from the counter's one value to another, in bytes of numbers, from `from` on. */
export interface Slice {
  readonly loop: Loop;
  readonly from: Value<"i32">;
  readonly to: Value<"i32">;
  /** How far from an array, in bytes, its copy lies that is written in its place. */
  readonly shiftOf: (array: string) => Value<"i32"> | undefined;
}

/** What was computed outside of all loops. */
export interface Known<F extends Floating> {
  readonly numbers: Map<BlockValue, Held<F>>;
  readonly spots: Map<BlockValue, Spot>;
  readonly totals: Map<BlockValue, Variable<F>>;
}

/** Where nothing was computed yet. */
export const nothing = <F extends Floating>(): Known<F> => ({
  numbers: new Map(),
  spots: new Map(),
  totals: new Map(),
});

/** Code in the making. */
export interface Writer<F extends Floating> extends Plan<F>, Known<F> {
  readonly body: Body;
  readonly bytes: number;
  readonly calls: Calls<F>;
  readonly counters: Map<Loop, Counter>;
  /** The loop whose turns run in lanes here. */
  readonly vector: Loop | undefined;
}

/** A value that was computed, or will be where it is used. */
export interface Held<F extends Floating> {
  readonly number: Value<F>;
  /** Whether lanes may differ. */
  readonly isVarying: boolean;
  /** How many operations within each other wait to be computed. */
  readonly depth: number;
  /** The value as a whole number, where it is one: for all lanes, or for each. */
  readonly integers?: readonly Value<"i32">[];
}

/** What waits lies on the engine's stack while it is computed. */
export const deepest = 12;

/** Computes a value now, unless its only reader may as well. */
export function settle<F extends Floating>(
  target: BlockValue,
  held: Held<F>,
  { once, body, numbers }: Writer<F>,
): void {
  const isWaiting = once.has(target) && held.depth < deepest;
  numbers.set(target, isWaiting ? held : { ...held, number: body.keep(held.number), depth: 0 });
}

/** A value as it is here. */
export function heldOf<F extends Floating>(source: Source, { v, numbers }: Writer<F>): Held<F> {
  if (typeof source === "number") return { number: v.constant(source), isVarying: false, depth: 0 };
  return numbers.get(source) as Held<F>;
}

/** A value as whole numbers. */
export function integersOf<F extends Floating>(
  { integers, number, isVarying }: Held<F>,
  { v, body }: Writer<F>,
): readonly Value<"i32">[] {
  if (integers !== undefined) return integers;
  const kept = body.keep(number);
  return Array.from({ length: isVarying ? v.lanes : 1 }, (_, lane) =>
    body.keep(i32.fromDouble(v.toDouble(v.extract(kept, lane)))),
  );
}

/** What positions are made of here. */
export const whereaboutsOf = <F extends Floating>(writer: Writer<F>): Whereabouts => ({
  bytes: writer.bytes,
  vector: writer.vector,
  counterOf: loop => writer.counters.get(loop) as Counter,
  spotOf: value => writer.spots.get(value),
  integersOf: value => integersOf(heldOf(value, writer), writer),
});
