/** How numbers and forms are written: exactly, and as a person would. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { evaluate } from "../../lib/evaluate.ts";
import { type Expr, variable } from "../../lib/expression/expression.ts";
import { sin } from "../../lib/expression/functions.ts";
import * as Q from "../../lib/expression/rational.ts";
import { toString as textOf } from "../../lib/print/text.ts";
import { Canonical } from "../../lib/simplify/canonical.ts";
import { rationalSum, type Sum } from "../../lib/simplify/forms.ts";
import { rational } from "../../lib/simplify/numbers.ts";
import { indexRules } from "../../lib/simplify/rules.ts";
import { Speller } from "../../lib/simplify/spell.ts";

const q = (numerator: number | bigint, denominator: number | bigint = 1): Q.Rational =>
  Q.rational(BigInt(numerator), BigInt(denominator));

/** A rational number as an expression. */
const writes = (value: Q.Rational, expected: string): void =>
  test(`${value.numerator}/${value.denominator} is written ${expected}`, () =>
    assert.is(textOf(rational(value)), expected));

writes(q(3), "3");
writes(q(-3), "-3");
writes(q(1, 2), "0.5");
writes(q(1, 3), "1 / 3");
writes(q(-2, 3), "-2 / 3");
writes(q(121, 100), "1.21");
writes(q(0), "0");

test("whatever the number, what is written is its value", () => {
  const integers = [
    1n,
    -1n,
    7n,
    10n ** 15n + 1n,
    2n ** 53n,
    2n ** 53n + 1n,
    2n ** 64n,
    3n ** 50n,
    -(10n ** 22n),
    10n ** 40n + 1n,
  ];
  for (const numerator of integers) {
    for (const denominator of [1n, 2n, 3n, 125n, 7n ** 9n, 2n ** 60n]) {
      const value = Q.rational(numerator, denominator);
      const [written, expected] = [evaluate(rational(value), {}), Q.approximate(value)];
      // The quotient and the sum of two doubles are rounded once each.
      assert.ok(Math.abs(written - expected) <= 4e-16 * Math.abs(expected), `${written} is not ${expected}`);
    }
  }
});

const [x, y, z] = [variable("x"), variable("y"), variable("z")];
const squares = new Set<Expr>();

/** A canonical run, and how it writes a sum of a number and of terms with coefficients. */
function written(constantTerm: number, terms: readonly (readonly [string, Q.Rational])[], textbook = true): string {
  const canonical = new Canonical(indexRules([]), { searches: true });
  const named = new Map<string, Expr>([
    ["x", x],
    ["y", y],
    ["z", z],
    ["x^2", canonical.fromProduct({ coefficient: Q.one, factors: new Map([[x, rationalSum(q(2))]]) })],
    ["sin(x)", sin(x)],
  ]);
  const entries = terms.map(([name, coefficient]) => [named.get(name) ?? x, coefficient] as const);
  const sum: Sum = { constant: q(constantTerm), terms: new Map(entries) };
  return textOf(new Speller(canonical, canonical.order, { textbook, squares }).sum(sum));
}

const sums = (expected: string, constantTerm: number, ...terms: readonly (readonly [string, Q.Rational])[]): void =>
  test(`a sum is written ${expected}, in whatever order its terms come`, () => {
    assert.is(written(constantTerm, terms), expected);
    assert.is(written(constantTerm, [...terms].reverse()), expected);
  });

sums("x + 1", 1, ["x", q(1)]);
sums("1 - x", 1, ["x", q(-1)]);
sums("-1 - x", -1, ["x", q(-1)]);
sums("x^2 + x + sin(x) - 5", -5, ["sin(x)", q(1)], ["x", q(1)], ["x^2", q(1)]);
sums("2 * x - y", 0, ["y", q(-1)], ["x", q(2)]);
sums("y - x", 0, ["x", q(-1)], ["y", q(1)]);
sums("x / 2 - 3 * y + z / 3", 0, ["y", q(-3)], ["z", q(1, 3)], ["x", q(1, 2)]);
sums("7", 7);

/** A product of powers of numbers and letters. */
const products = (
  expected: string,
  coefficient: Q.Rational,
  ...factors: readonly (readonly [Expr, Q.Rational])[]
): void =>
  test(`a product is written ${expected}`, () => {
    const canonical = new Canonical(indexRules([]), { searches: true });
    const powers = factors.map(([base, power]) => [base, rationalSum(power)] as const);
    const product = { coefficient, factors: new Map(powers) };
    assert.is(textOf(new Speller(canonical, canonical.order, { textbook: true, squares }).product(product)), expected);
  });

products("2 * x * y", q(2), [y, q(1)], [x, q(1)]);
products("-x", q(-1), [x, q(1)]);
products("x / y", q(1), [y, q(-1)], [x, q(1)]);
products("2 * x / (3 * y)", q(2, 3), [x, q(1)], [y, q(-1)]);
products("1 / x^2", q(1), [x, q(-2)]);
products("1 / (2 * sqrt(x))", q(1, 2), [x, q(-1, 2)]);
products("x^(1 / 3)", q(1), [x, q(1, 3)]);
products("-1 / x", q(-1), [x, q(-1)]);

test("a second power is written square(x) only where the input does", () => {
  const canonical = new Canonical(indexRules([]), { searches: true });
  const speller = new Speller(canonical, canonical.order, { textbook: true, squares: new Set([x]) });
  const power = (base: Expr): string =>
    textOf(speller.product({ coefficient: Q.one, factors: new Map([[base, rationalSum(q(2))]]) }));
  assert.equal([power(x), power(y)], ["square(x)", "y^2"]);
});

test.run();
