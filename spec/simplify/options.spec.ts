/** What `simplify` can be told: rules of one's own, what may be assumed, and when to stop. */
import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { arbitraryExpression, arbitraryPoint, isRegular, measure, type Point } from "../../lib/check/index.ts";
import { evaluate } from "../../lib/evaluate.ts";
import { defineFunction } from "../../lib/expression/define-function.ts";
import {
  type Condition,
  type Expr,
  type FunctionRow,
  type Operand,
  variable,
} from "../../lib/expression/expression.ts";
import { topologicalOrder } from "../../lib/expression/fold.ts";
import {
  abs,
  add,
  div,
  exp,
  floor,
  log,
  max,
  mul,
  neg,
  pow,
  sign,
  sin,
  sqrt,
  square,
  sub,
  tanh,
} from "../../lib/expression/functions.ts";
import { toString as textOf } from "../../lib/print/text.ts";
import type { Assumed, Assumption } from "../../lib/simplify/assume.ts";
import { isWithin, type Measure, measure as sizeIn } from "../../lib/simplify/measure.ts";
import { defineRule, type Rule } from "../../lib/simplify/rule.ts";
import { type SimplifyOptions, simplify, simplifyAll } from "../../lib/simplify/simplify.ts";
import { parse } from "../../lib/syntax/parse.ts";
import { runs, turn } from "../support/law.ts";
import { throws } from "../support/throws.ts";

const rule = (from: string, to: string, where: Readonly<Record<string, Condition>> = {}): Rule =>
  defineRule({ from: parse(from), to: parse(to), where });

/** With the options one thing, without them another. */
const gives = (text: string, options: SimplifyOptions, expected: string, about: string): void =>
  test(`${text} is ${expected} with ${about}`, () => {
    const [told, untold] = [simplify(parse(text), options), simplify(parse(text))];
    assert.is(textOf(told), textOf(simplify(parse(expected), options)));
    assert.is.not(textOf(told), textOf(untold));
    // Nothing of it lasts.
    assert.ok(simplify(parse(text)) === untold);
  });

// Rules

const doubleAngle = rule("sin(2 * t)", "2 * sin(t) * cos(t)");
const withRules = (text: string, rules: readonly Rule[], expected: string): void =>
  gives(text, { rules }, expected, rules.map(({ name }) => name).join(", "));

withRules("erf(x) * erf(y)", [rule("erf(u) * erf(u)", "0"), rule("erf(u)", "u")], "x * y");
withRules("lgamma(x * y + 1)", [rule("lgamma(u + 1)", "u")], "x * y");
withRules("gamma(abs(x)) + gamma(y)", [rule("gamma(u)", "u", { u: "nonnegative" })], "abs(x) + gamma(y)");
withRules("erf(x)^2 + erf(y)^2 + 3 * erfc(x)^2", [rule("erf(u)^2 + erfc(u)^2", "1")], "1 + 2 * erfc(x)^2 + erf(y)^2");
withRules("erf(x)^3 * gamma(x)^2 * y", [rule("erf(u) * gamma(u)", "1")], "erf(x) * y");
withRules("erf(3 * x) / erfc(3 * x)", [rule("erf(u) / erfc(u)", "u")], "3 * x");

test("a double angle is written out where that makes the whole smaller", () => {
  const { length } = textOf(simplify(parse("sin(2*a*b) / cos(a*b)")));
  const told = simplify(parse("sin(2*a*b) / cos(a*b)"), { rules: [doubleAngle] });
  assert.is(textOf(told), "2 * sin(a * b)");
  assert.ok(textOf(told).length <= length);
});

test("what a rule makes larger stays", () => {
  const e = parse("sin(2 * x)");
  assert.ok(simplify(e, { rules: [doubleAngle] }) === e);
});

test("a rule of one's own comes before those of the table", () => {
  assert.is(textOf(simplify(parse("tanh(-x)"), { rules: [rule("tanh(x)", "x")] })), "-x");
});

test("rules hold for several expressions simplified together too", () => {
  const all = simplifyAll([parse("erf(x) + 1"), parse("erf(y)")], { rules: [rule("erf(u)", "u")] });
  assert.equal(
    all.map(e => textOf(e)),
    ["x + 1", "y"],
  );
});

