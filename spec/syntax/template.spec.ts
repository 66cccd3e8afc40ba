import { test } from "uvu";
import * as assert from "uvu/assert";
import { FluxionError } from "../../lib/expression/error.ts";
import { variable } from "../../lib/expression/expression.ts";
import { add, div, exp, log, mul, neg, pow } from "../../lib/expression/functions.ts";
import "../../lib/print/text.ts";
import { math } from "../../lib/syntax/template.ts";

const [x, y] = [variable("x"), variable("y")];

const errorOf = (run: () => unknown): FluxionError => {
  try {
    run();
  } catch (error) {
    if (error instanceof FluxionError) return error;
  }
  throw new Error("no FluxionError was thrown");
};

test("expressions and numbers are put in as operands", () => {
  assert.is(math`4 * ${x} * y + exp(-y)`, add(mul(mul(4, x), y), exp(neg(y))));
  assert.is(math`${add(x, y)}^${2} / ${3}`, div(pow(add(x, y), 2), 3));
  assert.is(math`log(${x}, ${y})`, div(log(x), log(y)));
  assert.is(math`${x}`, x);
  assert.is(math`${-3}^2`, pow(-3, 2));
  assert.is(math`-${3}`, neg(3));
});

test("a product needs no sign beside what is put in", () => {
  assert.is(math`2${x}`, mul(2, x));
  assert.is(math`${x}${y}`, mul(x, y));
  assert.is(math`a${x}(y)`, mul(mul(variable("a"), x), y));
  assert.is(math`1/2${x}`, mul(div(1, 2), x));
});

test("integers and readings are put in as indices", () => {
  assert.is(math`x[${2}, ${variable("token", "n")}+1]`, math`x[2, token[n]+1]`);
  assert.is(errorOf(() => math`x[${x}]`).code, "bad-index");
  assert.is(errorOf(() => math`x[${1.5}]`).code, "bad-index");
});

test("names in backticks and comments stand in a template", () => {
  assert.is(
    math`\`e\` + ${x} # not ${y}
  `,
    add(variable("e"), x),
  );
});

test("an error shows what was put in at its place", () => {
  const { code, message, span } = errorOf(() => math`${add(x, y)} + * y`);
  assert.is(code, "syntax");
  assert.equal(message.split("\n").slice(2), [`  $${"{x + y}"} + * y`, "             ^"]);
  assert.equal(span, { start: 11, end: 12 });
  assert.match(errorOf(() => math`sin(${x} ${2}, 3)`).message, /sin takes 1 argument/);
  assert.match(errorOf(() => math`2 ${x})`).message, /found "\)"/);
});

test("what is no operand, and a text with a strange escape, are typed errors", () => {
  assert.is(errorOf(() => math`2 * ${"x" as never}`).code, "not-an-expression");
  assert.is(errorOf(() => math`2 * ${undefined as never}`).code, "not-an-expression");
  assert.is(errorOf(() => math`${Number.NaN}`).code, "not-finite");
  assert.is(errorOf(() => math`\u{x`).code, "syntax");
});

test.run();
