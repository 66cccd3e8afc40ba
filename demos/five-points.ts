/**
 * A network of two hidden neurons learns five points of the plane, from formulas to a trained network:
 *
 *     npm run five-points -- --seed 7 --rate 0.25 --restarts 4 --epochs 251 --output five-points.svg
 */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { mersenne } from "pure-rand/generator/mersenne";
import { gradient } from "../lib/calculus/gradient.ts";
import { evaluate } from "../lib/evaluate.ts";
import type { Expr } from "../lib/expression/expression.ts";
import { substitute } from "../lib/expression/indices.ts";
import * as print from "../lib/print/text.ts";
import { simplify } from "../lib/simplify/simplify.ts";
import { parse } from "../lib/syntax/parse.ts";
import { compileGradient } from "../lib/tape/compile.ts";
import { isMain } from "./support/is-main.ts";
import { lossChart } from "./support/loss-chart.ts";

/** The network, every formula written out in the parameters and the inputs. */
export const hidden: readonly [Expr, Expr] = [
  parse("tanh(b1 + x1 * w11 + x2 * w21)"),
  parse("tanh(b2 + x1 * w12 + x2 * w22)"),
];
export const output: Expr = substitute(parse("c + u1 * z1 + u2 * z2"), { z1: hidden[0], z2: hidden[1] });
/** The cross-entropy of the label y and the probability 1 / (1 + exp(-output)). */
export const loss: Expr = substitute(parse("fin - fin * y + log(1 + exp(-fin))"), { fin: output });

export const parameters = ["b1", "w11", "w12", "b2", "w21", "w22", "c", "u1", "u2"] as const;
export type Parameter = (typeof parameters)[number];

/** The loss's partial derivatives by the nine parameters, each simplified to be read. */
export function gradients(): ReadonlyMap<Parameter, Expr> {
  const partials = gradient(loss, parameters);
  return new Map(parameters.map(name => [name, simplify(partials[name] ?? 0)]));
}

export interface Sample {
  readonly x1: number;
  readonly x2: number;
  readonly y: 0 | 1;
}

/** The origin is one class, the points around it are the other: no line parts them, two do. */
export const samples: readonly Sample[] = [
  { x1: 0, x2: 0, y: 1 },
  { x1: 1, x2: 0, y: 0 },
  { x1: 0, x2: -1, y: 0 },
  { x1: -1, x2: 0, y: 0 },
  { x1: 0, x2: 1, y: 0 },
];

export interface Settings {
  readonly seed: number;
  readonly rate: number;
  /** How many random starts are trained; the one with the lowest final loss is kept. */
  readonly restarts: number;
  readonly epochs: number;
}

export const defaults: Settings = { seed: 1, rate: 0.25, restarts: 4, epochs: 251 };

/** What one start came to. */
export interface Run {
  /** In the order of `parameters`. */
  readonly parameters: readonly number[];
  /** The loss of each sample before each update: the samples in turn, epoch after epoch. */
  readonly losses: readonly number[];
  /** The mean of the last epoch's losses. */
  readonly finalLoss: number;
}

/** Trains every start; the same settings give the same numbers to the last bit. */
export function train(settings: Settings): { readonly best: Run; readonly runs: readonly Run[] } {
  // Of pure-rand's generators the one whose first numbers differ much between seeds 1, 2, 3, …
  const random = mersenne(settings.seed);
  const uniform = (bound: number): number => bound * (2 * uniformFloat64(random) - 1);
  // All starts draw from one stream, so that the first is the same however many follow.
  const first = descend(start(uniform), settings);
  const runs = [first];
  while (runs.length < settings.restarts) runs.push(descend(start(uniform), settings));
  const best = runs.reduce((lowest, run) => (run.finalLoss < lowest.finalLoss ? run : lowest), first);
  return { best, runs };
}

/** The network's answer at a point: the class that it finds more probable. */
export function predict(values: readonly number[], { x1, x2 }: Pick<Sample, "x1" | "x2">): 0 | 1 {
  return evaluate(output, { ...named(values), x1, x2 }) > 0 ? 1 : 0;
}

/** True of a run that has learnt the points: its loss is low and every answer right. */
export const isLearnt = (run: Run): boolean => run.finalLoss < 0.05 && isRight(run);

/** True of a run whose answers are right. */
export const isRight = (run: Run): boolean => samples.every(sample => predict(run.parameters, sample) === sample.y);

/** The parameters by name. */
export const named = (values: readonly number[]): Readonly<Record<string, number>> =>
  Object.fromEntries(parameters.map((name, i) => [name, values[i] ?? 0]));

// Glorot and Bengio's uniform weights for two inputs and two outputs; biases begin at zero.
function start(uniform: (bound: number) => number): Float64Array {
  const isBias = (name: string): boolean => ["b1", "b2", "c"].includes(name);
  return Float64Array.from(parameters, name => (isBias(name) ? 0 : uniform(Math.sqrt(6 / 4))));
}

