/**
 * A network of one hidden layer on CIFAR-10, with nothing but gradient descent:
 *
 *     npm run cifar-mlp -- --data ../shared/data/cifar10
 *     npm run cifar-mlp -- --data ../shared/data/cifar10 --initialise he --schedule cosine
 *
 * Without --data, images are made up. --seeds 4 trains from four seeds and tells their median; --layers, --rate, --batch,
 * --epochs, --seed, --decay, --keep, --flips, --batch-norm, --optimiser change a setting; --show 20 draws examples.
 */
import { writeFileSync } from "node:fs";
import { curveChart } from "./support/curve-chart.ts";
import { imageTask, type Outcome, type Settings, saveBest } from "./support/image-training.ts";
import { isMain } from "./support/is-main.ts";
import { readSettings } from "./support/settings-options.ts";
import {
  accuracyPanel,
  describeTask,
  lossPanel,
  median,
  percent,
  showExamples,
  trainFromSeeds,
} from "./support/training-report.ts";

/** What the course takes. */
export const settings: Settings = {
  hidden: [128],
  batchNorm: false,
  keep: 1,
  initialise: "normal",
  optimiser: "sgd",
  rate: 0.1,
  schedule: "constant",
  decay: 0,
  flips: false,
  shift: 0,
  standardise: true,
  batch: 128,
  epochs: 10,
  seed: 42,
};

/** Trains from each seed, prints how it goes and what came of it, and draws the curves of the first. */
export async function main(args: readonly string[] = []): Promise<readonly Outcome[]> {
  const options = readSettings(args, { settings, output: "cifar-mlp.svg" });
  const task = imageTask(options.data, { validationShare: 0.1, images: options.images });
  console.log(describeTask(task));
  if (options.show > 0) showExamples(task, options.show, options.output);

  const heading = describe(options.settings);
  const outcomes = await trainFromSeeds(task, options.settings, options.seeds, heading);
  for (const [run, { epoch, validation, test }] of outcomes.entries()) {
    const best = `best on the validation set after epoch ${epoch}: ${percent(validation)}; test set: ${percent(test)}`;
    console.log(`${run === 0 ? "\n" : ""}seed ${options.settings.seed + run}: ${best}`);
  }
  const accuracies = outcomes.map(({ test }) => test.accuracy ?? Number.NaN);
  if (accuracies.length > 1) {
    const middle = percent({ accuracy: median(accuracies) });
    console.log(`test accuracy, the median of ${accuracies.length} seeds: ${middle}`);
  }
  const [first] = outcomes;
  if (first !== undefined) {
    const title = `${task.name}: ${heading}, seed ${options.settings.seed}`;
    writeFileSync(options.output, await curveChart(title, [lossPanel(first.history), accuracyPanel(first.history)]));
    console.log(`The curves are drawn in ${options.output}`);
  }
  if (options.save !== undefined) saveBest(options.save, outcomes);
  return outcomes;
}

const describe = ({ hidden, initialise, schedule, rate }: Settings): string =>
  `hidden layers ${hidden.join("-") || "none"}, ${initialise} initialisation, ${schedule} rate ${rate}`;

if (isMain(import.meta.url)) await main(process.argv.slice(2));
