/**
 * What batch normalisation does for networks of one, two and three hidden layers:
 *
 *     npm run compare-batch-norm -- --data ../shared/data/cifar10
 *
 * Without --data, images are made up. --seeds 3 trains each from three seeds and tells the means; the settings are those of
 * cifar-mlp, and --sizes "128;256,128" says which networks are compared.
 */
import { writeFileSync } from "node:fs";
import { settings as plain } from "./cifar-mlp.ts";
import { type Curve, type CurvePanel, curveChart } from "./support/curve-chart.ts";
import { imageTask, type Outcome, type Settings, saveBest } from "./support/image-training.ts";
import { isMain } from "./support/is-main.ts";
import { readSettings } from "./support/settings-options.ts";
import { sizesIn } from "./support/training-options.ts";
import { describeTask, mean, percent, showExamples, tableText, trainFromSeeds } from "./support/training-report.ts";

export const settings: Settings = { ...plain, epochs: 20 };
export const sizes: readonly (readonly number[])[] = [[128], [256, 128], [512, 256, 128]];

/** The trainings of one network from all seeds, with or without batch normalisation. */
export interface Runs {
  readonly hidden: readonly number[];
  readonly batchNorm: boolean;
  readonly outcomes: readonly Outcome[];
}

/** Trains all networks with and without, tells the gaps and what follows from them, and draws the accuracies. */
export async function main(args: readonly string[] = []): Promise<readonly Runs[]> {
  const options = readSettings(args, { settings, output: "compare-batch-norm.svg" }, { texts: ["sizes"] });
  const { data, images, output, save, show, seeds } = options;
  const task = imageTask(data, { validationShare: 0.1, images });
  console.log(describeTask(task));
  if (show > 0) showExamples(task, show, output);

  const given = options.own.get("sizes")?.split(";");
  const compared = given?.map(text => sizesIn("sizes", text)) ?? sizes;
  // Without first, so that the legend has them in a line, and with below.
  const plans = [false, true].flatMap(batchNorm => compared.map(hidden => ({ hidden, batchNorm })));
  const all: Runs[] = [];
  for (const plan of plans) {
    const outcomes = await trainFromSeeds(task, { ...options.settings, ...plan }, seeds, nameOf(plan));
    all.push({ ...plan, outcomes });
    if (outcomes.at(-1)?.isInterrupted) break;
  }
  console.log(`\n${tableOf(all)}`);
  if (all.length === plans.length) console.log(`\n${conclusionOf(gapsOf(all, compared))}`);
  const { epochs, rate } = options.settings;
  const title = `${task.name}: with and without batch normalisation, ${epochs} epochs at the rate ${rate}`;
  writeFileSync(output, await curveChart(title, panelsOf(all, compared)));
  console.log(`The accuracies are drawn in ${output}`);
  const outcomes = all.flatMap(runs => runs.outcomes);
  if (save !== undefined) saveBest(save, outcomes);
  return all;
}

const nameOf = ({ hidden, batchNorm }: Pick<Runs, "hidden" | "batchNorm">): string =>
  `${hidden.join("-")}${batchNorm ? ", batch-normalised" : ""}`;

/** What batch normalisation adds to the accuracies of a network, in shares; means over the seeds. */
export interface Gap {
  readonly hidden: readonly number[];
  readonly training: number;
  readonly validation: number;
}

const lastTraining = ({ history }: Outcome): number => history.epochs.at(-1)?.accuracy ?? Number.NaN;
const lastValidation = ({ history }: Outcome): number => history.epochs.at(-1)?.validation?.accuracy ?? Number.NaN;

/** The gap for each size, after the last epoch. */
export const gapsOf = (all: readonly Runs[], compared: readonly (readonly number[])[]): readonly Gap[] =>
  compared.map(hidden => {
    const found = (batchNorm: boolean): readonly Outcome[] =>
      all.find(runs => String(runs.hidden) === String(hidden) && runs.batchNorm === batchNorm)?.outcomes ?? [];
    const gap = (accuracy: (outcome: Outcome) => number): number =>
      mean(found(true).map(accuracy)) - mean(found(false).map(accuracy));
    return { hidden, training: gap(lastTraining), validation: gap(lastValidation) };
  });

function tableOf(all: readonly Runs[]): string {
  const heads = ["network", "training", "validation", "best validation", "its test"];
  const rows = all.map(runs => [
    nameOf(runs),
    ...[
      lastTraining,
      lastValidation,
      ({ validation }: Outcome) => validation.accuracy ?? Number.NaN,
      ({ test }: Outcome) => test.accuracy ?? Number.NaN,
    ].map(accuracy => percent({ accuracy: mean(runs.outcomes.map(accuracy)) })),
  ]);
  return tableText([heads, ...rows]);
}

/** What follows from the gaps, in words. */
export function conclusionOf(gaps: readonly Gap[]): string {
  const points = (share: number): string => `${share < 0 ? "" : "+"}${(100 * share).toFixed(2)} points`;
  const lines = gaps.map(
    ({ hidden, training, validation }) =>
      `${hidden.join("-")}: batch normalisation changes the training accuracy by ${points(training)}, that of validation by ${points(validation)}`,
  );
  const deep = gaps.filter(({ hidden }) => hidden.length > 1);
  const judged = deep.length > 0 ? deep : gaps;
  const [first, last] = [gaps[0], gaps.at(-1)];
  const grows = first !== undefined && last !== undefined && last.training > first.training;
  const networks = deep.length > 0 ? "deep network" : "network";
  const fits = judged.every(({ training }) => training > 0)
    ? `Every ${networks} is fitted better with it than without`
    : `It does not fit every ${networks} better`;
  const depth =
    gaps.length > 1 ? `, and the gap is ${grows ? "larger" : "no larger"} for the deepest than for the shallowest` : "";
  const carries = gaps.every(({ training, validation }) => validation < training)
    ? "What it gains in training carries over to validation only in part: it speeds up fitting more than it generalises."
    : "What it gains carries over to validation.";
  return [...lines, `${fits}${depth}. ${carries}`].join("\n");
}

function panelsOf(all: readonly Runs[], compared: readonly (readonly number[])[]): readonly CurvePanel[] {
  const panel = (title: string, accuracy: (outcome: Outcome, epoch: number) => number): CurvePanel => ({
    title,
    x: "epoch",
    y: "accuracy",
    percent: true,
    curves: all.map(runs => curveOf(runs, compared.indexOf(runs.hidden), accuracy)),
  });
  return [
    panel("Training (mean over the epoch's batches)", ({ history }, at) => history.epochs[at]?.accuracy ?? Number.NaN),
    panel("Validation", ({ history }, at) => history.epochs[at]?.validation?.accuracy ?? Number.NaN),
  ];
}

const curveOf = (
  { hidden, batchNorm, outcomes }: Runs,
  colour: number,
  accuracy: (outcome: Outcome, epoch: number) => number,
): Curve => ({
  name: nameOf({ hidden, batchNorm }),
  colour,
  dashed: !batchNorm,
  points: (outcomes[0]?.history.epochs ?? []).map(({ epoch }, at) => [
    epoch,
    mean(outcomes.map(outcome => accuracy(outcome, at))),
  ]),
});

if (isMain(import.meta.url)) await main(process.argv.slice(2));
