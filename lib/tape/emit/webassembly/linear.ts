import { FluxionError } from "../../../expression/error.ts";
import type { Amounts, Stores } from "../machine.ts";
import { createMemory, type Memory as LinearMemory } from "./engine.ts";

/**
 * The memory of a program as one memory of WebAssembly, of which the arrays are views. Throws `unsupported` for more than
 * 2 GB.
 */
export function linearStores({ numbers, integers, room, type }: Amounts): Stores {
  const bytes = type === "f64" ? 8 : 4;
  const workStart = scratchBytes;
  const numberStart = rounded(workStart + 8 * room);
  const integerStart = rounded(numberStart + bytes * numbers);
  const end = integerStart + 4 * integers;
  if (end >= 2 ** 31) {
    throw new FluxionError(
      "unsupported",
      `a program of ${end} bytes is too large for WebAssembly, whose addresses end at ${2 ** 31}; use another back-end`,
    );
  }
  const linear = createMemory(Math.ceil(end / pageBytes));
  const { buffer } = linear;
  memories.set(buffer, linear);
  return {
    numbers: new (type === "f64" ? Float64Array : Float32Array)(buffer, numberStart, numbers),
    work: new Float64Array(buffer, workStart, room),
    integers: new Int32Array(buffer, integerStart, integers),
  };
}

/** The memory that such arrays are views of. */
export function linearOf({ numbers }: Stores): LinearMemory {
  const linear = memories.get(numbers.buffer);
  if (linear !== undefined) return linear;
  throw new FluxionError("unsupported", "these arrays lie in no memory of WebAssembly");
}

/** How many pages a memory has. */
export const pagesOf = ({ buffer }: LinearMemory): number => buffer.byteLength / pageBytes;

/** Where there is room for what does not outlive a function: a square of a matrix product. */
export const scratchStart = 0;
const scratchBytes = 256;

const pageBytes = 65_536;

// Vectors are read fastest where they begin at a multiple of their length.
const rounded = (bytes: number): number => 64 * Math.ceil(bytes / 64);

const memories = new WeakMap<ArrayBufferLike, LinearMemory>();
