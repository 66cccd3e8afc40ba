/** The meaning of an expression. */
import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { evaluate, evaluateArray, evaluateDefinitions } from "../lib/evaluate.ts";
import { define } from "../lib/expression/definition.ts";
import {
  delta,
  type Expr,
  extent,
  type Operand,
  type ReductionKind,
  reduction,
  scaleIndex,
  shift,
  variable,
} from "../lib/expression/expression.ts";
import {
  add,
  conditional,
  div,
  equal,
  exp,
  log,
  max,
  mul,
  neg,
  pow,
  sin,
  sub,
  tanh,
} from "../lib/expression/functions.ts";
import type { Value, Values } from "../lib/expression/values.ts";
import "../lib/print/text.ts";
import { numRuns } from "./support/runs.ts";
import { throws } from "./support/throws.ts";

const [x, y] = [variable("x"), variable("y")];
const [xi, xj, Wij] = [variable("x", "i"), variable("x", "j"), variable("W", "i", "j")];
const sum = (i: string, body: Operand): Expr => reduction("sum", i, body);
const maximum = (i: string, body: Operand): Expr => reduction("maximum", i, body);
const logsumexp = (i: string, body: Operand): Expr => reduction("logsumexp", i, body);
const W = [
  [1, 2, 3],
  [4, 5, 6],
];
/** What a caller without types may hand in. */
const untyped = <T>(value: unknown): T => value as T;

test("a scalar formula has its value", () => {
  const e = add(mul(mul(4, x), y), exp(mul(-1, y)));
  assert.is(evaluate(e, { x: 2, y: 3 }), 24.049787068367863);
  assert.is(
    evaluate(
      e,
      new Map([
        ["x", 2],
        ["y", 3],
      ]),
    ),
    24.049787068367863,
  );
  assert.is(evaluate(3), 3);
  assert.is(evaluate(pow(2, 0.5)), Math.SQRT2);
});

test("NaN and the infinities are values", () => {
  assert.is(evaluate(neg(x), { x: Infinity }), -Infinity);
  assert.ok(Number.isNaN(evaluate(x, { x: Number.NaN })));
  assert.is(evaluate(div(1, x), { x: 0 }), Infinity);
  assert.ok(Number.isNaN(evaluate(log(-1))));
});

test("names that objects have are names like any other", () => {
  for (const name of ["__proto__", "constructor", "toString", "hasOwnProperty", "", "n"]) {
    throws(() => evaluate(variable(name), {}), "unbound-variable", name);
    assert.is(evaluate(variable(name), new Map([[name, 2]])), 2);
    assert.is(evaluate(sum(name, variable("x", name)), { x: [1, 2] }), 3);
    assert.is(evaluate(sum("i", variable(name, "i")), Object.fromEntries([[name, [1, 2]]])), 3);
  }
  throws(() => evaluate(x, Object.create({ x: 1 }) as Values), "unbound-variable");
});

test("a variable without a value is named, and a near name suggested", () => {
  throws(() => evaluate(add(x, variable("rate")), { x: 1, rat: 2 }), "unbound-variable", "rate", "did you mean rat?");
  throws(() => evaluate(xi, { i: 0 }), "unbound-variable", "x");
  throws(() => evaluate(sum("i", xi), {}), "unbound-variable", "x");
  throws(() => evaluate(xi, { x: [1] }), "unbound-variable", "index i");
});

