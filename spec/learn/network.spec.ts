/** A multilayer perceptron is a list of definitions, one a layer. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { checkGradient } from "../../lib/check/index.ts";
import { readingOf } from "../../lib/expression/indices.ts";
import { arrayOf, shapeOf, sizeOf } from "../../lib/expression/values.ts";
import {
  createProgram,
  type Definition,
  define,
  defineFunction,
  type Expr,
  evaluate,
  evaluateDefinitions,
  inline,
  mul,
  parseDefinitions,
  relu,
  schedule,
  sigmoid,
  sub,
  tanh,
  type Value,
  variable,
} from "../../lib/index.ts";
import {
  adam,
  categoricalLoss,
  initialArrays,
  mlp,
  type Network,
  normal,
  randomStream,
  trainingStep,
} from "../../lib/learn/index.ts";
import { compiledRun, gradientAgrees, numbers } from "../support/gradient-agrees.ts";
import { backends, near } from "../support/program.ts";
import { throws } from "../support/throws.ts";

test("one hidden layer and one output", () => {
  const { definitions, parameters, weights, extents } = mlp({ layers: [784, 200, 1], activations: "relu" });
  const written = `
    a1[n,k] = sum(j, x[n,j] * W1[j,k]) + b1[k]
    h1[n,k] = relu(a1[n,k])
    z[n] = sum(k, h1[n,k] * w2[k]) + b2`;
  assert.equal(definitions, parseDefinitions(written));
  assert.equal(parameters, ["W1[j,k]", "b1[k]", "w2[k]", "b2"]);
  assert.equal(weights, ["W1[j,k]", "w2[k]"]);
  assert.equal(Object.fromEntries(extents), { j: 784, k: 200 });
});

test("two hidden layers, several outputs, an activation for each layer", () => {
  const { definitions, extents } = mlp({ layers: [4, 3, 2, 5], activations: ["tanh", "identity", "sigmoid"] });
  const written = `
    a1[n,k1] = sum(j, x[n,j] * W1[j,k1]) + b1[k1]
    h1[n,k1] = tanh(a1[n,k1])
    h2[n,k2] = sum(k1, h1[n,k1] * W2[k1,k2]) + b2[k2]
    a3[n,c] = sum(k2, h2[n,k2] * W3[k2,c]) + b3[c]
    z[n,c] = sigmoid(a3[n,c])`;
  assert.equal(definitions, parseDefinitions(written));
  assert.equal(Object.fromEntries(extents), { j: 4, k1: 3, k2: 2, c: 5 });
});

test("without a hidden layer it is linear", () => {
  assert.equal(mlp({ layers: [4, 3] }).definitions, parseDefinitions("z[n,c] = sum(j, x[n,j] * W1[j,c]) + b1[c]"));
});

const extras = { batchNorm: true, dropout: { keep: 0.8 } };

test("hidden layers may normalise and drop; evaluation does neither by the batch", () => {
  const { definitions, evaluation, ...rest } = mlp({ layers: [4, 3, 2], activations: "relu", ...extras });
  const written = `
    a1[n,k] = sum(j, x[n,j] * W1[j,k])
    mean1[k] = sum(n, a1[n,k]) / extent(n)
    variance1[k] = sum(n, (a1[n,k] - mean1[k])^2) / extent(n)
    norm1[n,k] = g1[k] * ((a1[n,k] - mean1[k]) / sqrt(variance1[k] + 1e-5)) + b1[k]
    h1[n,k] = relu(norm1[n,k])
    drop1[n,k] = h1[n,k] * mask1[n,k] / 0.8
    z[n,c] = sum(k, drop1[n,k] * W2[k,c]) + b2[c]`;
  assert.equal(definitions, parseDefinitions(written));
  const evaluated = `
    a1[n,k] = sum(j, x[n,j] * W1[j,k])
    norm1[n,k] = g1[k] * ((a1[n,k] - runningMean1[k]) / sqrt(runningVariance1[k] + 1e-5)) + b1[k]
    h1[n,k] = relu(norm1[n,k])
    drop1[n,k] = h1[n,k]
    z[n,c] = sum(k, drop1[n,k] * W2[k,c]) + b2[c]`;
  assert.equal(evaluation, parseDefinitions(evaluated));
  assert.equal(rest.parameters, ["W1[j,k]", "g1[k]", "b1[k]", "W2[k,c]", "b2[c]"]);
  assert.equal(rest.weights, ["W1[j,k]", "W2[k,c]"]);
  assert.equal(rest.ones, ["g1[k]", "runningVariance1[k]"]);
  assert.equal(rest.masks, [{ name: "mask1", reading: "mask1[n,k]", keep: 0.8 }]);
  assert.equal(Object.keys(rest.updates), ["runningMean1[k]", "runningVariance1[k]"]);
});

test("each hidden layer has its own; a layer without activation is normalised as what it is called", () => {
  const { definitions } = mlp({ layers: [4, 3, 2, 1], activations: ["identity", "tanh", "sigmoid"], ...extras });
  assert.equal(
    definitions.map(({ name, axes }) => `${name}[${axes}]`),
    [
      ...["a1[n,k1]", "mean1[k1]", "variance1[k1]", "h1[n,k1]", "drop1[n,k1]"],
      ...["a2[n,k2]", "mean2[k2]", "variance2[k2]", "norm2[n,k2]", "h2[n,k2]", "drop2[n,k2]"],
      ...["a3[n]", "z[n]"],
    ],
  );
});

test("without extras, evaluation is training, and a linear classifier has none", () => {
  const network = mlp({ layers: [4, 3, 2] });
  assert.equal(network.evaluation, network.definitions);
  assert.equal(mlp({ layers: [4, 2], ...extras }), mlp({ layers: [4, 2] }));
});

test("weights begin as drawn, gains and running variances as ones, all else as zeros", () => {
  const network = mlp({ layers: [4, 3, 2], ...extras });
  const begin = initialArrays(network, normal(1), randomStream(3));
  assert.equal(
    [...begin].map(([name, { shape }]) => `${name} ${shape}`),
    ["W1 4,3", "g1 3", "b1 3", "W2 3,2", "b2 2", "runningMean1 3", "runningVariance1 3"],
  );
  const random = randomStream(3);
  assert.equal([begin.get("W1")?.data, begin.get("W2")?.data], [normal(1)([4, 3], random), normal(1)([3, 2], random)]);
  for (const name of ["b1", "b2", "runningMean1"])
    assert.ok(Array.from(begin.get(name)?.data ?? [1]).every(x => x === 0));
  for (const name of ["g1", "runningVariance1"])
    assert.ok(Array.from(begin.get(name)?.data ?? [0]).every(x => x === 1));
});

/** A batch for a network of `layers: [3, 4, 2]`, and values for all that it reads. */
const batch = {
  x: numbers(1, 6, 3),
  label: [0, 1, 1, 0, 1, 0],
  mask1: { shape: [6, 4], data: Array.from({ length: 24 }, (_, i) => Number(i % 5 !== 2)) },
  W1: numbers(2, 3, 4),
  g1: numbers(3, 4),
  b1: numbers(4, 4),
  W2: numbers(5, 4, 2),
  b2: numbers(6, 2),
  runningMean1: numbers(7, 4),
  runningVariance1: [0.5, 1, 2, 3],
};
const lossOf = (network: Network): Definition =>
  define("loss", categoricalLoss(network.definitions.at(-1) ?? 0, "c", { labels: "label[n]", reduction: "mean" }));

