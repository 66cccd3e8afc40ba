/** The comparison with mathjs in the README is what the demo makes. */
import { readFileSync } from "node:fs";
import { simplify as simplifyByMathjs } from "mathjs";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { compare, readme, table, withTable } from "../../demos/beside-mathjs.ts";
import { randomPoints } from "../../lib/check/points.ts";
import { evaluate } from "../../lib/evaluate.ts";
import { freeVariables } from "../../lib/expression/fold.ts";
import { parse } from "../../lib/syntax/parse.ts";

const pairs = compare();
const { realContext } = simplifyByMathjs as unknown as { readonly realContext: object };

test("the README has this table: npm run beside-mathjs", () => {
  const text = readFileSync(readme, "utf8").replaceAll("\r\n", "\n");
  assert.fixture(text, withTable(text, table(pairs)));
});

test("our results keep every value", () => {
  for (const { input, fluxion } of pairs) assert.is(fluxion.differsAt, undefined, `${input} -> ${fluxion.text}`);
});

test("where mathjs loses a value, its own evaluation says so too, and its realContext keeps it", () => {
  const lost = pairs.filter(({ mathjs }) => mathjs.differsAt !== undefined);
  assert.ok(lost.length > 0);
  for (const { input, mathjs } of lost) {
    const [before, after] = [input, mathjs.text].map(text => simplifyByMathjs(text, []).evaluate(mathjs.differsAt));
    assert.ok(Math.abs(before - after) > 0.1, `${input} is ${before}, ${mathjs.text} is ${after}`);
    const real = simplifyByMathjs(input, {}, { context: realContext } as object).toString();
    assert.is(evaluate(parse(real), mathjs.differsAt), evaluate(parse(input), mathjs.differsAt), real);
  }
});

test("every input has values to compare", () => {
  for (const { input } of pairs) {
    const e = parse(input);
    const points = randomPoints(freeVariables(e), 1);
    const values = Array.from({ length: 200 }, () => evaluate(e, points.next().value));
    assert.ok(values.filter(Number.isFinite).length > 50, input);
  }
});

test.run();
