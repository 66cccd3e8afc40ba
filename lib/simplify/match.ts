import type { Call, Expr } from "../expression/expression.ts";
import { div, mul, neg, pow, sqrt, square, sub } from "../expression/functions.ts";
import * as Q from "../expression/rational.ts";
import { isAdditive } from "./arithmetic.ts";
import {
  isZeroSum,
  multiplyPower,
  type NormalForms,
  type Product,
  productBuilder,
  rationalOf,
  rationalSum,
  type Sum,
  scaleSum,
} from "./forms.ts";
import { isSmall, magnitude } from "./numbers.ts";

/** What the letters of a pattern stand for. */
export type Bindings = ReadonlyMap<string, Expr>;

/**
 * The ways in which `e`, which must be canonical, is `pattern` with its letters replaced, given what some stand for already.
 * Sums and products match in whatever order, and a letter that stands alone among the terms or factors takes all that is
 * left: `x + pi` matches `a + b + pi`. As deep as the pattern, which its author wrote.
 */
export function* matches(pattern: Expr, e: Expr, bindings: Bindings, forms: NormalForms): Generator<Bindings> {
  if (pattern.kind === "variable") yield* bound(pattern.name, e, bindings);
  else if (pattern.kind !== "call" || pattern.args.length === 0) {
    if (pattern === e) yield bindings;
  } else if (isAdditive(pattern)) yield* matchesSum(pattern, e, bindings, forms);
  else if (isProductOrPower(pattern)) yield* matchesProduct(pattern, e, bindings, forms);
  else if (e.kind === "call" && e.fn === pattern.fn) yield* matchesCall(pattern, e, bindings, forms);
}

/** The ways in which the arguments of `e` are those of `pattern`; in either order, if that does not matter. */
export function* matchesCall(pattern: Call, e: Call, bindings: Bindings, forms: NormalForms): Generator<Bindings> {
  yield* matchesInOrder(pattern.args, e.args, 0, bindings, forms);
  if (pattern.fn.commutative === true) yield* matchesInOrder(pattern.args, [...e.args].reverse(), 0, bindings, forms);
}

/** True of a pattern that is matched as a sum or as a product, whatever its spelling. */
export const isArithmetic = (pattern: Call): boolean => isAdditive(pattern) || isProductOrPower(pattern);

// A letter stands for one thing wherever it stands.
function* bound(letter: string, e: Expr, bindings: Bindings): Generator<Bindings> {
  const before = bindings.get(letter);
  if (before === undefined) yield new Map(bindings).set(letter, e);
  else if (before === e) yield bindings;
}

function* matchesInOrder(
  patterns: readonly Expr[],
  args: readonly Expr[],
  from: number,
  bindings: Bindings,
  forms: NormalForms,
): Generator<Bindings> {
  const [pattern, argument] = [patterns[from], args[from]];
  if (pattern === undefined || argument === undefined) yield bindings;
  else if (from === patterns.length - 1) yield* matches(pattern, argument, bindings, forms);
  else
    for (const next of matches(pattern, argument, bindings, forms))
      yield* matchesInOrder(patterns, args, from + 1, next, forms);
}

function* matchesSum(pattern: Call, e: Expr, bindings: Bindings, forms: NormalForms): Generator<Bindings> {
  const { parts, number } = remembered(knownTerms, pattern, termsOf);
  const sum = forms.sumOf(e);
  // a + 1 matches x + 3, but not x: a rule for it would be applied without end.
  if (!Q.isZero(number) && Q.compare(Q.divide(sum.constant, number), Q.one) < 0) return;
  const { lone, others } = withoutLone(parts, bindings);
  for (const [found, left] of matchesParts(others, sum.terms, bindings, forms)) {
    const rest: Sum = { constant: Q.subtract(sum.constant, number), terms: left };
    if (lone === undefined) {
      if (isZeroSum(rest)) yield found;
    } else if (!isZeroSum(rest) && (others.length > 0 || Q.sign(lone.scale) > 0 || isNegative(rest))) {
      yield* bound(lone.name, forms.fromSum(scaleSum(rest, Q.divide(Q.one, lone.scale))), found);
    }
  }
}

