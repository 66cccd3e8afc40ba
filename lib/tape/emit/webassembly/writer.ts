import { type Block, type Instruction, neutral } from "../../block.ts";
import type { Variable } from "./body.ts";
import { callsIn } from "./calls.ts";
import { outerTotals, overlap } from "./choice.ts";
import { acrossLanes, numberOf, pairwise, taken } from "./lanes.ts";
import { i32 } from "./scalars.ts";
import { addressOf, isSpread, type Spot, spotOf, wholeOf } from "./spots.ts";
import {
  deepest,
  heldOf,
  integersOf,
  type Known,
  nothing,
  type Plan,
  settle,
  type Writer,
  whereaboutsOf,
} from "./state.ts";
import { type Address, type Floating, load, type Value } from "./values.ts";

/**
 * Writes a block. All values are vectors: within a loop that was chosen there is one turn in each lane; elsewhere all lanes
 * hold the same, of which the first is stored.
 */
export function writeBlock<F extends Floating>(block: Block, plan: Plan<F>, known: Known<F> = nothing()): void {
  writeAll(block, {
    ...plan,
    ...known,
    body: plan.site.body,
    bytes: 16 / plan.v.lanes,
    calls: callsIn(plan),
    counters: new Map(),
    vector: undefined,
  });
}

function writeAll<F extends Floating>(block: Block, writer: Writer<F>): void {
  for (const instruction of block) {
    if (instruction.kind === "loop") writeLoop(instruction, writer);
    else write(instruction, writer);
  }
}

function write<F extends Floating>(instruction: Exclude<Instruction, { kind: "loop" }>, writer: Writer<F>): void {
  const { v, body, numbers, spots, totals } = writer;
  switch (instruction.kind) {
    case "call": {
      const args = instruction.args.map(source => heldOf(source, writer));
      const isVarying = args.some(each => each.isVarying);
      const depth = 1 + args.reduce((most, each) => Math.max(most, each.depth), 0);
      const known = instruction.args.map(source => (typeof source === "number" ? source : undefined));
      const number = writer.calls(
        instruction.fn,
        args.map(each => each.number),
        known,
        isVarying,
      );
      settle(instruction.target, { number, isVarying, depth }, writer);
      break;
    }
    case "load":
      writeLoad(instruction, writer);
      break;
    case "position": {
      const spot = spotOf(instruction.at, whereaboutsOf(writer));
      const base = spot.base === undefined ? undefined : body.keep(spot.base);
      spots.set(instruction.target, { ...spot, base, lanes: spot.lanes?.map(body.keep) });
      break;
    }
    case "equal": {
      const [left, right] = [instruction.left, instruction.right].map(at => spotOf(at, whereaboutsOf(writer))) as [
        Spot,
        Spot,
      ];
      const isVarying = isSpread(left) || isSpread(right);
      const truth = (lane: number): Value<"i32"> => i32.eq(wholeOf(left, lane), wholeOf(right, lane));
      settle(instruction.target, { number: numberOf(truth, isVarying, v), isVarying, depth: 1 }, writer);
      break;
    }
    case "extent": {
      const count = writer.countOf(instruction.index);
      settle(instruction.target, { number: numberOf(() => count, false, v), isVarying: false, depth: 1 }, writer);
      break;
    }
    case "start":
      totals.set(instruction.target, body.variable(v.constant(neutral[instruction.operation])));
      break;
    case "accumulate": {
      const total = totals.get(instruction.target) as Variable<F>;
      body.set(total, taken(v, instruction.operation, total.value, heldOf(instruction.value, writer).number));
      break;
    }
    case "read": {
      const number = body.keep((totals.get(instruction.accumulator) as Variable<F>).value);
      numbers.set(instruction.target, { number, isVarying: writer.vector !== undefined, depth: 0 });
      break;
    }
    case "store":
      writeStore(instruction, writer);
      break;
    case "clear":
      writeClear(instruction, writer);
  }
}

function writeLoop<F extends Floating>(
  { loop, body: block }: Extract<Instruction, { kind: "loop" }>,
  writer: Writer<F>,
): void {
  const { v, body, bytes, counters, totals, chosen } = writer;
  const slice = writer.slice?.loop === loop ? writer.slice : undefined;
  const start = slice?.from ?? i32.constant(0);
  const end = slice?.to ?? body.keep(i32.mul(writer.countOf(loop.index), i32.constant(bytes)));
  const oneByOne = (from: Value<"i32">): void =>
    body.count(from, end, bytes, i => {
      counters.set(loop, { base: i, offset: 0 });
      writeAll(block, writer);
    });
  if (!chosen.has(loop)) {
    oneByOne(start);
    return;
  }
  const outer = outerTotals(block, loop);
  const times = outer.length === 0 ? 1 : unrolling(block);
  // Several totals of each: an addition need not wait for the one before it.
  const partial = outer.map(({ operation }) =>
    Array.from({ length: times }, () => body.variable(v.constant(neutral[operation]))),
  );
  const together = (from: Value<"i32">, to: Value<"i32">, count: number): void =>
    body.count(from, to, 16 * count, i => {
      for (let k = 0; k < count; k++) {
        const own = new Map(totals);
        for (const [j, { target }] of outer.entries()) own.set(target, partial[j]?.[k] as Variable<F>);
        counters.set(loop, { base: i, offset: 16 * k });
        writeAll(block, { ...writer, totals: own, vector: loop });
      }
    });
  const vectorEnd = body.keep(i32.and(end, i32.constant(-16)));
  if (times > 1) {
    const unrolledEnd = body.keep(i32.and(end, i32.constant(-16 * times)));
    together(start, unrolledEnd, times);
    together(unrolledEnd, vectorEnd, 1);
  } else together(start, vectorEnd, 1);
  for (const [j, { target, operation }] of outer.entries()) {
    const total = totals.get(target) as Variable<F>;
    const all = body.keep(
      pairwise(
        v,
        operation,
        (partial[j] ?? []).map(({ value }) => value),
      ),
    );
    body.set(total, taken(v, operation, total.value, acrossLanes(v, operation, all)));
  }
  oneByOne(vectorEnd);
}

