import { FluxionError } from "../expression/error.ts";
import { sizeOf } from "../expression/values.ts";
import type { Region } from "./emit/machine.ts";
import { takesPlaceOf, updatesInPlace } from "./in-place.ts";
import { touchedBy } from "./readings.ts";
import type { Sizes } from "./shapes.ts";
import type { Tape, TapeArray } from "./tape.ts";

/** What of a scatter matters here. */
interface Scatter {
  readonly array: string;
  readonly gathers: readonly string[];
}

/** Where every array lives. */
export interface MemoryPlan {
  readonly regions: ReadonlyMap<string, Region>;
  /** Where integers are remembered from run to run. */
  readonly remembered: ReadonlyMap<string, Region>;
  /** How many numbers and integers there are in all. */
  readonly numbers: number;
  readonly integers: number;
  /** What updates are made from and lives in the memory of their inputs already. */
  readonly inPlace: ReadonlySet<string>;
}

/**
 * Inputs and outputs have memory of their own; a temporary takes, from the step that first fills it to the last that
 * reads it, memory that no other needs meanwhile: that of what dies with the step where it can be written over, element by
 * element. What is scattered to keeps its memory, and the integers that tell where are remembered.
 */
export function planMemory(tape: Tape, { shapes }: Sizes, scatters: readonly Scatter[]): MemoryPlan {
  const kept = new Set(scatters.map(({ array }) => array));
  const regions = new Map<string, Region>();
  let [numbers, integers] = [0, 0];
  const place = (array: TapeArray, offset: number): void => {
    const shape = shapes.get(array.name) ?? [];
    const isInteger = isIntegerMemory(array);
    regions.set(array.name, { offset, strides: stridesOf(shape), length: sizeOf(shape), isInteger });
  };
  const shapeOf = (name: string): readonly number[] => shapes.get(name) ?? [];
  const isAlike = (a: string, b: string): boolean => `${shapeOf(a)}` === `${shapeOf(b)}`;
  const integerInputs = new Set(tape.arrays.filter(isIntegerMemory).map(({ name }) => name));
  const updated = updatesInPlace(tape, (from, to) => !kept.has(from) && !integerInputs.has(to) && isAlike(from, to));
  const isShared = ({ name, role }: TapeArray): boolean =>
    role === "temporary" && !kept.has(name) && !updated.has(name);
  for (const array of tape.arrays) {
    if (isShared(array) || updated.has(array.name)) continue;
    const size = sizeOf(shapeOf(array.name));
    place(array, isIntegerMemory(array) ? integers : numbers);
    if (isIntegerMemory(array)) integers += size;
    else numbers += size;
  }
  for (const [from, to] of updated) {
    const region = regions.get(to);
    if (region !== undefined) regions.set(from, region);
  }
  const free = new FreeList(numbers);
  const lives = livesOf(tape);
  const shared = tape.arrays.filter(isShared);
  for (const [number, step] of tape.steps.entries()) {
    // The arrays that share a stretch of memory during this step; the last of them has it then.
    const stretches = shared
      .filter(({ name }) => regions.has(name) && lives.get(name)?.last === number)
      .map(({ name }): [string, ...string[]] => [name]);
    for (const array of shared) {
      const { name } = array;
      const life = lives.get(name);
      if (life?.first !== number) continue;
      const taken = stretches.find(
        names =>
          names.every(old => isAlike(old, name) && lives.get(old)?.last === number) && takesPlaceOf(step, names, name),
      );
      const offset = taken === undefined ? undefined : regions.get(taken[0])?.offset;
      place(array, offset ?? free.take(sizeOf(shapeOf(name))));
      if (taken !== undefined) taken.push(name);
      else if (life.last === number) stretches.push([name]);
    }
    for (const names of stretches) {
      const last = names.at(-1) ?? names[0];
      const region = regions.get(last);
      if (region !== undefined && lives.get(last)?.last === number) free.give(region.offset, region.length);
    }
  }
  // What no step fills is nowhere, and read nowhere.
  for (const array of shared) if (!regions.has(array.name)) place(array, 0);
  const remembered = new Map<string, Region>();
  for (const name of new Set(scatters.flatMap(({ gathers }) => gathers))) {
    const region = regions.get(name);
    if (region === undefined) continue;
    remembered.set(name, { ...region, offset: integers });
    integers += region.length;
  }
  checkSize(free.end, "numbers");
  checkSize(integers, "integers");
  return { regions, remembered, numbers: free.end, integers, inPlace: new Set(updated.keys()) };
}

/** Integers that are given are kept as such; computed ones are numbers. */
export const isIntegerMemory = ({ role, isInteger }: TapeArray): boolean => role === "input" && isInteger;

/** How far apart the elements along each axis are, in row-major order. */
export function stridesOf(shape: readonly number[]): readonly number[] {
  const strides: number[] = [];
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= shape[axis] ?? 1;
  }
  return strides;
}

/** The steps between which an array is needed. */
interface Life {
  readonly first: number;
  readonly last: number;
}

function livesOf(tape: Tape): ReadonlyMap<string, Life> {
  const lives = new Map<string, Life>();
  for (const [number, step] of tape.steps.entries()) {
    const { reads, writes } = touchedBy(step);
    for (const name of [...reads, ...writes])
      lives.set(name, { first: lives.get(name)?.first ?? number, last: number });
  }
  // An update is written back after the last step.
  for (const { from } of tape.updates) {
    const life = lives.get(from);
    if (life !== undefined) lives.set(from, { ...life, last: tape.steps.length });
  }
  return lives;
}

/** Stretches of memory that nothing needs now; the smallest that is large enough is taken. */
class FreeList {
  readonly #free: { offset: number; length: number }[] = [];
  end: number;

  constructor(start: number) {
    this.end = start;
  }

  take(length: number): number {
    let best: { offset: number; length: number } | undefined;
    for (const stretch of this.#free)
      if (stretch.length >= length && (best === undefined || stretch.length < best.length)) best = stretch;
    if (best !== undefined) {
      const { offset } = best;
      best.offset += length;
      best.length -= length;
      return offset;
    }
    // What is free at the end is extended.
    const last = this.#free.find(stretch => stretch.offset + stretch.length === this.end && stretch.length > 0);
    const offset = last?.offset ?? this.end;
    if (last !== undefined) last.length = 0;
    this.end = offset + length;
    return offset;
  }

  give(offset: number, length: number): void {
    if (length === 0) return;
    let [start, end] = [offset, offset + length];
    const apart = this.#free.filter(stretch => {
      if (stretch.length === 0) return false;
      const isBefore = stretch.offset + stretch.length === start;
      const isBehind = stretch.offset === end;
      if (isBefore) start = stretch.offset;
      if (isBehind) end = stretch.offset + stretch.length;
      return !isBefore && !isBehind;
    });
    this.#free.splice(0, this.#free.length, ...apart, { offset: start, length: end - start });
  }
}

function checkSize(size: number, what: string): void {
  if (size < 2 ** 30) return;
  throw new FluxionError("unsupported", `a program of ${size} ${what} is too large: the most is ${2 ** 30 - 1}`);
}
