/** On the function of steps, each model comes to the losses that are known of it. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Fitted, fit, type Input, inputs, readSteps, target } from "../../demos/regression.ts";
import { predictionChart } from "../../demos/support/prediction-chart.ts";
import { LinearRegression } from "../../lib/learn/index.ts";
import { skipped } from "../support/skip.ts";

const steps = readSteps();
if (steps === undefined) skipped("no data of the function of steps (FLUXION_DATA names the folder)");

const [itself, features] = Object.keys(inputs) as [Input, Input];

if (steps !== undefined) {
  const fits = (input: Input, name: string, seeds: number, reportEvery = 1000): readonly Fitted[] =>
    Array.from({ length: seeds }, (_, i) => fit(steps, input, name, { seed: i + 1, reportEvery }));
  const lossesOf = (all: readonly Fitted[]): readonly number[] => all.map(({ trainingLoss }) => trainingLoss);

  // The tolerances are what the choice of the seed makes of these figures.
  test("ridge regression on 400 features: training loss 0.200, objective 0.303", () => {
    const [{ trainingLoss, objective } = { trainingLoss: 0, objective: 0 }] = fits(features, "ridge", 1);
    near(trainingLoss, 0.2, 0.002);
    near(objective, 0.303, 0.004);
  });

  test("without a penalty: training loss 0.049", () => {
    // What the last few samples leave behind is as large as the tolerance: so eight seeds, and the last fifty epochs of each.
    const all = fits(features, "linear", 8, 5).map(({ model }) => model.history.slice(-10));
    near(mean(all.flat().map(({ trainingLoss }) => trainingLoss)), 0.049, 0.006);
  });

  test("a perceptron of ten neurons on the number itself: training loss 0.26, the median of five seeds", () => {
    near(median(lossesOf(fits(itself, "perceptron", 5))), 0.26, 0.02);
  });

  test("on 400 features: training loss 0.040, the median of five seeds", () => {
    near(median(lossesOf(fits(features, "perceptron", 5))), 0.04, 0.006);
  });

  test("linear regression to convergence is least squares", () => {
    const settings = { batchSize: "all", stepSize: 0.5, epochs: 3000 } as const;
    const model = new LinearRegression(settings).fit(steps.x_train.map(inputs[itself]), steps.y_train);
    const [x, y] = [mean(steps.x_train), mean(steps.y_train)];
    const slope =
      mean(steps.x_train.map((each, i) => (each - x) * ((steps.y_train[i] ?? 0) - y))) /
      mean(steps.x_train.map(each => (each - x) ** 2));
    near(model.parameters.get("w")?.data[0], slope, 1e-6);
    near(model.parameters.get("b")?.data[0], y - slope * x, 1e-6);
  });

  test("the target jumps where its steps are", () => {
    const height = (from: number, to: number): number => steps.coefs_true.slice(from, to).reduce((a, b) => a + b, 0);
    near(target(steps, 0.9999), height(0, 400), 1e-12);
    near(target(steps, 0.5) - target(steps, 0.4), height(161, 201), 1e-12);
  });
}

test("the chart draws every curve and every point of its panels", async () => {
  const curve = [0, 1, 2].map(x => ({ x, y: x * x }));
  const panel = (title: string) => ({
    title,
    points: curve,
    curves: new Map([
      ["target", curve],
      ["linear", curve],
    ]),
  });
  const svg = await predictionChart([panel("upper"), panel("lower")], "two panels");
  for (const text of ["two panels", "upper", "lower", "target", "linear"]) assert.ok(svg.includes(text), text);
  assert.is(svg.match(/mark-line role-mark[\s\S]*?<path/g)?.length, 4);
  const dots = svg.match(/mark-symbol role-mark[\s\S]*?<\/g>/g) ?? [];
  assert.equal(
    dots.map(group => group.match(/<path/g)?.length),
    [3, 3],
  );
});

test.run();

const mean = (values: readonly number[]): number => values.reduce((total, each) => total + each, 0) / values.length;

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

function near(found: number | undefined, wanted: number, tolerance: number): void {
  const isNear = found !== undefined && Math.abs(found - wanted) <= tolerance;
  assert.ok(isNear, `${found} is not ${wanted} ± ${tolerance}`);
}
