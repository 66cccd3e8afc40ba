/**
 * Threes against nines of MNIST, by 200 hidden units and nothing but gradient descent:
 *
 *     npm run mnist-3-9 -- --data ../shared/data/mnist
 *     npm run mnist-3-9 -- --data ../shared/data/mnist --rerun
 *     npm run mnist-3-9 -- --data ../shared/data/mnist --memorise
 *
 * Without --data, images are made up. Loss and accuracy of each batch and of the whole test set after each step are drawn, and
 * so are the images that are taken for the other digit. --rerun trains again with the step size 10 and tells what happens;
 * --memorise, instead of all this, teaches the network the labels of random images by heart, in as few updates as possible.
 * --seed, --epochs, --batch (1, a number, or all), --rate, --layers (--layers "" for a linear classifier) change a setting (seed
 * and layers also of what is memorised), --show 20 draws examples, --save FILE saves what was learnt, --output FILE names the curves.
 * Ctrl-C ends a training; what it came to is told, drawn and saved.
 */
import { writeFileSync } from "node:fs";
import { countLabels, type Examples, onlyClasses, syntheticImages } from "../lib/data/index.ts";
import {
  classifier,
  type EpochReport,
  evaluateModel,
  type Metrics,
  mlp,
  normal,
  sgd,
  type TrainedModel,
  type Training,
  TrainingError,
  type TrainOptions,
  train,
} from "../lib/learn/index.ts";
import { type Interruption, progress, readMnistFolder, saveModelFile, untilInterrupted } from "../lib/node/index.ts";
import { curveChart } from "./support/curve-chart.ts";
import { beside, examplesPicture, mistakesIn, mistakesPicture } from "./support/image-pictures.ts";
import { isMain } from "./support/is-main.ts";
import { type Memory, memorise, memoryPanels, theBest, theCourse } from "./support/memorising.ts";
import { readTrainingOptions, type TrainingDefaults, type TrainingOptions } from "./support/training-options.ts";

/** What the course takes. */
export const defaults: TrainingDefaults = {
  seed: 1,
  epochs: 5,
  batch: 100,
  rate: 0.1,
  layers: [200],
  output: "mnist-3-9.svg",
};

/** Images of two classes. */
export interface Task {
  readonly name: string;
  readonly train: Examples<Uint8Array>;
  readonly test: Examples<Uint8Array>;
}

/** The threes and nines of a folder like MNIST's, or made-up images in two classes. */
export function taskOf(folder: string | undefined): Task {
  if (folder === undefined) return { name: "synthetic images", ...syntheticImages({ classes: 2 }) };
  const { train, test } = readMnistFolder(folder);
  const pair = (examples: Examples<Uint8Array>): Examples<Uint8Array> => onlyClasses(examples, ["3", "9"]);
  return { name: "MNIST", train: pair(train), test: pair(test) };
}

/** What came of a training: of its last step, since the test set may not choose another. */
export interface Outcome {
  readonly trained: TrainedModel;
  readonly test: Metrics;
  readonly history: Training["history"];
}

/** How a network is trained. */
export type Settings = Pick<TrainingOptions, "seed" | "epochs" | "batch" | "rate" | "layers">;

/** Trains as the settings say, in single precision. The test set is looked at after each step, or after each of 1000. */
export async function learn(
  { train: examples, test }: Task,
  { seed, epochs, batch, rate, layers }: Settings,
  listeners: Pick<TrainOptions, "onStep" | "onEpoch" | "signal"> = {},
): Promise<Outcome> {
  const [count = 0, ...shape] = examples.inputs.shape;
  const features = shape.reduce((product, size) => product * size, 1);
  const network = mlp({ layers: [features, ...layers, 1], activations: "relu" });
  const scales = { by: "all", shape, mean: [0], deviation: [255] } as const;
  const steps = epochs * Math.ceil(count / (batch === "all" ? count : batch));
  const { model, state, history } = await train(classifier(network, { classes: examples.classes, scales }), examples, {
    ...{ optimiser: sgd(rate), initialise: normal(0.01), epochs, batchSize: batch, seed, type: "f32" },
    ...{ validation: test, validateEvery: Math.ceil(steps / 1000), evaluationBatch: "all" },
    ...listeners,
  });
  const arrays = new Map(
    [...state.arrays].filter(([name]) => model.parameters.some(text => text.split("[")[0] === name)),
  );
  const trained = { model, arrays };
  return { trained, history, test: evaluateModel(trained, test.inputs, test.labels, "all") };
}

