/** The tapes of whole networks with their gradients: what is multiplied how often, and that nothing is done twice. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { networks as drawn } from "../../../demos/networks.ts";
import { gradient } from "../../../lib/calculus/gradient.ts";
import { withGradient } from "../../../lib/calculus/with-gradient.ts";
import type { Definitions } from "../../../lib/expression/definition.ts";
import "../../../lib/print/text.ts";
import { parse, parseDefinitions } from "../../../lib/syntax/parse.ts";
import { costOf } from "../../../lib/tape/cost.ts";
import { schedule } from "../../../lib/tape/schedule.ts";
import type { Tape } from "../../../lib/tape/tape.ts";
import { repeatedWork } from "../../support/repeated-work.ts";

interface Network {
  readonly definitions: Definitions;
  readonly parameters: readonly string[];
}

const network = (text: string, ...parameters: string[]): Network => ({
  definitions: parseDefinitions(text),
  parameters,
});

const normalised = network(
  `
  a[n,k] = sum(j, x[n,j]*W1[j,k])
  mu[k] = mean(n, a[n,k])
  v[k] = mean(n, (a[n,k] - mu[k])^2)
  xh[n,k] = (a[n,k] - mu[k]) / sqrt(v[k] + 0.001)
  h[n,k] = tanh(g[k]*xh[n,k] + be[k])
  z[n,c] = sum(k, h[n,k]*W2[k,c]) + b2[c]
  loss = mean(n, logsumexp(c, z[n,c]) - z[n,label[n]])`,
  "W1[j,k]",
  "g[k]",
  "be[k]",
  "W2[k,c]",
  "b2[c]",
);
const mixture = network(
  `
  L[k,i,j] = delta(i, j) * exp(q[k,i]) + below[i,j] * l[k,slot[i,j]]
  y[n,k,i] = sum(j, L[k,i,j] * (x[n,j] - mu[k,j]))
  t[n,k] = alpha[k] + sum(i, q[k,i]) - sum(i, y[n,k,i]^2) / 2
  loss = sum(n, logsumexp(k, t[n,k])) - extent(n) * logsumexp(k, alpha[k])`,
  "alpha",
  "mu",
  "q",
  "l[k,e]",
);
const all: Readonly<Record<string, Network>> = {
  "a classifier": network(
    `
    h[n,k] = tanh(sum(j, x[n,j]*W[j,k]) + b[k])
    z[n,c] = sum(k, h[n,k]*V[k,c]) + d[c]
    loss = mean(n, logsumexp(c, z[n,c]) - z[n,label[n]]) + 0.01*sum(j, sum(k, W[j,k]^2))`,
    "W[j,k]",
    "b[k]",
    "V[k,c]",
    "d[c]",
  ),
  "a regression": network(
    "p[n] = sum(j, x[n,j]*w[j]) + b\nloss = mean(n, (p[n] - y[n])^2) + rate*sum(j, w[j]^2)",
    "w[j]",
    "b",
  ),
  "two hidden layers of Bernoulli": network(
    `
    h1[n,k] = sigmoid(sum(j, x[n,j]*U[j,k]) + b[k])
    h2[n,l] = sigmoid(sum(k, h1[n,k]*V[k,l]) + c[l])
    o[n] = sum(l, h2[n,l]*w[l])
    loss = mean(n, -y[n]*log(sigmoid(o[n])) - (1 - y[n])*log(1 - sigmoid(o[n])))`,
    "U[j,k]",
    "b[k]",
    "V[k,l]",
    "c[l]",
    "w[l]",
  ),
  "an attention": network(
    `
    s[n,m] = sum(k, Q[n,k]*K[m,k]) / 8
    p[n,m] = exp(s[n,m] - logsumexp(m, s[n,m]))
    o[n,k] = sum(m, p[n,m]*V[m,k])
    loss = sum(n, sum(k, (o[n,k] - y[n,k])^2))`,
    "Q[n,k]",
    "K[m,k]",
    "V[m,k]",
  ),
  "an embedding": network(
    "h[n,k] = tanh(sum(j, E[token[n],j]*W[j,k]))\nloss = mean(n, sum(k, (h[n,k] - y[n,k])^2))",
    "E[i,j]",
    "W[j,k]",
  ),
  "a maximum over each row": network("m[n] = maximum(k, exp(x[n,k]*w[k]))\nloss = sum(n, m[n]^2)", "x[n,k]", "w[k]"),
  "a batch normalisation": normalised,
  "a mixture": mixture,
  ...Object.fromEntries(
    drawn.map(({ name, definitions, parameters }) => [`the demo's ${name}`, { definitions, parameters }]),
  ),
};

function tapeOf({ definitions, parameters }: Network): Tape {
  const backward = gradient(definitions, parameters);
  const wanted = parameters.map(reading => `d${reading.split("[")[0]}`);
  return schedule([...definitions, ...backward], { outputs: ["loss", ...wanted] });
}

for (const [name, each] of Object.entries(all)) {
  test(`${name}: no step repeats another's work`, () => {
    const tape = tapeOf(each);
    assert.equal(repeatedWork(tape), [], `${tape}`);
  });
}

test("work that is repeated is found", () => {
  const again = schedule(parseDefinitions("a[n] = sum(k, x[n,k]*w[k])\nb[m] = sum(j, w[j]*x[m,j])"), {
    simplify: false,
  });
  const [first, ...rest] = again.steps;
  assert.ok(first !== undefined);
  const copied = first.assignments.map(assignment => ({ ...assignment, array: "b" }));
  assert.is(repeatedWork({ ...again, steps: [first, ...rest, { ...first, assignments: copied }] }).length > 0, true);
  const loops = schedule(parseDefinitions("a[n] = exp(x[n])"));
  const more = schedule(parseDefinitions("b[n] = 2*exp(x[n])"));
  assert.is(repeatedWork({ ...loops, steps: [...loops.steps, ...more.steps] }).length, 1);
  assert.equal(repeatedWork(loops), []);
});

test("a network with batch normalisation has the products and sums of a hand-written backward pass", () => {
  const tape = tapeOf(normalised);
  assert.is(tape.steps.filter(({ kind }) => kind === "matrix product").length, 5);
  const [n, j, k, c] = [128, 200, 100, 10];
  // Forward: a, mu, v, z, the sum of the softmax, loss. Backward: db2, dW2, dh, dg, dbe, the sum of what is normalised, dW1.
  const forward = n * j * k + 2 * n * k + n * k * c + n * c + n;
  const backward = n * c + n * k * c + n * k * c + 3 * n * k + n * j * k;
  const { multiplyAdds } = costOf(tape, { n, j, k, c });
  assert.ok(
    Math.abs(multiplyAdds / (forward + backward) - 1) <= 0.05,
    `${multiplyAdds} multiply-adds, by hand ${forward + backward}`,
  );
  // Small layers, where what is no product counts.
  const small = { n: 10, j: 3, k: 4, c: 2 };
  const byHand = 10 * (3 * 4 + 2 * 4 + 4 * 2 + 2 + 1) + 10 * (2 + 4 * 2 + 4 * 2 + 3 * 4 + 3 * 4);
  assert.is(costOf(tape, small).multiplyAdds, byHand);
});

test("the gradient of a mixture costs at most two and a half times its value", () => {
  const extents = { n: 1000, k: 25, i: 10, j: 10, e: 45 };
  const value = costOf(schedule(mixture.definitions, { outputs: ["loss"] }), extents);
  const both = costOf(tapeOf(mixture), extents);
  assert.ok(both.multiplyAdds <= 2.1 * value.multiplyAdds, `${both.multiplyAdds} for ${value.multiplyAdds}`);
  assert.ok(both.operations <= 2 * value.operations, `${both.operations} for ${value.operations}`);
  assert.ok(both.elements <= 1.6 * value.elements, `${both.elements} for ${value.elements}`);
});

test("the loss of the five points over a batch is one loop, with its nine partials", () => {
  const loss = parse("(c + u1*tanh(b1 + w11*x1 + w12*x2) + u2*tanh(b2 + w21*x1 + w22*x2) - y)^2");
  const weights = ["c", "u1", "u2", "b1", "w11", "w12", "b2", "w21", "w22"];
  const tape = schedule(withGradient(loss, weights), { batch: ["x1", "x2", "y"] });
  assert.is(tape.steps.length, 1);
  const [step] = tape.steps;
  assert.ok(step?.kind === "reduction");
  assert.is(step.nest.filter(({ kind }) => kind === "loop").length, 1);
  assert.is(step.assignments.length, 10);
  assert.is(tape.arrays.filter(({ role }) => role === "temporary").length, 0);
  assert.equal(repeatedWork(tape), []);
  // A line for each result, all in one step: only the first is not joined to the one above it.
  const lines = `${tape}`.split("\n");
  assert.is(lines.length, 11);
  assert.is(lines.filter(line => line.startsWith("|")).length, 9);
  assert.is(lines.at(-1), "1 step, 0 matrix products, 10 results, 0 temporary arrays");
});

test.run();
