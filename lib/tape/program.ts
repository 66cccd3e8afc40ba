import { FluxionError } from "../expression/error.ts";
import { describe } from "../expression/expression.ts";
import { suggestion } from "../expression/nearest.ts";
import { withAddedProducts } from "./added.ts";
import { type LoopBackend, usingBackend } from "./emit/backend.ts";
import type { BackendName } from "./emit/choose.ts";
import type { Memory, Region, Stores } from "./emit/machine.ts";
import { hasFusedVectors } from "./emit/webassembly/engine.ts";
import { fused } from "./fuse.ts";
import { type GatherCheck, gatherChecks } from "./gathers.ts";
import { type MemoryPlan, planMemory } from "./memory.ts";
import { clearRunner, type Scatter, scattersOf } from "./scatter.ts";
import { type Named, type Sizes, sizesOf, smallerSizes } from "./shapes.ts";
import { withoutSingles } from "./singles.ts";
import { type Clear, roomOf, stepRunner, updateRunner } from "./steps.ts";
import type { Tape } from "./tape.ts";
import { withoutThinProducts } from "./thin.ts";
import { turnsOf } from "./turns.ts";

/** What a program is made for. */
export interface ProgramOptions {
  /**
   * The shape of each input that has axes: `{ x: [100, 784], token: [4096] }`. It may be left out where all its indices
   * run over axes of other inputs, or have an extent that is given.
   */
  readonly shapes?: Named<readonly number[]>;
  /** How many values an index takes, where no shape tells. */
  readonly extents?: Named<number>;
  /**
   * What runs it, chosen by itself unless said: WebAssembly, whose vectors do several turns of a loop at a time; generated
   * JavaScript for scalars and loops of few turns, or where a policy or the engine has no WebAssembly; the interpreter where
   * it has neither.
   */
  readonly backend?: BackendName;
  /**
   * How numbers are stored, `"f64"` unless said. WebAssembly also computes in that type; JavaScript and the interpreter
   * compute in doubles, and round what they store.
   */
  readonly type?: "f64" | "f32";
  /**
   * Whether matrix products multiply and add in one instruction, rounded once, which makes them about an eighth faster:
   * the relaxed SIMD of WebAssembly. Last bits then differ between machines. Not unless said.
   */
  readonly fused?: boolean;
  /**
   * How many threads may compute it, up to 64: one unless said. The result is the same for every number of them. WebAssembly uses
   * several, where threads may share memory; the inputs and outputs are then views of a SharedArrayBuffer.
   */
  readonly threads?: number;
}

/** The elements of an array, in row-major order: the last index runs fastest. */
export type ProgramArray = Float64Array | Float32Array | Int32Array;

/** A tape bound to shapes. It owns its memory, and `run` takes no more. */
export interface Program {
  /** The inputs by name, to be filled: views of the program's memory, integers where an array is read within indices. */
  readonly inputs: Readonly<Record<string, ProgramArray>>;
  /** The results by name; `run` fills them. */
  readonly outputs: Readonly<Record<string, ProgramArray>>;
  readonly shapes: Readonly<Record<string, readonly number[]>>;
  /** How many values each index takes. */
  readonly extents: Readonly<Record<string, number>>;
  /** The bytes of its memory. */
  readonly memory: number;
  readonly backend: BackendName;
  /** How many threads compute it: one where memory cannot be shared, or the back-end uses no more. */
  readonly threads: number;
  /** The input of a name. Throws `unbound-variable` if there is none. */
  readonly input: (name: string) => ProgramArray;
  /** The output of a name. Throws `unbound-variable` if there is none. */
  readonly output: (name: string) => ProgramArray;
  /**
   * Computes the outputs from the inputs, then writes the updates back. With fewer values for some indices,
   * `run({ n: 37 })`, it reads and writes the first 37 positions along every axis that such an index runs over and
   * leaves the others as they are; a mean over `n` is then one of 37.
   *
   * Throws `out-of-range` where an integer points outside of the array that it is an index of, be it that something is
   * added there, and `bad-option` or
   * `extent` for an index that is none or takes no such number of values; all before anything is computed.
   */
  readonly run: (extents?: Named<number>) => void;
}

/**
 * Makes a program of a tape. Throws `extent` where an index has two extents, or none, `bad-value` where a shape has the
 * wrong number of axes, or is missing, `bad-option` for a shape of what is no input and for options that are none,
 * `unsupported` for a back-end that cannot be had here, and for `fused` where the engine has no such instruction (Node 20 has it
 * only with the flag `--experimental-wasm-relaxed-simd`).
 */
