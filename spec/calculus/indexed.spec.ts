/** The rule of the reverse sweep on indexed expressions, against differences of the reference meaning. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { gradient } from "../../lib/calculus/gradient.ts";
import { evaluateArray, evaluateDefinitions } from "../../lib/evaluate.ts";
import { type Definitions, define, inline } from "../../lib/expression/definition.ts";
import type { Expr } from "../../lib/expression/expression.ts";
import { topologicalOrder } from "../../lib/expression/fold.ts";
import { mul } from "../../lib/expression/functions.ts";
import { readingOf } from "../../lib/expression/indices.ts";
import { sum } from "../../lib/expression/reductions.ts";
import type { Values } from "../../lib/expression/values.ts";
// biome-ignore lint/suspicious/noShadowRestrictedNames: the printer is called so.
import { toString } from "../../lib/print/text.ts";
import { simplify } from "../../lib/simplify/simplify.ts";
import { parse, parseDefinitions } from "../../lib/syntax/parse.ts";

type Nested = number | readonly Nested[];
type Given = Readonly<Record<string, Nested>>;
type Extents = Readonly<Record<string, number>>;

/**
 * The largest error that a gradient may have, relative to the element or to a thousandth of the largest one: differences
 * extrapolated from two steps of about 1e-3 are good to about 1e-11 of the value.
 */
const tolerance = 1e-6;

/** The gradient of a list by each reading, as an expression and as a list, each raw and simplified. */
function agrees(text: string, readings: readonly string[], arrays: Given, given: Extents = {}): void {
  const values = arrays as Given & Values;
  const list = parseDefinitions(text);
  const whole = inline(list);
  const extents = { ...given, ...axesOf(readings, values) };
  const name = text.replaceAll(/\s*\n\s*/g, "; ");
  const expected = new Map(readings.map(reading => [reading, differences(list, reading, values, extents)]));
  const check = (how: string, found: (reading: string) => readonly number[]): void =>
    test(`${how}: ${name}`, () => {
      for (const reading of readings) near(found(reading), expected.get(reading) ?? [], `${how}: by ${reading}`);
    });

  const partial = (reading: string): Expr => gradient(whole, [reading])[readingOf(reading).name] ?? parse("0");
  const array = (e: Expr, reading: string): readonly number[] => [
    ...evaluateArray(e, values, readingOf(reading).axes ?? [], { extents }).data,
  ];
  check("as an expression", reading => array(partial(reading), reading));
  check("as an expression, simplified", reading => array(simplify(partial(reading)), reading));

  const inList = (backward: Definitions, reading: string): readonly number[] => {
    const found = evaluateDefinitions([...list, ...backward], values, { extents }).get(`d${readingOf(reading).name}`);
    return typeof found === "number" ? [found] : [...(found?.data ?? [])];
  };
  check("as a raw list", reading => inList(gradient(list, readings, { simplify: false }), reading));
  check("as a list", reading => inList(gradient(list, readings), reading));
}

const x3 = [0.5, -1.2, 0.3];
const square = [
  [0.2, -0.5, 0.4],
  [0.9, 0.1, -0.8],
  [-0.6, 0.7, 1.1],
];
const x23 = [
  [0.5, -1.2, 0.3],
  [1.1, 0.4, -0.7],
];
const w3 = [0.3, -0.8, 0.6];

// What a reduction sums over, whether its body mentions the index or not

