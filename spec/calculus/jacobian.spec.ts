import { test } from "uvu";
import * as assert from "uvu/assert";
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
  throws(() => hessian(e, ["x"]), "bad-index");
  throws(() => jacobian([parse("s * x[i]")], ["s"]), "not-scalar");
});
test("a variable named twice is bad-option", () => throws(() => hessian(x, ["x", "x"]), "bad-option"));

test.run();
