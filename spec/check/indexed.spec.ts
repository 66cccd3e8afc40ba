/** What the generator of indexed expressions draws, how it shrinks, and what it finds. */
import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  arbitraryIndexedCase,
  awkwardNames,
  checkLaw,
  type IndexedCase,
  type IndexedOptions,
  isRegular,
  lawOver,
  type Run,
  runAgrees,
} from "../../lib/check/index.ts";
import { evaluateArray, evaluateDefinitions } from "../../lib/evaluate.ts";
import { freeVariables, topologicalOrder } from "../../lib/expression/fold.ts";
import { functions, sin } from "../../lib/expression/functions.ts";
import { indexNames } from "../../lib/expression/indices.ts";
import { toString as textOf } from "../../lib/print/text.ts";

const draw = (options: IndexedOptions = {}, numRuns = 300): readonly IndexedCase[] =>
  fc.sample(arbitraryIndexedCase(options), { numRuns, seed: 1 });

const elementsOf = ({ expression, values, axes, extents }: IndexedCase): ArrayLike<number> =>
  evaluateArray(expression, values, axes, { extents }).data;

test("a case has a value at every position, where it is regular", () => {
  for (const one of draw()) {
    assert.ok(Array.from(elementsOf(one)).every(Number.isFinite), textOf(one.expression));
    assert.ok(isRegular(one.expression, one.values, one), textOf(one.expression));
  }
});

test("it holds what it needs and no more: values in thousandths, extents that no array tells", () => {
  for (const { expression, values, axes, extents } of draw()) {
    assert.equal(Object.keys(values).sort(), freeVariables(expression));
    assert.equal([...axes].sort(), [...expression.freeIndices]);
    for (const value of Object.values(values))
      for (const x of typeof value === "number" ? [value] : Array.from(value.data))
        assert.is(Math.round(x * 1000) / 1000, x);
    for (const name of Object.keys(extents)) assert.ok(indexNames(expression).has(name), name);
  }
  assert.ok(draw().some(({ extents }) => Object.keys(extents).length === 0));
});

test("an index is bound twice, hides an outer one, is free here and bound there", () => {
  const texts = draw({}, 600).map(({ expression }) => textOf(expression));
  for (const pattern of [/sum\((\w), .*sum\(\1, /, /(\w\[(\w)\]).*sum\(\2, \1\)/])
    assert.ok(texts.filter(text => pattern.test(text)).length >= 3, String(pattern));
});

test("every row of the table is drawn, or only those that are asked for", () => {
  const rowsIn = (drawn: readonly IndexedCase[]): ReadonlySet<string> =>
    new Set(
      drawn.flatMap(({ expression }) =>
        topologicalOrder(expression).flatMap(node => (node.kind === "call" ? [node.fn.name] : [])),
      ),
    );
  const rows = rowsIn(draw({}, 1500));
  assert.equal(
    [...functions.keys()].filter(name => !rows.has(name)),
    [],
  );
  const few = rowsIn(draw({ functions: [sin] }));
  // A mean is a quotient; so is a constant that is a fraction.
  assert.ok(few.has("sin") && !few.has("tanh") && !few.has("exp"));
});

test("free indices are as few as asked for, and there are those that were asked for", () => {
  for (const free of [0, 1, 2]) assert.is(Math.max(...draw({ free }).map(({ axes }) => axes.length)), free);
  const names = new Set(draw({ indices: ["a", "__proto__"] }).flatMap(({ expression }) => [...indexNames(expression)]));
  assert.equal([...names].sort(), ["__proto__", "a"]);
});

test("arrays have the names that are asked for, awkward ones too", () => {
  const drawn = draw({ variables: awkwardNames.filter(name => name !== "n") }, 600);
  const names = new Set(drawn.flatMap(({ values }) => Object.keys(values)));
  assert.ok(names.has("__proto__") && names.has("") && names.has("constructor"));
  for (const one of drawn) assert.ok(elementsOf(one).length > 0);
});

test("the same seed draws the same cases", () => {
  assert.equal(draw({}, 50).map(String), draw({}, 50).map(String));
  assert.ok(draw({}, 50).every(({ expression }, i) => expression === draw({}, 50)[i]?.expression));
});

test("what a case shrinks to is a case, and simpler", () => {
  const arbitrary = arbitraryIndexedCase();
  for (const one of draw({}, 60)) {
    for (const { value } of [...arbitrary.shrink(one, undefined)].slice(0, 40)) {
      assert.ok(Array.from(elementsOf(value)).every(Number.isFinite), textOf(value.expression));
      assert.ok(value.expression.size <= one.expression.size);
    }
  }
});

/** The smallest case found in which `isMet` holds. */
function smallest(isMet: (one: IndexedCase) => boolean): IndexedCase {
  const { counterexample } = fc.check(
    fc.property(arbitraryIndexedCase(), one => !isMet(one)),
    { seed: 3, numRuns: 3000 },
  );
  if (counterexample === null) throw new Error("no such case was drawn");
  return counterexample[0];
}

test("a case shrinks to the part, the extents and the numbers that matter", () => {
  const maximum = smallest(({ expression }) => textOf(expression).includes("maximum("));
  assert.match(textOf(maximum.expression), /^maximum\(\w, 0\)$/);
  assert.equal(Object.values(maximum.extents), [1]);
  const gather = smallest(({ expression }) => /\w\[\w\[\w\]\]/.test(textOf(expression)));
  assert.match(textOf(gather.expression), /^\w\[\w\[\w\]\]$/);
  assert.ok(Object.values(gather.values).every(value => typeof value !== "number" && value.data.length <= 2));
  const large = smallest(one => Array.from(elementsOf(one)).some(x => x > 10));
  assert.ok(large.expression.size <= 5, textOf(large.expression));
});

const reference: Run = (definitions, values, extents) => evaluateDefinitions(definitions, values, { extents });

test("what computes right agrees with evaluate", async () => {
  const { judged } = await checkLaw(
    lawOver("reference", arbitraryIndexedCase(), one => runAgrees(one, reference)),
    {
      runs: 100,
      seed: 1,
    },
  );
  assert.is(judged, 100);
});

const wrong = (name: string, run: Run): void =>
  test(`${name} is found out, with a small case`, async () => {
    try {
      await checkLaw(
        lawOver(name, arbitraryIndexedCase(), one => runAgrees(one, run)),
        { runs: 500, seed: 1 },
      );
    } catch (error) {
      assert.match(String(error), `${name} does not hold of {"expression":`);
      return;
    }
    assert.unreachable("it was not found out");
  });

wrong("a sine too many", (definitions, values, extents) =>
  reference(
    definitions.map(one => ({ ...one, expression: sin(one.expression) })),
    values,
    extents,
  ),
);
wrong("axes in the order of their names", (definitions, values, extents) =>
  reference(
    definitions.map(one => ({ ...one, axes: [...one.axes].sort() })),
    values,
    extents,
  ),
);
wrong("an array that is missing", () => new Map());

test.run();
