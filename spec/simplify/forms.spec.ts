/** The normal forms: their arithmetic is that of numbers, and an expression's forms have its value. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { isRegular, measure, type Point } from "../../lib/check/index.ts";
import { evaluate } from "../../lib/evaluate.ts";
import { constant, type Expr, variable } from "../../lib/expression/expression.ts";
import { fold } from "../../lib/expression/fold.ts";
import * as Q from "../../lib/expression/rational.ts";
import { Canonical } from "../../lib/simplify/canonical.ts";
import {
  accumulate,
  addSums,
  addTerm,
  contentOf,
  isZeroSum,
  multiplyNumberPower,
  multiplyPower,
  multiplyProduct,
  type Product,
  productBuilder,
  rationalOf,
  rationalSum,
  type Sum,
  scaleSum,
  sumBuilder,
  termCount,
} from "../../lib/simplify/forms.ts";
import { tableRules } from "../../lib/simplify/rule.ts";
import { indexRules } from "../../lib/simplify/rules.ts";
import { law } from "../support/law.ts";

const rules = indexRules(tableRules());
const canonicals = (): Canonical => new Canonical(rules, { searches: true });

/** The canonical expression of `e`, node by node. */
const canonicalOf = (canonical: Canonical, e: Expr): Expr =>
  fold<Expr>(e, {
    constant: node => node,
    variable: node => node,
    call: (node, args) => canonical.rebuild(node, args),
  });

/** The value of an expression's parts, made anew from a form, with the largest number met. */
function valued(
  parts: readonly (readonly [Expr, number])[],
  combine: (value: number, by: number) => number,
  at: Point,
) {
  return parts.map(([e, by]) => {
    const { value, largest, error } = measure(e, at);
    return { value: combine(value, by), largest, error };
  });
}

/** Whether numbers made of a form are the value of `e`; undefined where rounding or a hole leaves nothing to compare. */
function agrees(e: Expr, at: Point, parts: ReturnType<typeof valued>, whole: (values: readonly number[]) => number) {
  if (!isRegular(e, at)) return undefined;
  const before = measure(e, at);
  const value = whole(parts.map(part => part.value));
  const largest = Math.max(before.largest, ...parts.map(part => Math.max(part.largest, Math.abs(part.value))));
  if (!Number.isFinite(largest) || parts.some(part => !(part.error <= 1e-9))) return undefined;
  return Math.abs(value - before.value) <= 1e-7 * Math.max(1, largest);
}

// The tolerance is 1e-7 of the largest number, since powers of parts known to 1e-9 multiply their errors.

law(
  "a canonical expression's sum has its value",
  (f, _, at) => {
    const canonical = canonicals();
    const sum = canonical.sumOf(canonicalOf(canonical, f));
    const terms = [...sum.terms].map(([term, q]) => [term, Q.approximate(q)] as const);
    const parts = valued(terms, (value, by) => value * by, at);
    return agrees(f, at, parts, values => values.reduce((a, b) => a + b, Q.approximate(sum.constant)));
  },
  { operations: 6 },
);

law(
  "a canonical expression's product has its value",
  (f, _, at) => {
    const canonical = canonicals();
    const product = canonical.productOf(canonicalOf(canonical, f));
    const factors = [...product.factors].map(([base, exponent]) => {
      const power = canonical.fromSum(exponent);
      return [base, evaluate(power, at)] as const;
    });
    const parts = valued(factors, (value, by) => value ** by, at);
    return agrees(f, at, parts, values => values.reduce((a, b) => a * b, Q.approximate(product.coefficient)));
  },
  { operations: 6 },
);

law(
  "there and back: the expressions of an expression's forms have its value",
  (f, _, at) => {
    const canonical = canonicals();
    const e = canonicalOf(canonical, f);
    const back = [canonical.fromSum(canonical.sumOf(e)), canonical.fromProduct(canonical.productOf(e))];
    const verdicts = back.map(same =>
      agrees(
        f,
        at,
        valued([[same, 1]], value => value, at),
        ([value = 0]) => value,
      ),
    );
    return verdicts.includes(false) ? false : verdicts.includes(true) || undefined;
  },
  { operations: 6 },
);

const [x, y] = [variable("x"), variable("y")];
const q = (numerator: number, denominator = 1): Q.Rational => Q.rational(BigInt(numerator), BigInt(denominator));

