import {
  type Block,
  type Instruction,
  type Loop,
  neutral,
  type Position,
  type Source,
  type Value,
} from "../../block.ts";
import type { Accumulation } from "../../tape.ts";
import type { Memory } from "../machine.ts";
import { callRun, type Register, type Run } from "./calls.ts";

/**
 * A block without generated code, bound to a memory: for pages whose policy forbids it. The innermost loops run in
 * stretches of up to 256 elements, instruction by instruction, so that what an instruction costs is shared by them.
 */
export function interpretedBlock(block: Block, memory: Memory): () => void {
  const machine = machineOf(block, memory);
  const runs = block.map(instruction => runOf(instruction, undefined, machine));
  return () => {
    for (const run of runs) run(1);
  };
}

interface Machine {
  readonly memory: Memory;
  /** The values: one number each, and a stretch each in innermost loops. */
  readonly registers: Float64Array;
  readonly registerOf: (source: Source) => Register;
  /** Where each loop stands: at the beginning of the stretch. */
  readonly counters: Int32Array;
  /** The positions of the elements that one instruction reads or writes. */
  readonly positions: Int32Array;
  readonly lanes: number;
}

function machineOf(block: Block, memory: Memory): Machine {
  const registers = new Map<Value, Register>();
  const literals = new Map<number, Register>();
  const found = valuesIn(block);
  const lanes = Math.max(1, Math.min(longestStretch, Math.floor(mostRegisters / (found.stretches.length + 1))));
  let next = 0;
  const reserve = (step: number): Register => {
    const register = { at: next, step };
    next += step === 0 ? 1 : lanes;
    return register;
  };
  for (const value of found.single) registers.set(value, reserve(0));
  for (const value of found.stretches) registers.set(value, reserve(1));
  for (const number of found.literals) literals.set(number, reserve(0));
  const values = new Float64Array(next);
  for (const [number, { at }] of literals) values[at] = number;
  return {
    memory,
    registers: values,
    registerOf: source => (typeof source === "number" ? literals.get(source) : registers.get(source)) as Register,
    counters: new Int32Array(found.loops),
    positions: new Int32Array(lanes),
    lanes,
  };
}

const longestStretch = 256;
const mostRegisters = 2 ** 20;

interface Found {
  readonly single: Value[];
  readonly stretches: Value[];
  readonly literals: Set<number>;
  loops: number;
}

function valuesIn(block: Block): Found {
  const found: Found = { single: [], stretches: [], literals: new Set(), loops: 0 };
  const visit = (list: Block, isStretched: boolean): void => {
    for (const instruction of list) {
      if (instruction.kind === "loop") {
        found.loops = Math.max(found.loops, instruction.loop.id + 1);
        visit(instruction.body, runsInStretches(instruction.body));
      } else if ("target" in instruction && instruction.kind !== "accumulate") {
        (isStretched ? found.stretches : found.single).push(instruction.target);
      }
      for (const source of readBy(instruction)) if (typeof source === "number") found.literals.add(source);
    }
  };
  visit(block, false);
  return found;
}

function readBy(instruction: Instruction): readonly Source[] {
  switch (instruction.kind) {
    case "call":
      return instruction.args;
    case "accumulate":
    case "store":
      return [instruction.value];
    default:
      return [];
  }
}

/**
 * Whether a loop may do each instruction for many of its elements before the next: it holds no loop, reads no array that
 * it writes, writes to none in two ways, and reads no accumulator that it adds to.
 */
function runsInStretches(body: Block): boolean {
  const stores = new Map<string, string>();
  for (const each of body) {
    if (each.kind === "loop" || each.kind === "clear" || each.kind === "read" || each.kind === "start") return false;
    if (each.kind !== "store") continue;
    const { array } = each.to;
    if (stores.has(array) && (each.operation === "set" || stores.get(array) !== each.operation)) return false;
    stores.set(array, each.operation);
  }
  return body.every(each => each.kind !== "load" || !stores.has(each.from.array));
}

function runOf(instruction: Instruction, stretched: Loop | undefined, machine: Machine): Run {
  const { memory, registers, registerOf } = machine;
  const memoryOf = (array: string) => (memory.regionOf(array).isInteger ? memory.integers : memory.numbers);
  switch (instruction.kind) {
    case "call":
      return callRun(instruction.fn, instruction.args.map(registerOf), registerOf(instruction.target), registers);
    case "load": {
      const source = memoryOf(instruction.from.array);
      const place = placeRun(instruction.from.position, stretched, machine);
      const { at } = registerOf(instruction.target);
      const { positions } = machine;
      return count => {
        place(count);
        for (let i = 0; i < count; i++) registers[at + i] = source[positions[i] as number] as number;
      };
    }
    case "position": {
      const place = placeRun(instruction.at, stretched, machine);
      const { at } = registerOf(instruction.target);
      const { positions } = machine;
      return count => {
        place(count);
        for (let i = 0; i < count; i++) registers[at + i] = positions[i] as number;
      };
    }
    case "equal":
      return equalRun(instruction, stretched, machine);
    case "extent": {
      const slot = memory.slotOf(instruction.index);
      const { at } = registerOf(instruction.target);
      return count => registers.fill(memory.extents[slot] as number, at, at + count);
    }
    case "read": {
      const [from, to] = [registerOf(instruction.accumulator).at, registerOf(instruction.target).at];
      return () => {
        registers[to] = registers[from] as number;
      };
    }
    case "start": {
      const { at } = registerOf(instruction.target);
      const first = neutral[instruction.operation];
      return () => {
        registers[at] = first;
      };
    }
    case "accumulate":
      return accumulateRun(
        instruction.operation,
        registerOf(instruction.value),
        registerOf(instruction.target),
        registers,
      );
    case "store":
      return storeRun(instruction, stretched, machine);
    case "clear": {
      const { offset, length } = memory.regionOf(instruction.array);
      const first = neutral[instruction.operation];
      return () => {
        memory.numbers.fill(first, offset, offset + length);
      };
    }
    case "loop":
      return loopRun(instruction.loop, instruction.body, machine);
  }
}

