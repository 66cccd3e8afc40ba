/** What a fit does is what its formulas say, evaluated one batch after another. */
import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { evaluateArray, evaluateDefinitions, type FlatArray, type Value } from "../../lib/index.ts";
import {
  type Estimator,
  LinearRegression,
  MLPClassifier,
  MLPRegressor,
  type Report,
  RidgeRegression,
} from "../../lib/learn/index.ts";
import { numRuns } from "../support/runs.ts";
import { throws } from "../support/throws.ts";

const X = [
  [0.1, 1],
  [0.4, -1],
  [-0.7, 0.3],
  [0.2, 0.9],
  [1.1, -0.2],
];
const y = [1, 2, -0.5, 0.3, 1.7];
const labels = [0, 1, 2, 1, 0];
const few = { epochs: 3, batchSize: 2, stepSize: 0.1, initialScale: 0.5, shuffle: false, seed: 4 } as const;

const models: readonly (readonly [name: string, make: (epochs: number) => Estimator, target: readonly number[]])[] = [
  ["linear regression", epochs => new LinearRegression({ ...few, epochs }), y],
  ["ridge regression", epochs => new RidgeRegression({ ...few, penalty: 0.3, epochs }), y],
  ["a perceptron", epochs => new MLPRegressor({ ...few, hiddenLayers: [3], penalty: 0.1, epochs }), y],
  [
    "a deep one",
    epochs => new MLPRegressor({ ...few, hiddenLayers: [3, 2], activation: ["sigmoid", "relu"], epochs }),
    y,
  ],
  ["a classifier", epochs => new MLPClassifier({ ...few, hiddenLayers: [3], penalty: 0.1, epochs }), labels],
];

for (const [name, make, target] of models) {
  test(`${name}: an epoch takes the step of the formulas for each batch, the last one smaller`, () =>
    takesSteps(make, X, target, few.batchSize));

  test(`${name}: what is computed by name is what the formulas give`, () => {
    const model = make(2).fit(X, target);
    const values = new Map<string, Value>([["x", X], [target === labels ? "label" : "y", target], ...model.parameters]);
    for (const [name, wanted] of evaluateDefinitions([...model.definitions, ...model.gradients], values)) {
      const found = model.compute(name, X, target);
      const expected = typeof wanted === "number" ? [wanted] : [...wanted.data];
      assert.equal(found.shape, typeof wanted === "number" ? [] : wanted.shape);
      assert.is(found.data.length, expected.length);
      for (const [i, value] of found.data.entries()) assert.ok(Math.abs(value - (expected[i] ?? 0)) < 1e-12, name);
    }
    assert.is(model.history.at(-1)?.trainingLoss, model.compute("loss", X, target).data[0]);
  });
}

test("so do networks of any sizes, with any batches", () => {
  const network = fc.record({
    hiddenLayers: fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 2 }),
    activation: fc.constantFrom("tanh", "sigmoid", "softplus", "identity", "sin"),
    penalty: fc.constantFrom(0, 0.2),
    batchSize: fc.integer({ min: 1, max: 6 }),
    seed: fc.integer(),
  });
  const coordinate = fc.integer({ min: -1000, max: 1000 }).map(thousandths => thousandths / 1000);
  const samples = fc.integer({ min: 1, max: 3 }).chain(width => {
    const row = fc.array(coordinate, { minLength: width, maxLength: width });
    return fc.array(fc.record({ row, y: coordinate, label: fc.integer({ min: 0, max: 2 }) }), {
      minLength: 1,
      maxLength: 7,
    });
  });
  const property = fc.property(network, samples, fc.boolean(), (options, drawn, isClassifier) => {
    const [settings, rows] = [{ ...few, ...options }, drawn.map(({ row }) => row)];
    if (isClassifier) {
      const make = (epochs: number) => new MLPClassifier({ ...settings, epochs, classes: 3 });
      takesSteps(
        make,
        rows,
        drawn.map(({ label }) => label),
        options.batchSize,
      );
    } else {
      takesSteps(
        epochs => new MLPRegressor({ ...settings, epochs }),
        rows,
        drawn.map(({ y }) => y),
        options.batchSize,
      );
    }
  });
  // Each run makes four tapes.
  fc.assert(property, { numRuns: Math.ceil(numRuns / 20) });
});

test("the same seed gives the same model to the last bit, another one another", () => {
  const fit = (seed: number) => new MLPRegressor({ ...few, shuffle: true, seed }).fit(X, y);
  assert.equal(fit(3).parameters, fit(3).parameters);
  assert.equal(fit(3).history, fit(3).history);
  assert.not.equal(fit(3).parameters, fit(4).parameters);
});

test("a second fit begins anew", () => {
  const model = new MLPRegressor(few);
  const first = model.fit(X, y).parameters;
  model.fit([[1], [2]], [0, 1]);
  assert.equal(model.fit(X, y).parameters, first);
});

test("without shuffling, epochs take the samples in their order", () => {
  const inOrder = new LinearRegression({ ...few, batchSize: 1 }).fit(X, y);
  assert.not.equal(
    new LinearRegression({ ...few, batchSize: 1, shuffle: true }).fit(X, y).parameters,
    inOrder.parameters,
  );
});

test("a batch of all samples takes one step an epoch, whatever their order", () => {
  const fit = (shuffle: boolean) => new LinearRegression({ ...few, batchSize: "all", shuffle }).fit(X, y).predict(X);
  // The sums are taken in another order.
  for (const [i, value] of fit(true).entries()) assert.ok(Math.abs(value - (fit(false)[i] ?? 0)) < 1e-14);
});

