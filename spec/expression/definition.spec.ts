import { test } from "uvu";
import * as assert from "uvu/assert";
import { define } from "../../lib/expression/definition.ts";
import { constant, reduction, variable } from "../../lib/expression/expression.ts";
import { mul } from "../../lib/expression/functions.ts";
import { throws } from "../support/throws.ts";

const product = mul(variable("x", "n", "j"), variable("W", "j", "k"));

test("a definition holds a name, its axes in order, and an expression", () => {
  const sum = reduction("sum", "j", product);
  const h = define("h[n,k]", sum);
  assert.is(h.name, "h");
  assert.equal(h.axes, ["n", "k"]);
  assert.is(h.expression, sum);
  assert.equal(define("h[ k , n ]", sum).axes, ["k", "n"]);
  assert.ok(Object.isFrozen(h) && Object.isFrozen(h.axes));
});

test("a scalar has no axes, and a number is an expression", () => {
  assert.equal(define("c", 2).axes, []);
  assert.is(define("c", 2).expression, constant(2));
});

test("an axis may be more than the expression needs", () => {
  assert.equal(define("ones[j]", 1).axes, ["j"]);
});

test("every free index is an axis", () => {
  throws(() => define("h[n]", product), "bad-index", "j, k", "h[n,j,k]");
  throws(() => define("h", product), "bad-index", "h[j,k,n]");
});

test("axes are distinct names", () => {
  throws(() => define("h[n,n]", variable("x", "n")), "bad-index", "distinct");
  throws(() => define("h[n,]", variable("x", "n")), "bad-index");
  throws(() => define("h[]", variable("x", "n")), "bad-index");
});

test.run();