agrees("sum(i, x[i] + b)", ["x[i]", "b"], { x: x3, b: 2 });
agrees("sum(i, b)", ["b"], { b: 2 }, { i: 4 });
agrees("sum(n, x[0])", ["x[p]"], { x: x3 }, { n: 4 });
agrees("sum(n, x[0]^2 * x[2])", ["x[n]"], { x: x3 }, { n: 3 });
agrees("mean(n, sum(j, x[n,j] * w[j]) + b)", ["x[n,j]", "w[j]", "b"], { x: x23, w: w3, b: 0.4 });
agrees("mean(n, (sum(j, x[n,j] * w[j]) + b)^2)", ["x[k,l]", "w[q]", "b"], { x: x23, w: w3, b: 0.4 });
agrees("logsumexp(i, b)", ["b"], { b: 2 }, { i: 4 });
agrees("logsumexp(i, b * x[i])", ["b", "x[i]"], { b: 2, x: x3 });
agrees("logsumexp(n, x[n,0] + logsumexp(j, x[n,j] * w[j]))", ["x[n,j]", "w[j]"], { x: x23, w: w3 });
agrees("logsumexp(i, logsumexp(i, x[i]) + b * x[i])", ["x[i]", "b"], { x: x3, b: 0.7 });
agrees("maximum(i, b * x[i])", ["x[i]", "b"], { x: x3, b: 1.5 });
agrees("m = maximum(i, b * x[i] / 3 + b * x[i] / 7)\nm^2", ["x[i]", "b"], { x: [0.5, 1.3, 0.3], b: 1.1 });
agrees("minimum(i, x[i]^2 - b)", ["x[i]", "b"], { x: x3, b: 1.5 });
agrees("maximum(i, b)", ["b"], { b: 2 }, { i: 4 });
agrees("sum(n, maximum(j, x[n,j] * w[j]))", ["x[n,j]", "w[j]"], { x: x23, w: w3 });

// Readings of one array that differ

agrees("sum(j, sum(k, W[j,k] * W[k,j]^2))", ["W[j,k]"], { W: square });
agrees("sum(j, sum(k, W[j,k] * W[k,j]^2))", ["W[k,j]"], { W: square });
agrees("sum(i, a[i,i] * c[i])", ["a[i,j]", "c[i]"], { a: square, c: x3 });
agrees("sum(i, sum(j, a[i,j] * exp(a[i,i]) * a[0,j]))", ["a[i,j]"], { a: square });
agrees("S[i,j] = W[i,j] + W[j,i]\nsum(i, sum(j, S[i,j] * S[j,i] * tanh(S[i,i])))", ["W[p,q]"], { W: square });

// Gathers, one-hot forms, windows

const words = { E: square.slice(0, 2), token: [1, 0, 1, 1], c: [0.5, 1, -1, 2] };
agrees("sum(n, sum(k, exp(c[n] * E[token[n],k])))", ["E[v,k]", "c[n]"], words);
agrees("u[n,k] = E[token[n],k]\nsum(n, sum(k, exp(c[n] * u[n,k])))", ["E[v,l]", "c[m]"], words);
const labelled = { z: x23, label: [2, 0] };
agrees("-sum(n, sum(c, delta(c, label[n]) * (z[n,c] - logsumexp(c, z[n,c]))))", ["z[n,c]"], labelled);
agrees("p[n,c] = exp(z[n,c]) / sum(c, exp(z[n,c]))\n-mean(n, log(p[n,label[n]]))", ["z[n,c]"], labelled);
agrees("p[n,c] = exp(z[n,c] - logsumexp(c', z[n,c']))\n-mean(n, log(p[n,label[n]]))", ["z[m,c']"], labelled);
const windows = {
  x: [
    [0.1, 0.5, -0.3, 0.8, 0.2],
    [1, -1, 0.2, 0.4, -0.6],
  ],
  w: [0.7, -0.4],
};
agrees("sum(n, sum(i, tanh(sum(p, x[n,i+p] * w[p]))))", ["x[n,q]", "w[p]"], windows);
agrees("sum(n, sum(i, tanh(sum(p, x[n,2*i+p] * w[p]))))", ["x[m,q]", "w[r]"], windows);
agrees("y[n,i] = sum(p, x[n,i+p] * w[p])\nsum(n, sum(i, y[n,i]^2 * y[n,1]))", ["x[n,q]", "w[p]"], windows);
agrees("y[n,i] = sum(p, x[n,2*i+p] * w[p])\nsum(n, sum(i, exp(y[n,i])))", ["x[m,q]", "w[p]"], windows);

// Names bound twice, free here and bound there

