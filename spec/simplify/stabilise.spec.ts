/**
 * The walking spec of the stable rules: each row is proved at random arguments, and fires. Then formulas as textbooks write
 * them, value and derivatives held to 70 digits at points where what is written overflows or cancels.
 */
import { all, create } from "mathjs";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { differentiate } from "../../lib/calculus/differentiate.ts";
import { measure } from "../../lib/check/index.ts";
import { evaluate } from "../../lib/evaluate.ts";
import { type Expr, rebuild, variable } from "../../lib/expression/expression.ts";
import { fold, freeVariables, topologicalOrder } from "../../lib/expression/fold.ts";
import { add, addAll, div, exp, log, mul, neg, softplus, sub, tanh } from "../../lib/expression/functions.ts";
import { rebuilding, substitute } from "../../lib/expression/indices.ts";
import type { Values } from "../../lib/expression/values.ts";
import { toString as textOf } from "../../lib/print/text.ts";
import { simplify } from "../../lib/simplify/simplify.ts";
import { stabilisations, stabilise, stabiliseAll } from "../../lib/simplify/stabilise.ts";
import { type StableRule, stableRules } from "../../lib/simplify/stable/rules.ts";
import { parse } from "../../lib/syntax/parse.ts";
import { compile, compileGradient } from "../../lib/tape/compile.ts";

// A linear congruential generator, from Numerical Recipes.
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(1664525, state) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const isIndexed = ({ from }: StableRule): boolean => topologicalOrder(from).some(node => node.kind === "reduction");

/** Numbers, or arrays of five, for the letters of a rule. */
function drawValues({ from }: StableRule, random: () => number): Values {
  const number = (): number => 6 * random() - 3;
  const isArray = (name: string): boolean =>
    topologicalOrder(from).some(node => node.kind === "variable" && node.name === name && node.indices.length > 0);
  const arrays = freeVariables(from).map(name => [
    name,
    name === "c" || !isArray(name) ? number() : Array.from({ length: 5 }, number),
  ]);
  return Object.fromEntries(arrays);
}

test("no two rules have one name or one left side", () => {
  assert.is(new Set(stableRules.map(rule => rule.name)).size, stableRules.length);
  assert.is(new Set(stableRules.map(rule => rule.from)).size, stableRules.length);
  assert.ok(stableRules.length > 30);
});

/** How many points could be compared, and the first at which the sides differ. */
function tryOut(rule: StableRule): { readonly judged: number; readonly counterexample: string | undefined } {
  const random = randomNumbers(11);
  let judged = 0;
  for (let i = 0; i < 150; i++) {
    const at = drawValues(rule, random);
    const pinned = (e: Expr): Expr => (e.freeIndices.length === 0 ? e : parse(textOf(e).replaceAll("a[c]", "a[2]")));
    const [left, right] = [evaluate(pinned(rule.from), at), evaluate(pinned(rule.to), at)];
    if (!Number.isFinite(left)) continue;
    judged++;
    // Of arguments up to 3, in sums of five terms, either side loses a few digits at most.
    if (!(Math.abs(left - right) <= 1e-9 * Math.max(1, Math.abs(left)))) {
      return { judged, counterexample: `${rule.name}: ${left} is not ${right} at ${JSON.stringify(at)}` };
    }
  }
  return { judged, counterexample: undefined };
}

test(`${stableRules.length} stable rules hold at random arguments`, () => {
  for (const rule of stableRules) {
    const { judged, counterexample } = tryOut(rule);
    assert.is(counterexample, undefined);
    assert.ok(judged >= 40, `${rule.name} was compared at ${judged} points only`);
  }
});

test("a rule with a wrong sign does not hold", () => {
  for (const rule of stableRules) {
    assert.type(tryOut({ ...rule, to: neg(rule.to) }).counterexample, "string", rule.name);
  }
});

test("each rule fires on its left side, and leaves its right side alone", () => {
  for (const rule of stableRules) {
    const names = stabilisations(rule.from).map(one => one.rule);
    assert.ok(names.includes(rule.name), `${rule.name} did not fire, but ${names.join(", ") || "nothing"}`);
    assert.is(stabilise(rule.from), rule.to, rule.name);
    assert.is(stabilise(rule.to), rule.to, rule.name);
  }
});

