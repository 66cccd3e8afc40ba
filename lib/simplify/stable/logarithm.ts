import { type Call, call, type Expr, type FunctionRow } from "../../expression/expression.ts";
import { div, e as euler, expm1, log, log1p, log2, log10 } from "../../expression/functions.ts";
import * as Q from "../../expression/rational.ts";
import {
  addSums,
  isOneSum,
  oneSum,
  type Product,
  productBuilder,
  rationalOf,
  type Sum,
  scaleSum,
  single,
  zeroSum,
} from "../forms.ts";
import { type Logarithm, logarithmOfSum } from "./exponentials.ts";
import type { Rewritten } from "./rewriting.ts";
import { families, logarithmRules } from "./rules.ts";
import { rewriteTerms } from "./terms.ts";
import type { View } from "./view.ts";

/** The logarithms that are rewritten. */
export const isLogarithm = (e: Expr): boolean =>
  e.kind === "call" && (e.fn === log || e.fn === log1p || e.fn === log2 || e.fn === log10);

/**
 * A logarithm without overflow and cancellation: apart at factors whose logarithms are known, log1p beside 1. What `made` says
 * to be a difference of exponentials that a rule has just made an expm1 of is taken as that difference.
 */
export function rewriteLogarithm(node: Call, made: ReadonlySet<Expr>, view: View): Rewritten | undefined {
  const [argument] = node.args;
  if (argument === undefined) return undefined;
  if (node.fn === log1p) return beside1(argument, view);
  const apart = takenApart(view.productOf(argument), node.fn, view);
  if (apart !== undefined) return apart;
  if (node.fn !== log) return undefined;
  if (made.has(argument)) return ofDifference(view.productOf(argument), view);
  return plusOne(argument, view);
}

// log(f * g) is log(f) + log(g), where f is positive: then g is, if there is a value at all.
function takenApart(product: Product, fn: FunctionRow, view: View): Rewritten | undefined {
  const rest = productBuilder(product);
  let total = zeroSum;
  let rule: Rewritten["rule"] | undefined;
  for (const [base, exponent] of product.factors) {
    const known = logarithmOf(base, exponent, view);
    if (known === undefined) continue;
    rest.factors.delete(base);
    total = addSums(total, known.value);
    rule ??= known.rule;
  }
  if (rule === undefined) return undefined;
  const base = fn === log ? undefined : log(fn === log2 ? 2 : 10);
  const scaled = base === undefined ? total : view.sumOf(div(view.fromSum(total), base));
  return { result: addSums(scaled, logarithmOfRest(rest, fn, view)), rule };
}

function logarithmOf(base: Expr, exponent: Sum, view: View): Logarithm | undefined {
  if (base === euler) return { value: exponent, rule: logarithmRules[0] ?? families.log1p };
  const power = rationalOf(exponent);
  if (power === undefined) return undefined;
  const known = logarithmOfCall(base, view) ?? logarithmOfSum(base, view);
  return known === undefined ? undefined : { value: scaleSum(known.value, power), rule: known.rule };
}

function logarithmOfCall(base: Expr, view: View): Logarithm | undefined {
  if (base.kind !== "call") return undefined;
  const [argument] = base.args;
  for (const rule of logarithmRules) {
    const [pattern] = rule.from.args;
    if (pattern?.kind !== "call" || pattern.fn !== base.fn || argument === undefined) continue;
    return { value: view.instantiate(rule.to, new Map([["x", view.sumOf(argument)]])), rule };
  }
  return undefined;
}

function logarithmOfRest(rest: Product, fn: FunctionRow, view: View): Sum {
  if (rest.factors.size === 0 && Q.isOne(rest.coefficient)) return zeroSum;
  if (Q.isOne(rest.coefficient) && [...rest.factors.values()].every(isBelow)) {
    const inverse = [...rest.factors].map(([base, exponent]) => [base, scaleSum(exponent, Q.minusOne)] as const);
    const whole = view.fromProduct({ coefficient: Q.one, factors: new Map(inverse) });
    return single(call(fn, [whole]), Q.minusOne);
  }
  const whole = view.fromProduct(rest);
  const better = fn === log ? plusOne(whole, view) : undefined;
  return better?.result ?? single(call(fn, [whole]));
}

const isBelow = (exponent: Sum): boolean => Q.sign(rationalOf(exponent) ?? Q.one) < 0;

// log(1 + x): any sum with just 1 in it.
function plusOne(argument: Expr, view: View): Rewritten | undefined {
  const sum = view.sumOf(argument);
  if (!Q.isOne(sum.constant) || sum.terms.size === 0) return undefined;
  const other = view.fromSum(addSums(sum, oneSum, Q.minusOne));
  return { result: single(log1p(other)), rule: families.log1p };
}

// log1p(x), where 1 + x has a logarithm of its own.
function beside1(argument: Expr, view: View): Rewritten | undefined {
  const given = addSums(view.sumOf(argument), oneSum);
  const sum = rewriteTerms(given, view) ?? given;
  return takenApart(view.productOf(view.fromSum(sum)), log, view);
}

// log(1 - exp(u)) and log(exp(u) - 1), of which the argument has become an expm1.
function ofDifference({ coefficient, factors }: Product, view: View): Rewritten | undefined {
  const [[base, exponent] = [euler, zeroSum]] = factors;
  if (factors.size !== 1 || !isOneSum(exponent) || base.kind !== "call" || base.fn !== expm1) return undefined;
  if (!Q.isOne(Q.absolute(coefficient))) return undefined;
  const rule = Q.sign(coefficient) < 0 ? families.complementOfExp : families.inverseSoftplus;
  const [argument = base] = base.args;
  return { result: view.instantiate(rule.to, new Map([["x", view.sumOf(argument)]])), rule };
}
