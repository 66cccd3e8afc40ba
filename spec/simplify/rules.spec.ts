/**
 * The walking spec: every row of the rules is proved at random arguments and on expressions shaped so that it fires. A
 * row cannot be added without being tried, and the trial itself is shown to find what is wrong.
 */
import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { arbitraryExpression, arbitraryPoint, isRegular, measure, type Point } from "../../lib/check/index.ts";
import { evaluate } from "../../lib/evaluate.ts";
import { type Condition, constant, type Expr, variable } from "../../lib/expression/expression.ts";
import { countNodes, freeVariables, topologicalOrder } from "../../lib/expression/fold.ts";
import { abs, add, exp, floor, neg, pow, sec, sub, tan } from "../../lib/expression/functions.ts";
import { substitute } from "../../lib/expression/indices.ts";
import { toString as textOf } from "../../lib/print/text.ts";
import * as measured from "../../lib/simplify/measure.ts";
import { contractionRules, type Rule, tableRules } from "../../lib/simplify/rule.ts";
import { simplify } from "../../lib/simplify/simplify.ts";
import { runs, turn } from "../support/law.ts";

const rules = [...tableRules(), ...contractionRules()];

/** What a rule came to at random arguments. */
interface Trial {
  /** At how many points there was something to compare. */
  readonly judged: number;
  readonly counterexample: string | undefined;
}

const extents = [0.01, 0.1, 1, 3, 10, 40];

/** A number that meets a condition, of any magnitude within the extent. */
function draw(condition: Condition | undefined, extent: number, random: () => number): number {
  const x = (2 * random() - 1) * extent;
  switch (condition) {
    case "positive":
      return Math.abs(x) + 1e-9;
    case "nonnegative":
      return random() < 0.1 ? 0 : Math.abs(x);
    case "nonzero":
      return x === 0 ? 1 : x;
    case "integer":
      return Math.round(3 * x);
    case "natural":
      return 1 + Math.floor(random() * 6);
    case "constant":
    case undefined:
      return random() < 0.05 ? 0 : x;
  }
}

/**
 * Compares both sides at random arguments that meet the conditions, wherever all of the left has a value: to 1e-9 of the
 * largest intermediate, and sixteen times what rounding may have done to first order. Where that bound itself is above
 * a millionth nothing is proved, and the point does not count.
 */
function tryOut(rule: Rule, count = Math.max(400, runs)): Trial {
  const letters = freeVariables(rule.from, rule.to);
  const random = randomNumbers(7);
  let judged = 0;
  for (let i = 0; i < count; i++) {
    const extent = extents[i % extents.length] ?? 1;
    const at = Object.fromEntries(letters.map(letter => [letter, draw(rule.where[letter], extent, random)]));
    const left = measure(rule.from, at);
    if (!Number.isFinite(left.value) || !Number.isFinite(left.largest)) continue;
    const right = measure(rule.to, at);
    const largest = Math.max(1, left.largest, Number.isFinite(right.largest) ? right.largest : 0);
    const allowed = 1e-9 * largest + 16 * (left.error + (Number.isNaN(right.error) ? 0 : right.error));
    if (!(allowed <= 1e-6 * largest)) continue;
    judged++;
    if (!(Math.abs(left.value - right.value) <= allowed)) {
      const counterexample = `${rule.name}: ${left.value} is not ${right.value} at ${JSON.stringify(at)}`;
      return { judged, counterexample };
    }
  }
  return { judged, counterexample: undefined };
}

// A linear congruential generator (Knuth's MMIX constants do not fit a double; these are from Numerical Recipes).
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(1664525, state) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Arguments that meet the conditions, built of the expressions given. */
const argumentsFor = (rule: Rule, given: (letter: string) => Expr): Readonly<Record<string, Expr>> =>
  Object.fromEntries(
    freeVariables(rule.from).map((letter, position) => [letter, meeting(rule.where[letter], given(letter), position)]),
  );

function meeting(condition: Condition | undefined, e: Expr, position: number): Expr {
  switch (condition) {
    case "positive":
    case "nonzero":
      return exp(e);
    case "nonnegative":
      return abs(e);
    case "integer":
      return floor(e);
    case "natural":
      // Degrees and orders that have no rule of their own.
      return constant([5, 7, 11][position] ?? 5);
    case "constant":
      return constant(2.5);
    case undefined:
      return e;
  }
}

const plain = (rule: Rule, side: Expr): Expr =>
  substitute(
    side,
    argumentsFor(rule, letter => variable(letter)),
  );

test("there are rules, and no two have one left side", () => {
  assert.ok(rules.length > 100, String(rules.length));
  assert.is(new Set(rules.map(rule => rule.from)).size, rules.length);
});

test("every letter of a right side and of a condition stands on the left", () => {
  for (const { name, from, to, where } of rules) {
    const letters = freeVariables(from);
    for (const letter of [...freeVariables(to), ...Object.keys(where)]) assert.ok(letters.includes(letter), name);
  }
});

test(`${rules.length} rules hold at random arguments`, () => {
  let fewest = { judged: Number.POSITIVE_INFINITY, name: "" };
  for (const rule of rules) {
    const { judged, counterexample } = tryOut(rule);
    assert.is(counterexample, undefined);
    const hasLetters = freeVariables(rule.from).length > 0;
    assert.ok(judged >= (hasLetters ? 40 : 1), `${rule.name} was compared at ${judged} points only`);
    if (hasLetters && judged < fewest.judged) fewest = { judged, name: rule.name };
  }
  console.log(`${rules.length} rules hold; fewest points: ${fewest.judged} for ${fewest.name}`);
});