const endless: readonly (readonly [string, readonly Rule[]])[] = [
  ["undo each other", [rule("erf(x)", "erfc(x)"), rule("erfc(x)", "erf(x)")]],
  ["undo each other in a sum", [rule("erf(x) + 1", "erfc(x)"), rule("erfc(x)", "erf(x) + 1")]],
  ["bring themselves in", [rule("erf(x)", "erf(erf(x))")]],
  ["bring themselves in twice", [rule("erf(x)", "erf(x + 1) + erf(x - 1)")]],
  ["bring themselves in as factors", [rule("erf(x)", "erf(x) + erf(x)^2")]],
];
for (const [what, rules] of endless)
  test(`rules that ${what} come to an end, and nothing is larger for them`, () => {
    const e = parse("erf(x) * y + 1 + erf(y)");
    const started = performance.now();
    const result = simplify(e, { rules });
    assert.ok(isWithin(sizeOf(result), sizeOf(e)), textOf(result));
    // A second or two on a machine that has nothing else to do.
    assert.ok(performance.now() - started < 30_000);
  });

test("a function of one's own brings its rules along, and the name stays free elsewhere", () => {
  const inverse: FunctionRow & ((x: Operand) => Expr) = defineFunction({
    name: "inverse",
    arity: 1,
    evaluate: x => 1 / x,
    derivatives: [(_, y) => neg(mul(y, y))],
    identities: x => [[inverse(inverse(x)), x]],
  });
  const plain: FunctionRow & ((x: Operand) => Expr) = defineFunction({
    name: "inverse",
    arity: 1,
    evaluate: x => 1 / x,
    derivatives: [(_, y) => neg(mul(y, y))],
  });
  const x = variable("x");
  assert.ok(simplify(add(inverse(inverse(x)), inverse(1))) === simplify(add(x, inverse(1))));
  assert.ok(simplify(plain(plain(x))) === plain(plain(x)));
  assert.ok(simplify(inverse(inverse(x)), { maxSteps: 0 }) === inverse(inverse(x)));
});

test("what is no list of rules is refused", () => {
  const x = variable("x");
  // @ts-expect-error one rule is no list
  throws(() => simplify(x, { rules: doubleAngle }), "bad-option", "rules");
  // @ts-expect-error no rule
  throws(() => simplify(x, { rules: [{ from: "sin(x)", to: "x" }] }), "bad-option", "defineRule");
  // @ts-expect-error no rule
  throws(() => simplify(x, { rules: [null] }), "bad-option", "defineRule");
  throws(() => simplify(x, { rules: [rule("x", "x + 0")] }), "unsupported", "never looked for");
  throws(() => simplify(x, { rules: [rule("exp(x)", "1 + x")] }), "unsupported", "never looked for");
});

test("what can be no rule is refused", () => {
  const [x, y] = [variable("x"), variable("y")];
  throws(() => defineRule({ from: sin(x), to: y }), "bad-option", "y is no letter");
  throws(() => defineRule({ from: sin(x), to: x, where: { y: "positive" } }), "bad-option", "y is no letter");
  throws(() => defineRule({ from: sin(variable("x", "i")), to: 0 }), "not-scalar", "x[i]");
  throws(() => defineRule({ from: sin(x), to: parse("sum(i, x)") }), "not-scalar", "sum(i, x)");
  // @ts-expect-error no condition
  throws(() => defineRule({ from: sin(x), to: x, where: { x: "big" } }), "bad-option", "positive", "big");
  // @ts-expect-error no conditions
  throws(() => defineRule({ from: sin(x), to: x, where: null }), "bad-option", "where");
  // @ts-expect-error no text
  throws(() => defineRule({ from: sin(x), to: x, name: 3 }), "bad-option", "name");
  // @ts-expect-error no expression
  throws(() => defineRule({ from: "sin(x)", to: x }), "not-an-expression");
  // @ts-expect-error no definition
  throws(() => defineRule(undefined), "bad-option");
});

test("a rule can be read, and not changed", () => {
  const { name, from, to, where } = doubleAngle;
  assert.equal(
    [name, textOf(from), textOf(to), where],
    ["sin(2 * t) = 2 * sin(t) * cos(t)", "sin(2 * t)", "2 * sin(t) * cos(t)", {}],
  );
  assert.is(defineRule({ name: "double angle", from, to }).name, "double angle");
  assert.ok(Object.isFrozen(doubleAngle) && Object.isFrozen(where));
});

// Assumptions

const assuming = (text: string, assume: Assumed, expected: string): void =>
  gives(text, { assume }, expected, JSON.stringify(assume));
/** An assumption that is not enough. */
const stays = (text: string, assume: Assumed): void =>
  test(`${text} stays with ${JSON.stringify(assume)}`, () =>
    assert.is(textOf(simplify(parse(text), { assume })), textOf(simplify(parse(text)))));

