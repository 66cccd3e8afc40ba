/** Sums over indices: what sifts, what leaves a sum, and which sums are one. */
import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { differentiate } from "../../lib/calculus/differentiate.ts";
import { gradient } from "../../lib/calculus/gradient.ts";
import { evaluate, evaluateArray } from "../../lib/evaluate.ts";
import { asExpr, constant, type Expr, Variable } from "../../lib/expression/expression.ts";
import { topologicalOrder } from "../../lib/expression/fold.ts";
import { add, sub } from "../../lib/expression/functions.ts";
import { renameIndices, substitute } from "../../lib/expression/indices.ts";
import type { Values } from "../../lib/expression/values.ts";
import { toString as textOf } from "../../lib/print/text.ts";
import { conditionsOf } from "../../lib/simplify/conditions.ts";
import { explain } from "../../lib/simplify/explain.ts";
import { measure } from "../../lib/simplify/measure.ts";
import { type SimplifyOptions, simplify, simplifyAll } from "../../lib/simplify/simplify.ts";
import { parse } from "../../lib/syntax/parse.ts";
import { runs } from "../support/law.ts";

const simplifies = (text: string, expected: string, options: SimplifyOptions = {}): void =>
  test(`${text} simplifies to ${expected}`, () => assert.is(textOf(simplify(parse(text), options)), expected));

const stays = (...texts: readonly string[]): void => {
  for (const text of texts) simplifies(text, text);
};

/** Both simplify to one node. */
const alike = (left: string, right: string): void =>
  test(`${left} and ${right} simplify to one expression`, () =>
    assert.is(simplify(parse(left)), simplify(parse(right))));

// Deltas

simplifies("delta(i,i)", "1");
simplifies("delta(i+p, p+i)", "1");
simplifies("delta(3,5)", "0");
simplifies("delta(i, j)^3", "delta(i, j)");
simplifies("delta(i+1, i+2)", "0");
alike("delta(j,i)", "delta(i,j)");
alike("delta(i,j)*x[i]", "delta(i,j)*x[j]");
simplifies("delta(i,j)*x[i] - delta(j,i)*x[j]", "0");
// x[j] may be 0 where delta(i,j) is.
simplifies("delta(i,j)/x[i] - delta(i,j)/x[j]", "delta(i, j) / x[i] - delta(i, j) / x[j]");
// x may have no element 7.
simplifies("delta(i,7)*x[i]", "x[i] * delta(i, 7)");
stays("1 / delta(i, j)");

// Sifting

simplifies("sum(i, delta(i,j)*x[i])", "x[j]");
simplifies("sum(i, x[i]*delta(j,i)*y[i,k])", "x[j] * y[j,k]");
simplifies("sum(i, delta(i,j))", "1");
simplifies("sum(i, delta(i,3)*x[i])", "x[3]");
simplifies("sum(i, delta(i,-1)*x[i])", "0");
simplifies("sum(c, delta(c,label[n]) * p[n,c])", "p[n,label[n]]");
simplifies("sum(q, delta(q, i+p) * v[q])", "v[i+p]");
simplifies("sum(i, sum(j, delta(i,j)*W[i,j]))", "sum(i, W[i,i])");
simplifies("sum(i, delta(i,p)*sum(j, delta(j,q)*x[j]*y[i]))", "x[q] * y[p]");
simplifies("sum(i, delta(i,j)*x[i] + y[i])", "x[j] + sum(i, y[i])");
simplifies("sum(i, (a + delta(i,j))*x[i])", "a * sum(i, x[i]) + x[j]");
// The error of a softmax stays one.
simplifies("sum(c, (p[n,c] - delta(c,label[n])) * p[n,c])", "sum(c, p[n,c] * (p[n,c] - delta(c, label[n])))");
// A window is not solved for one of its names: q - p need not be a value of i.
simplifies("sum(i, delta(q, i+p) * v[i])", "sum(i, v[i] * delta(q, i+p))");
// Nor is what is divided by a delta its value where the delta is 1.
simplifies("sum(i, x[i] / delta(i,j))", "sum(i, x[i] / delta(i, j))");
// What comes in is not captured.
simplifies("sum(i, delta(i,j)*sum(j, W[i,j]))", "sum(j', W[j,j'])");

// What leaves a sum

