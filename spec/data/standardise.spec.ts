/** After the change of scale of its own numbers, an array has the mean 0 and the standard deviation 1. */
import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type DataArray, type Grouping, standardise, standardiserOf } from "../../lib/data/index.ts";
import { numRuns } from "../support/runs.ts";
import { throws } from "../support/throws.ts";

const groupings: readonly Grouping[] = ["feature", "channel", "all"];
const shape = [6, 2, 3, 2];

// The group of each number, told by its place in an example.
const groupOf = { feature: (i: number) => i, channel: (i: number) => Math.floor(i / 6), all: () => 0 };

function momentsOf({ data }: DataArray, by: Grouping): ReadonlyMap<number, { mean: number; deviation: number }> {
  const groups = new Map<number, number[]>();
  for (const [at, value] of data.entries()) {
    const group = groupOf[by](at % 12);
    groups.set(group, [...(groups.get(group) ?? []), value]);
  }
  const average = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  return new Map(
    [...groups].map(([group, values]) => {
      const mean = average(values);
      return [group, { mean, deviation: Math.sqrt(average(values.map(value => (value - mean) ** 2))) }];
    }),
  );
}

const arrays = fc
  .array(fc.integer({ min: -1000, max: 1000 }), { minLength: 72, maxLength: 72 })
  .map((values): DataArray => ({ shape, data: Float64Array.from(values, value => value / 8) }));

for (const by of groupings)
  test(`mean 0 and deviation 1 by ${by}`, () => {
    fc.assert(
      fc.property(arrays, array => {
        const standardiser = standardise(array, { by });
        for (const [group, { mean, deviation }] of momentsOf(standardiser.apply(array), by)) {
          // A sum of at most 72 numbers below 9 in double precision.
          assert.ok(Math.abs(mean) < 1e-12, `mean ${mean}`);
          const wasConstant = momentsOf(array, by).get(group)?.deviation === 0;
          assert.ok(Math.abs(deviation - (wasConstant ? 0 : 1)) < 1e-12, `deviation ${deviation}`);
        }
      }),
      { numRuns },
    );
  });

test("what is subtracted and divided by comes from the training alone", () => {
  const { mean, deviation, apply } = standardise({ shape: [2, 2], data: Float64Array.of(1, 10, 3, 30) });
  assert.equal(
    [mean, deviation],
    [
      [2, 20],
      [1, 10],
    ],
  );
  assert.equal(apply({ shape: [1, 2], data: Float64Array.of(4, 0) }), { shape: [1, 2], data: Float64Array.of(2, -2) });
});

test("unless said, features, channels or whole images have a scale each", () => {
  const zeros = (...each: readonly number[]): DataArray => ({ shape: [2, ...each], data: new Uint8Array(2 * 12) });
  assert.is(standardise(zeros(12)).by, "feature");
  assert.is(standardise(zeros(3, 4)).by, "all");
  assert.is(standardise(zeros(3, 2, 2)).by, "channel");
  assert.is(standardise(zeros(3, 2, 2)).mean.length, 3);
});

test("a constant feature becomes nothing, also where its mean is rounded", () => {
  const data = Float64Array.from({ length: 10 }, () => 0.1);
  const { deviation, apply } = standardise({ shape: [10, 1], data });
  assert.equal(deviation, [1]);
  // The mean of ten 0.1 is one rounding away from 0.1.
  assert.ok(apply({ shape: [10, 1], data }).data.every(value => Math.abs(value) < 1e-16));
});

test("small differences between large numbers are no rounding", () => {
  const { mean, deviation } = standardise({ shape: [2, 1], data: Float64Array.of(1e8, 1e8 + 1) });
  assert.equal([mean, deviation], [[1e8 + 0.5], [0.5]]);
});

test("bytes become single precision, other numbers double precision", () => {
  assert.instance(
    standardise({ shape: [2, 1], data: Uint8Array.of(0, 2) }).apply({ shape: [1, 1], data: Uint8Array.of(5) }).data,
    Float32Array,
  );
  const array = { shape: [2, 1], data: Int32Array.of(0, 2) };
  assert.equal(standardise(array).apply(array).data, Float64Array.of(-1, 1));
});

test("kept as JSON, a standardiser does the same", () => {
  const array = { shape: [3, 2], data: Float64Array.of(1, 0.1, 2, 0.7, 4, 0.3) };
  const standardiser = standardise(array);
  const kept = standardiserOf(JSON.parse(JSON.stringify(standardiser)));
  assert.equal(kept.apply(array), standardiser.apply(array));
  throws(() => standardiserOf({ ...standardiser, mean: [1] }), "bad-value", "2 means", "got 1 and 2");
  throws(() => standardiserOf({ ...standardiser, deviation: [1, 0] }), "bad-value");
  throws(() => standardiserOf({ ...standardiser, deviation: [1, Number.NaN] }), "bad-value");
});

test("what is not finite is refused, in the training and elsewhere, with its place", () => {
  const bad = { shape: [2, 2], data: Float64Array.of(1, 2, 3, Number.NaN) };
  throws(() => standardise(bad), "bad-value", "number 1 of example 1", "NaN");
  const good = standardise({ shape: [2, 2], data: Float64Array.of(1, 2, 3, 4) });
  throws(() => good.apply(bad), "bad-value", "number 1 of example 1", "NaN");
  throws(() => standardise({ shape: [2, 1], data: Float64Array.of(1e200, -1e200) }), "bad-value", "overflow");
});

test("other shapes, and nothing at all, are refused", () => {
  const { apply } = standardise({ shape: [2, 2], data: Float64Array.of(1, 2, 3, 4) });
  throws(() => apply({ shape: [1, 3], data: Float64Array.of(1, 2, 3) }), "bad-value", "[2]", "[3]");
  throws(() => standardise({ shape: [0, 2], data: new Float64Array() }), "bad-value", "nothing");
  throws(() => standardise({ shape: [2, 2], data: new Float64Array(3) }), "bad-value", "asks for 4");
  throws(() => standardise({ shape: [1, 1], data: Uint8Array.of(1) }, { by: "row" as Grouping }), "bad-option", "row");
});

test.run();
