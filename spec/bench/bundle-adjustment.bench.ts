/** The sparse Jacobian of bundle adjustment: its structure is derived once, and a run writes its values only. */
import { createProgram, schedule } from "../../lib/index.ts";
import { type BundleSize, bundleArrays, bundleJacobian, bundleResiduals, bundleShapes } from "../support/bundle.ts";
import type { Family, Measurement } from "./family.ts";
import { contest } from "./harness/contest.ts";
import { sideBySide } from "./timing.ts";

// The smallest problem of the suite.
const size: BundleSize = { cameras: 49, points: 7776, observations: 31_843 };

const jacobians: Family = contest({
  about: `residuals and sparse Jacobian of ${size.observations} observations, two rows of 15 each; time an observation`,
  job: "bundle",
  unit: "ns",
  cases: [{ name: "one loop over observations", problem: size, per: size.observations }],
});

export const family: Family = {
  about: jacobians.about,
  async run(report, pace) {
    await jacobians.run(report, pace);
    report(overResiduals(pace.rounds));
  },
};

function overResiduals(rounds: number): Measurement {
  const contenders = [bundleResiduals, { ...bundleResiduals, ...bundleJacobian() }].map(what => {
    const program = createProgram(schedule(what), { shapes: bundleShapes(size), backend: "webassembly" });
    for (const [name, array] of Object.entries(bundleArrays(size))) program.input(name).set(array);
    const batch = (times: number): number => {
      for (let i = 0; i < times; i++) program.run();
      return program.output("u")[0] ?? Number.NaN;
    };
    return { name: "", batch };
  });
  const [, both] = sideBySide(contenders, { rounds, slice: 10 });
  const { nanoseconds = Number.NaN, ratio = Number.NaN, spread = [Number.NaN, Number.NaN] } = both ?? {};
  const value = nanoseconds / size.observations;
  return { what: "Jacobian and residuals over residuals", value, unit: "ns", ratio, spread };
}
