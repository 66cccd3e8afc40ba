import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import type { JobName } from "./jobs.ts";
import type { Peer } from "./peer.ts";

/** What the process of a peer is told to do; times are milliseconds. */
export type Request =
  | { readonly do: "start" }
  | { readonly do: "prepare"; readonly job: JobName; readonly problem: unknown }
  | { readonly do: "size"; readonly warmUp: number; readonly slice: number }
  | { readonly do: "run"; readonly times: number };

/** What it answers: what the request took, and what came of it, or why nothing did. */
export interface Reply {
  readonly wall?: number;
  readonly cpu?: number;
  /** The most memory that the process has had, in MiB. */
  readonly memory?: number;
  readonly answer?: readonly number[];
  readonly times?: number;
  /** Milliseconds that one run takes. */
  readonly each?: number;
  readonly version?: string;
  readonly error?: string;
  /** Something that it needs is not installed. */
  readonly absent?: string;
  /** It took longer than it was given, and its process was ended. */
  readonly late?: boolean;
}

/** The process of a peer. It is started when it is first asked, and anew after it was ended. */
export interface PeerProcess {
  /**
   * Its answer, or that it is late: once its processors have spent so many milliseconds, since others may use the machine, or
   * once five times as many have passed.
   */
  readonly ask: (request: Request, limit: number) => Promise<Reply>;
  readonly end: () => void;
}

/** `list` is the module that lists the peer. */
export function peerProcess(peer: Peer, list: string): PeerProcess {
  let child: ChildProcess | undefined;
  let said = "";
  const end = (): void => {
    child?.kill("SIGKILL");
    child = undefined;
  };
  const start = (): ChildProcess => {
    const made = started(peer, list);
    made.stderr?.setEncoding("utf8").on("data", (text: string) => {
      said = `${said}${text}`.slice(-2000);
    });
    return made;
  };
  const ask = (request: Request, limit: number): Promise<Reply> => {
    child ??= start();
    const asked = child;
    return new Promise(done => {
      const finish = (reply: Reply): void => {
        clearTimeout(timer);
        asked.off("close", lost).off("error", missing).off("answer", finish);
        done(reply);
      };
      const lost = (): void => {
        end();
        finish({ error: `its process ended: ${lastLine(said)}` });
      };
      const missing = (error: Error): void => {
        end();
        finish({ absent: error.message });
      };
      const left = patienceWith(asked, limit);
      const look = (): void => {
        if (left() > 0) {
          timer = setTimeout(look, Math.max(20, left()));
          return;
        }
        end();
        finish({ late: true });
      };
      let timer = setTimeout(look, limit);
      asked.once("close", lost).once("error", missing).once("answer", finish);
      asked.stdin?.write(`${JSON.stringify(request)}\n`);
    });
  };
  return { ask, end };
}

/** Python where `npm run bench:setup -- python` has put it, or what the path has. */
export function pythonPath(): string {
  const own = pathOf("../.python/bin/python");
  return existsSync(own) ? own : "python3";
}

function started({ name, python }: Peer, list: string): ChildProcess {
  const [command, args] =
    python === undefined
      ? [process.execPath, [...process.execArgv, pathOf("serve.ts"), list, name]]
      : [pythonPath(), ["-u", pathOf("../python/serve.py"), python.program]];
  const child = spawn(command, args, { stdio: ["pipe", "ignore", "pipe", "pipe"], env: oneThread });
  // What is written to a process that has just ended is lost, and its end is noticed elsewhere.
  child.stdin?.on("error", () => {});
  const replies = child.stdio[3];
  if (replies instanceof Readable)
    createInterface({ input: replies }).on("line", line => child.emit("answer", JSON.parse(line)));
  return child;
}

/** What is left of a limit from now on, in milliseconds. */
function patienceWith({ pid }: ChildProcess, limit: number): () => number {
  const [start, spent] = [performance.now(), processorTime(pid)];
  return () => {
    const wall = performance.now() - start;
    const now = processorTime(pid);
    const used = spent === undefined || now === undefined ? wall : now - spent;
    return wall > 5 * limit ? 0 : limit - used;
  };
}

/** Milliseconds that a process has spent, where the system tells them of others: in hundredths of a second. */
function processorTime(pid: number | undefined): number | undefined {
  const file = `/proc/${pid}/stat`;
  if (!existsSync(file)) return undefined;
  const fields = readFileSync(file, "utf8").split(") ").at(-1)?.split(" ") ?? [];
  return 10 * (Number(fields[11]) + Number(fields[12]));
}

const pathOf = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

const lastLine = (text: string): string => text.trim().split("\n").at(-1)?.slice(0, 120) ?? "";

const libraries = ["OMP", "OPENBLAS", "MKL", "NUMEXPR", "VECLIB_MAXIMUM"];

const oneThread = { ...process.env, ...Object.fromEntries(libraries.map(name => [`${name}_NUM_THREADS`, "1"])) };
