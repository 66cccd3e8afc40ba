/** Multiplying out: only where terms meet, never beyond a bound, and always to the same value. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { isRegular, measure } from "../../lib/check/index.ts";
import { evaluate } from "../../lib/evaluate.ts";
import { type Expr, variable } from "../../lib/expression/expression.ts";
import { fold } from "../../lib/expression/fold.ts";
import { addAll, mul } from "../../lib/expression/functions.ts";
import { toString as textOf } from "../../lib/print/text.ts";
import { Canonical } from "../../lib/simplify/canonical.ts";
import { expansionOfProduct, expansionsOfSum } from "../../lib/simplify/expand.ts";
import { type Sum, termCount } from "../../lib/simplify/forms.ts";
import { indexRules } from "../../lib/simplify/rules.ts";
import { Speller } from "../../lib/simplify/spell.ts";
import { parse } from "../../lib/syntax/parse.ts";
import { law } from "../support/law.ts";

const style = { textbook: true, squares: new Set<Expr>() };
const withoutRules = (): Canonical => new Canonical(indexRules([]), { searches: true });

const canonicalOf = (canonical: Canonical, e: Expr): Expr =>
  fold<Expr>(e, {
    constant: node => node,
    variable: node => node,
    call: (node, args) => canonical.rebuild(node, args),
  });

/** What a product multiplies out to, or nothing where that is not worth a look. */
const multiplies = (text: string, expected: string | undefined): void =>
  test(`${text} multiplies out to ${expected ?? "nothing better"}`, () => {
    const canonical = withoutRules();
    const product = canonical.productOf(canonicalOf(canonical, parse(text)));
    const sum = expansionOfProduct(product, canonical);
    assert.is(
      sum === undefined ? undefined : textOf(new Speller(canonical, canonical.order, style).sum(sum)),
      expected,
    );
  });

multiplies("(x + 1) * (x - 1)", "x^2 - 1");
multiplies("(x + y) * (x - y)", "x^2 - y^2");
multiplies("x * (1 / x + y)", "x * y + 1");
multiplies("(a + b) * (c + d)", undefined);
multiplies("x * (y + 1)", undefined);
multiplies("x * y", undefined);
multiplies("(x + y)^9 * (x - y)^9", undefined);

/** The term counts of what a sum may be rewritten to. */
const counts = (text: string, ...expected: readonly number[]): void =>
  test(`${text} is looked at with ${expected.length === 0 ? "nothing else" : `${expected.join(", ")} terms`}`, () => {
    const canonical = withoutRules();
    const sum = canonical.sumOf(canonicalOf(canonical, parse(text)));
    assert.equal([...expansionsOfSum(sum, canonical)].map(termCount), expected);
  });

counts("(x + 1)^2 - x^2 - 2*x - 1", 0);
// All at once, then each alone.
counts("(x + y)^2 + (x - y)^2", 2, 4, 4);
counts("x + y + 1");
counts("(x + y) * z + a");

test("a sum of many terms is left alone, and so is a high power", () => {
  const canonical = withoutRules();
  const many = addAll(Array.from({ length: 60 }, (_, i) => mul(variable(`x${i}`), parse("(a + b)^2"))));
  assert.equal([...expansionsOfSum(canonical.sumOf(canonicalOf(canonical, many)), canonical)], []);
  const high = canonicalOf(canonical, parse("(x + y)^20 - x^20 - y^20"));
  assert.equal([...expansionsOfSum(canonical.sumOf(high), canonical)], []);
});

law(
  "every expansion has the value of the sum",
  (f, g, at) => {
    const canonical = withoutRules();
    const e = parse("f * g - f + g^2");
    const whole = fold<Expr>(e, {
      constant: node => node,
      variable: node => (node.name === "f" ? f : g),
      call: (node, args) =>
        canonical.rebuild(
          node,
          args.map(argument => canonicalOf(canonical, argument)),
        ),
    });
    if (!isRegular(whole, at)) return undefined;
    const { value, largest } = measure(whole, at);
    const sums: readonly Sum[] = [...expansionsOfSum(canonical.sumOf(whole), canonical)];
    return sums.every(sum => {
      const other = evaluate(canonical.fromSum(sum), at);
      const scale = Math.max(1, largest, measure(canonical.fromSum(sum), at).largest);
      return Math.abs(other - value) <= 1e-9 * scale;
    });
  },
  { polynomial: true, operations: 4 },
);

test.run();
