/** An evaluation in batches is one of all samples at once. */
import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { standardise } from "../../lib/data/index.ts";
import { evaluateDefinitions, parseDefinitions, type Value } from "../../lib/index.ts";
import {
  classifier,
  evaluateModel,
  initialArrays,
  type Model,
  mlp,
  normal,
  randomStream,
  regressor,
  type TrainedModel,
} from "../../lib/learn/index.ts";
import { numbers } from "../support/gradient-agrees.ts";
import { backends } from "../support/program.ts";
import { numRuns } from "../support/runs.ts";
import { throws } from "../support/throws.ts";

const network = mlp({ layers: [3, 4, 3], activations: "tanh", batchNorm: true, dropout: { keep: 0.5 } });
const model = classifier(network, { penalty: 10, classes: ["red", "green", "blue"] });
const arrays = initialArrays(network, normal(1), randomStream(2));
const trained: TrainedModel = { model, arrays };
const X = numbers(1, 10, 3);
const labels = [0, 1, 2, 2, 1, 0, 0, 1, 2, 1];

/** What the formulas of the evaluation give for all samples at once. */
const reference = evaluateDefinitions(
  model.evaluation ?? [],
  new Map<string, Value>([["x", X], ["label", labels], ["position", [0, 1, 2]], ...arrays]),
);
const wanted = (name: string): readonly number[] => {
  const value = reference.get(name) ?? Number.NaN;
  return typeof value === "number" ? [value] : [...value.data];
};

for (const backend of backends)
  test(`loss, accuracy and outputs are those of the formulas, the last batch weighted by its samples, by ${backend}`, () => {
    for (const batch of [1, 3, 4, 10, 99, "all"] as const) {
      const { loss, accuracy, outputs } = evaluateModel(trained, X, labels, batch, {
        backend,
        outputs: ["prediction", "class"],
      });
      // Ten terms of the size 1, in another order.
      near([loss, accuracy ?? Number.NaN], [...wanted("loss"), ...wanted("accuracy")]);
      assert.equal(outputs.get("prediction")?.shape, [10, 3]);
      near(outputs.get("prediction")?.data ?? [], wanted("prediction"));
      assert.equal([...(outputs.get("class")?.data ?? [])], wanted("class"));
    }
  });

test("in any batches it is that of all at once", () => {
  const one = regressor(mlp({ layers: [2, 1] }));
  const some = { model: one, arrays: initialArrays(mlp({ layers: [2, 1] }), normal(1), randomStream(3)) };
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 40 }), (count, batch) => {
      const [inputs, targets] = [numbers(4, count, 2), numbers(5, count)];
      const all = evaluateModel(some, inputs, targets, "all").loss;
      near([evaluateModel(some, inputs, targets, batch).loss], [all]);
    }),
    { numRuns: Math.min(numRuns, 30) },
  );
});

test("the class of a sample is the first of its greatest scores, and the accuracy the share of right ones", () => {
  const scores = mlp({ layers: [3, 3] });
  const identity = new Map([
    ["W1", { shape: [3, 3], data: [1, 0, 0, 0, 1, 0, 0, 0, 1] }],
    ["b1", { shape: [3], data: [0, 0, 0] }],
  ]);
  const rows = [
    [5, 5, 1],
    [0, 0, 0],
    [1, 2, 2],
    [-1, -3, -1],
    [0.1, 0.2, 0.3],
  ];
  for (const type of ["f64", "f32"] as const) {
    const { accuracy, outputs } = evaluateModel(
      { model: classifier(scores), arrays: identity },
      rows,
      [1, 0, 1, 0, 2],
      2,
      { type, outputs: ["class"] },
    );
    assert.equal([...(outputs.get("class")?.data ?? [])], [0, 0, 1, 0, 2]);
    // Single precision knows 4/5 to 6e-8.
    assert.ok(Math.abs((accuracy ?? 0) - 0.8) < 1e-7);
  }
});

