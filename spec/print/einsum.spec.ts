/** Sums of products, printed as einsum and read back. */
import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { evaluateArray } from "../../lib/evaluate.ts";
import { type Expr, variable } from "../../lib/expression/expression.ts";
import { mulAll } from "../../lib/expression/functions.ts";
import { sum } from "../../lib/expression/reductions.ts";
import { toString as textOf } from "../../lib/print/text.ts";
import { parse, parseDefinitions } from "../../lib/syntax/parse.ts";
import { numRuns } from "../support/runs.ts";
import { throws } from "../support/throws.ts";

/** Printed like this; what is printed reads back as `again`, the formula itself unless said. */
const prints = (text: string, expected: string, again = text): void =>
  test(`${text} is ${expected}`, () => {
    assert.is(textOf(parse(text), { einsum: true }), expected);
    assert.is(parse(expected), parse(again));
  });

prints("sum(j, x[n,j] * W[j,k])", 'einsum("nj,jk->nk", x, W)');
prints("tanh(sum(j, x[n,j] * W[j,k]) + b[k])", 'tanh(einsum("nj,jk->nk", x, W) + b[k])');
prints("sum(i, sum(j, b[i] * X[i,j] * c[j]))", 'einsum("i,ij,j->", b, X, c)');
prints("sum(i, x[i])^2", 'einsum("i->", x)^2');
prints("sum(i, S[i,i])", 'einsum("ii->", S)');
prints("sum(n, c * `a b`[n])", 'einsum(",n->", c, `a b`)');
prints("sum(row, A[i,row] * B[row,c])", 'einsum("ir,rc->ic", A, B)', "sum(r, A[i,r] * B[r,c])");
prints("sum(i1, sum(i2, x[i1] * y[i2]))", 'einsum("i,j->", x, y)', "sum(i, sum(j, x[i] * y[j]))");
prints("sum(j, sum(i, x[i] * y[j]))", 'einsum("i,j->", x, y)', "sum(i, sum(j, x[i] * y[j]))");
prints("sum(`__proto__`, x[__proto__])", 'einsum("p->", x)', "sum(p, x[p])");

// Each of these is no sum of products of arrays under letters alone.
for (const text of [
  "sum(j, A[row,j] * B[j,c])",
  "sum(i, 2 * x[i])",
  "sum(i, c)",
  "sum(i, x[i+1])",
  "sum(i, E[token[i],k])",
  "sum(i, delta(i, j) * x[i])",
  "maximum(i, x[i])",
  "x[i] * y[i]",
])
  prints(text, text);

prints("sum(i, sum(i, x[i]) * y[i])", 'sum(i, einsum("i->", x) * y[i])');
prints("sum(k, tanh(sum(j, x[j] * W[j,k])))", 'sum(k, tanh(einsum("j,jk->k", x, W)))');

test("lists are printed so as well, and parts that are shared stay so", () => {
  const list = parseDefinitions("h[k] = sum(j, W[j,k] * x[j])\ny = sum(k, h[k]^2)");
  assert.is(textOf(list, { einsum: true }), 'h[k] = einsum("jk,j->k", W, x)\ny    = sum(k, h[k]^2)');
  const twice = parse("sum(i, x[i] * y[i])^2 + sum(i, x[i] * y[i])");
  assert.is(textOf(twice, { einsum: true, shared: true }), 't1 = einsum("i,i->", x, y)\nt1^2 + t1');
});

test("a product that is too long for letters is no einsum, and a deep nest takes no time", () => {
  let nest: Expr = variable("x", "i");
  for (let i = 0; i < 100_000; i++) nest = sum(`i${i}`, nest);
  assert.ok(textOf(nest, { einsum: true, maxLength: 1e7 }).startsWith("sum(i99999, "));
  const long = sum("i", mulAll(Array.from({ length: 60 }, () => variable("x", "i"))));
  assert.not.match(textOf(long, { einsum: true }), "einsum");
});

test("subscripts are read as any text is, with errors at their place", () => {
  assert.is(parse('einsum( "ij,jk->ik" , A, tanh(B[m,n]))'), parse("sum(j, A[i,j] * tanh(B[j,k]))"));
  assert.is(parse("einsum * 2").args[0], variable("einsum"));
  throws(() => parse('einsum("ij", x, y)'), "bad-index", "describes 1 operands", "^");
  throws(() => parse('einsum("i1", x)'), "bad-index", "subscripts are letters");
  throws(() => parse('einsum("ij" x)'), "syntax", '"," after the subscripts');
  throws(() => parse('einsum("ij",)'), "syntax", "expected a value");
  throws(() => parse('einsum("ij'), "unknown-function", "einsum");
  throws(() => parse('einsum("i", "i")'), "syntax", "no texts in quotes");
  throws(() => parse('x "i"'), "syntax", "no texts in quotes");
  throws(() => parse("einsum(x, y)"), "unknown-function", "einsum");
  throws(() => parse('x[einsum("i", y)]'), "bad-index");
});

test("an einsum has the value of the sum that it is printed for", () => {
  const extents = { i: 2, j: 3, long: 2 };
  const indices = fc.constantFrom("i", "j", "long");
  const values = {
    ...{ a: 0.5, vi: [1, 2], vj: [0.5, -1, 3], vlong: [-2, 0.25] },
    ...{
      Mij: [
        [1, 2, 3],
        [4, 5, 6],
      ],
      Mjlong: [
        [1, -1],
        [0.5, 2],
        [0, 3],
      ],
      Mlongi: [
        [1, 0.5],
        [2, -3],
      ],
    },
  };
  const reading = fc.constantFrom("a", "vi[i]", "vj[j]", "vlong[long]", "Mij[i,j]", "Mjlong[j,long]", "Mlongi[long,i]");
  let seen = 0;
  fc.assert(
    fc.property(fc.array(reading, { minLength: 1, maxLength: 4 }), fc.uniqueArray(indices), (factors, bound) => {
      const e = bound.reduce<Expr>((body, index) => sum(index, body), mulAll(factors.map(text => parse(text))));
      const text = textOf(e, { einsum: true });
      if (text.includes("einsum")) seen++;
      const again = parse(text);
      assert.equal(again.freeIndices, e.freeIndices);
      const [one, other] = [e, again].map(each => evaluateArray(each, values, e.freeIndices, { extents }));
      // The terms are summed in another order: a few roundings of numbers below a thousand.
      for (const [p, x] of (one?.data ?? []).entries())
        assert.ok(Math.abs(x - (other?.data[p] ?? Number.NaN)) < 1e-9, text);
    }),
    { numRuns },
  );
  assert.ok(seen > numRuns / 4, String(seen));
});

test.run();