test("each rule fires on other spellings: of one argument negated and scaled, and in another order", () => {
  for (const rule of stableRules.filter(one => !isIndexed(one))) {
    const at = Object.fromEntries(freeVariables(rule.from).map(name => [name, parse(`-3 * ${name}0 / 2`)]));
    const given = swapped(substitute(rule.from, at));
    const names = stabilisations(given).map(one => one.rule);
    // 1 + tanh(-x) is 1 - tanh(x), another rule's.
    const others = new Map([
      ["sigmoid by tanh", "complement of tanh"],
      ["complement of tanh", "sigmoid by tanh"],
      ["complement of erf", "complement of the opposite of erf"],
      ["complement of the opposite of erf", "complement of erf"],
    ]);
    const expected = others.get(rule.name) ?? rule.name;
    assert.ok(names.includes(expected), `${rule.name} did not fire on ${textOf(given)}, but ${names.join(", ")}`);
  }
});

// x + y as y + x, and x - y as -y + x.
const swapped = (e: Expr): Expr =>
  fold<Expr>(e, {
    ...rebuilding,
    call: (node, args) => {
      const [left, right] = args;
      if (left === undefined || right === undefined) return rebuild(node, args);
      if (node.fn === add) return add(right, left);
      if (node.fn === mul) return mul(right, left);
      return node.fn === sub ? add(neg(right), left) : rebuild(node, args);
    },
  });

/** The formula becomes this. */
const becomes = (text: string, expected: string): void =>
  test(`${text} becomes ${expected}`, () => assert.is(textOf(stabilise(parse(text))), expected));

becomes("log(1 + exp(x))", "softplus(x)");
becomes("log(1 + 1 / exp(x))", "softplus(-x)");
becomes("log(2 + 2 * exp(-x))", "softplus(-x) + log(2)");
becomes("log(3 + exp(x))", "logaddexp(log(3), x)");
becomes("log(exp(a) + exp(b) + exp(c))", "logaddexp(logaddexp(a, b), c)");
becomes("log((1 + exp(x)) / exp(x))", "softplus(-x)");
becomes("log2(1 + exp(x))", "softplus(x) / log(2)");
becomes("log1p(exp(x))", "softplus(x)");
becomes("log1p(-sigmoid(x))", "-softplus(x)");
becomes("log(1 - x)", "log1p(-x)");
becomes("log(exp(x) * y)", "x + log(y)");
becomes("y * exp(x) - y", "y * expm1(x)");
becomes("(exp(x) - 1) / x", "expm1(x) / x");
becomes("1 - exp(-x)", "-expm1(-x)");
becomes("1 / (1 + e^x)", "sigmoid(-x)");
becomes("1 - 1 / (1 + exp(-x))", "sigmoid(-x)");
becomes("exp(-x) / (1 + exp(-x))^2", "sigmoid(x) * sigmoid(-x)");
becomes("exp(a) / (exp(b) + exp(a))", "sigmoid(-(b - a))");
becomes("(exp(a) - exp(b)) / (exp(a) + exp(b))", "tanh((a - b) / 2)");
becomes("exp(y) / (1 + exp(x))", "exp(y - softplus(x))");
becomes("(exp(2x) - 1) / (exp(2x) + 1)", "tanh(x)");
becomes("(1 - exp(-2x)) / (1 + exp(-2x))", "tanh(x)");
becomes("2 / (1 + exp(-2x)) - 1", "tanh(x)");
becomes("4 / (exp(x) + exp(-x))^2", "sech(x)^2");
becomes("-y * log(sigmoid(z)) - (1 - y) * log(1 - sigmoid(z))", "softplus(z) - y * z");
becomes("-(y * log(1 / (1 + exp(-z))) + (1 - y) * log(1 - 1 / (1 + exp(-z))))", "softplus(z) - y * z");
becomes("fin - fin * y + log(1 + exp(-fin))", "softplus(fin) - fin * y");
becomes("-log(exp(a) / (exp(a) + exp(b)))", "softplus(-(a - b))");
becomes("log(exp(a[c]) / sum(i, exp(a[i])))", "a[c] - logsumexp(i, a[i])");
becomes("log(sum(i, exp(a[i])) / extent(i))", "logsumexp(i, a[i]) - log(extent(i))");
becomes("-sum(k, y[k] * log(exp(a[k]) / sum(j, exp(a[j]))))", "-sum(k, y[k] * (a[k] - logsumexp(j, a[j])))");
becomes("sum(j, exp(a[j]) * v[j]) / sum(j, exp(a[j]))", "sum(j, exp(a[j] - logsumexp(j, a[j])) * v[j])");
becomes("1 / sqrt(x * x + y^2 + (2z)^2)", "1 / hypot(hypot(x, y), 2 * z)");
becomes("(x^2 + y^2)^1.5", "hypot(x, y)^3");
becomes("cos(x) - 1", "-(2 * sin(x / 2)^2)");
becomes("3y - 3y * cos(2x)", "6 * (y * sin(x)^2)");
becomes("sqrt(1 + x) - 1", "x / (sqrt(1 + x) + 1)");
becomes("1 - sqrt(1 - x^2)", "x^2 / (sqrt(1 - x^2) + 1)");
// What gains nothing stays as it is written.
for (const text of ["0 + x", "log(x / y)", "log(2 + x)", "sqrt(x^2 + 1)", "exp(x) - exp(y)", "exp(x) + exp(-x)", "--x"])
  becomes(text, text);

