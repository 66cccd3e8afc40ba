/** The matcher: what a pattern finds, and that what it finds is an instance of it. */
import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { arbitraryExpression, arbitraryPoint, isRegular, measure } from "../../lib/check/index.ts";
import { type Expr, variable } from "../../lib/expression/expression.ts";
import { fold, freeVariables } from "../../lib/expression/fold.ts";
import { rebuilding } from "../../lib/expression/indices.ts";
import { toString as textOf } from "../../lib/print/text.ts";
import { Canonical } from "../../lib/simplify/canonical.ts";
import { type Bindings, matches } from "../../lib/simplify/match.ts";
import { indexRules } from "../../lib/simplify/rules.ts";
import { parse } from "../../lib/syntax/parse.ts";
import { runs, turn } from "../support/law.ts";

const forms = (): Canonical => new Canonical(indexRules([]), { searches: false });
const canonicalOf = (e: Expr, by: Canonical): Expr => by.instantiate(e, new Map());
const found = (pattern: Expr, e: Expr, by: Canonical): readonly Bindings[] => [...matches(pattern, e, new Map(), by)];

/** The pattern finds these, one match a text: `a = x, b = y + 1`. */
const finds = (pattern: string, text: string, ...expected: readonly string[]): void =>
  test(`${pattern} ${expected.length === 0 ? "is not found in" : "finds"} ${text}`, () => {
    const by = forms();
    const texts = found(parse(pattern), canonicalOf(parse(text), by), by).map(bindings =>
      [...bindings]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([letter, e]) => `${letter} = ${textOf(e)}`)
        .join(", "),
    );
    assert.equal([...new Set(texts)].sort(), [...expected].sort());
  });

// A letter
finds("a", "x", "a = x");
finds("a", "x + 1", "a = x + 1");
finds("1", "1", "");
finds("1", "2");
finds("1 / 3", "2 / 6", "");
finds("pi", "pi", "");
finds("pi", "e");

// Calls
finds("sin(a)", "sin(x * y)", "a = x * y");
finds("sin(a)", "cos(x)");
finds("sin(sin(a))", "sin(sin(3))", "a = 3");
finds("atan2(a, a)", "atan2(x, x)", "a = x");
finds("atan2(a, a)", "atan2(x, y)");
finds("atan2(a, b)", "atan2(x, y)", "a = x, b = y");
finds("max(a, 1)", "max(1, x)", "a = x");
finds("max(a, b)", "max(x, y)", "a = x, b = y", "a = y, b = x");
finds("max(sin(a), a)", "max(x, sin(x))", "a = x");

// Sums: a letter alone takes what is left
finds("a + pi", "x + y + pi", "a = x + y");
finds("a + 1", "x + 3", "a = x + 2");
finds("a + 1", "x");
finds("a + 1", "x + 0.5");
finds("a + 1", "1");
finds("a - sin(b)", "x - sin(y)", "a = x, b = y");
finds("a - sin(b)", "x + sin(y)");
finds("a - sin(b)", "-sin(x) - sin(y)", "a = -sin(y), b = x", "a = -sin(x), b = y");
finds("2 * a + sin(b)", "4 * x + 2 * y + sin(z)", "a = 2 * x + y, b = z");
finds("sin(a) + cos(a)", "cos(x) + sin(x)", "a = x");
finds("sin(a) + cos(a)", "cos(x) + sin(y)");
finds("sin(a) + cos(a)", "cos(x) + sin(x) + 1");
finds("-a", "-x", "a = x");
finds("-a", "-x - y", "a = x + y");
finds("-a", "x - y");
finds("2 * sin(a) - cos(b)", "2 * sin(x) - cos(y)", "a = x, b = y");
finds("2 * sin(a) - cos(b)", "3 * sin(x) - cos(y)");

// Products
finds("2 * a", "2 * x * y", "a = x * y");
finds("2 * a", "4 * x", "a = 2 * x");
finds("2 * a", "x");
finds("2 * a", "3 * x");
finds("2 * a", "4");
finds("a / 2", "x", "a = 2 * x");
finds("a * pi", "x * pi / 2", "a = x / 2");
finds("a / sin(b)", "x * y / sin(z)", "a = x * y, b = z");
finds("a / sin(b)", "x * sin(z)");
finds("a^2", "x^2", "a = x");
finds("a^2", "4 * x^2 * y^4", "a = 2 * x * y^2");
finds("a^2", "x^3");
finds("a^2", "2 * x^2");
finds("1 / a", "1 / x", "a = x");
finds("1 / a", "1 / (2 * x * y)", "a = 2 * x * y");
finds("1 / a", "2 / (x * y)");
finds("1 / a", "x / y");
finds("1 / a", "x");
finds("a * sin(a)", "x * sin(x)", "a = x");
finds("a * sin(a)", "y * sin(x)");
finds("a^b", "x^y", "a = x, b = y");