/** Trains, prints how it goes and what came of it, and draws the curves and the mistakes; or learns random images by heart. */
export async function main(args: readonly string[] = []): Promise<void> {
  const options = readTrainingOptions(args, defaults, { flags: ["rerun", "memorise"] });
  const task = taskOf(options.data);
  console.log(`${task.name}\n${describe("training", task.train)}\n${describe("test    ", task.test)}`);
  if (options.show > 0) showExamples(task, options);
  if (options.own.has("memorise")) return memoriseLabels(task, options);

  console.log(`\n${titleOf(options)}`);
  const { signal, release } = untilInterrupted();
  const outcome = await watched(task, options, signal);
  console.log(`after ${outcome.history.steps.length} steps, test set: ${scores(outcome.test)}`);
  await drawCurves(task, options, outcome, options.output);
  drawMistakes(task, outcome, options.output);
  if (options.save !== undefined) {
    saveModelFile(options.save, outcome.trained);
    console.log(`The model is saved in ${options.save}`);
  }
  if (options.own.has("rerun") && !signal.aborted) await rerun(task, { ...options, rate: 10 }, outcome, signal);
  release();
}

/** Trains under a bar, with a line for each epoch. */
async function watched(task: Task, settings: Settings, signal: Interruption["signal"]): Promise<Outcome> {
  const { onStep, pause } = progress();
  const onEpoch = (report: EpochReport): void => {
    pause();
    printEpoch(report);
  };
  try {
    return await learn(task, settings, { signal, onStep, onEpoch });
  } finally {
    pause();
  }
}

/** Trains with a step size that is far too large, and tells what happens. */
async function rerun(
  task: Task,
  options: TrainingOptions,
  before: Outcome,
  signal: Interruption["signal"],
): Promise<void> {
  console.log(`\n${titleOf(options)}`);
  try {
    const outcome = await watched(task, options, signal);
    console.log(whatHappened(task, options, before, outcome));
    await drawCurves(task, options, outcome, beside(options.output, "rerun"));
  } catch (error) {
    if (!(error instanceof TrainingError)) throw error;
    console.log(`The training ended: ${error.message}`);
  }
}

/** What a step size that is too large has done, as far as it can be measured. */
export function whatHappened({ test }: Task, { layers }: Settings, before: Outcome, after: Outcome): string {
  const worst = Math.max(...after.history.steps.map(({ loss }) => loss));
  const losses = `The loss of a batch went up to ${worst.toPrecision(3)}, where guessing has ${Math.log(2).toFixed(3)}.`;
  const units = layers.at(-1);
  if (units === undefined) return losses;
  const [once, now] = [before, after].map(({ trained }) => firingUnits(trained, test, `h${layers.length}`));
  const firing = `Above 0 for any image of the test: ${now} of ${units} hidden units, where it was ${once} before.`;
  if (2 * (now ?? 0) > (once ?? 0)) return `${losses}\n${firing}`;
  return [
    losses,
    firing,
    "The first steps threw the weights so far that the others are 0 for every image. There relu's derivative is 0 too, so that no",
    "gradient reaches their weights, and they never wake up again. What is left to learn is little more than the last bias: the same",
    "answer for every image, which overshoots with each batch.",
  ].join("\n");
}

/** How many units of a layer are above 0 for at least one of the images. */
function firingUnits(trained: TrainedModel, { inputs, labels }: Examples, layer: string): number {
  const values = evaluateModel(trained, inputs, labels, "all", { outputs: [layer] }).outputs.get(layer);
  const [, units = 0] = values?.shape ?? [];
  const fires = new Set<number>();
  for (const [at, value] of (values?.data ?? []).entries()) if (value > 0) fires.add(at % units);
  return fires.size;
}

