import { type Value as BlockValue, neutral } from "../../block.ts";
import type { Memory } from "../machine.ts";
import type { Body, Variable } from "./body.ts";
import { type Copied, type Cut, copyBytes } from "./cut.ts";
import { taken } from "./lanes.ts";
import { i32 } from "./scalars.ts";
import type { Section } from "./sections.ts";
import type { Spot } from "./spots.ts";
import { type Held, type Known, nothing, type Slice } from "./state.ts";
import { type Floating, load, type Value } from "./values.ts";
import type { FloatVectors } from "./vectors.ts";

/** What the functions of a block hand over to each other, through memory: values, totals of slices, copies of arrays. */
export interface Handover<F extends Floating> {
  /** Takes what a section needs of earlier ones, and puts together what the slices before it have left. */
  readonly enter: (section: Section, body: Body, slices: Value<"i32">) => Known<F>;
  /** Puts down what later sections need. */
  readonly leave: (section: Section, body: Body, known: Known<F>) => void;
  /** Begins a slice of so many bytes of turns, of a loop that has `count` turns. */
  readonly enterSlice: (section: Section, cut: Cut, body: Body, number: Value<"i32">, count: Value<"i32">) => Part<F>;
  readonly leaveSlice: (cut: Cut, body: Body, number: Value<"i32">, known: Known<F>) => void;
}

interface Part<F extends Floating> {
  readonly known: Known<F>;
  readonly slice: Slice;
}

/** The bytes that so many values take on their way. */
export const cellsLength = (values: number): number => cellBytes * values;

// A vector, and a whole number.
const cellBytes = 32;

