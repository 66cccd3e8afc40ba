/** What the generators draw, and how it shrinks. */
import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { arbitraryExpression, arbitraryPoint, awkwardNames, isRegular } from "../../lib/check/index.ts";
import { call, type Expr, type FunctionRow } from "../../lib/expression/expression.ts";
import { countNodes, freeVariables, topologicalOrder } from "../../lib/expression/fold.ts";
import { add, functions, mul, neg, polygamma, pow, sin, sub } from "../../lib/expression/functions.ts";
import { toString as textOf } from "../../lib/print/text.ts";

const draw = (arbitrary: fc.Arbitrary<Expr>, numRuns = 2000): readonly Expr[] =>
  fc.sample(arbitrary, { numRuns, seed: 1 });
const rowsOf = (drawn: readonly Expr[]): ReadonlySet<FunctionRow> =>
  new Set(drawn.flatMap(e => topologicalOrder(e).flatMap(node => (node.kind === "call" ? [node.fn] : []))));

test("every row of the table is drawn", () => {
  const rows = rowsOf(draw(arbitraryExpression(), 3000));
  assert.equal(
    [...functions.values()].filter(row => !rows.has(row)).map(({ name }) => name),
    [],
  );
});

test("an order is a small natural number, in what is drawn and in what it shrinks to", () => {
  const isNatural = (e: Expr): boolean =>
    topologicalOrder(e).every(node => {
      const order = node.kind === "call" && node.fn.order !== undefined ? node.args[node.fn.order] : undefined;
      return order === undefined || (order.kind === "constant" && [0, 1, 2, 3, 4].includes(order.value));
    });
  const arbitrary = arbitraryExpression({ functions: [polygamma, ...functions.values()] });
  for (const e of draw(arbitrary, 500)) {
    assert.ok(isNatural(e), textOf(e));
    for (const { value } of [...arbitrary.shrink(e, undefined)].slice(0, 30))
      assert.ok(isNatural(value), textOf(value));
  }
});

test("polynomials have sums, products and natural powers, and nothing else", () => {
  const drawn = draw(arbitraryExpression({ polynomial: true }));
  // A constant may be a fraction; then it is a division of two constants.
  for (const e of drawn.flatMap(e => topologicalOrder(e))) {
    if (e.kind !== "call") continue;
    if (e.fn === pow) assert.ok(e.args[1]?.kind === "constant" && e.args[1].value >= 0, textOf(e));
    else if (![add, sub, mul, neg].some(row => row === e.fn))
      assert.ok(
        e.args.every(({ kind }) => kind === "constant"),
        textOf(e),
      );
  }
  assert.ok(rowsOf(drawn).has(pow));
});

test("rows of one's own are drawn, and only the rows that are asked for", () => {
  const cube: FunctionRow = {
    name: "cube",
    arity: 1,
    evaluate: x => x ** 3,
    derivatives: [x => mul(3, pow(x ?? 0, 2))],
  };
  const rows = rowsOf(draw(arbitraryExpression({ functions: [sin, cube] })));
  assert.ok(rows.has(cube) && rows.has(sin));
  assert.not(rows.has(add));
});

test("variables are those that are asked for, awkward ones too", () => {
  const drawn = draw(arbitraryExpression({ variables: awkwardNames }), 3000);
  assert.equal([...new Set(drawn.flatMap(e => freeVariables(e)))].sort(), [...awkwardNames].sort());
});

test("there are no more operations than asked for, and parts are shared", () => {
  const drawn = draw(arbitraryExpression({ operations: 5 }));
  const calls = drawn.map(e =>
    topologicalOrder(e).filter(node => node.kind === "call" && node.args.some(one => one.kind !== "constant")),
  );
  assert.is(Math.max(...calls.map(list => list.length)), 5);
  assert.ok(
    drawn.some(e =>
      topologicalOrder(e).some(
        node => node.kind === "call" && node.args[0] === node.args[1] && node.args[0]?.kind === "call",
      ),
    ),
  );
});

test("what is drawn for a point is regular there", () => {
  const at = { x: 1.5, y: -0.25, z: 2 };
  for (const e of draw(arbitraryExpression({ regularAt: at }))) assert.ok(isRegular(e, at), textOf(e));
});

test("the same seed draws the same expressions", () => {
  const drawn = draw(arbitraryExpression(), 100);
  assert.ok(draw(arbitraryExpression(), 100).every((e, i) => e === drawn[i]));
});

test("an expression shrinks to the part that matters", async () => {
  const holdsSine = (e: Expr): boolean => topologicalOrder(e).some(node => node.kind === "call" && node.fn === sin);
  const { counterexample } = fc.check(
    fc.property(arbitraryExpression(), e => !holdsSine(e)),
    { seed: 3, numRuns: 5000 },
  );
  assert.is(counterexample?.[0], call(sin, [0]));
});

test("each step of shrinking ends: sizes never grow", () => {
  const arbitrary = arbitraryExpression();
  for (const e of draw(arbitrary, 200)) {
    for (const { value } of arbitrary.shrink(e, undefined)) {
      assert.not.equal(value, e);
      assert.ok(countNodes(value) <= countNodes(e));
    }
  }
});

test("points have a value in thousandths for every variable", () => {
  const e = add(mul(2, sin(call(add, [1, 2]))), 3);
  assert.equal(fc.sample(arbitraryPoint(e), { numRuns: 1, seed: 1 }), [{}]);
  for (const point of fc.sample(arbitraryPoint(["x", "__proto__"], { minimum: -1, maximum: 2 }), {
    numRuns: 200,
    seed: 1,
  })) {
    assert.equal(Object.keys(point).sort(), ["__proto__", "x"]);
    for (const value of Object.values(point))
      assert.ok(value >= -1 && value <= 2 && Math.round(value * 1000) / 1000 === value);
  }
});

test.run();
