import { bells as at, type Message, workerText } from "./worker.ts";

/** Workers, one set for all programs of a thread. They keep no process alive, and sleep while nothing runs. */
export interface Pool {
  readonly threads: number;
  /** Tells something to the first so many workers. */
  readonly tell: (message: Message, workers: number) => void;
  /** Wakes the workers for a program. */
  readonly ring: (program: number) => void;
}

/** The pool with at least so many workers, or fewer where it cannot be: `threads` are those, and the one that calls. */
export function poolOf(workers: number): Pool {
  while (started.length < Math.min(workers, mostThreads - 1) && canShare()) {
    const worker = startWorker();
    if (worker === undefined) break;
    started.push(worker);
    tell({ kind: "begin", worker: started.length, bells: bells() }, [worker], started.length);
  }
  return {
    threads: canShare() ? Math.min(workers, started.length) + 1 : 1,
    tell: (message, count) => tell(message, started.slice(0, count), 1),
    ring: program => {
      const shared = bells();
      Atomics.store(shared, at.program, program);
      Atomics.add(shared, at.bell, 1);
      if (Atomics.load(shared, at.sleepers) > 0) Atomics.notify(shared, at.bell);
    },
  };
}

/** The most threads that a program uses. */
export const mostThreads = 64;

/** Whether this thread may sleep, which the first one of a page may not. */
export function canSleep(): boolean {
  try {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 0);
    return true;
  } catch {
    return false;
  }
}

interface AnyWorker {
  readonly postMessage: (message: unknown) => void;
}

const started: AnyWorker[] = [];

let shared: Int32Array | undefined;

function bells(): Int32Array {
  shared ??= new Int32Array(new SharedArrayBuffer(4 * (at.messages + mostThreads)));
  return shared;
}

function tell(message: Message, workers: readonly AnyWorker[], first: number): void {
  const counts = bells();
  for (const [i, worker] of workers.entries()) {
    Atomics.add(counts, at.messages + first + i, 1);
    worker.postMessage(message);
  }
  Atomics.add(counts, at.bell, 1);
  Atomics.notify(counts, at.bell);
}

/** What of the surroundings is used here: Node's, or a page's. */
interface Surroundings {
  readonly crossOriginIsolated?: boolean;
  readonly process?: { readonly getBuiltinModule?: (name: string) => unknown };
  readonly Worker?: new (address: string) => AnyWorker & { onerror: unknown };
}

const surroundings = (): Surroundings => globalThis as unknown as Surroundings;

const canShare = (): boolean => typeof SharedArrayBuffer === "function" && surroundings().crossOriginIsolated !== false;

function startWorker(): AnyWorker | undefined {
  try {
    return startInNode() ?? startInPage();
  } catch {
    // A policy forbids workers; one thread does the same.
    return undefined;
  }
}

interface NodeThreads {
  readonly Worker: new (
    text: string,
    options: object,
  ) => AnyWorker & {
    readonly unref: () => void;
    readonly on: (event: "error", listener: () => void) => void;
  };
}

function startInNode(): AnyWorker | undefined {
  const name = "node:worker_threads";
  const threads = surroundings().process?.getBuiltinModule?.(name) as NodeThreads | undefined;
  if (threads === undefined) return undefined;
  const port = `process.getBuiltinModule(${JSON.stringify(name)}).parentPort`;
  // Without what the process was started with: loaders and inspectors are no business of these workers.
  const worker = new threads.Worker(workerText(port), { eval: true, execArgv: [], name: "fluxion" });
  worker.unref();
  // One that could not start takes no work.
  worker.on("error", () => undefined);
  return worker;
}

function startInPage(): AnyWorker | undefined {
  const { Worker } = surroundings();
  if (Worker === undefined) return undefined;
  const address = URL.createObjectURL(new Blob([workerText("self")], { type: "text/javascript" }));
  const worker = new Worker(address);
  worker.onerror = (event: { readonly preventDefault: () => void }) => event.preventDefault();
  return worker;
}
