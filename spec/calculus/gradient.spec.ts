import { test } from "uvu";
import * as assert from "uvu/assert";
import { gradient } from "../../lib/calculus/gradient.ts";
import type { GradientOptions } from "../../lib/calculus/seed.ts";
import { finiteDifference } from "../../lib/check/finite-difference.ts";
import { evaluate } from "../../lib/evaluate.ts";
import type { ErrorCode } from "../../lib/expression/error.ts";
import { constant, type Expr, type Operand, reduction, shift, variable } from "../../lib/expression/expression.ts";
import { countDistinctNodes, countOperations } from "../../lib/expression/fold.ts";
import * as F from "../../lib/expression/functions.ts";
import * as text from "../../lib/print/text.ts";
import { throws } from "../support/throws.ts";

const { add, mul, div, sub, neg, pow, exp, log, sin, sqrt, tanh, relu, abs, min, max, clip, conditional } = F;
const [x, y] = [variable("x"), variable("y")];
const v = variable;
const sum = (index: string, body: Operand): Expr => reduction("sum", index, body);
const logsumexp = (index: string, body: Operand): Expr => reduction("logsumexp", index, body);

/** The gradient, exactly as it is written. */
const partials = (
  e: Expr,
  expected: Readonly<Record<string, string>>,
  variables?: readonly string[],
  options?: GradientOptions,
): void =>
  test(`the gradient of ${e} by ${variables ?? "all"} is ${JSON.stringify(expected)}`, () => {
    const texts = Object.entries(gradient(e, variables, options)).map(([name, partial]) => [
      name,
      text.toString(partial),
    ]);
    assert.equal(Object.fromEntries(texts), expected);
  });

/** The derivative by x at values of x. */
const slopes = (e: Expr, expected: Readonly<Record<string, number>>): void =>
  test(`the gradient of ${e} by x is ${JSON.stringify(expected)}`, () => {
    for (const [at, slope] of Object.entries(expected))
      assert.is(evaluate(gradient(e, ["x"]).x, { x: Number(at), y: 3 }), slope, `at ${at}`);
  });

// Scalars: no term that is 0, no factor that is 1, signs carried

partials(add(mul(mul(4, x), y), exp(mul(-1, y))), { x: "4 * y", y: "4 * x - exp(-1 * y)" });
partials(mul(x, x), { x: "x + x" });
partials(neg(mul(x, y)), { x: "-y", y: "-x" });
partials(sub(y, mul(3, x)), { y: "1", x: "-3" });
partials(div(x, y), { x: "1 / y", y: "-(x / y / y)" });
partials(sin(div(x, y)), { x: "cos(x / y) / y", y: "-(cos(x / y) / y * (x / y))" });
partials(log(add(x, y)), { x: "1 / (x + y)", y: "1 / (x + y)" });
partials(mul(y, log(x)), { y: "log(x)", x: "y / x" });
partials(F.cos(neg(x)), { x: "sin(-x)" });
partials(mul(x, F.floor(y)), { x: "floor(y)", y: "0" });
partials(conditional(F.less(x, 0), mul(2, x), y), { x: "x < 0 ? 2 : 0", y: "x < 0 ? 0 : 1" });
partials(mul(y, relu(sub(x, 1))), { y: "relu(x - 1)", x: "x - 1 > 0 ? y : 0" });
partials(x, { x: "1", z: "0" }, ["x", "z"]);
partials(constant(3), {});

// Kinks have one documented slope, and what a selection leaves out does not count

slopes(relu(x), { "-1": 0, 0: 0, 2: 1 });
slopes(abs(x), { "-1": -1, 0: 0, 2: 1 });
slopes(min(x, 1), { 0: 1, 1: 0.5, 2: 0 });
slopes(max(x, 1), { 0: 0, 1: 0.5, 2: 1 });
slopes(clip(x, 0, 1), { "-1": 0, 0: 0.5, 0.3: 1, 1: 0.5, 2: 0 });
slopes(conditional(F.greater(x, 0), log(x), 0), { "-1": 0, 0: 0, 2: 0.5 });
slopes(conditional(F.greater(x, 0), mul(y, log(x)), 0), { "-1": 0, 0: 0, 2: 1.5 });
slopes(conditional(F.greater(x, 0), mul(mul(y, y), log(mul(2, x))), 0), { "-1": 0, 0: 0, 2: 4.5 });
slopes(conditional(F.lessOrEqual(x, 0), 0, mul(y, log(x))), { "-1": 0, 0: 0, 2: 1.5 });
slopes(conditional(F.less(x, 700), exp(x), 0), { 1000: 0, 0: 1 });
slopes(sqrt(relu(x)), { "-1": 0, 0: 0, 4: 0.25 });
slopes(sqrt(abs(x)), { "-4": -0.25, 0: 0, 4: 0.25 });
slopes(sqrt(sqrt(relu(x))), { "-1": 0, 0: 0, 16: 1 / 32 });
slopes(sqrt(relu(sqrt(relu(x)))), { "-1": 0, 0: 0, 16: 1 / 32 });
slopes(max(sqrt(x), 1), { 0: 0, 1: 0.25, 4: 0.25 });
slopes(max(mul(3, sqrt(x)), 3), { 0: 0, 1: 0.75, 4: 0.75 });
slopes(relu(log(x)), { 0: 0, 0.5: 0, 2: 0.5 });
slopes(clip(sqrt(x), 1, 2), { 0: 0, 2.25: 1 / 3, 9: 0 });
slopes(abs(sqrt(x)), { 0: 0, 4: 0.25 });
slopes(log(add(relu(x), relu(sub(1, x)))), { 0: -1, 0.5: 0, 1: 1 });
slopes(mul(F.floor(sqrt(x)), y), { 0: 0 });
slopes(max(max(sqrt(x), sqrt(mul(2, x))), 4), { 0: 0, 2: 0, 32: 0.125 });

