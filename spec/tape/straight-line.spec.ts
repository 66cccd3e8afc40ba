/** A tape is plain data: every operation once, arguments first, in an order that the structure alone decides. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { delta, type Expr, extent, reduction, variable } from "../../lib/expression/expression.ts";
import {
  add,
  conditional,
  exp,
  factorial,
  less,
  mul,
  neg,
  not,
  pi,
  sin,
  tanh,
} from "../../lib/expression/functions.ts";
import "../../lib/print/text.ts";
import { recordStraightLine, straightLineToString } from "../../lib/tape/straight-line.ts";
import { throws } from "../support/throws.ts";

const [x, y] = [variable("x"), variable("y")];

test("prints as one assignment a line", () => {
  const e = add(mul(mul(4, x), y), exp(neg(y)));
  assert.is(
    straightLineToString(recordStraightLine([e, mul(4, y)], ["x", "y"])),
    ["t1 = 4 * x", "t2 = t1 * y", "t3 = -y", "t4 = exp(t3)", "t5 = t2 + t4", "t6 = 4 * y", "return t5, t6"].join("\n"),
  );
});

test("writes operators where they stand, before, between and behind", () => {
  const e = conditional(not(less(x, 2)), factorial(x), y);
  assert.is(
    straightLineToString(recordStraightLine([e], ["x", "y"])),
    ["t1 = x < 2", "t2 = not t1", "t3 = x!", "t4 = t2 ? t3 : y", "return t4"].join("\n"),
  );
});

test("names its steps so that no input looks like one", () => {
  assert.is(straightLineToString(recordStraightLine([sin(variable("t1"))], ["t1"])), "tt1 = sin(t1)\nreturn tt1");
});

test("holds what is shared once, over all results", () => {
  const shared = tanh(add(x, y));
  const tape = recordStraightLine([mul(shared, shared), exp(shared), shared], ["x", "y"]);
  assert.is(tape.steps.length, 4);
  assert.equal(tape.outputs, [4, 5, 3]);
});

test("is 60 steps for 60 doublings of a product", () => {
  let f: Expr = x;
  for (let i = 0; i < 60; i++) f = mul(f, f);
  assert.is(recordStraightLine([f], ["x"]).steps.length, 60);
});

test("holds constants, and functions without arguments, in slots of their own", () => {
  const tape = recordStraightLine([add(mul(2, pi), 2)], []);
  assert.equal(tape.constants, [2, Math.PI]);
  assert.is(tape.steps.length, 2);
});

test("may return an input or a constant", () => {
  assert.equal(
    recordStraightLine([y, variable("x"), add(1, 1), add(1, 1).args[0] as Expr], ["x", "y"]).outputs,
    [1, 0, 3, 2],
  );
});

test("does not depend on what was built before", () => {
  const lines = (a: Expr, b: Expr): string =>
    straightLineToString(recordStraightLine([add(a, b)], ["later", "sooner"]));
  const [later, sooner] = [variable("later"), variable("sooner")];
  // Numbered in the reverse of the order in which they are read.
  const right = exp(sin(sooner));
  const left = tanh(sin(later));
  assert.is(
    lines(left, right),
    ["t1 = sin(later)", "t2 = tanh(t1)", "t3 = sin(sooner)", "t4 = exp(t3)", "t5 = t2 + t4", "return t5"].join("\n"),
  );
});

test("is recorded of a chain 100,000 deep", () => {
  let e: Expr = x;
  for (let i = 0; i < 100_000; i++) e = sin(e);
  assert.is(recordStraightLine([e], ["x"]).steps.length, 100_000);
});

test("names a variable that is no input, and those that are", () => {
  throws(() => recordStraightLine([add(x, variable("z"))], ["x", "y"]), "unbound-variable", "z", "x, y");
  throws(() => recordStraightLine([x], []), "unbound-variable", "x", "none");
});

test("refuses what has indices, and names it", () => {
  const reading = variable("W", "j", "k");
  for (const e of [reading, delta("i", "j"), extent("n"), reduction("sum", "j", 1)]) {
    throws(() => recordStraightLine([add(x, e)], ["x", "W"]), "unsupported", `${e}`);
  }
  throws(() => recordStraightLine([reduction("sum", "j", variable("a", "j"))], ["a"]), "unsupported", "a[j]");
});

test.run();
