/**
 * What a set of labelled images holds, in numbers and as a picture:
 *
 *     npm run show-images -- --data ../shared/data/mnist --show 20 --output images.svg
 *
 * Without --data, images are made up (--colour for coloured ones). --split test shows those of the test, --classes 3,9 those of some
 * classes, --seed 1 chooses at random instead of taking the first.
 */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import {
  countLabels,
  type Examples,
  imagesToSvg,
  onlyClasses,
  randomStream,
  standardise,
  takeExamples,
} from "../lib/data/index.ts";
import { rowNumbers, shuffle } from "../lib/data/random.ts";
import { imagesIn } from "./support/image-data.ts";
import { isMain } from "./support/is-main.ts";

/** Prints the sizes of the splits, shapes, labels and means, and draws the images. */
export function main(args: readonly string[] = []): void {
  const { data, colour, split, classes, show, seed, output } = readArguments(args);
  const { name, splits } = imagesIn(data, colour);
  for (const [which, examples] of Object.entries(splits)) console.log(`${which}: ${summary(examples)}`);
  const { mean, deviation } = standardise(splits.train.inputs);
  console.log(`the training's channels, of full scale: mean ${shares(mean)}, standard deviation ${shares(deviation)}`);

  const all = split === "test" ? splits.test : splits.train;
  const chosen = choose(classes === undefined ? all : onlyClasses(all, classes.split(",")), show, seed);
  const captions = Array.from(chosen.labels, label => String(chosen.classes[label]));
  console.log(`shown: ${captions.join(" ")}`);
  const title = `${name}: ${captions.length} of ${all.labels.length} in the ${split} split`;
  writeFileSync(output, imagesToSvg(chosen.inputs, { title, captions }));
  console.log(`They are drawn in ${output}`);
}

const summary = (examples: Examples): string => {
  const counts = countLabels(examples).map((count, label) => `${examples.classes[label]} ${count}`);
  return `${examples.labels.length} images of the shape [${examples.inputs.shape.slice(1).join(", ")}]: ${counts.join(", ")}`;
};

const shares = (values: readonly number[]): string => values.map(value => (value / 255).toFixed(4)).join(" ");

function choose(examples: Examples<Uint8Array>, number: number, seed: number | undefined): Examples<Uint8Array> {
  const rows = rowNumbers(examples.labels.length);
  if (seed !== undefined) shuffle(rows, randomStream(seed));
  return takeExamples(examples, rows.subarray(0, number));
}

function readArguments(args: readonly string[]): Settings {
  const { values } = parseArgs({
    args: [...args],
    options: {
      data: { type: "string" },
      colour: { type: "boolean", default: false },
      split: { type: "string", default: "train" },
      classes: { type: "string" },
      show: { type: "string", default: "20" },
      seed: { type: "string" },
      output: { type: "string", default: "images.svg" },
    },
  });
  const { split, show, seed } = values;
  if (split !== "train" && split !== "test") throw new Error(`--split is train or test, got ${split}`);
  if (!(Number.isInteger(Number(show)) && Number(show) > 0))
    throw new Error(`--show is a number of images, got ${show}`);
  return { ...values, split, show: Number(show), seed: seed === undefined ? undefined : Number(seed) };
}

interface Settings {
  readonly data?: string | undefined;
  readonly colour: boolean;
  readonly split: "train" | "test";
  readonly classes?: string | undefined;
  readonly show: number;
  readonly seed: number | undefined;
  readonly output: string;
}

if (isMain(import.meta.url)) main(process.argv.slice(2));