const { runningMean1: _, runningVariance1: __, ...trained } = batch;
const { mask1: ___, ...evaluated } = batch;
const variables = ["x", "W1", "g1", "b1", "W2", "b2"];

test("the gradient of a whole network, and of each part, is that of finite differences", () => {
  const network = mlp({ layers: [3, 4, 2], activations: "tanh", ...extras });
  gradientAgrees([...network.definitions, lossOf(network)], trained, { variables, run: compiledRun() });
});

test("so it is in evaluation", () => {
  const network = mlp({ layers: [3, 4, 2], activations: "sigmoid", ...extras });
  gradientAgrees([...network.evaluation, lossOf(network)], evaluated, { variables, run: compiledRun() });
});

test("and a wrong derivative of the activation is found", () => {
  for (const [right, wrong] of [
    [tanh, (_: Expr, y: Expr) => sub(1, y)],
    [sigmoid, (_: Expr, y: Expr) => mul(y, y)],
    [relu, (_: Expr, y: Expr) => y],
  ] as const) {
    const planted = defineFunction({
      name: "planted",
      arity: 1,
      evaluate: x => evaluate(right(variable("x")), { x }),
      derivatives: [wrong],
    });
    const network = mlp({ layers: [3, 4, 2], activations: x => planted(x) });
    const check = checkGradient(inline([...network.definitions, lossOf(network)]), batch, {
      variables: ["W1"],
      run: compiledRun(),
    });
    assert.is(check.agrees, false, `${String(right(0))}\n${check}`);
  }
});

