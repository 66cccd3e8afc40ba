/** The minimum under a penalty and the penalty in noise are those of a textbook, and hold in numbers. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { expansion, expectationChecks, expectationOf, noisyLoss } from "../../demos/support/noise.ts";
import { failures } from "../../demos/support/page.ts";
import { heightAt, levelLine, shrinkageChart, shrunkMinimum } from "../../demos/support/shrinkage-chart.ts";
import {
  bowl,
  defaults,
  factor,
  gradientOf,
  loss,
  main,
  minimumOf,
  penalty,
  sections,
  shrunk,
} from "../../demos/weight-decay.ts";
import { evaluate } from "../../lib/evaluate.ts";
import { add, mul } from "../../lib/expression/functions.ts";
import { toMatrixForm } from "../../lib/print/matrix.ts";
import { simplify } from "../../lib/simplify/simplify.ts";
import { parse } from "../../lib/syntax/parse.ts";

const settings = { ...defaults, samples: 2000 };
const all = sections(settings);

test("every form agrees with another", () => {
  assert.equal(failures(all), []);
  assert.is(all.flatMap(({ derivations }) => derivations).length, 4);
});

test("the gradients are b + H w, and that and τ w", () => {
  assert.is(toMatrixForm(gradientOf(loss)), "b + H w");
  const decayed = toMatrixForm(gradientOf(add(loss, penalty)));
  assert.equal(decayed.split(" + ").sort(), ["H w", "b", "τ w"]);
});

test("the minimum is shrunk by λ / (λ + τ) along each axis", () => {
  assert.is(minimumOf(loss), simplify(parse("-b[i] / λ[i]")));
  assert.is(shrunk(), simplify(parse("m[i] * λ[i] / (λ[i] + τ)")));
  assert.ok(Math.abs(factor(4, 1) - 0.8) < 1e-15);
});

test("the error is a polynomial of the second degree in the noise", () => {
  const { second, third } = expansion(noisyLoss);
  assert.is(third, parse("0"));
  assert.is(second, simplify(parse("2 * w[i] * w[j]")));
});

test("the expectation is the loss without noise and σ² w^T w", () => {
  const expected = expectationOf(noisyLoss);
  assert.is(expected, simplify(parse("(sum(i, w[i] * x[i]) - t)^2 + σ^2 * sum(i, w[i]^2)")));
  for (const { difference, tolerance } of expectationChecks(expected, settings)) assert.ok(difference <= tolerance);
  // Twice the penalty is found to be wrong by the mean over all signs.
  const [signs] = expectationChecks(add(expected, mul(parse("σ^2"), parse("sum(i, w[i]^2)"))), settings);
  assert.ok(signs !== undefined && signs.difference > signs.tolerance);
});

test("the loss is the same all along a level line, and least at its minimum", () => {
  const along = (height: number): readonly number[] => levelLine(bowl, height).map(point => lossAt(point));
  const values = along(0.3);
  assert.ok(Math.abs(heightAt(bowl, [0.2, 0.4]) - lossAt([0.2, 0.4])) < 1e-12);
  // To rounding, of numbers near 1.
  for (const value of values) assert.ok(Math.abs(value - 0.3) < 1e-12);
});

test("the minimum that is drawn has the least loss and penalty among its neighbours", () => {
  const whole = ([x, y]: readonly [number, number]): number => lossAt([x, y]) + (settings.tau / 2) * (x * x + y * y);
  const [x, y] = shrunkMinimum({ bowl, tau: settings.tau, factor }, settings.tau);
  for (const [dx, dy] of [
    [0.01, 0],
    [-0.01, 0],
    [0, 0.01],
    [0, -0.01],
  ] as const)
    assert.ok(whole([x + dx, y + dy]) > whole([x, y]));
});

test("the picture names both axes and all three minima", async () => {
  const svg = await shrinkageChart({ bowl, tau: 1, factor });
  for (const text of ["without penalty", "with τ = 1", "λ = 4", "λ = 0.5", "penalty τ"])
    assert.ok(svg.includes(text), text);
});

test("options that make no sense are refused", async () => {
  for (const args of [
    ["--tau", "-1"],
    ["--samples", "1.5"],
    ["--seed", "x"],
  ]) {
    let message = "";
    await main(args).catch((error: unknown) => {
      message = String(error);
    });
    assert.ok(message.includes(String(args[0])), message);
  }
});

test.run();

// Above its minimum, by the formula of the loss.
function lossAt([x, y]: readonly [number, number]): number {
  const [[a, b], [c, d]] = bowl.axes;
  const [p, q] = [x - bowl.minimum[0], y - bowl.minimum[1]];
  const w = [a * p + b * q, c * p + d * q];
  const H = [
    [bowl.eigenvalues[0], 0],
    [0, bowl.eigenvalues[1]],
  ];
  return evaluate(loss, { E0: 0, b: [0, 0], w, H });
}
