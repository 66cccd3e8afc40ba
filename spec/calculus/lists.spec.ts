/** What is derived of a list agrees with what is derived of the one expression that it stands for. */
import { test } from "uvu";
import { differentiate } from "../../lib/calculus/differentiate.ts";
import { gradient } from "../../lib/calculus/gradient.ts";
import { readingsOf } from "../../lib/calculus/readings.ts";
import { arbitraryIndexedCase, checkLaw, type IndexedCase, isNear, isRegular, lawOver } from "../../lib/check/index.ts";
import { measureAll, shapesOf } from "../../lib/check/regular.ts";
import { evaluateArray, evaluateDefinitions } from "../../lib/evaluate.ts";
import { type Definitions, define, definition, inline } from "../../lib/expression/definition.ts";
import { type Expr, type Variable, variable } from "../../lib/expression/expression.ts";
import { extentsOf } from "../../lib/expression/extents.ts";
import { mul } from "../../lib/expression/functions.ts";
import { sum } from "../../lib/expression/reductions.ts";
import { shapeOf } from "../../lib/expression/values.ts";
import { runs } from "../support/law.ts";

const law = (name: string, statement: (one: IndexedCase) => boolean | undefined): void =>
  test(name, async () => {
    const { judged, runs: total } = await checkLaw(lawOver(name, arbitraryIndexedCase(), statement), {
      runs: Math.ceil(runs / 2),
    });
    console.log(`${name}   ${judged} of ${total} runs judged`);
  });

law("the gradient of a list is that of what it stands for", one => {
  const by = arrayIn(one);
  const list = listOf(one);
  const expected = gradient(inline(list), [by])[by.name];
  const backward = gradient(list, [by]);
  return expected === undefined ? false : agrees(one, by, expected, [...list, ...backward], backward.at(-1)?.name);
});

law("the derivative of a list is that of what it stands for", one => {
  const by = arrayIn(one);
  const list = listOf(one);
  const forward = differentiate(list, by);
  return agrees(one, by, differentiate(inline(list), by), [...list, ...forward], forward.at(-1)?.name);
});

test.run();

/** The squares of a case's elements, summed, in two definitions. */
function listOf({ expression, axes }: IndexedCase): Definitions {
  const hidden = variable("hidden", ...axes);
  const squares = axes.reduceRight<Expr>((body, axis) => sum(axis, body), mul(hidden, hidden));
  return [definition("hidden", axes, expression), define("objective", squares)];
}

/** The first array or scalar that a case reads, under axes of its own. */
function arrayIn({ expression }: IndexedCase): Variable {
  const [[name, [reading]] = ["unread", []]] = readingsOf(expression);
  return variable(name, ...["p", "q", "r"].slice(0, reading?.indices.length ?? 0));
}

/** Whether a list gives the values of a formula, where that is regular; what rounding may do to it is allowed. */
function agrees(
  { expression, values, extents: given }: IndexedCase,
  by: Variable,
  expected: Expr,
  all: Definitions,
  name = "",
): boolean | undefined {
  const shape = shapeOf(values[by.name]) ?? [];
  const axes = by.indices.map(index => index.name ?? "");
  const own = [...extentsOf([expression], shapesOf(values), { extents: given })];
  const extents = Object.fromEntries(
    [...own, ...axes.map((axis, i) => [axis, shape[i] ?? 1] as const)].flatMap(([index, extent]) =>
      [0, 1, 2, 3].map(primes => [index + "'".repeat(primes), extent]),
    ),
  );
  if (!isRegular(expected, values, { extents }) || !isRegular(expression, values, { extents })) return undefined;
  const { errors, largest } = measureAll(expected, values, { extents });
  const right = [...evaluateArray(expected, values, axes, { extents }).data];
  const found = evaluateDefinitions(all, values, { extents }).get(name);
  const data = typeof found === "number" ? [found] : [...(found?.data ?? [])];
  const doubt = Math.max(0, ...errors) / Math.max(1, largest);
  return (
    data.length === right.length &&
    data.every((x, i) => isNear(x, right[i] ?? Number.NaN, Math.max(1, largest), 1e-8 + 16 * doubt))
  );
}
