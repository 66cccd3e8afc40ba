/** The nodes and models of a course on computation graphs, each gradient against finite differences. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { checkGradient } from "../../lib/check/index.ts";
import { uniform } from "../../lib/check/points.ts";
import type { Definitions } from "../../lib/expression/definition.ts";
import { sizeOf } from "../../lib/expression/values.ts";
import { parse, parseDefinitions } from "../../lib/syntax/parse.ts";

// The bound that the course asks for; extrapolated differences are good to about 1e-10 of an entry.
const bound = 1e-5;

const random = uniform(7);
const array = (...shape: number[]): { shape: number[]; data: number[] } => ({
  shape,
  data: Array.from({ length: sizeOf(shape) }, () => 2 * random() - 1),
});

/** A node by itself, contracted with a random adjoint. */
const node = (name: string, text: string, values: Parameters<typeof checkGradient>[1], ...by: string[]): void =>
  test(`${name}: ${text}`, () => {
    const check = checkGradient(parse(text), values, { name, variables: by });
    console.log(String(check));
    assert.is(check.lines.length, by.length);
    for (const [i, line] of check.lines.entries())
      assert.match(line, new RegExp(`^\\(Node ${name}\\) Max rel error for partial deriv w\\.r\\.t\\. ${by[i]} is `));
    assert.ok(check.partials.every(({ verdict }) => verdict === "agrees"));
    assert.ok(check.maxError < bound, String(check));
  });

node("l2 norm node", "lambda * sum(i, w[i]^2)", { lambda: 10, w: array(5) }, "w");
node("sum node", "a[i] + b[i]", { a: array(5), b: array(5) }, "a", "b");
node("affine", "sum(j, W[i,j] * x[j]) + b[i]", { W: array(4, 3), x: array(3), b: array(4) }, "W", "x", "b");
node("tanh", "tanh(a[i])", { a: array(6) }, "a");
node("softmax", "exp(z[k]) / sum(l, exp(z[l]))", { z: array(5) }, "z");
node("softmax", "exp(z[k] - logsumexp(l, z[l]))", { z: array(5) }, "z");
node("nll", "-log(p[y])", { p: [0.2, 0.5, 0.3], y: 1 }, "p");
node("nll", "-sum(k, t[k] * log(p[k]))", { p: [0.2, 0.5, 0.3], t: [0, 1, 0] }, "p");

/** A whole model: each parameter, each input, each node by itself and as a part of the whole. */
const model = (name: string, definitions: Definitions, values: Parameters<typeof checkGradient>[1]): void =>
  test(name, () => {
    const check = checkGradient(definitions, values);
    console.log(String(check));
    assert.ok(check.checks.every(({ partials }) => partials.every(({ verdict }) => verdict === "agrees")));
    assert.ok(check.maxError < bound, String(check));
    for (const { name } of definitions.slice(0, -1))
      assert.match(String(check), `(Node ${name}) Max rel error for partial deriv of objective is `);
    for (const name of Object.keys(values)) {
      if (name !== "label") assert.match(String(check), `(Parameter ${name}) Max rel error for partial deriv `);
    }
  });

model(
  "ridge regression",
  parseDefinitions(`
    prediction = sum(j, w[j] * x[j]) + b
    loss = (prediction - y)^2
    penalty = lambda * sum(j, w[j]^2)
    objective = loss + penalty`),
  { w: array(5), b: 0.3, x: array(5), y: 1.2, lambda: 1 },
);

model(
  "regression by a network",
  parseDefinitions(`
    a[i] = sum(j, W1[i,j] * x[j]) + b1[i]
    h[i] = tanh(a[i])
    prediction = sum(i, w2[i] * h[i]) + b2
    objective = (prediction - y)^2`),
  { W1: array(4, 3), b1: array(4), w2: array(4), b2: 0.1, x: array(3), y: -0.7 },
);

model(
  "classification by a network",
  parseDefinitions(`
    a[n,i] = sum(j, W1[i,j] * x[n,j]) + b1[i]
    h[n,i] = tanh(a[n,i])
    z[n,k] = sum(i, W2[k,i] * h[n,i]) + b2[k]
    p[n,k] = exp(z[n,k]) / sum(l, exp(z[n,l]))
    objective = -mean(n, log(p[n,label[n]]))`),
  {
    ...{ W1: array(3, 2), b1: array(3), W2: array(3, 3), b2: array(3), x: array(3, 2) },
    label: Int32Array.of(0, 2, 1),
  },
);

test.run();