agrees("sum(i, x[i] * exp(sum(i, x[i] * w[i])))", ["x[i]", "w[p]"], { x: x3, w: w3 });
agrees("h[i] = x[i] * sum(i, x[i]^2)\nsum(i, h[i] * w[i])", ["x[i]", "w[i]"], { x: x3, w: w3 });
agrees("h[i] = exp(x[i] * w[i])\nsum(i, h[i] / sum(i, h[i]) * w[i])", ["x[i]", "w[i]"], { x: x3, w: w3 });
agrees("h[i,j] = sum(k, W[i,k] * W[k,j])\nsum(k, sum(i, h[k,i] * tanh(h[i,k])))", ["W[k,i]"], { W: square });
agrees("h[j] = sum(i, W[i,j])\nsum(i, h[i] * sum(j, h[j] * W[i,j]))", ["W[j,i]"], { W: square });

// Definitions read under other indices, in part, or broadcast

agrees("h[n,k] = tanh(x[n,k])\nh[0,2] * h[1,0] + sum(k, h[1,k])", ["x[n,k]"], { x: x23 });
agrees("m[k] = sum(n, x[n,k])\nb[n,k] = m[k]^2\nsum(n, sum(k, b[n,k] * x[n,k]))", ["x[n,k]"], { x: x23 });
agrees("c = sum(i, x[i]^2)\nones[i] = c\nsum(i, ones[i] * w[i])", ["x[i]", "w[i]"], { x: x3, w: w3 });
agrees("data = sum(i, x[i]^2)\npenalty = 0.1 * sum(i, w[i]^2)\ndata + penalty", ["x[i]", "w[i]"], { x: x3, w: w3 });
agrees("a = x * y\nb = a * a\nc = b + a\nc * b", ["x", "y"], { x: 0.7, y: -1.3 });

// Choices

agrees("sum(n, sum(j, x[n,j] > 0 ? x[n,j]^2 * w[j] : exp(x[n,j])))", ["x[n,j]", "w[j]"], { x: x23, w: w3 });
agrees("sum(n, relu(sum(j, x[n,j] * w[j])))", ["x[n,j]", "w[j]"], { x: x23, w: w3 });
agrees("h[n] = sum(j, x[n,j] * w[j])\nsum(n, h[n] > 0 ? log(h[n]) : 0)", ["x[n,j]", "w[j]"], {
  x: x23,
  w: [0.3, -0.8, 0.2],
});

test("at a tie the elements share the derivative of a maximum equally, as expression and as list", () => {
  const list = parseDefinitions("m = maximum(i, x[i])\nm^2");
  const values = { x: [3, 1, 3] };
  for (const e of [gradient(inline(list), ["x[i]"]).x, simplify(gradient(inline(list), ["x[i]"]).x)])
    assert.equal([...evaluateArray(e, values, ["i"]).data], [3, 0, 3]);
  const found = evaluateDefinitions([...list, ...gradient(list, ["x[i]"])], values).get("dx");
  assert.equal(found, { shape: [3], data: new Float64Array([3, 0, 3]) });
});

// A whole network

const network = `
  a[n,k] = sum(j, x[n,j] * W1[j,k])
  mu[k] = mean(n, a[n,k])
  var[k] = mean(n, (a[n,k] - mu[k])^2)
  xhat[n,k] = (a[n,k] - mu[k]) / sqrt(var[k] + 0.001)
  h[n,k] = tanh(g[k] * xhat[n,k] + s[k])
  z[n,c] = sum(k, h[n,k] * W2[k,c]) + b[c]
  p[n,c] = exp(z[n,c] - logsumexp(c', z[n,c']))
  loss = -mean(n, sum(c, delta(c, label[n]) * log(p[n,c])))`;
const parameters = ["W1[j,k]", "g[k]", "s[k]", "W2[k,c]", "b[c]", "x[n,j]"];
const batch = {
  x: [...x23, [-0.3, 0.8, 0.9], [0.7, -0.2, -1.5]],
  W1: square.map(row => row.slice(0, 2)),
  g: [1.2, 0.7],
  s: [0.1, -0.4],
  W2: square.slice(0, 2),
  b: w3,
  label: [2, 0, 1, 2],
};
agrees(network, parameters, batch);

