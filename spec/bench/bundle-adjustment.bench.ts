/** The sparse Jacobian of bundle adjustment: its structure is derived once, and a run writes its values only. */
import { createProgram, type Program, schedule, type Tape } from "../../lib/index.ts";
import {
  type BundleByHand,
  bundleArrays,
  bundleByHand,
  bundleJacobian,
  bundleResiduals,
  bundleShapes,
} from "../support/bundle.ts";
import type { Family } from "./family.ts";
import { sideBySide } from "./timing.ts";

// The smallest problem of the suite.
const size = { cameras: 49, points: 7776, observations: 31_843 };

export const family: Family = {
  about: `${size.observations} observations, two residuals of 15 parameters each: nanoseconds an observation`,
  run(report) {
    const arrays = bundleArrays(size);
    const byHand = bundleByHand(arrays);
    const valueTape = schedule(bundleResiduals);
    const tape = schedule({ ...bundleResiduals, ...bundleJacobian() });
    const started = (what: Tape, backend: "javascript" | "webassembly"): Program => {
      const program = createProgram(what, { shapes: bundleShapes(size), backend });
      for (const [name, array] of Object.entries(arrays)) program.inputs[name]?.set(array);
      return program;
    };
    const programs = (["javascript", "webassembly"] as const).flatMap(backend => [
      { name: `residuals, ${backend}`, program: started(valueTape, backend) },
      { name: `Jacobian, ${backend}`, program: started(tape, backend) },
    ]);
    for (const { name, program } of programs) if (name.startsWith("Jacobian")) checkEqual(byHand, program);
    const timed = sideBySide(
      [
        { name: "Jacobian, by hand", batch: repeated(byHand.jacobian) },
        { name: "residuals, by hand", batch: repeated(byHand.residuals) },
        ...programs.map(({ name, program }) => ({ name, batch: repeated(() => firstOf(program)) })),
      ],
      { rounds: 21, slice: 10 },
    );
    const each = (nanoseconds: number): number => nanoseconds / size.observations;
    for (const { name, nanoseconds, ratio, spread } of timed)
      report({ what: name, value: each(nanoseconds), unit: "ns", ratio, spread });
    for (const backend of ["by hand", "javascript", "webassembly"]) {
      const [both, alone] = ["Jacobian", "residuals"].map(what =>
        timed.find(each => each.name === `${what}, ${backend}`),
      );
      report({
        what: `Jacobian with residuals over residuals, ${backend}`,
        value: each(both?.nanoseconds ?? Number.NaN),
        unit: "ns",
        ratio: (both?.ratio ?? Number.NaN) / (alone?.ratio ?? Number.NaN),
      });
    }
  },
};

function firstOf(program: Program): number {
  program.run();
  return program.output("u")[0] as number;
}

// Formulas in other orders: to rounding, relative to the greatest element of a row.
function checkEqual(byHand: BundleByHand, program: Program): void {
  byHand.jacobian();
  program.run();
  for (const [row, name] of ["u", "v", "spare"].entries()) {
    for (let o = 0; o < size.observations; o++) {
      const own = byHand.values[3 * o + row] as number;
      const other = program.output(name)[o] as number;
      if (!(Math.abs(own - other) <= 1e-9 * Math.max(1, Math.abs(own))))
        throw new Error(`${name}[${o}] is ${other}, not ${own}`);
      const width = row < 2 ? 15 : 1;
      const partials = byHand.partials.subarray(31 * o + 15 * row, 31 * o + 15 * row + width);
      const greatest = partials.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
      for (const [column, expected] of partials.entries()) {
        const found = program.outputs[`J${row}_${row < 2 ? column : 14}`]?.[o] ?? 0;
        if (!(Math.abs(expected - found) <= 1e-9 * greatest))
          throw new Error(`row ${row}, column ${column} of observation ${o} is ${found}, not ${expected}`);
      }
    }
  }
}

const repeated =
  (work: () => number) =>
  (times: number): number => {
    let last = 0;
    for (let i = 0; i < times; i++) last = work();
    return last;
  };
