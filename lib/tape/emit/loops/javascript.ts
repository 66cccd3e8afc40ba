import type { FunctionRow } from "../../../expression/expression.ts";
import { conditional } from "../../../expression/functions.ts";
import {
  type Block,
  type Instruction,
  neutral,
  type Place,
  type Position,
  type Source,
  sourcesOf,
  type Turns,
  type Value,
} from "../../block.ts";
import type { Accumulation } from "../../tape.ts";
import { generated } from "../function.ts";
import type { Memory, Region } from "../machine.ts";
import { fourfold } from "./fourfold.ts";
import { type Part, type PartBlock, partsOf } from "./parts.ts";

/**
 * A block as generated JavaScript, bound to a memory. The text holds numbers and the code of rows only, never a name that
 * a user chose. Where a page's policy forbids generated code, an `EvalError` passes through.
 *
 * What is too long for one function becomes several, which hand values over through a memory of doubles.
 */
export function javascriptBlock(block: Block, memory: Memory): () => void {
  const { text, rows, heap } = blockText(fourfold(block, memory), memory);
  const names = rows.map((_, i) => `f${i}`);
  const given = [memory.numbers, memory.integers, memory.extents, new Float64Array(heap)];
  return generated(["H", "I", "E", "S", ...names], text, [...given, ...rows.map(row => row.evaluate)]) as () => void;
}

/** Generated code, the rows that it calls as `f0`, `f1`, …, and how many values its functions hand over. */
export interface BlockText {
  readonly text: string;
  readonly rows: readonly FunctionRow[];
  readonly heap: number;
}

/** The body of a function of the numbers `H`, integers `I`, extents `E`, what is handed over, `S`, and the rows. */
export function blockText(block: Block, memory: Memory, operations: number = measured): BlockText {
  const rows = new Map<FunctionRow, number>();
  const { parts, crossing } = partsOf(block, operations);
  const context: Context = { memory, rows, crossing, bounds: boundsOf(block, memory), parts };
  const functions = parts.flatMap((part, number) => functionOf(part, number, context));
  return {
    text: ['"use strict";', ...functions, "return part0;"].join("\n"),
    rows: [...rows.keys()],
    heap: crossing.size,
  };
}

// V8 never optimises a function above 61,440 bytes of bytecode, and an operation takes up to 40.
const measured = 1000;

interface Context {
  readonly memory: Memory;
  readonly rows: Map<FunctionRow, number>;
  /** The place in `S` of what one function computes and another reads. */
  readonly crossing: ReadonlyMap<Value, number>;
  /** How long the text of a value may be to be written into its only user. */
  readonly bounds: ReadonlyMap<Value, number>;
  readonly parts: readonly Part[];
}

function functionOf(part: Part, number: number, context: Context): readonly string[] {
  const { memory, rows, crossing, bounds, parts } = context;
  // The text of values that wait for their only user.
  const waiting = new Map<Value, string>();
  const defined = new Set<Value>();
  const entering = new Set<Value>();
  const extents = new Set<number>();
  const lines: string[] = [];

  const nameOf = (value: Value): string => {
    if (crossing.has(value) && !defined.has(value)) entering.add(value);
    return `v${value.id}`;
  };
  // An accumulator changes, so that no copy of it can stand for it.
  const accumulatorOf = (value: Value): string => (crossing.has(value) ? `S[${crossing.get(value)}]` : `v${value.id}`);
  const textOf = (source: Source): string => {
    if (typeof source === "number") return literal(source);
    const text = waiting.get(source);
    if (text === undefined) return nameOf(source);
    waiting.delete(source);
    return `(${text})`;
  };
  const define = (target: Value, text: string): void => {
    lines.push(`const v${target.id} = ${text};`);
    defined.add(target);
    const place = crossing.get(target);
    if (place !== undefined) lines.push(`S[${place}] = v${target.id};`);
  };
  const settle = (target: Value, text: string): void => {
    if (!crossing.has(target) && text.length <= (bounds.get(target) ?? never)) waiting.set(target, text);
    else define(target, text);
  };
  const positionText = ({ base, terms }: Position): string => {
    const texts = terms.map(({ factor, of }) => times(factor, "index" in of ? `i${of.id}` : textOf(of)));
    return (base === 0 && texts.length > 0 ? texts : [textOf(base), ...texts]).join(" + ");
  };
  const elementText = ({ array, position }: Place): string =>
    `${memory.regionOf(array).isInteger ? "I" : "H"}[${positionText(position)}]`;
  const extentText = (index: string): string => {
    const slot = memory.slotOf(index);
    extents.add(slot);
    return `n${slot}`;
  };

  function callText(fn: FunctionRow, args: readonly Source[]): string {
    const { code } = fn;
    if (code === undefined) {
      const row = rows.get(fn) ?? rows.size;
      rows.set(fn, row);
      return `f${row}(${args.map(textOf).join(", ")})`;
    }
    const isWaiting = (source: Source): source is Value => typeof source !== "number" && waiting.has(source);
    let text = code(...args.map((source, i) => (isWaiting(source) ? `_${i}_` : textOf(source))));
    for (const [i, source] of args.entries()) {
      if (!isWaiting(source)) continue;
      const pieces = text.split(`_${i}_`);
      // A text that repeats its argument, as a square does, would compute it twice.
      if (pieces.length !== 2) {
        define(source, waiting.get(source) ?? "");
        waiting.delete(source);
      }
      text = pieces.join(textOf(source));
    }
    return text;
  }

  function write(instruction: PartBlock[number]): void {
    switch (instruction.kind) {
      case "call":
        settle(instruction.target, callText(instruction.fn, instruction.args));
        break;
      case "load":
        settle(instruction.target, elementText(instruction.from));
        break;
      case "position":
        define(instruction.target, `(${positionText(instruction.at)}) | 0`);
        break;
      case "equal": {
        const sides = [positionText(instruction.left), positionText(instruction.right)];
        settle(instruction.target, `${sides.join(" === ")} ? 1 : 0`);
        break;
      }
      case "extent":
        define(instruction.target, extentText(instruction.index));
        break;
      case "read":
        define(instruction.target, accumulatorOf(instruction.accumulator));
        break;
      case "start": {
        const { target, operation } = instruction;
        lines.push(`${crossing.has(target) ? "" : "let "}${accumulatorOf(target)} = ${literal(neutral[operation])};`);
        break;
      }
      case "accumulate":
        lines.push(taken(accumulatorOf(instruction.target), instruction.operation, textOf(instruction.value)));
        break;
      case "store": {
        const value = textOf(instruction.value);
        lines.push(taken(elementText(instruction.to), instruction.operation, value));
        break;
      }
      case "clear": {
        const { offset, length } = memory.regionOf(instruction.array);
        lines.push(`H.fill(${literal(neutral[instruction.operation])}, ${offset}, ${offset + length});`);
        break;
      }
      case "loop": {
        const { loop, body, turns } = instruction;
        lines.push(`for (${turnsText(`i${loop.id}`, extentText(loop.index), turns)}) {`);
        for (const each of body) write(each);
        lines.push("}");
        break;
      }
      case "part":
        lines.push(`part${instruction.number}(${counters(parts[instruction.number])});`);
    }
  }

  for (const each of part.block) write(each);
  return [
    `function part${number}(${counters(part)}) {`,
    ...[...extents].map(slot => `const n${slot} = E[${slot}];`),
    ...[...entering].map(value => `const v${value.id} = S[${crossing.get(value)}];`),
    ...lines,
    "}",
  ];
}

