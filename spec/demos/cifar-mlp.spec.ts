/** The demo learns what it is shown, tells it in figures and curves, and does so again from the same seed. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { main } from "../../demos/cifar-mlp.ts";
import { demoRun } from "../support/demo-run.ts";

const quick = [
  "--images",
  "600",
  "--layers",
  "32",
  "--batch",
  "32",
  "--initialise",
  "he",
  "--rate",
  "0.05",
  "--epochs",
  "3",
];

test("made-up images are learnt, and drawn", async () => {
  const { text, svg, result } = await demoRun(main, ...quick);
  assert.match(
    text,
    /^synthetic images: train 540, validation 60, test 150, each of the shape \[3, 32, 32\]; bar, circle/,
  );
  const [outcome] = result;
  // A tenth would be guessed.
  assert.ok((outcome?.test.accuracy ?? 0) > 0.25, `the test accuracy is ${outcome?.test.accuracy}`);
  // 540 images in batches of 32, the last one smaller.
  assert.is(outcome?.history.steps.length, 3 * 17);
  assert.is(outcome?.history.steps.at(-1)?.samples, 28);
  for (const label of ["step", "epoch", "accuracy", "mean negative log-likelihood", "validation"])
    assert.match(svg, new RegExp(`<text[^>]*>${label}</text>`));
});

test("the same seed gives the same curves, and another seed others", async () => {
  const losses = async (seed: string): Promise<readonly number[]> => {
    const { result } = await demoRun(main, ...quick, "--epochs", "1", "--seed", seed);
    return (result[0]?.history.steps ?? []).map(({ loss }) => loss);
  };
  const [first, again, other] = [await losses("1"), await losses("1"), await losses("2")];
  assert.equal(first, again);
  assert.not.equal(first, other);
});

test("several seeds have a median", async () => {
  const { text, result } = await demoRun(main, ...quick, "--epochs", "1", "--seeds", "2", "--show", "3");
  const [one = 0, two = 0] = result.map(({ test: { accuracy = 0 } }) => 100 * accuracy);
  assert.ok(text.includes(`the median of 2 seeds: ${((one + two) / 2).toFixed(2)} %`));
  assert.match(text, /Examples are drawn in .*: \w+ \w+ \w+\n/);
});

test("settings that are none are refused", async () => {
  for (const args of [
    ["--rate", "fast"],
    ["--layers", "64,"],
    ["--schedule", "none"],
    ["--classes", "2"],
  ]) {
    const refused = await main(args).then(
      () => undefined,
      error => error,
    );
    assert.instance(refused, Error);
  }
});

test.run();