export function createProgram(tape: Tape, options: ProgramOptions = {}): Program {
  checkOptions(options);
  const sizes = sizesOf(tape, options.shapes ?? {}, options.extents ?? {});
  const wanted = options.fused === true ? "webassembly" : options.backend;
  return usingBackend(wanted, turnsOf(tape, sizes.extents), backend => {
    const general = withAddedProducts(withoutThinProducts(tape, sizes, () => false));
    const singles = singlesOf(sizes);
    const buildGeneral = (): Program => build({ tape, fitted: general, singles: new Set() }, sizes, options, backend);
    if (singles.size === 0) return buildGeneral();
    const isSingle = (index: string): boolean => singles.has(index);
    const thinned = withoutThinProducts(tape, sizes, isSingle);
    const fitted = withAddedProducts(fused(withoutSingles(thinned, sizes, isSingle)));
    return build({ tape, fitted, singles, buildGeneral }, sizes, options, backend);
  });
}

/** A tape, and one that computes the same where some indices take one value. */
interface Fitted {
  readonly tape: Tape;
  readonly fitted: Tape;
  readonly singles: ReadonlySet<string>;
  /** Makes the program for all other sizes. */
  readonly buildGeneral?: () => Program;
}

/** Indices that take one value, unless a run says that they take none. */
const singlesOf = ({ extents }: Sizes): ReadonlySet<string> =>
  new Set([...extents].flatMap(([name, extent]) => (extent === 1 ? [name] : [])));

function build(
  { tape, fitted, singles, buildGeneral }: Fitted,
  sizes: Sizes,
  { type = "f64", threads = 1, fused: isFused = false }: ProgramOptions,
  backend: LoopBackend,
): Program {
  const scatters = scattersOf(fitted, sizes);
  const plan = planMemory(fitted, sizes, [...scatters.values()].flat());
  const room = roomOf(fitted, index => sizes.extents.get(index) ?? 0);
  // One number more than all arrays have, on its way from step to step.
  const stores = backend.storesOf({
    numbers: plan.numbers + 1,
    integers: plan.integers,
    room,
    type,
    threads,
    fused: isFused,
  });
  const memory = memoryOf(plan, stores, sizes);
  const checks = gatherChecks(fitted, memory);
  const clearOf = (scatter: Scatter): Clear => ({
    array: scatter.array,
    clear: clearRunner(scatter, memory, plan.remembered, backend),
  });
  const steps = fitted.steps.map(step => stepRunner(step, (scatters.get(step) ?? []).map(clearOf), memory, backend));
  const update = updateRunner(fitted, plan.inPlace, memory, backend);
  const runs = interleave(steps, checks);
  const { shapeOf, resize } = resizing(tape, sizes, memory);
  const viewsOf = (names: readonly string[]): Readonly<Record<string, ProgramArray>> =>
    byName(names.map(name => [name, viewOf(memory, memory.regionOf(name))]));
  const inputs = viewsOf(tape.arrays.filter(({ role }) => role === "input").map(({ name }) => name));
  const outputs = viewsOf(tape.outputs);
  // A batch of none where one is the most is rare: another program is made each time.
  const runGeneral = (make: () => Program, extents: Named<number> | undefined): void => {
    const general = make();
    copyAll({ inputs, outputs }, general);
    general.run(extents);
    copyAll(general, { inputs, outputs });
  };
  return Object.freeze({
    inputs,
    outputs,
    shapes: byName([...sizes.shapes]),
    extents: byName([...sizes.extents]),
    memory:
      plan.numbers * memory.numbers.BYTES_PER_ELEMENT +
      memory.integers.byteLength +
      (stores.threads ?? 1) * memory.work.byteLength,
    backend: backend.name,
    threads: stores.threads ?? 1,
    input: name => found(inputs, name, "input"),
    output: name => found(outputs, name, "output"),
    run(extents) {
      const present = resize(extents);
      if (present !== sizes && buildGeneral !== undefined && !takesOne(present, singles)) {
        return runGeneral(buildGeneral, extents);
      }
      for (const run of runs) run(shapeOf);
      update();
    },
  } satisfies Program);
}

