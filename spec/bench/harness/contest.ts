import type { Family, Measurement, Missing, Pace } from "../family.ts";
import { quantile } from "../timing.ts";
import type { JobName, Jobs } from "./jobs.ts";
import { does, type Peer } from "./peer.ts";
import { type PeerProcess, peerProcess, type Reply } from "./wire.ts";

/** Problems of one kind, and how they are set. */
export interface Contest<J extends JobName> {
  readonly about: string;
  readonly job: J;
  readonly cases: readonly Case<Jobs[J]["problem"]>[];
  /** What a time is told in: that of one run, of the share `per` of it. */
  readonly unit: "ns" | "ms";
  /** How far an answer may be from Fluxion's, relative to it; 1e-6 unless said, and 2e-3 in single precision. */
  readonly tolerance?: number;
  /** Seconds of CPU that a peer has to prepare a problem, and for one run: 20 unless said. */
  readonly patience?: number;
  /** Milliseconds for which each runs before it is timed: 400 unless said. */
  readonly warmUp?: number;
  /**
   * The address of the module that lists the peers, `../peers.ts` unless said. Those that do the job take part, and the first of
   * them is what the others are compared with.
   */
  readonly list?: string;
}

export interface Case<Problem> {
  readonly name: string;
  readonly problem: Problem;
  /** How many things a run does, if its time is told by the thing. */
  readonly per?: number;
  /** A larger one of the same series is not tried by who was late for this one. */
  readonly series?: string;
  /** How many times our time peers should take at least, by their names. */
  readonly goals?: Readonly<Record<string, number>>;
}

/**
 * A family that peers take part in: one process each, that is asked in turn, round after round, so that what disturbs the
 * machine disturbs all. Whoever computes something else than Fluxion is told to be wrong and is not timed.
 */
export function contest<J extends JobName>(of: Contest<J>): Family {
  return {
    about: of.about,
    async run(report, pace) {
      const { list = new URL("../peers.ts", import.meta.url).href } = of;
      const { peers } = (await import(list)) as { readonly peers: readonly Peer[] };
      const contenders = peers
        .filter(peer => does(peer, of.job))
        .map(peer => ({ peer, process: peerProcess(peer, list), late: new Set<string>() }));
      try {
        for (const each of of.cases) await compete(of, each, contenders, report, pace);
      } finally {
        for (const { process } of contenders) process.end();
      }
    },
  };
}

interface Contender {
  readonly peer: Peer;
  readonly process: PeerProcess;
  /** The series for which it has been late. */
  readonly late: Set<string>;
}

/** A contender that is warm, and what its rounds have taken. */
interface Ready extends Contender {
  readonly prepared: Reply;
  readonly times: number;
  readonly rounds: number;
  readonly wall: number[];
  readonly cpu: number[];
  /** The most memory that its process has had by each round, in MiB. */
  readonly memory: number[];
}

type Report = (line: Measurement | Missing) => void;

async function compete<J extends JobName>(
  of: Contest<J>,
  each: Case<Jobs[J]["problem"]>,
  contenders: readonly Contender[],
  report: Report,
  pace: Pace,
): Promise<void> {
  const ready: Ready[] = [];
  for (const contender of contenders) {
    const result = await admitted(of, each, contender, ready[0], pace);
    if ("missing" in result) report(result);
    else ready.push(result);
    // There is nothing to compare the others with.
    if (ready.length === 0) return;
  }
  const failures = new Map<Peer, Failure>();
  const most = Math.max(...ready.map(({ rounds }) => rounds));
  for (let round = 0; round < most; round++) {
    for (const { peer, process, times, rounds, wall, cpu, memory } of ready) {
      if (round >= rounds || failures.has(peer)) continue;
      const limit = patienceOf(of) * 4;
      const reply = await process.ask({ do: "run", times }, limit);
      const failure = failureOf(reply, limit);
      if (failure !== undefined) failures.set(peer, failure);
      wall.push((reply.wall ?? Number.NaN) / times);
      cpu.push((reply.cpu ?? Number.NaN) / times);
      memory.push(reply.memory ?? Number.NaN);
    }
  }
  for (const one of ready) {
    const failure = failures.get(one.peer);
    const lost = failure && { ...labelOf(each, one.peer), ...failure };
    report(lost ?? measured(of, each, one, ready[0] ?? one));
  }
}

const labelOf = ({ name }: { readonly name: string }, { name: peer }: Peer) => ({
  what: `${name}, ${peer}`,
  case: name,
  peer,
});

