/** A rate is an expression of the number of steps done. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { evaluate, parse, variable } from "../../lib/index.ts";
import { constantRate, cosineDecay, type Rate, rateAt, stepDecay, warmUp } from "../../lib/learn/rates.ts";
import { throws } from "../support/throws.ts";

const t = variable("t");

/** The rates of steps, by evaluation of the expression. */
const ratesOf = (rate: Rate, ...steps: readonly number[]): readonly number[] =>
  steps.map(step => evaluate(rateAt(rate, t), { t: step, rate: 0.5 }));

// A few roundings of numbers of at most 1.
const near = (found: readonly number[], wanted: readonly number[]): void => {
  assert.is(found.length, wanted.length);
  for (const [i, value] of wanted.entries())
    assert.ok(Math.abs((found[i] ?? 0) - value) < 1e-15, `${found[i]}, ${value}`);
};

test("a number, an input and a constant rate are the same at every step", () => {
  assert.is(rateAt(0.1, t), parse("0.1"));
  assert.is(rateAt(variable("rate"), t), parse("rate"));
  assert.is(rateAt(constantRate(0.1), t), parse("0.1"));
});

test("decay in steps", () => {
  assert.is(rateAt(stepDecay(0.1, { every: 30, factor: 0.5 }), t), parse("0.1 * 0.5^floor(t / 30)"));
  near(ratesOf(stepDecay(1, { every: 3 }), 0, 2, 3, 5, 6), [1, 1, 0.1, 0.1, 0.01]);
});

test("half a wave of the cosine, and then its end", () => {
  near(ratesOf(cosineDecay(1, { steps: 4 }), 0, 1, 2, 3, 4, 9), [
    1,
    (1 + Math.SQRT1_2) / 2,
    0.5,
    (1 - Math.SQRT1_2) / 2,
    0,
    0,
  ]);
  near(ratesOf(cosineDecay(1, { steps: 4, last: 0.5 }), 0, 2, 4, 5), [1, 0.75, 0.5, 0.5]);
  near(ratesOf(cosineDecay(variable("rate"), { steps: 2 }), 0, 1), [0.5, 0.25]);
});

test("a warm-up comes before any of them", () => {
  near(ratesOf(warmUp(0.4, { steps: 4 }), 0, 1, 3, 4, 100), [0.1, 0.2, 0.4, 0.4, 0.4]);
  near(ratesOf(warmUp(cosineDecay(1, { steps: 4 }), { steps: 2 }), 0, 2, 4), [0.5, 0.5, 0]);
});

test("a count of steps is a positive integer", () => {
  throws(() => cosineDecay(1, { steps: 0 }), "bad-option", "steps", "0");
  throws(() => warmUp(1, { steps: 0.5 }), "bad-option", "steps", "0.5");
  throws(() => stepDecay(1, { every: -1 }), "bad-option", "every", "-1");
  throws(() => stepDecay(1, { every: 1, factor: Number.NaN }), "bad-option", "factor", "NaN");
});

test.run();
