/**
 * A step of gradient descent of three networks in single precision, and what of it is matrix products, against as many
 * multiplications and additions in registers.
 */
import { define } from "../../lib/expression/definition.ts";
import { variable } from "../../lib/expression/expression.ts";
import { bernoulliLoss, categoricalLoss } from "../../lib/learn/losses.ts";
import { mlp } from "../../lib/learn/network.ts";
import { sgd } from "../../lib/learn/optimisers.ts";
import { trainingStep } from "../../lib/learn/step.ts";
import { withAddedProducts } from "../../lib/tape/added.ts";
import { costOfStep } from "../../lib/tape/cost.ts";
import { createProgram, type Program } from "../../lib/tape/program.ts";
import { touchedBy } from "../../lib/tape/readings.ts";
import { schedule } from "../../lib/tape/schedule.ts";
import type { Tape, TapeArray } from "../../lib/tape/tape.ts";
import type { Family } from "./family.ts";
import { inRegisters } from "./registers.ts";
import { type Contender, sideBySide } from "./timing.ts";

const networks = [
  { layers: [784, 200, 1], batch: 100, batchNorm: false },
  { layers: [3072, 128, 10], batch: 200, batchNorm: false },
  { layers: [3072, 512, 256, 128, 10], batch: 200, batchNorm: true },
] as const;

export const family: Family = {
  about:
    "a step of gradient descent in f32, and its matrix products alone; a turn in registers is no step, but bounds one",
  run(report) {
    for (const network of networks) {
      const { tape, program } = stepOf(network);
      const multiplyAdds = productsOf(tape).reduce(
        (sum, step) => sum + costOfStep(step, new Map(Object.entries(program.extents))).multiplyAdds,
        0,
      );
      const timed = sideBySide(
        [
          inRegisters("f32", multiplyAdds),
          repeated("its products", onlyProducts(tape, program)),
          repeated("a step", program),
        ],
        { rounds: 15, slice: 30, warmUp: 600 },
      );
      const what = `${network.layers.join("-")}, batch ${network.batch}${network.batchNorm ? ", normalised" : ""}`;
      report({ what: `${what}, multiply-adds of products`, value: multiplyAdds, unit: "operations" });
      for (const { name, nanoseconds, ratio, spread } of timed) {
        const line = { what: `${what}, ${name}`, value: nanoseconds / 1e6, unit: "ms", ratio, spread } as const;
        report(name === "its products" ? { ...line, target: 1 / 0.75 } : line);
      }
    }
  },
};

function stepOf({ layers, batch, batchNorm }: (typeof networks)[number]): {
  readonly tape: Tape;
  readonly program: Program;
} {
  const net = mlp({ layers, activations: "relu", batchNorm });
  const isScalar = layers.at(-1) === 1;
  const loss = isScalar
    ? bernoulliLoss(variable("z", "n"), variable("label", "n"), { reduction: "mean" })
    : categoricalLoss(variable("z", "n", "c"), "c", { labels: "label[n]", reduction: "mean" });
  const step = trainingStep([...net.definitions, define("loss", loss)], net, sgd(0.01));
  const extents = Object.fromEntries(net.extents);
  const tape = schedule([...step.forward, ...step.backward], {
    updates: step.updates,
    outputs: ["loss"],
    expected: { ...extents, n: batch },
  });
  const shapes = { x: [batch, layers[0]], label: [batch] };
  const program = createProgram(tape, { shapes, extents, type: "f32", backend: "webassembly" });
  fill(program);
  for (const reading of net.ones) program.input(reading.split("[")[0] ?? reading).fill(1);
  return { tape, program };
}

const productsOf = (tape: Tape) => tape.steps.filter(step => step.kind === "matrix product");

/** What a step multiplies, of factors that are given. */
function onlyProducts(tape: Tape, { shapes, extents }: Program): Program {
  const { arrays, ...rest } = withAddedProducts(tape);
  const steps = productsOf({ arrays, ...rest });
  const touched = steps.map(touchedBy);
  const isRead = (name: string): boolean => touched.some(({ reads }) => reads.has(name));
  const isFilled = (name: string): boolean => touched.some(({ reads, writes }) => writes.has(name) && !reads.has(name));
  const used = arrays.flatMap((array): readonly TapeArray[] => {
    if (isFilled(array.name)) return [{ ...array, role: "output" }];
    return isRead(array.name) ? [{ ...array, role: "input" }] : [];
  });
  const outputs = used.filter(({ role }) => role === "output").map(({ name }) => name);
  const products: Tape = {
    ...rest,
    arrays: used,
    steps,
    outputs,
    updates: [],
    extents: new Map(Object.entries(extents)),
  };
  const given = used.flatMap(({ name, role }) => (role === "input" ? [[name, shapes[name] ?? []] as const] : []));
  const program = createProgram(products, { shapes: new Map(given), type: "f32", backend: "webassembly" });
  fill(program);
  return program;
}

function fill(program: Program): void {
  for (const [name, array] of Object.entries(program.inputs))
    for (let i = 0; i < array.length; i++) array[i] = name === "label" ? i % 2 : Math.sin(12.9898 * (i + 1)) / 10;
}

const repeated = (name: string, { run }: Program): Contender => ({
  name,
  batch: times => {
    for (let i = 0; i < times; i++) run();
    return times;
  },
});
