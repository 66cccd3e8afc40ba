/** Printed functions of arrays, run: in every language they have the values of `evaluateDefinitions`. */
import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { gradient } from "../../../lib/calculus/gradient.ts";
import { arbitraryIndexedCase } from "../../../lib/check/index.ts";
import { evaluateDefinitions } from "../../../lib/evaluate.ts";
import { definition } from "../../../lib/expression/definition.ts";
import { type Expr, variable } from "../../../lib/expression/expression.ts";
import { mul } from "../../../lib/expression/functions.ts";
import { sum } from "../../../lib/expression/reductions.ts";
import type { Value } from "../../../lib/expression/values.ts";
import { toCode } from "../../../lib/print/code.ts";
import { parseDefinitions } from "../../../lib/syntax/parse.ts";
import { isThere, typeErrors } from "../../support/foreign.ts";
import {
  type ArrayCase,
  type Elements,
  isTold,
  runArraysInC,
  runArraysInJavascript,
  runArraysInPython,
} from "../../support/foreign-arrays.ts";
import { numRuns } from "../../support/runs.ts";
import { skipped } from "../../support/skip.ts";

type Runner = readonly [language: string, run: (cases: readonly ArrayCase[]) => readonly Elements[]];
const inC: readonly Runner[] = isThere("gcc", "--version") ? [["c", runArraysInC]] : [];
const inPython: readonly Runner[] = isThere("python3", "-c", "import numpy") ? [["python", runArraysInPython]] : [];
const runners: readonly Runner[] = [["javascript", runArraysInJavascript], ...inC, ...inPython];
if (inC.length === 0) skipped("no gcc here to run printed code", 2);
if (inPython.length === 0) skipped("no numpy here to run printed code", 2);

/** Values between -1 and 1 that differ from each other. */
const filled = (...shape: readonly number[]): Value => {
  const size = shape.reduce((product, extent) => product * extent, 1);
  return { shape, data: Array.from({ length: size }, (_, i) => Math.sin(12.9898 * (i + size))) };
};

const lists: readonly (readonly [
  text: string,
  values: Readonly<Record<string, Value>>,
  extents?: Readonly<Record<string, number>>,
])[] = [
  [
    "a[n,k] = sum(j, x[n,j] * W[j,k]) + b[k]; h[n,k] = tanh(a[n,k]); z[n,c] = sum(k, h[n,k] * V[k,c]); loss = sum(n, logsumexp(c, z[n,c]) - z[n,label[n]]) / extent(n)",
    { x: filled(5, 4), W: filled(4, 3), b: filled(3), V: filled(3, 2), label: [0, 1, 1, 0, 1] },
  ],
  [
    "m[k] = mean(n, x[n,k]); v[k] = mean(n, (x[n,k] - m[k])^2); u[n,k] = (x[n,k] - m[k]) / sqrt(v[k] + 0.001); loss = sum(n, sum(k, g[k] * u[n,k]^3))",
    { x: filled(5, 3), g: filled(3) },
  ],
  ["y[n,i] = sum(p, w[p] * x[n,i+p]); loss = sum(n, sum(i, y[n,i]^2))", { x: filled(2, 7), w: filled(3) }],
  ["y[i] = sum(p, w[p] * x[2*i+p]); r = sum(i, y[i]^2)", { x: filled(8), w: filled(3) }],
  ["h[t,k] = E[token[t],k]; loss = sum(t, sum(k, h[t,k] * c[k]))", { E: filled(6, 2), token: [5, 0, 5], c: filled(2) }],
  ["r = sum(i, sum(j, A[i,j] * A[j,i])) + sum(i, A[i,i])", { A: filled(3, 3) }],
  ["y[i] = logsumexp(j, A[i,j]) - logsumexp(j, A[j,i]) + maximum(j, A[i,j]) * minimum(j, A[j,i])", { A: filled(3, 3) }],
  ["r = logsumexp(i, logsumexp(j, A[i,j] + b[j]) + b[i])", { A: filled(3, 3), b: filled(3) }],
  ["r = sum(i, c) + maximum(j, c) + logsumexp(k, c)", { c: 0.5 }, { i: 3, j: 2, k: 4 }],
  ["y[i] = 3; z[i,j] = y[j] + delta(i, j) + x[i]", { x: filled(3) }],
  ["y[i] = x[0] * A[i,1] + A[2,i] - x[extra[0]]", { x: filled(4), A: filled(3, 3), extra: [3] }],
  ["y[c,n] = delta(c, label[n]) * W[n,c]; s[n] = sum(c, y[c,n])", { W: filled(3, 2), label: [1, 0, 1] }],
  // Readings that are outside where the other branch is taken; loops within branches.
  ["y[n] = label[n] >= 0 ? x[label[n]] : 0", { x: filled(3), label: [2, -1000000, 0] }],
  ["y[n] = x[n] > 0 ? sum(i, x[i] * x[n]) : maximum(i, x[i] - x[n])", { x: filled(6) }],
  // An index bound within what binds it, and one node under two of them.
  ["r = sum(i, sum(j, sum(i, A[i,j]^2) * A[i,j]))", { A: filled(3, 2) }],
  ["y[i] = x[i] * sum(i, x[i]^2) + maximum(i, exp(x[i])) * sum(i, exp(x[i])) - exp(x[i])", { x: filled(4) }],
  // Integers that are read as numbers, and computed numbers that are positions.
  ["y[n] = token[n] / token[0] + x[token[n]]; z = sum(n, token[n])", { token: [2, 1, 1], x: filled(3) }, { i: 3 }],
  ["y[n] = delta(a[b[n]], a[b[n]]) * delta(a[n], a[n]) + c", { a: [0, 1], b: [1, 0], c: 2 }],
  ["r = sum(i, x[i]) + maximum(i, 2.0 * x[i] / c) + 1 / extent(i)", { x: filled(3), c: 2 }],
  ["y[i] = -x[i]^2 + (x[i] > 0 and c > 0 ? 1 : 2)", { x: filled(3), c: 2 }],
  [
    "y[k] = sum(i, sum(j, A[i,j] * x[i] * B[j,k])) / (1 + sum(i, x[i]^2))",
    { A: filled(3, 2), B: filled(2, 4), x: filled(3) },
  ],
  ["T[i,j,k] = A[j,i] * x[k]; S[k,j] = sum(i, T[i,j,k] * T[i,k,j])", { A: filled(3, 3), x: filled(3) }],
];

