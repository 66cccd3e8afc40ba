/**
 * The process of one peer: `serve.ts LIST NAME`, where the module LIST lists it. It reads requests as lines of JSON from standard input and answers each by a line
 * on the file descriptor 3, so that whatever a library prints does no harm.
 */
import { createWriteStream } from "node:fs";
import { createInterface } from "node:readline";
import { type JobName, type Jobs, trainingWork, type Work, works } from "./jobs.ts";
import type { Peer } from "./peer.ts";
import type { Reply, Request } from "./wire.ts";

const [, , list = "", wanted] = process.argv;
const { peers } = (await import(list)) as { readonly peers: readonly Peer[] };
const peer = peers.find(({ name }) => name === wanted);
if (peer === undefined) throw new Error(`no peer is called ${wanted}`);

const answers = createWriteStream("", { fd: 3 });
const nothing: Work = {
  answer: [],
  run: () => {
    throw new Error("nothing is prepared");
  },
};
let work = nothing;
for await (const line of createInterface({ input: process.stdin })) {
  const reply = await replyTo(peer, JSON.parse(line) as Request).catch(described);
  answers.write(`${JSON.stringify(reply)}\n`);
}

async function replyTo(of: Peer, request: Request): Promise<Reply> {
  switch (request.do) {
    case "start":
      return {};
    case "prepare": {
      const cost = await costOf(async () => {
        work = await prepared(of, request.job, request.problem as never);
      });
      return { ...cost, answer: work.answer };
    }
    case "size":
      return sized(request.warmUp, request.slice);
    case "run":
      return costOf(() => work.run(request.times));
  }
}

async function prepared<J extends JobName>(of: Peer, job: J, problem: Jobs[J]["problem"]): Promise<Work> {
  const { gradient } = of.jobs;
  const make = of.jobs[job];
  if (make !== undefined) return works[job](await make(problem), problem);
  if (job === "training" && gradient !== undefined) {
    const task = problem as Jobs["training"]["problem"];
    return trainingWork(await gradient(task), task);
  }
  throw new Error(`${of.name} does not do ${job}`);
}

/** How often the work is done in a slice, once it is warm: in time of processors, since others may use the machine. */
async function sized(warmUp: number, slice: number): Promise<Reply> {
  let [times, spent] = [1, 0];
  for (;;) {
    const cost = await costOf(() => work.run(times));
    // Who waits for others is not asked for ever.
    const used = Math.max(cost.cpu, cost.wall / 20);
    spent += used;
    if (spent >= warmUp && used >= slice / 4) {
      return { ...cost, times: Math.max(1, Math.round((times * slice) / used)), each: used / times };
    }
    if (used < slice / 2) times *= 2;
  }
}

/** Milliseconds of the clock and of all threads of this process. */
async function costOf(run: () => unknown): Promise<{ wall: number; cpu: number; memory: number }> {
  const before = process.cpuUsage();
  const start = performance.now();
  await run();
  const wall = performance.now() - start;
  const { user, system } = process.cpuUsage(before);
  return { wall, cpu: (user + system) / 1000, memory: process.resourceUsage().maxRSS / 1024 };
}

function described(error: unknown): Reply {
  const code = typeof error === "object" && error !== null && "code" in error ? String(error.code) : "";
  const isAbsent = code.endsWith("MODULE_NOT_FOUND");
  const message = error instanceof Error ? error.message : String(error);
  return isAbsent ? { absent: message } : { error: message };
}