test("the backward pass of a network has no delta but that of a label", () => {
  for (const { expression } of gradient(parseDefinitions(network), parameters)) {
    for (const node of topologicalOrder(expression)) {
      if (node.kind === "delta") assert.is(toString(node), "delta(c, label[n])");
    }
  }
});

test("the second derivative of a network along a direction is that of its gradient", () => {
  const forward = parseDefinitions(network);
  const first = gradient(forward, ["W1[j,k]", "b[c]"]);
  const along = define("along", parse("sum(j, sum(k, dW1[j,k] * r[j,k])) + sum(c, db[c] * q[c])"));
  const second = [...forward, ...first, along];
  const values = { ...batch, r: square.map(row => row.slice(1)), q: x3 };
  for (const reading of parameters) {
    const { name } = readingOf(reading);
    const backward = gradient(second, [reading]);
    const extents = axesOf([reading], values);
    // The first pass has taken the names that its own adjoints need.
    const adjoint = [`d${name}`, `d${name}'`].find(one => backward.some(each => each.name === one)) ?? "";
    const found = evaluateDefinitions([...second, ...backward], values, { extents }).get(adjoint);
    near(typeof found === "object" ? [...found.data] : [], differences(second, reading, values, extents), reading);
  }
});

test("the gradient of a gradient contracted with a direction, as expressions", () => {
  const e = parse("sum(n, log(1 + exp(sum(j, x[n,j] * tanh(w[j])))))");
  const along = sum("j", mul(gradient(e, ["w[j]"]).w, parse("r[j]")));
  const values = { x: x23, w: w3, r: x3 };
  for (const d of [gradient(along, ["w[q]"]).w, simplify(gradient(along, ["w[q]"]).w)])
    near([...evaluateArray(d, values, ["q"]).data], differences([define("along", along)], "w[q]", values, {}), "w");
});

test.run();

function near(found: readonly number[], expected: readonly number[], what: string): void {
  assert.is(found.length, expected.length, what);
  const largest = Math.max(...expected.map(Math.abs), 1e-3);
  for (const [i, value] of expected.entries()) {
    const is = found[i] ?? Number.NaN;
    const error = Math.abs(is - value) / Math.max(Math.abs(is), Math.abs(value), 1e-3 * largest);
    assert.ok(error < tolerance, `${what}, element ${i}: ${is}, not ${value}`);
  }
}

/** The derivative by each element, row by row: central differences of two steps, extrapolated. */
function differences(list: Definitions, reading: string, values: Given, extents: Extents): readonly number[] {
  const { name } = readingOf(reading);
  const root = list.at(-1)?.name ?? "";
  return places(values[name] ?? 0).map(place => {
    const at = (change: number): number =>
      Number(
        evaluateDefinitions(list, { ...values, [name]: changed(values[name] ?? 0, place, change) } as Values, {
          extents,
        }).get(root),
      );
    const slope = (step: number): number => (at(step) - at(-step)) / (2 * step);
    return (4 * slope(5e-4) - slope(1e-3)) / 3;
  });
}

function axesOf(readings: readonly string[], values: Given): Extents {
  const extents: Record<string, number> = {};
  for (const reading of readings) {
    const { name, axes = [] } = readingOf(reading);
    let array: unknown = values[name];
    for (const axis of axes) {
      if (!Array.isArray(array)) break;
      extents[axis] = array.length;
      array = array[0];
    }
  }
  return extents;
}

function places(value: unknown): readonly (readonly number[])[] {
  return Array.isArray(value) ? value.flatMap((item, i) => places(item).map(place => [i, ...place])) : [[]];
}

function changed(value: Nested, [first, ...rest]: readonly number[], by: number): Nested {
  if (typeof value === "number" || first === undefined) return Number(value) + by;
  return value.map((item, i) => (i === first ? changed(item, rest, by) : item));
}