const cases: readonly ArrayCase[] = lists.flatMap(([text, values, extents = {}]) => {
  const definitions = parseDefinitions(text);
  const each = { definitions, values: new Map(Object.entries(values)), extents };
  const last = definitions.at(-1);
  if (last === undefined || last.axes.length > 0) return [each];
  return [each, { ...each, definitions: [...definitions, ...gradient(definitions)] }];
});

const all: readonly ArrayCase[] = fc
  .sample(arbitraryIndexedCase(), { numRuns, seed: Number(process.env.FC_SEED ?? 1) || Date.now() })
  .map(({ expression, axes, values, extents }) => {
    const y = definition("result", axes, expression);
    const reading = variable("result", ...axes);
    const squares = axes.reduce<Expr>((body, axis) => sum(axis, body), mul(reading, reading));
    return {
      definitions: [y, definition("total", [], squares)],
      values: new Map(Object.entries(values)),
      extents,
    };
  });

// An extent may be given that is smaller than what a window leaves.
const drawn = all.filter(isTold);
console.log(`${drawn.length} of ${all.length} random lists judged`);
assert.ok(drawn.length >= 0.7 * all.length);

const expected = ({ definitions, values, extents }: ArrayCase): Elements =>
  [...evaluateDefinitions(definitions, values, { extents }).values()].flatMap(value =>
    typeof value === "number" ? [value] : Array.from(value.data),
  );

// Sums run in another order: some roundings of the largest value, of which the random ones are at most 2500 each.
function agree(all: readonly ArrayCase[], found: readonly Elements[]): void {
  for (const [i, each] of all.entries()) {
    const values = expected(each);
    const largest = Math.max(1, ...values.filter(Number.isFinite).map(Math.abs));
    const wrong = values.findIndex((value, j) => {
      const computed = found[i]?.[j] ?? Number.NaN;
      return !(Object.is(computed, value) || computed === value || Math.abs(computed - value) <= 1e-11 * largest);
    });
    assert.is(
      wrong,
      -1,
      `${each.definitions.map(({ name, axes, expression }) => `${name}[${axes}] = ${expression}`)}: ${found[i]} instead of ${values}`,
    );
  }
}

for (const [language, run] of runners) {
  test(`definitions and their gradients have their values in ${language}`, () => agree(cases, run(cases)));
  test(`random indexed expressions have their values in ${language}`, () => agree(drawn, run(drawn)));
}

test("TypeScript checks under strict settings", () => {
  const texts = [...cases, ...drawn.slice(0, 60)].map(({ definitions }) => toCode(definitions, "typescript"));
  assert.is(typeErrors(texts), "");
});

test.run();
