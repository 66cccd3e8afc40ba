/** What is printed reads back as itself. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { awkwardNames } from "../../lib/check/index.ts";
import { constant, type Expr, variable } from "../../lib/expression/expression.ts";
import { add, div, mul, neg, pow, sub } from "../../lib/expression/functions.ts";
import { fromJSON, toJSON } from "../../lib/print/json.ts";
import { toString as textOf } from "../../lib/print/text.ts";
import { parse } from "../../lib/syntax/parse.ts";
import { identity } from "../support/law.ts";

const readsBack = (f: Expr): boolean => parse(textOf(f)) === f;
const names = { variables: ["x", ...awkwardNames] };

identity("text         parse(print(f)) is f", f => readsBack(f));
identity("text         whatever the variables are called", f => readsBack(f), names);
identity("text         with all parentheses", f => parse(textOf(f, { parentheses: "all" })) === f, names);
identity("text         under minuses, powers and fractions", (f, g) =>
  [neg(f), neg(neg(f)), pow(neg(f), g), pow(f, neg(g)), sub(f, neg(g)), div(f, div(g, f)), mul(-2, f)].every(readsBack),
);
identity("JSON         fromJSON(toJSON(f)) is f", f => fromJSON(JSON.parse(JSON.stringify(toJSON(f)))) === f, names);

test("constants read back, whole and broken, large and small", () => {
  for (const value of [0, -1, 0.1, -0.5, 1e21, -1e-7, 5e-324, 1.7976931348623157e308, 123456789.125]) {
    for (const e of [
      constant(value),
      neg(value),
      pow(value, 2),
      pow(2, value),
      add(1, value),
      sub(1, value),
      neg(pow(value, 2)),
    ]) {
      assert.is(parse(textOf(e)), e, textOf(e));
    }
  }
});

test("every awkward name reads back", () => {
  for (const name of awkwardNames) {
    const e = mul(2, variable(name));
    assert.is(parse(textOf(e)), e, JSON.stringify(name));
  }
});

test.run();
