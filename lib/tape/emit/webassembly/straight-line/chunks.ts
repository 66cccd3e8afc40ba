import type { StraightLine } from "../../../straight-line.ts";
import type { Branches } from "./branches.ts";

/** A straight line in pieces that follow each other, and the memory through which they hand values on. */
export interface Chunks {
  /** For each piece, the steps that are always computed, in order. */
  readonly lists: readonly (readonly number[])[];
  /** For each slot, its place in the memory, or -1 if it needs none. The first places are those of the results. */
  readonly places: Int32Array;
  /** How many places there are. */
  readonly count: number;
  /** Results that stand elsewhere: an input, or another result. */
  readonly copies: readonly { readonly from: number; readonly to: number }[];
}

/**
 * Cuts a straight line wherever a piece would weigh more than `most`. Results come first in memory, then inputs, then
 * what a later piece reads. What is in the arms of a conditional stays with it.
 */
export function chunksOf(tape: StraightLine, branches: Branches, weights: Float64Array, most: number): Chunks {
  const { inputs, constants, steps, outputs } = tape;
  const base = inputs.length + constants.length;
  const chunkOf = new Int32Array(steps.length);
  const lists: number[][] = [[]];
  let weight = 0;
  for (const step of branches.always) {
    const within = unitOf(step, branches);
    const added = within.reduce((sum, each) => sum + (weights[each] ?? 0), 0);
    if (weight > 0 && weight + added > most) {
      lists.push([]);
      weight = 0;
    }
    weight += added;
    lists.at(-1)?.push(step);
    for (const each of within) chunkOf[each] = lists.length - 1;
  }
  const places = new Int32Array(base + steps.length).fill(-1);
  for (const [position, slot] of outputs.entries()) if (slot >= base) places[slot] = position;
  let count = outputs.length;
  for (let slot = 0; slot < inputs.length; slot++) places[slot] = count++;
  for (const [i, { args }] of steps.entries())
    for (const slot of args)
      if (slot >= base && places[slot] === -1 && chunkOf[slot - base] !== chunkOf[i]) places[slot] = count++;
  const copies = outputs.flatMap((slot, to) => {
    const from = places[slot] ?? -1;
    return from === -1 || from === to ? [] : [{ from, to }];
  });
  return { lists, places, count, copies };
}

/** A step with all that is in its arms, and in theirs. */
export function unitOf(step: number, { arms }: Branches): readonly number[] {
  if (!arms.has(step)) return [step];
  const unit: number[] = [];
  const pending = [step];
  for (let each = pending.pop(); each !== undefined; each = pending.pop()) {
    unit.push(each);
    for (const arm of arms.get(each) ?? []) for (const inner of arm) pending.push(inner);
  }
  return unit;
}
