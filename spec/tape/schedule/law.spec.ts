/** The laws of a schedule, on random indexed expressions: what a tape says is what the expressions mean. */
import { test } from "uvu";
import { gradient } from "../../../lib/calculus/gradient.ts";
import { readingsOf } from "../../../lib/calculus/readings.ts";
import {
  arbitraryIndexedCase,
  checkLaw,
  type IndexedCase,
  type IndexedOptions,
  isNear,
  isRegular,
  lawOver,
  runAgrees,
} from "../../../lib/check/index.ts";
import { evaluateDefinitions } from "../../../lib/evaluate.ts";
import type { Definition } from "../../../lib/expression/definition.ts";
import { variable } from "../../../lib/expression/expression.ts";
import { add, div, exp, mul, neg, sin, sub, tanh } from "../../../lib/expression/functions.ts";
import { type FlatArray, shapeOf } from "../../../lib/expression/values.ts";
import "../../../lib/print/text.ts";
import { type ScheduleOptions, schedule } from "../../../lib/tape/schedule.ts";
import { runs } from "../../support/law.ts";
import { repeatedWork } from "../../support/repeated-work.ts";
import { runTape } from "../../support/tape-run.ts";

const law = (name: string, options: IndexedOptions, statement: (one: IndexedCase) => boolean | undefined): void =>
  test(name, async () => {
    const { judged, runs: total } = await checkLaw(lawOver(name, arbitraryIndexedCase(options), statement), { runs });
    console.log(`${name}   ${judged} of ${total} runs judged`);
  });

const agrees = (one: IndexedCase, options: ScheduleOptions): boolean | undefined =>
  runAgrees(one, (definitions, values, extents) => runTape(schedule(definitions, { ...options, extents }), values));

law("as it is written", {}, one => agrees(one, { simplify: false, stabilise: false }));
law("simplified", {}, one => agrees(one, { stabilise: false }));
law("where every index is taken to be short", {}, one =>
  agrees(one, { stabilise: false, expected: { i: 1, j: 1, k: 2, n: 3 } }),
);

const rows = [add, sub, mul, div, neg, exp, tanh, sin];

// As it is written: a comparison with a maximum holds to the last bit or not at all, and simplification may round otherwise.
// Products and sums over them, and what a gradient makes of them: contractions, scatters, fused loops.
law("a value and its gradient", { free: 0, operations: 6, functions: rows }, one => {
  const { expression, values, extents } = one;
  if (!isRegular(expression, values, { extents })) return undefined;
  const { definitions, all } = withPartials(one);
  const expected = evaluateDefinitions(definitions, values, { extents: all });
  const found = runTape(schedule(definitions, { simplify: false, stabilise: false, extents: all }), values);
  return definitions.every(({ name }) => {
    const [wanted, actual] = [elements(expected.get(name)), elements(found.get(name))];
    const largest = Math.max(1, ...wanted.map(Math.abs));
    // Where an intermediate of the derivative is out of bounds, rounding may decide: 1e-9 of a thousand times the result.
    if (!(largest < 1e6)) return true;
    return (
      wanted.length === actual.length && wanted.every((each, i) => isNear(each, actual[i] ?? Number.NaN, 1e3 * largest))
    );
  });
});

law("no step repeats another's work", { free: 0, operations: 6, functions: rows }, one => {
  const { definitions, all } = withPartials(one);
  const tape = schedule(definitions, { extents: all });
  const filled = tape.steps.flatMap(({ assignments }) => assignments).length;
  return filled < 3 ? undefined : repeatedWork(tape).length === 0;
});

/** An expression and its partials by every array, with what the axes of those range over. */
function withPartials({ expression, values, extents }: IndexedCase): {
  readonly definitions: readonly Definition[];
  readonly all: Readonly<Record<string, number>>;
} {
  const all: Record<string, number> = { ...extents };
  const definitions: Definition[] = [{ name: "the value", axes: [], expression }];
  for (const [place, name] of [...readingsOf(expression).keys()].entries()) {
    const shape = shapeOf(values[name]) ?? [];
    const axes = shape.map((_, axis) => `p${place}q${axis}`);
    for (const [axis, size] of shape.entries()) all[axes[axis] ?? ""] = size;
    const partial = gradient(expression, [variable(name, ...axes)])[name];
    if (partial !== undefined) definitions.push({ name: `d ${name}`, axes, expression: partial });
  }
  return { definitions, all };
}

const elements = (value: number | FlatArray | undefined): readonly number[] =>
  typeof value === "number" ? [value] : Array.from(value?.data ?? []);

test.run();
