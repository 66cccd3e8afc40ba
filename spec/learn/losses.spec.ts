/** Losses are the formulas of the textbook; they are right where doubles would overflow, and so are their gradients. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { agree } from "../../lib/check/index.ts";
import { define, differentiate, div, evaluate, gradient, mean, parse, variable } from "../../lib/index.ts";
import { bernoulliLoss, categoricalLoss, l2Penalty, squaredError } from "../../lib/learn/losses.ts";
import { mlp } from "../../lib/learn/network.ts";
import { gradientAgrees, numbers } from "../support/gradient-agrees.ts";
import { throws } from "../support/throws.ts";

const z = variable("z", "n", "c");

test("the squared error has no factor", () => {
  assert.is(squaredError(parse("p[n]"), parse("y[n]")), parse("(p[n] - y[n])^2"));
});

test("the Bernoulli loss of a probability has the derivative (g - y) / (g * (1 - g))", () => {
  const loss = bernoulliLoss(parse("g"), parse("y"), { from: "probabilities", clip: 0 });
  assert.is(loss, parse("-(y * log(g) + (1 - y) * log(1 - g))"));
  const textbook = parse("(g - y) / (g * (1 - g))");
  // Between 0 and 1 only, where the loss has a value.
  for (const g of [0.001, 0.25, 0.5, 0.9])
    for (const y of [0, 0.3, 1]) {
      const [found, wanted] = [evaluate(differentiate(loss, "g"), { g, y }), evaluate(textbook, { g, y })];
      // Two ways to round a handful of operations.
      assert.ok(Math.abs(found - wanted) <= 1e-13 * (1 + Math.abs(wanted)), `${found} is not ${wanted}`);
    }
});

test("a probability of 0 or 1 that is wrong costs what one at 1e-15 does, and has no slope", () => {
  const loss = bernoulliLoss(parse("g"), parse("y"), { from: "probabilities" });
  for (const [g, y] of [
    [0, 1],
    [1, 0],
  ] as const) {
    const found = evaluate(loss, { g, y });
    // 1 - 1e-15 is rounded to a multiple of 1.1e-16: a tenth of the margin.
    assert.ok(Math.abs(found + Math.log(1e-15)) < 0.2, String(found));
    assert.is(evaluate(differentiate(loss, "g"), { g, y }), 0);
  }
  for (const g of [1e-14, 0.3, 0.999])
    for (const y of [0, 0.3, 1]) {
      const bare = bernoulliLoss(g, y, { from: "probabilities", clip: 0 });
      assert.is(evaluate(loss, { g, y }), evaluate(bare));
    }
});

test("that of a logit is the same loss of its sigmoid, and does not overflow", () => {
  const [y, x] = [variable("y"), variable("z")];
  const ofProbability = bernoulliLoss(parse("sigmoid(z)"), y, { from: "probabilities", clip: 0 });
  assert.is(agree(bernoulliLoss(x, y), ofProbability), undefined);
  assert.is(evaluate(bernoulliLoss(x, y), { z: 1000, y: 0 }), 1000);
  assert.is(evaluate(bernoulliLoss(x, y), { z: -1000, y: 0 }), 0);
});

test("the categorical loss of labels reads the score of the label", () => {
  const loss = categoricalLoss(z, "c", { labels: "label[n]" });
  assert.is(loss, parse("logsumexp(c, z[n,c]) - z[n,label[n]]"));
  assert.is(evaluate(loss, { z: [[1000, 0, 0]], label: [1], n: 0 }), 1000);
});

test("that of probabilities is the cross-entropy, and that of a label where they are certain", () => {
  const soft = categoricalLoss(define("z[n,c]", z), "c", { targets: variable("T", "n", "c") });
  const scores = [[0.3, -1.2, 2]];
  const softmax =
    scores[0]?.map(s => Math.exp(s) / scores.flat().reduce((total, each) => total + Math.exp(each), 0)) ?? [];
  const targets = [0.2, 0.5, 0.3];
  const wanted = -targets.reduce((total, t, c) => total + t * Math.log(softmax[c] ?? 0), 0);
  // A few roundings of numbers of about 1.
  assert.ok(Math.abs(evaluate(soft, { z: scores, T: [targets], n: 0 }) - wanted) < 1e-14);
  const hard = categoricalLoss(z, "c", { labels: "label[n]" });
  assert.is(
    evaluate(soft, { z: scores, T: [[0, 1, 0]], n: 0 }).toFixed(12),
    evaluate(hard, { z: scores, label: [1], n: 0 }).toFixed(12),
  );
});

test("its gradient by the scores is softmax less target", () => {
  const loss = mean("n", categoricalLoss(z, "c", { targets: variable("T", "n", "c") }));
  const textbook = parse("(exp(z[n,c]) / sum(c, exp(z[n,c])) * sum(c, T[n,c]) - T[n,c]) / extent(n)");
  const values = {
    z: [
      [0.1, 0.7, -0.4],
      [1, 2, 3],
    ],
    T: [
      [0, 1, 0],
      [0.5, 0.25, 0.25],
    ],
    n: 1,
    c: 2,
  };
  assert.is(evaluate(gradient(loss, ["z[n,c]"]).z, values).toFixed(12), evaluate(textbook, values).toFixed(12));
});

test("the L2 penalty sums the squares of all elements", () => {
  assert.is(
    l2Penalty(0.1, ["W1[j,k]", "w2[k]", "b"]),
    parse("0.1 * (sum(j, sum(k, W1[j,k]^2)) + sum(k, w2[k]^2) + b^2)"),
  );
});

test("losses of samples become their mean or their sum, over all indices at once", () => {
  const [p, y] = [variable("p", "n", "c"), variable("y", "n", "c")];
  const total = parse("sum(c, sum(n, (p[n,c] - y[n,c])^2))");
  assert.is(squaredError(p, y, { reduction: "sum" }), total);
  assert.is(squaredError(p, y, { reduction: "mean" }), div(total, parse("extent(c) * extent(n)")));
  assert.is(squaredError(parse("p"), 1, { reduction: "mean" }), parse("(p - 1)^2"));
  const labels = { labels: "label[n]" } as const;
  assert.is(categoricalLoss(z, "c", { ...labels, reduction: "mean" }), mean("n", categoricalLoss(z, "c", labels)));
  assert.is(
    bernoulliLoss(parse("z[n]"), parse("y[n]"), { reduction: "sum" }),
    parse("sum(n, softplus(z[n]) - y[n] * z[n])"),
  );
});

test("the gradient of each is that of finite differences", () => {
  const scores = { z: numbers(1, 4, 3), label: [0, 2, 1, 1] };
  const soft = { shape: [4, 3], data: Array.from(numbers(2, 4, 3).data, Math.abs) };
  for (const reduction of ["mean", "sum"] as const) {
    gradientAgrees(squaredError(parse("p[n]"), parse("y[n]"), { reduction }), { p: numbers(1, 4), y: numbers(2, 4) });
    gradientAgrees(categoricalLoss(z, "c", { labels: "label[n]", reduction }), scores, { variables: ["z"] });
    const targets = variable("T", "n", "c");
    gradientAgrees(categoricalLoss(z, "c", { targets, reduction }), { z: scores.z, T: soft });
    for (const from of ["logits", "probabilities"] as const) {
      const g = from === "logits" ? numbers(3, 4) : [0.1, 0.4, 0.6, 0.93];
      gradientAgrees(bernoulliLoss(parse("g[n]"), parse("y[n]"), { from, reduction }), { g, y: [0, 1, 1, 0.3] });
    }
  }
  gradientAgrees(l2Penalty(0.1, ["W1[j,k]", "w2[k]"]), { W1: numbers(1, 2, 3), w2: numbers(2, 3) });
});

test("the L2 penalty of a network spares its biases", () => {
  assert.is(l2Penalty(0.1, mlp({ layers: [4, 3, 1] })), l2Penalty(0.1, ["W1[j,k]", "w2[k]"]));
});

test("what does not fit is said", () => {
  throws(() => categoricalLoss(z, "k", { labels: "label[n]" }), "bad-index", "k");
  throws(() => categoricalLoss(z, "c", { targets: variable("T", "n") }), "bad-index", "c");
  const options = JSON.parse('{ "from": "scores" }');
  throws(() => bernoulliLoss(0, 1, options), "bad-option", "logits", "scores");
  throws(() => squaredError(0, 1, JSON.parse('{ "reduction": "median" }')), "bad-option", "mean", "reduction");
  throws(() => l2Penalty(0.1, JSON.parse('"W1[j,k]"')), "bad-option", "list");
  throws(() => bernoulliLoss(0.5, 1, { from: "probabilities", clip: -1 }), "bad-option", "clip", "-1");
});

test.run();
