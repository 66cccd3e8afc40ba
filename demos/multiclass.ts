/**
 * A multilayer perceptron learns to tell three clouds of points apart, beside the best that anybody can do:
 *
 *     npm run multiclass -- --seed 1 --epochs 60 --output multiclass.svg
 *
 * Each cloud is a Gaussian, so the most probable class of each place is known: that is the Bayes classifier.
 */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { compile, parse } from "../lib/index.ts";
import { MLPClassifier, normal, printReport, type Report, randomStream } from "../lib/learn/index.ts";
import * as print from "../lib/print/text.ts";
import { isMain } from "./support/is-main.ts";
import { type Labelled, regionChart } from "./support/region-chart.ts";

/** A Gaussian in the plane: its mean, and the triangular factor [[a, 0], [b, c]] of its covariance. */
export interface Cloud {
  readonly mean: readonly [number, number];
  readonly factor: readonly [a: number, b: number, c: number];
}

/** Three clouds that overlap. */
export const clouds: readonly Cloud[] = [
  { mean: [0, 2], factor: [1.1, 0.3, 0.7] },
  { mean: [-1.6, -0.8], factor: [0.7, -0.4, 0.9] },
  { mean: [1.7, -0.7], factor: [0.6, 0.5, 1.2] },
];

/** So many samples of each cloud, the same for the same seed. */
export function draw(count: number, seed: number): readonly Labelled[] {
  const random = randomStream(seed);
  const standard = normal(1);
  return clouds.flatMap(({ mean: [x, y], factor: [a, b, c] }, label) =>
    Array.from({ length: count }, () => {
      const [u = 0, v = 0] = standard([2], random);
      return { x: x + a * u, y: y + b * u + c * v, label };
    }),
  );
}

// The logarithm of a Gaussian's density, but for a constant: with x = m + a*u and y = q + b*u + c*v.
const logDensity = compile(parse("-(((x - m) / a)^2 + ((y - q - b * (x - m) / a) / c)^2) / 2 - log(a * c)"), [
  "x",
  "y",
  "m",
  "q",
  "a",
  "b",
  "c",
]);

/** The most probable class of each place: no classifier is right more often. */
export const bayes = (places: readonly (readonly [number, number])[]): readonly number[] =>
  places.map(([x, y]) => {
    const densities = clouds.map(({ mean: [m, q], factor: [a, b, c] }) => logDensity(x, y, m, q, a, b, c));
    return densities.indexOf(Math.max(...densities));
  });

/** The samples' places, and their labels. */
export const split = (
  samples: readonly Labelled[],
): { readonly X: (readonly [number, number])[]; readonly y: number[] } => ({
  X: samples.map(({ x, y }) => [x, y] as const),
  y: samples.map(({ label }) => label),
});

/** What is said on the command line. */
export interface Settings {
  readonly seed: number;
  readonly epochs: number;
}

export const defaults: Settings = { seed: 1, epochs: 60 };

/** A classifier that was fitted to 200 samples of each cloud, and shares of right answers on 5000 others of each. */
export function train(
  { seed, epochs }: Settings,
  onReport?: (report: Report) => void,
): {
  readonly model: MLPClassifier;
  readonly samples: readonly Labelled[];
  readonly accuracy: number;
  readonly best: number;
} {
  const samples = draw(200, seed);
  const model = new MLPClassifier({
    hiddenLayers: [16],
    stepSize: 0.1,
    batchSize: 20,
    initialScale: 0.5,
    epochs,
    seed,
    reportEvery: 10,
    ...(onReport === undefined ? {} : { onReport }),
  });
  const { X, y } = split(samples);
  model.fit(X, y);
  const others = split(draw(5000, seed + 1_000_000));
  const found = bayes(others.X);
  const best = found.filter((label, i) => label === others.y[i]).length / found.length;
  return { model, samples, accuracy: model.score(others.X, others.y), best };
}

/** Prints the formulas, trains, prints what came of it, and draws the decision regions. */
export async function main(args: readonly string[] = []): Promise<void> {
  const { output, ...settings } = readArguments(args);
  const { model, samples, accuracy, best } = train(settings, report => {
    if (report.epoch === 10) console.log("\nTraining");
    printReport(report);
  });
  console.log("\nThe network, its loss and its backward pass");
  console.log(print.toString([...model.definitions, ...model.gradients]));
  const share = (value: number): string => `${(100 * value).toFixed(2)} %`;
  const { X, y } = split(samples);
  console.log(`\nright on the ${X.length} samples of the training: ${share(model.score(X, y))}`);
  console.log(`right on 15000 others: ${share(accuracy)}; the Bayes classifier: ${share(best)}`);
  const chart = await regionChart({
    title: `Three clouds: ${share(accuracy)} right, of at most ${share(best)}`,
    samples,
    reach: 5,
    classify: places => model.predict(places),
    beside: bayes,
    besideName: "Bayes classifier",
  });
  writeFileSync(output, chart);
  console.log(`\nThe decision regions are drawn in ${output}`);
}

function readArguments(args: readonly string[]): Settings & { readonly output: string } {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seed: { type: "string", default: String(defaults.seed) },
      epochs: { type: "string", default: String(defaults.epochs) },
      output: { type: "string", default: "multiclass.svg" },
    },
  });
  return { seed: Number(values.seed), epochs: Number(values.epochs), output: values.output };
}

if (isMain(import.meta.url)) await main(process.argv.slice(2));
