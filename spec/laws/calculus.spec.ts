/** The laws of calculus, on random expressions over every row of the table. */
import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { differentiate } from "../../lib/calculus/differentiate.ts";
import { gradient } from "../../lib/calculus/gradient.ts";
import { arbitraryExpression, isNear, isRegular, laws, measure, type Point } from "../../lib/check/index.ts";
import { evaluate } from "../../lib/evaluate.ts";
import type { Expr } from "../../lib/expression/expression.ts";
import { topologicalOrder } from "../../lib/expression/fold.ts";
import { add, functions, mul } from "../../lib/expression/functions.ts";
import { law, testLaw } from "../support/law.ts";

for (const one of laws({ differentiate: (e, name) => differentiate(e, name), evaluate })) testLaw(one);

const same = (a: Expr, b: Expr, at: Point): boolean | undefined =>
  isRegular(a, at) && isRegular(b, at)
    ? isNear(evaluate(a, at), evaluate(b, at), Math.max(measure(a, at).largest, measure(b, at).largest))
    : undefined;
const d = (e: Expr, order = 1): Expr => differentiate(e, "x", order);
const partial = (e: Expr, name: "x" | "y"): Expr => gradient(e, ["x", "y"])[name];

law("gradient     agrees with differentiate", (f, _, at) => same(partial(f, "x"), d(f), at));
law("gradient     of f + g g is that of f, plus 2 g times that of g", (f, g, at) =>
  same(partial(add(f, mul(g, g)), "y"), add(partial(f, "y"), mul(mul(2, g), partial(g, "y"))), at),
);
law("gradient     of a gradient is symmetric", (f, _, at) =>
  same(partial(partial(f, "x"), "y"), partial(partial(f, "y"), "x"), at),
);
law("order        f'' is (f')'", (f, _, at) => same(d(f, 2), d(d(f)), at));

test("random expressions hold every row of the table", () => {
  const drawn = fc.sample(arbitraryExpression(), { numRuns: 3000, seed: 1 });
  const rows = new Set(
    drawn.flatMap(e => topologicalOrder(e).flatMap(node => (node.kind === "call" ? [node.fn] : []))),
  );
  assert.equal(
    [...functions.values()].filter(row => !rows.has(row)).map(row => row.name),
    [],
  );
});

test("so do those that are drawn to be regular at a point", () => {
  const drawn = fc.sample(arbitraryExpression({ regularAt: { x: 0.7, y: -1.3, z: 2.1 } }), { numRuns: 5000, seed: 1 });
  const rows = new Set(
    drawn.flatMap(e => topologicalOrder(e).flatMap(node => (node.kind === "call" ? [node.fn] : []))),
  );
  assert.equal(
    [...functions.values()].filter(row => !rows.has(row)).map(row => row.name),
    [],
  );
});

test.run();
