import { createModule } from "./encoder.ts";
import { f64x2, fused } from "./vectors.ts";

/** What of the engine's WebAssembly is used here; the language's own types do not know it. */
declare const WebAssembly: {
  validate(bytes: Uint8Array): boolean;
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: Readonly<Record<string, object>>) => { readonly exports: object };
  readonly Memory: new (limits: MemoryLimits) => Memory;
};

/** A memory that modules work on. */
export interface Memory {
  readonly buffer: ArrayBufferLike;
}

interface MemoryLimits {
  readonly initial: number;
  readonly maximum?: number;
  readonly shared?: boolean;
}

/** Memory of so many pages of 64 kB. */
export const createMemory = (pages: number): Memory => new WebAssembly.Memory({ initial: pages });

/** The same, for several threads. */
export const createSharedMemory = (pages: number): Memory =>
  new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });

/** What a function of a module is to JavaScript. */
export type Exported = (...args: number[]) => number;

/** The functions of an encoded module, compiled at once. `imports` holds what it imports, by name. */
export const instantiate = (
  bytes: Uint8Array,
  imports: Readonly<Record<string, unknown>> = {},
): ReadonlyMap<string, Exported> => functionsOf(compileModule(bytes), imports);

/** A module that several threads may make functions of. */
export const compileModule = (bytes: Uint8Array): object => new WebAssembly.Module(bytes);

/** The functions of a module, bound to what it imports. */
export function functionsOf(module: object, imports: Readonly<Record<string, unknown>>): ReadonlyMap<string, Exported> {
  const { exports } = new WebAssembly.Instance(module, { i: imports });
  return new Map(Object.entries(exports).filter((each): each is [string, Exported] => typeof each[1] === "function"));
}

/** Whether the engine would take such a module. */
export const isValid = (bytes: Uint8Array): boolean => WebAssembly.validate(bytes);

/** Whether there is WebAssembly at all. */
export const hasWebAssembly = (): boolean => typeof WebAssembly === "object";

/** Whether there is WebAssembly with vectors of 128 bits. */
export function hasVectors(): boolean {
  if (!hasWebAssembly()) return false;
  known ??= isValid(probe(f64x2.multiplyAdd));
  return known;
}

let known: boolean | undefined;

/** Whether it also multiplies and adds in one instruction: relaxed SIMD. */
export function hasFusedVectors(): boolean {
  return hasWebAssembly() && isValid(probe(fused(f64x2).multiplyAdd));
}

function probe(multiplyAdd: typeof f64x2.multiplyAdd): Uint8Array {
  const module = createModule();
  module.addFunction(["f64x2"], "f64x2", (_, x) => multiplyAdd(x, x, x));
  return module.encode();
}
