import { add } from "../../../expression/functions.ts";
import type { Block, Instruction, Loop, Position, Source, Value } from "../../block.ts";
import type { Memory, Region } from "../machine.ts";

type LoopInstruction = Extract<Instruction, { kind: "loop" }>;

/**
 * The block in which long loops of little arithmetic take four turns at once, where a turn would wait for the one before:
 * a sum has four accumulators, and four rows are added to elements that all rows are added to. Sums are in another order.
 */
export function fourfold(block: Block, memory: Memory): Block {
  const fresh = freshNumbers(block);
  const visit = (list: Block): Block =>
    list.flatMap((instruction): Block => {
      if (instruction.kind !== "loop") return [instruction];
      const extent = memory.extents[memory.slotOf(instruction.loop.index)] ?? 0;
      if (extent >= worthSplitting && addsUp(instruction)) return withFourSums(instruction, fresh);
      if (extent >= worthJoining && addsRows(instruction, memory)) return byFourRows(instruction, fresh);
      return [{ ...instruction, body: visit(instruction.body) }];
    });
  return visit(block);
}

// Measured: below, what comes before and after the loop costs more than is gained.
const worthSplitting = 32;
const worthJoining = 8;
// Above, the processor has enough to do in one turn.
const longest = 12;

/** Whether a loop only adds to accumulators from outside, by little arithmetic. */
function addsUp({ body }: LoopInstruction): boolean {
  const isSum = (each: Instruction): boolean => each.kind === "accumulate" && each.operation === "sum";
  return body.length <= longest && body.some(isSum) && body.every(each => isSum(each) || isPlain(each));
}

/** Whether a loop adds, within one other, to elements that do not depend on it. */
function addsRows({ loop, body }: LoopInstruction, memory: Memory): boolean {
  const inner = body.at(-1);
  if (inner?.kind !== "loop" || !body.slice(0, -1).every(isPlain) || inner.body.length > longest) return false;
  const store = inner.body.at(-1);
  if (store?.kind !== "store" || store.operation !== "sum" || !inner.body.slice(0, -1).every(isPlain)) return false;
  const { base, terms } = store.to.position;
  const sources: readonly (Source | Loop)[] = [base, ...terms.map(({ of }) => of)];
  const isFree = sources.every(
    of => typeof of === "number" || of.level < loop.level || ("index" in of && of.id === inner.loop.id),
  );
  const target = memory.regionOf(store.to.array);
  return (
    isFree &&
    [...body, ...inner.body].every(each => each.kind !== "load" || !overlap(memory.regionOf(each.from.array), target))
  );
}

const isPlain = (instruction: Instruction): boolean =>
  instruction.kind === "load" ||
  instruction.kind === "position" ||
  instruction.kind === "extent" ||
  (instruction.kind === "call" && instruction.fn.operator !== undefined);

const overlap = (a: Region, b: Region): boolean =>
  a.isInteger === b.isInteger && a.offset < b.offset + b.length && b.offset < a.offset + a.length;

const four = [0, 1, 2, 3] as const;

function withFourSums(instruction: LoopInstruction, fresh: Fresh): Block {
  const totals = instruction.body.flatMap(each => (each.kind === "accumulate" ? [each.target] : []));
  const loop = fresh.loop(instruction.loop);
  const starts: Instruction[] = [];
  const ends: Instruction[] = [];
  const body = four.flatMap(turn => {
    const values = new Map<Value, Value>();
    for (const total of new Set(turn === 0 ? [] : totals)) {
      const part = fresh.value(loop.level - 1);
      const value = fresh.value(loop.level - 1);
      values.set(total, part);
      starts.push({ kind: "start", target: part, operation: "sum" });
      ends.push({ kind: "read", target: value, accumulator: part });
      ends.push({ kind: "accumulate", target: total, operation: "sum", value });
    }
    return copied(instruction.body, { from: instruction.loop, to: loop, turn, values, loops: new Map() }, fresh);
  });
  return [...starts, { kind: "loop", loop, body, turns: "fours" }, { ...instruction, turns: "rest" }, ...ends];
}