/** A contender that has prepared, given the right answer and warmed up, or why it has not. */
async function admitted<J extends JobName>(
  of: Contest<J>,
  each: Case<Jobs[J]["problem"]>,
  contender: Contender,
  first: Ready | undefined,
  pace: Pace,
): Promise<Ready | Missing> {
  const { slice } = pace;
  const { peer, process, late } = contender;
  const { problem, series = each.name } = each;
  const label = labelOf(each, peer);
  if (late.has(series)) return { ...label, missing: "late", note: "a smaller one took too long" };
  const limit = patienceOf(of);
  // A process that starts has not begun to prepare. One that does not is found out by the next request.
  await process.ask({ do: "start" }, 60_000);
  const prepared = await process.ask({ do: "prepare", job: of.job, problem }, limit);
  const failure = failureOf(prepared, limit) ?? wrongness(of, peer, prepared.answer, first?.prepared.answer);
  const warm = failure === undefined ? await process.ask({ do: "size", warmUp: of.warmUp ?? 400, slice }, limit) : {};
  const missing = failure ?? failureOf(warm, limit);
  if (missing?.missing === "late") late.add(series);
  if (missing !== undefined) return { ...label, ...missing };
  const { times = 1, each: time = slice } = warm;
  return { ...contender, prepared, times, rounds: roundsOf(times * time, pace), wall: [], cpu: [], memory: [] };
}

/** Whoever needs seconds has fewer rounds, so that all together end. */
function roundsOf(milliseconds: number, { rounds, slice }: Pace): number {
  if (milliseconds > 500 * slice) return 1;
  return Math.max(3, Math.min(rounds, Math.ceil((rounds * 10 * slice) / milliseconds)));
}

const patienceOf = ({ patience = 20 }: { readonly patience?: number }): number => patience * 1000;

type Failure = Pick<Missing, "missing" | "note">;

function failureOf({ absent, error, late }: Reply, limit: number): Failure | undefined {
  if (absent !== undefined) return { missing: "absent", note: "not installed: npm run bench:setup" };
  if (late === true) return { missing: "late", note: `more than ${limit / 1000} s` };
  return error === undefined ? undefined : { missing: "failed", note: error.slice(0, 160) };
}

/** Where an answer is not what the first one has answered: by how much of its own size, or of the greatest one's. */
function wrongness<J extends JobName>(
  of: Contest<J>,
  { single = false }: Peer,
  answer: readonly number[] = [],
  expected: readonly number[] = answer,
): Failure | undefined {
  const tolerance = Math.max(of.tolerance ?? 1e-6, single ? 2e-3 : 0);
  const greatest = Math.max(...expected.map(Math.abs));
  const off = expected.map((value, i) => {
    const difference = Math.abs((answer[i] ?? Number.NaN) - value);
    return value === answer[i] ? 0 : difference / Math.max(Math.abs(value), 1e-3 * greatest);
  });
  const at = off.findIndex(difference => !(difference <= tolerance));
  if (at === -1 && answer.length === expected.length) return undefined;
  const note = `answers ${answer[at] ?? "no number"} where it is ${expected[at]} (number ${at + 1} of ${expected.length})`;
  return { missing: "wrong", note };
}

function measured<J extends JobName>(
  { unit }: Contest<J>,
  { per = 1, goals = {}, ...each }: Case<Jobs[J]["problem"]>,
  { peer, prepared, wall, cpu, memory }: Ready,
  first: Ready,
): Measurement {
  const scale = (unit === "ns" ? 1e6 : 1) / per;
  const ratios = first.cpu.slice(0, cpu.length).map((time, round) => (cpu[round] ?? Number.NaN) / time);
  const goal = Object.hasOwn(goals, peer.name) ? goals[peer.name] : undefined;
  const most = Math.max(prepared.memory ?? Number.NaN, ...memory);
  const note = `prepared in ${(prepared.wall ?? Number.NaN).toPrecision(3)} ms, at most ${most.toFixed(0)} MiB`;
  return {
    ...labelOf(each, peer),
    value: quantile(wall, 0.5) * scale,
    cpu: quantile(cpu, 0.5) * scale,
    unit,
    ratio: quantile(ratios, 0.5),
    spread: [quantile(ratios, 0.25), quantile(ratios, 0.75)],
    prepared: prepared.wall ?? Number.NaN,
    memory: most,
    note,
    ...(goal === undefined ? {} : { goal }),
  };
}
