import { writeFileSync } from "node:fs";
import type { EpochReport, History, Metrics } from "../../lib/learn/index.ts";
import type { CurvePanel } from "./curve-chart.ts";
import { beside, examplesPicture } from "./image-pictures.ts";
import { type ImageTask, type Outcome, type Settings, trainOn } from "./image-training.ts";

/** The sizes, shapes and classes of a task's three parts. */
export const describeTask = ({ name, ...parts }: ImageTask): string => {
  const { inputs, classes } = parts.train;
  const sizes = (["train", "validation", "test"] as const).map(part => `${part} ${parts[part].labels.length}`);
  return `${name}: ${sizes.join(", ")}, each of the shape [${inputs.shape.slice(1).join(", ")}]; ${classes.join(", ")}`;
};

/** Draws labelled examples of the training, chosen at random, beside the curves, and says where. */
export function showExamples(task: ImageTask, count: number, curves: string): void {
  const { svg, labels } = examplesPicture(task.train, count, task.name);
  writeFileSync(beside(curves, "examples"), svg);
  console.log(`Examples are drawn in ${beside(curves, "examples")}: ${labels.join(" ")}`);
}

/**
 * Trains from so many seeds, one after another from the settings' own on, under a heading each, and prints how it goes. Ctrl-C
 * ends the training that it falls in, and leaves out the others.
 */
export async function trainFromSeeds(
  task: ImageTask,
  settings: Settings,
  seeds: number,
  heading: string,
): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  for (let seed = settings.seed; seed < settings.seed + seeds; seed++) {
    console.log(`\n${heading}, seed ${seed}`);
    outcomes.push(await trainOn(task, { ...settings, seed }, printEpoch));
    if (outcomes.at(-1)?.isInterrupted) break;
  }
  return outcomes;
}

/** Prints a line for an epoch: what the training's batches gave, and the validation set after them. */
export const printEpoch = (report: EpochReport): void => console.log(epochLine(report));

const epochLine = ({ epoch, loss, accuracy, validation }: EpochReport): string =>
  [
    `epoch ${String(epoch).padStart(2)}`,
    `training ${scores({ loss, ...(accuracy === undefined ? {} : { accuracy }) })}`,
    ...(validation === undefined ? [] : [`validation ${scores(validation)}`]),
  ].join("   ");

const scores = (metrics: Metrics): string => `loss ${metrics.loss.toFixed(4)}, ${percent(metrics)}`;

/** An accuracy as text: 47.25 %. */
export const percent = ({ accuracy = Number.NaN }: Pick<Metrics, "accuracy">): string =>
  `${(100 * accuracy).toFixed(2)} %`;

/** The middle one of the numbers, or the mean of the two in the middle. */
export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const half = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(half)] ?? Number.NaN) + (sorted[Math.ceil(half)] ?? Number.NaN)) / 2;
}

export const mean = (numbers: readonly number[]): number =>
  numbers.reduce((sum, number) => sum + number, 0) / numbers.length;

/** Rows of texts in columns: the first to the left, the others to the right. */
export function tableText(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map(row => row[column]?.length ?? 0)));
  const cell = (text: string, column: number): string =>
    column === 0 ? text.padEnd(widths[column] ?? 0) : text.padStart(widths[column] ?? 0);
  return rows.map(row => row.map(cell).join("   ").trimEnd()).join("\n");
}

/** The loss of each batch before its step, and that of the validation set after each epoch. */
export const lossPanel = ({ steps, epochs }: History): CurvePanel => ({
  title: "Loss",
  x: "step",
  y: "mean negative log-likelihood",
  curves: [
    { name: "training, each batch", colour: 5, pale: true, points: steps.map(({ loss }, i) => [i + 1, loss]) },
    {
      name: "training, mean over the epoch's batches",
      colour: 0,
      points: epochs.map(({ epoch, loss }) => [(epoch - 0.5) * (steps.length / epochs.length), loss]),
    },
    {
      name: "validation",
      colour: 1,
      points: epochs.map(({ epoch, validation }) => [
        epoch * (steps.length / epochs.length),
        validation?.loss ?? Number.NaN,
      ]),
    },
  ],
});

/** The mean accuracy of the batches of each epoch, and that of the validation set after it. */
export const accuracyPanel = ({ epochs }: History): CurvePanel => ({
  title: "Accuracy",
  x: "epoch",
  y: "accuracy",
  percent: true,
  curves: [
    {
      name: "training, mean over the epoch's batches",
      colour: 0,
      points: epochs.map(({ epoch, accuracy }) => [epoch, accuracy ?? Number.NaN]),
    },
    {
      name: "validation",
      colour: 1,
      points: epochs.map(({ epoch, validation }) => [epoch, validation?.accuracy ?? Number.NaN]),
    },
  ],
});