function byFourRows(instruction: LoopInstruction, fresh: Fresh): Block {
  const inner = instruction.body.at(-1);
  const store = inner?.kind === "loop" ? inner.body.at(-1) : undefined;
  if (inner?.kind !== "loop" || store?.kind !== "store") return [instruction];
  const loop = fresh.loop(instruction.loop);
  const innerLoop = fresh.loop(inner.loop);
  const loops = new Map([[inner.loop.id, innerLoop]]);
  const outside: Instruction[] = [];
  const inside: Instruction[] = [];
  const terms = four.map(turn => {
    const copy: Copy = { from: instruction.loop, to: loop, turn, values: new Map(), loops };
    outside.push(...copied(instruction.body.slice(0, -1), copy, fresh));
    inside.push(...copied(inner.body.slice(0, -1), copy, fresh));
    return sourceIn(store.value, copy);
  });
  const value = terms.reduce<Source>((sum, term, turn) => {
    if (turn === 0) return term;
    const target = fresh.value(innerLoop.level);
    inside.push({ kind: "call", target, fn: add, args: [sum, term] });
    return target;
  }, 0);
  const place: Copy = { from: instruction.loop, to: loop, turn: 0, values: new Map(), loops };
  const to = { ...store.to, position: positionIn(store.to.position, place) };
  const body: Block = [...outside, { kind: "loop", loop: innerLoop, body: [...inside, { ...store, to, value }] }];
  return [
    { kind: "loop", loop, body, turns: "fours" },
    { ...instruction, turns: "rest" },
  ];
}

/** One of four turns of a loop. */
interface Copy {
  readonly from: Loop;
  readonly to: Loop;
  readonly turn: number;
  /** What stands for values of the loop; grows. */
  readonly values: Map<Value, Value>;
  readonly loops: ReadonlyMap<number, Loop>;
}

function copied(body: Block, copy: Copy, fresh: Fresh): Block {
  return body.map((instruction): Instruction => {
    const target = (value: Value): Value => {
      const own = fresh.value(value.level);
      copy.values.set(value, own);
      return own;
    };
    switch (instruction.kind) {
      case "call": {
        const args = instruction.args.map(source => sourceIn(source, copy));
        return { ...instruction, args, target: target(instruction.target) };
      }
      case "load": {
        const from = { ...instruction.from, position: positionIn(instruction.from.position, copy) };
        return { ...instruction, from, target: target(instruction.target) };
      }
      case "position":
        return { ...instruction, at: positionIn(instruction.at, copy), target: target(instruction.target) };
      case "extent":
        return { ...instruction, target: target(instruction.target) };
      case "accumulate": {
        const value = sourceIn(instruction.value, copy);
        return { ...instruction, value, target: copy.values.get(instruction.target) ?? instruction.target };
      }
      default:
        return instruction;
    }
  });
}

const sourceIn = (source: Source, { values }: Copy): Source =>
  typeof source === "number" ? source : (values.get(source) ?? source);

function positionIn({ base, terms }: Position, copy: Copy): Position {
  const { from, to, turn, values, loops } = copy;
  let constant = 0;
  const moved = terms.map(({ factor, of }) => {
    if (!("index" in of)) return { factor, of: values.get(of) ?? of };
    if (of.id !== from.id) return { factor, of: loops.get(of.id) ?? of };
    constant += factor * turn;
    return { factor, of: to };
  });
  const start = sourceIn(base, copy);
  if (typeof start === "number") return { base: start + constant, terms: moved };
  return constant === 0
    ? { base: start, terms: moved }
    : { base: constant, terms: [{ factor: 1, of: start }, ...moved] };
}

interface Fresh {
  readonly value: (level: number) => Value;
  readonly loop: (like: Loop) => Loop;
}

/** Numbers that no value and no loop of the block has. */
function freshNumbers(block: Block): Fresh {
  let [values, loops] = [0, 0];
  const pending = [...block];
  for (let instruction = pending.pop(); instruction !== undefined; instruction = pending.pop()) {
    if ("target" in instruction) values = Math.max(values, instruction.target.id + 1);
    if (instruction.kind !== "loop") continue;
    loops = Math.max(loops, instruction.loop.id + 1);
    for (const each of instruction.body) pending.push(each);
  }
  return { value: level => ({ id: values++, level }), loop: like => ({ ...like, id: loops++ }) };
}
