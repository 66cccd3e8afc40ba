import { FluxionError } from "../../../../expression/error.ts";
import type { Exported, Memory as LinearMemory } from "../engine.ts";
import { canSleep, mostThreads, poolOf } from "./pool.ts";
import { board, cells, type SharedCode, type SharedModule, ticketBits } from "./worker.ts";

/** The threads of one program. */
export interface Crew {
  readonly threads: number;
  readonly taskOf: (code: Code) => Task;
}

/** A function of a module, to be called in slices of which each touches only what no other does. */
export interface Code {
  readonly module: object;
  /** What the module imports beside its memory. */
  readonly imports: Readonly<Record<string, unknown>>;
  readonly name: string;
  readonly run: Exported;
  /** How many arguments it takes. */
  readonly width: number;
  /** The arguments that are addresses of a thread's own room. */
  readonly places: readonly number[];
}

/** Calls of one code: they are put down, or done at once where there is one thread. */
export interface Task {
  readonly call: (...args: readonly number[]) => void;
  /** What is called from here on may run before, or at the same time as, what was called until here. */
  readonly endSlice: () => void;
  /** Returns when all calls are done. */
  readonly finish: () => void;
}

/** One thread. */
export const alone: Crew = {
  threads: 1,
  taskOf: ({ run }) => ({
    call: (...args) => void run(...args),
    endSlice: () => undefined,
    finish: () => undefined,
  }),
};

/** How many threads there are for a program that asks for so many: as many, if threads may share memory here. */
export const threadsFor = (wanted: number): number => poolOf(Math.min(wanted, mostThreads) - 1).threads;

/**
 * The threads of a program on one memory, in which each thread has room of its own, `leap` bytes apart. Which thread runs
 * a slice is left to chance, and told nowhere. A worker that does not run yet takes no slices; the others do its work.
 */
export function crewOf(threads: number, memory: LinearMemory, leap: number): Crew {
  const pool = poolOf(threads - 1);
  const number = ++programs;
  const shared = new SharedArrayBuffer(board.table + 8 * board.room);
  const state = new Int32Array(shared, 0, cells.count);
  const starts = new Int32Array(shared, board.starts, board.mostSlices + 1);
  const table = new Float64Array(shared, board.table, board.room);
  const modules: SharedModule[] = [];
  const numbers = new Map<object, number>();
  const codes: SharedCode[] = [];
  let [announcedModules, announcedCodes, turn] = [0, 0, 0];

  /** Tells the workers what they do not know yet. */
  function announce(): void {
    if (announcedCodes === codes.length) return;
    const news = { modules: modules.slice(announcedModules), codes: codes.slice(announcedCodes) };
    const first = announcedCodes === 0 ? { shared: { memory, board: shared } } : {};
    pool.tell({ kind: "announce", program: number, ...first, ...news }, threads - 1);
    [announcedModules, announcedCodes] = [modules.length, codes.length];
    Atomics.store(state, cells.codes, codes.length);
  }

  function moduleNumber(module: object, imports: Readonly<Record<string, string>>): number {
    const known = numbers.get(module);
    if (known !== undefined) return known;
    numbers.set(module, modules.length);
    return modules.push({ module, imports }) - 1;
  }

  /** Has the first slices of the table done by all threads. */
  function share(code: number, slices: number, runSlice: (slice: number) => void): void {
    announce();
    Atomics.store(state, cells.done, 0);
    state[cells.code] = code;
    state[cells.slices] = slices;
    turn = (turn + 1) & 0x1fffff;
    Atomics.store(state, cells.ticket, (turn << ticketBits) | slices);
    pool.ring(number);
    let failure: unknown;
    for (let slice = takeSlice(state, slices); slice !== undefined; slice = takeSlice(state, slices)) {
      try {
        runSlice(slice);
      } catch (error) {
        failure ??= error;
      }
      Atomics.add(state, cells.done, 1);
    }
    awaitAll(state, slices);
    const hasFailed = Atomics.exchange(state, cells.hasFailed, 0) === 1;
    if (failure !== undefined) throw failure;
    if (hasFailed)
      throw new FluxionError("unsupported", "a thread could not run its part of the program; use one thread");
  }

  function taskOf({ module, imports, name, run, width, places }: Code): Task {
    const portable = namesInMath(imports);
    // A function that is no built-in one cannot be sent to another thread.
    if (portable === undefined || width > board.room)
      return alone.taskOf({ module, imports, name, run, width, places });
    const code = codes.push({ module: moduleNumber(module, portable), name, width, places, leap }) - 1;
    const most = Math.floor(board.room / width);
    const args = new Array<number>(width).fill(0);
    let [slices, rows] = [0, 0];
    const runRows = (from: number, to: number): void => {
      for (let row = from; row < to; row++) {
        for (let i = 0; i < width; i++) args[i] = table[row * width + i] as number;
        run(...args);
      }
    };
    const runSlice = (slice: number): void => runRows(starts[slice] as number, starts[slice + 1] as number);
    const empty = (): void => {
      const begun = starts[slices] as number;
      try {
        if (slices === 1) runSlice(0);
        else if (slices > 1) share(code, slices, runSlice);
      } finally {
        // What was put down of a slice that has not ended stays.
        table.copyWithin(0, begun * width, rows * width);
        [slices, rows] = [0, rows - begun];
      }
    };
    const endSlice = (): void => {
      starts[slices + 1] = rows;
      slices += 1;
      if (slices === board.mostSlices) empty();
    };
    starts[0] = 0;
    return {
      call: (...given) => {
        if (rows === most) empty();
        if (rows === most) {
          runRows(0, rows);
          rows = 0;
        }
        for (let i = 0; i < width; i++) table[rows * width + i] = given[i] as number;
        rows += 1;
      },
      endSlice,
      finish: () => {
        if (rows > (starts[slices] as number)) endSlice();
        empty();
      },
    };
  }

  const crew: Crew = { threads, taskOf };
  const weight = new ArrayBuffer(memory.buffer.byteLength);
  weights.set(number, weight);
  gone.register(crew, number);
  return crew;
}