simplifies("sum(i, c*x[i])", "c * sum(i, x[i])");
simplifies("sum(i, 2*x[i]/c)", "2 * sum(i, x[i]) / c");
simplifies("sum(i, 2*x[i] + 4*y[i])", "2 * sum(i, x[i] + 2 * y[i])");
simplifies("sum(i, x[i]/3 + y[i]/3)", "sum(i, x[i] + y[i]) / 3");
stays("sum(i, x[i] / 2 + y[i] / 3)");
simplifies("sum(i, c)", "extent(i) * c");
simplifies("sum(i, 3)", "3 * extent(i)");
simplifies("sum(i, 0)", "0");
simplifies("sum(i, c) / extent(i)", "c");
simplifies("extent(i) / extent(i)", "1");
simplifies("sum(n, 1/extent(n) * y[n])", "sum(n, y[n]) / extent(n)");
simplifies("sum(i, x[i]*sum(j, y[j]))", "sum(i, x[i]) * sum(j, y[j])");
simplifies("sum(i, x[i]*sum(i, y[i]))", "sum(i, x[i]) * sum(i, y[i])");
stays("sum(i, exp(x[i] - m))", "sum(i, x[i] - y[i])");
simplifies("maximum(i, 3*x[i])", "3 * maximum(i, x[i])");
simplifies("maximum(i, -x[i])", "-minimum(i, x[i])");
simplifies("maximum(i, c*x[i])", "maximum(i, c * x[i])");
simplifies("maximum(i, c*x[i])", "c * maximum(i, x[i])", { assume: { c: "positive" } });
simplifies("minimum(i, x[i] + c)", "c + minimum(i, x[i])");
simplifies("logsumexp(i, x[i] + c)", "c + logsumexp(i, x[i])");
simplifies("maximum(i, c)", "c");
// What is beside a body and its extreme goes: both have to be rounded alike.
simplifies("c + 2*x[k] == maximum(i, c + 2*x[i])", "x[k] == maximum(i, x[i])");
simplifies("-x[k]*y/3 == maximum(i, -x[i]*y/3)", "x[k] * y == minimum(i, x[i] * y)");
simplifies("y*x[k]/3 + y*x[k]/7 == maximum(i, y*x[i]/3 + y*x[i]/7)", "x[k] * y == maximum(i, x[i] * y)");

// Which sums are one

simplifies("sum(i, x[i]) + sum(j, x[j])", "2 * sum(i, x[i])");
simplifies("sum(j, x[j]) - sum(i, x[i])", "0");
simplifies("sum(j, x[j]) / sum(i, x[i])", "1");
simplifies("logsumexp(j, x[j]) - logsumexp(i, x[i])", "0");
simplifies("sum(`__proto__`, x[`__proto__`]) + sum(constructor, x[constructor])", "2 * sum(__proto__, x[__proto__])");
simplifies("sum(i, sum(j, A[i,j]*x[j])^2) - sum(p, sum(q, x[q]*A[p,q])^2)", "0");
simplifies("sum(j, sum(i, W[i,j])) - sum(q, sum(p, W[q,p]))", "0");
simplifies("sum(i, x[i])/extent(i) - sum(j, x[j])/extent(j)", "0");
alike("sum(j, x[j]) * sum(i, x[i]*y[i])", "sum(i, y[i]*x[i]) * sum(j, x[j])");
alike("sum(j, sum(i, w[i]*H[i,j]*w[j]))", "sum(i, sum(j, w[i]*H[i,j]*w[j]))");
// An extent is asked of a name that an array is read under.
simplifies("sum(i, x[i]) + sum(j, x[j]) + 0*sum(j, y[j]) + extent(j)", "extent(i) + 2 * sum(i, x[i])");
// Two windows may be of two lengths.
test("sums over two ranges stay two", () => {
  const e = parse("sum(p, x[i+p]) * sum(p, w[p]) - sum(q, x[i+q]) * sum(q, v[q])");
  const values = { x: [1, 2, 4, 8, 16], w: [1, 2], v: [1, 2, 3], i: 1 };
  assert.is(evaluate(simplify(e), values), evaluate(e, values));
  assert.is(evaluate(e, values), 6 * 3 - 14 * 6);
});
simplifies("sum(i, x[i]) + sum(i, y[i])", "sum(i, x[i] + y[i])");
simplifies("sum(i, x[i] + y[i]) - sum(j, y[j])", "sum(i, x[i])");
simplifies("a*sum(i, x[i]) + a*sum(i, y[i])", "a * sum(i, x[i] + y[i])");
simplifies("sum(i, x[i] - sum(j, x[j])/extent(j))", "0");
simplifies("sum(k, sum(n, p[n,k]*x[n]))", "sum(n, x[n])", { assume: { "p[n,k]": "sums to 1 over k" } });

