import type { Expr, FunctionRow } from "../../expression/expression.ts";
import { topologicalOrder } from "../../expression/fold.ts";
import { div, e as euler, exp, mul } from "../../expression/functions.ts";
import * as Q from "../../expression/rational.ts";
import { once } from "../once.ts";
import { factorRules, type StableRule, termRules } from "./rules.ts";
import { type View, viewing } from "./view.ts";

/** The functions of the rules for terms and factors: where none occurs, none of them applies. */
export const heads: () => ReadonlySet<FunctionRow> = once(() => {
  const patterns = [...termRules, ...factorRules].map(rule => rule.from);
  const rows = topologicalOrder(...patterns).flatMap(node => (node.kind === "call" ? [node.fn] : []));
  return new Set(rows.filter(row => row.operator === undefined));
});

/** A rule for two terms of a sum. */
export interface CompiledTerms {
  readonly rule: StableRule;
  readonly coefficient: Q.Rational;
  /** What the other term is besides the cofactor; a number, or a call of the letter. */
  readonly second: Expr | Q.Rational;
  readonly secondCoefficient: Q.Rational;
}

/** A rule for two factors of a product. */
export interface CompiledFactors {
  readonly rule: StableRule;
  readonly power: Q.Rational;
  readonly second: Expr;
  readonly secondPower: Q.Rational;
}

/** The function that a base is a call of. */
export const headOf = (base: Expr): FunctionRow | undefined =>
  base === euler ? exp : base.kind === "call" ? base.fn : undefined;

/** The rules for terms, by the function that they begin at. */
export const compiledTerms: () => ReadonlyMap<FunctionRow, readonly CompiledTerms[]> = once(() => {
  const view = viewing();
  return grouped(termRules, rule => compileTerms(rule, view));
});
/** The rules for factors, by the function that they begin at. */
export const compiledFactors: () => ReadonlyMap<FunctionRow, readonly CompiledFactors[]> = once(() =>
  grouped(factorRules, compileFactors),
);

function compileTerms(rule: StableRule, view: View): readonly [FunctionRow, CompiledTerms] | undefined {
  const sum = view.sumOf(rule.from);
  const [[first, coefficient] = [euler, Q.one], other] = sum.terms;
  const head = first.kind === "call" ? first.fn : undefined;
  if (head === undefined) return undefined;
  const second = other === undefined ? sum.constant : other[0];
  return [head, { rule, coefficient, second, secondCoefficient: other === undefined ? Q.one : other[1] }];
}

function compileFactors(rule: StableRule): readonly [FunctionRow, CompiledFactors] | undefined {
  const { from } = rule;
  if (from.kind !== "call" || (from.fn !== mul && from.fn !== div)) return undefined;
  const [left, right] = from.args;
  if (left?.kind !== "call" || right?.kind !== "call") return undefined;
  const sign = from.fn === div ? Q.minusOne : Q.one;
  // An exponential meets others in one exponent, so the other factor is looked for first.
  return left.fn === exp
    ? [right.fn, { rule, power: sign, second: left, secondPower: Q.one }]
    : [left.fn, { rule, power: Q.one, second: right, secondPower: sign }];
}

function grouped<T>(
  rules: readonly StableRule[],
  compile: (rule: StableRule) => readonly [FunctionRow, T] | undefined,
): ReadonlyMap<FunctionRow, readonly T[]> {
  const groups = new Map<FunctionRow, T[]>();
  for (const rule of rules) {
    const compiled = compile(rule);
    if (compiled === undefined) continue;
    const [head, value] = compiled;
    groups.set(head, [...(groups.get(head) ?? []), value]);
  }
  return groups;
}
