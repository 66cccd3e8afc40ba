import { test } from "uvu";
import * as assert from "uvu/assert";
import { differentiate } from "../../lib/calculus/differentiate.ts";
import { evaluate } from "../../lib/evaluate.ts";
import type { ErrorCode } from "../../lib/expression/error.ts";
import { constant, delta, type Expr, type Operand, reduction, variable } from "../../lib/expression/expression.ts";
import { countDistinctNodes } from "../../lib/expression/fold.ts";
import * as F from "../../lib/expression/functions.ts";
import * as text from "../../lib/print/text.ts";
import { throws } from "../support/throws.ts";

const { add, mul, div, sub, neg, pow, exp, log, sin, sqrt, tanh, relu, abs, min, max, clip, conditional } = F;
const [x, y] = [variable("x"), variable("y")];
const sum = (index: string, body: Operand): Expr => reduction("sum", index, body);

/** The derivative by x, exactly as it is written, with all parentheses. */
const derives = (e: Expr, expected: string, by = "x"): void =>
  test(`d/d${by} ${e} is ${expected}`, () =>
    assert.is(text.toString(differentiate(e, by), { parentheses: "all" }), expected));

/** The value of the derivative by x at values of x. */
const slopes = (e: Expr, expected: Readonly<Record<string, number>>): void =>
  test(`the slope of ${e} is ${JSON.stringify(expected)}`, () => {
    for (const [at, slope] of Object.entries(expected))
      assert.is(evaluate(differentiate(e, "x"), { x: Number(at), y: 3 }), slope, `at ${at}`);
  });

// The textbook's rules, every term written

derives(
  add(mul(mul(4, x), y), exp(mul(-1, y))),
  "(((((0 * x) + (4 * 1)) * y) + ((4 * x) * 0)) + (exp((-1 * y)) * ((0 * y) + (-1 * 0))))",
);
derives(constant(3), "0");
derives(x, "1");
derives(y, "0");
derives(F.pi, "0");
derives(mul(x, x), "((1 * x) + (x * 1))");
derives(sub(x, y), "(1 - 0)");
derives(neg(x), "(-(1))");
derives(div(x, y), "(((1 * y) - (x * 0)) / (y^2))");
derives(sin(mul(2, x)), "(cos((2 * x)) * ((0 * x) + (2 * 1)))");
derives(sin(y), "(cos(y) * 0)");
derives(tanh(x), "((1 - (tanh(x)^2)) * 1)");

// The other rows leave out what does not contain the variable

derives(pow(x, 2), "((2 * x) * 1)");
derives(pow(x, 3), "((3 * (x^2)) * 1)");
derives(pow(2, x), "(((2^x) * log(2)) * 1)");
derives(pow(x, x), "(((x * (x^(x - 1))) * 1) + (((x^x) * log(x)) * 1))");
derives(pow(y, 2), "0");
derives(F.atan2(1, y), "0");
derives(F.floor(x), "0");
derives(F.less(x, y), "0");
derives(conditional(F.less(x, y), mul(2, x), y), "((x < y) ? ((0 * x) + (2 * 1)) : 0)");
derives(mul(F.polygamma(2, x), y), "(((polygamma((2 + 1), x) * 1) * y) + (polygamma(2, x) * 0))");

// Kinks have one documented slope

slopes(relu(x), { "-1": 0, 0: 0, 2: 1 });
slopes(abs(x), { "-1": -1, 0: 0, 2: 1 });
slopes(F.sign(x), { "-1": 0, 0: 0, 2: 0 });
slopes(F.step(x), { "-1": 0, 0: 0, 2: 0 });
slopes(F.round(x), { 0.5: 0, 1: 0 });
slopes(min(x, 1), { 0: 1, 1: 0.5, 2: 0 });
slopes(max(x, 1), { 0: 0, 1: 0.5, 2: 1 });
slopes(clip(x, 0, 1), { "-1": 0, 0: 0.5, 0.3: 1, 1: 0.5, 2: 0 });
slopes(conditional(F.lessOrEqual(x, 0), mul(2, x), mul(3, x)), { "-1": 2, 0: 2, 1: 3 });

