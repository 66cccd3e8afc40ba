/** However deep or long a text is, it is read: the specs would overflow, or never end, otherwise. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { FluxionError } from "../../lib/expression/error.ts";
import { countDistinctNodes } from "../../lib/expression/fold.ts";
import { parse } from "../../lib/syntax/parse.ts";

const n = 100_000;
// Beyond any stack too, and sooner done.
const m = 20_000;

const nests = (what: string, text: string, size: number) =>
  test(what, () => assert.is(parse(text, { maxLength: 10_000_000 }).size, size));

nests("100,000 parentheses", `${"(".repeat(n)}x${")".repeat(n)}`, 1);
nests("100,000 minus signs", `${"-".repeat(n)}x`, n + 1);
nests("20,000 plus signs", `${"+".repeat(m)}x`, 1);
nests("20,000 negations", `${"not ".repeat(m)}x`, m + 1);
nests("a sum of 100,000 terms", `${"x + ".repeat(n)}y`, 2 * n + 1);
nests("a product of 20,000 factors without signs", `${"x ".repeat(m)}y`, 2 * m + 1);
nests("calls 100,000 deep", `${"sin(".repeat(n)}x${")".repeat(n)}`, n + 1);
nests("a call with 20,000 arguments", `max(${"x,".repeat(m)}y)`, 2 * m + 1);
nests("powers 100,000 deep", `${"x^".repeat(n)}y`, 2 * n + 1);
nests("20,000 factorials", `x${"!".repeat(m)}`, m + 1);
nests("conditionals 100,000 deep in what is otherwise", `${"c ? a : ".repeat(n)}b`, 3 * n + 1);
nests("conditionals 20,000 deep in what is chosen", `${"c ? ".repeat(m)}b${" : a".repeat(m)}`, 3 * m + 1);
nests("a chain of 20,000 comparisons", `${"x < ".repeat(m)}y`, 4 * m - 1);
nests("sums over an index 20,000 deep", `${"sum(i, ".repeat(m)}x[i]${")".repeat(m)}`, m + 1);
nests("gathers 20,000 deep", `${"a[".repeat(m)}i${"]".repeat(m)}`, m);
nests("an index of 20,000 terms", `x[${"i+".repeat(m)}i]`, 1);
nests("percentages 20,000 deep", `${"(".repeat(m)}x${"%)".repeat(m)}`, 2 * m + 1);
nests("a name of 5,000,000 letters", "x".repeat(5_000_000), 1);
nests("a quoted name of 1,000,000 backticks", `\`${"\\`".repeat(1_000_000)}\``, 1);
nests("a fraction of 1,000,000 digits", `0.${"3".repeat(1_000_000)}`, 1);
nests("1,000,000 empty lines", `${"\n".repeat(1_000_000)}x`, 1);

test("what is added as a percentage is shared, so that its size as a tree does not count", () => {
  assert.is(countDistinctNodes(parse(`${"(".repeat(60)}x${"+3%)".repeat(60)}`)), 4 + 2 * 60);
});

for (const opening of ["(", "sin(", "x[", "-", "c ? ", "x ^", "sum(i, "]) {
  test(`20,000 times ${opening} and an end is an error`, () => {
    assert.throws(
      () => parse(opening.repeat(m), { maxLength: 10_000_000 }),
      (error: unknown) => error instanceof FluxionError && error.code === "syntax",
    );
  });
}

test.run();
