/** Losses are the formulas of the textbook; they are right where doubles would overflow, and so are their gradients. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { agree } from "../../lib/check/index.ts";
import { define, differentiate, evaluate, gradient, mean, parse, variable } from "../../lib/index.ts";
import { bernoulliLoss, categoricalLoss, l2Penalty, squaredError } from "../../lib/learn/losses.ts";
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

test("what does not fit is said", () => {
  throws(() => categoricalLoss(z, "k", { labels: "label[n]" }), "bad-index", "k");
  throws(() => categoricalLoss(z, "c", { targets: variable("T", "n") }), "bad-index", "c");
  const options = JSON.parse('{ "from": "scores" }');
  throws(() => bernoulliLoss(0, 1, options), "bad-option", "logits", "scores");
});

test.run();