let programs = 0;

// A crew lives as long as the arrays of its program.
const gone = new FinalizationRegistry((program: number) => {
  weights.delete(program);
  poolOf(0).tell({ kind: "forget", program }, mostThreads);
});

// Engines do not count shared memory when they decide whether it is time to look for what is not needed any more. These count,
// and since nobody touches them they take no memory.
const weights = new Map<number, ArrayBuffer>();

function takeSlice(state: Int32Array, slices: number): number | undefined {
  for (;;) {
    const ticket = Atomics.load(state, cells.ticket);
    const rest = ticket & ((1 << ticketBits) - 1);
    if (rest === 0) return undefined;
    if (Atomics.compareExchange(state, cells.ticket, ticket, ticket - 1) === ticket) return slices - rest;
  }
}

// The others are about to be done: to sleep and to be woken takes longer than most of what is left.
function awaitAll(state: Int32Array, slices: number): void {
  const end = performance.now() + spinMilliseconds;
  const isDone = (): boolean => Atomics.load(state, cells.done) === slices;
  do for (let i = 0; i < 50; i++) if (isDone()) return;
  while (performance.now() < end || !sleeps());
  Atomics.store(state, cells.isWaiting, 1);
  for (let done = Atomics.load(state, cells.done); done !== slices; done = Atomics.load(state, cells.done))
    Atomics.wait(state, cells.done, done);
  Atomics.store(state, cells.isWaiting, 0);
}

const spinMilliseconds = 0.1;

let sleeping: boolean | undefined;
function sleeps(): boolean {
  sleeping ??= canSleep();
  return sleeping;
}

/** The names that functions have in `Math`; undefined if one is not there. */
function namesInMath(imports: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> | undefined {
  const names: Record<string, string> = {};
  for (const [name, value] of Object.entries(imports)) {
    const own = mathNames.get(value);
    if (own === undefined) return undefined;
    names[name] = own;
  }
  return names;
}

const mathNames: ReadonlyMap<unknown, string> = new Map(
  Object.getOwnPropertyNames(Math).flatMap(name => {
    const value: unknown = Object.getOwnPropertyDescriptor(Math, name)?.value;
    return typeof value === "function" ? [[value, name] as const] : [];
  }),
);