test("what may be captured by an index stays outside of it", () => {
  const e = parse("sum(i, exp(a[i]) * v[i]) / sum(j, exp(b[i,j]))");
  const values = {
    a: [1, 2],
    v: [3, 4],
    b: [
      [1, 2, 3],
      [4, 5, 6],
    ],
  };
  const at = (root: Expr): number =>
    evaluate(substitute(parse(textOf(root).replaceAll("b[i,j]", "b[0,j]")), {}), values);
  assert.ok(Math.abs(at(e) - at(stabilise(e))) < 1e-12);
});

test("shared parts stay shared, and what no rule takes stays the object that it was", () => {
  const fin = parse("c + u1 * tanh(x) + u2 * tanh(y)");
  const [loss, same] = stabiliseAll([add(sub(fin, mul(fin, variable("t"))), log(add(1, exp(neg(fin))))), fin]);
  assert.is(same, fin);
  assert.is(loss, sub(softplus(fin), mul(fin, variable("t"))));
});

test("what was rewritten is told in order, inner parts first", () => {
  const told = stabilisations(parse("-log(1 - 1 / (1 + exp(-x)))"));
  assert.equal(
    told.map(one => `${one.rule}: ${textOf(one.before)} = ${textOf(one.after)}`),
    [
      "sigmoid: 1 / (1 + exp(-x)) = sigmoid(x)",
      "complement of sigmoid: 1 - sigmoid(x) = sigmoid(-x)",
      "logarithm of sigmoid: log(sigmoid(-x)) = -softplus(x)",
    ],
  );
  assert.equal(stabilisations(parse("x + 1")), []);
});

const exactly = create(all ?? {}, { number: "BigNumber", precision: 70 });

/** Value and partials, compiled, are those of the formula as it is written, or of another, computed with 70 digits. */
function holdsTo(
  text: string,
  names: readonly string[],
  points: readonly (readonly number[])[],
  of = names,
  truthOf = text,
): void {
  test(`${text} is right to 1e-12 at ${points.map(point => `(${point.join(", ")})`).join(" and ")}`, () => {
    const value = compile(parse(text), names);
    const withGradient = compileGradient(parse(text), names);
    for (const point of points) {
      const scope = Object.fromEntries(names.map((name, i) => [name, exactly.bignumber(point[i] ?? 0)]));
      const truth = (node: { evaluate(scope: object): unknown }): number => Number(node.evaluate({ ...scope }));
      const slope = new Float64Array(names.length);
      const values = [withGradient(point, slope), value(...point)];
      for (const got of values) near(got, truth(exactly.parse(truthOf)), `${text} at ${point}`);
      for (const name of of) {
        near(
          slope[names.indexOf(name)] ?? 0,
          truth(exactly.derivative(truthOf, name)),
          `d/d${name} ${text} at ${point}`,
        );
      }
    }
  });
}

// Relative; of 70 digits, what cancellation leaves below 1e-60 is zero.
const near = (got: number, truth: number, where: string): void =>
  assert.ok(Math.abs(got - truth) <= 1e-12 * Math.abs(truth) + 1e-60, `${where} is ${truth}, not ${got}`);

