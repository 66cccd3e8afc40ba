import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Expr, variable } from "../../lib/expression/expression.ts";
import * as Q from "../../lib/expression/rational.ts";
import { ContentMap, identityOfProducts, identityOfSums } from "../../lib/simplify/content.ts";
import { type Product, rationalSum, type Sum } from "../../lib/simplify/forms.ts";
import { numRuns } from "../support/runs.ts";

const names = ["x", "y", "z", "w"];
const coefficients = fc.integer({ min: -200, max: 200 }).filter(value => value !== 0);
const entries = fc.uniqueArray(fc.tuple(fc.constantFrom(...names), coefficients), { selector: ([name]) => name });

const sumOf = (constant: number, terms: readonly (readonly [string, number])[]): Sum => ({
  constant: Q.integer(constant),
  terms: new Map(terms.map(([name, coefficient]): [Expr, Q.Rational] => [variable(name), Q.integer(coefficient)])),
});

const productOf = (coefficient: number, factors: readonly (readonly [string, number])[]): Product => ({
  coefficient: Q.integer(coefficient),
  factors: new Map(
    factors.map(([name, power]): [Expr, Sum] => [variable(name), rationalSum(Q.rational(BigInt(power), 2n))]),
  ),
});

test("a sum is found by its content, in whatever order its terms were collected", () => {
  fc.assert(
    fc.property(coefficients, entries, (constant, terms) => {
      const map = new ContentMap<Sum, string>(identityOfSums);
      map.set(sumOf(constant, terms), "found");
      assert.is(map.get(sumOf(constant, terms.toReversed())), "found");
      assert.is(map.get(sumOf(constant + 1, terms)), undefined);
      assert.is(map.get(sumOf(constant, [...terms, ["other", 1]])), undefined);
    }),
    { numRuns },
  );
});

test("a product is found by its content, in whatever order its factors were collected", () => {
  fc.assert(
    fc.property(coefficients, entries, (coefficient, factors) => {
      const map = new ContentMap<Product, string>(identityOfProducts);
      map.set(productOf(coefficient, factors), "found");
      assert.is(map.get(productOf(coefficient, factors.toReversed())), "found");
      assert.is(map.get(productOf(-coefficient, factors)), undefined);
      const raised = factors.map(([name, power], i) => [name, i === 0 ? power + 2 : power] as const);
      assert.is(map.get(productOf(coefficient, raised)), factors.length === 0 ? "found" : undefined);
    }),
    { numRuns },
  );
});

test("forms of one hash are told apart", () => {
  const map = new ContentMap<number, string>({ hash: () => 7, equals: (a, b) => a === b });
  map.set(1, "one");
  map.set(2, "two");
  assert.equal([map.get(1), map.get(2), map.get(3)], ["one", "two", undefined]);
  map.clear();
  assert.is(map.get(1), undefined);
});

test.run();