// Names

test("every name is only a name", () => {
  const names = ["__proto__", "constructor", "n", "e1", "toString", "x;y", "a b"];
  const total = F.addAll(names.map((name, i) => mul(i + 2, variable(name))));
  for (const found of [
    gradient(total),
    gradient(total, names),
    gradient(
      total,
      names.map(name => variable(name)),
    ),
  ]) {
    assert.equal(Object.keys(found), names);
    assert.equal(
      names.map(name => found[name]),
      names.map((_, i) => constant(i + 2)),
    );
  }
});

// Indices: the rule in full

const linear = add(sum("j", mul(v("x", "n", "j"), v("W", "j", "k"))), v("b", "k"));
const weighted = sum("n", sum("k", mul(v("d", "n", "k"), linear)));
const crossEntropy = sum("n", sub(logsumexp("k", linear), sum("k", mul(v("t", "n", "k"), linear))));
const hidden = relu(add(sum("j", mul(v("x", "n", "j"), v("W", "j", "k"))), v("b", "k")));

partials(sum("i", add(v("x", "i"), v("b"))), { x: "1", b: "extent(i)" });
partials(sum("i", v("b")), { b: "extent(i)" });
partials(sum("n", v("x", 0)), { x: "extent(n) * delta(i, 0)" });
partials(logsumexp("i", v("b")), { b: "extent(i) * exp(b - logsumexp(i, b))" });
partials(
  reduction("maximum", "i", v("a", "i")),
  { a: "a[i] == maximum(i, a[i]) ? 1 / sum(i, a[i] == maximum(i, a[i])) : 0" },
  ["a[i]"],
);
partials(sum("j", sum("k", mul(v("W", "j", "k"), v("W", "k", "j")))), { W: "W[k,j] + W[k,j]" });
partials(sum("i", mul(v("a", "i", "i"), v("c", "i"))), { a: "c[i] * delta(j, i)", c: "a[i,i]" });
partials(sum("i", mul(v("a", "i"), sum("i", v("b", "i")))), { a: "sum(i, b[i])", b: "sum(i, a[i])" });
partials(weighted, { W: "sum(n, d[n,k] * x[n,j])", b: "sum(n, d[n,k])", x: "sum(k, d[n,k] * W[j,k])" }, [
  "W[j,k]",
  "b",
  "x",
]);
partials(weighted, { W: "sum(n', d[n',n] * x[n',j])", b: "sum(n', d[n',n])" }, ["W[j,n]", "b[n]"]);
partials(
  crossEntropy,
  {
    b: "sum(n, exp(sum(j, x[n,j] * W[j,k]) + b[k] - logsumexp(k, sum(j, x[n,j] * W[j,k]) + b[k])) - t[n,k])",
  },
  ["b"],
);
partials(sum("n", sum("k", mul(hidden, v("u", "k")))), { b: "sum(n, sum(j, x[n,j] * W[j,k]) + b[k] > 0 ? u[k] : 0)" }, [
  "b",
]);
partials(
  sum("n", exp(v("E", v("token", "n"), "k"))),
  { E: "sum(n, dy[k] * exp(E[token[n],k]) * delta(v, token[n]))" },
  ["E[v,k]"],
  {
    adjoint: "dy",
  },
);

// A named adjoint: the rules of the textbook

partials(sum("j", mul(v("W", "i", "j"), v("x", "j"))), { W: "dy[i] * x[j]", x: "sum(i, dy[i] * W[i,j])" }, undefined, {
  adjoint: "dy[i]",
});
partials(tanh(v("a", "i")), { a: "dy[i] * (1 - tanh(a[i])^2)" }, ["a"], { adjoint: "dy" });
partials(tanh(x), { x: "dy * (1 - tanh(x)^2)" }, ["x"], { adjoint: variable("dy") });
partials(mul(x, v("a", "i")), { x: "sum(i, 2 * a[i])" }, ["x"], { adjoint: 2 });