test("there is a report after every so many epochs and after the last, and the history keeps them", () => {
  const reports: Report[] = [];
  const model = new LinearRegression({ ...few, epochs: 7, reportEvery: 3, onReport: report => reports.push(report) });
  model.fit(X, y);
  assert.equal(
    reports.map(({ epoch }) => epoch),
    [3, 6, 7],
  );
  assert.equal(model.history, reports);
});

test("samples and targets may be flat arrays, and any kind of list", () => {
  const flat = { shape: [5, 2], data: Float64Array.from(X.flat()) };
  const model = new LinearRegression(few).fit(X, y);
  assert.equal(new LinearRegression(few).fit(flat, Float64Array.from(y)).parameters, model.parameters);
  assert.equal(model.predict(flat), model.predict(X));
});

test("what cannot be learnt from is said", () => {
  const model = new LinearRegression(few);
  throws(() => model.predict(X), "not-fitted", "fit");
  throws(() => model.parameters, "not-fitted");
  throws(() => model.history, "not-fitted");
  throws(() => model.fit(X, [1, 2]), "bad-value", "5 samples", "2 numbers");
  throws(() => model.fit([], []), "bad-value", "X");
  throws(() => model.fit([1, 2], [1, 2]), "bad-value", "features", "[2]");
  throws(() => model.fit([[1], [2, 3]], [1, 2]), "bad-value", "ragged");
  throws(
    () =>
      model.fit(
        [
          [1, 0],
          [2, Number.NaN],
        ],
        [1, 2],
      ),
    "bad-value",
    "feature 1 of sample 1",
    "NaN",
  );
  throws(() => model.fit(X, [1, 2, Number.POSITIVE_INFINITY, 0, 0]), "bad-value", "sample 2", "Infinity");
  model.fit(X, y);
  throws(() => model.predict([[1, 2, 3]]), "bad-value", "2 features", "3");
  throws(() => model.score(X, [1]), "bad-value", "5 samples");
  throws(() => model.compute("predicton", X), "unbound-variable", "prediction");
  throws(() => model.compute("loss", X), "unbound-variable", "y");
});

test("what cannot be an option is said", () => {
  throws(() => new LinearRegression({ epochs: 0 }), "bad-option", "epochs");
  throws(() => new LinearRegression({ batchSize: 1.5 }), "bad-option", "batchSize", "1.5");
  throws(() => new LinearRegression({ stepSize: Number.NaN }), "bad-option", "stepSize");
  throws(() => new LinearRegression({ seed: 0.5 }), "bad-option", "seed");
  throws(() => new RidgeRegression({ penalty: -1 }), "bad-option", "penalty", "-1");
  throws(() => new MLPRegressor({ hiddenLayers: [0] }), "bad-option", "hidden layer");
  throws(() => new MLPRegressor(JSON.parse(`{ "hiddenLayers": 10 }`)), "bad-option", "[10]", "10");
  throws(() => new MLPRegressor({ hiddenLayers: [3, 2], activation: ["tanh"] }), "bad-option", "2");
  throws(() => new MLPRegressor({ activation: "sigmod" }), "unknown-function", "sigmoid");
});

test("steps that are too large end in an error, not in a model of NaN", () => {
  const model = new LinearRegression({ ...few, stepSize: 1e3, epochs: 500 });
  throws(() => model.fit(X, y), "not-finite", "epoch", "stepSize");
  throws(() => model.predict(X), "not-fitted");
});

test.run();

/** The second epoch of a fit beside the formulas, evaluated for one batch after another from where the first one ended. */
function takesSteps(
  make: (epochs: number) => Estimator,
  samples: readonly (readonly number[])[],
  target: readonly number[],
  batchSize: number,
): void {
  const before = make(1).fit(samples, target);
  const after = make(2).fit(samples, target);
  const reading = after instanceof MLPClassifier ? "label" : "y";
  let parameters: ReadonlyMap<string, Value> = before.parameters;
  let objective = 0;
  for (let start = 0; start < samples.length; start += batchSize) {
    const rows = samples.slice(start, start + batchSize);
    const data = [
      ["x", rows],
      [reading, target.slice(start, start + batchSize)],
    ] as const;
    const values = new Map<string, Value>([...data, ...parameters]);
    const computed = evaluateDefinitions([...after.definitions, ...after.gradients], values);
    objective += (rows.length / samples.length) * Number(computed.get("objective"));
    parameters = updated(after, new Map([...values, ...computed]));
  }
  // Numbers of about 1, after a hundred operations in another order.
  for (const [name, { data }] of after.parameters)
    for (const [i, value] of Array.from(data).entries()) near(value, elements(parameters.get(name))[i], 1e-12, name);
  near(after.history.at(-1)?.objective, objective, 1e-12, "objective");
}

function near(found: number | undefined, wanted: number | undefined, tolerance: number, what: string): void {
  const isNear = found !== undefined && wanted !== undefined && Math.abs(found - wanted) <= tolerance;
  assert.ok(isNear, `${what}: ${found} is not ${wanted}`);
}

function updated(model: Estimator, values: ReadonlyMap<string, Value>): ReadonlyMap<string, Value> {
  return new Map(
    Object.entries(model.updates).map(([reading, next]) => {
      const [, name = "", axes = ""] = /^(\w+)(?:\[(.*)\])?$/.exec(reading) ?? [];
      return [name, evaluateArray(next, values, axes === "" ? [] : axes.split(","))];
    }),
  );
}

const elements = (value: Value | undefined): readonly number[] =>
  typeof value === "number" ? [value] : Array.from((value as FlatArray).data);
