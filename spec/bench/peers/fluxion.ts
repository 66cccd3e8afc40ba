import { differentiate } from "../../../lib/calculus/differentiate.ts";
import { gradient } from "../../../lib/calculus/gradient.ts";
import { withGradient } from "../../../lib/calculus/with-gradient.ts";
import { evaluate } from "../../../lib/evaluate.ts";
import { define } from "../../../lib/expression/definition.ts";
import { type Expr, variable } from "../../../lib/expression/expression.ts";
import { bernoulliLoss, categoricalLoss } from "../../../lib/learn/losses.ts";
import { classifier } from "../../../lib/learn/model.ts";
import { mlp } from "../../../lib/learn/network.ts";
import { sgd } from "../../../lib/learn/optimisers.ts";
import { trainingStep } from "../../../lib/learn/step.ts";
import { type Training, train } from "../../../lib/learn/train.ts";
import { simplifyAll } from "../../../lib/simplify/simplify.ts";
import { parse } from "../../../lib/syntax/parse.ts";
import { compileGradient } from "../../../lib/tape/compile.ts";
import type { BackendName } from "../../../lib/tape/emit/choose.ts";
import { createProgram, type Program, type ProgramOptions } from "../../../lib/tape/program.ts";
import { schedule } from "../../../lib/tape/schedule.ts";
import {
  type BundleSize,
  bundleAnswer,
  bundleArrays,
  bundleJacobian,
  bundleResiduals,
  bundleRows,
  bundleShapes,
} from "../../support/bundle.ts";
import { type MixtureSize, mixtureAnswer, mixtureProgram } from "../../support/mixture.ts";
import { network, uniform } from "../harness/data.ts";
import type { BatchProblem, LearningProblem, StepProblem, Work } from "../harness/jobs.ts";
import { learnable, scale } from "../harness/learning.ts";
import type { Peer } from "../harness/peer.ts";
import { movedBy, stepWork } from "../harness/step.ts";

/** Ourselves; without rewriting what may overflow, as the others are; with arrays in single precision; without WebAssembly. */
export const peers: readonly Peer[] = [
  {
    name: "fluxion",
    packages: [],
    jobs: {
      gradient: ({ text, parameters, data }) => compileGradient(parse(text), parameters, data),
      derivative: () => ({
        derive: (text, variables) => simplifyAll(partialsOf(parse(text), variables)),
        evaluate: (formula, at) => evaluate(formula as Expr, at),
      }),
      batch: problem => batchWork(problem, { backend: "webassembly", type: "f64" }),
      step: problem => networkStep(problem),
      learning: networkTraining,
      mixture: size => mixtureWork(size, "webassembly"),
      bundle: size => bundleWork(size, "webassembly"),
    },
    firstUse:
      'import { differentiate, parse, simplify } from "fluxion";\nconsole.log(String(simplify(differentiate(parse("4*x*y + exp(-y)"), "x"))));',
  },
  {
    name: "fluxion as written",
    packages: [],
    jobs: {
      gradient: ({ text, parameters, data }) => compileGradient(parse(text), parameters, data, { stabilise: false }),
    },
  },
  {
    name: "fluxion f32",
    packages: [],
    single: true,
    jobs: { batch: problem => batchWork(problem, { backend: "webassembly", type: "f32" }) },
  },
  {
    name: "fluxion, JavaScript",
    packages: [],
    jobs: {
      mixture: size => mixtureWork(size, "javascript"),
      bundle: size => bundleWork(size, "javascript"),
    },
  },
];

function partialsOf(e: Expr, variables: readonly string[]): readonly Expr[] {
  const [first, second] = variables;
  if (first !== undefined && second === undefined) return [differentiate(e, first)];
  const partials = gradient(e, variables);
  return variables.map(name => partials[name] ?? e);
}

/** Value and gradient over a batch. */
export function batchWork({ text, parameters, data, at, points, seeds }: BatchProblem, options: ProgramOptions): Work {
  const tape = schedule(withGradient(parse(text), parameters), { batch: data, reduce: "mean" });
  const program = createProgram(tape, { shapes: { [data[0] ?? ""]: [points] }, ...options });
  for (const [i, name] of parameters.entries()) program.input(name).fill(at[i] ?? 0);
  for (const [k, name] of data.entries()) program.input(name).set(uniform(points, seeds[k] ?? 0));
  program.run();
  const answer = tape.outputs.map(name => program.output(name)[0] ?? Number.NaN);
  return { answer, run: times => repeat(times, program) };
}

