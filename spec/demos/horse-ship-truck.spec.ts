/** The demo learns three classes, does without what it is told to, and learns by heart where nothing hinders it. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { ablations, main, settings } from "../../demos/horse-ship-truck.ts";
import { imageTask, modelOf } from "../../demos/support/image-training.ts";
import { demoRun } from "../support/demo-run.ts";

const quick = ["--images", "600", "--batch", "50", "--rate", "0.003"];

/** The percentages in a line of what the demo prints. */
const figures = (line = ""): readonly number[] => [...line.matchAll(/([\d.]+) %/g)].map(([, figure]) => Number(figure));

test("made-up images of three classes are learnt, and drawn", async () => {
  const { text, svg } = await demoRun(main, ...quick, "--width", "24", "--epochs", "4", "--keep", "0.9");
  assert.match(text, /^synthetic images: train 520, validation 80, test 150, .*; bar, circle, cross\n/);
  const [, , accuracy = 0] = figures(text.split("\n").find(line => line.startsWith("seed 1: best on")));
  // A third would be guessed.
  assert.ok(accuracy > 45, `the test accuracy is ${accuracy}`);
  assert.match(svg, />synthetic images: bar, circle, cross; hidden layers 24-24, dropout that keeps 0.9, /);
});

test("a small network without regularisation learns its training set by heart", async () => {
  const { text } = await demoRun(main, ...quick, "--overfit", "--epochs", "12");
  assert.match(text, /hidden layers 64, adam at 0.003 falling to 0, he initialisation/);
  const [, , , training = 0] = figures(text.split("\n").find(line => line.startsWith("seed 1: best on")));
  assert.ok(training > 95, `the training accuracy is ${training}`);
});

test("ablation trains once without each setting that is there, and tells the change", async () => {
  const left = ["dropout", "flips", "shifts", "weight decay", "cosine schedule", "standardisation", "Adam"];
  const args = ["--layers", "8,4", "--epochs", "1", "--ablate", "--without", left.join(",")];
  const { text } = await demoRun(main, ...quick, ...args);
  const rows = text.split("\n").filter(line => /^(all settings|without .*%)/.test(line));
  const names = Object.keys(ablations).filter(name => !left.includes(name));
  assert.equal(
    rows.map(row => row.split("   ")[0]?.trim()),
    ["all settings", ...names.map(name => `without ${name}`)],
  );
  for (const row of rows) assert.is(figures(row).length, 3);
  const [, validation = 0] = figures(rows[0]);
  const [, other = 0] = figures(rows[1]);
  assert.is(Number(rows[1]?.split(" ").at(-1)), Number((other - validation).toFixed(2)));
});

test("what is left out is left out, and a depth of 1 is a linear classifier", async () => {
  const { text } = await demoRun(
    main,
    "--depth",
    "1",
    "--epochs",
    "1",
    "--batch",
    "all",
    "--without",
    "flips,weight decay",
  );
  assert.match(text, /\nhidden layers none, shifts up to 2 pixels, adam at [\d.]+ falling to 0, he/);
  const refused = await main(["--without", "hope"]).then(
    () => undefined,
    error => error,
  );
  assert.match(String(refused), /--without takes dropout/);
});

test("each ablation changes what the settings say", () => {
  for (const change of Object.values(ablations)) assert.not.equal({ ...settings, ...change(settings) }, settings);
  const task = imageTask(undefined, { classes: ["a", "b", "c"], validationShare: 0.1, images: 50 });
  const raw = modelOf(task, { ...settings, standardise: false }).scales;
  assert.equal(
    [raw?.mean, raw?.deviation],
    [
      [0, 0, 0],
      [255, 255, 255],
    ],
  );
});

test.run();
