import { test } from "uvu";
import * as assert from "uvu/assert";
import { exactly } from "./exact.ts";
import { chebyshevPoints, minimax, toBigNumber } from "./minimax.ts";

const samplesOf = (f: (x: number) => number) =>
  chebyshevPoints(-1, 1, 41).map(x => ({
    z: toBigNumber(exactly(x)),
    value: toBigNumber(exactly(f(x))),
    weight: toBigNumber(exactly(1)),
  }));

test("the best approximation of x^n by a lower degree leaves Chebyshev's polynomial, of size 2^(1 - n)", () => {
  for (const n of [2, 5]) {
    const { error, numerator } = minimax(
      samplesOf(x => x ** n),
      n - 1,
    );
    // The grid misses the extremes by half of its width: the square of 1/64, relatively.
    assert.ok(Math.abs(error * 2 ** (n - 1) - 1) < 1e-2, `x^${n}: ${error}`);
    assert.is(numerator.length, n);
  }
});

test("a quotient is found again", () => {
  const { error, numerator, denominator } = minimax(
    samplesOf(x => (2 + x) / (1 + x / 4)),
    1,
    1,
  );
  // The samples are rounded to doubles.
  assert.ok(error < 1e-14, String(error));
  for (const [i, expected] of [2, 1].entries()) assert.ok(Math.abs((numerator[i] ?? 0) - expected) < 1e-12);
  assert.ok(Math.abs((denominator[1] ?? 0) - 0.25) < 1e-12);
});

test.run();
