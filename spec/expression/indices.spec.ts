/** Renaming indices and substituting for variables: at once, and without capture. */
import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { evaluate, evaluateArray } from "../../lib/evaluate.ts";
import {
  constant,
  delta,
  type Expr,
  extent,
  type Operand,
  reduction,
  scaleIndex,
  shift,
  variable,
} from "../../lib/expression/expression.ts";
import { add, exp, mul, sin } from "../../lib/expression/functions.ts";
import { freshName, indexNames, readingOf, renameIndices, substitute } from "../../lib/expression/indices.ts";
import "../../lib/print/text.ts";
import { numRuns } from "../support/runs.ts";
import { throws } from "../support/throws.ts";

const [x, y, xi, xj] = [variable("x"), variable("y"), variable("x", "i"), variable("x", "j")];
const Wij = variable("W", "i", "j");
const sum = (i: string, body: Operand): Expr => reduction("sum", i, body);

test("free indices are renamed all at once", () => {
  assert.is(renameIndices(Wij, { i: "j", j: "i" }), variable("W", "j", "i"));
  assert.is(renameIndices(Wij, { i: "a", j: "a" }), variable("W", "a", "a"));
  assert.is(renameIndices(Wij, { i: 0, j: 2 }), variable("W", 0, 2));
  assert.is(renameIndices(Wij, new Map([["i", "__proto__"]])), variable("W", "__proto__", "j"));
  assert.is(renameIndices(delta("i", "j"), { i: "j", j: "i" }), delta("j", "i"));
  assert.is(renameIndices(add(xi, exp(xj)), { j: "i" }), add(xi, exp(xi)));
});

test("what is not free stays", () => {
  assert.is(renameIndices(Wij, { k: "m" }), Wij);
  assert.is(renameIndices(sum("i", xi), { i: "j" }), sum("i", xi));
  // The node x[i] is both free and bound here; the bound one is told apart by a prime.
  assert.is(renameIndices(add(xi, sum("i", xi)), { i: "j" }), add(xj, sum("i'", variable("x", "i'"))));
  assert.is(renameIndices(extent("i"), { i: "j" }), extent("i"));
});

test("a bound index that would capture is primed", () => {
  assert.is(renameIndices(sum("j", Wij), { i: "j" }), sum("j'", variable("W", "j", "j'")));
  assert.is(
    renameIndices(sum("j", mul(Wij, variable("b", "j'"))), { i: "j" }),
    sum("j''", mul(variable("W", "j", "j''"), variable("b", "j'"))),
  );
  assert.is(
    renameIndices(sum("j", mul(Wij, extent("j"))), { i: "j" }),
    sum("j'", mul(variable("W", "j", "j'"), extent("j'"))),
  );
  assert.is(
    renameIndices(sum("j", mul(Wij, sum("j", xj))), { i: "j" }),
    sum("j'", mul(variable("W", "j", "j'"), sum("j'", variable("x", "j'")))),
  );
  assert.is(renameIndices(sum("j", Wij), { i: shift("j", 1) }), sum("j'", variable("W", shift("j", 1), "j'")));
});

test("windows and gathers are renamed within", () => {
  assert.is(
    renameIndices(variable("x", shift("i", "p")), { i: shift("p", 1), p: "i" }),
    variable("x", shift(shift("p", "i"), 1)),
  );
  assert.is(
    renameIndices(variable("x", scaleIndex("i", 2)), { i: shift("k", 1) }),
    variable("x", shift(scaleIndex("k", 2), 2)),
  );
  assert.is(
    renameIndices(variable("E", variable("t", "n"), "k"), { n: "m", k: "n" }),
    variable("E", variable("t", "m"), "n"),
  );
  assert.is(renameIndices(xi, { i: variable("t", "n") }), variable("x", variable("t", "n")));
  assert.is(
    renameIndices(sum("n", variable("W", "i", "n")), { i: variable("t", "n") }),
    sum("n'", variable("W", variable("t", "n"), "n'")),
  );
});

test("variables are replaced all at once", () => {
  assert.is(substitute(add(x, y), { x: y, y: x }), add(y, x));
  assert.is(substitute(sin(x), { x: 2 }), sin(2));
  assert.is(substitute(sin(x), { z: 2 }), sin(x));
  assert.is(substitute(variable("__proto__"), Object.fromEntries([["__proto__", x]])), x);
  assert.is(substitute(variable("constructor"), {}), variable("constructor"));
});

test("an array is replaced under the indices that it is read under", () => {
  const outer = mul(variable("a", "j"), variable("b", "k"));
  assert.is(substitute(Wij, { "W[j,k]": outer }), mul(variable("a", "i"), variable("b", "j")));
  assert.is(
    substitute(variable("W", 0, shift("i", 1)), { "W[j,k]": outer }),
    mul(variable("a", 0), variable("b", shift("i", 1))),
  );
  assert.is(substitute(xi, { "x[n]": 3 }), constant(3));
  assert.is(
    substitute(mul(Wij, variable("W", "j", "i")), { "W[j,k]": variable("V", "k", "j") }),
    mul(variable("V", "j", "i"), variable("V", "i", "j")),
  );
});

