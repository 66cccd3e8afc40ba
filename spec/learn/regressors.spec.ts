/** Fitted to the end, linear models are those of least squares; their score is the coefficient of determination. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { LinearRegression, MLPRegressor, RidgeRegression } from "../../lib/learn/index.ts";

const X = [
  [0.5, 1],
  [1.5, -1],
  [-0.5, 0.5],
  [0, -0.5],
  [1, 0.25],
  [-1, -0.75],
  [0.75, 0.1],
];
const y = [1, 2, -0.5, 0.3, 1.7, -2, 0.4];
const toTheEnd = { batchSize: "all", stepSize: 0.3, epochs: 2000 } as const;

test("linear regression to convergence is least squares", () => {
  const { parameters } = new LinearRegression(toTheEnd).fit(X, y);
  near(solved(0), [...elements(parameters, "w"), ...elements(parameters, "b")], 1e-10);
});

test("ridge regression to convergence solves the penalised normal equations", () => {
  const { parameters } = new RidgeRegression({ ...toTheEnd, penalty: 0.2 }).fit(X, y);
  near(solved(0.2), [...elements(parameters, "w"), ...elements(parameters, "b")], 1e-10);
});

test("there the gradient is nothing", () => {
  const model = new RidgeRegression({ ...toTheEnd, penalty: 0.2 }).fit(X, y);
  for (const name of ["dw", "db"])
    near(
      [...model.compute(name, X, y).data],
      model.compute(name, X, y).data.map(() => 0),
      1e-12,
    );
});

test("ridge regression without a penalty is linear regression", () => {
  const settings = { epochs: 5, stepSize: 0.1 };
  assert.equal(
    new RidgeRegression({ ...settings, penalty: 0 }).fit(X, y).predict(X),
    new LinearRegression(settings).fit(X, y).predict(X),
  );
});

test("the score is 1 less the share of the variance that is left", () => {
  const model = new LinearRegression({ epochs: 20 }).fit(X, y);
  const mean = y.reduce((total, each) => total + each, 0) / y.length;
  const left = y.reduce((total, each, i) => total + (each - (model.predict(X)[i] ?? 0)) ** 2, 0);
  const all = y.reduce((total, each) => total + (each - mean) ** 2, 0);
  assert.ok(Math.abs(model.score(X, y) - (1 - left / all)) < 1e-14);
});

test("of targets that are all equal it is 1 if they are met, else 0", () => {
  const model = new LinearRegression({ epochs: 1, stepSize: 0, initialScale: 0 }).fit(X, y);
  assert.is(
    model.score(
      X,
      y.map(() => 0),
    ),
    1,
  );
  assert.is(
    model.score(
      X,
      y.map(() => 3),
    ),
    0,
  );
});

test("a perceptron learns what no line fits", () => {
  const wave = Array.from({ length: 41 }, (_, i) => i / 20 - 1);
  const heights = wave.map(x => Math.sin(3 * x));
  const samples = wave.map(x => [x]);
  const settings = { stepSize: 0.05, epochs: 300, initialScale: 0.5 };
  for (const activation of ["tanh", "relu", "sigmoid"]) {
    const score = new MLPRegressor({ ...settings, hiddenLayers: [16], activation })
      .fit(samples, heights)
      .score(samples, heights);
    assert.ok(score > (activation === "sigmoid" ? 0.9 : 0.97), `${activation}: ${score}`);
  }
  assert.ok(new LinearRegression(settings).fit(samples, heights).score(samples, heights) < 0.75);
});

test.run();

// Gauss's elimination on the normal equations of weights and bias; the penalty is on the mean, and not on the bias.
function solved(penalty: number): readonly number[] {
  const rows = X.map(row => [...row, 1]);
  const dot = (a: readonly number[], b: readonly number[]): number =>
    a.reduce((total, each, i) => total + each * (b[i] ?? 0), 0);
  const column = (i: number): readonly number[] => rows.map(row => row[i] ?? 0);
  const size = 3;
  const matrix = Array.from({ length: size }, (_, i) => [
    ...Array.from(
      { length: size },
      (_, j) => dot(column(i), column(j)) / X.length + (i === j && i < size - 1 ? penalty : 0),
    ),
    dot(column(i), y) / X.length,
  ]);
  for (const [i, pivot] of matrix.entries()) {
    for (const [k, row] of matrix.entries()) {
      const factor = k === i ? 0 : (row[i] ?? 0) / (pivot[i] ?? 1);
      for (const [j, value] of pivot.entries()) row[j] = (row[j] ?? 0) - factor * value;
    }
  }
  return matrix.map((row, i) => (row[size] ?? 0) / (row[i] ?? 1));
}

const elements = (parameters: LinearRegression["parameters"], name: string): readonly number[] =>
  Array.from(parameters.get(name)?.data ?? []);

function near(found: readonly number[], wanted: ArrayLike<number>, tolerance: number): void {
  assert.is(found.length, wanted.length);
  for (const [i, value] of found.entries())
    assert.ok(Math.abs(value - (wanted[i] ?? 0)) < tolerance, `${value} is not ${wanted[i]}`);
}
