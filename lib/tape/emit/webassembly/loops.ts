import type { Block } from "../../block.ts";
import { interpretedBlock } from "../loops/interpreter.ts";
import { javascriptBlock } from "../loops/javascript.ts";
import type { Memory } from "../machine.ts";
import { readOnceIn, vectorLoops, writtenRegions } from "./choice.ts";
import { createModule } from "./encoder.ts";
import { instantiate } from "./engine.ts";
import { importRows } from "./functions/form.ts";
import { linearOf, pagesOf } from "./linear.ts";
import type { Floating, Value } from "./values.ts";
import { type FloatVectors, f32x4, f64x2 } from "./vectors.ts";
import { writeBlock } from "./writer.ts";

/**
 * A block as a function of WebAssembly, bound to a memory that `linearStores` has made. The turns of a loop that allow it run
 * in the lanes of vectors; what is left over runs one by one, with the same instructions, so that a turn gives the same
 * bits in every place. A program of singles computes in singles.
 *
 * What is longer than a function of WebAssembly may well be is left to generated JavaScript, or to the interpreter where
 * that is forbidden.
 */
export function webassemblyBlock(block: Block, memory: Memory): () => void {
  if (block.length === 0) return () => undefined;
  const { instructions, indices } = sizeOf(block);
  if (instructions > mostInstructions || indices.size > mostIndices) return elsewhere(block, memory);
  return memory.numbers.BYTES_PER_ELEMENT === 8
    ? compiled(block, memory, [...indices], f64x2)
    : compiled(block, memory, [...indices], f32x4);
}

// Above, engines take long to compile a function, and some give up.
const mostInstructions = 10_000;
const mostIndices = 200;

function compiled<F extends Floating>(
  block: Block,
  memory: Memory,
  indices: readonly string[],
  v: FloatVectors<F>,
): () => void {
  const linear = linearOf(memory);
  const module = createModule();
  const { imported, functions } = importRows(module);
  module.importMemory("memory", pagesOf(linear));
  const parameters = indices.map(() => "i32" as const);
  module.exportFunction("run", parameters, "none", (body, ...counts: readonly Value<"i32">[]) => {
    const countOf = new Map(indices.map((index, i) => [index, counts[i] as Value<"i32">]));
    writeBlock(block, {
      v,
      memory,
      module,
      site: { body, imported },
      countOf: index => countOf.get(index) as Value<"i32">,
      chosen: vectorLoops(block, memory, v.lanes),
      once: readOnceIn(block),
      written: writtenRegions(block, memory),
    });
  });
  const run = instantiate(module.encode(), { memory: linear, ...functions() }).get("run");
  const slots = indices.map(memory.slotOf);
  const extents = new Array<number>(slots.length).fill(0);
  return () => {
    for (let i = 0; i < slots.length; i++) extents[i] = memory.extents[slots[i] as number] as number;
    run?.(...extents);
  };
}

function elsewhere(block: Block, memory: Memory): () => void {
  try {
    return javascriptBlock(block, memory);
  } catch (error) {
    if (error instanceof EvalError) return interpretedBlock(block, memory);
    throw error;
  }
}

/** How many instructions a block has, and the indices whose extents it needs. */
function sizeOf(block: Block): { readonly instructions: number; readonly indices: ReadonlySet<string> } {
  const indices = new Set<string>();
  let instructions = 0;
  const pending = [...block];
  for (let each = pending.pop(); each !== undefined; each = pending.pop()) {
    instructions += 1;
    if (each.kind === "extent") indices.add(each.index);
    if (each.kind !== "loop") continue;
    indices.add(each.loop.index);
    for (const inner of each.body) pending.push(inner);
  }
  return { instructions, indices };
}
