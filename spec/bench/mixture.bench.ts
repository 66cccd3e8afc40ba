/** The log-posterior of a Gaussian mixture with full covariances, and its gradient, as the ADBench suite poses them. */
import { createProgram, type Program, schedule, type Tape, withGradient } from "../../lib/index.ts";
import {
  type MixtureByHand,
  type MixtureSize,
  mixture,
  mixtureArrays,
  mixtureByHand,
  mixtureParameters,
  mixtureShapes,
} from "../support/mixture.ts";
import type { Family } from "./family.ts";
import { sideBySide } from "./timing.ts";

const samples = 1000;
const sizes: readonly MixtureSize[] = [2, 10, 20, 32].flatMap(dimensions =>
  [5, 10, 25, 50].map(components => ({ dimensions, components, samples })),
);

export const family: Family = {
  about: `${samples} samples of d numbers, K components: value and gradient, over the gradient in plain loops by hand`,
  run(report) {
    const valueTape = schedule(mixture, { outputs: ["loss"] });
    const gradientTape = schedule(withGradient(mixture, mixtureParameters), {
      outputs: ["loss", "dalpha", "dmu", "dq", "dl"],
    });
    for (const size of sizes) {
      const what = `d = ${size.dimensions}, K = ${size.components}`;
      const arrays = mixtureArrays(size);
      const byHand = mixtureByHand(size, arrays);
      const started = (tape: Tape, backend: "javascript" | "webassembly"): Program => {
        const program = createProgram(tape, { shapes: shapesFor(tape, size), backend });
        for (const [name, array] of Object.entries(arrays)) program.inputs[name]?.set(array);
        return program;
      };
      const value = started(valueTape, "webassembly");
      const gradient = started(gradientTape, "webassembly");
      const inJavaScript = started(gradientTape, "javascript");
      checkEqual(byHand, value, [gradient, inJavaScript]);
      const [hand, ...own] = sideBySide(
        [
          { name: "gradient, by hand", batch: repeated(byHand.gradient) },
          { name: "value, by hand", batch: repeated(byHand.value) },
          { name: "gradient, in JavaScript", batch: repeated(() => lossOf(inJavaScript)) },
          { name: "value, in WebAssembly", batch: repeated(() => lossOf(value)) },
          { name: "gradient, in WebAssembly", batch: repeated(() => lossOf(gradient)) },
        ],
        { rounds: 11, warmUp: 100, slice: 5 },
      );
      if (hand === undefined) continue;
      report({ what: `${what}: ${hand.name}`, value: hand.nanoseconds / 1e6, unit: "ms" });
      for (const { name, nanoseconds, ratio, spread } of own) {
        const isOurs = name === "gradient, in WebAssembly" && size.dimensions >= 10;
        const line = { what: `${what}: ${name}`, value: nanoseconds / 1e6, unit: "ms", ratio, spread } as const;
        report(isOurs ? { ...line, target: 0.35 } : line);
      }
      const [, , forward, both] = own;
      report({
        what: `${what}: … over its value`,
        value: (both?.nanoseconds ?? Number.NaN) / 1e6,
        unit: "ms",
        ratio: (both?.ratio ?? Number.NaN) / (forward?.ratio ?? Number.NaN),
        target: 2.3,
      });
    }
  },
};

const shapesFor = (tape: Tape, size: MixtureSize): Record<string, readonly number[]> =>
  Object.fromEntries(
    Object.entries(mixtureShapes(size)).filter(([name]) => tape.arrays.some(array => array.name === name)),
  );

function lossOf(program: Program): number {
  program.run();
  return program.output("loss")[0] as number;
}

// Sums in other orders: to rounding, relative to the greatest element.
function checkEqual(byHand: MixtureByHand, value: Program, gradients: readonly Program[]): void {
  const loss = byHand.gradient();
  for (const program of [value, ...gradients]) {
    const own = lossOf(program);
    if (!(Math.abs(own - loss) <= 1e-10 * Math.abs(loss))) throw new Error(`the values are ${own} and ${loss}`);
  }
  for (const program of gradients)
    for (const name of ["dalpha", "dmu", "dq", "dl"] as const) {
      const own = program.output(name);
      const greatest = byHand[name].reduce((most, x) => Math.max(most, Math.abs(x)), 0);
      const isEqual = byHand[name].every((x, i) => Math.abs(x - (own[i] as number)) <= 1e-10 * greatest);
      if (!isEqual) throw new Error(`${name} is not what it is by hand`);
    }
}

const repeated =
  (work: () => number) =>
  (times: number): number => {
    let last = 0;
    for (let i = 0; i < times; i++) last = work();
    return last;
  };