assuming("sqrt(x^2)", { x: "positive" }, "x");
assuming("sqrt(x^2)", { x: "nonnegative" }, "x");
assuming("sqrt(x^2)", { x: ["nonnegative", "nonzero"] }, "x");
assuming("abs(x)", { x: "nonnegative" }, "x");
assuming("abs(x * y)", { x: "positive" }, "x * abs(y)");
assuming("abs(x[i])", { x: "positive" }, "x[i]");
assuming("abs(x[i])", { "x[k]": "positive" }, "x[i]");
assuming("sign(x)", { x: "positive" }, "1");
assuming("sign(x)", { x: ["nonnegative", "nonzero"] }, "1");
assuming("log(x^2)", { x: "positive" }, "2 * log(x)");
assuming("(x^a)^b", { x: "positive" }, "x^(a * b)");
assuming("(x*y)^a / x^a", { x: "positive" }, "y^a");
assuming("floor(n)", { n: "integer" }, "n");
assuming("floor(2*n + m*n)", { n: "integer", m: "integer" }, "2*n + m*n");
assuming("W[i,j] - W[j,i]", { W: "symmetric" }, "0");
assuming("sum(i, sum(j, x[i] * W[j,i] * y[j])) - sum(i, sum(j, x[i] * W[i,j] * y[j]))", { "W[i,j]": "symmetric" }, "0");
assuming("sum(k, p[n,k])", { "p[n,k]": "sums to 1 over k" }, "1");
assuming("sum(j, p[m,j])", { "p[n,k]": "sums to 1 over k" }, "1");
assuming("sum(n, p[n,k])", { "p[n,k]": ["sums to 1 over k", "sums to 1 over n"] }, "1");
assuming("abs(`__proto__`)", Object.fromEntries([["__proto__", "positive" as const]]), "`__proto__`");
assuming("abs(`constructor`)", { constructor: "positive" } as unknown as Assumed, "`constructor`");

stays("sqrt(x^2)", { x: "nonzero" });
stays("sqrt(x^2)", { x: "integer" });
stays("sqrt(x^2)", { y: "positive" });
stays("sqrt(x^2)", {});
stays("log(x^2)", { x: "nonzero" });
stays("(x*y)^a / x^a", { x: "nonnegative" });
stays("floor(n)", { n: "positive" });
stays("floor(n / 2)", { n: "integer" });
stays("W[i,j] - W[j,i]", { V: "symmetric" });
stays("sum(n, p[n,k])", { "p[n,k]": "sums to 1 over k" });
stays("sum(k, p[k,k])", { "p[n,k]": "sums to 1 over k" });
stays("sum(k, p[n,k+1])", { "p[n,k]": "sums to 1 over k" });
stays("sum(k, q[n,k])", { "p[n,k]": "sums to 1 over k" });
stays("abs(`constructor`)", {});

test("what is no assumption is refused", () => {
  const assume = (value: unknown) => () => simplify(abs(variable("x")), { assume: value as Assumed });
  throws(assume("positive"), "bad-option", "assume");
  throws(assume(null), "bad-option", "assume");
  throws(assume(["x"]), "bad-option", "assume");
  throws(assume({ x: "big" }), "bad-option", "x", "big", "nonnegative");
  throws(assume({ x: 3 }), "bad-option", "x", "3");
  throws(assume({ x: ["positive", null] }), "bad-option", "null");
  throws(assume({ p: "sums to 1 over k" }), "bad-option", "no index k");
  throws(assume({ "p[n,k]": "sums to 1 over m" }), "bad-option", "no index m");
  // One element is not all of them.
  throws(assume({ "x[0]": "positive" }), "bad-option", "x[0]");
  throws(assume({ "x[i,i]": "positive" }), "bad-index");
});

/** Points that meet what is assumed of the variables. */
const assumptions: Readonly<Record<string, (x: number) => number>> = {
  positive: x => Math.abs(x) + 0.001,
  nonnegative: x => Math.max(0, x),
  nonzero: x => (x === 0 ? 1 : x),
  integer: x => Math.round(x),
} satisfies Partial<Record<Assumption, (x: number) => number>>;

// Half of the expressions are of functions that have laws under conditions.
const concerned: readonly FunctionRow[] = [abs, sign, sqrt, square, log, exp, floor, pow, mul, div, max];

