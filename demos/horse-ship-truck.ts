/**
 * Horses, ships and trucks of CIFAR-10, by a tuned network:
 *
 *     npm run horse-ship-truck -- --data ../shared/data/cifar10
 *     npm run horse-ship-truck -- --data ../shared/data/cifar10 --ablate
 *     npm run horse-ship-truck -- --data ../shared/data/cifar10 --overfit
 *
 * Without --data, images are made up. --depth 3 --width 512 (or --layers 512,256) is another network: a depth of 1 is a linear
 * classifier. --ablate trains again without one setting after the other, and prints a table. --overfit trains a small network without
 * anything that keeps it from learning its training set by heart. --seeds 3 trains from three seeds; each setting has an
 * option, and --without dropout,flips leaves some out.
 */
import { writeFileSync } from "node:fs";
import { evaluateModel } from "../lib/learn/index.ts";
import { curveChart } from "./support/curve-chart.ts";
import { type ImageTask, imageTask, type Outcome, type Settings, saveBest, trainOn } from "./support/image-training.ts";
import { isMain } from "./support/is-main.ts";
import { readSettings, type SettingsOptions } from "./support/settings-options.ts";
import { numberIn, sizesIn } from "./support/training-options.ts";
import {
  accuracyPanel,
  describeTask,
  lossPanel,
  median,
  percent,
  printEpoch,
  showExamples,
  tableText,
  trainFromSeeds,
} from "./support/training-report.ts";

/** What tuning on the validation set has found. */
export const settings: Settings = {
  hidden: [512, 256],
  batchNorm: false,
  keep: 0.75,
  initialise: "he",
  optimiser: "adam",
  rate: 0.001,
  schedule: "cosine",
  decay: 0.0001,
  flips: true,
  shift: 2,
  standardise: true,
  batch: 128,
  epochs: 50,
  seed: 1,
};

/** What changes where something is left out. */
export const ablations: Readonly<Record<string, (settings: Settings) => Partial<Settings>>> = {
  dropout: () => ({ keep: 1 }),
  flips: () => ({ flips: false }),
  shifts: () => ({ shift: 0 }),
  "weight decay": () => ({ decay: 0 }),
  "cosine schedule": () => ({ schedule: "constant" }),
  "He initialisation": () => ({ initialise: "normal" }),
  standardisation: () => ({ standardise: false }),
  Adam: () => ({ optimiser: "sgd", rate: 0.1 }),
  "the last hidden layer": ({ hidden }) => ({ hidden: hidden.slice(0, -1) }),
  "hidden layers": () => ({ hidden: [] }),
};

/** A small network, free to learn its training set by heart. */
export const overfitting: Partial<Settings> = { hidden: [64], keep: 1, decay: 0, flips: false, shift: 0 };

const classes = ["horse", "ship", "truck"];

/** Trains as the options say, tells the accuracies, and draws the curves of the first training. */
export async function main(args: readonly string[] = []): Promise<void> {
  const own = { texts: ["depth", "width", "without"], flags: ["ablate", "overfit"] };
  const tuned = args.includes("--overfit") ? { ...settings, ...overfitting } : settings;
  const options = readSettings(args, { settings: tuned, output: "horse-ship-truck.svg" }, own);
  const chosen = chosenSettings(options);
  const task = imageTask(options.data, { classes, validationShare: 2 / 15, images: options.images });
  console.log(describeTask(task));
  if (options.show > 0) showExamples(task, options.show, options.output);

  const outcomes = await trainFromSeeds(task, chosen, options.seeds, describe(chosen));
  for (const [run, outcome] of outcomes.entries()) {
    console.log(`${run === 0 ? "\n" : ""}seed ${chosen.seed + run}: ${summaryOf(outcome, task)}`);
  }
  if (outcomes.length > 1) {
    const middle = (of: (outcome: Outcome) => number): string => percent({ accuracy: median(outcomes.map(of)) });
    console.log(
      `medians of ${outcomes.length} seeds: validation ${middle(({ validation }) => validation.accuracy ?? 0)}, ` +
        `test ${middle(({ test }) => test.accuracy ?? 0)}`,
    );
  }
  const [first] = outcomes;
  if (first === undefined) return;
  const title = `${task.name}: ${task.train.classes.join(", ")}; ${describe(chosen)}`;
  writeFileSync(options.output, await curveChart(title, [lossPanel(first.history), accuracyPanel(first.history)]));
  console.log(`The curves are drawn in ${options.output}`);
  if (options.save !== undefined) saveBest(options.save, outcomes);
  if (options.own.has("ablate") && !first.isInterrupted) await ablate(task, chosen, first);
}