const lossAndGradient = compileGradient(loss, parameters, ["x1", "x2", "y"]);

// Stochastic gradient descent, one sample at a time.
function descend(values: Float64Array, { rate, epochs }: Settings): Run {
  const slope = new Float64Array(values.length);
  const losses: number[] = [];
  for (let epoch = 0; epoch < epochs; epoch++) {
    for (const { x1, x2, y } of samples) {
      losses.push(lossAndGradient(values, slope, [x1, x2, y]));
      for (const [i, partial] of slope.entries()) values[i] = (values[i] ?? 0) - rate * partial;
    }
  }
  const last = losses.slice(-samples.length);
  return { parameters: [...values], losses, finalLoss: mean(last) };
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Prints the formulas, trains, prints what came of it, and draws the losses. */
export async function main(args: readonly string[] = []): Promise<void> {
  const { file, ...settings } = readArguments(args);
  printFormulas();
  const { best, runs } = train(settings);
  printTraining(best, runs, settings);
  const chart = await lossChart(
    best.losses.map((value, i) => ({ update: i + 1, loss: value, sample: describe(i % samples.length) })),
    `Five points, two hidden neurons: ${best.losses.length} updates (seed ${settings.seed})`,
  );
  writeFileSync(file, chart);
  console.log(`\nThe losses of all ${best.losses.length} updates are drawn in ${file}`);
}

function printFormulas(): void {
  console.log("Hidden neurons");
  for (const [i, neuron] of hidden.entries()) console.log(`  z${i + 1} = ${print.toString(neuron)}`);
  console.log(`Output\n  fin = ${print.toString(output)}`);
  console.log(`Loss\n  ${print.toString(loss)}`);
  console.log("Gradient");
  for (const [name, partial] of gradients()) console.log(`  d/d${name.padEnd(3)} = ${print.toString(partial)}`);
}

function printTraining(best: Run, runs: readonly Run[], { epochs, rate, seed }: Settings): void {
  console.log(`\nTraining: ${epochs} epochs at rate ${rate}, seed ${seed}, best of ${runs.length}`);
  for (const [i, run] of runs.entries()) {
    console.log(
      `  start ${i + 1}: final loss ${run.finalLoss.toFixed(5)}, ${fate(run)}${run === best ? ", kept" : ""}`,
    );
  }
  if (!isLearnt(best))
    console.log("  About two starts in five end so: try more --restarts, another --seed, more --epochs.");
  console.log("\nLosses of the five samples, and their mean");
  for (const epoch of shownEpochs(epochs)) {
    const five = best.losses.slice(epoch * samples.length, (epoch + 1) * samples.length);
    const columns = [...five, mean(five)].map(value => value.toFixed(5));
    console.log(`  epoch ${String(epoch + 1).padStart(4)}:  ${columns.join("  ")}`);
  }
  console.log("\nParameters");
  for (const [name, value] of Object.entries(named(best.parameters))) console.log(`  ${name.padEnd(3)} = ${value}`);
  console.log("\nSample - label - predicted");
  for (const [j, sample] of samples.entries()) {
    console.log(`Sample ${j + 1} - ${sample.y} - ${predict(best.parameters, sample)}`);
  }
}

function fate(run: Run): string {
  if (isLearnt(run)) return "learnt";
  return isRight(run) ? "right, but slow: its loss is not yet below 0.05" : "ended in a local minimum";
}

// Every fiftieth, and the last.
const shownEpochs = (epochs: number): readonly number[] =>
  Array.from({ length: epochs }, (_, epoch) => epoch).filter(epoch => epoch % 50 === 0 || epoch === epochs - 1);

function describe(j: number): string {
  const { x1 = 0, x2 = 0, y = 0 } = samples[j] ?? {};
  return `(${x1}, ${x2}) is ${y}`;
}

function readArguments(args: readonly string[]): Settings & { readonly file: string } {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seed: { type: "string", default: String(defaults.seed) },
      rate: { type: "string", default: String(defaults.rate) },
      restarts: { type: "string", default: String(defaults.restarts) },
      epochs: { type: "string", default: String(defaults.epochs) },
      output: { type: "string", default: "five-points.svg" },
    },
  });
  const number = (
    name: "seed" | "rate" | "restarts" | "epochs",
    isFine: (value: number) => boolean,
    wanted: string,
  ) => {
    const value = Number(values[name]);
    if (!isFine(value)) throw new RangeError(`--${name} must be ${wanted}, got ${values[name]}`);
    return value;
  };
  const isCount = (value: number): boolean => Number.isSafeInteger(value) && value > 0;
  return {
    seed: number("seed", value => Number.isSafeInteger(value), "an integer"),
    rate: number("rate", value => value > 0 && value < Number.POSITIVE_INFINITY, "a positive number"),
    restarts: number("restarts", isCount, "a positive integer"),
    epochs: number("epochs", isCount, "a positive integer"),
    file: values.output,
  };
}

if (isMain(import.meta.url)) await main(process.argv.slice(2));
