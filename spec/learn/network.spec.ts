/** A multilayer perceptron is a list of definitions, one a layer. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { parseDefinitions } from "../../lib/index.ts";
import { mlp } from "../../lib/learn/network.ts";
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

test("what does not fit is said", () => {
  throws(() => mlp({ layers: [4] }), "bad-option", "two sizes");
  throws(() => mlp({ layers: [4, 0, 1] }), "bad-option", "positive integer", "0");
  throws(() => mlp({ layers: [4, 2, 1], activations: ["tanh"] }), "bad-option", "2 layers", "1");
  throws(() => mlp({ layers: [4, 2, 1], activations: "sigmod" }), "unknown-function", "sigmoid");
});

test.run();
