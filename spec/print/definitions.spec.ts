/** Lists of definitions as text, and which of their names are adjoints. */
import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { gradient } from "../../lib/calculus/gradient.ts";
import { arbitraryExpression, awkwardNames } from "../../lib/check/index.ts";
import { evaluateDefinitions } from "../../lib/evaluate.ts";
import { defineFunction } from "../../lib/expression/define-function.ts";
import { type Definition, type Definitions, define } from "../../lib/expression/definition.ts";
import { type Expr, variable } from "../../lib/expression/expression.ts";
import { countOperations } from "../../lib/expression/fold.ts";
import { exp, mul } from "../../lib/expression/functions.ts";
import { sum } from "../../lib/expression/reductions.ts";
import { adjointsIn } from "../../lib/print/definitions.ts";
import { toString as textOf } from "../../lib/print/text.ts";
import { parse, parseDefinitions } from "../../lib/syntax/parse.ts";
import { numRuns } from "../support/runs.ts";
import { throws } from "../support/throws.ts";

test("a definition is a line, and the equals signs of a list stand below each other", () => {
  const list = parseDefinitions("h[n,k] = tanh(a[n,k])\ny = sum(n, sum(k, h[n,k]))");
  assert.is(textOf(list), "h[n,k] = tanh(a[n,k])\ny      = sum(n, sum(k, h[n,k]))");
  assert.is(textOf(list[0] ?? []), "h[n,k] = tanh(a[n,k])");
  assert.is(textOf([]), "");
  assert.is(textOf(parseDefinitions("y = 1 + x"), { parentheses: "all" }), "y = (1 + x)");
});

test("a name that is too long moves only its own sign of equality", () => {
  const long = "a".repeat(40);
  assert.is(textOf(parseDefinitions(`${long} = x\nbb = y\nc = z`)), `${long} = x\nbb = y\nc  = z`);
});

const readsBack = (list: Definitions): boolean => {
  const read = parseDefinitions(textOf(list));
  return (
    read.length === list.length &&
    read.every(
      (one, i) =>
        one.name === list[i]?.name &&
        String(one.axes) === String(list[i]?.axes) &&
        one.expression === list[i]?.expression,
    )
  );
};

test("a list reads back as itself, whatever its names are", () => {
  const names = fc.uniqueArray(fc.constantFrom(...awkwardNames, "sum", "einsum", "n", "e1", "class", "h"), {
    minLength: 2,
    maxLength: 4,
  });
  fc.assert(
    fc.property(names, arbitraryExpression({ variables: awkwardNames }), (chosen, e) => {
      const list: readonly Definition[] = chosen.map((name, i) =>
        i % 2 === 0
          ? { name, axes: [], expression: e }
          : { name, axes: chosen, expression: mul(variable(name, ...chosen), e) },
      );
      assert.ok(readsBack(list), textOf(list));
    }),
    { numRuns },
  );
});

test("a definition that is called like a function beside it reads back", () => {
  const sigma = defineFunction({ name: "sigma", arity: 1 });
  const list = [define("sigma", sigma(variable("x"))), define("y", mul(variable("sigma"), sigma(2)))];
  const text = textOf(list);
  assert.is(text, "`sigma` = sigma(x)\ny       = `sigma` * sigma(2)");
  assert.is(parseDefinitions(text, { functions: [sigma] })[1]?.expression, list[1]?.expression);
});

test("what a list shares is defined before its first use, under its free indices", () => {
  const list = parseDefinitions(
    "a[n] = exp(x[n]) + sum(i, exp(x[i]))\nb[n] = exp(x[n])^2 * a[n] + exp(a[n])\nc = sum(n, exp(a[n]))",
  );
  const text = textOf(list, { shared: true });
  assert.is(
    text,
    [
      "t1[n] = exp(x[n])",
      "a[n]  = t1[n] + sum(i, exp(x[i]))",
      "t2[n] = exp(a[n])",
      "b[n]  = t1[n]^2 * a[n] + t2[n]",
      "c     = sum(n, t2[n])",
    ].join("\n"),
  );
  const values = { x: [0.5, -1, 2] };
  const [plain, shared] = [evaluateDefinitions(list, values), evaluateDefinitions(parseDefinitions(text), values)];
  for (const { name } of list) assert.equal(shared.get(name), plain.get(name));
});

test("shared parts of a formula with indices are arrays, and it keeps its value", () => {
  const part = exp(mul(variable("x", "n", "j"), variable("w", "j")));
  const e = mul(sum("j", mul(part, part)), sum("n", sum("j", part)));
  const text = textOf(e, { shared: true });
  assert.is(text, "t1[j,n] = exp(x[n,j] * w[j])\nsum(j, t1[j,n] * t1[j,n]) * sum(n, sum(j, t1[j,n]))");
  const values = {
    x: [
      [1, 2],
      [0.5, -1],
      [0, 1],
    ],
    w: [0.3, -0.2],
  };
  assert.equal(
    evaluateDefinitions(parseDefinitions(text), values).get("result"),
    evaluateDefinitions([define("result[n]", e)], values).get("result"),
  );
});

test("a list whose parts are shared sixty times over is printed with them named", () => {
  let doubled: Expr = variable("x", "n");
  for (let i = 0; i < 60; i++) doubled = exp(mul(doubled, doubled));
  const list = [define("y[n]", doubled)];
  throws(() => textOf(list), "too-long");
  const lines = textOf(list, { shared: true }).split("\n");
  assert.ok(lines.length <= countOperations(doubled));
});

test("the adjoints in a list are those of names that it knows", () => {
  const list = parseDefinitions("distance = 2\nh[n] = tanh(a[n])\ny = sum(n, h[n]^2)");
  const whole = [...list, ...gradient(list, ["a"])];
  assert.equal(
    [...adjointsIn(whole)],
    [
      ["dh", "h"],
      ["da", "a"],
    ],
  );
  const given = adjointsIn(whole, { distance: "istance", ga: "a" });
  assert.equal([...given.keys()].sort(), ["da", "dh", "distance", "ga"]);
  const primed = parseDefinitions("y = x * dx\ndx' = dx\nd = y\nddx = x");
  assert.equal(
    [...adjointsIn(primed)],
    [
      ["dx'", "x"],
      ["ddx", "dx"],
    ],
  );
  const odd = [define("__proto__", parse("x")), define("d__proto__", 1)];
  assert.equal([...adjointsIn(odd)], [["d__proto__", "__proto__"]]);
});

test.run();