test("what is computed together is computed under one name", () => {
  const [left, right] = simplifyAll([parse("tanh(sum(i, x[i]*y[i]))"), parse("exp(sum(j, y[j]*x[j]))")]);
  assert.is(left?.args[0], right?.args[0]);
});

// Derivatives

const symmetric = { assume: { H: "symmetric" } } as const;
test("the gradient of a quadratic form of a symmetric matrix is one product", () => {
  const { w } = gradient(parse("sum(i, sum(j, w[i]*H[i,j]*w[j]))"), ["w[p]"]);
  assert.is(textOf(simplify(w, symmetric)), "2 * sum(i, H[i,p] * w[i])");
  assert.is(textOf(simplify(w)), "sum(i, w[i] * (H[p,i] + H[i,p]))");
});

const derives = (text: string, by: string, expected: string): void =>
  test(`the derivative of ${text} by ${by} simplifies to ${expected}`, () => {
    const reading = parse(by);
    assert.is(textOf(simplify(differentiate(parse(text), reading instanceof Variable ? reading : by))), expected);
  });
derives("sum(j, W[i,j]*x[j])", "W[p,q]", "x[q] * delta(i, p)");
derives("sum(i, sum(j, b[i]*X[i,j]*c[j]))", "X[p,q]", "b[p] * c[q]");
derives("sum(i, S[i,i])", "S[p,q]", "delta(p, q)");
derives("sum(i, sum(j, w[i]*H[i,j]*w[j]))", "w[p]", "sum(i, w[i] * (H[p,i] + H[i,p]))");
derives("x[3]", "x[7]", "0");

/** Numbers as they come, the same in each run. */
function random(...shape: readonly number[]): unknown {
  let seed = 1;
  const next = (): number => {
    seed = (seed * 16807) % 2147483647;
    return seed / 2147483647 - 0.5;
  };
  const build = ([extent, ...rest]: readonly number[]): unknown =>
    extent === undefined ? next() : Array.from({ length: extent }, () => build(rest));
  return build(shape);
}

const crossEntropy = "sum(n, logsumexp(c, z[n,c]) - sum(c, delta(c,label[n])*z[n,c])) / extent(n)";
const output = "sum(k, h[n,k]*V[k,c]) + b[c]";
const normalised =
  "tanh(g[k] * (a[n,k] - sum(m, a[m,k])/extent(m)) / sqrt(sum(m, (a[m,k] - sum(m, a[m,k])/extent(m))^2)/extent(m) + 0.01) + s[k])";
const network = (hidden: string, affine: string): Expr =>
  substitute(substitute(substitute(parse(crossEntropy), { "z[n,c]": parse(output) }), { "h[n,k]": parse(hidden) }), {
    "a[n,k]": parse(affine),
  });
const data = {
  ...{ x: random(5, 3), W: random(3, 4), V: random(4, 2), b: random(2), g: random(4), s: random(4) },
  ...{ label: [0, 1, 1, 0, 1], E: random(7, 3), token: [1, 5, 6, 0, 1], f: random(2, 4), signal: random(5, 6) },
} as Values;

/** Simplified alone and together, the partials keep their values: to 1e-12 of the largest, a few hundred roundings. */
const keepsGradient = (name: string, loss: Expr, wanted: readonly string[]): void =>
  test(`the gradient of a network ${name} keeps its value, and of its deltas those of data`, () => {
    const partials: Readonly<Record<string, Expr>> = gradient(loss, wanted);
    const list = wanted.map(reading => [reading, asExpr(partials[reading.split("[")[0] ?? ""] ?? 0)] as const);
    const together = simplifyAll([loss, ...list.map(([, partial]) => partial)]);
    for (const [i, [reading, partial]] of list.entries()) {
      const axes = reading.slice(reading.indexOf("[") + 1, -1).split(",");
      const valuesOf = (e: Expr): Float64Array => evaluateArray(e, data, axes, { extents: { e: 7, t: 6 } }).data;
      const expected = valuesOf(partial);
      const largest = Math.max(...expected.map(Math.abs));
      for (const simple of [simplify(partial), together[i + 1] ?? constant(0)]) {
        for (const [at, value] of valuesOf(simple).entries())
          assert.ok(Math.abs(value - (expected[at] ?? 0)) <= 1e-12 * largest, `${reading}: ${value} ${expected[at]}`);
        for (const node of topologicalOrder(simple)) {
          if (node.kind === "delta")
            assert.ok(
              node.indices.some(index => index.name === undefined),
              textOf(simple),
            );
        }
      }
    }
  });

