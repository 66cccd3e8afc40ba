/** Rules that hold, rules that do not, and rules of which nothing can be said. */
import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { arbitraryInstance, checkRule } from "../../lib/check/index.ts";
import { evaluate } from "../../lib/evaluate.ts";
import { defineFunction } from "../../lib/expression/define-function.ts";
import {
  type Condition,
  type Expr,
  type FunctionRow,
  type Operand,
  variable,
} from "../../lib/expression/expression.ts";
import { freeVariables } from "../../lib/expression/fold.ts";
import { add, cos, div, exp, log, mul, neg } from "../../lib/expression/functions.ts";
import { defineRule, type Rule, rulesOf } from "../../lib/simplify/rule.ts";
import { parse } from "../../lib/syntax/parse.ts";
import { throws } from "../support/throws.ts";

type Conditions = Readonly<Record<string, Condition>>;

const rule = (from: string, to: string, where: Conditions = {}): Rule =>
  defineRule({ from: parse(from), to: parse(to), where });

const holds = (from: string, to: string, where: Conditions = {}): void =>
  test(`${from} = ${to} ${JSON.stringify(where)} holds`, () => assert.is(checkRule(rule(from, to, where)), undefined));

const fails = (from: string, to: string, where: Conditions = {}): void =>
  test(`${from} = ${to} ${JSON.stringify(where)} does not hold`, () => {
    const found = checkRule(rule(from, to, where));
    assert.ok(found !== undefined);
    const [left, right] = [evaluate(parse(from), found.at), evaluate(parse(to), found.at)];
    assert.equal([found.left, found.right].map(String), [left, right].map(String));
    assert.not.equal(left, right);
  });

// The right side may be larger: what a rule is good for is its author's affair.
holds("sin(2 * t)", "2 * sin(t) * cos(t)");
holds("cos(x)^2 + sin(x)^2", "1");
holds("abs(x)", "x", { x: "nonnegative" });
holds("cos(n * pi)", "1 - 2 * mod(n, 2)", { n: "integer" });
holds("gamma(n)", "factorial(n - 1)", { n: "natural" });
holds("sin(pi / 12)", "(sqrt(6) - sqrt(2)) / 4");
holds("log(a * b)", "log(a) + log(b)", { a: "positive", b: "positive" });
// Known without a rule: powers are what the normal form is made of.
holds("exp(x + log(y))", "y * exp(x)");

fails("sin(2 * t)", "2 * sin(t)");
fails("tan(x)^2 - sec(x)^2", "1");
fails("abs(x)", "x");
fails("log(a * b)", "log(a) + log(b)");
fails("log(a * b)", "log(a) + log(b)", { a: "nonzero", b: "nonzero" });
fails("cos(n * pi)", "1 - 2 * mod(n, 2)");
fails("sin(pi / 12)", "sqrt(6) - sqrt(2)");
// Different nowhere but at zero.
fails("sign(x)", "x / abs(x)");
// Different far out only.
fails("tanh(x)", "x < 30 ? tanh(x) : 2");
fails("tanh(x)", "abs(x) < 0.005 ? 0.0001 : tanh(x)");

test("a name of an object's property is a letter like any other", () => {
  const [x, y] = [variable("constructor"), variable("__proto__")];
  const positive = (...letters: readonly string[]): Conditions =>
    Object.fromEntries(letters.map(letter => [letter, "positive" as const]));
  const logarithm = (where: Conditions): Rule => defineRule({ from: log(mul(x, y)), to: add(log(x), log(y)), where });
  assert.is(checkRule(logarithm(positive("constructor", "__proto__"))), undefined);
  // Where the product is positive, one of the two decides.
  assert.is(checkRule(logarithm(positive("constructor"))), undefined);
  assert.ok(checkRule(logarithm(positive())));
});

test("a letter may have the name of an element", () => {
  const x = variable("x[0]");
  assert.is(checkRule(defineRule({ from: cos(neg(x)), to: cos(x) })), undefined);
});

test("the same seed finds the same counterexample, another another", () => {
  const wrong = rule("log(x^2)", "2 * log(x)");
  assert.equal(checkRule(wrong, { seed: 4 }), checkRule(wrong, { seed: 4 }));
  assert.not.equal(checkRule(wrong, { seed: 4 }), checkRule(wrong, { seed: 5 }));
});

test("a tolerance may be wide", () => {
  const rough = rule("sin(x)", "sin(x) + 0.00001");
  assert.ok(checkRule(rough));
  assert.is(checkRule(rough, { tolerance: 1e-4 }), undefined);
});

test("a rule whose left side has a value nowhere proves nothing", () => {
  throws(() => checkRule(rule("log(-1 - x^2)", "0")), "unsupported", "tried at 0 of");
});

test("a rule that rounding decides proves nothing", () => {
  throws(() => checkRule(rule("sin(x + 10^18)", "0")), "unsupported", "rounding");
});

test("a rule that is never applied is told", () => {
  // What the rule looks for is brought into another form first.
  throws(() => checkRule(rule("tanh(t + t)", "1 - 2 / (exp(4 * t) + 1)")), "unsupported", "never applied");
  throws(() => checkRule(rule("tanh(x * x / x)", "1 - 2 / (exp(2 * x) + 1)")), "unsupported", "never applied");
  // A shape that is not looked for.
  throws(() => checkRule(rule("exp(x)", "(1 + tanh(x / 2)) / (1 - tanh(x / 2))")), "unsupported", "never applied");
});

test("a symbol has no values to compare", () => {
  const sigma = defineFunction({ name: "sigma", arity: 1 });
  throws(() => checkRule(defineRule({ from: sigma(neg(variable("x"))), to: sigma(variable("x")) })), "unsupported");
});

test("what a function of one's own says of itself can be tried", () => {
  const logistic = (sign: 1 | -1): Rule => {
    const s: FunctionRow & ((x: Operand) => Expr) = defineFunction({
      name: "logistic",
      arity: 1,
      evaluate: x => 1 / (1 + Math.exp(-x)),
      derivatives: [(_, y) => mul(y, y)],
      identities: x => [[div(s(x), s(neg(x))), exp(mul(sign, x))]],
    });
    const [only] = rulesOf(s);
    if (only === undefined) throw new Error("an identity is a rule");
    return only;
  };
  assert.is(checkRule(logistic(1)), undefined);
  assert.ok(checkRule(logistic(-1)));
});

test("what is no rule is refused", () => {
  // @ts-expect-error no rule
  throws(() => checkRule({}), "bad-option");
  // @ts-expect-error no rule
  throws(() => checkRule(undefined), "bad-option");
});

test("instances have expressions for letters, the same on both sides, that meet the conditions", () => {
  const instances = fc.sample(arbitraryInstance(rule("log(a * b)", "log(a) + b", { a: "positive" })), {
    numRuns: 50,
    seed: 1,
  });
  assert.ok(new Set(instances.map(({ from }) => from)).size > 25);
  for (const { from, to } of instances) {
    assert.equal(
      freeVariables(from, to).filter(name => !["x", "y"].includes(name)),
      [],
    );
    const [product] = from.args;
    const [logarithm, b] = to.args;
    assert.equal([product?.args[0], product?.args[1]], [logarithm?.args[0], b]);
    assert.ok(product?.args[0]?.kind === "call" && product.args[0].fn === exp);
  }
});

test.run();
