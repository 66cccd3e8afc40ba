/** A classifier gives probabilities, the most probable class, and the share of right answers. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { MLPClassifier, normal, randomStream } from "../../lib/learn/index.ts";
import { throws } from "../support/throws.ts";

// Three corners of a triangle, thirty samples each.
const corners = [
  [0, 2],
  [-2, -1],
  [2, -1],
] as const;
const labels = Array.from({ length: 90 }, (_, i) => i % 3);
const random = randomStream(1);
const X = labels.map(label => Array.from(normal(0.4)([2], random), (noise, j) => noise + (corners[label]?.[j] ?? 0)));
const settings = { hiddenLayers: [8], stepSize: 0.1, batchSize: 10, initialScale: 0.5, epochs: 40 } as const;

test("it learns three clouds that do not overlap", () => {
  const model = new MLPClassifier(settings).fit(X, labels);
  assert.is(model.score(X, labels), 1);
  assert.equal([...model.predict(X)], labels);
  assert.ok((model.history.at(-1)?.trainingLoss ?? 1) < 0.05);
});

test("without a hidden layer it is a linear classifier", () => {
  assert.is(new MLPClassifier({ ...settings, hiddenLayers: [] }).fit(X, labels).score(X, labels), 1);
});

test("probabilities sum to 1, and the class is that of the greatest", () => {
  const model = new MLPClassifier({ ...settings, epochs: 2 }).fit(X, labels);
  const { shape, data } = model.predictProbabilities(X);
  assert.equal(shape, [90, 3]);
  const rows = labels.map((_, n) => [...data.subarray(3 * n, 3 * n + 3)]);
  for (const row of rows) assert.ok(Math.abs(row.reduce((total, p) => total + p, 0) - 1) < 1e-14);
  assert.equal(
    [...model.predict(X)],
    rows.map(row => row.indexOf(Math.max(...row))),
  );
});

test("the score counts right answers", () => {
  const model = new MLPClassifier({ ...settings, epochs: 1, stepSize: 0.01 }).fit(X, labels);
  const right = [...model.predict(X)].filter((label, n) => label === labels[n]).length;
  assert.is(model.score(X, labels), right / labels.length);
});

test("of classes that are equally probable the first is predicted", () => {
  const model = new MLPClassifier({ ...settings, epochs: 1, stepSize: 0, initialScale: 0 }).fit(X, labels);
  assert.equal(new Set(model.predict(X)), new Set([0]));
});

test("there are as many classes as the labels tell, or as is said", () => {
  const one = { ...settings, epochs: 1 };
  assert.equal(new MLPClassifier(one).fit(X, labels).predictProbabilities(X).shape, [90, 3]);
  assert.equal(new MLPClassifier({ ...one, classes: 5 }).fit(X, labels).predictProbabilities(X).shape, [90, 5]);
});

test("what is no label is said", () => {
  const model = new MLPClassifier({ ...settings, epochs: 1 });
  const wrong = (label: number): readonly number[] => [label, ...labels.slice(1)];
  throws(() => model.fit(X, wrong(0.5)), "bad-value", "sample 0", "0.5");
  throws(() => model.fit(X, wrong(-1)), "bad-value", "-1");
  throws(() => model.fit(X, wrong(Number.NaN)), "bad-value", "NaN");
  throws(() => new MLPClassifier({ ...settings, classes: 2 }).fit(X, labels), "bad-value", "from 0 to 1", "2");
  model.fit(X, labels);
  throws(() => model.score(X, wrong(3)), "bad-value", "from 0 to 2", "3");
  throws(() => new MLPClassifier({ classes: 0 }), "bad-option", "classes");
});

test.run();