// What a selection leaves out does not count, however large it is

slopes(conditional(F.greater(x, 0), log(x), 0), { "-1": 0, 0: 0, 2: 0.5 });
slopes(conditional(F.greater(x, 0), mul(y, log(x)), 0), { "-1": 0, 0: 0, 2: 1.5 });
slopes(conditional(F.less(x, 700), exp(x), 0), { 1000: 0, 0: 1 });
slopes(sqrt(relu(x)), { "-1": 0, 0: 0, 4: 0.25 });
slopes(sqrt(abs(x)), { "-4": -0.25, 0: 0, 4: 0.25 });
slopes(sqrt(sqrt(relu(x))), { "-1": 0, 0: 0, 16: 1 / 32 });
slopes(sqrt(mul(3, relu(x))), { "-1": 0, 0: 0, 3: 0.5 });
slopes(sqrt(relu(sqrt(relu(x)))), { "-1": 0, 0: 0, 16: 1 / 32 });
slopes(max(sqrt(x), 1), { 0: 0, 1: 0.25, 4: 0.25 });
slopes(min(log(x), 0), { 0: Number.POSITIVE_INFINITY, 1: 0.5, 2: 0 });
slopes(relu(log(x)), { 0: 0, 0.5: 0, 2: 0.5 });
slopes(clip(sqrt(x), 1, 2), { 0: 0, 2.25: 1 / 3, 9: 0 });
slopes(abs(sqrt(x)), { 0: 0, 4: 0.25 });
slopes(log(add(relu(x), relu(sub(1, x)))), { 0: -1, 0.5: 0, 1: 1 });
slopes(log(add(1, relu(x))), { "-1": 0, 1: 0.5 });
slopes(F.floor(sqrt(x)), { 0: 0 });
slopes(pow(relu(x), 0.5), { "-1": 0, 4: 0.25 });

// Orders

test("the order repeats the derivative", () => {
  assert.is(differentiate(sin(x), "x", 0), sin(x));
  assert.is(differentiate(sin(x), "x", 2), differentiate(differentiate(sin(x), "x"), "x"));
  assert.is(evaluate(differentiate(pow(x, 5), "x", 5), { x: 0.3 }), 120);
});

// Names

for (const name of ["__proto__", "constructor", "n", "e1", "x;y", ""]) {
  test(`${JSON.stringify(name)} is a name`, () => {
    assert.is(differentiate(variable(name), variable(name)), constant(1));
    assert.is(differentiate(variable(name), name), constant(1));
  });
}

// Elements of arrays

const W = variable("W", "i", "j");
const X = variable("x", "j");
const W_pq = mul(delta("i", "p"), delta("j", "q"));

test("the derivative of a reading is a product of deltas", () => {
  assert.is(differentiate(W, "W[p,q]"), W_pq);
  assert.is(differentiate(W, variable("W", "p", "q")), W_pq);
  assert.is(differentiate(variable("W", 0, "j"), "W[p,q]"), mul(delta(0, "p"), delta("j", "q")));
  assert.is(differentiate(X, "x[0]"), delta("j", 0));
});

test("a linear map has the derivative delta(i,p) * x[q]", () => {
  const row = differentiate(sum("j", mul(W, X)), "W[p,q]");
  assert.is(row, sum("j", add(mul(W_pq, X), mul(W, 0))));
  const values = { W: [[1, 2]], x: [5, 7], i: 0 };
  assert.is(evaluate(row, { ...values, p: 0, q: 1 }), 7);
});