test("a value of the wrong kind is named", () => {
  throws(() => evaluate(x, { x: untyped("2") }), "bad-value", "x", '"2"');
  for (const value of [null, true, 2n, {}, () => 2]) throws(() => evaluate(x, { x: untyped(value) }), "bad-value", "x");
  throws(() => evaluate(x, { x: [1, 2] }), "bad-value", "x", "an array", "x[i]");
  throws(() => evaluate(xi, { x: 2, i: 0 }), "bad-value", "x", "array");
  throws(() => evaluate(xi, { x: untyped(["1"]), i: 0 }), "bad-value", "x", '"1"');
  throws(() => evaluate(xi, { x: untyped(new Array(3)), i: 0 }), "bad-value", "undefined");
  throws(() => evaluate(xi, { x: untyped(new BigInt64Array(2)), i: 0 }), "bad-value", "x");
  throws(() => evaluate(Wij, { W: [[1, 2], [3]], i: 0, j: 0 }), "bad-value", "W", "ragged");
  throws(() => evaluate(Wij, { W: untyped([[1, 2], 3]), i: 0, j: 0 }), "bad-value", "W", "ragged");
  throws(() => evaluate(Wij, { W: [1, 2], i: 0, j: 0 }), "bad-value", "W[i,j]", "1 axes");
  throws(() => evaluate(variable("W", 0), { W }), "bad-value", "W[0]", "2 axes");
  throws(() => evaluate(xi, { x: { shape: [3], data: [1, 2] }, i: 0 }), "bad-value", "x", "asks for 3", "have 2");
  throws(() => evaluate(xi, { x: { shape: [-1], data: [] }, i: 0 }), "bad-value", "shape");
  const endless: unknown[] = [];
  endless.push(endless);
  throws(() => evaluate(xi, { x: untyped(endless), i: 0 }), "bad-value", "deep");
  for (const values of [null, 3, "x", [1]]) throws(() => evaluate(x, untyped(values)), "bad-option");
});

test("an array may be given in three forms", () => {
  const forms: Value[] = [
    W,
    W.map(row => Float32Array.from(row)),
    { shape: [2, 3], data: [1, 2, 3, 4, 5, 6] },
    { shape: [2, 3], data: Float64Array.of(1, 2, 3, 4, 5, 6) },
  ];
  for (const value of forms) assert.is(evaluate(Wij, { W: value, i: 1, j: 0 }), 4);
  assert.is(evaluate(xi, { x: Int32Array.of(7, 8), i: 1 }), 8);
  assert.is(evaluate(x, { x: { shape: [], data: [5] } }), 5);
  assert.is(evaluate(variable("T", 0, 1, 0), { T: [[[1], [2]]] }), 2);
});

test("a free index takes its value from its name", () => {
  assert.is(evaluate(Wij, { W, i: 1, j: 2 }), 6);
  assert.is(evaluate(variable("x", shift("i", -1)), { x: [5, 6], i: 1 }), 5);
  assert.is(evaluate(delta("i", 3), { i: 3 }), 1);
  assert.is(evaluate(delta("i", shift("j", 1)), { i: 3, j: 3 }), 0);
  throws(() => evaluate(xi, { x: [1, 2], i: 0.5 }), "bad-value", "index i", "0.5");
  throws(() => evaluate(xi, { x: [1, 2], i: Number.NaN }), "bad-value", "index i");
});

test("a position outside is an error that names the reading", () => {
  throws(() => evaluate(xi, { x: [1, 2], i: 2 }), "out-of-range", "x[i]", "position 2");
  throws(() => evaluate(xi, { x: [1, 2], i: -1 }), "out-of-range", "position -1");
  throws(() => evaluate(Wij, { W, i: 0, j: 3 }), "out-of-range", "W[i,j]", "axis 1");
  throws(() => evaluate(variable("x", 0), { x: [] }), "out-of-range");
});

test("a gather reads an integer array", () => {
  const E = variable("E", variable("token", "n"), 1);
  const values = { E: W, token: [1, 0, 1] };
  assert.is(evaluate(E, { ...values, n: 0 }), 5);
  assert.is(evaluate(sum("n", E), values), 12);
  assert.is(evaluate(sum("n", delta(variable("token", "n"), 1)), values), 2);
  assert.is(evaluate(variable("x", shift(variable("s", 0), variable("s", 1))), { x: [1, 2, 3, 4], s: [1, 2] }), 4);
  assert.is(evaluate(variable("a", variable("a", variable("a", 0))), { a: [2, 0, 1] }), 0);
  throws(() => evaluate(E, { E: W, token: [0.5], n: 0 }), "bad-value", "token[n]", "integer", "0.5");
  throws(() => evaluate(E, { E: W, token: [Number.NaN], n: 0 }), "bad-value", "token[n]");
  throws(() => evaluate(E, { E: W, token: [2], n: 0 }), "out-of-range", "E[token[n],1]", "position 2");
});

