/** The one extent of each index name. */
import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  delta,
  type Expr,
  extent,
  type Index,
  type IndexOperand,
  reduction,
  scaleIndex,
  shift,
  variable,
} from "../../lib/expression/expression.ts";
import { extentOf, extentsOf } from "../../lib/expression/extents.ts";
import { mul } from "../../lib/expression/functions.ts";
import "../../lib/print/text.ts";
import { numRuns } from "../support/runs.ts";
import { throws } from "../support/throws.ts";

type Shapes = Readonly<Record<string, readonly (number | string)[]>>;

const solve = (shapes: Shapes, roots: readonly Expr[], options = {}): Record<string, number> =>
  Object.fromEntries(extentsOf(roots, name => shapes[name], options));

const read = (name: string, ...indices: IndexOperand[]): Expr => variable(name, ...indices);
const x = (...indices: IndexOperand[]): Expr => read("x", ...indices);
const stride = (factor: number, by: IndexOperand): Index => shift(scaleIndex("i", factor), by);

test("a name alone in brackets takes the extent of its axis", () => {
  assert.equal(solve({ W: [2, 3], x: [3] }, [read("W", "j", "k"), x("k")]), { j: 2, k: 3 });
  assert.equal(solve({ a: [4, 4] }, [read("a", "i", "i")]), { i: 4 });
  assert.equal(solve({ x: [0] }, [reduction("sum", "i", x("i"))]), { i: 0 });
  assert.equal(solve({}, [x("i"), variable("s")]), {});
});

test("gathers are read as arrays are, and say nothing of what they stand in", () => {
  assert.equal(solve({ E: [9, 2], t: [5] }, [read("E", variable("t", "n"), "k")]), { n: 5, k: 2 });
  assert.equal(solve({ x: [9] }, [x(shift(variable("t", "n"), "k"))]), {});
});

test("two extents are an error that names the index, both arrays and both extents", () => {
  const shapes = { W: [2, 3], x: [4], a: [4, 5] };
  throws(() => solve(shapes, [read("W", "j", "k"), x("k")]), "extent", "index k", "W[j,k]", "x[k]", "3", "4");
  throws(() => solve(shapes, [read("a", "i", "i")]), "extent", "index i", "a[i,i]", "4", "5");
  throws(() => solve(shapes, [x("k")], { extents: { k: 3 } }), "extent", "index k", "x[k]", "3", "4", "given");
});

test("delta makes two extents equal", () => {
  assert.equal(solve({ x: [3] }, [delta("i", "j"), delta("k", "j"), x("k")]), { i: 3, j: 3, k: 3 });
  assert.equal(solve({ x: [3], l: [3] }, [delta("i", variable("l", "n")), x("n")]), { n: 3 });
  throws(
    () => solve({ x: [3], y: [4] }, [x("i"), read("y", "j"), delta("i", "j")]),
    "extent",
    "x[i]",
    "y[j]",
    "3",
    "4",
  );
  throws(() => solve({ x: [3], y: [4] }, [delta("i", "j"), x("i"), read("y", "j")]), "extent", "x[i]", "y[j]");
});

test("in a window every position is inside, and no more values would be", () => {
  assert.equal(solve({ x: [5] }, [x(shift("i", 1))]), { i: 4 });
  assert.equal(solve({ x: [7, 5], w: [2] }, [x("n", shift("i", "p")), read("w", "p")]), { n: 7, i: 4, p: 2 });
  assert.equal(solve({ x: [7], w: [2] }, [x(stride(2, "p")), read("w", "p")]), { i: 3, p: 2 });
  assert.equal(solve({ x: [6], w: [2] }, [x(stride(2, "p")), read("w", "p")]), { i: 3, p: 2 });
  assert.equal(solve({ x: [5] }, [x(scaleIndex("i", 2))]), { i: 3 });
  assert.equal(solve({ x: [5] }, [x(stride(-1, 4))]), { i: 5 });
  assert.equal(solve({ x: [5] }, [x(stride(-1, 2))]), { i: 3 });
  assert.equal(solve({ x: [3] }, [x(stride(-1, 9)), x("k")], { fixed: new Set(["i"]) }), { k: 3 });
  assert.equal(solve({ x: [3], w: [4] }, [x(shift("i", "p")), read("w", "p")]), { i: 0, p: 4 });
});

test("of several windows the tightest decides", () => {
  assert.equal(solve({ x: [5] }, [x(shift("i", 1)), x(shift("i", 2))]), { i: 3 });
});

test("windows are solved one after another", () => {
  const roots = [x(shift("i", "p")), read("y", shift("p", "q")), read("w", "q")];
  assert.equal(solve({ x: [9], y: [6], w: [2] }, roots), { i: 5, p: 5, q: 2 });
  assert.equal(solve({ x: [9] }, [x(shift("i", "p"))]), {});
});

test("a window that does not fit is an error", () => {
  throws(() => solve({ x: [3], w: [5] }, [x(shift("i", "p")), read("w", "p")]), "extent", "x[i+p]", "3");
  throws(() => solve({ x: [3] }, [x(shift("i", -1))]), "extent", "x[i-1]");
  throws(() => solve({ x: [3], y: [3] }, [x(shift("i", 1)), read("y", "i")]), "extent", "position 3", "i takes 3");
  throws(() => solve({ x: [3] }, [x(shift("i", 1)), x("i")]), "extent", "position 3");
  throws(() => solve({ x: [3] }, [x(shift("i", -1))], { extents: { i: 3 } }), "extent", "position -1");
});

