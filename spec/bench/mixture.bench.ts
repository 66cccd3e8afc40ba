/** The log-posterior of a Gaussian mixture with full covariances, and its gradient, as the ADBench suite poses them. */
import { type MixtureSize, mixtureProgram } from "../support/mixture.ts";
import type { Family, Measurement } from "./family.ts";
import { contest } from "./harness/contest.ts";
import { processorTime, sideBySide } from "./timing.ts";

const samples = 1000;
const sizes: readonly MixtureSize[] = [2, 10, 20, 32].flatMap(dimensions =>
  [5, 10, 25, 50].map(components => ({ dimensions, components, samples })),
);
const nameOf = ({ dimensions, components }: MixtureSize): string => `d = ${dimensions}, K = ${components}`;

const gradients: Family = contest({
  about: `value and gradient for ${samples} samples of d numbers and K components; over our own value, too`,
  job: "mixture",
  unit: "ms",
  cases: sizes.map(size => ({
    name: nameOf(size),
    problem: size,
    // A gradient in at most 0.35 of what plain loops take.
    ...(size.dimensions >= 10 ? { goals: { "by hand": 2.86 } } : {}),
  })),
});

export const family: Family = {
  about: gradients.about,
  async run(report, pace) {
    await gradients.run(report, pace);
    for (const size of sizes) report(overValue(size, pace.rounds));
  },
};

function overValue(size: MixtureSize, rounds: number): Measurement {
  const contenders = (["value", "gradient"] as const).map(what => {
    const program = mixtureProgram(size, what, "webassembly");
    const batch = (times: number): number => {
      for (let i = 0; i < times; i++) program.run();
      return program.output("loss")[0] ?? Number.NaN;
    };
    return { name: what, batch };
  });
  const [, both] = sideBySide(contenders, { rounds: 3 * rounds, warmUp: 100, slice: 10, clock: processorTime });
  const { nanoseconds = Number.NaN, ratio = Number.NaN, spread = [Number.NaN, Number.NaN] } = both ?? {};
  const value = nanoseconds / 1e6;
  return { what: `${nameOf(size)}, gradient over value`, value, unit: "ms", ratio, spread, target: 2.3 };
}
