import type { Value as BlockValue, Loop, Place, Position, Source } from "../../block.ts";
import type { Memory } from "../machine.ts";
import { i32 } from "./scalars.ts";
import type { Address, Value } from "./values.ts";

/**
 * A position in bytes of numbers: that of the first lane is `base + offset`; a lane further on it is `stride` more, and
 * what `lanes` has for it.
 */
export interface Spot {
  readonly base: Value<"i32"> | undefined;
  readonly offset: number;
  readonly stride: number;
  /** What each lane adds, where integers tell the elements. */
  readonly lanes: readonly Value<"i32">[] | undefined;
  /** Whether `base` may be below 0 where the whole is not: an address takes no negative part. */
  readonly isLow: boolean;
}

/** Whether lanes reach different elements. */
export const isSpread = ({ stride, lanes }: Spot): boolean => stride !== 0 || lanes !== undefined;

/** What positions are made of, where code is being written. */
export interface Whereabouts {
  /** The bytes of a number. */
  readonly bytes: number;
  /** The loop whose turns run in lanes. */
  readonly vector: Loop | undefined;
  readonly counterOf: (loop: Loop) => Counter;
  /** A position that was computed before. */
  readonly spotOf: (value: BlockValue) => Spot | undefined;
  /** A value as a whole number: one for all lanes, or one each. */
  readonly integersOf: (value: BlockValue) => readonly Value<"i32">[];
}

/** Where a loop stands, in bytes of numbers. */
export interface Counter {
  readonly base: Value<"i32">;
  readonly offset: number;
}

/** A position as it is in the first lane, and what the others add to that. */
export function spotOf(position: Position, whereabouts: Whereabouts): Spot {
  const { bytes, vector, counterOf, integersOf } = whereabouts;
  let base: Value<"i32"> | undefined;
  let lanes: readonly Value<"i32">[] | undefined;
  let [offset, stride, isLow] = [0, 0, false];
  const add = (x: Value<"i32"> | undefined, factor: number): void => {
    base = sumOf(base, x === undefined ? undefined : times(x, factor));
  };
  const spread = (list: readonly Value<"i32">[], factor: number): void => {
    lanes = list.map((x, lane) => sumOf(lanes?.[lane], times(x, factor)) as Value<"i32">);
  };
  const take = (of: Loop | Source, factor: number): void => {
    if (typeof of === "number") {
      offset += factor * of * bytes;
      return;
    }
    if (factor < 0) isLow = true;
    if ("index" in of) {
      const counter = counterOf(of);
      add(counter.base, factor);
      offset += factor * counter.offset;
      if (of === vector) stride += factor * bytes;
      return;
    }
    const known = whereabouts.spotOf(of);
    if (known === undefined) {
      const integers = integersOf(of);
      isLow = true;
      if (integers.length === 1) add(integers[0], factor * bytes);
      else spread(integers, factor * bytes);
      return;
    }
    add(known.base, factor);
    offset += factor * known.offset;
    stride += factor * known.stride;
    if (known.lanes !== undefined) spread(known.lanes, factor);
    isLow ||= known.isLow;
  };
  take(position.base, 1);
  for (const { factor, of } of position.terms) take(of, factor);
  return { base, offset, stride, lanes, isLow: isLow || offset < 0 };
}

/** Where in memory the element lies that a lane reaches. */
export function addressOf({ array }: Place, spot: Spot, lane: number, bytes: number, memory: Memory): Address {
  const { isInteger } = memory.regionOf(array);
  const store = isInteger ? memory.integers : memory.numbers;
  const shift = Math.log2(bytes / store.BYTES_PER_ELEMENT);
  const sum = sumOf(spot.base, spot.lanes?.[lane]);
  const base = sum === undefined || shift === 0 ? sum : i32.shr(sum, i32.constant(shift));
  const offset = store.byteOffset + (spot.offset + lane * spot.stride) / 2 ** shift;
  const alignment = store.BYTES_PER_ELEMENT;
  if (base === undefined || !spot.isLow) return { base: base ?? i32.constant(0), offset, alignment };
  return { base: i32.add(base, i32.constant(offset)), alignment };
}

/** The position itself, as one number. */
export function wholeOf(spot: Spot, lane: number): Value<"i32"> {
  const known = i32.constant(spot.offset + lane * spot.stride);
  return sumOf(sumOf(spot.base, spot.lanes?.[lane]), known) ?? known;
}

function sumOf(x: Value<"i32"> | undefined, y: Value<"i32"> | undefined): Value<"i32"> | undefined {
  if (x === undefined) return y;
  return y === undefined ? x : i32.add(x, y);
}

const times = (x: Value<"i32">, factor: number): Value<"i32"> => (factor === 1 ? x : i32.mul(x, i32.constant(factor)));