/** The handover of a block whose sections are written in order; `start` is where its memory begins. */
export function handoverOf<F extends Floating>(
  crossing: ReadonlyMap<BlockValue, number>,
  memory: Memory,
  v: FloatVectors<F>,
  start: number,
): Handover<F> {
  const bytes = 16 / v.lanes;
  // What is known of a value beside what lies in its cell.
  const kinds = new Map<BlockValue, Held<F> | Spot | "total">();
  const partsStart = start + cellsLength(crossing.size);
  const cellOf = (value: BlockValue, offset = 0) => ({
    base: i32.constant(start + cellBytes * (crossing.get(value) ?? 0) + offset),
  });
  const incoming = ({ reads, makes }: Section): readonly BlockValue[] =>
    [...reads].filter(value => crossing.has(value) && !makes.has(value));

  function take(value: BlockValue, body: Body, { numbers, spots, totals }: Known<F>): void {
    const kind = kinds.get(value);
    if (kind === undefined) return;
    if (kind === "total") totals.set(value, body.variable(load(v.type, cellOf(value))));
    else if ("number" in kind) {
      const integers = kind.integers === undefined ? {} : { integers: [body.keep(load("i32", cellOf(value, 16)))] };
      const number = body.keep(load(v.type, cellOf(value)));
      numbers.set(value, { number, isVarying: false, depth: 0, ...integers });
    } else spots.set(value, { ...kind, base: kind.base && body.keep(load("i32", cellOf(value, 16))) });
  }

  function put(value: BlockValue, body: Body, { numbers, spots, totals }: Known<F>): void {
    const [total, held, spot] = [totals.get(value), numbers.get(value), spots.get(value)];
    const kind = total === undefined ? (held ?? spot) : "total";
    if (kind !== undefined) kinds.set(value, kind);
    const number = total?.value ?? held?.number;
    const integer = held?.integers?.[0] ?? spot?.base;
    if (number !== undefined) body.store(cellOf(value), number);
    if (integer !== undefined) body.store(cellOf(value, 16), integer);
  }

  function putTogether({ totals, copies, ...cut }: Cut, body: Body, slices: Value<"i32">, known: Known<F>): void {
    const { stride, copyAt } = partsOf({ totals, copies, ...cut }, memory);
    const length = body.keep(i32.mul(slices, i32.constant(stride)));
    const forEachPart = (from: Value<"i32">, visit: (at: Value<"i32">) => void): void => {
      const begin = body.keep(from);
      body.count(begin, body.keep(i32.add(begin, length)), stride, visit);
    };
    for (const [j, { target, operation }] of totals.entries()) {
      const total = known.totals.get(target) as Variable<F>;
      forEachPart(i32.constant(partsStart + 16 * j), base =>
        body.set(total, taken(v, operation, total.value, load(v.type, { base }))),
      );
    }
    for (const [j, { region, operation }] of copies.entries()) {
      const from = partsStart + (copyAt[j] ?? 0);
      const to = memory.numbers.byteOffset + bytes * region.offset;
      const end = bytes * region.length;
      const whole = end - (end % 16);
      body.count(i32.constant(0), i32.constant(whole), 16, at => {
        const place = { base: at, offset: to, alignment: bytes };
        const total = body.variable(load(v.type, place));
        forEachPart(i32.add(at, i32.constant(from)), base =>
          body.set(total, taken(v, operation, total.value, load(v.type, { base }))),
        );
        body.store(place, total.value);
      });
      body.count(i32.constant(whole), i32.constant(end), bytes, at => {
        const place = { base: at, offset: to };
        const total = body.variable(v.loadSplat(place));
        forEachPart(i32.add(at, i32.constant(from)), base =>
          body.set(total, taken(v, operation, total.value, v.loadSplat({ base }))),
        );
        body.storeLane(place, total.value, 0);
      });
    }
  }

  const partAt = (cut: Cut, number: Value<"i32">): Value<"i32"> =>
    i32.add(i32.constant(partsStart), i32.mul(number, i32.constant(partsOf(cut, memory).stride)));

  return {
    enter(section, body, slices) {
      const known = nothing<F>();
      for (const value of incoming(section)) take(value, body, known);
      if (section.after !== undefined) putTogether(section.after, body, slices, known);
      return known;
    },
    leave({ makes, reads }, body, known) {
      for (const value of crossing.keys())
        if (makes.has(value) || (reads.has(value) && known.totals.has(value))) put(value, body, known);
    },
    enterSlice(section, cut, body, number, count) {
      const { loop, turns, totals, copies } = cut;
      const known = nothing<F>();
      for (const value of incoming(section)) take(value, body, known);
      for (const { target, operation } of totals)
        known.totals.set(target, body.variable(v.constant(neutral[operation])));
      const { copyAt } = partsOf(cut, memory);
      const begin = body.keep(partAt(cut, number));
      const shifts = new Map(
        copies.map((copied, j) => {
          const at = body.keep(i32.add(begin, i32.constant(copyAt[j] ?? 0)));
          clearCopy(copied, at, body);
          const original = memory.numbers.byteOffset + bytes * copied.region.offset;
          return [copied.region, body.keep(i32.sub(at, i32.constant(original)))] as const;
        }),
      );
      const from = body.keep(i32.mul(number, i32.constant(turns * bytes)));
      const to = body.variable(i32.add(from, i32.constant(turns * bytes)));
      const end = body.keep(i32.mul(count, i32.constant(bytes)));
      body.if(i32.gt(to.value, end), () => body.set(to, end));
      return {
        known,
        slice: { loop, from, to: to.value, shiftOf: array => shifts.get(memory.regionOf(array)) },
      };
    },
    leaveSlice(cut, body, number, known) {
      if (cut.totals.length === 0) return;
      const base = body.keep(partAt(cut, number));
      for (const [j, { target }] of cut.totals.entries())
        body.store({ base, offset: 16 * j }, (known.totals.get(target) as Variable<F>).value);
    },
  };

  function clearCopy({ region, operation }: Copied, at: Value<"i32">, body: Body): void {
    const end = body.keep(i32.add(at, i32.constant(copyBytes(region, memory.numbers))));
    body.count(at, end, 16, base => body.store({ base }, v.constant(neutral[operation])));
  }
}

/** How far apart the parts of slices lie, and where in one the copies begin, behind the totals. */
function partsOf(
  { totals, copies }: Cut,
  { numbers }: Memory,
): { readonly stride: number; readonly copyAt: readonly number[] } {
  let stride = 16 * totals.length;
  const copyAt = copies.map(({ region }) => {
    const at = stride;
    stride += copyBytes(region, numbers);
    return at;
  });
  return { stride, copyAt };
}
