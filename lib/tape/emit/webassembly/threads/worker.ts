/**
 * Where the cells of the memory that threads share are. Those of a program: the ticket holds how many slices of work are
 * left to take, below `ticketBits`, and above them a number that no other work has.
 */
export const cells = {
  ticket: 0,
  /** How many slices are done. */
  done: 1,
  /** The code that is called, and how many codes there are. */
  code: 2,
  codes: 3,
  /** How many slices there are in all. */
  slices: 4,
  /** 1 while the first thread sleeps until all are done, and 1 where code has failed in another thread. */
  isWaiting: 5,
  hasFailed: 6,
  /** How many there are. */
  count: 8,
} as const;

/** The cells that all programs of a thread share: a bell that is rung for work, and for each worker how many messages it got. */
export const bells = { bell: 0, sleepers: 1, program: 2, messages: 4 } as const;

/** A ticket holds up to 1023 slices. */
export const ticketBits = 10;

/** A program, as it is told to a worker: what of it is new. */
export interface Announcement {
  readonly program: number;
  /** Given first. */
  readonly shared?: { readonly memory: object; readonly board: SharedArrayBuffer };
  readonly modules: readonly SharedModule[];
  readonly codes: readonly SharedCode[];
}

/** A module, and the names of the functions of `Math` that it imports. */
export interface SharedModule {
  readonly module: object;
  readonly imports: Readonly<Record<string, string>>;
}

/** A function that a module exports; of its arguments those at `places` grow by `leap` from thread to thread. */
export interface SharedCode {
  readonly module: number;
  readonly name: string;
  readonly width: number;
  readonly places: readonly number[];
  readonly leap: number;
}

/** What a worker is told: which one it is, a program, or that a program is gone. */
export type Message =
  | { readonly kind: "begin"; readonly worker: number; readonly bells: Int32Array }
  | ({ readonly kind: "announce" } & Announcement)
  | { readonly kind: "forget"; readonly program: number };

/** How the calls of a board lie in its memory: cells first, then where each slice begins, then arguments. */
export const board = {
  /** In bytes: behind the cells, and behind as many borders as slices have. */
  starts: 32,
  table: 2112,
  /** In doubles. */
  room: 8192,
  mostSlices: 512,
} as const;

/**
 * What a worker runs, as text: it has to stand alone. It sleeps until the bell rings, and then takes slices of the program
 * that is running until none is left. To be told something, it goes back to its event loop; so it does for a while after a
 * program is gone, since there the engine tidies up.
 */
export const workerText = (port: string): string => `"use strict";
const port = ${port};
const programs = new Map();
const weights = new Set();
const gone = new FinalizationRegistry(weight => weights.delete(weight));
let received = 0, worker = 0, untidy = 0, bells;
port.onmessage = ({ data }) => {
  if (data.kind === "begin") ({ worker, bells } = data);
  else if (data.kind === "forget") {
    programs.delete(data.program);
    untidy = 20;
  } else announce(data);
  received += 1;
  serve();
};
function announce({ program, shared, modules, codes }) {
  if (shared !== undefined) {
    const { memory, board } = shared;
    const weight = new ArrayBuffer(memory.buffer.byteLength);
    weights.add(weight);
    gone.register(memory, weight);
    programs.set(program, {
      memory, instances: [], codes: [],
      cells: new Int32Array(board, 0, ${cells.count}),
      starts: new Int32Array(board, ${board.starts}, ${board.mostSlices} + 1),
      table: new Float64Array(board, ${board.table}, ${board.room}),
    });
  }
  const known = programs.get(program);
  for (const { module, imports } of modules) {
    const i = { memory: known.memory };
    for (const [name, row] of Object.entries(imports)) i[name] = Math[row];
    known.instances.push(new WebAssembly.Instance(module, { i }));
  }
  for (const { module, name, width, places, leap } of codes) {
    known.codes.push({ call: known.instances[module].exports[name], args: new Array(width).fill(0), places, leap });
  }
}
function serve() {
  let seen = Atomics.load(bells, ${bells.bell});
  for (;;) {
    if (Atomics.load(bells, ${bells.messages} + worker) !== received) return;
    const program = programs.get(Atomics.load(bells, ${bells.program}));
    if (program !== undefined) help(program);
    const rung = next(seen);
    if (rung === undefined) {
      untidy -= 1;
      setTimeout(serve, 0);
      return;
    }
    seen = rung;
  }
}
function next(seen) {
  const end = performance.now() + 0.1;
  do {
    for (let i = 0; i < 50; i++) {
      const now = Atomics.load(bells, ${bells.bell});
      if (now !== seen) return now;
    }
  } while (performance.now() < end);
  Atomics.add(bells, ${bells.sleepers}, 1);
  const woken = Atomics.wait(bells, ${bells.bell}, seen, untidy > 0 ? 10 : Infinity);
  Atomics.sub(bells, ${bells.sleepers}, 1);
  return woken === "timed-out" ? undefined : Atomics.load(bells, ${bells.bell});
}
function help({ cells, starts, table, codes }) {
  for (;;) {
    const ticket = Atomics.load(cells, ${cells.ticket});
    const rest = ticket & ${(1 << ticketBits) - 1};
    if (rest === 0 || Atomics.load(cells, ${cells.codes}) !== codes.length) return;
    if (Atomics.compareExchange(cells, ${cells.ticket}, ticket, ticket - 1) !== ticket) continue;
    const { call, args, places, leap } = codes[cells[${cells.code}]];
    const slice = cells[${cells.slices}] - rest;
    try {
      for (let row = starts[slice]; row < starts[slice + 1]; row++) {
        for (let i = 0; i < args.length; i++) args[i] = table[row * args.length + i];
        for (const place of places) args[place] += leap * worker;
        call(...args);
      }
    } catch {
      Atomics.store(cells, ${cells.hasFailed}, 1);
    }
    Atomics.add(cells, ${cells.done}, 1);
    if (Atomics.load(cells, ${cells.isWaiting}) === 1) Atomics.notify(cells, ${cells.done});
  }
}
`;
