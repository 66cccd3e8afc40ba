/** Examples keep each input with its label, however they are filtered, split and joined. */
import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  asRows,
  countLabels,
  type Examples,
  examplesOf,
  joinExamples,
  onlyClasses,
  setAside,
  takeExamples,
  takeRows,
} from "../../lib/data/index.ts";
import { numRuns } from "../support/runs.ts";
import { throws } from "../support/throws.ts";

const classes = ["ant", "bee", "cat"];

// Each input tells its label and its place: [100 * label, place].
const told = (labels: readonly number[]): Examples =>
  examplesOf(
    { shape: [labels.length, 2], data: Int32Array.from(labels.flatMap((l, i) => [100 * l, i])) },
    labels,
    classes,
  );

const isTold = ({ inputs, labels }: Examples, label: (name: number) => number = name => name): boolean =>
  labels.every((each, i) => label((inputs.data[2 * i] ?? 0) / 100) === each);

const places = ({ inputs, labels }: Examples): readonly number[] =>
  Array.from(labels, (_, i) => inputs.data[2 * i + 1] ?? -1);

const labelled = fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 2, maxLength: 30 });

test("setting aside loses none, keeps the order, and repeats itself with its seed", () => {
  fc.assert(
    fc.property(labelled, fc.nat(), fc.integer(), (labels, at, seed) => {
      const number = 1 + (at % (labels.length - 1));
      const { rest, aside } = setAside(told(labels), number, { seed });
      assert.is(aside.labels.length, number);
      assert.ok(isTold(rest) && isTold(aside));
      for (const part of [rest, aside])
        assert.equal(
          [...places(part)].sort((a, b) => a - b),
          places(part),
        );
      assert.equal(
        [...places(rest), ...places(aside)].sort((a, b) => a - b),
        [...labels.keys()],
      );
      assert.equal(setAside(told(labels), number, { seed }).aside, aside);
    }),
    { numRuns },
  );
});

test("every example is set aside about as often", () => {
  const counts = Array.from({ length: 6 }, () => 0);
  for (let seed = 0; seed < 600; seed++)
    for (const place of places(setAside(told([0, 1, 2, 0, 1, 2]), 2, { seed }).aside))
      counts[place] = (counts[place] ?? 0) + 1;
  // 200 each, whose standard deviation is below 12; five of them.
  for (const count of counts) assert.ok(Math.abs(count - 200) < 60, String(counts));
});

test("some classes alone are relabelled in the order in which they are named", () => {
  fc.assert(
    fc.property(labelled, labels => {
      const found = onlyClasses(told(labels), ["cat", "ant"]);
      assert.equal(found.classes, ["cat", "ant"]);
      assert.ok(isTold(found, name => [1, -1, 0][name] ?? -1));
      const wanted = [...labels.keys()].filter(place => labels[place] !== 1);
      assert.equal(places(found), wanted);
    }),
    { numRuns },
  );
  throws(() => onlyClasses(told([0, 1]), ["an"]), "bad-option", "did you mean ant?");
  throws(() => onlyClasses(told([0, 1]), ["zebra"]), "bad-option", "ant, bee, cat");
  throws(() => onlyClasses(told([0, 1]), ["ant", "ant"]), "bad-option", "twice");
});

test("joined, parts are what they are parts of", () => {
  const all = told([0, 1, 2, 2, 1]);
  const parts = [takeExamples(all, [0, 1]), takeExamples(all, [2]), takeExamples(all, [3, 4])];
  assert.equal(joinExamples(parts), all);
  throws(() => joinExamples([]), "bad-value");
  throws(() => joinExamples([all, { ...all, classes: ["x", "y", "z"] }]), "bad-value", "x,y,z");
  throws(
    () => joinExamples([all, { ...all, inputs: asRows({ shape: [5, 1], data: new Int32Array(5) }) }]),
    "bad-value",
    "[1]",
  );
});

test("examples are taken in the order that is asked for, as often as they are asked for", () => {
  const taken = takeExamples(told([0, 1, 2]), [2, 0, 2]);
  assert.equal(places(taken), [2, 0, 2]);
  assert.equal(taken.labels, Int32Array.of(2, 0, 2));
  assert.equal(taken.inputs.shape, [3, 2]);
  for (const row of [3, -1, 0.5])
    throws(() => takeExamples(told([0, 1, 2]), [row]), "out-of-range", String(row), "0 to 2");
  assert.equal(takeRows({ shape: [2, 2], data: Int8Array.of(1, 2, 3, 4) }, []).shape, [0, 2]);
});

test("the examples of each class are counted", () => {
  assert.equal(countLabels(told([2, 0, 2])), [1, 0, 2]);
});

test("rows of images are the same numbers under another shape", () => {
  const data = Uint8Array.from({ length: 12 }, (_, i) => i);
  const rows = asRows({ shape: [2, 2, 3], data });
  assert.equal(rows.shape, [2, 6]);
  assert.is(rows.data, data);
});

test("labels and inputs that do not fit are refused", () => {
  const inputs = { shape: [2, 1], data: Uint8Array.of(1, 2) };
  throws(() => examplesOf(inputs, [0], classes), "bad-value", "2 examples", "got 1");
  throws(() => examplesOf(inputs, [0, 3], classes), "bad-data", "example 1 is 3", "0 to 2");
  throws(() => examplesOf(inputs, [0, Number.NaN], classes), "bad-data", "NaN");
  throws(() => examplesOf({ shape: [3, 1], data: inputs.data }, [0, 1, 2], classes), "bad-value", "asks for 3");
  throws(() => examplesOf({ shape: [0, 1], data: new Uint8Array() }, [], classes), "bad-value", "no examples");
  for (const number of [0, 2, 0.5, Number.NaN])
    throws(() => setAside(told([0, 1]), number), "bad-option", String(number));
});

test.run();
