import { constant, delta, type Expr, extent, reduction, type Variable } from "../../expression/expression.ts";
import { add, div, mul, neg, sub } from "../../expression/functions.ts";
import type { ProductStep } from "../tape.ts";
import { namesIn } from "./filling.ts";
import { isPlain } from "./inline.ts";
import { type Pairing, stillNeeded } from "./order.ts";
import { byStructure, type Contraction, cheapest, type Plan, type Surroundings, sizeOf, split } from "./plans.ts";

/**
 * The sum of `body` over an index, in readings of arrays: factors that are free of what is summed stay outside, sums and
 * products are opened and additions split where that is cheaper, factors are multiplied in pairs in the cheapest order,
 * pairs with indices of their own on each side are matrix products, and a sum that a delta leads elsewhere is a scatter.
 */
export function contract(index: string, body: Expr, around: Surroundings): Expr {
  const whole = cheapest(index, body, around);
  const parts = split(index, body, around);
  const cost = parts.reduce((total, part) => total + part.plan.cost, 0);
  if (parts.length < 2 || cost > 0.8 * whole.cost) return build(whole, around);
  const [first, ...rest] = parts.map(({ isNegative, plan }) => ({ isNegative, value: build(plan, around) }));
  if (first === undefined) return build(whole, around);
  const start = first.isNegative ? neg(first.value) : first.value;
  return rest.reduce<Expr>((sum, { isNegative, value }) => (isNegative ? sub(sum, value) : add(sum, value)), start);
}

function build(plan: Plan, around: Surroundings): Expr {
  const { term, outside, inside, scatter } = plan;
  const mentioned = new Set(inside.flatMap(({ freeIndices }) => freeIndices));
  if (scatter !== undefined) for (const name of namesIn(scatter.at)) mentioned.add(name);
  const counts = term.summed.filter(name => !mentioned.has(name)).map(name => extent(name));
  const total = inside.length === 0 ? [] : [paired(plan, around)];
  if (scatter === undefined) return finished([...counts, ...outside, ...total], term.divisors, term.isNegative);

  // What does not depend on where it goes is multiplied before it goes there: the elements there may be many more.
  const { axis, at } = scatter;
  const stays = (e: Expr): boolean => e.freeIndices.includes(axis);
  const goes = (e: Expr): boolean => !stays(e);
  const value = finished([...counts, ...outside.filter(goes), ...total], term.divisors.filter(goes), term.isNegative);
  const reduced = term.summed.filter(name => namesIn(at).includes(name));
  const formula = sumOver(reduced, mul(delta(axis, at), value));
  // A sum around this one goes the same way, over more indices.
  const whole = [...counts, ...outside.filter(goes), ...inside, delta(axis, at)];
  const isPlain = term.divisors.length === 0 && !term.isNegative;
  const contraction = { summed: term.summed.filter(name => mentioned.has(name)), factors: whole, cost: plan.cost };
  const array = around.array({
    operation: "sum",
    reduced,
    value,
    formula,
    position: [axis, at],
    ...(isPlain ? { contraction } : {}),
  });
  return finished([...outside.filter(stays), array], term.divisors.filter(stays), false);
}

function finished(factors: readonly Expr[], divisors: readonly Expr[], isNegative: boolean): Expr {
  const [first = constant(1), ...rest] = factors;
  const product = rest.reduce<Expr>((left, right) => mul(left, right), first);
  const quotient = divisors.reduce<Expr>((numerator, divisor) => div(numerator, divisor), product);
  return isNegative ? neg(quotient) : quotient;
}

const sumOver = (indices: readonly string[], body: Expr): Expr =>
  indices.reduceRight<Expr>((inner, index) => reduction("sum", index, inner), body);

/** The factors multiplied in pairs, each pair summed over what nothing else needs. */
function paired({ inside, pairing, result, cost }: Plan, around: Surroundings): Expr {
  const value = (pair: Pairing): Expr => {
    const own = new Set(leavesOf(pair));
    const others = inside.flatMap(({ freeIndices }, i) => (own.has(i) ? [] : [freeIndices]));
    const isWhole = own.size === inside.length;
    const contraction = (summed: readonly string[]): Contraction => {
      const factors = inside.filter((_, i) => own.has(i));
      const all = new Set(factors.flatMap(({ freeIndices }) => freeIndices));
      const needed = new Set(stillNeeded(all, others, result));
      return isWhole
        ? { factors, summed: [...all].filter(name => !needed.has(name)), cost }
        : { factors: [], summed, cost };
    };
    if (typeof pair === "number") {
      const factor = inside[pair] ?? constant(1);
      const needed = stillNeeded(factor.freeIndices, others, result);
      const summed = factor.freeIndices.filter(name => !needed.includes(name));
      return summed.length === 0 ? factor : plainSum(factor, summed, contraction(summed), around);
    }
    const [left, right] = [value(pair.left), value(pair.right)];
    const union = [...new Set([...left.freeIndices, ...right.freeIndices])];
    const needed = stillNeeded(union, others, result);
    const summed = union.filter(name => !needed.includes(name));
    if (summed.length === 0) return product(left, right);
    return (
      matrixProduct(left, right, summed, contraction(summed), around) ??
      plainSum(product(left, right), summed, contraction(summed), around)
    );
  };
  return value(pairing);
}

const product = (left: Expr, right: Expr): Expr =>
  byStructure(left, right) <= 0 ? mul(left, right) : mul(right, left);

const leavesOf = (pair: Pairing): readonly number[] =>
  typeof pair === "number" ? [pair] : [...leavesOf(pair.left), ...leavesOf(pair.right)];

const plainSum = (value: Expr, reduced: readonly string[], contraction: Contraction, around: Surroundings): Expr =>
  around.array({
    operation: "sum",
    reduced,
    value,
    formula: sumOver(reduced, value),
    ...(contraction.factors.length === 0 ? {} : { contraction }),
  });

// Two factors with indices of their own, and what is summed in both. Each is an array: of what is none, one is made.
function matrixProduct(
  left: Expr,
  right: Expr,
  inner: readonly string[],
  contraction: Contraction,
  around: Surroundings,
): Expr | undefined {
  const [l, r] = [left.freeIndices, right.freeIndices];
  const rows = l.filter(name => !r.includes(name));
  const columns = r.filter(name => !l.includes(name));
  const batch = l.filter(name => r.includes(name) && !inner.includes(name));
  if (rows.length === 0 || columns.length === 0 || !inner.every(name => l.includes(name) && r.includes(name)))
    return undefined;
  const isCheap = [rows, columns, inner].some(names => sizeOf(names, around) < 4);
  if (isCheap && !(isArray(left, around) && isArray(right, around))) return undefined;
  if (left.kind === "delta" || right.kind === "delta") return undefined;
  const [a, b] = [arrayOf(left, around), arrayOf(right, around)];
  const value = product(a, b);
  return around.array({
    operation: "sum",
    reduced: inner,
    value,
    formula: sumOver(inner, value),
    product: { left: a, right: b, batch, rows, columns, inner, scale: undefined } satisfies Partial<ProductStep>,
    ...(contraction.factors.length === 0 ? {} : { contraction }),
  });
}

const isArray = (e: Expr, around: Surroundings): e is Variable =>
  e.kind === "variable" && isPlain(e) && !around.isInteger(e.name);

const arrayOf = (e: Expr, around: Surroundings): Variable =>
  isArray(e, around) ? e : around.array({ operation: "set", reduced: [], value: e, formula: e });
