import type { Block, Instruction, Loop, Place } from "../../block.ts";
import type { Accumulation } from "../../tape.ts";
import type { Region } from "../machine.ts";
import { type Accumulated, best, bodyCost, type Context, overlap } from "./choice.ts";
import { areSeparate } from "./strides.ts";

type LoopInstruction = Extract<Instruction, { kind: "loop" }>;

/** How the work of a nest is cut into slices, which may run in any order, or at the same time. */
export interface Cut {
  /** The loop whose turns are shared out, so many to a slice: the nest's outermost, or one within it. */
  readonly loop: Loop;
  readonly turns: number;
  /** How many slices there are at most. */
  readonly slices: number;
  /** The accumulators from outside of the nest: each slice has one of its own. */
  readonly totals: readonly Accumulated[];
  /** The arrays that slices add to at the same elements: each slice adds to a copy of its own. */
  readonly copies: readonly Copied[];
}

export interface Copied {
  readonly region: Region;
  readonly operation: Accumulation;
}

/** What bounds slices. */
export interface Bounds {
  /** How much work one is at least, in instructions. */
  readonly least: number;
  /** How many bytes all totals and copies may take. */
  readonly room: number;
}

/**
 * How to cut a nest, undefined where it is too little work, or where turns depend on each other. Borders depend on nothing but
 * the sizes of the program, so that sums come out the same whoever adds them up.
 */
export function cutOf(
  nest: LoopInstruction,
  context: Context,
  chosen: ReadonlySet<Loop>,
  bounds: Bounds,
): Cut | undefined {
  const { cost } = best(nest, context);
  if (cost < bounds.least) return undefined;
  let [found, score]: [Cut | undefined, number] = [undefined, 0];
  for (const path of pathsIn(nest)) {
    const parts = partsAt(path, context);
    if (parts === undefined) continue;
    const cut = sized(path, parts, { cost, bounds, context, isVector: chosen.has(last(path).loop) });
    // A few slices for each thread; first those that nothing has to be put together for, then the outermost loop.
    const own = Math.min(cut.slices, 16) + (cut.totals.length + cut.copies.length === 0 ? 0.5 : 0);
    if (cut.slices > 1 && own > score) [found, score] = [cut, own];
  }
  return found;
}

/** Some 20 microseconds: several times what it takes to hand a slice over. */
export const leastSlice = 50_000;
// What a slice does again, or what has to be put together after it, is at most this share of it.
const overhead = 0.1;

/** The nest's loops from the outermost to any within it. */
type Path = readonly [LoopInstruction, ...LoopInstruction[]];

const last = (path: Path): LoopInstruction => path.at(-1) ?? path[0];

function pathsIn(nest: LoopInstruction): readonly Path[] {
  const paths: Path[] = [];
  const pending: Path[] = [[nest]];
  for (let path = pending.shift(); path !== undefined; path = pending.shift()) {
    paths.push(path);
    for (const each of last(path).body) if (each.kind === "loop") pending.push([...path, each]);
  }
  return paths;
}

type Parts = Pick<Cut, "totals" | "copies">;

/** What slices of a loop need of their own; undefined if its turns cannot be shared out. */
function partsAt(path: Path, { memory, linearise, extentOf }: Context): Parts | undefined {
  const [nest] = path;
  const { loop } = last(path);
  const loads: Place[] = [];
  const stores: Extract<Instruction, { kind: "store" }>[] = [];
  const totals = new Map<Accumulated["target"], Accumulated>();
  const read = new Set<unknown>();
  const pending: (readonly [Instruction, isInside: boolean])[] = [[nest, false]];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const [each, isInside] = next;
    if (each.kind === "loop") for (const inner of each.body) pending.push([inner, isInside || each.loop === loop]);
    else if (each.kind === "clear") return undefined;
    else if (each.kind === "load") loads.push(each.from);
    else if (each.kind === "read") read.add(each.accumulator);
    else if (each.kind === "store") {
      if (!isInside) return undefined;
      stores.push(each);
    } else if (each.kind === "accumulate") {
      const { level } = each.target;
      if (isInside ? level > 0 && level < loop.level : level === 0) return undefined;
      if (level === 0) totals.set(each.target, each);
    }
  }
  for (const total of totals.keys()) if (read.has(total)) return undefined;
  const areApart = (a: Place, b: Place): boolean =>
    !overlap(memory.regionOf(a.array), memory.regionOf(b.array)) ||
    areSeparate(linearise(a.position), linearise(b.position), loop, extentOf);
  const copies = new Map<Region, Copied>();
  for (const { to, operation } of stores) {
    const others = stores.filter(other => !areApart(to, other.to));
    if (others.length === 0 && loads.every(from => areApart(to, from))) continue;
    const region = memory.regionOf(to.array);
    const isRead = loads.some(from => overlap(region, memory.regionOf(from.array)));
    const areAlike = stores.every(
      other =>
        (memory.regionOf(other.to.array) === region && other.operation === operation) ||
        !overlap(memory.regionOf(other.to.array), region),
    );
    if (operation === "set" || region.isInteger || isRead || !areAlike) return undefined;
    copies.set(region, { region, operation });
  }
  return { totals: [...totals.values()], copies: [...copies.values()] };
}

interface Sizing {
  readonly cost: number;
  readonly bounds: Bounds;
  readonly context: Context;
  readonly isVector: boolean;
}

function sized(path: Path, { totals, copies }: Parts, { cost, bounds, context, isVector }: Sizing): Cut {
  const { loop } = last(path);
  const { extentOf, memory, lanes } = context;
  const extent = extentOf(loop);
  const bytes = 16 * totals.length + copies.reduce((sum, { region }) => sum + copyBytes(region, memory.numbers), 0);
  const together = copies.reduce((sum, { region }) => sum + (3 * region.length) / lanes, 0);
  const work = Math.max(bounds.least, (together + repeated(path, context) * cost) / overhead);
  const least = Math.max(1, (work * extent) / cost, (bytes * extent) / bounds.room);
  // Vectors, and several of them at a time, begin where slices do.
  const turns = isVector ? 16 * Math.ceil(least / 16) : Math.ceil(least);
  return { loop, turns, slices: Math.ceil(extent / turns), totals, copies };
}

/** The bytes of a slice's copy of an array. */
export const copyBytes = ({ length }: Region, { BYTES_PER_ELEMENT }: { readonly BYTES_PER_ELEMENT: number }): number =>
  16 * Math.ceil((length * BYTES_PER_ELEMENT) / 16);

/** The share of a nest's work that is outside of the last loop: each slice does it. */
function repeated(path: Path, context: Context): number {
  const turnsOf = (loops: readonly LoopInstruction[]): number =>
    loops.reduce((product, { loop }) => product * context.extentOf(loop), 1);
  const workOf = (loops: readonly LoopInstruction[], body: Block): number =>
    turnsOf(loops) * (2 + bodyCost(body, undefined, context));
  return 1 - workOf(path, last(path).body) / workOf([path[0]], path[0].body);
}
