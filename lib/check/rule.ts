import * as fc from "fast-check";
import { FluxionError } from "../expression/error.ts";
import { type Condition, constant, type Expr, excerpt, variable } from "../expression/expression.ts";
import { fold, freeVariables } from "../expression/fold.ts";
import { abs, exp, floor } from "../expression/functions.ts";
import { freshName, rebuilding } from "../expression/indices.ts";
import type { Assumption } from "../simplify/assume.ts";
import type { Rule } from "../simplify/rule.ts";
import { isLookedFor } from "../simplify/rules.ts";
import { simplify } from "../simplify/simplify.ts";
import type { Counterexample } from "./agree.ts";
import { arbitraryExpression, type ExpressionOptions } from "./arbitrary.ts";
import { uniform } from "./points.ts";
import { measure, type Point } from "./regular.ts";

/** How a rule is tried. */
export interface RuleCheckOptions {
  /** At how many points its sides are compared: 200 unless said. */
  readonly runs?: number;
  /** The same seed tries the same points. */
  readonly seed?: number;
  /** Relative to the largest intermediate of both sides: 1e-9 unless said. */
  readonly tolerance?: number;
}

/**
 * Tries to refute a rule. Its sides are compared at random numbers of many magnitudes that meet its conditions, wherever
 * every part of the left has a value and rounding cannot decide: the first point at which they differ, or undefined. Then
 * the rule is given expressions to apply to.
 *
 * Throws `unsupported` where nothing is proved: at fewer than a fifth of the wanted points, tenfold tried, there was
 * something to compare; or `simplify` never applies the rule, because it brings what the rule looks for into another form
 * or looks for nothing of that shape, and does not know of the equation without it.
 */
export function checkRule(rule: Rule, options: RuleCheckOptions = {}): Counterexample | undefined {
  const lookedFor = isLookedFor(rule);
  const { runs = 200, seed = 1, tolerance = 1e-9 } = options;
  const letters = freeVariables(rule.from, rule.to);
  const wanted = letters.length === 0 ? 1 : runs;
  const points = pointsFor(rule, letters, uniform(seed));
  let judged = 0;
  for (let tried = 0; judged < wanted && tried < 10 * wanted; tried++) {
    const at = points.next().value;
    const verdict = compare(rule, at, tolerance);
    if (verdict === "unclear") continue;
    if (verdict !== "agrees") return verdict;
    judged++;
  }
  if (judged < wanted / 5) {
    throw new FluxionError(
      "unsupported",
      `the rule ${rule.name} could be tried at ${judged} of ${10 * wanted} points only: elsewhere its left side has no value, or rounding decides`,
    );
  }
  if (!(lookedFor && isApplied(rule, seed)) && !isKnown(rule)) {
    throw new FluxionError(
      "unsupported",
      `the rule ${rule.name} is never applied: simplified without it, its left side is ${excerpt(simplify(rule.from))}`,
    );
  }
  return undefined;
}

/** A rule whose letters stand for expressions that meet its conditions. */
export interface RuleInstance {
  readonly from: Expr;
  readonly to: Expr;
}

/** Random instances of a rule, to be simplified. */
export function arbitraryInstance(rule: Rule, options: ExpressionOptions = {}): fc.Arbitrary<RuleInstance> {
  const letters = freeVariables(rule.from, rule.to);
  const expression = arbitraryExpression({ variables: ["x", "y"], operations: 3, ...options });
  return fc.tuple(...letters.map(() => expression)).map(drawn => {
    const chosen = new Map(letters.map((letter, i) => [letter, drawn[i] ?? variable(letter)]));
    return instanceOf(rule, letter => chosen.get(letter) ?? variable(letter));
  });
}

/** The instance of a rule whose letters stand for what is given, made to meet their conditions. */
export function instanceOf(rule: Rule, given: (letter: string) => Expr): RuleInstance {
  const letters = freeVariables(rule.from, rule.to);
  const replacements = letters.map(
    (letter, position) => [variable(letter), meeting(conditionOf(rule, letter), given(letter), position)] as const,
  );
  const replaced = (side: Expr): Expr => fold<Expr>(side, rebuilding, new Map(replacements));
  return { from: replaced(rule.from), to: replaced(rule.to) };
}

