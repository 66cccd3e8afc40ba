/** Gradients against finite differences: right ones agree, wrong ones differ, kinks are unclear. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { checkGradient, finiteDifference } from "../../lib/check/index.ts";
import { FluxionError } from "../../lib/expression/error.ts";
import { parse } from "../../lib/syntax/parse.ts";

test("a right gradient agrees to many digits", () => {
  const { agrees, maxError, partials } = checkGradient(parse("x^y * sin(x) + erf(y)"), { x: 1.3, y: 2 });
  assert.ok(agrees);
  assert.ok(maxError < 1e-9, String(maxError));
  assert.equal(
    partials.map(({ variable, verdict }) => [variable, verdict]),
    [
      ["x", "agrees"],
      ["y", "agrees"],
    ],
  );
});

test("a wrong gradient differs", () => {
  const { agrees, partials } = checkGradient(
    parse("x^2 * y"),
    { x: 3, y: 2 },
    {
      gradient: { x: parse("2 * x * y"), y: parse("x^2 + 0.001") },
    },
  );
  assert.not(agrees);
  assert.equal(
    partials.map(({ verdict }) => verdict),
    ["agrees", "differs"],
  );
});

test("a partial that was left out counts as 0", () => {
  const { partials } = checkGradient(parse("x + y"), { x: 3, y: 2 }, { gradient: { x: 1 } });
  assert.equal(
    partials.map(({ symbolic, verdict }) => [symbolic, verdict]),
    [
      [1, "agrees"],
      [0, "differs"],
    ],
  );
});

for (const [text, at] of [
  ["abs(x)", 0],
  ["relu(x)", 0],
  ["floor(x)", 2],
  ["log(x)", 0],
  ["sqrt(x)", 0],
  ["max(x, 1)", 1],
] as const) {
  test(`${text} at ${at} is unclear`, () => {
    const { partials, agrees } = checkGradient(parse(text), { x: at });
    assert.equal(
      partials.map(({ verdict }) => verdict),
      ["unclear"],
    );
    assert.ok(agrees);
  });
}

test("variables of any name", () => {
  const { partials } = checkGradient(parse("__proto__^2 + constructor"), { ["__proto__"]: 3, constructor: 1 });
  assert.equal(
    partials.map(({ variable, symbolic, verdict }) => [variable, symbolic, verdict]),
    [
      ["__proto__", 6, "agrees"],
      ["constructor", 1, "agrees"],
    ],
  );
});

test("a variable without a value is an error", () => {
  assert.throws(
    () => checkGradient(parse("x + y"), { x: 1 }),
    (error: unknown) => error instanceof FluxionError && error.code === "unbound-variable",
  );
});

test("a finite difference knows how good it is", () => {
  for (const [f, x, slope] of [
    [Math.sin, 1, Math.cos(1)],
    [Math.exp, 5, Math.exp(5)],
    [(t: number) => Math.sin(1e6 * t), 0.3, 1e6 * Math.cos(3e5)],
    [(t: number) => 1e6 + t, 0, 1],
    [(t: number) => t ** 3, 1e4, 3e8],
  ] as const) {
    const { value, error } = finiteDifference(f, x);
    assert.ok(error < 1e-6 * Math.max(1, Math.abs(slope)), String(error));
    assert.ok(Math.abs(value - slope) <= 10 * error + 1e-9 * Math.abs(slope), `${value} ${slope} ${error}`);
  }
  assert.is(finiteDifference(Math.abs, 0).error, Number.POSITIVE_INFINITY);
  // Over these stairs two long steps happen to find the same slope.
  const stairs = (t: number): number => Math.floor(44.2635591071448 - 397 * (t - 0.629));
  assert.ok(finiteDifference(stairs, 0.629).error > 100 || Math.abs(finiteDifference(stairs, 0.629).value) < 1e-9);
});

test.run();
