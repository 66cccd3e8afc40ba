/** The five-point demo learns, says so when it does not, and repeats itself exactly. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  defaults,
  gradients,
  hidden,
  isLearnt,
  loss,
  parameters,
  predict,
  samples,
  train,
} from "../../demos/five-points.ts";
import { lossChart } from "../../demos/support/loss-chart.ts";
import { checkGradient } from "../../lib/check/index.ts";
import { evaluate } from "../../lib/evaluate.ts";

const known = {
  b1: 1.543385,
  w11: 3.111573,
  w12: -2.8088,
  b2: 1.373085,
  w21: 3.130452,
  w22: -2.813466,
  c: -4.241453,
  u1: 4.036489,
  u2: 4.074885,
};
const knownValues = parameters.map(name => known[name]);

test("the first hidden neuron of a known network at (1, -1) is 0.90948", () => {
  assert.is(evaluate(hidden[0], { ...known, x1: 1, x2: -1 }).toFixed(5), "0.90948");
});

test("the known network predicts all five points right", () => {
  assert.equal(
    samples.map(sample => predict(knownValues, sample)),
    samples.map(({ y }) => y),
  );
});

test("the nine simplified gradients are the loss's, by finite differences", () => {
  for (const sample of samples) {
    const { agrees, partials } = checkGradient(
      loss,
      { ...known, ...sample },
      {
        variables: parameters,
        gradient: Object.fromEntries(gradients()),
      },
    );
    assert.ok(agrees);
    assert.equal(
      partials.map(({ verdict }) => verdict),
      parameters.map(() => "agrees"),
    );
  }
});

test("of 20 seeds at least 18 are learnt from the best of four starts", () => {
  const all = seeds.map(seed => train({ ...defaults, seed }));
  const learnt = all.filter(({ best }) => isLearnt(best)).length;
  const singles = all.flatMap(({ runs }) => runs).filter(isLearnt).length;
  console.log(`${learnt} of ${seeds.length} seeds learnt; of single starts ${singles} in ${4 * seeds.length}`);
  assert.ok(learnt >= 18, `${learnt} of ${seeds.length}`);
  // A single start does so in about six of ten: if nearly all did, or few, the starts would not be random.
  assert.ok(singles > 0.4 * 4 * seeds.length && singles < 0.8 * 4 * seeds.length, `${singles} single starts`);
});

test("the same seed gives the same run to the last bit, another seed another", () => {
  const first = train({ ...defaults, seed: 5 });
  assert.equal(train({ ...defaults, seed: 5 }), first);
  assert.not.equal(train({ ...defaults, seed: 6 }).best.parameters, first.best.parameters);
});

test("the first start is the same however many follow", () => {
  assert.equal(train({ ...defaults, restarts: 1 }).best, train(defaults).runs[0]);
});

test("the best start is the one with the lowest final loss", () => {
  const { best, runs } = train({ ...defaults, seed: 3 });
  assert.is(best.finalLoss, Math.min(...runs.map(run => run.finalLoss)));
});

test("251 epochs of five samples are 1255 updates, each with its loss", () => {
  const { losses } = train({ ...defaults, restarts: 1 }).best;
  assert.is(losses.length, 1255);
  // All output weights begin unlike zero, but with zero biases the origin gives a logit of 0.
  assert.is(losses[0], Math.log(2));
});

test("the chart draws one mark a loss, and names both axes and every sample", async () => {
  const points = Array.from({ length: 10 }, (_, i) => ({ update: i + 1, loss: 1 / (i + 1), sample: `point ${i % 5}` }));
  const svg = await lossChart(points, "losses");
  const marks = /class="mark-symbol role-mark[\s\S]*?<\/g>/.exec(svg)?.[0] ?? "";
  assert.is(marks.match(/<path/g)?.length, points.length);
  for (const text of ["update", "loss of the sample", "losses", ...points.map(({ sample }) => sample)]) {
    assert.ok(svg.includes(text), text);
  }
});

const seeds = Array.from({ length: 20 }, (_, i) => i + 1);

test.run();