test("the variables are those of the values, without what is read in indices only", () => {
  const e = sum("n", mul(v("E", v("token", "n"), 0), x));
  assert.equal(Object.keys(gradient(e)), ["E", "x"]);
  assert.is(gradient(e, ["token"]).token, constant(0));
});

// The rule against finite differences

type Values = Readonly<Record<string, number | readonly number[] | readonly (readonly number[])[]>>;

/** Each element of each partial derivative against a difference quotient, which has about half the digits of a double. */
function agrees(e: Expr, readings: readonly string[], values: Values, extents: Record<string, number> = {}): void {
  test(`the gradient of ${e} by ${readings} is what finite differences give`, () => {
    const found = gradient(e, readings);
    let compared = 0;
    for (const reading of readings) {
      const [name = "", axes = ""] = reading.replace("]", "").split("[");
      const names = axes === "" ? [] : axes.split(",");
      for (const [place, element] of elements(values[name] ?? 0)) {
        const at = Object.fromEntries(names.map((axis, i) => [axis, place[i] ?? 0]));
        const exact = evaluate(found[name] ?? 0, { ...values, ...at }, { extents });
        const shifted = (to: number): number =>
          evaluate(e, { ...values, [name]: replaced(values[name] ?? 0, place, to) }, { extents });
        const { value } = finiteDifference(shifted, element);
        assert.ok(
          Math.abs(exact - value) <= 1e-6 * Math.max(1, Math.abs(value)),
          `${reading} at ${place}: ${exact}, not ${value}`,
        );
        compared++;
      }
    }
    assert.ok(compared > 0);
  });
}

const xs = [
  [0.5, -1.2, 0.3],
  [1.1, 0.4, -0.7],
];
const ws = [
  [0.2, -0.5],
  [0.9, 0.1],
  [-0.3, 0.6],
];
const square = [
  [0.2, -0.5],
  [0.9, 0.1],
];
const data = {
  x: xs,
  W: ws,
  b: [0.05, -0.15],
  t: [
    [1, 0],
    [0, 1],
  ],
  d: square,
  u: [0.7, -1.3],
};

agrees(sum("i", add(v("x", "i"), v("b"))), ["x[i]", "b"], { x: [1, 2, 3], b: 2 }, { i: 3 });
agrees(sum("i", v("b")), ["b"], { b: 2 }, { i: 4 });
agrees(sum("n", v("x", 0)), ["x[p]"], { x: [1, 2, 3] }, { n: 4 });
agrees(logsumexp("i", v("b")), ["b"], { b: 2 }, { i: 4 });
agrees(logsumexp("i", mul(v("b"), v("a", "i"))), ["b", "a[i]"], { b: 2, a: [0.3, 0.1, -1] });
agrees(reduction("maximum", "i", mul(v("b"), v("a", "i"))), ["b", "a[q]"], { b: 2, a: [0.3, 0.1, -1] });
agrees(sum("j", sum("k", mul(v("W", "j", "k"), pow(v("W", "k", "j"), 2)))), ["W[j,k]"], { W: square });
agrees(sum("j", sum("k", mul(v("W", "j", "k"), pow(v("W", "k", "j"), 2)))), ["W[k,j]"], { W: square });
agrees(sum("i", mul(v("a", "i", "i"), v("c", "i"))), ["a[i,j]", "a[i,j]", "c[j]"], { a: square, c: [2, 3] });
agrees(sum("i", mul(v("a", "i"), exp(sum("i", mul(v("a", "i"), v("b", "i")))))), ["a[i]", "b[p]"], {
  a: [0.1, 0.2],
  b: [1, -1],
});
agrees(weighted, ["W[j,k]", "b[k]", "x[n,j]"], data);
agrees(weighted, ["W[k,n]", "b[j]", "x[j,n]", "d[k,n]"], data);
agrees(crossEntropy, ["W[j,k]", "b[k]", "x[n,j]"], data);
agrees(crossEntropy, ["W[n,j]", "b[n]", "x[k,n]", "t[j,k]"], data);
agrees(sum("n", pow(sub(sum("k", mul(hidden, v("u", "k"))), v("y", "n")), 2)), ["W[j,k]", "b[k]", "u[k]"], {
  ...data,
  y: [0.4, 2],
});
agrees(sum("n", sum("k", exp(mul(v("c", "n"), v("E", v("token", "n"), "k"))))), ["E[n,k]", "c[k]"], {
  E: ws,
  c: [0.5, 1, -1, 2],
  token: [2, 0, 2, 1],
});
agrees(sum("n", sum("i", tanh(sum("p", mul(v("x", "n", shift("i", "p")), v("w", "p")))))), ["x[n,p]", "w[i]"], {
  x: [
    [0.1, 0.5, -0.3, 0.8],
    [1, -1, 0.2, 0.4],
  ],
  w: [0.7, -0.4],
});