const five = "-y * log(1 / (1 + exp(-fin))) - (1 - y) * log(1 - 1 / (1 + exp(-fin)))";
holdsTo("log(1 + exp(x))", ["x"], [[1000], [-1000], [-50]]);
holdsTo("exp(x) / (1 + exp(x))", ["x"], [[1000], [-1000]]);
holdsTo("-log(1 - 1 / (1 + exp(-x)))", ["x"], [[50], [-50]]);
holdsTo(
  "log(exp(a) + exp(b))",
  ["a", "b"],
  [
    [1000, 999],
    [0, 1000],
  ],
);
holdsTo(
  "-log(exp(a) / (exp(a) + exp(b)))",
  ["a", "b"],
  [
    [0, 1000],
    [1000, 0],
    [10, 0],
  ],
);
holdsTo(
  "-(1 - y) * log(exp(a) / (exp(a) + exp(b))) - y * log(exp(b) / (exp(a) + exp(b)))",
  ["a", "b", "y"],
  [
    [0, 1000, 0],
    [0, 1000, 1],
  ],
);
holdsTo(
  "exp(s1) / (exp(s1) + exp(s2))",
  ["s1", "s2"],
  [
    [1000, 999],
    [-1000, -999],
  ],
);
holdsTo("(exp(x) - exp(-x)) / (exp(x) + exp(-x))", ["x"], [[800], [-800], [1e-9]]);
holdsTo("(exp(2 * x) - 1) / (exp(2 * x) + 1)", ["x"], [[800], [-800]]);
holdsTo("(exp(x) - 1) / x", ["x"], [[1e-13]], []);
// As it is written it takes more than 400 digits.
const fivePoints = [
  [1000, 1],
  [1000, 0],
  [-1000, 1],
  [-1000, 0],
  [0.3, 1],
];
holdsTo(five, ["fin", "y"], fivePoints, ["fin", "y"], "fin - fin * y + log(1 + exp(-fin))");
holdsTo(
  "sqrt(x^2 + y^2)",
  ["x", "y"],
  [
    [3e200, 4e200],
    [3e-200, 4e-200],
  ],
);
holdsTo("1 - cos(x)", ["x"], [[1e-9], [1]]);
holdsTo("log(1 - exp(x))", ["x"], [[-1e-15], [-50], [-0.5], [-2]]);
holdsTo("log(exp(x) - 1)", ["x"], [[1000], [1e-15]]);
holdsTo("log(cosh(x))", ["x"], [[800], [1e-9], [-800], [-0.5]]);
holdsTo("sqrt(x + 1) - sqrt(x)", ["x"], [[1e15], [2]]);
holdsTo("exp(x) / (exp(x) - 1)", ["x"], [[1000], [-50]]);
holdsTo("log(1 + x)", ["x"], [[1e-18], [-1e-18]]);

test("a derivative by the textbook's rules, compiled, is stable where a rule takes its quotients", () => {
  for (const [text, x, expected] of [
    ["log(1 + exp(x))", 1000, 1],
    ["1 / (1 + exp(-x))", -1000, 0],
    ["1 / (1 + exp(-x))", 0, 0.25],
  ] as const) {
    assert.is(compile(differentiate(parse(text), "x"), ["x"])(x), expected, text);
  }
});

test("products with zero are no places for rules", () => {
  for (const text of [
    "0 * sqrt(x + 1) - 1 + sqrt(x)",
    "0 * exp(x) / (1 + exp(x))",
    "1 / (0 * (1 + exp(x)))",
    "0 / 0 * cos(x) - 0",
  ])
    assert.is(stabilise(stabilise(parse(text))), stabilise(parse(text)), text);
});

test("told not to, compile leaves a formula as it overflows", () => {
  const e = parse("log(1 + exp(x))");
  assert.is(compile(e, ["x"], { stabilise: false })(1000), Number.POSITIVE_INFINITY);
  assert.is(compileGradient(e, ["x"], [], { stabilise: false })([1000], new Float64Array(1)), Number.POSITIVE_INFINITY);
});

test("simplify undoes nothing", () => {
  for (const { from, to, name } of stableRules) {
    if (topologicalOrder(from).some(node => node.kind === "reduction")) continue;
    const simple = simplify(to);
    assert.is(simplify(stabilise(simple)), simple, name);
  }
});

test("a chain 100,000 deep, a sum of 5,000 exponentials, and constants beyond all doubles end", () => {
  let chain: Expr = variable("x");
  for (let k = 0; k < 100_000; k++) chain = tanh(add(mul(chain, variable("x")), k));
  assert.is(stabilise(chain), chain);
  let deep: Expr = variable("x");
  for (let k = 0; k < 5000; k++) deep = log(add(1, exp(deep)));
  assert.is(topologicalOrder(stabilise(deep)).length, 5001);
  const many = log(addAll(Array.from({ length: 5000 }, (_, i) => exp(variable(`x${i}`)))));
  assert.is(stabilise(many).depth, 14);
  let harmonic: Expr = exp(variable("x"));
  for (let k = 1; k < 5000; k++) harmonic = add(harmonic, div(exp(variable("x")), k));
  assert.is(stabilise(harmonic), harmonic);
  assert.ok(measure(stabilise(parse("1e300 * 1e300 * exp(x) - 1e300 * 1e300")), { x: 1 }).value > 1e308);
});

test.run();
