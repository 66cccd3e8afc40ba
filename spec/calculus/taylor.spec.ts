import { test } from "uvu";
import * as assert from "uvu/assert";
import { taylor } from "../../lib/calculus/taylor.ts";
import { evaluate } from "../../lib/evaluate.ts";
import type { ErrorCode } from "../../lib/expression/error.ts";
import { constant, delta, type Expr, type Operand, reduction, variable } from "../../lib/expression/expression.ts";
import { abs, add, cos, div, exp, gamma, log, mul, pow, sin, sqrt, sub, tan } from "../../lib/expression/functions.ts";
import * as text from "../../lib/print/text.ts";
import { throws } from "../support/throws.ts";

const [x, y, a] = [variable("x"), variable("y"), variable("a")];

const expands = (e: Expr, about: Operand, order: number, expected: string): void =>
  test(`${e} about ${about} to order ${order} is ${expected}`, () =>
    assert.is(text.toString(taylor(e, "x", about, order)), expected));

// Coefficients are exact

expands(exp(x), 0, 4, "1 + x + 0.5 * x^2 + x^3 / 6 + x^4 / 24");
expands(sin(x), 0, 7, "x - x^3 / 6 + x^5 / 120 - x^7 / 5040");
expands(tan(x), 0, 5, "x + x^3 / 3 + 2 * x^5 / 15");
expands(log(add(1, x)), 0, 3, "x - 0.5 * x^2 + x^3 / 3");
expands(div(1, sub(1, x)), 0, 3, "1 + x + x^2 + x^3");
expands(sqrt(x), 4, 2, "2 + 0.25 * (x - 4) - 0.015625 * (x - 4)^2");
expands(exp(mul(x, y)), 0, 2, "1 + y * x + y^2 * x^2 / 2");
expands(cos(x), a, 1, "cos(a) - sin(a) * (x - a)");

// Terms that are 0 are left out

expands(constant(3), 0, 5, "3");
expands(mul(0, x), 0, 5, "0");
expands(x, 0, 0, "0");
expands(pow(x, 3), 0, 5, "x^3");
expands(sub(pow(x, 3), mul(2, x)), 2, 9, "4 + 10 * (x - 2) + 6 * (x - 2)^2 + (x - 2)^3");

test("the error of order n goes with the power n + 1", () => {
  for (const [e, about] of [
    [exp(sin(x)), 0.4],
    [div(1, add(1, pow(x, 2))), -0.3],
    [gamma(x), 2],
  ] as const) {
    const polynomial = taylor(e, x, about, 3);
    const error = (h: number): number =>
      Math.abs(evaluate(e, { x: about + h }) - evaluate(polynomial, { x: about + h }));
    // Halving the distance divides the error by 2^4, to within the term after it.
    const ratio = error(0.02) / error(0.01);
    assert.ok(ratio > 13 && ratio < 20, `${e}: ${ratio}`);
  }
});

test("an index of the point is not captured", () => {
  const e = reduction("sum", "i", mul(variable("c", "i"), mul(x, delta("i", 0))));
  const point = variable("p", "i");
  const polynomial = taylor(e, "x", point, 0);
  assert.is(evaluate(polynomial, { c: [5, 7], p: [2, 3], i: 1 }), 15);
});

const refuses = (what: string, code: ErrorCode, action: () => unknown): void =>
  test(`${what} is ${code}`, () => throws(action, code));

refuses("a root at 0", "bad-value", () => taylor(sqrt(x), "x", 0, 1));
refuses("a logarithm at 0", "bad-value", () => taylor(log(x), "x", 0, 1));
refuses("an order of -1", "bad-option", () => taylor(abs(x), "x", 0, -1));
refuses("an order of 171", "bad-option", () => taylor(x, "x", 0, 171));
refuses("an array", "bad-index", () => taylor(x, variable("x", "i"), 0, 1));

test.run();
