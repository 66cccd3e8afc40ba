import { FluxionError } from "../expression/error.ts";
import { excerpt, type Index, type Variable, variable } from "../expression/expression.ts";
import type { Memory } from "./emit/machine.ts";
import { readingsIn, stepExpressions, touchedBy } from "./readings.ts";
import type { Tape } from "./tape.ts";

/**
 * Throws `out-of-range` if a position that integers tell lies outside of its array, whose present shapes are given, and
 * `bad-value` if a computed one is no integer.
 */
export type GatherCheck = (shapeOf: (array: string) => readonly number[]) => void;

/**
 * What is to be checked before each step of a run, in proportion to the integers that are read: all that depends on
 * inputs alone before the first.
 */
export function gatherChecks(tape: Tape, memory: Memory): ReadonlyMap<number, readonly GatherCheck[]> {
  const checks = new Map<number, GatherCheck[]>();
  const filledBy = new Map<string, number>();
  const seen = new Set<Variable>();
  // Readings that differ along other axes only are checked together.
  const checked = new Set<Variable>();
  for (const [step, each] of tape.steps.entries()) {
    for (const reading of readingsIn(stepExpressions(each))) {
      if (seen.has(reading)) continue;
      seen.add(reading);
      for (const [axis, index] of reading.indices.entries()) {
        const gathers = index.terms.flatMap(({ of }) => (typeof of === "string" ? [] : [of]));
        const alone = variable(`${axis} ${reading.name}`, index);
        if (gathers.length === 0 || checked.has(alone)) continue;
        checked.add(alone);
        const ready = readingsIn(gathers).reduce((last, { name }) => Math.max(last, (filledBy.get(name) ?? -1) + 1), 0);
        const check = checkOf({ reading, axis, index, gathers }, memory);
        checks.set(ready, [...(checks.get(ready) ?? []), check]);
      }
    }
    for (const name of touchedBy(each).writes) filledBy.set(name, step);
  }
  return checks;
}

/** An index of a reading that holds gathers. */
interface Place {
  readonly reading: Variable;
  readonly axis: number;
  readonly index: Index;
  readonly gathers: readonly Variable[];
}

function checkOf(place: Place, memory: Memory): GatherCheck {
  const { reading, axis, index, gathers } = place;
  if (reading.depth > deepest) {
    throw new FluxionError("unsupported", `gathers within ${deepest} others are not compiled: ${excerpt(reading)}`);
  }
  const extentOf = (name: string): number => memory.extents[memory.slotOf(name)] as number;
  const names = [...new Set(gathers.flatMap(gather => gather.freeIndices))];
  // The names that no gather depends on run over all their values whatever the gathers read.
  const others = index.terms.flatMap(({ coefficient, of }) =>
    typeof of === "string" && !names.includes(of) ? [{ coefficient, name: of }] : [],
  );
  const counters = new Map(names.map(name => [name, { value: 0 }]));
  const known = index.terms.filter(({ of }) => typeof of !== "string" || names.includes(of));
  const positionOf = sumOf(index.offset, known, counters, memory);
  const rangeOf = rangeOfOne(index.offset, known, memory);
  return shapeOf => {
    const extent = shapeOf(reading.name)[axis] ?? 0;
    let [below, above] = [0, 0];
    for (const { coefficient, name } of others) {
      const reach = coefficient * (extentOf(name) - 1);
      if (extentOf(name) === 0) return;
      if (reach < 0) below += reach;
      else above += reach;
    }
    if (rangeOf !== undefined) {
      const { least, greatest } = rangeOf();
      if (least + below >= 0 && greatest + above < extent) return;
    }
    // What is outside is looked for again, to be told.
    forEachPosition(names, counters, extentOf, () => {
      const position = positionOf();
      if (position + below >= 0 && position + above < extent) return;
      throw outside(place, position + below < 0 ? position + below : position + above, extent, counters, memory);
    });
  };
}

interface Range {
  readonly least: number;
  readonly greatest: number;
}

