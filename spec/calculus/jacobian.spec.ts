import { test } from "uvu";
import * as assert from "uvu/assert";
import { differentiate } from "../../lib/calculus/differentiate.ts";
import { hessian, jacobian, type SparseMatrix } from "../../lib/calculus/jacobian.ts";
import { evaluate } from "../../lib/evaluate.ts";
import { variable } from "../../lib/expression/expression.ts";
import { add, addAll, exp, mul, pow, sub } from "../../lib/expression/functions.ts";
import * as text from "../../lib/print/text.ts";
import { parse } from "../../lib/syntax/parse.ts";
import { throws } from "../support/throws.ts";

const [x, y, z] = [variable("x"), variable("y"), variable("z")];
const written = ({ rows, columns, entries }: SparseMatrix): readonly string[] =>
  entries.map((entry, k) => `${rows[k]},${columns[k]}: ${text.toString(entry)}`);

test("a Jacobian holds the entries that are not 0, row by row", () => {
  assert.equal(written(jacobian([mul(x, y), z, 3, add(z, exp(x))], ["x", "y", "z"])), [
    "0,0: y",
    "0,1: x",
    "1,2: 1",
    "3,0: exp(x)",
    "3,2: 1",
  ]);
});

test("the columns are as they are asked for", () =>
  assert.equal(written(jacobian([mul(x, y)], [y, x, variable("__proto__")])), ["0,0: x", "0,1: y"]));

test("a Hessian is the Jacobian of the gradient", () => {
  const e = add(mul(pow(x, 2), y), exp(z));
  const found = hessian(e, ["x", "y", "z"]);
  assert.equal(found.rows, [0, 0, 1, 2]);
  assert.equal(found.columns, [0, 1, 0, 2]);
  assert.equal(
    found.entries.map(entry => evaluate(entry, { x: 2, y: 3, z: 0 })),
    [6, 4, 4, 1],
  );
});

test("the Hessian of a chain of 300 springs is tridiagonal", () => {
  const places = Array.from({ length: 301 }, (_, i) => variable(`x${i}`));
  const energy = addAll(places.slice(1).map((place, i) => pow(sub(place, places[i] ?? place), 4)));
  const { rows, columns } = hessian(energy, places);
  assert.is(rows.length, 3 * 301 - 2);
  assert.ok(rows.every((row, k) => Math.abs(row - (columns[k] ?? 0)) <= 1));
});

test("a variable with indices is bad-index", () => throws(() => jacobian([x], [variable("x", "i")]), "bad-index"));
test("of what has indices, the scalars are columns, and nothing else", () => {
  const e = parse("sum(i, (s * x[i] + t)^2)");
  const { columns, entries } = hessian(e, ["s", "t"]);
  assert.equal(columns, [0, 1, 0, 1]);
  assert.equal(
    entries.map(entry => evaluate(entry, { x: [1, 3], s: 2, t: 1 }, { extents: { i: 2 } })),
    [20, 8, 8, 4],
  );
  throws(() => jacobian([e], ["x"]), "bad-index", "x[i]", "differentiate");
  throws(() => jacobian([e], ["x[i]"]), "bad-index", "bound", "differentiate");
  throws(() => hessian(e, ["x"]), "bad-index");
  assert.equal(written(jacobian([parse("s * x[i]")], ["s"])), ["0,0: x[i]"]);
});

test("of residuals of samples, the columns are what each sample reads, and the entries formulas for all samples", () => {
  const residual = parse("w[o] * (camera[cam[o],0] * point[pt[o],1] - y[o])");
  const columns = [...["camera[cam[o],0]", "camera[cam[o],1]", "point[pt[o],1]"].map(text => parse(text)), "w[o]"];
  assert.equal(written(jacobian([residual, parse("1 - w[o]^2")], columns)), [
    "0,0: w[o] * point[pt[o],1]",
    "0,2: w[o] * camera[cam[o],0]",
    "0,3: camera[cam[o],0] * point[pt[o],1] - y[o]",
    "1,3: -(2 * w[o])",
  ]);
});

test("a sum within a residual may have an index of the same name, and a scalar is a column of every row", () => {
  const { entries } = jacobian([parse("s * x[n] * sum(n, y[n]^2)")], ["s", "x[n]"]);
  const values = { x: [2, 3], y: [1, 2], s: 4, n: 1 };
  assert.equal(
    entries.map(entry => evaluate(entry, values)),
    [15, 20],
  );
});

test("what a sum reads is no column of a row", () => {
  const residual = parse("sum(j, W[j] * x[n,j]) - y[n]");
  throws(() => jacobian([residual], ["W[j]"]), "bad-index", "bound");
  assert.equal(written(jacobian([residual], ["y[n]"])), ["0,0: -1"]);
});

test("entries by several readings add up to the derivative by an element", () => {
  const residual = parse("x[a[n]]^2 * x[b[n]] + x[0]");
  const columns = ["x[a[n]]", "x[b[n]]", "x[0]"].map(text => parse(text));
  const { entries } = jacobian([residual], columns);
  const values = { x: [2, 3, 5], a: [1, 0, 2, 1], b: [1, 2, 0, 0] };
  for (const n of [0, 1, 2, 3]) {
    const places = [values.a[n], values.b[n], 0];
    for (const p of [0, 1, 2]) {
      const total = entries.reduce((sum, e, k) => (places[k] === p ? sum + evaluate(e, { ...values, n }) : sum), 0);
      assert.is(total, evaluate(differentiate(residual, "x[p]"), { ...values, n, p }), `row ${n}, element ${p}`);
    }
  }
});

test("the Hessian of a loss of each sample has its readings as columns", () => {
  const { rows, columns, entries } = hessian(parse("(w[k[n]] * x[n] - y[n])^2"), [parse("w[k[n]]"), parse("y[n]")]);
  assert.equal(
    [rows, columns],
    [
      [0, 0, 1, 1],
      [0, 1, 0, 1],
    ],
  );
  assert.equal(
    entries.map(entry => evaluate(entry, { w: [1, 2], k: [1], x: [3], y: [4], n: 0 })),
    [18, -6, -6, 2],
  );
});

test("a column is a variable or a reading, with as many axes as the array", () => {
  throws(() => jacobian([x], [parse("2 * x")]), "bad-index");
  throws(() => jacobian([parse("A[n,0]")], ["A[n]"]), "bad-index", "axes");
  throws(() => jacobian([parse("E[t[n],0]")], ["E[t[n],0]"]), "bad-index", "parse");
});

test("a variable named twice is bad-option", () => throws(() => hessian(x, ["x", "x"]), "bad-option"));

test.run();