function turnsText(i: string, extent: string, turns: Turns | undefined): string {
  if (turns === "fours") return `let ${i} = 0; ${i} < ${extent} - 3; ${i} += 4`;
  return `let ${i} = ${turns === "rest" ? `${extent} & -4` : 0}; ${i} < ${extent}; ${i}++`;
}

const counters = (part: Part | undefined): string => (part?.loops ?? []).map(({ id }) => `i${id}`).join(", ");

function taken(place: string, operation: Accumulation | "set", value: string): string {
  switch (operation) {
    case "set":
      return `${place} = ${value};`;
    case "sum":
      return `${place} += ${value};`;
    case "maximum":
      return `${place} = Math.max(${place}, ${value});`;
    case "minimum":
      return `${place} = Math.min(${place}, ${value});`;
  }
}

const times = (factor: number, name: string): string => (factor === 1 ? name : `Math.imul(${factor}, ${name})`);

// In parentheses, because a minus could follow a minus.
const literal = (value: number): string => (value < 0 ? `(${value})` : String(value));

/**
 * How long the text of each value may be to be written into its user: only of those that are read once, in the same
 * loop. A text that reads what this block writes stays where it is.
 */
function boundsOf(block: Block, memory: Memory): ReadonlyMap<Value, number> {
  const bounds = new Map<Value, number>();
  const written = writtenIn(block).map(memory.regionOf);
  const isWritten = (array: string): boolean => {
    const region = memory.regionOf(array);
    return written.some(other => overlap(region, other));
  };
  const visit = (list: Block): void => {
    const own = new Set(list.flatMap(each => ("target" in each && each.kind !== "accumulate" ? [each.target] : [])));
    for (let i = list.length - 1; i >= 0; i--) {
      const instruction = list[i] as Instruction;
      const target = "target" in instruction ? instruction.target : undefined;
      const isFixed = instruction.kind === "load" && isWritten(instruction.from.array);
      if (target !== undefined && isFixed) bounds.set(target, never);
      const length = target === undefined ? 0 : (bounds.get(target) ?? 0);
      for (const [position, source] of sourcesOf(instruction).entries()) {
        if (typeof source === "number") continue;
        const isChoice = instruction.kind === "call" && instruction.fn === conditional && position > 0;
        const bound = length > inlined || isChoice ? inBranches : inlined;
        bounds.set(source, bounds.has(source) || !own.has(source) ? never : bound);
      }
      if (instruction.kind === "loop") visit(instruction.body);
    }
  };
  visit(block);
  return bounds;
}

const never = -1;
// Text that is written into its user's line halves the bytecode; the optimised code is the same.
const inlined = 80;
// The optimiser moves arithmetic into branches by itself, and calls of rows never.
const inBranches = 1600;

const overlap = (a: Region, b: Region): boolean =>
  a.isInteger === b.isInteger && a.offset < b.offset + b.length && b.offset < a.offset + a.length;

const writtenIn = (block: Block): readonly string[] =>
  block.flatMap(each =>
    each.kind === "store"
      ? [each.to.array]
      : each.kind === "clear"
        ? [each.array]
        : each.kind === "loop"
          ? writtenIn(each.body)
          : [],
  );