test("each rule fires: both sides of an instance simplify to one expression", () => {
  const idle = rules.filter(rule => simplify(plain(rule, rule.from)) !== simplify(plain(rule, rule.to)));
  assert.equal(
    idle.map(rule => rule.name),
    [],
  );
});

test("each rule lowers what it says, and never makes an instance larger", () => {
  for (const rule of rules) {
    const [from, to] = [plain(rule, rule.from), simplify(plain(rule, rule.to))];
    const [before, after] = [sizeOf(from), sizeOf(to)];
    assert.ok(measured.isWithin(after, before), rule.name);
    // Where both counts stay, a named function gives way to an operator, and none leads back.
    const isLower =
      rule.lowers === "nodes"
        ? countNodes(rule.to) < countNodes(rule.from)
        : after.operations < before.operations || countNamed(to) < countNamed(from);
    assert.ok(isLower, `${rule.name} does not lower its ${rule.lowers}`);
  }
});

const sizeOf = (e: Expr): measured.Measure => measured.measure(topologicalOrder(e), [e]);

const countNamed = (e: Expr): number =>
  topologicalOrder(e).filter(node => node.kind === "call" && node.fn.operator === undefined && node.args.length > 0)
    .length;

test("instances with random expressions for letters keep their value, grow in nothing, and nearly always take the rule", async () => {
  const each = Math.max(2, Math.ceil(runs / 50));
  let [judged, fired, total] = [0, 0, 0];
  const missed = new Set<string>();
  for (const [i, rule] of rules.entries()) {
    const samples = fc.sample(
      fc.tuple(instanceOf(rule), fc.array(arbitraryPoint(["x", "y"]), { minLength: 6, maxLength: 6 })),
      {
        numRuns: each,
        seed: 100 + i,
      },
    );
    for (const [{ from, to }, points] of samples) {
      const simple = simplify(from);
      total++;
      if (simple === simplify(to)) fired++;
      else missed.add(rule.name);
      assert.ok(measured.isWithin(sizeOf(simple), sizeOf(from)), `${textOf(from)} grows to ${textOf(simple)}`);
      for (const at of points) {
        const verdict = keeps(from, simple, at);
        assert.ok(verdict !== false, `${textOf(simple)} is not ${textOf(from)} at ${JSON.stringify(at)}`);
        if (verdict) judged++;
      }
    }
    if (i % 20 === 0) await turn();
  }
  console.log(
    `${total} instances: ${((100 * fired) / total).toFixed(1)} % as their right sides, ${judged} values compared; others of ${[...missed].slice(0, 12).join(", ")}`,
  );
  assert.ok(judged >= total, `only ${judged} values`);
  assert.ok(fired >= 0.9 * total, `${fired} of ${total}`);
});

function instanceOf(rule: Rule): fc.Arbitrary<{ readonly from: Expr; readonly to: Expr }> {
  const letters = freeVariables(rule.from);
  const expression = arbitraryExpression({ variables: ["x", "y"], operations: 3 });
  return fc.tuple(...letters.map(() => expression)).map(drawn => {
    const given = argumentsFor(rule, letter => drawn[letters.indexOf(letter)] ?? variable("x"));
    return { from: substitute(rule.from, given), to: substitute(rule.to, given) };
  });
}

/** Undefined where nothing is known of the input's value: elsewhere to 1e-9 of the largest intermediate, and rounding. */
function keeps(e: Expr, simple: Expr, at: Point): boolean | undefined {
  if (!isRegular(e, at)) return undefined;
  const [before, after] = [measure(e, at), measure(simple, at)];
  const finite = (x: number): number => (Number.isFinite(x) ? x : 0);
  const allowed = 1e-9 * Math.max(1, before.largest, finite(after.largest)) + 16 * finite(after.error);
  return Math.abs(evaluate(simple, at) - before.value) <= allowed;
}

// The trial can fail

const planted = (from: Expr, to: Expr, where: Rule["where"] = {}): Rule => ({
  name: `${from} = ${to}`,
  from,
  to,
  where,
  lowers: "nodes",
});

test("a planted rule with a flipped sign is found wrong", () => {
  const x = variable("x");
  const wrong = planted(sub(pow(tan(x), 2), pow(sec(x), 2)), simplify(1));
  assert.match(String(tryOut(wrong).counterexample), "is not 1");
  assert.is(tryOut({ ...wrong, to: simplify(-1) }).counterexample, undefined);
});

test("every rule is found wrong when its right side is changed", () => {
  for (const rule of rules) {
    assert.ok(tryOut({ ...rule, to: add(rule.to, 1e-3) }).counterexample, `${rule.name}, 0.001 added`);
    if (rule.to.kind === "constant" && rule.to.value === 0) continue;
    assert.ok(tryOut({ ...rule, to: neg(rule.to) }).counterexample, `${rule.name}, the sign flipped`);
  }
});

test("every condition on signs and whole numbers is needed: without it the rule is found wrong", () => {
  const conditional = rules.filter(({ where }) => Object.values(where).some(condition => condition !== "natural"));
  assert.ok(conditional.length >= 6);
  for (const rule of conditional) assert.ok(tryOut({ ...rule, where: {} }).counterexample, rule.name);
});

test.run();
