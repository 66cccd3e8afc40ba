import type { Call, Expr } from "../expression/expression.ts";
import { freeVariables } from "../expression/fold.ts";
import { add, div, mul, neg, pow, sub } from "../expression/functions.ts";
import * as Q from "../expression/rational.ts";
import type { Rule } from "./rule.ts";

/** A power of a call whose arguments hold the wildcards. */
export interface PatternFactor {
  readonly base: Call;
  readonly power: bigint;
}

/** A number times powers of calls: none, one or two. */
export interface PatternTerm {
  readonly coefficient: Q.Rational;
  readonly factors: readonly PatternFactor[];
}

/** `p * A + q * B` becomes the rule's right side, where `A` is a power of a call or a product of two, `B` another or a number. */
export interface SumRule {
  readonly rule: Rule;
  /** The function of the first factor of the first term is what the rule is found by. */
  readonly leading: PatternFactor;
  readonly first: PatternTerm;
  readonly second: PatternTerm;
}

/** A number times a power of a call, and another power, becomes the rule's right side. */
export interface ProductRule {
  readonly rule: Rule;
  /** The rule takes a whole multiple of this. */
  readonly coefficient: Q.Rational;
  readonly first: PatternFactor;
  /** A call, or the wildcard alone, or nothing. */
  readonly second: { readonly base: Expr; readonly power: bigint } | undefined;
}

/** The ways to look for a rule whose left side is a sum: each term that has calls may be the one to begin with. */
export function compileSum(rule: Rule, from: Call): readonly SumRule[] {
  const [left, right] = from.args.map(patternTerm);
  if (left === undefined || right === undefined) return [];
  const second = from.fn === sub ? { ...right, coefficient: Q.negate(right.coefficient) } : right;
  const pairs = [
    [left, second],
    [second, left],
  ] as const;
  return pairs.flatMap(([first, other]) => {
    const [leading] = first.factors;
    // Only a term that binds all letters plainly can come first.
    if (leading === undefined || !first.factors.every(({ base }) => bindsPlainly(base))) return [];
    return binds(first, other) ? [{ rule, leading, first, second: other }] : [];
  });
}

/** How to look for a rule whose left side is a product; undefined if it is of no shape that can be looked for. */
export function compileProduct(rule: Rule, from: Call): ProductRule | undefined {
  const [left, right] = from.args;
  if (left === undefined || right === undefined) return undefined;
  if (from.fn === pow) return singleFactor(rule, from, Q.one);
  if (left.kind === "constant" && right.kind === "call" && from.fn === mul) {
    const coefficient = Q.exactValue(left.value);
    const inside = singleFactor(rule, right, coefficient) ?? compileProduct(rule, right);
    return inside === undefined ? undefined : { ...inside, coefficient };
  }
  const sign = from.fn === div ? -1n : 1n;
  const [first, second] = [patternFactor(left), patternFactor(right)];
  if (first !== undefined) {
    const other = second ?? { base: right, power: 1n };
    if (!holdsLetters([first], other.base)) return undefined;
    return { rule, coefficient: Q.one, first, second: { base: other.base, power: sign * other.power } };
  }
  if (second === undefined || !holdsLetters([second], left)) return undefined;
  const inverse = { base: second.base, power: sign * second.power };
  return { rule, coefficient: Q.one, first: inverse, second: { base: left, power: 1n } };
}

function singleFactor(rule: Rule, from: Expr, coefficient: Q.Rational): ProductRule | undefined {
  const first = patternFactor(from);
  return first === undefined ? undefined : { rule, coefficient, first, second: undefined };
}

function patternTerm(pattern: Expr): PatternTerm | undefined {
  if (pattern.kind === "constant") return { coefficient: Q.exactValue(pattern.value), factors: [] };
  const factor = patternFactor(pattern);
  if (factor !== undefined) return { coefficient: Q.one, factors: [factor] };
  if (pattern.kind !== "call" || pattern.fn !== mul) return undefined;
  const [left, right] = pattern.args.map(patternTerm);
  if (left === undefined || right === undefined) return undefined;
  return {
    coefficient: Q.multiply(left.coefficient, right.coefficient),
    factors: [...left.factors, ...right.factors],
  };
}

function patternFactor(pattern: Expr): PatternFactor | undefined {
  if (pattern.kind !== "call" || pattern.fn === neg || pattern.fn === mul || pattern.args.length === 0)
    return undefined;
  if (pattern.fn === div) {
    const [one, below] = pattern.args;
    const inverse = below === undefined ? undefined : patternFactor(below);
    if (one?.kind !== "constant" || one.value !== 1 || inverse === undefined) return undefined;
    return { base: inverse.base, power: -inverse.power };
  }
  if (pattern.fn !== pow) return { base: pattern, power: 1n };
  const [base, exponent] = pattern.args;
  if (base?.kind !== "call" || exponent?.kind !== "constant" || !Number.isInteger(exponent.value)) return undefined;
  return { base, power: BigInt(exponent.value) };
}

// True if every letter of the second term stands for something once the first has matched.
const binds = (first: PatternTerm, second: PatternTerm): boolean =>
  second.factors.every(({ base }) => holdsLetters(first.factors, base));

function holdsLetters(factors: readonly PatternFactor[], other: Expr): boolean {
  if (other.args.length > 0 && other.args.every(argument => factors.some(({ base }) => base.args.includes(argument))))
    return true;
  const letters = new Set(factors.flatMap(({ base }) => freeVariables(base)));
  return freeVariables(other).every(letter => letters.has(letter));
}

// By letters alone, or by a sum of two: sin(x + y) tries the ways to part its argument.
const bindsPlainly = (base: Call): boolean =>
  base.args.every(
    argument =>
      argument.kind === "variable" ||
      (argument.kind === "call" && argument.fn === add && argument.args.every(({ kind }) => kind === "variable")),
  );
