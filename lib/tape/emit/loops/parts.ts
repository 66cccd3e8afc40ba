import { type Block, type Instruction, type Loop, sourcesOf, type Turns, type Value } from "../../block.ts";

/** What one generated function does: within some loops, whose counters it is given. */
export interface Part {
  readonly loops: readonly Loop[];
  readonly block: PartBlock;
}

/** Instructions, of which some are calls of other parts. */
export type PartBlock = readonly (Exclude<Instruction, { kind: "loop" }> | PartLoop | PartCall)[];

interface PartLoop {
  readonly kind: "loop";
  readonly loop: Loop;
  readonly body: PartBlock;
  readonly turns?: Turns;
}

interface PartCall {
  readonly kind: "part";
  readonly number: number;
}

/**
 * A block as functions of at most so many operations each, the first being called for the whole, and the values that one
 * of them computes and another reads, each with a number.
 */
export function partsOf(
  block: Block,
  operations: number,
): { readonly parts: readonly Part[]; readonly crossing: ReadonlyMap<Value, number> } {
  const parts: Part[] = [{ loops: [], block: [] }];
  const split = (list: Block, loops: readonly Loop[]): PartBlock => {
    if (count(list) <= operations) return list;
    const result: PartBlock[number][] = [];
    let [chunk, size]: [Instruction[], number] = [[], 0];
    const flush = (): void => {
      if (chunk.length > 0) result.push({ kind: "part", number: parts.push({ loops, block: chunk }) - 1 });
      [chunk, size] = [[], 0];
    };
    for (const instruction of list) {
      const own = count([instruction]);
      if (size + own > operations) flush();
      if (instruction.kind === "loop" && own > operations) {
        const { loop, body } = instruction;
        result.push({ ...instruction, body: split(body, [...loops, loop]) });
      } else {
        chunk.push(instruction);
        size += own;
      }
    }
    flush();
    return result;
  };
  parts[0] = { loops: [], block: split(block, []) };
  return { parts, crossing: crossingOf(parts) };
}

/** The number of operations, a call with many arguments as several. */
function count(block: Block): number {
  let operations = 0;
  const pending = [...block];
  for (let instruction = pending.pop(); instruction !== undefined; instruction = pending.pop()) {
    operations += Math.max(1, sourcesOf(instruction).length - 1);
    if (instruction.kind === "loop") for (const each of instruction.body) pending.push(each);
  }
  return operations;
}

function crossingOf(parts: readonly Part[]): ReadonlyMap<Value, number> {
  const home = new Map<Value, number>();
  const crossing = new Map<Value, number>();
  // Where values are made is known before where they are read: an accumulator's start comes first, but in another part.
  for (const pass of ["make", "read"] as const)
    for (const [number, part] of parts.entries()) {
      const pending = [...part.block];
      for (let instruction = pending.pop(); instruction !== undefined; instruction = pending.pop()) {
        if (instruction.kind === "part") continue;
        if (instruction.kind === "loop") for (const each of instruction.body) pending.push(each);
        else if (pass === "make") {
          if ("target" in instruction && instruction.kind !== "accumulate") home.set(instruction.target, number);
        } else {
          const read = instruction.kind === "accumulate" ? [instruction.target, instruction.value] : [];
          for (const source of read.length > 0 ? read : sourcesOf(instruction))
            if (typeof source !== "number" && home.get(source) !== number && !crossing.has(source))
              crossing.set(source, crossing.size);
        }
      }
    }
  return crossing;
}
