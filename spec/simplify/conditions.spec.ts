/** Domains of functions, walked row by row, and the conditions under which a result stands for what it came from. */
import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { arbitraryExpression, type Point } from "../../lib/check/index.ts";
import { valuesAt } from "../../lib/check/regular.ts";
import { evaluate } from "../../lib/evaluate.ts";
import { type Expr, variable } from "../../lib/expression/expression.ts";
import { topologicalOrder } from "../../lib/expression/fold.ts";
import { cbrt, conditional, div, functions, sin } from "../../lib/expression/functions.ts";
import { toString as textOf } from "../../lib/print/text.ts";
import { conditionsOf } from "../../lib/simplify/conditions.ts";
import { simplify } from "../../lib/simplify/simplify.ts";
import { parse } from "../../lib/syntax/parse.ts";
import { runs } from "../support/law.ts";

const needs = (text: string, expected: string): void =>
  test(`${text} needs ${expected || "nothing"}`, () => {
    const e = parse(text);
    assert.is(
      conditionsOf(e, simplify(e))
        .map(each => textOf(each))
        .join(", "),
      expected,
    );
  });

needs("x / x", "x != 0");
needs("x^2 / x^2", "x != 0");
needs("(x * y) / (x * y)", "x != 0, y != 0");
needs("(x - y) / (x - y)", "x != y");
needs("exp(log(x))", "x > 0");
needs("sqrt(x)^2", "x >= 0");
needs("sqrt(x - 1) / sqrt(x - 1)", "x > 1");
needs("0 * acosh(x)", "x >= 1");
needs("0 * asin(x)", "abs(x) <= 1");
needs("tan(x) * cos(x)", "cos(x) != 0");
needs("log(x) - log(x) + x / x", "x > 0");
needs("log(x) + x / x", "");
needs("0 * log(exp(x) + 1) / (x^2 + 1)", "");
needs("x^0.5 - x^0.5", "x >= 0");
needs("x^-2 * x^2", "x != 0");
needs("x^y - x^y", "x > 0");
needs("2^y - 2^y", "");
needs("0 * gamma(x)", "x > 0 or x != floor(x)");
needs("c > 0 ? x / x : 1", "");
needs("0 * log(2 * x)", "x > 0");
needs("0 * log(1 - x)", "x < 1");
needs("0 * log(1 - 1 / (1 + exp(-x)))", "");
needs("sum(j, x[j] / x[j])", "x[j] != 0");
needs("`__proto__` / `__proto__`", "__proto__ != 0");

test("an assumption makes a condition evident", () => {
  const e = parse("x / x + log(y) - log(y)");
  assert.equal(conditionsOf(e, simplify(e), { assume: { x: "nonzero", y: "positive" } }), []);
});

test("what can never hold is reported", () => {
  assert.is(conditionsOf(parse("0 * log(-1)"), parse("0")).join(), "-1 > 0");
});

test("conditions of a chain a hundred thousand deep are found", () => {
  let e: Expr = variable("x");
  for (let i = 0; i < 50_000; i++) e = cbrt(sin(e));
  assert.is(conditionsOf(div(e, e), 1).length, 1);
});

const special = [-3, -2.5, -2, -1.5, -1, -0.75, -0.5, 0, 0.25, 0.5, 1, 1.5, 2, 3, 7];

// In doubles no multiple of pi is exact, so neither are the zeros of sin and cos: only 0 is one.
test("each function has a value just where its conditions hold, at special points", () => {
  let [inside, outside] = [0, 0];
  for (const row of functions.values()) {
    const letters = ["x", "y", "z"].slice(0, row.arity);
    for (const values of product(letters.map(() => special))) {
      // An order or degree is a natural number.
      if (row.order !== undefined && !Number.isInteger(values[row.order])) continue;
      if (row.order !== undefined && (values[row.order] ?? 0) < (row.name === "nthRoot" ? -3 : 0)) continue;
      const conditions = row.domain?.(...values.map(value => parse(String(value)))) ?? [];
      const holds = conditions.every(condition => evaluate(condition) === 1);
      const hasValue = Number.isFinite(row.evaluate(...values));
      assert.is(hasValue, holds, `${row.name}(${values}): ${conditions.join(", ")}`);
      if (holds) inside++;
      else outside++;
    }
  }
  console.log(`${inside} points in domains, ${outside} outside`);
  assert.ok(outside > 200);
});

function product<T>(lists: readonly (readonly T[])[]): readonly (readonly T[])[] {
  return lists.reduce<readonly (readonly T[])[]>(
    (rows, list) => rows.flatMap(row => list.map(item => [...row, item])),
    [[]],
  );
}

const coordinate = fc.oneof(
  fc.constantFrom(...special),
  fc.integer({ min: -3000, max: 3000 }).map(k => k / 1000),
);
const point = fc.record({ x: coordinate, y: coordinate, z: coordinate });

test("where all conditions hold and the result has a value, so has the expression", () => {
  let [judged, withConditions, saved] = [0, 0, 0];
  fc.assert(
    fc.property(
      arbitraryExpression({ operations: 8 }),
      fc.array(point, { minLength: 12, maxLength: 12 }),
      (e, points) => {
        // What a branch needs is needed only where it is taken.
        fc.pre(!topologicalOrder(e).some(node => node.kind === "call" && node.fn === conditional));
        const result = simplify(e);
        const conditions = conditionsOf(e, result);
        if (conditions.length > 0) withConditions++;
        for (const at of points) {
          if (!Number.isFinite(evaluate(result, at)) || isUnfit(e, at)) continue;
          const holds = conditions.every(condition => evaluate(condition, at) === 1);
          const hasValue = Number.isFinite(evaluate(e, at));
          if (!hasValue && !holds) saved++;
          if (!holds) continue;
          judged++;
          assert.ok(hasValue, `${e} has no value at ${JSON.stringify(at)}, but ${result} has; where ${conditions}`);
        }
      },
    ),
    { numRuns: runs * 3 },
  );
  console.log(
    `${judged} points judged, ${withConditions} expressions with conditions, which ruled out ${saved} points`,
  );
  assert.ok(judged > runs * 3 && saved > runs / 20, `${judged}, ${saved}`);
});

// Overflow and underflow are no matter of domains, and near the edge of one rounding decides.
function isUnfit(e: Expr, at: Point): boolean {
  return [...valuesAt(e, at)].some(([node, signed]) => {
    const value = Math.abs(signed);
    if (value > 1e100 && node.kind === "call") {
      return (node.fn.domain?.(...node.args) ?? []).every(condition => evaluate(condition, at) === 1);
    }
    return value !== 0 && value < 1e-9;
  });
}

test.run();
