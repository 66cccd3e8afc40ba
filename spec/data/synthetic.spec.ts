/** Made-up images can be learnt, and are the same for the same seed. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { asRows, countLabels, type Examples, syntheticImages } from "../../lib/data/index.ts";
import { throws } from "../support/throws.ts";

test("there are as many images of each class as there can be", () => {
  const { train, test: others } = syntheticImages({ train: 60, test: 25 });
  assert.equal(
    countLabels(train),
    Array.from({ length: 10 }, () => 6),
  );
  assert.equal(countLabels(others), [3, 3, 3, 3, 3, 2, 2, 2, 2, 2]);
  assert.equal(train.inputs.shape, [60, 28, 28]);
  assert.is(new Set(train.classes).size, 10);
});

test("coloured ones have the shape of those of CIFAR-10", () => {
  const { train } = syntheticImages({ train: 4, test: 1, colour: true, classes: 2 });
  assert.equal(train.inputs.shape, [4, 3, 32, 32]);
  assert.equal(train.classes, ["bar", "circle"]);
});

test("the same seed gives the same images, another one others, and the test none of the training", () => {
  const [first, again, other] = [3, 3, 4].map(seed => syntheticImages({ train: 20, test: 20, seed }));
  assert.equal(first, again);
  assert.not.equal(first?.train.inputs, other?.train.inputs);
  assert.not.equal(first?.train.inputs, first?.test.inputs);
});

for (const colour of [false, true])
  test(`the class whose mean image is nearest is right far more often than by chance${colour ? ", in colour" : ""}`, () => {
    const { train, test: others } = syntheticImages({ train: 500, test: 200, colour });
    const share = shareOfNearest(train, others);
    console.log(`nearest mean: ${share}`);
    // By chance 0.1, whose standard deviation over 200 images is 0.02.
    assert.ok(share > 0.3, String(share));
  });

test("other numbers of classes and images are refused", () => {
  for (const classes of [1, 11, 2.5]) throws(() => syntheticImages({ classes }), "bad-option", String(classes));
  for (const train of [0, 1.5]) throws(() => syntheticImages({ train }), "bad-option", String(train));
  throws(() => syntheticImages({ seed: 0.5 }), "bad-option");
});

test.run();

// Each image without its own mean and contrast.
function shareOfNearest(train: Examples, others: Examples): number {
  const directions = ({ inputs }: Examples): readonly (readonly number[])[] => {
    const { shape, data } = asRows(inputs);
    const [count = 0, size = 0] = shape;
    return Array.from({ length: count }, (_, i) => {
      const row = Array.from(data.subarray(i * size, (i + 1) * size));
      const mean = row.reduce((sum, value) => sum + value, 0) / size;
      const length = Math.hypot(...row.map(value => value - mean));
      return row.map(value => (value - mean) / length);
    });
  };
  const means = train.classes.map(() => [] as number[]);
  for (const [i, row] of directions(train).entries()) {
    const mean = means[train.labels[i] ?? 0] ?? [];
    for (const [j, value] of row.entries()) mean[j] = (mean[j] ?? 0) + value;
  }
  const nearest = directions(others).map(row => {
    const scores = means.map(mean => row.reduce((sum, value, j) => sum + value * (mean[j] ?? 0), 0));
    return scores.indexOf(Math.max(...scores));
  });
  return nearest.filter((label, i) => label === others.labels[i]).length / nearest.length;
}
