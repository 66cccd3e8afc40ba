import type { Block } from "../../block.ts";
import { interpretedBlock } from "../loops/interpreter.ts";
import { javascriptBlock } from "../loops/javascript.ts";
import type { Memory } from "../machine.ts";
import { contextOf, readOnceIn, vectorLoops, writtenRegions } from "./choice.ts";
import { type Cut, cutOf } from "./cut.ts";
import { createModule } from "./encoder.ts";
import { compileModule, type Exported, functionsOf } from "./engine.ts";
import { importRows } from "./functions/form.ts";
import { cellsLength, handoverOf } from "./handover.ts";
import { importLinear, type Linear, linearOf } from "./linear.ts";
import { sectionsOf } from "./sections.ts";
import type { Plan } from "./state.ts";
import type { Floating, Value } from "./values.ts";
import { type FloatVectors, f32x4, f64x2 } from "./vectors.ts";
import { writeBlock } from "./writer.ts";

/**
 * A block as functions of WebAssembly, bound to a memory that `linearStores` has made. The turns of a loop that allow it run
 * in the lanes of vectors; what is left over runs one by one, with the same instructions, so that a turn gives the same
 * bits in every place. A program of singles computes in singles.
 *
 * Long nests are cut into slices for the threads that there are. Their sums are put together in the order of the slices, also
 * by one thread alone, so that the result does not depend on how many there are.
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
  importLinear(module, linear);
  const chosen = vectorLoops(block, memory, v.lanes);
  const { sections, crossing } = cutSections(block, memory, chosen, v.lanes, linear);
  const handover = handoverOf(crossing, memory, v, linear.aside.start);
  const once = new Set([...readOnceIn(block)].filter(value => !crossing.has(value)));
  const written = writtenRegions(block, memory);
  const parameters = ["i32" as const, ...indices.map(() => "i32" as const)];
  for (const [number, section] of sections.entries()) {
    module.exportFunction(`run${number}`, parameters, "none", (body, own, ...counts) => {
      const countOf = (index: string): Value<"i32"> => counts[indices.indexOf(index)] ?? own;
      const plan: Plan<F> = { v, memory, module, site: { body, imported }, countOf, chosen, once, written };
      const { cut } = section;
      if (cut === undefined) {
        const known = handover.enter(section, body, own);
        writeBlock(section.block, plan, known);
        handover.leave(section, body, known);
      } else {
        const { known, slice } = handover.enterSlice(section, cut, body, own, countOf(cut.loop.index));
        writeBlock(section.block, { ...plan, slice }, known);
        handover.leaveSlice(cut, body, own, known);
      }
    });
  }
  const imports = functions();
  const compiledModule = compileModule(module.encode());
  const exported = functionsOf(compiledModule, { memory: linear.memory, ...imports });
  const slots = indices.map(memory.slotOf);
  const slicesOf = (cut: Cut | undefined): number =>
    cut === undefined ? 0 : Math.ceil((memory.extents[memory.slotOf(cut.loop.index)] as number) / cut.turns);
  // What a function is given first: the number of a slice, or how many there were; then the extents.
  const given = new Array<number>(parameters.length).fill(0);
  const runs = sections.map(({ cut, after }, number) => {
    const name = `run${number}`;
    const run = exported.get(name) as Exported;
    if (cut === undefined) {
      return () => {
        given[0] = slicesOf(after);
        run(...given);
      };
    }
    const width = given.length;
    const task = linear.crew.taskOf({ module: compiledModule, imports, name, run, width, places: [] });
    return () => {
      const slices = slicesOf(cut);
      for (let slice = 0; slice < slices; slice++) {
        given[0] = slice;
        task.call(...given);
        task.endSlice();
      }
      task.finish();
    };
  });
  return () => {
    for (let i = 0; i < slots.length; i++) given[i + 1] = memory.extents[slots[i] as number] as number;
    for (const run of runs) run();
  };
}

/** The sections of a block; one where nothing in it is long enough to be cut. */
function cutSections(
  block: Block,
  memory: Memory,
  chosen: ReturnType<typeof vectorLoops>,
  lanes: number,
  { aside, leastSlice: least }: Linear,
): ReturnType<typeof sectionsOf> {
  const context = contextOf(block, memory, lanes);
  const cuts = new Map(
    block.flatMap(each => {
      const cut = each.kind === "loop" ? cutOf(each, context, chosen, { least, room: aside.bytes / 2 }) : undefined;
      return cut === undefined ? [] : [[each, cut] as const];
    }),
  );
  const whole = sectionsOf(block, cuts);
  return cellsLength(whole.crossing.size) > aside.bytes / 2 ? sectionsOf(block, new Map()) : whole;
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
