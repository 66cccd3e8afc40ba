/** Two threads beside one: a loss and its gradient over a million points, and steps of gradient descent. */
import type { Family, Measurement } from "./family.ts";
import type { StepProblem, Work } from "./harness/jobs.ts";
import { fivePoint } from "./harness/losses.ts";
import { batchWork, networkStep } from "./peers/fluxion.ts";
import { quantile } from "./timing.ts";

interface Case {
  readonly name: string;
  readonly work: (threads: number) => Work | Promise<Work>;
  readonly target?: number;
}

const points = 1_000_000;
const batch = (type: "f64" | "f32", threads: number): Work =>
  batchWork({ ...fivePoint, points, seeds: [1, 2, 3] }, { backend: "webassembly", type, threads });
const step = (layers: readonly number[], size: number) => (threads: number) => {
  const problem: StepProblem = { layers, batch: size, batchNorm: false, rate: 0.1 };
  return networkStep(problem, threads);
};

const cases: readonly Case[] = [
  { name: `five-point loss, ${points} points, f64`, work: threads => batch("f64", threads), target: 1 / 1.7 },
  { name: `five-point loss, ${points} points, f32`, work: threads => batch("f32", threads), target: 1 / 1.7 },
  { name: "784-200-1, batch 100, f32", work: step([784, 200, 1], 100) },
  { name: "3072-128-10, batch 200, f32", work: step([3072, 128, 10], 200) },
];

const rounds = 60;
const warmUp = 1000;

export const family: Family = {
  about:
    "two threads beside one, the same bits: times of the fastest tenth of all runs, since other load only ever slows",
  async run(report) {
    for (const { name, work, target } of cases) {
      const [one, two] = [await work(1), await work(2)];
      if (`${one.answer}` !== `${two.answer}`) throw new Error(`${name}: two threads compute something else`);
      const times = await interleaved([one, two]);
      for (const [i, { wall, cpu }] of times.entries()) {
        const first = times[0] ?? { wall, cpu };
        const ratios = wall.map((time, round) => time / (first.wall[round] ?? Number.NaN));
        const share = quantile(cpu, 0.1) / quantile(first.cpu, 0.1);
        const line: Measurement = {
          what: `${name}, ${i + 1} thread${i === 0 ? "" : "s"}`,
          value: quantile(wall, 0.1),
          unit: "ms",
          cpu: quantile(cpu, 0.1),
          ratio: quantile(wall, 0.1) / quantile(first.wall, 0.1),
          spread: [quantile(ratios, 0.25), quantile(ratios, 0.75)],
          note: `time of all processors × ${share.toFixed(2)}`,
        };
        report(i === 0 || target === undefined ? line : { ...line, target });
      }
    }
  },
};

interface Times {
  readonly wall: number[];
  readonly cpu: number[];
}

/** Milliseconds of runs in turn, after all have warmed up. */
async function interleaved(works: readonly Work[]): Promise<readonly Times[]> {
  for (const work of works) for (const end = performance.now() + warmUp; performance.now() < end; ) await work.run(1);
  const times = works.map((): Times => ({ wall: [], cpu: [] }));
  for (let round = 0; round < rounds; round++) {
    for (const [i, work] of works.entries()) {
      const [wall, cpu] = [performance.now(), process.cpuUsage()];
      await work.run(1);
      times[i]?.wall.push(performance.now() - wall);
      const { user, system } = process.cpuUsage(cpu);
      times[i]?.cpu.push((user + system) / 1000);
    }
  }
  return times;
}