// Roots: a pattern has a value wherever what it finds has one
finds("sqrt(a)", "sqrt(x)", "a = x");
finds("sqrt(a)", "x");
finds("sqrt(a^2)", "x");
finds("sqrt(a^2)", "abs(x)");
finds("sqrt(a)^2", "x");
finds("(a^2)^(1/2)", "x");
finds("sqrt(a^2 + 1)", "sqrt(x^2 + 1)", "a = x");
finds("sqrt(a * b)", "x");
finds("a * sqrt(b)", "x * sqrt(y)", "a = x, b = y");
finds("2^1000000000 * a", "x");

/** Patterns that the normal form leaves as they are, whatever stands for their letters, but for coincidences and signs. */
const kept: readonly Expr[] = [
  ...["sin(a)", "atan2(a, b)", "max(a, sin(b))", "gamma(2 * a)", "gamma(a + pi)", "gamma(a - b)", "sin(a) / cos(b)"],
  ...["sin(a)^2 + cos(a)^2", "erf(a / 2)", "gamma(a + 1)", "sin(a) * a", "atan2(a * b, a)", "gamma(a^2)"],
  ...["gamma(1 / a)", "gamma(3 * a + erf(b))", "sqrt(a^2 + b^2)"],
].map(text => parse(text));

/** Patterns that the normal form takes apart, or that have no value where what it makes of them has one. */
const others: readonly Expr[] = [
  ...["exp(a) * sin(b)", "cos(a + pi)", "erf(-a)", "erf(sqrt(a)^2)", "erf(sqrt(a^2))", "erf(sqrt(a * b))"],
  ...["erf((a^3)^(1/2))", "erf(sqrt(a)^3 * b)", "max(a^2, b) - sin(a)", "gamma(a^(1/2) * b)", "gamma((a * b)^2)"],
].map(text => parse(text));
const patterns = [...kept, ...others];

test("three of four instances of a pattern match, and every match put back has the value of what it was found in", async () => {
  const point = arbitraryPoint(["x", "y", "z"]);
  const samples = fc.sample(
    fc.tuple(
      fc.constantFrom(...kept),
      arbitraryExpression({ operations: 4 }),
      arbitraryExpression({ operations: 4 }),
      fc.array(point, { minLength: 4, maxLength: 4 }),
    ),
    { numRuns: 4 * runs, seed: 41 },
  );
  let [matched, judged] = [0, 0];
  for (const [i, [pattern, f, g, points]] of samples.entries()) {
    const by = forms();
    const letters = new Map([
      ["a", canonicalOf(f, by)],
      ["b", canonicalOf(g, by)],
    ]);
    const instance = by.instantiate(pattern, letters);
    const all = found(pattern, instance, by);
    if (all.length > 0) matched++;
    judged += all.reduce((count, bindings) => count + sameValues(pattern, bindings, instance, points), 0);
    // What is no instance may match as well, and what was one is no more.
    const pick = others[i % others.length] ?? pattern;
    const taken = by.instantiate(pick, letters);
    for (const bindings of found(pick, taken, by)) judged += sameValues(pick, bindings, taken, points);
    const other = canonicalOf(f, by);
    for (const one of patterns.slice(i % patterns.length, (i % patterns.length) + 6)) {
      for (const bindings of found(one, other, by)) judged += sameValues(one, bindings, other, points);
    }
    if (i % 50 === 0) await turn();
  }
  console.log(`${matched} of ${samples.length} instances matched, ${judged} values compared`);
  // The others are numbers in the place of letters, and what the normal form collects or turns round.
  assert.ok(matched >= 0.75 * samples.length && judged >= samples.length);
});

test.run();

/** At how many points the pattern, its letters put back, was seen to have the value of `e`: to 1e-9, and rounding. */
function sameValues(
  pattern: Expr,
  bindings: Bindings,
  e: Expr,
  points: readonly Readonly<Record<string, number>>[],
): number {
  for (const letter of freeVariables(pattern)) assert.ok(bindings.has(letter), `${letter} of ${textOf(pattern)}`);
  const back = fold<Expr>(pattern, rebuilding, new Map([...bindings].map(([name, by]) => [variable(name), by])));
  let judged = 0;
  for (const at of points) {
    if (!isRegular(e, at)) continue;
    const [before, after] = [measure(e, at), measure(back, at)];
    const finite = (x: number): number => (Number.isFinite(x) ? x : 0);
    const allowed = 1e-9 * Math.max(1, before.largest, finite(after.largest)) + 16 * finite(after.error);
    const words = `${textOf(back)} is not ${textOf(e)} at ${JSON.stringify(at)}`;
    assert.ok(Math.abs(after.value - before.value) <= allowed, words);
    judged++;
  }
  return judged;
}