test("ties share the maximum equally", () => {
  const e = reduction("maximum", "i", v("a", "i"));
  const { a } = gradient(e, ["a[i]"]);
  assert.equal(
    [0, 1, 2].map(i => evaluate(a, { a: [3, 1, 3], i })),
    [0.5, 0, 0.5],
  );
});

test("what is not the maximum does not count, however steep it is", () => {
  const e = reduction("maximum", "i", sqrt(v("a", "i")));
  const { a } = gradient(e, ["a[i]"]);
  assert.equal(
    [0, 1].map(i => evaluate(a, { a: [0, 4], i })),
    [0, 0.25],
  );
});

test("the gradient of a gradient is a gradient", () => {
  const e = sum("i", pow(mul(v("a", "i"), sum("j", mul(v("a", "j"), v("c", "j")))), 2));
  const { a } = gradient(e, ["a[p]"]);
  const second = gradient(a, ["a[q]"], { adjoint: "r[p]" }).a;
  const values = { a: [0.3, -0.7, 0.2], c: [1, 2, -1], r: [0.5, 0.1, -2] };
  for (const q of [0, 1, 2]) {
    const along = (to: number): number =>
      [0, 1, 2].reduce(
        (total, p) =>
          total +
          (values.r[p] ?? 0) * evaluate(a, { ...values, a: replaced(values.a, [q], to) as readonly number[], p }),
        0,
      );
    const { value } = finiteDifference(along, values.a[q] ?? 0);
    // A difference quotient has about half the digits of a double.
    assert.ok(Math.abs(evaluate(second, { ...values, q }) - value) < 1e-6);
  }
});

// Errors

const refuses = (what: string, code: ErrorCode, action: () => unknown): void =>
  test(`${what} is ${code}`, () => throws(action, code));

refuses("a root with free indices", "not-scalar", () => gradient(v("x", "i")));
refuses("an adjoint with indices of its own", "bad-index", () => gradient(v("x", "i"), ["x"], { adjoint: "dy[i,j]" }));
refuses("a reading with too many axes", "bad-index", () => gradient(weighted, ["b[k,l]"]));
refuses("a scalar read as an array", "bad-index", () => gradient(x, ["x[i]"]));
refuses("a reading at a constant", "bad-index", () => gradient(weighted, ["b[0]"]));
refuses("two readings of one array", "bad-option", () => gradient(weighted, ["W[j,k]", "W[k,j]"]));
refuses("a number as a variable", "bad-option", () => gradient(x, [3 as unknown as string]));

// Cost

test("the gradient of x1 * … * x200 has about 600 operations", () => {
  const factors = Array.from({ length: 200 }, (_, i) => variable(`x${i + 1}`));
  const product = F.mulAll(factors);
  const count = countOperations(product, ...Object.values(gradient(product)));
  assert.ok(count > 500 && count <= 600, `${count}`);
});

test("a chain of 100,000 sines has a gradient, in linear size", () => {
  let chain: Expr = x;
  for (let i = 0; i < 1e5; i++) chain = sin(chain);
  assert.ok(countDistinctNodes(chain, gradient(chain).x ?? 0) <= 3 * countDistinctNodes(chain));
});

test("sixty squarings have a gradient of a few hundred nodes", () => {
  let power: Expr = x;
  for (let i = 0; i < 60; i++) power = mul(power, power);
  assert.ok(countDistinctNodes(power, gradient(power).x ?? 0) < 250);
});

test("a negation of negations 100,000 deep has a gradient", () => {
  let chain: Expr = x;
  for (let i = 0; i < 1e5; i++) chain = neg(chain);
  assert.is(gradient(mul(y, chain)).y, chain);
});

test("a chain of selections grows linearly", () => {
  const size = (length: number): number => {
    let chain: Expr = x;
    for (let i = 0; i < length; i++) chain = sqrt(max(chain, relu(sub(chain, 1))));
    return countDistinctNodes(gradient(chain).x ?? 0);
  };
  assert.ok(size(200) < 2.2 * size(100), `${size(200)} against ${size(100)}`);
});

test.run();

function elements(value: unknown, place: readonly number[] = []): readonly (readonly [readonly number[], number])[] {
  if (typeof value === "number") return [[place, value]];
  return Array.isArray(value) ? value.flatMap((item, i) => elements(item, [...place, i])) : [];
}

function replaced(value: unknown, [first, ...rest]: readonly number[], by: number): Values[string] {
  if (!Array.isArray(value) || first === undefined) return by;
  return value.map((item, i) => (i === first ? replaced(item, rest, by) : item));
}
