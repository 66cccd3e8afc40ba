/** A network with batch normalisation and softmax cross-entropy: its gradient, and that one's gradient, however computed. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { gradient } from "../../lib/calculus/gradient.ts";
import { evaluateDefinitions } from "../../lib/evaluate.ts";
import { type Definitions, define } from "../../lib/expression/definition.ts";
import { topologicalOrder } from "../../lib/expression/fold.ts";
import { readingOf } from "../../lib/expression/indices.ts";
import type { FlatArray } from "../../lib/expression/values.ts";
import { toString as print } from "../../lib/print/text.ts";
import { parse, parseDefinitions } from "../../lib/syntax/parse.ts";
import { createProgram } from "../../lib/tape/program.ts";
import { schedule } from "../../lib/tape/schedule.ts";
import { backends } from "../support/program.ts";

const forward = parseDefinitions(`
  a[n,k] = sum(j, x[n,j] * W1[j,k])
  mean[k] = mean(n, a[n,k])
  variance[k] = mean(n, (a[n,k] - mean[k])^2)
  normal[n,k] = (a[n,k] - mean[k]) / sqrt(variance[k] + 0.001)
  h[n,k] = tanh(scale[k] * normal[n,k] + shift[k])
  z[n,c] = sum(k, h[n,k] * W2[k,c]) + b[c]
  p[n,c] = exp(z[n,c]) / sum(c', exp(z[n,c']))
  loss = -mean(n, sum(c, delta(c, label[n]) * log(p[n,c])))`);
const readings = ["W1[j,k]", "scale[k]", "shift[k]", "W2[k,c]", "b[c]", "x[n,j]"];
const names = readings.map(reading => readingOf(reading).name);

type Arrays = ReadonlyMap<string, FlatArray & { readonly data: readonly number[] }>;

const [samples, features, neurons, classes] = [5, 3, 4, 3];
// Large enough for matrix products in blocks, and for loops.
const arrays: Arrays = new Map(
  (
    [
      ["x", [samples, features]],
      ["W1", [features, neurons]],
      ["scale", [neurons]],
      ["shift", [neurons]],
      ["W2", [neurons, classes]],
      ["b", [classes]],
      // The direction.
      ["r", [features, neurons]],
      ["q", [classes]],
    ] as const
  ).map(([name, shape], seed) => {
    const length = shape.reduce((product, extent) => product * extent, 1);
    return [name, { shape, data: Array.from({ length }, (_, i) => Math.sin(12.9898 * (i + 1) + seed)) }];
  }),
);
const labels = { shape: [samples], data: Array.from({ length: samples }, (_, n) => (3 * n + 1) % classes) };
const given: Arrays = new Map([...arrays, ["label", labels]]);

/** What computes every definition of a list that has one of the names. */
type Run = (list: Definitions, wanted: readonly string[]) => (name: string) => ArrayLike<number>;

const ways: ReadonlyMap<string, Run> = new Map([
  [
    "evaluate",
    list => {
      const found = evaluateDefinitions(list, given);
      return name => {
        const value = found.get(name);
        return typeof value === "number" ? [value] : (value?.data ?? []);
      };
    },
  ],
  ...backends.map((backend): [string, Run] => [
    backend,
    (list, outputs) => {
      const tape = schedule(list, { outputs });
      const inputs = tape.arrays.flatMap(({ name, role }) => (role === "input" ? [name] : []));
      const shapes = new Map(inputs.map(name => [name, given.get(name)?.shape ?? []]));
      const program = createProgram(tape, { shapes, backend });
      for (const name of inputs) program.input(name).set(given.get(name)?.data ?? []);
      program.run();
      return program.output;
    },
  ]),
]);

const backward = gradient(forward, readings);

test("the backward pass has no delta but that of the label", () => {
  const deltas = topologicalOrder(...backward.map(({ expression }) => expression)).filter(
    ({ kind }) => kind === "delta",
  );
  assert.equal(
    deltas.map(node => print(node)),
    ["delta(c, label[n])"],
  );
});

const slopes = differences(forward);
for (const [way, run] of ways)
  test(`the gradient by every parameter and input is that of central differences: ${way}`, () => {
    const found = run(
      [...forward, ...backward],
      names.map(name => `d${name}`),
    );
    for (const name of names) near(found(`d${name}`), slopes.get(name) ?? [], name);
  });

// The slope of the loss along a direction (r, q) in W1 and b, and its gradient.
const along = define("along", parse("sum(j, sum(k, dW1[j,k] * r[j,k])) + sum(c, db[c] * q[c])"));
const first = [...forward, ...gradient(forward, ["W1[j,k]", "b[c]"]), along];
const second = gradient(first, readings);
// The first pass has taken the names that its own adjoints need.
const adjointOf = (name: string): string =>
  [`d${name}`, `d${name}'`].find(one => second.some(each => each.name === one)) ?? "";

const curvatures = differences(first);
for (const [way, run] of ways)
  test(`its derivative along a direction is that of central differences: ${way}`, () => {
    const found = run([...first, ...second], names.map(adjointOf));
    for (const name of names) near(found(adjointOf(name)), curvatures.get(name) ?? [], name);
  });

test.run();

/** The derivative of the last definition by each element: central differences of two steps, extrapolated. */
function differences(list: Definitions): ReadonlyMap<string, readonly number[]> {
  const root = list.at(-1)?.name ?? "";
  return new Map(
    names.map(name => {
      const { shape, data } = given.get(name) ?? { shape: [], data: [] };
      const slopeAt = (place: number): number => {
        const at = (change: number): number => {
          const moved = { shape, data: data.map((value, i) => (i === place ? value + change : value)) };
          return Number(evaluateDefinitions(list, new Map([...given, [name, moved]])).get(root));
        };
        const slope = (step: number): number => (at(step) - at(-step)) / (2 * step);
        return (4 * slope(5e-4) - slope(1e-3)) / 3;
      };
      return [name, data.map((_, place) => slopeAt(place))];
    }),
  );
}

// An error is relative to the entry, or to a thousandth of the largest: such differences are good to about 1e-10 of that.
function near(found: ArrayLike<number>, expected: readonly number[], name: string): void {
  assert.is(found.length, expected.length, name);
  const largest = Math.max(...expected.map(Math.abs));
  for (const [i, value] of expected.entries()) {
    const own = found[i] ?? Number.NaN;
    const error = Math.abs(own - value) / Math.max(Math.abs(own), Math.abs(value), 1e-3 * largest);
    assert.ok(error < 1e-6, `element ${i} by ${name}: ${own}, not ${value}`);
  }
}