for (const backend of backends)
  test(`a whole step, with Adam and running statistics, is one tape that computes its formulas, by ${backend}`, () => {
    const network = mlp({ layers: [3, 4, 2], activations: "relu", ...extras });
    const formulas = trainingStep([...network.definitions, lossOf(network)], network, adam(0.1, { decay: 0.01 }));
    const list = [...formulas.forward, ...formulas.backward];
    const { updates } = formulas;
    const state = new Map<string, Value>([...Object.entries(batch), ["t", 0]]);
    for (const text of network.parameters) {
      const { name } = readingOf(text);
      for (const letter of ["m", "v"]) state.set(`${letter}${name}`, { shape: shapeIn(name), data: zerosLike(name) });
    }
    const shapes = Object.fromEntries([...state.keys()].map(name => [name, shapeOf(state.get(name) ?? 0) ?? []]));
    const program = createProgram(schedule(list, { outputs: ["loss"], updates }), { shapes, backend });
    for (const [name, value] of state) program.input(name).set(dataOf(value));
    for (let i = 0; i < 3; i++) {
      program.run();
      const next = Object.entries(updates).map(([text, e]) => define(text.replace(/^\w+/, "next $&"), e));
      const values = evaluateDefinitions([...list, ...next], state);
      for (const text of Object.keys(updates)) {
        const { name } = readingOf(text);
        const wanted = values.get(`next ${name}`) ?? Number.NaN;
        state.set(name, wanted);
        near(program.input(name), wanted, "f64", name);
      }
    }
  });

test("what does not fit is said", () => {
  throws(() => mlp({ layers: [4] }), "bad-option", "two sizes");
  throws(() => mlp({ layers: [4, 0, 1] }), "bad-option", "positive integer", "0");
  throws(() => mlp({ layers: [4, 2, 1], activations: ["tanh"] }), "bad-option", "2 layers", "1");
  throws(() => mlp({ layers: [4, 2, 1], activations: "sigmod" }), "unknown-function", "sigmoid");
  throws(() => mlp({ layers: [4, 2, 1], dropout: { keep: 0 } }), "bad-option", "keep", "0");
  throws(() => mlp({ layers: [4, 2, 1], dropout: JSON.parse("0.5") }), "bad-option", "keep");
  throws(() => mlp({ layers: [4, 2, 1], batchNorm: JSON.parse('"yes"') }), "bad-option", "batchNorm");
  throws(() => mlp({ layers: [4, 2, 1], batchNorm: { momentum: 2 } }), "bad-option", "momentum", "2");
  const unknown = { ...mlp({ layers: [4, 1] }), extents: new Map() };
  throws(() => initialArrays(unknown, normal(1), randomStream(1)), "extent", "j", "w1[j]");
});

test.run();

const shapeIn = (name: string): readonly number[] =>
  shapeOf(new Map<string, Value>(Object.entries(batch)).get(name) ?? 0) ?? [];
const zerosLike = (name: string): Float64Array => new Float64Array(sizeOf(shapeIn(name)));
const dataOf = (value: Value): ArrayLike<number> =>
  typeof value === "number" ? [value] : arrayOf(new Map([["value", value]]), "value").data;