test("an array too short for its window is an error, unless a stride explains it or the extent is given", () => {
  const conv = (y: number): [Shapes, Expr[]] => [
    { x: [6], w: [2], y: [y] },
    [x(shift("i", "p")), read("w", "p"), read("y", "i")],
  ];
  assert.equal(solve(...conv(5)), { i: 5, p: 2 });
  throws(() => solve(...conv(4)), "extent", "index i", "y[i]", "x[i+p]", "4", "5");
  throws(() => solve(...conv(6)), "extent", "position 6");
  assert.equal(solve({ x: [7], w: [2], y: [3] }, [x(stride(2, "p")), read("w", "p"), read("y", "i")]), { i: 3, p: 2 });
  assert.equal(solve({ x: [6] }, [x(shift("i", 1))], { extents: { i: 3 } }), { i: 3 });
  const error = [x(shift("t", 2)), x(shift("t", 1)), read("e", "t")];
  assert.equal(solve({ x: [6], e: [4] }, error), { t: 4 });
  throws(() => solve({ x: [6], e: [3] }, error), "extent", "index t");
});

test("a primed name ranges as the name, unless it is determined itself", () => {
  assert.equal(solve({ x: [3] }, [x("j"), extent("j'"), reduction("sum", "j''", 1)]), { j: 3, "j'": 3, "j''": 3 });
  assert.equal(solve({ x: [3], y: [4] }, [x("j"), read("y", "j'")]), { j: 3, "j'": 4 });
  assert.equal(solve({ x: [3] }, [extent("j"), x("j'")]), { j: 3, "j'": 3 });
  assert.equal(solve({}, [extent("j'")], { extents: { j: 3 } }), { j: 3, "j'": 3 });
  assert.equal(solve({}, [extent("j'")]), {});
});

test("the axes of a definition are given by name", () => {
  const shapes: Shapes = { h: ["n", "k"], x: [5], W: [2, 3] };
  const roots = [read("W", "j", "k"), x("n"), read("h", "a", "b")];
  assert.equal(solve(shapes, roots), { j: 2, k: 3, n: 5, a: 5, b: 3 });
  assert.equal(solve({ h: ["n"], x: [5] }, [x("n"), read("h", shift("i", 1))]), { n: 5, i: 4 });
  throws(() => solve(shapes, [x("n"), read("h", "i", "m"), x("m"), read("W", "j", "k")]), "extent");
});

test("extents may be given, for any name", () => {
  for (const name of ["n", "__proto__", "constructor"]) {
    const extents = new Map([[name, 7]]);
    assert.is(extentsOf([extent(name)], () => undefined, { extents }).get(name), 7);
    throws(
      () =>
        extentOf(
          extentsOf([extent(name)], () => undefined),
          name,
        ),
      "extent",
      name,
      "extents",
    );
  }
  throws(() => solve({}, [], { extents: { n: 1.5 } }), "bad-option", "n", "1.5");
});

test("a name that only a delta holds runs over the axis that the other side is a position of", () => {
  const token = variable("t", "n");
  const scattered = [read("E", token, "k"), mul(delta("i", token), read("g", "n", "k"))];
  assert.equal(solve({ E: [9, 2], t: [5], g: [5, 2] }, scattered), { n: 5, k: 2, i: 9 });
  const window = [x(shift("i", "p")), mul(delta("q", shift("i'", "p'")), read("w", "p'"))];
  assert.equal(solve({ x: [7], w: [3] }, window), { p: 3, "p'": 3, i: 5, "i'": 5, q: 7 });
  const labelled = [read("a", "c"), delta("c", variable("l", "n")), read("E", variable("l", "n"))];
  assert.equal(solve({ a: [4], l: [5], E: [9] }, labelled), { c: 4, n: 5 });
  const twice = [read("E", token, "k"), read("F", token, "k"), delta("i", token)];
  assert.equal(solve({ E: [9, 2], F: [8, 2], t: [5] }, twice), { n: 5, k: 2 });
});

test("an array read under too many indices, or too few, is an error", () => {
  throws(() => solve({ W: [2, 3] }, [read("W", "j")]), "bad-value", "W[j]", "2 axes");
  throws(() => solve({ x: [3] }, [x("i", "j")]), "bad-value", "x[i,j]");
});

test("every position of a window is inside, and one more value would leave", () => {
  const small = fc.integer({ min: 1, max: 6 });
  fc.assert(
    fc.property(small, small, small, fc.integer({ min: 0, max: 4 }), (dimension, kernel, factor, offset) => {
      const window = shift(stride(factor, "p"), offset);
      const positions = (count: number): number => factor * (count - 1) + kernel - 1 + offset;
      const isRoom = dimension - 1 - (kernel - 1) - offset >= -factor;
      if (!isRoom) return throws(() => solve({ x: [dimension], w: [kernel] }, [x(window), read("w", "p")]), "extent");
      const { i = -1 } = solve({ x: [dimension], w: [kernel] }, [x(window), read("w", "p")]);
      assert.ok(i === 0 || positions(i) < dimension);
      assert.ok(positions(i + 1) >= dimension);
    }),
    { numRuns },
  );
});

test("twenty thousand names made equal are one group", () => {
  const deltas = Array.from({ length: 20_000 }, (_, i) => delta(`i${i}`, `i${i + 1}`));
  const extents = extentsOf([...deltas, x("i0")], () => [3]);
  assert.is(extents.get("i20000"), 3);
});

test.run();
