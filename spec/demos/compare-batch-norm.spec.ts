/** The demo trains each network with and without batch normalisation, and concludes what the figures say. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { conclusionOf, gapsOf, main, settings, sizes } from "../../demos/compare-batch-norm.ts";
import { demoRun } from "../support/demo-run.ts";

test("each network is trained from each seed, with and without, and drawn in two panels", async () => {
  const args = ["--sizes", "16;16,12", "--epochs", "2", "--seeds", "2", "--images", "400"];
  const { text, svg, result } = await demoRun(main, ...args);
  const names = ["16", "16-12", "16, batch-normalised", "16-12, batch-normalised"];
  assert.is(result.length, 4);
  for (const name of names) {
    for (const seed of [42, 43]) assert.ok(text.includes(`\n${name}, seed ${seed}\n`));
    assert.match(svg, new RegExp(`<text[^>]*>${name}</text>`));
  }
  for (const { outcomes, batchNorm } of result) {
    assert.is(outcomes.length, 2);
    for (const { trained } of outcomes) assert.is(trained.arrays.has("runningMean1"), batchNorm);
  }
  for (const title of ["Training \\(mean over the epoch.*s batches\\)", "Validation"])
    assert.match(svg, new RegExp(`<text[^>]*>${title}</text>`));
  // The table's training accuracy is the mean over seeds of the last epoch's.
  const last = result[0]?.outcomes.map(({ history }) => history.epochs.at(-1)?.accuracy ?? 0) ?? [];
  const mean = ((100 * last.reduce((sum, each) => sum + each, 0)) / 2).toFixed(2);
  assert.match(text, new RegExp(`\n16 +${mean} %`));
  const [gap] = gapsOf(result, [[16]]);
  assert.ok(text.includes(`16: batch normalisation changes the training accuracy by ${sign(gap?.training)}`));
});

const sign = (share = Number.NaN): string => `${share < 0 ? "" : "+"}${(100 * share).toFixed(2)} points`;

test("the conclusion follows from the gaps, whatever they are", () => {
  const gaps = (shallow: number, deep: number, validation: number) => [
    { hidden: [128], training: shallow, validation },
    { hidden: [512, 128], training: deep, validation },
  ];
  assert.match(
    conclusionOf(gaps(0.01, 0.05, 0.002)),
    /Every deep network is fitted better with it than without, and the gap is larger for the deepest/,
  );
  assert.match(conclusionOf(gaps(0.01, 0.05, 0.002)), /carries over to validation only in part/);
  assert.match(conclusionOf(gaps(0.03, 0.02, 0.04)), /the gap is no larger .* carries over to validation\.$/);
  assert.match(conclusionOf(gaps(0.03, -0.02, 0)), /does not fit every deep network better/);
  assert.match(
    conclusionOf(gaps(0.02, 0, 0.01).slice(0, 1)),
    /Every network is fitted better with it than without\. What/,
  );
  assert.match(conclusionOf(gaps(0, 0.02, 0).slice(1)), /fitted better with it than without\. What/);
  assert.match(conclusionOf(gaps(0.03, -0.02, 0)), /512-128: .* by -2\.00 points/);
});

test("it compares three sizes for twenty epochs", () => {
  assert.equal(sizes, [[128], [256, 128], [512, 256, 128]]);
  assert.is(settings.epochs, 20);
  assert.is(settings.rate, 0.1);
});

test.run();