/** Steps of gradient descent of a network, in single precision. */
export function networkStep(problem: StepProblem, threads = 1): Promise<Work> {
  const { layers, batch, batchNorm, rate } = problem;
  const isScalar = layers.at(-1) === 1;
  const net = mlp({ layers, activations: "relu", batchNorm });
  const [output] = net.definitions.slice(-1);
  if (output === undefined) throw new Error("a network has an output");
  const each = isScalar
    ? bernoulliLoss(output, variable("label", "n"), { reduction: "mean" })
    : categoricalLoss(output, "c", { labels: "label[n]", reduction: "mean" });
  const step = trainingStep([...net.definitions, define("loss", each)], net, sgd(rate));
  const tape = schedule([...step.forward, ...step.backward], { outputs: ["loss"], updates: step.updates });
  const extents = Object.fromEntries([...net.extents, ["n", batch], ["j", layers[0] ?? 1], ["c", layers.at(-1) ?? 1]]);
  const used = Object.entries(extents).filter(([name]) => name !== "c" || !isScalar);
  const program = createProgram(tape, {
    shapes: { x: [batch, layers[0] ?? 1], label: [batch] },
    extents: Object.fromEntries(used),
    backend: "webassembly",
    type: "f32",
    threads,
  });
  const { x, classes, weights } = network(problem);
  program.input("x").set(x);
  program.input("label").set(classes);
  for (const name of net.ones) program.input(name.split("[")[0] ?? name).fill(1);
  const readings = net.weights.map(name => program.input(name.split("[")[0] ?? name));
  for (const [i, values] of weights.entries()) readings[i]?.set(values);
  return stepWork({
    step: () => {
      program.run();
      return program.output("loss")[0] ?? Number.NaN;
    },
    firstWeights: () => readings[0] ?? [],
  });
}

async function networkTraining(problem: LearningProblem): Promise<Work> {
  const { layers, batch, samples, epochs, rate } = problem;
  const [features = 1] = layers;
  const { inputs, classes } = learnable(problem);
  const { mean, deviation } = scale;
  const net = mlp({ layers, activations: "relu" });
  const model = classifier(net, { scales: { by: "all", shape: [features], mean: [mean], deviation: [deviation] } });
  const { weights } = network(problem);
  const begin = new Map(
    net.weights.map((reading, i) => {
      const [from = 1, to = 1] = layers.slice(i, i + 2);
      const shape = to === 1 ? [from] : [from, to];
      return [reading.split("[")[0] ?? reading, { shape, data: weights[i] ?? [] }];
    }),
  );
  const trained = (count: number, epochs: number): Promise<Training> => {
    const data = { shape: [count, features], data: inputs.subarray(0, count * features) };
    const options = { batchSize: batch, lastBatch: "drop", shuffle: false, epochs, begin, type: "f32" } as const;
    return train(model, { inputs: data, labels: classes.subarray(0, count) }, { optimiser: sgd(rate), ...options });
  };
  const { history, arrays } = await trained(6 * batch, 1);
  const first = arrays.get([...begin.keys()][0] ?? "")?.data ?? [];
  return {
    answer: [...history.steps.map(({ loss }) => loss), movedBy(weights[0] ?? [], first)],
    run: async times => {
      for (let i = 0; i < times; i++) await trained(samples, epochs);
    },
  };
}

function mixtureWork(size: MixtureSize, backend: BackendName): Work {
  const program = mixtureProgram(size, "gradient", backend);
  program.run();
  const answer = mixtureAnswer(program.output("loss")[0] ?? Number.NaN, name => program.output(name));
  return { answer, run: times => repeat(times, program) };
}

function bundleWork(size: BundleSize, backend: BackendName): Work {
  const tape = schedule({ ...bundleResiduals, ...bundleJacobian() });
  const program = createProgram(tape, { shapes: bundleShapes(size), backend });
  for (const [name, array] of Object.entries(bundleArrays(size))) program.input(name).set(array);
  program.run();
  return { answer: bundleAnswer(size, bundleRows(size, program)), run: times => repeat(times, program) };
}

function repeat(times: number, program: Program): void {
  for (let i = 0; i < times; i++) program.run();
}