const affine = "sum(j, x[n,j]*W[j,k])";
keepsGradient("of two layers", network("tanh(a[n,k])", affine), ["W[j,k]", "V[k,c]", "b[c]"]);
keepsGradient("with batch normalisation", network(normalised, affine), ["W[j,k]", "V[k,c]", "b[c]", "g[k]", "s[k]"]);
keepsGradient("that reads an embedding", network("tanh(a[n,k])", "sum(j, E[token[n],j]*W[j,k])"), ["E[e,j]", "W[j,k]"]);
keepsGradient("with a convolution", network("sum(i, tanh(sum(p, f[p,k]*signal[n,i+p])))", "0"), [
  "f[p,k]",
  "signal[n,t]",
]);

test("a layer's gradient reads as in a textbook", () => {
  const loss = parse("sum(n, (sum(j, x[n,j]*w[j]) + b - y[n])^2) / extent(n)");
  const { w, b } = gradient(loss, ["w[j]", "b"]);
  assert.is(textOf(simplify(w)), "2 * sum(n, x[n,j] * (b - y[n] + sum(j, w[j] * x[n,j]))) / extent(n)");
  assert.is(textOf(simplify(b)), "2 * sum(n, b - y[n] + sum(j, w[j] * x[n,j])) / extent(n)");
});

// Conditions and steps

const needs = (text: string, expected: string): void =>
  test(`${text} needs ${expected || "nothing"}`, () => {
    const e = parse(text);
    assert.is(conditionsOf(e, simplify(e)).map(each => textOf(each)).join(", "), expected); // biome-ignore format: one line
  });
needs("sum(i, delta(i,j)*x[i])", "");
needs("sum(c, delta(c,label[n]) * p[n,c])", "label[n] >= 0, label[n] < extent(c)");
needs("sum(i, delta(i,3)*x[i])", "extent(i) > 3");
needs("sum(q, delta(q,i+p)*v[q])", "sum(q, delta(q, i+p)) == 1");
needs("sum(i, delta(q,i+p)*v[i])", "");
needs("maximum(i, c)", "extent(i) > 0");
needs("sum(i, c) / extent(i)", "extent(i) != 0");

const names = (text: string, ...rules: readonly string[]): void =>
  test(`${text} is explained by: ${rules.join(", ")}`, () =>
    assert.equal(explain(parse(text)).steps.map(({ rule }) => rule), rules)); // biome-ignore format: one line
names("sum(i, delta(i,j)*x[i])", "sift the delta");
names("sum(i, c*x[i])", "a constant factor leaves the sum");
names("sum(i, c)", "a sum of equal terms");
names("sum(i, x[i]) + sum(j, x[j])", "the name of a bound index does not matter");
names("logsumexp(i, x[i] + c)", "a constant term leaves the logsumexp");
names("sum(j, sum(i, W[i,j]))", "exchange the sums");

// Laws

const values: Values = {
  ...{ x: [1.5, -2, 0.25], y: [3, 0.5, -1], u: [0.7, -0.3], s: [1, -2, 3, 0.5, -0.25], label: [2, 0, 2] },
  ...{ W: [[1, 2, 3], [4, 5, 6], [7, 8, -9]], V: [[1, -1], [0.5, 2], [3, 0.25]], a: 0.7, b: -1.3 }, // biome-ignore format: matrices
  ...{ i: 1, j: 2, p: 0, q: 1, c: 0, d: 1 },
};
const extents = { i: 3, j: 3, p: 3, q: 3, c: 2, d: 2 };
const [three, two] = [fc.constantFrom("i", "j", "p", "q"), fc.constantFrom("c", "d")];
const pair = fc.tuple(three, three);
const leaves = fc.oneof(
  three.map(i => `x[${i}]`),
  pair.map(([i, j]) => `W[${i},${j}]`),
  fc.tuple(three, two).map(([i, c]) => `V[${i},${c}]`),
  pair.map(([i, j]) => (i === j ? `y[${i}]` : `s[${i}+${j}]`)),
  three.map(i => `x[label[${i}]]`),
  pair.map(([i, j]) => `delta(${i},${j})`),
  pair.map(([i, j]) => `delta(${i},label[${j}])`),
  fc.tuple(three, fc.nat(2)).map(([i, at]) => `delta(${i},${at})`),
  three.map(i => `extent(${i})`),
  fc.constantFrom("2", "a", "b", "0", "1", "u[c]", "delta(c,d)"),
);
const { e: indexed } = fc.letrec<{ e: string }>(tie => {
  const both = fc.tuple(tie("e"), tie("e"));
  const bound = fc.tuple(fc.oneof(three, two), tie("e"));
  return {
    e: fc.oneof(
      { maxDepth: 5, depthSize: "large" },
      leaves,
      both.map(([f, g]) => `(${f} + ${g})`),
      both.map(([f, g]) => `(${f} - ${g})`),
      both.map(([f, g]) => `(${f} * ${g})`),
      both.map(([f, g]) => `(${f} / exp(tanh(${g})))`),
      tie("e").map(f => `(-tanh(${f}))`),
      bound.map(([i, f]) => `sum(${i}, ${f})`),
      bound.map(([i, f]) => `sum(${i}, ${f})`),
      fc.tuple(fc.constantFrom("maximum", "minimum", "logsumexp"), bound).map(([of, [i, f]]) => `${of}(${i}, ${f})`),
    ),
  };
});

