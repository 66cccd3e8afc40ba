/** Expressions that are equal as functions, and expressions that are not. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { gradient } from "../../lib/calculus/gradient.ts";
import { agree } from "../../lib/check/index.ts";
import { evaluate } from "../../lib/evaluate.ts";
import { define } from "../../lib/expression/definition.ts";
import { parse, parseDefinitions } from "../../lib/syntax/parse.ts";
import "../../lib/print/text.ts";
import { throws } from "../support/throws.ts";

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

// Indexed: arrays of random shapes that fit both

equal("sum(j, W[i,j] * x[j])", "sum(k, x[k] * W[i,k])");
equal("sum(i, delta(i, k) * x[i])", "x[k]");
equal("sum(i, x[i] + b)", "sum(i, x[i]) + extent(i) * b");
equal("sum(i, b)", "extent(i) * b");
equal("sum(p, x[i+p] * w[p])", "sum(q, w[q] * x[q+i])");
equal("sum(p, x[2*i+p])", "sum(j, sum(p, delta(j, 2*i+p) * x[j]))");
equal("E[token[n],k]", "sum(v, delta(v, token[n]) * E[v,k])");
equal("exp(z[k]) / sum(l, exp(z[l]))", "exp(z[k] - logsumexp(l, z[l]))");
equal("x[0] + x[3]", "x[3] + x[0]");
equal("a[i,i]", "sum(j, delta(i, j) * a[i,j])");
equal("x[i] + 0 * y[j]", "x[i]");
equal("sum(i, x[i]) * sum(i, y[i])", "sum(i, sum(j, x[i] * y[j]))");

const differs = (a: string, b: string): void =>
  test(`${a} does not agree with ${b}`, () => {
    const found = agree(parse(a), parse(b));
    assert.ok(found !== undefined);
    const values = { ...found.arrays, ...found.at };
    const texts = [evaluate(parse(a), values), evaluate(parse(b), values)].map(String);
    assert.equal([found.left, found.right].map(String), texts);
  });

differs("W[i,j]", "W[j,i]");
differs("sum(j, W[i,j] * x[j])", "sum(j, W[j,i] * x[j])");
differs("sum(i, x[i])^2", "sum(i, x[i]^2)");
differs("maximum(i, x[i])", "logsumexp(i, x[i])");
differs("x[i] * y[j]", "x[j] * y[i]");
differs("E[token[n]]", "E[0]");

const forward = parseDefinitions(`
  a[i] = sum(j, W[i,j] * x[j])
  y = sum(i, a[i]^2)`);

test("lists of definitions are compared by name, or by their last ones", () => {
  const backward = gradient(parse("sum(i, sum(j, W[i,j] * x[j])^2)"), ["W[i,j]"]).W;
  const list = [...forward, ...parseDefinitions("da[i] = 2 * a[i]\ndW[i,j] = da[i] * x[j]")];
  assert.is(agree(list, backward), undefined);
  assert.is(agree([...forward, define("g[p,q]", parse("2 * a[p] * x[q]"))], list), undefined);
  const wrong = agree(forward, parseDefinitions("y = sum(i, sum(j, W[i,j] * x[j]))^2"));
  assert.is(wrong?.name, "y");
  assert.is(agree(list, parseDefinitions("a[k] = sum(l, x[l] * W[k,l])")), undefined);
});

test("extents may be given, and arrays assumed", () => {
  assert.is(agree(parse("sum(i, x[i])"), parse("x[0] + x[1]"), { extents: { i: 2 } }), undefined);
  assert.ok(agree(parse("sum(i, x[i])"), parse("x[0] + x[1]")) !== undefined);
  const positive = agree(parse("sum(i, sqrt(x[i]^2))"), parse("sum(i, x[i])"), {
    runs: 20,
    assume: (_, { x }) => x !== undefined && Array.from(x.data).every(value => value >= 0),
  });
  assert.is(positive, undefined);
});

test("where no array fits, and where axes differ, there is an error", () => {
  throws(() => agree(parse("x[i] + x[i+1]"), 0), "unsupported", "x[i+1]");
  throws(() => agree(parse("sum(i, x[i-1])"), 0), "unsupported", "x[i-1]");
  throws(() => agree(forward, parseDefinitions("y[i] = x[i]")), "bad-option", "y[] and y[i]");
  throws(() => agree([], forward), "bad-option", "nothing to compare");
});

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