/** The settings of a network of so many layers, all of one width, without what is to be left out. */
function chosenSettings({ settings: given, own }: SettingsOptions): Settings {
  const [depth, width, without] = ["depth", "width", "without"].map(name => own.get(name));
  const count = depth === undefined ? given.hidden.length : numberIn("depth", depth) - 1;
  const sizes = Array.from({ length: count }, (_, i) => given.hidden[i] ?? given.hidden.at(-1) ?? 128);
  const hidden = width === undefined ? sizes : sizesIn("width", sizes.map(() => width).join(","));
  const names = without?.split(",") ?? [];
  return names.reduce(leaveOut, { ...given, hidden });
}

function leaveOut(settings: Settings, name: string): Settings {
  const change = Object.hasOwn(ablations, name) ? ablations[name] : undefined;
  if (change !== undefined) return { ...settings, ...change(settings) };
  throw new Error(`--without takes ${Object.keys(ablations).join(", ")}, got ${name}`);
}

const accuracyOn = ({ trained }: Outcome, { inputs, labels }: ImageTask["train"]): string =>
  percent(evaluateModel(trained, inputs, labels));

const summaryOf = (outcome: Outcome, task: ImageTask): string =>
  [
    `best on the validation set after epoch ${outcome.epoch}: training ${accuracyOn(outcome, task.train)}, ` +
      `validation ${percent(outcome.validation)}, test ${percent(outcome.test)}`,
    ...outcome.history.epochs.slice(-1).map(last => `in the last epoch, training ${percent(last)} over its batches`),
  ].join("; ");

/** Trains again without one setting after the other, all else alike, and prints a table. */
async function ablate(task: ImageTask, full: Settings, outcome: Outcome): Promise<void> {
  const rowOf = (name: string, of: Outcome): readonly string[] => {
    const change = 100 * ((of.validation.accuracy ?? Number.NaN) - (outcome.validation.accuracy ?? Number.NaN));
    const scores = [accuracyOn(of, task.train), percent(of.validation), percent(of.test)];
    return [name, ...scores, of === outcome ? "" : `${change < 0 ? "" : "+"}${change.toFixed(2)}`];
  };
  const rows = [["", "training", "validation", "test", "change of validation"], rowOf("all settings", outcome)];
  for (const name of Object.keys(ablations)) {
    const changed = leaveOut(full, name);
    if (JSON.stringify(changed) === JSON.stringify(full)) continue;
    console.log(`\nwithout ${name}`);
    const other = await trainOn(task, changed, printEpoch);
    if (other.isInterrupted) break;
    rows.push(rowOf(`without ${name}`, other));
  }
  console.log(`\n${tableText(rows)}`);
}

const describe = ({
  hidden,
  keep,
  flips,
  shift,
  decay,
  optimiser,
  rate,
  schedule,
  initialise,
  epochs,
}: Settings): string =>
  [
    `hidden layers ${hidden.join("-") || "none"}`,
    ...(keep < 1 && hidden.length > 0 ? [`dropout that keeps ${keep}`] : []),
    ...(flips ? ["flips"] : []),
    ...(shift > 0 ? [`shifts up to ${shift} pixels`] : []),
    `${optimiser} at ${schedule === "cosine" ? `${rate} falling to 0` : rate}${decay > 0 ? ` with the decay ${decay}` : ""}`,
    `${initialise} initialisation`,
    `${epochs} epochs`,
  ].join(", ");

if (isMain(import.meta.url)) await main(process.argv.slice(2));