const sumFrom = (constantTerm: Q.Rational, ...terms: readonly (readonly [Expr, Q.Rational])[]): Sum => ({
  constant: constantTerm,
  terms: new Map(terms),
});

test("terms collect, and leave when they cancel", () => {
  const sum = sumBuilder();
  addTerm(sum, x, q(1, 3));
  addTerm(sum, y, q(2));
  addTerm(sum, x, q(-1, 3));
  assert.equal([...sum.terms], [[y, q(2)]]);
  accumulate(sum, sumFrom(q(1), [y, q(1)]), q(-2));
  assert.equal([sum.constant, sum.terms.size], [q(-2), 0]);
  assert.not(isZeroSum(sum));
});

test("sums form a vector space", () => {
  const a = sumFrom(q(1, 2), [x, q(3)], [y, q(-1, 7)]);
  assert.ok(isZeroSum(addSums(a, a, Q.minusOne)));
  assert.ok(isZeroSum(scaleSum(a, Q.zero)));
  assert.equal(addSums(a, a), scaleSum(a, q(2)));
  assert.equal(scaleSum(scaleSum(a, q(7, 3)), q(3, 7)), a);
  assert.is(termCount(a), 3);
  assert.is(rationalOf(a), undefined);
  assert.equal(rationalOf(rationalSum(q(5))), q(5));
});

test("the content divides all coefficients and leaves integers without a common divisor", () => {
  assert.equal(contentOf(sumFrom(q(0), [x, q(4, 3)], [y, q(-2, 9)])), q(2, 9));
  assert.equal(contentOf(sumFrom(q(6), [x, q(-9)])), q(3));
  assert.equal(contentOf(rationalSum(Q.zero)), Q.one);
});

test("exponents of one base add up, and a base under 0 leaves", () => {
  const product = productBuilder();
  multiplyPower(product, x, rationalSum(q(1, 2)));
  multiplyPower(product, x, rationalSum(q(5, 2)));
  assert.equal(product.factors.get(x), rationalSum(q(3)));
  multiplyPower(product, x, rationalSum(q(-3)));
  assert.is(product.factors.size, 0);
});

test("a product times its inverse is 1", () => {
  const product: Product = {
    coefficient: q(3, 4),
    factors: new Map([
      [x, rationalSum(q(2))],
      [y, sumFrom(q(0), [x, q(1)])],
    ]),
  };
  const total = productBuilder(product);
  multiplyProduct(total, product, -1);
  assert.equal([total.coefficient, total.factors.size], [Q.one, 0]);
});

/** `value^exponent` as a coefficient and the roots of primes. */
const radicals = (value: Q.Rational, exponent: Q.Rational, expected: string): void =>
  test(`${Q.approximate(value)}^${Q.approximate(exponent)} is ${expected}`, () => {
    const product = productBuilder();
    multiplyNumberPower(product, value, exponent);
    const roots = [...product.factors].map(([base, sum]) => `${base}^${Q.approximate(sum.constant)}`);
    assert.is([Q.approximate(product.coefficient), ...roots].join(" * "), expected);
    const total = [...product.factors].reduce(
      (result, [base, sum]) =>
        result * (base.kind === "constant" ? base.value : Number.NaN) ** Q.approximate(sum.constant),
      Q.approximate(product.coefficient),
    );
    // A few roundings.
    assert.ok(Math.abs(total / Q.approximate(value) ** Q.approximate(exponent) - 1) < 1e-14);
  });

radicals(q(72), q(1, 2), "6 * 2^0.5");
radicals(q(8), q(1, 2), "2 * 2^0.5");
radicals(q(1, 2), q(1, 2), "0.5 * 2^0.5");
radicals(q(12), q(-1, 2), "0.16666666666666666 * 3^0.5");
radicals(q(27, 4), q(2), "45.5625");
radicals(q(2), q(3, 2), "2 * 2^0.5");

test("a number under a whole and a half exponent keeps the half", () => {
  const product = productBuilder();
  multiplyPower(product, constant(2), rationalSum(q(7, 2)));
  assert.equal(product.coefficient, q(8));
  assert.equal(product.factors.get(constant(2)), rationalSum(q(1, 2)));
});

test.run();