function* matchesProduct(pattern: Call, e: Expr, bindings: Bindings, forms: NormalForms): Generator<Bindings> {
  const { parts, number } = remembered(knownFactors, pattern, factorsOf);
  const product = forms.productOf(e);
  if (Q.isZero(product.coefficient)) return;
  // Under a fraction a letter stands for one base: sqrt(x) * sqrt(y) may have no value where sqrt(x * y) has one.
  const { lone, others } = withoutLone(parts, bindings, Q.isInteger);
  const quotient = Q.divide(product.coefficient, number);
  // 2 * x matches 4 * y, but not y.
  if (lone === undefined ? !Q.isOne(quotient) : !(Q.isInteger(quotient) || Q.isOne(number))) return;
  const rest = productBuilder({ coefficient: quotient, factors: new Map() });
  const powers = new Map<Expr, Q.Rational>();
  for (const [base, exponent] of product.factors) {
    const power = rationalOf(exponent);
    if (power === undefined) multiplyPower(rest, base, exponent);
    else powers.set(base, power);
  }
  for (const [found, left] of matchesParts(others, powers, bindings, forms)) {
    const remaining = productBuilder(rest);
    for (const [base, power] of left) multiplyPower(remaining, base, rationalSum(power));
    if (lone === undefined) {
      if (remaining.factors.size === 0) yield found;
      continue;
    }
    const root = rootOf(remaining, lone.scale);
    if (root !== undefined) yield* bound(lone.name, forms.fromProduct(root), found);
  }
}

// What gives a product, not a number, under a whole exponent.
function rootOf({ coefficient, factors }: Product, exponent: Q.Rational): Product | undefined {
  if (factors.size === 0) return undefined;
  if (Q.isOne(exponent)) return { coefficient, factors };
  // 1 / x matches 1 / (a * b), but not a / b, which is 1 / (b / a).
  if (Q.sign(exponent) < 0 && !isInverse({ coefficient, factors })) return undefined;
  const degree = magnitude(exponent.numerator);
  const outside = Q.root(Q.sign(exponent) < 0 ? Q.divide(Q.one, coefficient) : coefficient, degree);
  const powers = [...factors].map(([base, power]) => [base, scaleSum(power, Q.divide(Q.one, exponent))] as const);
  const isWhole = powers.every(([, power]) => [power.constant, ...power.terms.values()].every(Q.isInteger));
  return outside === undefined || !isWhole ? undefined : { coefficient: outside, factors: new Map(powers) };
}

// -a matches -x - y, but not x - y, which is -(y - x).
const isNegative = (sum: Sum): boolean =>
  Q.sign(sum.constant) <= 0 && [...sum.terms.values()].every(coefficient => Q.sign(coefficient) < 0);

function isInverse({ coefficient, factors }: Product): boolean {
  if (magnitude(coefficient.numerator) !== 1n) return false;
  for (const exponent of factors.values()) if (Q.sign(rationalOf(exponent) ?? Q.zero) >= 0) return false;
  return true;
}

/** A term under its coefficient, or a base under its exponent. */
interface Part {
  readonly pattern: Expr;
  readonly scale: Q.Rational;
}

// Each part takes one of the entries that are left, of the same scale.
function* matchesParts(
  [part, ...parts]: readonly Part[],
  entries: ReadonlyMap<Expr, Q.Rational>,
  bindings: Bindings,
  forms: NormalForms,
): Generator<readonly [Bindings, ReadonlyMap<Expr, Q.Rational>]> {
  if (part === undefined) {
    yield [bindings, entries];
    return;
  }
  const { pattern } = part;
  if (pattern.kind === "call" && pattern.args.length === 0 && !entries.has(pattern)) return;
  for (const [entry, scale] of entries) {
    if (!Q.equals(part.scale, scale)) continue;
    const left = new Map(entries);
    left.delete(entry);
    for (const next of matches(pattern, entry, bindings, forms)) yield* matchesParts(parts, left, next, forms);
  }
}

// The letter that takes what is left: the first that stands for nothing yet.
function withoutLone(
  parts: readonly Part[],
  bindings: Bindings,
  allows: (scale: Q.Rational) => boolean = () => true,
): {
  readonly lone: { readonly name: string; readonly scale: Q.Rational } | undefined;
  readonly others: readonly Part[];
} {
  for (const part of parts) {
    const { pattern, scale } = part;
    if (pattern.kind === "variable" && !bindings.has(pattern.name) && allows(scale)) {
      return { lone: { name: pattern.name, scale }, others: parts.filter(other => other !== part) };
    }
  }
  return { lone: undefined, others: parts };
}