/** Teaches networks to give random images the first 100 labels, by the course's settings and by the best. */
async function memoriseLabels({ train: { labels } }: Task, { seed, layers, output }: TrainingOptions): Promise<void> {
  const seeds = [0, 1, 2, 3, 4].map(more => seed + more);
  const first = new Map<string, Memory>();
  console.log("\nUpdates until 100 random images have their labels, for five seeds");
  for (const settings of [theCourse, theBest]) {
    const memories: Memory[] = [];
    for (const each of seeds) memories.push(await memorise(labels.subarray(0, 100), layers, settings, each));
    const counts = memories.map(({ updates }) => updates ?? `more than ${settings.most}`).join(", ");
    console.log(`${settings.name} (${settings.about}): ${counts}`);
    if (memories[0] !== undefined) first.set(settings.name, memories[0]);
  }
  console.log(theBest.why);
  const file = beside(output, "memorised");
  writeFileSync(file, await curveChart(`100 random images learnt by heart, seed ${seed}`, memoryPanels(first)));
  console.log(`The first seed's curves are drawn in ${file}`);
}

async function drawCurves(task: Task, options: TrainingOptions, { history }: Outcome, file: string): Promise<void> {
  const { steps } = history;
  // Where the loss jumps far, so that its steps can be told apart.
  const losses = steps.map(({ loss }) => loss);
  const logarithmic = Math.max(...losses) > 5 && Math.min(...losses) > 0;
  const points = (of: keyof Metrics, from: readonly (Metrics | undefined)[]) =>
    from.flatMap((metrics, i) => (metrics === undefined ? [] : [[i + 1, metrics[of] ?? Number.NaN] as const]));
  const curves = (of: keyof Metrics) => [
    { name: "training batch, before the step", colour: 5, pale: true, points: points(of, steps) },
    {
      name: "whole test set, after the step",
      colour: 1,
      points: points(
        of,
        steps.map(({ validation }) => validation),
      ),
    },
  ];
  const panels = [
    { title: "Loss", x: "step", y: "mean negative log-likelihood", curves: curves("loss"), logarithmic },
    { title: "Accuracy", x: "step", y: "accuracy", percent: true, curves: curves("accuracy") },
  ];
  writeFileSync(file, await curveChart(`${task.train.classes.join(" against ")}: ${titleOf(options)}`, panels));
  console.log(`The curves are drawn in ${file}`);
}

function drawMistakes({ test }: Task, { trained }: Outcome, output: string): void {
  const mistakes = mistakesIn(trained, test);
  const counts = countLabels({ ...test, labels: Int32Array.from(mistakes, ({ label }) => label) });
  const each = counts.map((count, label) => `${count} of ${test.classes[label]}`).join(" and ");
  console.log(`${mistakes.length} images of the test are taken for the other class: ${each}`);
  if (mistakes.length === 0) return;
  const file = beside(output, "misclassified");
  writeFileSync(file, mistakesPicture(test, mistakes));
  console.log(`They are drawn in ${file}`);
}

function showExamples({ name, train }: Task, { show, output }: TrainingOptions): void {
  const file = beside(output, "examples");
  const { svg, labels } = examplesPicture(train, show, name);
  writeFileSync(file, svg);
  console.log(`Examples are drawn in ${file}: ${labels.join(" ")}`);
}

const describe = (part: string, examples: Examples): string => {
  const counts = countLabels(examples).map((count, label) => `${examples.classes[label]} ${count}`);
  return `${part}: ${examples.labels.length} images of the shape [${examples.inputs.shape.slice(1)}]: ${counts.join(", ")}`;
};

const titleOf = ({ layers, rate, batch, seed }: Settings): string =>
  `784-${[...layers, 1].join("-")}, step size ${rate}, ${batch === "all" ? "all samples at once" : `batches of ${batch}`}, seed ${seed}`;

const printEpoch = ({ epoch, validation, ...training }: EpochReport): void =>
  console.log(`epoch ${epoch}: training ${scores(training)}; test ${scores(validation ?? { loss: Number.NaN })}`);

const scores = ({ loss, accuracy = Number.NaN }: Metrics): string =>
  `loss ${loss.toFixed(4)}, ${(100 * accuracy).toFixed(2)} % right`;

if (isMain(import.meta.url)) await main(process.argv.slice(2));