function compare({ from, to }: Rule, at: Point, tolerance: number): Counterexample | "agrees" | "unclear" {
  const [left, right] = [measure(from, at), measure(to, at)];
  if (!Number.isFinite(left.value) || !Number.isFinite(left.largest)) return "unclear";
  const largest = Math.max(1, left.largest, finite(right.largest));
  // To first order what rounding may have done, sixteen times; an error without bound is that of a value that is none.
  const allowed = tolerance * largest + 16 * (left.error + (Number.isNaN(right.error) ? 0 : right.error));
  // What is lost beside large intermediates proves nothing.
  if (!(allowed <= 1000 * tolerance * Math.max(1, Math.abs(left.value), finite(Math.abs(right.value)))))
    return "unclear";
  const isEqual = Math.abs(left.value - right.value) <= allowed;
  return isEqual ? "agrees" : { at, left: left.value, right: right.value };
}

const finite = (x: number): number => (Number.isFinite(x) ? x : 0);

/** Endlessly many points that meet the conditions of a rule. */
function* pointsFor(rule: Rule, letters: readonly string[], random: () => number): Generator<Point, never> {
  for (let i = 0; ; i++) {
    const extent = extents[i % extents.length] ?? 1;
    yield Object.fromEntries(letters.map(letter => [letter, draw(conditionOf(rule, letter), extent, random)]));
  }
}

const extents = [0.01, 0.1, 1, 3, 10, 40] as const;

// Zero among them: it is where most wrong rules fail.
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
      return Math.round(3 * x) + 0;
    case "natural":
      return 1 + Math.floor(random() * 6);
    case "constant":
    case undefined:
      return random() < 0.05 ? 0 : x;
  }
}

/** True of an equation that holds without the rule. */
function isKnown(rule: Rule): boolean {
  const { from, to } = assumedInstance(rule);
  const assume = assumptionsOf(rule);
  return simplify(from, { assume }) === simplify(to, { assume });
}

/** True if `simplify` applies the rule to some instance of it, even where the right side is larger. */
export function isApplied(rule: Rule, seed = 1): boolean {
  // A marker is smaller than whatever it takes the place of, so that the size of the result decides nothing.
  const marker = freshName("applied", new Set([...freeVariables(rule.from, rule.to), "x", "y"]));
  const marked: Rule = { ...rule, to: variable(marker) };
  const assume = assumptionsOf(rule);
  const instances = [
    assumedInstance(rule),
    instanceOf(rule, letter => variable(letter)),
    ...fc.sample(arbitraryInstance(rule), { numRuns: 10, seed }),
  ];
  return instances.some(({ from }) => freeVariables(simplify(from, { rules: [marked], assume })).includes(marker));
}

/** The rule itself, where letters that can be assumed to meet their conditions stay letters. */
function assumedInstance(rule: Rule): RuleInstance {
  const assumed = new Map(Object.entries(assumptionsOf(rule)));
  const others = {
    ...rule,
    where: Object.fromEntries(Object.entries(rule.where).filter(([name]) => !assumed.has(name))),
  };
  return instanceOf(others, letter => variable(letter));
}

const assumptionsOf = ({ where }: Rule): Readonly<Record<string, Assumption>> =>
  Object.fromEntries(
    Object.entries(where).flatMap(([letter, condition]) =>
      condition === "natural" || condition === "constant" ? [] : [[letter, condition]],
    ),
  );

const conditionOf = ({ where }: Rule, letter: string): Condition | undefined =>
  Object.hasOwn(where, letter) ? where[letter] : undefined;

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
      return constant(degrees[position % degrees.length] ?? 5);
    case "constant":
      return constant(2.5);
    case undefined:
      return e;
  }
}

const degrees = [5, 7, 11] as const;