/** Between what the positions lie that one array of integers tells, element by element; undefined of anything else. */
function rangeOfOne(offset: number, terms: Index["terms"], memory: Memory): (() => Range) | undefined {
  const [term, ...others] = terms;
  if (term === undefined || others.length > 0 || typeof term.of === "string") return undefined;
  const { coefficient, of: gather } = term;
  const region = memory.regionOf(gather.name);
  const names = gather.indices.flatMap(({ name }) => (name === undefined ? [] : [name]));
  if (!region.isInteger || names.length < gather.indices.length || new Set(names).size < names.length) return undefined;
  const { integers, extents } = memory;
  const axes = names.map((name, axis) => ({ slot: memory.slotOf(name), stride: region.strides[axis] ?? 0 }));
  const inner = axes.pop() ?? { slot: -1, stride: 0 };
  return () => {
    const rows = axes.reduce((product, { slot }) => product * (extents[slot] as number), 1);
    const length = extents[inner.slot] ?? 1;
    let [least, greatest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (let row = 0; row < rows; row++) {
      let place = region.offset;
      for (let axis = axes.length - 1, rest = row; axis >= 0; axis--) {
        const { slot, stride } = axes[axis] as (typeof axes)[number];
        place += (rest % (extents[slot] as number)) * stride;
        rest = Math.floor(rest / (extents[slot] as number));
      }
      for (let i = 0; i < length; i++, place += inner.stride) {
        const integer = integers[place] as number;
        if (integer < least) least = integer;
        if (integer > greatest) greatest = integer;
      }
    }
    return coefficient < 0
      ? { least: offset + coefficient * greatest, greatest: offset + coefficient * least }
      : { least: offset + coefficient * least, greatest: offset + coefficient * greatest };
  };
}

interface Counter {
  value: number;
}

/** Runs through all values of the names, the last one fastest. */
function forEachPosition(
  names: readonly string[],
  counters: ReadonlyMap<string, Counter>,
  extentOf: (name: string) => number,
  visit: () => void,
): void {
  const list = names.map(name => ({ counter: counters.get(name) as Counter, extent: extentOf(name) }));
  if (list.some(({ extent }) => extent === 0)) return;
  for (const { counter } of list) counter.value = 0;
  for (;;) {
    visit();
    let axis = list.length - 1;
    for (; axis >= 0; axis--) {
      const { counter, extent } = list[axis] as (typeof list)[number];
      if (++counter.value < extent) break;
      counter.value = 0;
    }
    if (axis < 0) return;
  }
}

function sumOf(
  offset: number,
  terms: Index["terms"],
  counters: ReadonlyMap<string, Counter>,
  memory: Memory,
): () => number {
  const parts = terms.map(({ coefficient, of }) => {
    if (typeof of !== "string") return { coefficient, read: elementOf(of, counters, memory) };
    const counter = counters.get(of) as Counter;
    return { coefficient, read: () => counter.value };
  });
  const [first, second] = parts;
  if (first !== undefined && second === undefined) return () => offset + first.coefficient * first.read();
  return () => {
    let position = offset;
    for (const { coefficient, read } of parts) position += coefficient * read();
    return position;
  };
}

/** Reads an integer at the present positions. */
function elementOf(gather: Variable, counters: ReadonlyMap<string, Counter>, memory: Memory): () => number {
  const { offset, strides, isInteger } = memory.regionOf(gather.name);
  const { integers, numbers } = memory;
  const positions = gather.indices.map((index, axis) => ({
    stride: strides[axis] ?? 0,
    at: sumOf(index.offset, index.terms, counters, memory),
  }));
  const placeOf = (): number => {
    let place = offset;
    for (const { stride, at } of positions) place += stride * at();
    return place;
  };
  if (isInteger) return () => integers[placeOf()] as number;
  return () => {
    const value = numbers[placeOf()] as number;
    if (Number.isInteger(value)) return value;
    throw new FluxionError("bad-value", `${excerpt(gather)} stands in an index and must be an integer, got ${value}`);
  };
}

function outside(
  { reading, axis, gathers }: Place,
  position: number,
  extent: number,
  counters: ReadonlyMap<string, Counter>,
  memory: Memory,
): FluxionError {
  const told = gathers.map(gather => {
    const at = gather.indices.map(({ offset, terms }) => sumOf(offset, terms, counters, memory)());
    return `${gather.name}[${at}] is ${elementOf(gather, counters, memory)()}`;
  });
  return new FluxionError(
    "out-of-range",
    `${told.join(" and ")}, so that ${excerpt(reading)} is read at position ${position} of axis ${axis}, which has ${extent}`,
  );
}

const deepest = 100;
