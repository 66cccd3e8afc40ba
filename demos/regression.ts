/**
 * Linear regression, ridge regression and a multilayer perceptron learn a function of steps from a hundred noisy samples,
 * from the number itself and from 400 features of it:
 *
 *     npm run regression -- --seed 1 --report 500 --output regression.svg
 */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { type Estimator, LinearRegression, MLPRegressor, printReport, RidgeRegression } from "../lib/learn/index.ts";
import * as print from "../lib/print/text.ts";
import { readData, sayMissing } from "./support/data.ts";
import { isMain } from "./support/is-main.ts";
import { type Panel, type Point, predictionChart } from "./support/prediction-chart.ts";

const file = "step-regression/step-regression.json";

/** What the file holds: samples, and the heights of the target's steps. */
export interface Steps {
  readonly x_train: readonly number[];
  readonly y_train: readonly number[];
  readonly x_test: readonly number[];
  readonly y_test: readonly number[];
  readonly coefs_true: readonly number[];
}

/** The data of the file, or undefined where it is absent. */
export const readSteps = (): Steps | undefined => readData<Steps>(file);

/** A number as one feature, or as 400: whether it has passed each of 400 places between 0 and 1. */
export const inputs = {
  "the number itself": (x: number): readonly number[] => [x],
  "400 steps of it": (x: number): readonly number[] => Array.from({ length: 400 }, (_, k) => (x >= k / 400 ? 1 : 0)),
} as const;

/** What a model is given of a number. */
export type Input = keyof typeof inputs;

/** How a model is made, given what is said on the command line. */
type Make = (options: { readonly seed: number; readonly reportEvery: number }) => Regressor;
type Regressor = LinearRegression | RidgeRegression | MLPRegressor;

/** Each model with the settings that suit it. Steps go over one sample at a time. */
export const models: Readonly<Record<Input, ReadonlyMap<string, Make>>> = {
  "the number itself": new Map<string, Make>([
    ["linear", options => new LinearRegression({ stepSize: 5e-3, epochs: 500, ...options })],
    ["ridge", options => new RidgeRegression({ penalty: 0.05, stepSize: 5e-3, epochs: 500, ...options })],
    ["perceptron", options => new MLPRegressor({ stepSize: 1e-3, initialScale: 5e-4, epochs: 5000, ...options })],
  ]),
  "400 steps of it": new Map<string, Make>([
    ["linear", options => new LinearRegression({ stepSize: 5e-4, epochs: 500, ...options })],
    ["ridge", options => new RidgeRegression({ penalty: 1, stepSize: 5e-5, epochs: 2000, ...options })],
    ["perceptron", options => new MLPRegressor({ stepSize: 5e-4, initialScale: 0.01, epochs: 500, ...options })],
  ]),
};

/** A model that was fitted to the training samples, and how well it does. */
export interface Fitted {
  readonly name: string;
  readonly model: Regressor;
  /** The last mean training loss, and the last epoch's mean objective. */
  readonly trainingLoss: number;
  readonly objective: number;
  /** The coefficient of determination on the test samples. */
  readonly score: number;
}

/** Fits a model of `models`. */
export function fit(
  steps: Steps,
  input: Input,
  name: string,
  options: { readonly seed: number; readonly reportEvery?: number; readonly isTold?: boolean },
): Fitted {
  const make = models[input].get(name);
  if (make === undefined) throw new RangeError(`no model is called ${name}`);
  const { seed, reportEvery = 500, isTold = false } = options;
  const featurize = inputs[input];
  const model = make({ seed, reportEvery, ...(isTold ? { onReport: printReport } : {}) });
  model.fit(steps.x_train.map(featurize), steps.y_train);
  const { trainingLoss = Number.NaN, objective = Number.NaN } = model.history.at(-1) ?? {};
  return { name, model, trainingLoss, objective, score: model.score(steps.x_test.map(featurize), steps.y_test) };
}

/** The function that the samples are taken from, without its noise. */
export const target = ({ coefs_true }: Steps, x: number): number =>
  coefs_true.reduce((total, height, k) => (x >= k / coefs_true.length ? total + height : total), 0);

/** Prints the formulas, fits all models, prints how well they do, and draws their predictions. */
export async function main(args: readonly string[] = []): Promise<void> {
  const { seed, report, output } = readArguments(args);
  printFormulas(new MLPRegressor({ penalty: 0.1 }));
  const steps = readSteps();
  if (steps === undefined) {
    sayMissing(file);
    return;
  }
  const panels: Panel[] = [];
  for (const input of Object.keys(inputs) as Input[]) {
    const fitted = [...models[input].keys()].map(name => {
      console.log(`\n${name}, from ${input}`);
      return fit(steps, input, name, { seed, reportEvery: report, isTold: true });
    });
    printScores(input, fitted);
    panels.push(panelOf(steps, input, fitted));
  }
  writeFileSync(output, await predictionChart(panels, "A function of steps, learnt from 100 noisy samples"));
  console.log(`\nThe predictions are drawn in ${output}`);
}

function printFormulas(model: Estimator): void {
  console.log("The perceptron, its backward pass, and one step");
  console.log(print.toString([...model.definitions, ...model.gradients]));
  for (const [parameter, next] of Object.entries(model.updates)) console.log(`${parameter} := ${next}`);
}

function printScores(input: Input, fitted: readonly Fitted[]): void {
  console.log(`\nFrom ${input}    training loss  objective  R² on the test samples`);
  for (const { name, trainingLoss, objective, score } of fitted) {
    const columns = [
      trainingLoss.toFixed(4).padStart(18),
      objective.toFixed(4).padStart(11),
      score.toFixed(3).padStart(9),
    ];
    console.log(`  ${name.padEnd(20)}${columns.join("")}`);
  }
}

function panelOf(steps: Steps, input: Input, fitted: readonly Fitted[]): Panel {
  const places = Array.from({ length: 801 }, (_, i) => i / 800);
  const curve = (heights: ArrayLike<number>): readonly Point[] => places.map((x, i) => ({ x, y: heights[i] ?? 0 }));
  const featurized = places.map(inputs[input]);
  return {
    title: `from ${input}`,
    points: steps.x_train.map((x, i) => ({ x, y: steps.y_train[i] ?? 0 })),
    curves: new Map([
      ["target", curve(places.map(x => target(steps, x)))],
      ...fitted.map(({ name, model }) => [name, curve(model.predict(featurized))] as const),
    ]),
  };
}

function readArguments(args: readonly string[]): {
  readonly seed: number;
  readonly report: number;
  readonly output: string;
} {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seed: { type: "string", default: "1" },
      report: { type: "string", default: "500" },
      output: { type: "string", default: "regression.svg" },
    },
  });
  return { seed: Number(values.seed), report: Number(values.report), output: values.output };
}

if (isMain(import.meta.url)) await main(process.argv.slice(2));
