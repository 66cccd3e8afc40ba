/** What is certain of signs and whole numbers is never false. */
import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { arbitraryExpression, arbitraryPoint, isRegular } from "../../lib/check/index.ts";
import { evaluate } from "../../lib/evaluate.ts";
import type { Expr } from "../../lib/expression/expression.ts";
import { topologicalOrder } from "../../lib/expression/fold.ts";
import { add, functions } from "../../lib/expression/functions.ts";
import { isWhole, type Sign, signOf } from "../../lib/simplify/facts.ts";
import { simplify } from "../../lib/simplify/simplify.ts";
import { parse } from "../../lib/syntax/parse.ts";
import { runs, turn } from "../support/law.ts";

// What is positive may underflow to 0, as erfc(62) does; how often is counted.
const isKept = (value: number): boolean => value >= 0;

/** Judges each part of random expressions, simplified and not, at regular points; says how many claims there were. */
function walk(name: string, expressions: fc.Arbitrary<Expr>, claimOf: (e: Expr) => Sign | boolean): void {
  test(name, async () => {
    let [claims, underflows] = [0, 0];
    const samples = fc.sample(
      fc.tuple(expressions, fc.array(arbitraryPoint(["x", "y", "z"]), { minLength: 4, maxLength: 4 })),
      {
        numRuns: 3 * runs,
      },
    );
    for (const [i, [e, points]] of samples.entries()) {
      for (const part of topologicalOrder(e, simplify(e))) {
        const claim = claimOf(part);
        if (claim === "unknown" || claim === false || part.args.length === 0) continue;
        for (const at of points) {
          if (!isRegular(part, at)) continue;
          claims++;
          const value = evaluate(part, at);
          const holds = claim === true ? Number.isInteger(value) : isKept(value);
          if (claim === "positive" && value === 0) underflows++;
          assert.ok(
            holds,
            `${part} is claimed to be ${claim === true ? "whole" : claim}, and is ${value} at ${JSON.stringify(at)}`,
          );
        }
      }
      if (i % 50 === 0) await turn();
    }
    console.log(`${name}: ${claims} claims, ${underflows} underflows`);
    assert.ok(underflows <= 0.01 * claims, `${underflows} of ${claims} claims of a positive value met 0`);
    assert.ok(claims >= runs, `only ${claims} claims to judge`);
  });
}

const signed = arbitraryExpression();
const stepped = arbitraryExpression({
  functions: [...functions.values()].filter(row => row.whole !== undefined),
  constants: [0, 1, -2, 3, 0.5, -1.25],
});

walk("signOf claims nothing false", signed, e => signOf(e));
walk("isWhole claims nothing false", fc.oneof(signed, stepped), e => isWhole(e));

const signs = (expected: Sign, ...texts: readonly string[]): void => {
  for (const text of texts) test(`${text} is ${expected}`, () => assert.is(signOf(parse(text)), expected));
};

signs(
  "positive",
  "2",
  "pi",
  "exp(x)",
  "cosh(x)",
  "sigmoid(x)",
  "exp(x) + abs(y)",
  "2 * exp(x)",
  "exp(x)^y",
  "1 / exp(x)",
);
signs("positive", "max(x, exp(y))", "x > 0 ? 1 : 2", "2^x", "exp(x) / 3", "square(exp(x))");
signs(
  "nonnegative",
  "0",
  "abs(x)",
  "x^2",
  "square(x)",
  "x * x",
  "sqrt(x)",
  "x^4 + abs(y)",
  "relu(x)",
  "x^0.5",
  "x^(1/3)",
);
signs(
  "nonnegative",
  "min(exp(x), abs(y))",
  "x < y",
  "sum(i, x[i]^2)",
  "maximum(i, abs(x[i]))",
  "extent(i)",
  "delta(i, j)",
);
// A sum may have no terms.
signs("nonnegative", "sum(i, exp(x[i]))");
signs(
  "unknown",
  "-1",
  "x",
  "x^3",
  "-exp(x)",
  "sin(x)",
  "x - y",
  "exp(x) - 1",
  "abs(x) * y",
  "log(x)",
  "x^y",
  "cbrt(x)",
);
// An exponent that is whole though it is written as a fraction.
signs("unknown", "x^(3/3)", "x^(6/2)");
signs("unknown", "logsumexp(i, x[i])", "min(x, 1)", "x > 0 ? 1 : y", "sign(x)", "floor(x)");

const whole = (expected: boolean, ...texts: readonly string[]): void => {
  for (const text of texts)
    test(`${text} is ${expected ? "whole" : "not known to be whole"}`, () => assert.is(isWhole(parse(text)), expected));
};

whole(
  true,
  "3",
  "floor(x)",
  "-floor(x)",
  "ceil(x) * 2 + round(y)",
  "x < y",
  "sign(x)",
  "abs(floor(x))",
  "x > 0 ? 1 : floor(y)",
);
whole(true, "extent(i)", "delta(i, j)", "max(2, step(x))", "not x");
whole(
  false,
  "x",
  "0.5",
  "floor(x) / 2",
  "sqrt(4)",
  "2^floor(x)",
  "floor(x) * 0.5",
  "pi",
  "x > 0 ? 1 : y",
  "sin(floor(x))",
);

test("chains of any depth are answered at once: deep down nothing is known", () => {
  let e: Expr = parse("exp(x)");
  for (let i = 0; i < 100_000; i++) e = add(e, 1);
  assert.is(signOf(e), "unknown");
  assert.is(isWhole(e), false);
});

test.run();
