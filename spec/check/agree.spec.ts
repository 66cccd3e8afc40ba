/** Expressions that are equal as functions, and expressions that are not. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { agree } from "../../lib/check/index.ts";
import { evaluate } from "../../lib/evaluate.ts";
import { parse } from "../../lib/syntax/parse.ts";

const equal = (a: string, b: string): void =>
  test(`${a} agrees with ${b}`, () => assert.is(agree(parse(a), parse(b)), undefined));
const unequal = (a: string, b: string): void =>
  test(`${a} does not agree with ${b}`, () => {
    const found = agree(parse(a), parse(b));
    assert.ok(found !== undefined);
    const values = [evaluate(parse(a), found.at), evaluate(parse(b), found.at)];
    assert.equal([found.left, found.right].map(String), values.map(String));
  });

equal("(x + y)^2", "x^2 + 2 * x * y + y^2");
equal("sin(x)^2 + cos(x)^2", "1");
equal("sqrt(x^2)", "abs(x)");
equal("2 * log(x)", "log(x^2)");
equal("1 / (1 + exp(-x))", "sigmoid(x)");
equal("x^2 / x", "x");
equal("log(x - 50)", "log((x - 50)^2) / 2");
unequal("log(x^2)", "2 * log(x)");
unequal("sqrt(x^2)", "x");
unequal("tan(x)^2 - 1 / cos(x)^2", "1");
unequal("x", "x + 0.00001");
unequal("x", "y");
unequal("abs(x)", "abs(x + y - y) + (y > 2.9 ? 0.001 : 0)");

test("an assumption leaves out points", () => {
  assert.is(agree(parse("sqrt(x^2)"), parse("x"), { assume: ({ x = 0 }) => x >= 0 }), undefined);
});

test("a tolerance may be wide", () => {
  assert.is(agree(parse("x"), parse("x + 0.00001"), { tolerance: 1e-4 }), undefined);
});

test("the same seed finds the same counterexample, another another", () => {
  const [a, b] = [parse("log(x^2)"), parse("2 * log(x)")];
  assert.equal(agree(a, b, { seed: 4 }), agree(a, b, { seed: 4 }));
  assert.not.equal(agree(a, b, { seed: 4 }), agree(a, b, { seed: 5 }));
});

test("numbers may stand for expressions", () => {
  assert.is(agree(2, parse("1 + 1")), undefined);
  assert.equal(agree(2, 3), { at: {}, left: 2, right: 3 });
});

test.run();