test("only the branch taken is evaluated", () => {
  assert.is(evaluate(conditional(x, 1, variable("missing")), { x: 2 }), 1);
  assert.is(evaluate(conditional(x, variable("missing"), 1), { x: 0 }), 1);
  assert.is(evaluate(conditional(1, 2, variable("x", 7)), { x: [1] }), 2);
  assert.is(evaluate(conditional(1, 2, xi), { x: untyped("none"), i: 0 }), 2);
  assert.is(evaluate(conditional(1, 2, sum("i", xi)), {}), 2);
  assert.is(evaluate(conditional(Number.MIN_VALUE, 1, 2)), 1);
  throws(() => evaluate(conditional(variable("missing"), 1, 2)), "unbound-variable");
});

test("in a reduction the branch is chosen anew for each value of the index", () => {
  // The reciprocals of those that are not 0; an unbound name stands for the branch that may not be taken.
  const guarded = sum("i", conditional(equal(xi, 0), 0, div(1, xi)));
  assert.is(evaluate(guarded, { x: [0, 2, 0, 4] }), 0.75);
  assert.is(evaluate(sum("i", conditional(delta("i", 0), xi, mul(2, xi))), { x: [1, 2, 3] }), 11);
  throws(() => evaluate(sum("i", conditional(xi, 1, variable("missing"))), { x: [1, 0] }), "unbound-variable");
});

test("reductions reduce", () => {
  const values = { x: [3, 1, 2] };
  assert.is(evaluate(sum("i", xi), values), 6);
  assert.is(evaluate(maximum("i", xi), values), 3);
  assert.is(evaluate(reduction("minimum", "i", xi), values), 1);
  assert.is(evaluate(sum("i", 2), {}, { extents: { i: 4 } }), 8);
  assert.is(evaluate(sum("i", extent("i")), values, { extents: { i: 3 } }), 9);
  assert.ok(Math.abs(evaluate(logsumexp("i", xi), values) - Math.log(Math.E ** 3 + Math.E + Math.E ** 2)) < 1e-15 * 8);
});

test("reductions of nothing", () => {
  const values = { x: [] };
  assert.is(evaluate(sum("i", xi), values), 0);
  assert.is(evaluate(maximum("i", xi), values), -Infinity);
  assert.is(evaluate(reduction("minimum", "i", xi), values), Infinity);
  assert.is(evaluate(logsumexp("i", xi), values), -Infinity);
  assert.is(evaluate(sum("i", variable("missing")), {}, { extents: { i: 0 } }), 0);
});

test("logsumexp neither overflows nor makes NaN of infinities", () => {
  const of = (...list: number[]): number => evaluate(logsumexp("i", xi), { x: list });
  assert.is(of(1000, 1000), 1000 + Math.LN2);
  assert.is(of(-1000, -1000), -1000 + Math.LN2);
  assert.is(of(-Infinity, -Infinity), -Infinity);
  assert.is(of(-Infinity, 3), 3);
  assert.is(of(Infinity, 3), Infinity);
  assert.is(of(Infinity, -Infinity), Infinity);
  assert.ok(Number.isNaN(of(Number.NaN, 3)));
});

test("an inner reduction hides an outer index of its name", () => {
  const values = { x: [1, 2, 3] };
  assert.is(evaluate(sum("i", mul(xi, sum("i", xi))), values), 36);
  assert.is(evaluate(sum("i", add(sum("i", xi), xi)), values), 24);
  assert.is(evaluate(add(xi, sum("i", xi)), { ...values, i: 1 }), 8);
  assert.is(evaluate(add(sum("i", tanh(xi)), tanh(xi)), { x: [0, 0, 1], i: 2 }), 2 * Math.tanh(1));
  assert.is(evaluate(sum("i", sum("j", sum("i", mul(xi, xj)))), values), 108);
});

test("an indexed network is its sums", () => {
  const h = tanh(add(sum("j", mul(Wij, xj)), variable("b", "i")));
  const [input, bias] = [
    [0.1, -0.2, 0.3],
    [0.5, -1],
  ];
  const expected = W.map((row, i) =>
    Math.tanh(row.reduce((total, w, j) => total + w * (input[j] ?? 0), 0) + (bias[i] ?? 0)),
  );
  const { shape, data } = evaluateArray(h, { W, x: input, b: bias }, ["i"]);
  assert.equal(shape, [2]);
  assert.equal([...data], expected);
  assert.is(
    evaluate(sum("i", h), { W, x: input, b: bias }),
    expected.reduce((a, b) => a + b),
  );
});

