/** Dropout keeps the expectation, and its mask repeats itself from its seed. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { parse, variable } from "../../lib/index.ts";
import { dropout, fillMask } from "../../lib/learn/dropout.ts";
import { randomStream } from "../../lib/learn/random.ts";
import { gradientAgrees, numbers } from "../support/gradient-agrees.ts";
import { throws } from "../support/throws.ts";

const x = variable("x", "n", "k");

test("what is kept is scaled up", () => {
  assert.is(dropout(x, { mask: "mask[n,k]", keep: 0.8 }), parse("x[n,k] * mask[n,k] / 0.8"));
});

test("its gradient is that of finite differences", () => {
  const mask = { shape: [3, 2], data: [1, 0, 0, 1, 1, 1] };
  gradientAgrees(dropout(x, { mask: "mask[n,k]", keep: 0.8 }), { x: numbers(1, 3, 2), mask }, { variables: ["x"] });
});

test("a mask has ones and zeros only, as many ones as is said, the same from the same seed", () => {
  const drawn = (seed: number): Float32Array => {
    const mask = new Float32Array(20_000);
    fillMask(mask, 0.3, randomStream(seed));
    return mask;
  };
  const mask = drawn(1);
  assert.equal(mask, drawn(1));
  assert.not.equal(mask, drawn(2));
  assert.equal([...new Set(mask)].sort(), [0, 1]);
  const share = mask.reduce((total, value) => total + value, 0) / mask.length;
  // Four standard errors of a share of 0.3.
  assert.ok(Math.abs(share - 0.3) < 4 * Math.sqrt((0.3 * 0.7) / mask.length), String(share));
});

test("all are kept with the probability 1", () => {
  const mask = new Float64Array(100);
  fillMask(mask, 1, randomStream(1));
  assert.ok(mask.every(value => value === 1));
});

test("a share is above 0 and at most 1", () => {
  for (const keep of [0, -1, 1.5, Number.NaN]) {
    throws(() => dropout(x, { mask: "mask[n,k]", keep }), "bad-option", "keep", String(keep));
    throws(() => fillMask([], keep, randomStream(1)), "bad-option", "keep");
  }
});

test.run();