function loopRun(loop: Loop, body: Block, machine: Machine): Run {
  const { counters, lanes, memory } = machine;
  const { id } = loop;
  const slot = memory.slotOf(loop.index);
  const isStretched = runsInStretches(body);
  const runs = body.map(each => runOf(each, isStretched ? loop : undefined, machine));
  const stretch = isStretched ? lanes : 1;
  return () => {
    const extent = memory.extents[slot] as number;
    for (let i = 0; i < extent; i += stretch) {
      counters[id] = i;
      const count = Math.min(stretch, extent - i);
      for (const run of runs) run(count);
    }
  };
}

/** Computes the positions of the elements of a stretch. */
function placeRun(position: Position, stretched: Loop | undefined, machine: Machine): Run {
  const { registers, registerOf, counters, positions } = machine;
  // It was computed outside of the stretch: there is one for all of it.
  const base = typeof position.base === "number" ? undefined : registerOf(position.base);
  const constant = typeof position.base === "number" ? position.base : 0;
  const loops = position.terms.flatMap(({ factor, of }) => ("index" in of ? [{ factor, loop: of }] : []));
  const values = position.terms.flatMap(({ factor, of }) =>
    "index" in of ? [] : [{ factor, register: registerOf(of) }],
  );
  const stride = loops.reduce((sum, { factor, loop }) => sum + (loop === stretched ? factor : 0), 0);
  return count => {
    let start = base === undefined ? constant : (registers[base.at] as number);
    for (const { factor, loop } of loops) start += factor * (counters[loop.id] as number);
    for (let i = 0; i < count; i++) positions[i] = start + i * stride;
    for (const { factor, register } of values) {
      const { at, step } = register;
      for (let i = 0; i < count; i++) {
        positions[i] = (positions[i] as number) + factor * (registers[at + i * step] as number);
      }
    }
  };
}

function equalRun(
  { left, right, target }: Extract<Instruction, { kind: "equal" }>,
  stretched: Loop | undefined,
  machine: Machine,
): Run {
  const { registers, registerOf, positions } = machine;
  const { at } = registerOf(target);
  const [first, second] = [placeRun(left, stretched, machine), placeRun(right, stretched, machine)];
  return count => {
    first(count);
    for (let i = 0; i < count; i++) registers[at + i] = positions[i] as number;
    second(count);
    for (let i = 0; i < count; i++) registers[at + i] = registers[at + i] === positions[i] ? 1 : 0;
  };
}

function accumulateRun(operation: Accumulation, value: Register, target: Register, registers: Float64Array): Run {
  const { at, step } = value;
  const to = target.at;
  const through =
    (next: (total: number, value: number) => number): Run =>
    count => {
      let total = registers[to] as number;
      for (let i = 0; i < count; i++) total = next(total, registers[at + i * step] as number);
      registers[to] = total;
    };
  if (operation === "maximum") return through(Math.max);
  if (operation === "minimum") return through(Math.min);
  return count => {
    let total = registers[to] as number;
    for (let i = 0; i < count; i++) total += registers[at + i * step] as number;
    registers[to] = total;
  };
}

function storeRun(
  { to, operation, value }: Extract<Instruction, { kind: "store" }>,
  stretched: Loop | undefined,
  machine: Machine,
): Run {
  const { registers, registerOf, positions, memory } = machine;
  const elements = memory.regionOf(to.array).isInteger ? memory.integers : memory.numbers;
  const place = placeRun(to.position, stretched, machine);
  const { at, step } = registerOf(value);
  const next = accumulate[operation];
  return count => {
    place(count);
    for (let i = 0; i < count; i++) {
      const position = positions[i] as number;
      const given = registers[at + i * step] as number;
      elements[position] = next === undefined ? given : next(elements[position] as number, given);
    }
  };
}

const accumulate: Readonly<Record<Accumulation | "set", ((total: number, value: number) => number) | undefined>> = {
  set: undefined,
  sum: (total, value) => total + value,
  maximum: Math.max,
  minimum: Math.min,
};