test("windows slide, also in strides", () => {
  const w = variable("w", "p");
  const image = variable("x", shift("i", "p"));
  assert.equal(
    [...evaluateArray(sum("p", mul(image, w)), { x: [1, 2, 3, 4, 5], w: [1, 10] }, ["i"]).data],
    [21, 32, 43, 54],
  );
  const strided = variable("x", shift(scaleIndex("i", 2), "p"));
  assert.equal([...evaluateArray(sum("p", mul(strided, w)), { x: [1, 2, 3, 4, 5], w: [1, 10] }, ["i"]).data], [21, 43]);
  assert.is(evaluate(sum("i", sub(variable("x", shift("i", 1)), 0)), { x: [1, 2, 4] }), 6);
});

test("an array is filled in row-major order of the named axes", () => {
  assert.equal(evaluateArray(Wij, { W }, ["i", "j"]), { shape: [2, 3], data: Float64Array.of(1, 2, 3, 4, 5, 6) });
  assert.equal(evaluateArray(Wij, { W }, ["j", "i"]), { shape: [3, 2], data: Float64Array.of(1, 4, 2, 5, 3, 6) });
  assert.equal(evaluateArray(xi, { x: [1, 2] }, ["i", "k"], { extents: { k: 2 } }).data, Float64Array.of(1, 1, 2, 2));
  assert.equal(evaluateArray(2, {}, []), { shape: [], data: Float64Array.of(2) });
  assert.equal(evaluateArray(delta("i", "j"), {}, ["i", "j"], { extents: { j: 2 } }).data, Float64Array.of(1, 0, 0, 1));
  assert.equal(evaluateArray(xi, { x: [] }, ["i"]), { shape: [0], data: new Float64Array(0) });
  const computed = evaluateArray(Wij, { W }, ["j", "i"]);
  assert.is(evaluate(variable("V", 2, 0), { V: computed }), 3);
  throws(() => evaluateArray(Wij, { W }, ["i"]), "bad-index", "j");
  throws(() => evaluateArray(xi, { x: [1] }, ["i", "i"]), "bad-index");
  throws(() => evaluateArray(1, {}, ["k"]), "extent", "k", "extents");
  throws(() => evaluateArray(1, {}, ["k", "l"], { extents: { k: 1e9, l: 1e9 } }), "unsupported", "too many");
});

test("definitions are filled in order, and each may read those before it", () => {
  const values = evaluateDefinitions(
    [
      define("ones[j]", 1),
      define("h[j,i]", mul(Wij, variable("ones", "j"))),
      define("total", sum("a", sum("b", variable("h", "b", "a")))),
      define("__proto__", add(variable("total"), 1)),
    ],
    { W },
  );
  assert.equal([...values.keys()], ["ones", "h", "total", "__proto__"]);
  assert.equal(values.get("ones"), { shape: [3], data: Float64Array.of(1, 1, 1) });
  assert.equal(values.get("h"), { shape: [3, 2], data: Float64Array.of(1, 4, 2, 5, 3, 6) });
  assert.is(values.get("total"), 21);
  assert.is(values.get("__proto__"), 22);
  throws(() => evaluateDefinitions([define("a", variable("b")), define("b", 1)]), "unbound-variable", "b");
});

test("two extents of one index are an error, whichever is read", () => {
  throws(() => evaluate(mul(xi, variable("y", "i")), { x: [1, 2], y: [1], i: 0 }), "extent", "x[i]", "y[i]", "2", "1");
  throws(() => evaluate(sum("i", mul(xi, variable("y", "i"))), { x: [1, 2], y: [1] }), "extent", "x[i]", "y[i]");
  throws(() => evaluate(sum("i", xi), { x: [1, 2] }, { extents: { i: 3 } }), "extent", "x[i]", "2", "3", "given");
  throws(() => evaluate(sum("i", 1)), "extent", "i", "extents");
  throws(() => evaluate(extent("i")), "extent", "i");
  throws(() => evaluate(sum("i", xi), { x: [1] }, { extents: { i: -1 } }), "bad-option", "i");
});