test("what a replacement leaves free is not captured", () => {
  assert.is(
    substitute(sum("i", mul(xi, y)), { y: variable("b", "i") }),
    sum("i'", mul(variable("x", "i'"), variable("b", "i"))),
  );
  assert.is(substitute(sum("i", xi), { "x[n]": variable("V", "n", "i") }), sum("i'", variable("V", "i'", "i")));
  assert.is(
    substitute(sum("j", xj), { "x[n]": sum("j", variable("V", "n", "j")) }),
    sum("j", sum("j'", variable("V", "j", "j'"))),
  );
});

test("gathers are replaced by readings, and by nothing else", () => {
  const read = variable("E", variable("t", "n"), "k");
  assert.is(substitute(read, { "t[n]": variable("u", "n", 0) }), variable("E", variable("u", "n", 0), "k"));
  assert.is(
    substitute(read, { "E[a,b]": mul(variable("F", "a"), variable("g", "b")) }),
    mul(variable("F", variable("t", "n")), variable("g", "k")),
  );
  throws(() => substitute(read, { "t[n]": 1 }), "bad-index", "t[n]");
});

test("the number of axes is checked", () => {
  throws(() => substitute(Wij, { W: x }), "bad-index", "2 axes", "W[");
  throws(() => substitute(Wij, { "W[j]": xj }), "bad-index");
  throws(() => substitute(x, { "x[i]": xi }), "bad-index");
  throws(() => substitute(Wij, { "W[j,j]": x }), "bad-index", "distinct");
});

test("a text names an array and its axes", () => {
  assert.equal(readingOf("W[j, k]"), { name: "W", axes: ["j", "k"] });
  assert.equal(readingOf("b"), { name: "b", axes: undefined });
  assert.equal(readingOf("__proto__[n]"), { name: "__proto__", axes: ["n"] });
  throws(() => readingOf("W[]"), "bad-index");
});

test("names are primed until they are free", () => {
  assert.is(freshName("i", new Set(["j"])), "i");
  assert.is(freshName("i", new Set(["i", "i'"])), "i''");
  assert.equal([...indexNames(sum("i", variable("E", variable("t", "n"))), extent("k"), delta("a", 0))].sort(), [
    "a",
    "i",
    "k",
    "n",
  ]);
});

test("as deep as may be", () => {
  let e: Expr = xi;
  for (let i = 0; i < 20_000; i++) e = sin(e);
  assert.equal(renameIndices(e, { i: "j" }).freeIndices, ["j"]);
  assert.equal(substitute(e, { "x[n]": variable("y", "n") }).freeIndices, ["i"]);
  let shared: Expr = xi;
  for (let i = 0; i < 60; i++) shared = mul(shared, shared);
  assert.equal(renameIndices(shared, { i: 0 }).freeIndices, []);
});

const A = [
  [1, 2, 3],
  [4, 5, 6],
  [7, 8, 9],
];
/** Formulas over a 3 by 3 array, with indices i, j, k free and bound in all ways. */
const formulas: fc.Arbitrary<Expr> = fc.letrec<{ e: Expr }>(tie => {
  const name = fc.constantFrom("i", "j", "k", "i'");
  return {
    e: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      fc.tuple(name, name).map(([a, b]) => variable("A", a, b)),
      fc.tuple(name, name).map(([a, b]) => delta(a, b)),
      fc.tuple(tie("e"), tie("e")).map(([a, b]) => mul(a, b)),
      fc.tuple(name, tie("e")).map(([i, body]) => sum(i, body)),
      fc.tuple(name, tie("e")).map(([i, body]) => reduction("maximum", i, body)),
    ),
  };
}).e;
const extents = { i: 3, j: 3, k: 3, "i'": 3 };

test("to rename and to evaluate is to evaluate at the new names' values", () => {
  const name = fc.constantFrom("i", "j", "k", "i'");
  const position = fc.integer({ min: 0, max: 2 });
  fc.assert(
    fc.property(formulas, name, name, name, fc.tuple(position, position, position, position), (e, a, b, c, at) => {
      const [i, j, k, primed] = at;
      const values: Record<string, number> = { i, j, k, "i'": primed };
      const renamed = renameIndices(e, { i: a, j: b, k: c });
      const moved = { ...values, i: values[a] ?? 0, j: values[b] ?? 0, k: values[c] ?? 0 };
      const options = {
        extents: { ...extents, ...Object.fromEntries([...indexNames(renamed)].map(each => [each, 3])) },
      };
      // Small integers: exact.
      assert.is(evaluate(renamed, { A, ...values }, options), evaluate(e, { A, ...moved }, options));
    }),
    { numRuns },
  );
});

test("to substitute and to evaluate is to evaluate with the array's values", () => {
  fc.assert(
    fc.property(formulas, formulas, fc.integer({ min: 0, max: 2 }), (e, by, k) => {
      const all = (root: Expr) => ({ extents: Object.fromEntries([...indexNames(root)].map(name => [name, 3])) });
      // The replacement may have k free, which nothing in e may capture.
      const replacement = renameIndices(by, { i: "a", j: "b", "i'": "a" });
      const substituted = substitute(e, { "A[a,b]": replacement });
      const values = { A, k, i: 0, j: 1, "i'": 2 };
      const array = evaluateArray(renameIndices(replacement, { k }), { A }, ["a", "b"], {
        extents: { a: 3, b: 3, ...all(replacement).extents },
      });
      assert.is(evaluate(substituted, values, all(substituted)), evaluate(e, { ...values, A: array }, all(e)));
    }),
    { numRuns },
  );
});

test.run();
