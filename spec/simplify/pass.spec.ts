import { test } from "uvu";
import * as assert from "uvu/assert";
import { differentiate } from "../../lib/calculus/differentiate.ts";
import { countOperations } from "../../lib/expression/fold.ts";
import { simplifyAll } from "../../lib/simplify/simplify.ts";
import { parse } from "../../lib/syntax/parse.ts";

test("of a number times a factor, the factor is shared and the number goes where it is used", () => {
  const [derivative] = simplifyAll([differentiate(parse("((x^2 + a) * log(x^2 + a) - (x^2 + a)) / 2"), "x")]);
  assert.is(derivative, parse("x * log(x^2 + a)"));
});

test("a product that several read stays one", () => {
  const results = simplifyAll([parse("sin(x * y)"), parse("x * y * z"), parse("x * y + 1")]);
  assert.is(countOperations(...results), 4);
});

test("what zeros and ones undo counts as no user", () => {
  const [sum] = simplifyAll([parse("(a + b) * 1 + 0 * (a + b)^3 + c")]);
  assert.is(sum, parse("a + b + c"));
});

test.run();
