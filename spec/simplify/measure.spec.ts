/** Sizes as they are counted when forms are compared. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { asExpr, type Expr, variable } from "../../lib/expression/expression.ts";
import { countNodes, countOperations, topologicalOrder } from "../../lib/expression/fold.ts";
import { add, mul } from "../../lib/expression/functions.ts";
import { isWithin, type Measure, measure } from "../../lib/simplify/measure.ts";
import { parse } from "../../lib/syntax/parse.ts";
import { identity } from "../support/law.ts";

const sizeOf = (...roots: readonly Expr[]): Measure => measure(topologicalOrder(...roots), roots);

const counts = (text: string, nodes: number, operations: number): void =>
  test(`${text} has ${nodes} nodes and ${operations} operations`, () =>
    assert.equal(sizeOf(parse(text)), { nodes, operations }));

counts("x", 1, 0);
counts("-3", 1, 0);
counts("pi", 1, 1);
counts("x + 1", 3, 1);
counts("sin(x) + sin(x)", 5, 2);
counts("(x + y) * (x + y)", 7, 2);
counts("x^2", 3, 1);
// 1 / x^2 and x^-2 are one size, and so are 1 / x and x^-1.
counts("x^-2", 5, 2);
counts("1 / x^2", 5, 2);
counts("x^-1", 3, 1);
counts("1 / x", 3, 1);
counts("x^-0.5", 5, 2);
counts("x > 0 ? 1 : 2", 6, 2);
// The index is written as an argument, and an extent is a number.
counts("sum(i, x[i] * 2)", 5, 2);
counts("sum(i, c)", 3, 1);
counts("extent(i) * c", 3, 1);

test("several roots: nodes add up, shared operations count once", () => {
  const [f, g] = [parse("sin(x + y)"), parse("cos(x + y)")];
  assert.equal(sizeOf(f, g), { nodes: 8, operations: 3 });
  assert.equal(sizeOf(f, f), { nodes: 8, operations: 2 });
});

test("the tree of a shared graph is counted without being walked", () => {
  let e: Expr = variable("x");
  for (let i = 0; i < 60; i++) e = mul(e, e);
  assert.equal(sizeOf(e), { nodes: 2 ** 61 - 1, operations: 60 });
  for (let i = 0; i < 2000; i++) e = add(e, e);
  assert.equal(sizeOf(e), { nodes: Number.POSITIVE_INFINITY, operations: 2060 });
});

test("within means in neither count more", () => {
  const size = { nodes: 5, operations: 3 };
  assert.ok(isWithin(size, size));
  assert.ok(isWithin({ nodes: 4, operations: 3 }, size));
  assert.not(isWithin({ nodes: 4, operations: 4 }, size));
  assert.not(isWithin({ nodes: 6, operations: 1 }, size));
  assert.ok(isWithin(sizeOf(asExpr(7)), { nodes: 1, operations: 0 }));
});

identity(
  "without negative exponents the nodes are those of countNodes, the operations those of countOperations",
  f => {
    if (topologicalOrder(f).some(node => node.kind === "constant" && node.value < 0)) return undefined;
    const { nodes, operations } = sizeOf(f);
    return nodes === countNodes(f) && operations === countOperations(f);
  },
  { constants: [0, 1, 2, 0.5, 3] },
);

test.run();