test("a network of one output is a logit, or a probability", () => {
  const w = new Map([
    ["w1", { shape: [1], data: [1] }],
    ["b1", { shape: [], data: [0] }],
  ]);
  const rows = [[2], [-1], [0.5]];
  const logits = classifier(mlp({ layers: [1, 1] }));
  const probabilities = classifier(mlp({ layers: [1, 1], activations: ["sigmoid"] }), { from: "probabilities" });
  const [one, other] = [logits, probabilities].map(each =>
    evaluateModel({ model: each, arrays: w }, rows, [1, 0, 0], 2, { outputs: ["prediction", "class"] }),
  );
  const loss = (Math.log1p(Math.exp(-2)) + Math.log1p(Math.exp(-1)) + Math.log1p(Math.exp(0.5))) / 3;
  for (const each of [one, other]) {
    near([each?.loss ?? 0, each?.accuracy ?? 0], [loss, 2 / 3]);
    assert.equal([...(each?.outputs.get("class")?.data ?? [])], [1, 0, 1]);
    near(
      each?.outputs.get("prediction")?.data ?? [],
      rows.map(([z = 0]) => 1 / (1 + Math.exp(-z))),
    );
  }
});

test("bytes are brought to scale as they are read, images as rows", () => {
  const images = { shape: [4, 3, 1, 1], data: Uint8Array.of(0, 10, 200, 30, 20, 100, 255, 0, 7, 1, 2, 3) };
  const scales = standardise(images);
  const scaled = { shape: [4, 3], data: scales.apply(images).data };
  const plain = evaluateModel(trained, scaled, [0, 1, 2, 0]);
  const { loss } = evaluateModel({ model: { ...model, scales }, arrays }, images, [0, 1, 2, 0], 3);
  // What was scaled before is in single precision.
  assert.ok(Math.abs(loss - plain.loss) < 1e-6 * plain.loss);
});

test("what does not fit is told", () => {
  const own = (part: Partial<Model>): TrainedModel => ({ model: { ...model, ...part }, arrays });
  throws(() => evaluateModel(trained, X, [0, 1, 2, 2, 1, 0, 0, 1, 3, 1]), "bad-value", "labels", "sample 8", "3");
  throws(() => evaluateModel(trained, X, labels.slice(1)), "bad-value", "10 samples", "9 targets");
  throws(() => evaluateModel(trained, X), "bad-option", "label[n]");
  throws(() => evaluateModel(trained, X, labels, 0), "bad-option", "batch", "0");
  throws(() => evaluateModel(trained, numbers(1, 10, 4), labels), "bad-value", "j", "3", "4");
  throws(() => evaluateModel(trained, X, labels, 5, { outputs: ["predicton"] }), "unbound-variable", "prediction");
  throws(() => evaluateModel(trained, X, labels, 5, { outputs: ["loss"] }), "bad-option", "each sample");
  throws(() => evaluateModel({ model, arrays: new Map([...arrays].slice(1)) }, X, labels), "unbound-variable", "W1");
  throws(() => evaluateModel(own({ evaluation: parseDefinitions("p[n] = x[n,0]") }), X, labels), "bad-option", "loss");
  throws(() => evaluateModel(own({ input: "x" }), X, labels), "bad-option", "input");
  throws(() => evaluateModel(JSON.parse('{"model": 3}'), X, labels), "bad-option", "model");
  const { evaluation: _, ...without } = model;
  throws(() => evaluateModel({ model: without, arrays }, X, labels), "bad-option", "masks");
  throws(() => classifier(mlp({ layers: [3, 2] }), { classes: ["one"] }), "bad-option", "2", "1");
  throws(() => classifier(mlp({ layers: [3, 2] }), { penalty: -1 }), "bad-option", "penalty");
});

test.run();

function near(found: ArrayLike<number>, expected: readonly number[]): void {
  assert.is(found.length, expected.length);
  // Numbers of the size 1, summed in another order.
  for (const [i, value] of expected.entries())
    assert.ok(Math.abs((found[i] ?? Number.NaN) - value) < 1e-12, `${found[i]} is not ${value}`);
}
