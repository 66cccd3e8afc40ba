/** The loss of the textbook network with two hidden neurons over a million points: the mean of its value and nine partials. */
import { withGradient } from "../../lib/calculus/with-gradient.ts";
import { parse } from "../../lib/syntax/parse.ts";
import { createProgram } from "../../lib/tape/program.ts";
import { schedule } from "../../lib/tape/schedule.ts";
import { type Family, reportTimed } from "./family.ts";
import { meanOverPoints } from "./five-point-by-hand.ts";
import { sideBySide } from "./timing.ts";

const points = 1_000_000;
const weights = ["b1", "w11", "w12", "b2", "w21", "w22", "c", "u1", "u2"];
const at = [1.543385, 3.111573, -2.8088, 1.373085, 3.130452, -2.813466, -4.241453, 4.036489, 4.074885];

export const family: Family = {
  about: `the mean over ${points} points of a loss and its 9 partials, in one loop, against a loop written by hand`,
  run(report) {
    const fin = "c + u1 * tanh(b1 + x1*w11 + x2*w12) + u2 * tanh(b2 + x1*w21 + x2*w22)";
    const loss = parse(`(${fin}) - (${fin}) * y + log(1 + exp(-(${fin})))`);
    const tape = schedule(withGradient(loss, weights), { batch: ["x1", "x2", "y"], reduce: "mean" });
    const columns = [0, 1, 2].map(k => Float64Array.from({ length: points }, (_, n) => Math.sin((k + 1) * n)));
    const ways = [
      { name: "fluxion", backend: "javascript", type: "f64" },
      { name: "fluxion without generated code", backend: "interpreter", type: "f64" },
      { name: "fluxion, WebAssembly", backend: "webassembly", type: "f64" },
      { name: "fluxion, WebAssembly, f32", backend: "webassembly", type: "f32" },
    ] as const;
    const contenders = ways.map(({ name: way, backend, type }) => {
      const program = createProgram(tape, { shapes: { x1: [points] }, backend, type });
      for (const [i, name] of weights.entries()) program.input(name).fill(at[i] as number);
      for (const [k, name] of ["x1", "x2", "y"].entries()) program.input(name).set(columns[k] as Float64Array);
      const value = program.output(tape.outputs[0] as string);
      return {
        name: way,
        batch: (times: number) => {
          for (let i = 0; i < times; i++) program.run();
          return value[0] as number;
        },
      };
    });
    const means = new Float64Array(10);
    const byHand = {
      name: "by hand",
      batch: (times: number) => {
        for (let i = 0; i < times; i++) meanOverPoints(at, columns, means);
        return means[0] as number;
      },
    };
    const timed = sideBySide([byHand, ...contenders], { rounds: 9 }).map(each => ({
      ...each,
      nanoseconds: each.nanoseconds / points,
    }));
    reportTimed(report, timed, "one sample", 1.3);
  },
};
