import { FluxionError } from "../../../expression/error.ts";
import type { Amounts, Stores } from "../machine.ts";
import { leastSlice } from "./cut.ts";
import type { Module } from "./encoder.ts";
import { createMemory, createSharedMemory, type Memory as LinearMemory } from "./engine.ts";
import { alone, type Crew, crewOf, threadsFor } from "./threads/crew.ts";

/**
 * The memory of a program as one memory of WebAssembly, of which the arrays are views: shared where several threads work on
 * it, if that is allowed here, else one does. Throws `unsupported` for more than 2 GB.
 */
export function linearStores(
  { numbers, integers, room, type, threads: wanted = 1, fused = false }: Amounts,
  work: Partial<Pick<Linear, "crew" | "leastSlice">> = {},
): Stores {
  const bytes = type === "f64" ? 8 : 4;
  const threads = wanted === 1 ? 1 : threadsFor(wanted);
  // Each thread has a scratch and work of its own.
  const leap = rounded(scratchBytes + 8 * room);
  const asideStart = threads * leap;
  const numberStart = asideStart + asideBytes;
  const integerStart = rounded(numberStart + bytes * numbers);
  const end = integerStart + 4 * integers;
  if (end >= mostBytes) {
    throw new FluxionError(
      "unsupported",
      `a program of ${end} bytes is too large for WebAssembly, whose addresses end at ${mostBytes}; use another back-end`,
    );
  }
  const pages = Math.ceil(end / pageBytes);
  const memory = threads === 1 ? createMemory(pages) : createSharedMemory(pages);
  const { buffer } = memory;
  const crew = threads === 1 ? alone : crewOf(threads, memory, leap);
  places.set(buffer, { memory, crew, aside: { start: asideStart, bytes: asideBytes }, leastSlice, ...work });
  return {
    numbers:
      type === "f64" ? new Float64Array(buffer, numberStart, numbers) : new Float32Array(buffer, numberStart, numbers),
    work: new Float64Array(buffer, scratchBytes, room),
    integers: new Int32Array(buffer, integerStart, integers),
    threads,
    fused,
  };
}

/** Where a program lives in WebAssembly. */
export interface Linear {
  readonly memory: LinearMemory;
  readonly crew: Crew;
  /** How much work is handed to a thread at a time, at least, in instructions. */
  readonly leastSlice: number;
  /** Room for what a step hands from one of its functions to another. */
  readonly aside: { readonly start: number; readonly bytes: number };
}

/** Where such arrays are. */
export function linearOf({ numbers }: Stores): Linear {
  const linear = places.get(numbers.buffer);
  if (linear !== undefined) return linear;
  throw new FluxionError("unsupported", "these arrays lie in no memory of WebAssembly");
}

/** Lets a module have that memory. */
export function importLinear(module: Module, linear: Linear): void {
  const pages = linear.memory.buffer.byteLength / pageBytes;
  module.importMemory("memory", pages, isShared(linear) ? { maximum: pages } : undefined);
}

/** Lets a module have the memory of any program: of those whose memory is shared, or of those whose is not. */
export const importAnyLinear = (module: Module, isShared: boolean): void =>
  module.importMemory("memory", 1, isShared ? { maximum: mostBytes / pageBytes } : undefined);

/** Whether that memory is shared. */
export const isShared = ({ memory: { buffer } }: Linear): boolean => !(buffer instanceof ArrayBuffer);

/** The room before a thread's `work` for what does not outlive a function: a square of a matrix product. */
export const scratchBytes = 256;

// Untouched, it takes no memory.
const asideBytes = 512 * 1024;

const pageBytes = 65_536;
const mostBytes = 2 ** 31;

// Vectors are read fastest where they begin at a multiple of their length.
const rounded = (bytes: number): number => 64 * Math.ceil(bytes / 64);

const places = new WeakMap<ArrayBufferLike, Linear>();
