/** Which points are regular. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { isRegular, measure, type Regularity } from "../../lib/check/index.ts";
import { FluxionError } from "../../lib/expression/error.ts";
import { parse } from "../../lib/syntax/parse.ts";

const regular = (text: string, at: Readonly<Record<string, number>>, how: number | Regularity = {}): void =>
  test(`${text} is regular at ${JSON.stringify(at)} ${JSON.stringify(how)}`, () =>
    assert.ok(isRegular(parse(text), at, how)));
const irregular = (text: string, at: Readonly<Record<string, number>>, how: number | Regularity = {}): void =>
  test(`${text} is not regular at ${JSON.stringify(at)} ${JSON.stringify(how)}`, () =>
    assert.not(isRegular(parse(text), at, how)));

regular("x^2 + y", { x: 2, y: 1 });
irregular("1 / x", { x: 0 });
irregular("log(x)", { x: -1 });
irregular("0 * log(x)", { x: 0 });
irregular("x > 0 ? x : log(x)", { x: -1 });
irregular("x > 0 ? 1 : 1 / (x - x)", { x: 1 });
irregular("x^2", { x: 100 });
regular("x^2", { x: 100 }, 1e5);
regular("x^2", { x: 100 }, { bound: 1e5 });
irregular("exp(x) / exp(x)", { x: 10 });
// All digits cancel, and what is left is divided by.
irregular("1 / (0.1 + 0.2 - 0.3 + x)", { x: 0.001 }, 1e-9);
irregular("1 / ((x + 100) - 100 - x + 0.00001)", { x: 0.1 }, 1e9);
irregular("floor((x + 100.1) - 100.1)", { x: 2 });
regular("floor(x)", { x: 2 });
// The sign of a zero decides, and depends on the order of operations.
irregular("atan2(0 * x, -1)", { x: -1 });
irregular("acot(0 / x)", { x: -1 });
regular("atan2(0 * x, -1)", { x: 1 });
regular("0 * x + 1", { x: -1 });
irregular("floor(x)", { x: 2 }, { kinks: 1e-4 });
irregular("abs(x - y)", { x: 1, y: 1 }, { kinks: 1e-4 });
irregular("max(x, y)", { x: 1, y: 1.00001 }, { kinks: 1e-4 });
regular("max(x, y)", { x: 1, y: 2 }, { kinks: 1e-4 });
regular("x > 0 ? sin(x) : 1", { x: 1 }, { kinks: 1e-4 });
irregular("x > 0 ? sin(x) : 1", { x: 0 }, { kinks: 1e-4 });
regular("exp(5 * x)", { x: 1 }, { kinks: 1e-4 });

const arrays = {
  x: [1, 2, 0],
  W: [
    [1, 2, 3],
    [4, 5, 6],
  ],
  at: Int32Array.of(0, 1),
};

test("an indexed expression is regular where it is so at every position", () => {
  assert.ok(isRegular(parse("sum(i, x[i]^2)"), arrays));
  assert.not(isRegular(parse("sum(i, 1 / x[i])"), arrays));
  assert.ok(isRegular(parse("sum(n, 1 / x[at[n]])"), arrays));
  assert.ok(isRegular(parse("1 / x[i]"), { ...arrays, i: 1 }));
  assert.not(isRegular(parse("1 / x[i]"), arrays));
  assert.not(isRegular(parse("x[7]"), arrays));
  assert.ok(isRegular(parse("W[i,j] * y"), { ...arrays, y: 100 }));
  assert.not(isRegular(parse("W[i,j] * y"), { ...arrays, y: 200 }));
  assert.not(isRegular(parse("maximum(i, x[i] * y[i])"), { ...arrays, y: [2, 1, 0] }, { kinks: 1e-4 }));
  assert.ok(isRegular(parse("maximum(i, x[i] * y[i])"), { ...arrays, y: [2, 3, 0] }, { kinks: 1e-4 }));
});

test("a measurement is that of all positions", () => {
  const { value, largest } = measure(parse("sum(i, sum(j, W[i,j] * x[j])) - 20"), arrays);
  assert.equal([value, largest], [-1, 19]);
  assert.is(measure(parse("extent(n) * y"), { y: 2 }, { extents: { n: 3 } }).value, 6);
});

test("a point without a value for a variable is an error", () => {
  assert.throws(
    () => isRegular(parse("x + y"), { x: 1 }),
    (error: unknown) => error instanceof FluxionError && error.code === "unbound-variable",
  );
});

test("names of properties are names", () => {
  assert.ok(isRegular(parse("__proto__ + constructor"), { ["__proto__"]: 1, constructor: 2 }));
  assert.throws(() => isRegular(parse("toString + 1"), {}), /toString/);
});

test("the error that is measured covers the one that was made", () => {
  // 0.1 + 0.2 - 0.3 is 0, and 5.55e-17 in doubles.
  const { value, error, largest } = measure(parse("0.1 + 0.2 - 0.3"), {});
  assert.ok(value !== 0 && Math.abs(value) <= error && error < 1e-14);
  assert.is(largest, 0.1 + 0.2);
});

test.run();