test("an index that the element names is not captured", () => {
  const row = differentiate(sum("j", mul(W, X)), "W[i,j]");
  assert.equal(row.freeIndices, ["i", "j"]);
  assert.is(evaluate(row, { W: [[1, 2]], x: [5, 7], i: 0, j: 1 }), 7);
});

test("reductions have their derivatives", () => {
  const values = { x: [1, 3, 3] };
  const slope = (operation: "sum" | "maximum" | "minimum" | "logsumexp", p: number): number =>
    evaluate(differentiate(reduction(operation, "j", X), "x[p]"), { ...values, p }, { extents: { j: 3 } });
  assert.equal(
    [0, 1, 2].map(p => slope("sum", p)),
    [1, 1, 1],
  );
  assert.equal(
    [0, 1, 2].map(p => slope("maximum", p)),
    [0, 0.5, 0.5],
  );
  assert.equal(
    [0, 1, 2].map(p => slope("minimum", p)),
    [1, 0, 0],
  );
  const total = Math.exp(1) + 2 * Math.exp(3);
  for (const p of [0, 1, 2]) {
    const softmax = Math.exp(values.x[p] ?? 0) / total;
    // Equal to rounding: exp(x - logsumexp) is another way to compute it.
    assert.ok(Math.abs(slope("logsumexp", p) - softmax) < 1e-15);
  }
});

test("what is not the maximum does not count, however steep it is", () => {
  const steep = differentiate(reduction("maximum", "j", sqrt(mul(y, X))), "y");
  assert.is(evaluate(steep, { x: [0, 4], y: 1 }), 1);
});

test("there is no derivative through an index", () => {
  const embedded = sum("n", variable("E", variable("token", "n"), "k"));
  const values = { E: [[1, 2]], token: [0, 0], k: 0, p: 0 };
  assert.is(evaluate(differentiate(embedded, "token[p]"), values), 0);
  assert.is(evaluate(differentiate(embedded, "E[p,q]"), { ...values, q: 0 }), 2);
  assert.is(differentiate(delta(variable("token", "n"), 0), "token[p]"), constant(0));
});

// Errors

const refuses = (what: string, code: ErrorCode, action: () => unknown): void =>
  test(`${what} is ${code}`, () => throws(action, code));

refuses("an order of 1.5", "bad-option", () => differentiate(x, "x", 1.5));
refuses("an order of -1", "bad-option", () => differentiate(x, "x", -1));
refuses("an array by its bare name", "bad-index", () => differentiate(sum("j", X), "x"));
refuses("an array under too many indices", "bad-index", () => differentiate(sum("j", X), "x[p,q]"));
refuses("a scalar by an element", "bad-index", () => differentiate(x, "x[p]"));
refuses("an axis named twice", "bad-index", () => differentiate(W, "W[p,p]"));
refuses("a number as the variable", "bad-option", () => differentiate(x, 3 as unknown as string));
refuses("polygamma by its order", "unsupported", () => differentiate(F.polygamma(x, y), "x"));

// Depth and sharing

test("a chain of 100,000 sines has a derivative, in linear size", () => {
  let chain: Expr = x;
  for (let i = 0; i < 1e5; i++) chain = sin(chain);
  const size = countDistinctNodes(differentiate(chain, "x"));
  assert.ok(size > 1e5 && size <= 4 * countDistinctNodes(chain), `${size}`);
});

test("sixty squarings of a square have a derivative of a few hundred nodes", () => {
  let power: Expr = x;
  for (let i = 0; i < 60; i++) power = mul(power, power);
  assert.ok(countDistinctNodes(differentiate(power, "x")) < 400);
});

test("a chain of guarded products grows linearly", () => {
  const size = (length: number): number => {
    let chain: Expr = x;
    for (let i = 0; i < length; i++) chain = sqrt(max(chain, relu(sub(chain, 1))));
    return countDistinctNodes(differentiate(chain, "x"));
  };
  assert.ok(size(200) < 2.2 * size(100), `${size(200)} against ${size(100)}`);
});

test.run();
