/**
 * The walking spec: every row of the rules is proved at random arguments and on expressions shaped so that it fires. A
 * row cannot be added without being tried, and the trial itself is shown to find what is wrong.
 */
import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { arbitraryInstance, arbitraryPoint, checkRule, isRegular, measure, type Point } from "../../lib/check/index.ts";
import { instanceOf, isApplied, type RuleInstance } from "../../lib/check/rule.ts";
import { evaluate } from "../../lib/evaluate.ts";
import { constant, type Expr, variable } from "../../lib/expression/expression.ts";
import { countNodes, freeVariables, topologicalOrder } from "../../lib/expression/fold.ts";
import { add, exp, log, neg, pow, sec, sub, tan } from "../../lib/expression/functions.ts";
import { toString as textOf } from "../../lib/print/text.ts";
import * as measured from "../../lib/simplify/measure.ts";
import { contractionRules, defineRule, type Rule, tableRules } from "../../lib/simplify/rule.ts";
import { isLookedFor } from "../../lib/simplify/rules.ts";
import { simplify } from "../../lib/simplify/simplify.ts";
import { runs, turn } from "../support/law.ts";

const rules = [...tableRules(), ...contractionRules()];

const plain = (rule: Rule): RuleInstance => instanceOf(rule, letter => variable(letter));

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
  for (const rule of rules) assert.is(checkRule(rule, { runs: Math.max(200, runs) }), undefined, rule.name);
});

test("each rule fires: both sides of an instance simplify to one expression", () => {
  const idle = rules.filter(rule => simplify(plain(rule).from) !== simplify(plain(rule).to));
  assert.equal(
    idle.map(rule => rule.name),
    [],
  );
});

test("each rule is applied, but the laws of exp and log that the normal form knows", () => {
  const idle = rules.filter(rule => !isLookedFor(rule) || !isApplied(rule));
  assert.ok(
    idle.length < 8 && idle.every(({ from }) => from.kind === "call" && (from.fn === exp || from.fn === log)),
    idle.map(({ name }) => name).join(", "),
  );
});

test("each rule lowers what it says, and never makes an instance larger", () => {
  for (const rule of rules) {
    const [from, to] = [plain(rule).from, simplify(plain(rule).to)];
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
      fc.tuple(arbitraryInstance(rule), fc.array(arbitraryPoint(["x", "y"]), { minLength: 6, maxLength: 6 })),
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

/** Undefined where nothing is known of the input's value: elsewhere to 1e-9 of the largest intermediate, and rounding. */
function keeps(e: Expr, simple: Expr, at: Point): boolean | undefined {
  if (!isRegular(e, at)) return undefined;
  const [before, after] = [measure(e, at), measure(simple, at)];
  const finite = (x: number): number => (Number.isFinite(x) ? x : 0);
  const allowed = 1e-9 * Math.max(1, before.largest, finite(after.largest)) + 16 * finite(after.error);
  return Math.abs(evaluate(simple, at) - before.value) <= allowed;
}

// The trial can fail

/** What the trial says of rules: the names of those that it refutes. */
const red = (all: readonly Rule[]): readonly string[] =>
  all.filter(rule => checkRule(rule) !== undefined).map(({ name }) => name);

test("a row planted with a wrong sign turns red, and no other", () => {
  const x = variable("x");
  // The row of a famous library, which says that tan² - sec² is 1.
  const famous = defineRule({ name: "planted", from: sub(pow(tan(x), 2), pow(sec(x), 2)), to: 1 });
  assert.equal(red([...rules, famous]), ["planted"]);
  assert.equal(red([{ ...famous, to: constant(-1) }]), []);
});

test("rows whose signs are flipped in the table turn red, and no others", () => {
  const isFlipped = (i: number): boolean => i % 17 === 3;
  const flipped = rules.map((rule, i) => (isFlipped(i) ? { ...rule, to: neg(rule.to) } : rule));
  const wrong = flipped.filter((rule, i) => isFlipped(i) && rule.to !== neg(0));
  assert.ok(wrong.length >= 8);
  assert.equal(
    red(flipped),
    wrong.map(({ name }) => name),
  );
});

test("every rule is found wrong when its right side is changed", () => {
  for (const rule of rules) {
    assert.ok(checkRule({ ...rule, to: add(rule.to, 1e-3) }), `${rule.name}, 0.001 added`);
    if (rule.to.kind === "constant" && rule.to.value === 0) continue;
    assert.ok(checkRule({ ...rule, to: neg(rule.to) }), `${rule.name}, the sign flipped`);
  }
});

test("every condition on signs and whole numbers is needed: without it the rule is found wrong", () => {
  const conditional = rules.filter(({ where }) => Object.values(where).some(condition => condition !== "natural"));
  assert.ok(conditional.length >= 6);
  for (const rule of conditional) assert.ok(checkRule({ ...rule, where: {} }), rule.name);
});

test.run();