test("what does not depend on an index is computed once", () => {
  let calls = 0;
  const watched = new Proxy([1, 2, 3], {
    get(target, property, receiver) {
      if (property === "2") calls++;
      return Reflect.get(target, property, receiver) as unknown;
    },
  });
  evaluate(
    sum("i", sum("j", mul(variable("y", "i"), variable("x", 2)))),
    { x: watched, y: [1, 2] },
    { extents: { j: 100 } },
  );
  // Once to see that it is a number, once to read it.
  assert.is(calls, 2);
});

test("sixty nested reductions of what does not depend on them cost no more than sixty", () => {
  let e: Expr = x;
  for (let i = 0; i < 60; i++) e = sum(`i${i}`, e);
  const extents = new Map(Array.from({ length: 60 }, (_, i) => [`i${i}`, 2]));
  assert.is(evaluate(e, { x: 1 }, { extents }), 2 ** 60);
});

test("depth is no obstacle: calls, conditionals, reductions, gathers", () => {
  const repeat = (times: number, start: Expr, step: (e: Expr) => Expr): Expr => {
    let e = start;
    for (let i = 0; i < times; i++) e = step(e);
    return e;
  };
  assert.ok(Number.isFinite(evaluate(repeat(100_000, x, sin), { x: 1 })));
  assert.is(
    evaluate(
      repeat(50_000, x, e => conditional(x, e, y)),
      { x: 1 },
    ),
    1,
  );
  assert.is(
    evaluate(
      repeat(50_000, xi, e => sum("i", e)),
      { x: [1] },
    ),
    1,
  );
  const chain = repeat(20_000, variable("a", 0), e => (e.kind === "variable" ? variable("a", e) : e));
  assert.is(evaluate(chain, { a: [1, 0] }), 1);
  assert.is(
    evaluate(
      repeat(60, x, e => mul(e, e)),
      { x: 1 },
    ),
    1,
  );
});

const matrices = fc
  .tuple(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 1, max: 4 }))
  .chain(([m, n]) =>
    fc.array(fc.array(fc.integer({ min: -9, max: 9 }), { minLength: n, maxLength: n }), { minLength: m, maxLength: m }),
  )
  .filter(list => list.length > 0);

test("sums may be exchanged, and what is free of the index moves out", () => {
  fc.assert(
    fc.property(matrices, fc.integer({ min: -9, max: 9 }), (matrix, c) => {
      const values = { W: matrix, c };
      const rows = evaluate(sum("i", sum("j", Wij)), values);
      // Integers: the sums are exact in any order.
      assert.is(rows, evaluate(sum("j", sum("i", Wij)), values));
      assert.is(
        rows,
        matrix.flat().reduce((total, value) => total + value, 0),
      );
      assert.is(evaluate(sum("i", sum("j", mul(variable("c"), Wij))), values), c * rows + 0);
    }),
    { numRuns },
  );
});

test("reductions are what the loops say, over any shape", () => {
  const loops: Record<ReductionKind, (list: readonly number[]) => number> = {
    sum: list => list.reduce((total, value) => total + value, 0),
    maximum: list => Math.max(...list),
    minimum: list => Math.min(...list),
    logsumexp: list => Math.log(list.reduce((total, value) => total + Math.exp(value), 0)),
  };
  const kinds = fc.constantFrom<ReductionKind>("sum", "maximum", "minimum", "logsumexp");
  fc.assert(
    fc.property(matrices, kinds, (matrix, kind) => {
      const { data } = evaluateArray(reduction(kind, "j", max(Wij, 1)), { W: matrix }, ["i"]);
      for (const [i, row] of matrix.entries()) {
        // logsumexp shifts by the maximum, and so rounds otherwise.
        assert.ok(Math.abs((data[i] ?? Number.NaN) - loops[kind](row.map(value => Math.max(value, 1)))) < 1e-13);
      }
    }),
    { numRuns },
  );
});

test.run();