test("with assumptions the value is kept at points that meet them, and nothing grows", async () => {
  const kinds = Object.keys(assumptions) as Assumption[];
  const samples = fc.sample(
    fc.tuple(
      fc.oneof(arbitraryExpression(), arbitraryExpression({ functions: concerned })),
      fc.tuple(fc.constantFrom(...kinds), fc.constantFrom(...kinds), fc.constantFrom(...kinds)),
      fc.array(arbitraryPoint(["x", "y", "z"]), { minLength: 6, maxLength: 6 }),
    ),
    { numRuns: 3 * runs, seed: 31 },
  );
  let [judged, unlocked] = [0, 0];
  for (const [i, [e, [x, y, z], points]] of samples.entries()) {
    const assume: Assumed = { x, y, z };
    const simple = simplify(e, { assume });
    if (simple !== simplify(e)) unlocked++;
    assert.ok(isWithin(sizeOf(simple), sizeOf(e)), `${textOf(e)} grows to ${textOf(simple)}`);
    for (const point of points) {
      const at = Object.fromEntries(
        Object.entries({ x, y, z }).map(([name, kind]) => [name, assumptions[kind]?.(point[name] ?? 0) ?? 0]),
      );
      const verdict = keeps(e, simple, at);
      const words = `${textOf(simple)} is not ${textOf(e)} at ${JSON.stringify(at)}, assuming ${JSON.stringify(assume)}`;
      assert.ok(verdict !== false, words);
      if (verdict) judged++;
    }
    if (i % 25 === 0) await turn();
  }
  console.log(`${judged} values compared; assumptions changed ${unlocked} of ${samples.length} results`);
  assert.ok(judged >= 2 * samples.length && unlocked >= 0.02 * samples.length);
});

// Budget

test("without a step there is no change", () => {
  for (const text of ["x + 0", "1 * x * (2 + 3)", "sin(x)^2 + cos(x)^2"]) {
    assert.ok(simplify(parse(text), { maxSteps: 0 }) === parse(text));
  }
});

test("any budget ends with an expression of the same value that is no larger; a large one is none", async () => {
  const samples = fc.sample(
    fc.tuple(
      arbitraryExpression({ operations: 12 }),
      fc.integer({ min: 1, max: 30 }),
      fc.array(arbitraryPoint(["x", "y", "z"]), { minLength: 3, maxLength: 3 }),
    ),
    { numRuns: 2 * runs, seed: 32 },
  );
  let [judged, stopped] = [0, 0];
  for (const [i, [e, maxSteps, points]] of samples.entries()) {
    const [within, whole] = [simplify(e, { maxSteps }), simplify(e)];
    assert.ok(simplify(e, { maxSteps: 1e9 }) === whole, textOf(e));
    if (within !== whole) stopped++;
    assert.ok(isWithin(sizeOf(within), sizeOf(e)), `${textOf(e)} grows to ${textOf(within)} in ${maxSteps} steps`);
    for (const at of points) {
      const verdict = keeps(e, within, at);
      const words = `${textOf(within)} is not ${textOf(e)} at ${JSON.stringify(at)}, in ${maxSteps} steps`;
      assert.ok(verdict !== false, words);
      if (verdict) judged++;
    }
    if (i % 25 === 0) await turn();
  }
  console.log(`${judged} values compared; ${stopped} of ${samples.length} runs were stopped early`);
  assert.ok(judged >= samples.length && stopped >= 0.1 * samples.length);
});

test("a small budget bounds the time that a large expression takes", () => {
  let e: Expr = variable("x");
  for (let k = 0; k < 20_000; k++) e = tanh(add(mul(e, variable("x")), k));
  const started = performance.now();
  const result = simplify(sub(e, mul(1, e)), { maxSteps: 100 });
  assert.ok(isWithin(sizeOf(result), sizeOf(sub(e, mul(1, e)))));
  // Walks over the graph remain: tenths of a second.
  assert.ok(performance.now() - started < 20_000);
});

test("what is no number of steps is refused", () => {
  for (const maxSteps of [-1, Number.NaN, "10", null]) {
    throws(() => simplify(variable("x"), { maxSteps: maxSteps as number }), "bad-option", "maxSteps");
  }
  assert.is(textOf(simplify(parse("x + 0"), { maxSteps: Number.POSITIVE_INFINITY })), "x");
});

test.run();

function sizeOf(e: Expr): Measure {
  return sizeIn(topologicalOrder(e), [e]);
}

/** Undefined where nothing is known of the input's value: elsewhere to 1e-9 of the largest intermediate, and rounding. */
function keeps(e: Expr, simple: Expr, at: Point): boolean | undefined {
  if (!isRegular(e, at)) return undefined;
  const [before, after] = [measure(e, at), measure(simple, at)];
  const finite = (x: number): number => (Number.isFinite(x) ? x : 0);
  const allowed = 1e-9 * Math.max(1, before.largest, finite(after.largest)) + 16 * finite(after.error);
  return Math.abs(evaluate(simple, at) - before.value) <= allowed;
}