/** States a law of random indexed expressions, and prints how many runs were judged: nine in ten, or it fails. */
const law = (name: string, holds: (e: Expr) => boolean | undefined, share = 0.9): void =>
  test(name, () => {
    let judged = 0;
    const check = fc.property(indexed, text => {
      const verdict = holds(parse(text));
      if (verdict !== undefined) judged++;
      return verdict !== false;
    });
    fc.assert(check, { numRuns: runs });
    console.log(`${name}   ${judged} of ${runs} runs judged`);
    assert.ok(judged >= share * runs, `${judged} of ${runs}`);
  });

const evaluated = (e: Expr): number => evaluate(e, values, { extents });
/** To 1e-9: sums of up to 3^5 numbers, some of which cancel. */
const keepsValue = (e: Expr, simple: Expr): boolean | undefined => {
  const expected = evaluated(e);
  if (!(Math.abs(expected) < 1e6)) return undefined;
  return Math.abs(evaluated(simple) - expected) <= 1e-9 * Math.max(1, Math.abs(expected));
};
const sizeOf = (e: Expr): ReturnType<typeof measure> => measure(topologicalOrder(e), [e]);

law("indexed   simplify(f) has the value of f", e => keepsValue(e, simplify(e)));
law("indexed   so has what is simplified to be computed", e => keepsValue(e, simplifyAll([e])[0] ?? e));
law("indexed   simplify(f) is no larger than f", e => {
  const [before, after] = [sizeOf(e), sizeOf(simplify(e))];
  return after.nodes <= before.nodes && after.operations <= before.operations;
});
law("indexed   f - f is 0", e => simplify(sub(e, e)) === constant(0));
law("indexed   f + x[i] is x[i] + f", e => simplify(add(e, parse("x[i]"))) === simplify(add(parse("x[i]"), e)));

const swap = { i: "q", q: "i", j: "p", p: "j" };
const everyRange = parse("sum(i, sum(j, sum(p, sum(q, x[i]*x[j]*x[p]*x[q]))))");
/** The same with other names bound: all names swapped, and those that are free swapped back. */
const underOtherNames = (e: Expr): Expr => {
  const text = textOf(e).replace(
    /\b[ijpq]\b/g,
    name => Object.entries(swap).find(([from]) => from === name)?.[1] ?? name,
  );
  return renameIndices(parse(text), swap);
};
test("indexed   under other bound names it is the same expression, for 97 % of random ones", () => {
  const texts = fc.sample(indexed, { numRuns: runs, seed: 4 });
  const same = texts.filter(text => {
    const e = parse(text);
    const [left, right] = simplifyAll([e, underOtherNames(e), everyRange]);
    return left === right;
  });
  console.log(`one expression under other bound names: ${same.length} of ${runs}`);
  assert.ok(same.length >= 0.97 * runs);
});

test("a chain of a thousand layers is simplified in one go", () => {
  let h: Expr = parse("x[k]");
  const layer = parse("tanh(sum(j, W[k,j] * h[j]) + 0)");
  for (let i = 0; i < 1000; i++) h = substitute(layer, { "h[k]": h });
  const [simple] = simplifyAll([h]);
  assert.ok(simple !== undefined && topologicalOrder(simple).length < topologicalOrder(h).length);
});

test.run();
