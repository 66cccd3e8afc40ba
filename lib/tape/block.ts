import type { FunctionRow } from "../expression/expression.ts";
import type { Accumulation } from "./tape.ts";

/**
 * Loops of plain instructions: what a step of a tape becomes before it becomes code. Every value is computed once, in
 * the outermost loop in which it can be, before its users.
 */
export type Block = readonly Instruction[];

/** A value that an instruction computes; `level` is the number of loops around it. */
export interface Value {
  readonly id: number;
  readonly level: number;
}

/** A value, or a number that is known. */
export type Source = Value | number;

/** One loop; `id` tells loops over the same index apart. */
export interface Loop {
  readonly id: number;
  readonly index: string;
  /** The level of what is within. */
  readonly level: number;
}

/** `base` plus the terms: a whole number. */
export interface Position {
  readonly base: Source;
  readonly terms: readonly PositionTerm[];
}

export interface PositionTerm {
  readonly factor: number;
  readonly of: Loop | Value;
}

/** An element of an array: its place in the memory that the array lives in. */
export interface Place {
  readonly array: string;
  readonly position: Position;
}

export type Instruction =
  | { readonly kind: "call"; readonly target: Value; readonly fn: FunctionRow; readonly args: readonly Source[] }
  | { readonly kind: "load"; readonly target: Value; readonly from: Place }
  /** Part of the position of elements, computed outside of the loop that reads them. */
  | { readonly kind: "position"; readonly target: Value; readonly at: Position }
  /** 1 where two positions are equal, else 0. */
  | { readonly kind: "equal"; readonly target: Value; readonly left: Position; readonly right: Position }
  | { readonly kind: "extent"; readonly target: Value; readonly index: string }
  /** Begins an accumulator: the one value that changes. */
  | { readonly kind: "start"; readonly target: Value; readonly operation: Accumulation }
  | {
      readonly kind: "accumulate";
      readonly target: Value;
      readonly operation: Accumulation;
      readonly value: Source;
    }
  /** What an accumulator holds at this moment. */
  | { readonly kind: "read"; readonly target: Value; readonly accumulator: Value }
  | {
      readonly kind: "store";
      readonly to: Place;
      readonly operation: Accumulation | "set";
      readonly value: Source;
    }
  | { readonly kind: "clear"; readonly array: string; readonly operation: Accumulation }
  | { readonly kind: "loop"; readonly loop: Loop; readonly body: Block; readonly turns?: Turns };

/** The turns of a loop, if not all: every fourth, of which each has three more behind it, or those after the last four. */
export type Turns = "fours" | "rest";

/** What an accumulation begins with. */
export const neutral: Readonly<Record<Accumulation, number>> = {
  sum: 0,
  maximum: -Infinity,
  minimum: Infinity,
};

/** The values that an instruction reads, its own body aside. */
export function sourcesOf(instruction: Instruction): readonly Source[] {
  switch (instruction.kind) {
    case "call":
      return instruction.args;
    case "load":
      return within(instruction.from.position);
    case "position":
      return within(instruction.at);
    case "equal":
      return [...within(instruction.left), ...within(instruction.right)];
    case "accumulate":
      return [instruction.value];
    case "read":
      return [instruction.accumulator];
    case "store":
      return [instruction.value, ...within(instruction.to.position)];
    case "extent":
    case "start":
    case "clear":
    case "loop":
      return [];
  }
}

/** The block without values that nothing reads. */
export function withoutUnused(block: Block, results: readonly Source[]): Block {
  const used = new Set<Source>(results);
  const prune = (list: Block): Block => {
    const kept: Instruction[] = [];
    for (let i = list.length - 1; i >= 0; i--) {
      const instruction = list[i] as Instruction;
      if (instruction.kind === "loop") {
        const body = prune(instruction.body);
        if (body.length > 0) kept.push({ ...instruction, body });
      } else if (isEffect(instruction) || used.has(instruction.target)) {
        for (const source of sourcesOf(instruction)) used.add(source);
        kept.push(instruction);
      }
    }
    return kept.reverse();
  };
  return prune(block);
}

const isEffect = (
  instruction: Instruction,
): instruction is Extract<Instruction, { kind: "store" | "clear" | "start" | "accumulate" }> =>
  instruction.kind === "store" ||
  instruction.kind === "clear" ||
  instruction.kind === "start" ||
  instruction.kind === "accumulate";

const within = ({ base, terms }: Position): readonly Source[] => [
  base,
  ...terms.flatMap(({ of }) => ("index" in of ? [] : [of])),
];
