import { test } from "uvu";
import * as assert from "uvu/assert";
import { topologicalOrder } from "../../lib/expression/fold.ts";
import { budgetFor } from "../../lib/simplify/budget.ts";
import { trivialIn } from "../../lib/simplify/trivial.ts";
import { parse } from "../../lib/syntax/parse.ts";

const cases: readonly (readonly [text: string, result: string | undefined])[] = [
  ["0 * x", "0"],
  ["x * (y * 0)", "0"],
  ["1 * x", "x"],
  ["x * 1", "x"],
  ["0 + x", "x"],
  ["x + 0 * y", "x"],
  ["x - 0", "x"],
  ["-(0 * x)", "0"],
  ["x / 1", "x"],
  ["0 / x", "0"],
  ["x ^ 1", "x"],
  ["(0 * a + 1 * b) ^ (1 + 0)", "b"],
  // It has no value, and is given none.
  ["0 / 0", undefined],
  ["0 / (0 * x)", undefined],
  // What needs arithmetic is no business of this look.
  ["2 * 3", undefined],
  ["x - x", undefined],
  ["0 - x", undefined],
  ["x ^ 0", undefined],
];

for (const [text, result] of cases) {
  test(`${text} ${result === undefined ? "stays" : `is ${result}`}`, () => {
    const e = parse(text);
    const found = trivialIn(topologicalOrder(e), budgetFor(undefined, 10)).get(e);
    assert.is(found, result === undefined ? undefined : parse(result));
  });
}

test("without a step nothing is found", () => {
  const e = parse("0 * x");
  assert.is(trivialIn(topologicalOrder(e), budgetFor(0, 10)).size, 0);
});

test.run();