// A few additions each wait for the one before; in a long body other work fills the time.
function unrolling(block: Block): number {
  if (block.some(each => each.kind === "loop" || each.kind === "start") || block.length > 16) return 1;
  const additions = block.filter(each => each.kind === "accumulate").length;
  return additions >= 4 || block.length > 8 ? 2 : 4;
}

function writeLoad<F extends Floating>(
  { target, from }: Extract<Instruction, { kind: "load" }>,
  writer: Writer<F>,
): void {
  const { v, body, bytes, memory, written, numbers } = writer;
  const spot = spotOf(from.position, whereaboutsOf(writer));
  const region = memory.regionOf(from.array);
  const isVarying = isSpread(spot);
  const at = (lane: number): Address => addressOf(from, spot, lane, bytes, memory);
  if (region.isInteger) {
    const integers = Array.from({ length: isVarying ? v.lanes : 1 }, (_, lane) => body.keep(load("i32", at(lane))));
    const number = numberOf(lane => integers[lane] as Value<"i32">, isVarying, v);
    numbers.set(target, { number, isVarying, depth: 1, integers });
    return;
  }
  let number = v.loadSplat(at(0));
  if (spot.stride === bytes && spot.lanes === undefined) number = load(v.type, at(0));
  else if (isVarying)
    for (let lane = 1; lane < v.lanes; lane++) number = v.replace(number, lane, load(v.lane, at(lane)));
  // What the block overwrites is read before it does.
  const isFixed = written.some(each => overlap(each, region));
  settle(target, { number, isVarying, depth: isFixed ? deepest : 1 }, writer);
}

function writeStore<F extends Floating>(
  { to, operation, value }: Extract<Instruction, { kind: "store" }>,
  writer: Writer<F>,
): void {
  const { v, body, bytes, memory, vector } = writer;
  const spot = spotOf(to.position, whereaboutsOf(writer));
  const held = heldOf(value, writer);
  const shift = writer.slice?.shiftOf(to.array);
  const at = (lane: number): Address => shifted(addressOf(to, spot, lane, bytes, memory), shift);
  const lanes = vector === undefined ? 1 : v.lanes;
  if (memory.regionOf(to.array).isInteger) {
    const integers = integersOf(held, writer);
    for (let lane = 0; lane < lanes; lane++) body.store(at(lane), integers[lane] ?? (integers[0] as Value<"i32">));
    return;
  }
  if (vector !== undefined && spot.stride === bytes && spot.lanes === undefined) {
    const old = load(v.type, at(0));
    body.store(at(0), operation === "set" ? held.number : taken(v, operation, old, held.number));
    return;
  }
  const number = lanes === 1 ? held.number : body.keep(held.number);
  // One after another, because lanes may reach the same element.
  for (let lane = 0; lane < lanes; lane++) {
    const next = operation === "set" ? number : taken(v, operation, v.loadSplat(at(lane)), number);
    body.storeLane(at(lane), next, lane);
  }
}

// The offset is added to the base, which may be below 0 before that.
function shifted(address: Address, shift: Value<"i32"> | undefined): Address {
  if (shift === undefined) return address;
  const { base, offset = 0, ...rest } = address;
  return { ...rest, base: i32.add(i32.add(base, shift), i32.constant(offset)) };
}

function writeClear<F extends Floating>(
  { array, operation }: Extract<Instruction, { kind: "clear" }>,
  { v, body, bytes, memory }: Writer<F>,
): void {
  const { offset, length } = memory.regionOf(array);
  const start = memory.numbers.byteOffset + bytes * offset;
  const end = i32.constant(start + bytes * length);
  const whole = start + 16 * Math.floor((bytes * length) / 16);
  const first = v.constant(neutral[operation]);
  body.count(i32.constant(start), i32.constant(whole), 16, base => body.store({ base, alignment: bytes }, first));
  body.count(i32.constant(whole), end, bytes, base => body.storeLane({ base }, first, 0));
}
