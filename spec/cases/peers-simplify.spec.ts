/**
 * Simplifications that the tests of other libraries assert: ours is never another function, and in at least 95 % of the
 * cases no larger. A number or variable counts 1 (a negative number 2), an operator 1, a call 1 plus its arguments.
 */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { measure, type Point } from "../../lib/check/index.ts";
import { evaluate } from "../../lib/evaluate.ts";
import type { Expr } from "../../lib/expression/expression.ts";
import { fold } from "../../lib/expression/fold.ts";
import { toString as textOf } from "../../lib/print/text.ts";
import { simplify } from "../../lib/simplify/simplify.ts";
import { parse } from "../../lib/syntax/parse.ts";
import { readCases } from "../support/cases.ts";

interface Case {
  readonly peer: string;
  readonly source: string;
  readonly inputExplicit: string;
  readonly expectedExplicit: string;
  readonly point: Point;
  readonly points?: readonly Point[];
  readonly value: number;
  readonly expectedNodes: number;
  /** What the peer assumed of the variables, such as x > 0: its form is then none to be measured by. */
  readonly domain?: string;
}

interface Outcome {
  readonly one: Case;
  readonly input: Expr;
  readonly result: Expr;
  readonly milliseconds: number;
}

/** Why a result is larger than the peer's, by what the input begins with. */
const reasons: readonly (readonly [beginning: string, reason: string])[] = [
  ["nthRoot(2^x", "no rule: of a negative x or an x that is no whole number it would have to know more"],
  ["5^(-3^(-2))", "a power of a number is a fraction times a root, not a negative root"],
  [
    "log(x^(2 / 3), 4)",
    "theirs is defined for negative x, where x^(2/3) is not here; log with a base is one call there",
  ],
  ["-x * (y^2 - 1)", "needs the signs of 1 - x^2 and 1 - y^2, and a common denominator"],
  ["1 / (x * x^log(2))", "a fraction is written rather than a negative exponent"],
  ["sqrt(sqrt(3) + 2", "roots of sums with nested roots are not parted"],
  ["sqrt(2 * sqrt(6) / 7", "roots of sums with nested roots are not parted"],
  ["sqrt(4 * sqrt(6)", "roots of sums with nested roots are not parted"],
  ["1 + sqrt(1 / (4", "no denominator is made rational within a root"],
  ["y * (1 / (x^3 + x^2)", "a denominator is not factored for the sake of another"],
];

const reasonFor = (input: string): string =>
  reasons.find(([beginning]) => input.startsWith(beginning))?.[1] ?? "no reason known";

const cases = readCases<Case>("peers-simplify.jsonl") ?? [];

const outcomes = (): readonly Outcome[] =>
  cases.map(one => {
    const input = parse(one.inputExplicit);
    const start = performance.now();
    const result = simplify(input);
    return { one, input, result, milliseconds: performance.now() - start };
  });

const nodes = (e: Expr): number =>
  fold<number>(e, {
    constant: node => (node.value < 0 ? 2 : 1),
    variable: () => 1,
    call: (_, args) => args.reduce((total, count) => total + count, 1),
  });

const short = (text: string): string => (text.length > 60 ? `${text.slice(0, 57)}...` : text);

/**
 * Undefined where the two have one value, else both. The tolerance is 1e-9 of the largest intermediate, and what rounding
 * may have done to either. Where the input has no value there is none to keep.
 */
function difference(input: Expr, result: Expr, at: Point): string | undefined {
  const [before, after] = [evaluate(input, at), evaluate(result, at)];
  if (!Number.isFinite(before)) return undefined;
  const [left, right] = [measure(input, at), measure(result, at)];
  const finite = (x: number): number => (Number.isFinite(x) ? x : 0);
  const largest = Math.max(1, finite(left.largest), finite(right.largest));
  const allowed = 1e-9 * largest + 16 * (finite(left.error) + finite(right.error));
  return Math.abs(after - before) <= allowed
    ? undefined
    : `${textOf(result)} is ${after} at ${JSON.stringify(at)}, and ${textOf(input)} is ${before}`;
}

if (cases.length > 0) {
  const all = outcomes();

  test(`${all.length} simplifications of other libraries: never another value`, () => {
    let compared = 0;
    const wrong: string[] = [];
    for (const { one, input, result } of all) {
      for (const at of [one.point, ...(one.points ?? [])]) {
        if (Number.isFinite(evaluate(input, at))) compared++;
        const differs = difference(input, result, at);
        if (differs !== undefined) wrong.push(`${differs} (${one.source})`);
      }
    }
    console.log(`${compared} values compared`);
    assert.equal(wrong, []);
    assert.ok(compared >= all.length, `only ${compared} values to compare`);
  });

  test("the value asserted there is ours", () => {
    const wrong = all.flatMap(({ one, input, result }) => {
      if (!Number.isFinite(evaluate(input, one.point))) return [];
      const ours = evaluate(result, one.point);
      const isEqual = Math.abs(ours - one.value) <= 1e-9 * Math.max(1, Math.abs(one.value));
      return isEqual ? [] : [`${textOf(result)} is ${ours}, not ${one.value} (${one.source})`];
    });
    assert.equal(wrong, []);
  });

  test("no larger than theirs in at least 95 %; what is larger has its reason", () => {
    const comparable = all.filter(({ one }) => one.domain === undefined);
    const larger = comparable.filter(({ one, result }) => nodes(result) > one.expectedNodes);
    const share = 1 - larger.length / comparable.length;
    console.log(
      `${(100 * share).toFixed(1)} % of ${comparable.length} are no larger (${all.length - comparable.length} assume a domain); larger:`,
    );
    for (const { one, result } of larger) {
      const ours = `${short(textOf(result))} (${nodes(result)})`;
      const theirs = `${short(one.expectedExplicit)} (${one.expectedNodes})`;
      console.log(`  ${short(one.inputExplicit)}  ->  ${ours}, theirs ${theirs}: ${reasonFor(one.inputExplicit)}`);
    }
    const slowest = all.reduce((a, b) => (b.milliseconds > a.milliseconds ? b : a));
    console.log(
      `longest: ${slowest.milliseconds.toFixed(0)} ms for ${short(slowest.one.inputExplicit)} (${slowest.one.source})`,
    );
    assert.ok(share >= 0.95, `${(100 * share).toFixed(1)} %`);
  });
} else test("there are no cases to compare with", () => assert.equal(cases, []));

test.run();
