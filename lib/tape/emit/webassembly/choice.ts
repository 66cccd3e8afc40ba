import { type Block, type Instruction, type Loop, type Place, sourcesOf, type Value } from "../../block.ts";
import type { Memory, Region } from "../machine.ts";
import { vectorForms } from "./forms.ts";
import { areApart, type Linearise, linearisation, strideAlong } from "./strides.ts";

type LoopInstruction = Extract<Instruction, { kind: "loop" }>;

/**
 * The loops of a block whose turns run several at a time, one in each lane: of loops within each other one at most, and the
 * one that takes the fewest instructions. Only loops whose turns do not depend on each other are chosen, accumulators aside.
 */
export function vectorLoops(block: Block, memory: Memory, lanes: number): ReadonlySet<Loop> {
  const context = contextOf(block, memory, lanes);
  const chosen = new Set<Loop>();
  for (const each of block) if (each.kind === "loop") for (const loop of best(each, context).chosen) chosen.add(loop);
  return chosen;
}

/** What is asked of a block. */
export const contextOf = (block: Block, memory: Memory, lanes: number): Context => ({
  memory,
  lanes,
  linearise: linearisation(block),
  extentOf: ({ index }) => memory.extents[memory.slotOf(index)] as number,
});

export interface Context {
  readonly memory: Memory;
  readonly lanes: number;
  readonly linearise: Linearise;
  readonly extentOf: (loop: Loop) => number;
}

/** The loops to choose of a nest, and roughly how many instructions run then. */
// Nests are at most 250 loops deep.
export function best(
  instruction: LoopInstruction,
  context: Context,
): { readonly cost: number; readonly chosen: readonly Loop[] } {
  const { loop, body } = instruction;
  const { lanes, extentOf } = context;
  const turns = extentOf(loop);
  let cost = overhead;
  const chosen: Loop[] = [];
  for (const each of body) {
    if (each.kind === "loop") {
      const inner = best(each, context);
      cost += inner.cost;
      chosen.push(...inner.chosen);
    } else cost += costOf(each, undefined, context);
  }
  const one = overhead + bodyCost(body, undefined, context);
  const together = overhead + bodyCost(body, loop, context);
  const own = Math.floor(turns / lanes) * together + (turns % lanes) * one + foldCost * outerTotals(body, loop).length;
  if (turns < lanes || own >= turns * cost || !isFree(instruction, context)) return { cost: turns * cost, chosen };
  return { cost: own, chosen: [loop] };
}

/** Roughly how many instructions one turn takes, or one of all lanes. */
export function bodyCost(body: Block, vector: Loop | undefined, context: Context): number {
  let cost = 0;
  for (const each of body) {
    if (each.kind === "loop") cost += context.extentOf(each.loop) * (overhead + bodyCost(each.body, vector, context));
    else cost += costOf(each, vector, context);
  }
  return cost;
}

const overhead = 2;
const foldCost = 8;

// Roughly the instructions that a processor runs; with a loop that is vectorised, for all lanes.
function costOf(
  instruction: Exclude<Instruction, LoopInstruction>,
  vector: Loop | undefined,
  { lanes, linearise }: Context,
): number {
  const access = ({ position }: Place): number => {
    if (vector === undefined) return 1;
    const stride = strideAlong(linearise(position), vector);
    if (stride === 0 || stride === 1) return 1;
    return stride === undefined ? 3 * lanes : 2 * lanes;
  };
  switch (instruction.kind) {
    case "call":
      if (!vectorForms.has(instruction.fn)) return 20 * (vector === undefined ? 1 : lanes);
      return instruction.fn.operator === undefined ? 10 : 1;
    case "load":
      return access(instruction.from);
    case "store": {
      const isOne = vector !== undefined && strideAlong(linearise(instruction.to.position), vector) === 0;
      return (isOne ? 8 * lanes : access(instruction.to)) * (instruction.operation === "set" ? 1 : 2);
    }
    case "equal":
      return vector === undefined ? 2 : 2 * lanes;
    case "clear":
      return 10;
    case "position":
    case "extent":
    case "start":
    case "read":
      return 0.5;
    case "accumulate":
      return 1;
  }
}

/** The accumulators that a loop adds to and does not begin. */
export function outerTotals(body: Block, loop: Loop): readonly Accumulated[] {
  const found = new Map<Value, Accumulated>();
  const pending = [...body];
  for (let each = pending.pop(); each !== undefined; each = pending.pop()) {
    if (each.kind === "loop") for (const inner of each.body) pending.push(inner);
    else if (each.kind === "accumulate" && each.target.level < loop.level) found.set(each.target, each);
  }
  return [...found.values()];
}

export type Accumulated = Extract<Instruction, { kind: "accumulate" }>;

/** Whether turns of a loop may run together. */
function isFree({ loop, body }: LoopInstruction, { memory, linearise, extentOf }: Context): boolean {
  const loads: Place[] = [];
  const stores: Extract<Instruction, { kind: "store" }>[] = [];
  const totals = new Set(outerTotals(body, loop).map(({ target }) => target));
  const pending = [...body];
  for (let each = pending.pop(); each !== undefined; each = pending.pop()) {
    if (each.kind === "loop") for (const inner of each.body) pending.push(inner);
    else if (each.kind === "clear") return false;
    else if (each.kind === "read" && totals.has(each.accumulator)) return false;
    else if (each.kind === "load") loads.push(each.from);
    else if (each.kind === "store") stores.push(each);
  }
  const areOnes = (a: Place, b: Place): boolean =>
    !overlap(memory.regionOf(a.array), memory.regionOf(b.array)) ||
    areApart(linearise(a.position), linearise(b.position), loop, extentOf);
  return stores.every(
    ({ to, operation, value }) =>
      loads.every(from => areOnes(to, from)) &&
      stores.every(other => {
        // What is added may be added in any order, and one number may be written in any.
        const isAlike =
          operation === other.operation && (operation !== "set" || (isNumber(value) && value === other.value));
        return isAlike || areOnes(to, other.to);
      }),
  );
}

const isNumber = (source: unknown): source is number => typeof source === "number";

export const overlap = (a: Region, b: Region): boolean =>
  a.isInteger === b.isInteger && a.offset < b.offset + b.length && b.offset < a.offset + a.length;

/** The regions that a block writes to. */
export function writtenRegions(block: Block, memory: Memory): readonly Region[] {
  const regions = new Set<Region>();
  const pending = [...block];
  for (let each = pending.pop(); each !== undefined; each = pending.pop()) {
    if (each.kind === "loop") for (const inner of each.body) pending.push(inner);
    else if (each.kind === "store") regions.add(memory.regionOf(each.to.array));
    else if (each.kind === "clear") regions.add(memory.regionOf(each.array));
  }
  return [...regions];
}

/** The values of which a list of instructions is the only reader, once each. */
export function readOnceIn(block: Block): ReadonlySet<Value> {
  const readers = new Map<Value, number>();
  const once = new Set<Value>();
  const visit = (list: Block): void => {
    for (const each of list) {
      for (const source of sourcesOf(each))
        if (typeof source !== "number") readers.set(source, (readers.get(source) ?? 0) + 1);
      if (each.kind === "loop") visit(each.body);
    }
  };
  const local = (list: Block): void => {
    const own = new Set(list.flatMap(each => ("target" in each && each.kind !== "accumulate" ? [each.target] : [])));
    for (const each of list) {
      if (each.kind === "loop") local(each.body);
      for (const source of sourcesOf(each))
        if (typeof source !== "number" && own.has(source) && readers.get(source) === 1) once.add(source);
    }
  };
  visit(block);
  local(block);
  return once;
}