interface Parts {
  readonly parts: readonly Part[];
  /** The term or factor that is a number. */
  readonly number: Q.Rational;
}

const knownTerms = new WeakMap<Expr, Parts>();
const knownFactors = new WeakMap<Expr, Parts>();

function remembered(known: WeakMap<Expr, Parts>, pattern: Expr, read: (pattern: Expr) => Parts): Parts {
  const parts = known.get(pattern) ?? read(pattern);
  known.set(pattern, parts);
  return parts;
}

// The parts of a pattern as a sum. Patterns are as their authors write them, so like terms stay apart.
function termsOf(pattern: Expr, scale: Q.Rational = Q.one): Parts {
  if (pattern.kind === "constant") return { parts: [], number: Q.multiply(Q.exactValue(pattern.value), scale) };
  if (pattern.kind === "call" && isAdditive(pattern)) {
    const [x, y] = pattern.args;
    const opposite = Q.negate(scale);
    const lists = [
      ...(x === undefined ? [] : [termsOf(x, pattern.fn === neg ? opposite : scale)]),
      ...(y === undefined ? [] : [termsOf(y, pattern.fn === sub ? opposite : scale)]),
    ];
    return {
      parts: lists.flatMap(({ parts }) => parts),
      number: lists.reduce((total, { number }) => Q.add(total, number), Q.zero),
    };
  }
  const { coefficient, rest } = withoutCoefficient(pattern);
  return { parts: [{ pattern: rest, scale: Q.multiply(scale, coefficient) }], number: Q.zero };
}

function factorsOf(pattern: Expr, exponent: Q.Rational = Q.one): Parts {
  const whole: Parts = { parts: [{ pattern, scale: exponent }], number: Q.one };
  // (x^2)^(1/2) is not x: what stands under a fraction stays as it is.
  if (!Q.isInteger(exponent)) return whole;
  if (pattern.kind === "constant" && isSmall(exponent) && pattern.value !== 0) {
    return { parts: [], number: Q.power(Q.exactValue(pattern.value), exponent.numerator) };
  }
  if (pattern.kind !== "call") return whole;
  const [x, y] = pattern.args;
  if (x !== undefined && y !== undefined && (pattern.fn === mul || pattern.fn === div)) {
    const [left, right] = [factorsOf(x, exponent), factorsOf(y, pattern.fn === div ? Q.negate(exponent) : exponent)];
    return { parts: [...left.parts, ...right.parts], number: Q.multiply(left.number, right.number) };
  }
  const inner = constantExponent(pattern);
  if (x === undefined || inner === undefined) return whole;
  const product = Q.multiply(exponent, inner);
  // sqrt(x)^2 is not x either, where x is negative.
  return Q.isInteger(product) && !Q.isInteger(inner) ? whole : factorsOf(x, product);
}

function constantExponent({ fn, args: [, exponent] }: Call): Q.Rational | undefined {
  if (fn === sqrt) return Q.half;
  if (fn === square) return Q.integer(2);
  return fn === pow && exponent?.kind === "constant" ? Q.exactValue(exponent.value) : undefined;
}

// 2 * x as 2 and x, x / 3 as 1/3 and x.
function withoutCoefficient(pattern: Expr): { readonly coefficient: Q.Rational; readonly rest: Expr } {
  const [x, y] = pattern.args;
  if (pattern.kind === "call" && x !== undefined && y !== undefined) {
    if (pattern.fn === mul && x.kind === "constant") return { coefficient: Q.exactValue(x.value), rest: y };
    if (pattern.fn === mul && y.kind === "constant") return { coefficient: Q.exactValue(y.value), rest: x };
    if (pattern.fn === div && y.kind === "constant" && y.value !== 0) {
      return { coefficient: Q.divide(Q.one, Q.exactValue(y.value)), rest: x };
    }
  }
  return { coefficient: Q.one, rest: pattern };
}

// A power under a letter is no product: it matches as the call that it is.
function isProductOrPower({ fn, args }: Call): boolean {
  if (fn === mul || fn === div || fn === sqrt || fn === square) return true;
  return fn === pow && args[1]?.kind === "constant";
}
