/** Layers are functions from expression to expression, in the indices that their arrays are read with. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { define, evaluateArray, mul, parse, variable } from "../../lib/index.ts";
import { activation, linear, softmax } from "../../lib/learn/layers.ts";
import { gradientAgrees, numbers } from "../support/gradient-agrees.ts";
import { throws } from "../support/throws.ts";

const x = variable("x", "n", "j");
const arrays = { weights: "W1[j,k]", bias: "b1[k]" };

test("a linear layer sums over the index that its weights share with its input", () => {
  assert.is(linear(x, arrays), parse("sum(j, x[n,j] * W1[j,k]) + b1[k]"));
  assert.is(linear(x, { weights: "w[j]", bias: "b" }), parse("sum(j, x[n,j] * w[j]) + b"));
  assert.is(linear(x, { weights: "W[k,j]" }), parse("sum(j, x[n,j] * W[k,j])"));
});

test("over all of them, where there are several", () => {
  const image = variable("x", "n", "r", "s");
  assert.is(linear(image, { weights: "W[r,s,k]" }), parse("sum(r, sum(s, x[n,r,s] * W[r,s,k]))"));
});

test("a layer of a definition reads it under its axes", () => {
  const h = define("h[n,k]", activation(linear(x, arrays), "tanh"));
  assert.is(linear(h, { weights: "w2[k]", bias: "b2" }), parse("sum(k, h[n,k] * w2[k]) + b2"));
});

test("an activation is any function of one argument, by name, or one's own", () => {
  for (const name of ["tanh", "relu", "sigmoid", "softplus", "erf"]) {
    assert.is(activation(x, name), parse(`${name}(x[n,j])`));
  }
  assert.is(activation(x, "identity"), x);
  assert.is(
    activation(x, z => mul(z, z)),
    parse("x[n,j] * x[n,j]"),
  );
});

test("a softmax gives probabilities, whatever the size of the scores", () => {
  const { data } = evaluateArray(
    softmax(variable("z", "n", "c"), "c"),
    {
      z: [
        [1e4, 1e4, 0],
        [0, -1e300, 0],
      ],
    },
    ["n", "c"],
  );
  // Of the scores' size, 1e4, times the roundings of a logarithm and a difference.
  for (const [i, wanted] of [0.5, 0.5, 0, 0.5, 0, 0.5].entries()) assert.ok(Math.abs((data[i] ?? 0) - wanted) < 4e-12);
});

test("the gradient of each is that of finite differences", () => {
  const values = { x: numbers(1, 3, 4), W1: numbers(2, 4, 2), b1: numbers(3, 2) };
  gradientAgrees(linear(x, arrays), values);
  for (const kind of ["identity", "relu", "tanh", "sigmoid", "softplus"]) {
    gradientAgrees(activation(linear(x, arrays), kind), values);
  }
  gradientAgrees(softmax(linear(x, arrays), "k"), values);
});

test("what does not fit is said", () => {
  throws(() => linear(x, { weights: "W[i,k]" }), "bad-index", "W[i,k]", "j, n");
  throws(() => linear(x, { weights: "W[j,k]", bias: "b[m]" }), "bad-index", "b[m]", "k, n");
  throws(() => softmax(x, "c"), "bad-index", "c");
  throws(() => activation(x, "tanhh"), "unknown-function", "tanhh", "tanh");
  throws(() => activation(x, "atan2"), "unknown-function", "one argument");
  throws(() => activation(x, "constructor"), "unknown-function", "constructor");
});

test("names are only names", () => {
  assert.is(
    String(linear(variable("constructor", "n", "j"), { weights: "__proto__[j]", bias: "class" })),
    "sum(j, constructor[n,j] * __proto__[j]) + class",
  );
});

test.run();