function takesOne({ extents }: Sizes, singles: ReadonlySet<string>): boolean {
  for (const name of singles) if (extents.get(name) !== 1) return false;
  return true;
}

type Arrays = Pick<Program, "inputs" | "outputs">;

function copyAll(from: Arrays, to: Arrays): void {
  for (const kind of ["inputs", "outputs"] as const)
    for (const [name, array] of Object.entries(to[kind])) array.set(from[kind][name] ?? []);
}

function interleave(
  steps: readonly (() => void)[],
  checks: ReadonlyMap<number, readonly GatherCheck[]>,
): readonly GatherCheck[] {
  return steps.flatMap((step, i) => [...(checks.get(i) ?? []), step]);
}

function memoryOf({ regions }: MemoryPlan, stores: Stores, { extents }: Sizes): Memory {
  const slots = new Map([...extents.keys()].map((name, slot) => [name, slot]));
  const slotOf = (index: string): number => {
    const slot = slots.get(index);
    if (slot !== undefined) return slot;
    throw new FluxionError(
      "extent",
      `nothing determines how many values the index ${index} takes; give it, as in { extents: { ${index}: 3 } }`,
    );
  };
  const regionOf = (array: string): Region => {
    const region = regions.get(array);
    if (region !== undefined) return region;
    throw new FluxionError("unbound-variable", `the tape has no array ${array}${suggestion(array, regions.keys())}`);
  };
  return {
    ...stores,
    extents: Int32Array.from(extents.values()),
    slotOf,
    regionOf,
  };
}

/** Brings the extents to what a run asks for; the shapes follow. */
function resizing(
  tape: Tape,
  full: Sizes,
  memory: Memory,
): { readonly shapeOf: (array: string) => readonly number[]; readonly resize: (extents?: Named<number>) => Sizes } {
  const known = new Map<string, Sizes>();
  let current = full;
  const turnTo = (sizes: Sizes): Sizes => {
    if (sizes === current) return sizes;
    current = sizes;
    for (const [name, extent] of sizes.extents) memory.extents[memory.slotOf(name)] = extent;
    return sizes;
  };
  return {
    shapeOf: array => current.shapes.get(array) ?? [],
    resize(extents) {
      if (extents === undefined) return turnTo(full);
      const key = JSON.stringify(extents instanceof Map ? [...extents] : Object.entries(extents));
      const sizes = known.get(key) ?? smallerSizes(tape, full, extents);
      // A run of ever other sizes remembers none of the old ones.
      if (known.size >= 100) known.clear();
      known.set(key, sizes);
      return turnTo(sizes);
    },
  };
}

function viewOf({ numbers, integers }: Memory, { offset, length, isInteger }: Region): ProgramArray {
  return (isInteger ? integers : numbers).subarray(offset, offset + length);
}

// Without a prototype, so that `__proto__` and `constructor` are names as others are.
function byName<T>(entries: readonly (readonly [string, T])[]): Readonly<Record<string, T>> {
  const object: Record<string, T> = Object.create(null);
  for (const [name, value] of entries) object[name] = value;
  return Object.freeze(object);
}

function found(arrays: Readonly<Record<string, ProgramArray>>, name: string, what: string): ProgramArray {
  const array = arrays[name];
  if (array !== undefined) return array;
  throw new FluxionError(
    "unbound-variable",
    `the program has no ${what} ${name}${suggestion(name, Object.keys(arrays))}`,
  );
}

function checkOptions({ type, threads, fused: isFused = false, backend }: ProgramOptions): void {
  if (typeof isFused !== "boolean") {
    throw new FluxionError("bad-option", `fused is true or false, got ${describe(isFused)}`);
  }
  if (isFused && backend !== undefined && backend !== "webassembly") {
    throw new FluxionError("bad-option", `only WebAssembly multiplies and adds in one instruction, got ${backend}`);
  }
  if (isFused && !hasFusedVectors()) {
    throw new FluxionError(
      "unsupported",
      "this engine has no WebAssembly that multiplies and adds in one instruction; leave out the option fused",
    );
  }
  if (type !== undefined && type !== "f64" && type !== "f32") {
    throw new FluxionError("bad-option", `a type is "f64" or "f32", got ${describe(type)}`);
  }
  if (threads !== undefined && !(Number.isSafeInteger(threads) && threads > 0)) {
    throw new FluxionError(
      "bad-option",
      `the number of threads is a natural number from 1 on, got ${describe(threads)}`,
    );
  }
}
