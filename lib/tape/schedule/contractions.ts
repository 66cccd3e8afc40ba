import {
  constant,
  delta,
  type Expr,
  extent,
  type Index,
  reduction,
  type Variable,
} from "../../expression/expression.ts";
import { add, div, mul, neg, sub } from "../../expression/functions.ts";
import { freshName, renameIndices } from "../../expression/indices.ts";
import type { ProductStep } from "../tape.ts";
import { type Filling, namesIn } from "./filling.ts";
import { isPlain } from "./inline.ts";
import { type Pairing, pairwiseOrder, stillNeeded } from "./order.ts";

/** A sum over indices of a product of factors, from which what does not depend on the indices has been taken out. */
export interface Contraction {
  readonly summed: readonly string[];
  readonly factors: readonly Expr[];
  /** Multiply-adds as it is computed, with those of the sums that it alone reads. */
  readonly cost: number;
}

/** What a sum needs to know of its surroundings. */
export interface Surroundings {
  readonly extentOf: (index: string) => number;
  /** True of what several others use: it is computed once, and then costs nothing. */
  readonly isShared: (e: Expr) => boolean;
  /** The sum that a reading reads, if it reads one under its own axes. */
  readonly sumOf: (read: Expr) => Contraction | undefined;
  /** A position that is certain to lie on the axis that `index` runs over. */
  readonly isInside: (position: Index, index: string) => boolean;
  /** True of inputs that hold integers. */
  readonly isInteger: (name: string) => boolean;
  /** Makes an array, and hands out a reading of it. */
  readonly array: (recipe: SumRecipe) => Variable;
}

export interface SumRecipe extends Pick<Filling, "operation" | "reduced" | "value" | "formula" | "product"> {
  /** Where a scatter puts what it adds: the axis, and the position on it. */
  readonly position?: readonly [axis: string, at: Index];
  readonly contraction?: Contraction;
}

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

/** Factors, as they are found in a product. */
interface Term {
  readonly summed: readonly string[];
  readonly factors: readonly Expr[];
  readonly divisors: readonly Expr[];
  readonly isNegative: boolean;
}

/** A term in order: what stays outside of the sum, what is multiplied in which pairs, what it costs. */
interface Plan {
  readonly term: Term;
  readonly outside: readonly Expr[];
  readonly inside: readonly Expr[];
  readonly pairing: Pairing;
  readonly result: readonly string[];
  readonly cost: number;
  readonly scatter: { readonly axis: string; readonly at: Index } | undefined;
}

type Opening = "closed" | "own" | "all";

// What several use is opened only where that is cheaper than to multiply by what is there already.
function cheapest(index: string, body: Expr, around: Surroundings): Plan {
  let best = planOf(termOf(index, body, "closed", around), around);
  for (const opening of ["own", "all"] as const) {
    const plan = planOf(termOf(index, body, opening, around), around);
    if (plan.cost < 0.9 * best.cost) best = plan;
  }
  return best;
}

function termOf(index: string, body: Expr, opening: Opening, around: Surroundings): Term {
  const factors: Expr[] = [];
  const divisors: Expr[] = [];
  const summed = [index];
  const taken = new Set([index, ...body.freeIndices]);
  let isNegative = false;
  const pending: Expr[] = [body];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    const isDifference = node.kind === "call" && node.fn === sub;
    const isOpen = isDifference || opening === "all" || !around.isShared(node);
    if (isOpen && node.kind === "call") {
      const [x, y] = node.args;
      if (node.fn === neg && x !== undefined) {
        isNegative = !isNegative;
        pending.push(x);
        continue;
      }
      if (node.fn === mul && x !== undefined && y !== undefined) {
        pending.push(y, x);
        continue;
      }
      // A difference and its opposite are one factor.
      if (node.fn === sub && x !== undefined && y !== undefined && byStructure(x, y) > 0) {
        isNegative = !isNegative;
        factors.push(sub(y, x));
        continue;
      }
      if (node.fn === div && x !== undefined && y !== undefined && !y.freeIndices.some(name => summed.includes(name))) {
        divisors.push(y);
        pending.push(x);
        continue;
      }
    }
    const inner = opening === "closed" || !isOpen ? undefined : around.sumOf(node);
    if (inner === undefined) factors.push(node);
    else pending.push(...opened(inner, summed, taken));
  }
  return { summed, factors, divisors, isNegative };
}

// The factors of an inner sum, under indices that nothing outside knows.
function opened(inner: Contraction, summed: string[], taken: Set<string>): readonly Expr[] {
  const names = new Map<string, string>();
  for (const name of inner.summed) {
    const fresh = freshName(name, taken);
    taken.add(fresh);
    summed.push(fresh);
    if (fresh !== name) names.set(name, fresh);
  }
  return inner.factors.map(factor => renameIndices(factor, names));
}

function planOf(term: Term, around: Surroundings): Plan {
  const isInside = (e: Expr): boolean => e.freeIndices.some(name => term.summed.includes(name));
  const outside = term.factors.filter(factor => !isInside(factor));
  const all = term.factors.filter(isInside);
  const scatter = scatterOf(term, all, around);
  const inside = gathered(scatter === undefined ? all : all.filter(factor => factor !== scatter.delta));
  const indices = inside.map(({ freeIndices }) => freeIndices);
  // A scatter goes over the indices of its position one by one, after all others are summed.
  const kept = scatter === undefined ? [] : namesIn(scatter.at);
  const result = [...new Set([...indices.flat(), ...kept])].filter(
    name => !term.summed.includes(name) || kept.includes(name),
  );
  const order = pairwiseOrder(indices, result, around.extentOf);
  const own = inside.reduce((total, factor) => {
    const inner = around.isShared(factor) ? undefined : around.sumOf(factor);
    return total + (inner?.cost ?? 0);
  }, 0);
  const work =
    scatter === undefined
      ? order.cost
      : scatterCost(scatter.axis, [...result, ...outside.flatMap(e => e.freeIndices)], order.cost, { term, around });
  return { term, outside, inside, result, ...order, cost: work + own, scatter };
}

// What is scattered is added up, and the array that it goes to is cleared.
function scatterCost(
  axis: string,
  indices: readonly string[],
  multiplied: number,
  { term, around }: { readonly term: Term; readonly around: Surroundings },
): number {
  const added = [...new Set(indices)].filter(name => name !== axis);
  const cleared = [axis, ...added.filter(name => !term.summed.includes(name))];
  return Math.max(multiplied, sizeOf(added, around)) + sizeOf(cleared, around);
}

const sizeOf = (indices: readonly string[], { extentOf }: Surroundings): number =>
  indices.reduce((size, index) => size * extentOf(index), 1);

// Factors under the same indices are one, in an order that does not depend on how they were met.
function gathered(factors: readonly Expr[]): readonly Expr[] {
  const groups = new Map<string, Expr[]>();
  for (const factor of [...factors].sort(byStructure)) {
    const key = JSON.stringify(factor.freeIndices);
    groups.set(key, [...(groups.get(key) ?? []), factor]);
  }
  return [...groups.values()].flatMap(([first, ...rest]) =>
    first === undefined ? [] : [rest.reduce<Expr>((product, factor) => mul(product, factor), first)],
  );
}

// An order that is the same whatever the indices are called, as far as that goes.
const byStructure = (a: Expr, b: Expr): number =>
  a.depth - b.depth || a.size - b.size || compareTexts(labelOf(a), labelOf(b)) || a.id - b.id;

const compareTexts = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const labelOf = (e: Expr): string =>
  e.kind === "variable" ? `variable ${e.name}` : e.kind === "call" ? `call ${e.fn.name}` : e.kind;

/** The delta of a sum that leads what is summed to a position, and is its only one. */
function scatterOf(
  term: Term,
  factors: readonly Expr[],
  { isInside }: Surroundings,
): { readonly delta: Expr; readonly axis: string; readonly at: Index } | undefined {
  const deltas = factors.filter(factor => factor.kind === "delta");
  const [delta] = deltas;
  if (delta === undefined || deltas.length > 1) return undefined;
  const [i, j] = delta.indices;
  for (const [side, at] of [
    [i, j],
    [j, i],
  ] as const) {
    const axis = side.name;
    if (axis === undefined || term.summed.includes(axis) || at.name !== undefined || namesIn(at).includes(axis))
      continue;
    const isElsewhere = factors.some(factor => factor !== delta && factor.freeIndices.includes(axis));
    if (!isElsewhere && isInside(at, axis)) return { delta, axis, at };
  }
  return undefined;
}

interface Part {
  readonly isNegative: boolean;
  readonly plan: Plan;
}

// The terms of an addition, each a sum of its own.
function split(index: string, body: Expr, around: Surroundings): readonly Part[] {
  const { factors, divisors, isNegative } = termOf(index, body, "closed", around);
  const additions = factors.filter(factor => isAddition(factor) && !around.isShared(factor));
  const [addition] = additions;
  if (addition === undefined || additions.length > 1 || divisors.length > 0) return [];
  const others = factors.filter(factor => factor !== addition);
  const terms = termsOf(addition, around);
  // A long addition is what a network's loss may be: to plan each of its terms is not worth the time.
  if (terms.length > 16) return [];
  return terms.map(term => ({
    isNegative: term.isNegative !== isNegative,
    plan: cheapest(
      index,
      others.reduce<Expr>((product, factor) => mul(product, factor), term.value),
      around,
    ),
  }));
}

const isAddition = (e: Expr): boolean => e.kind === "call" && (e.fn === add || e.fn === sub);

function termsOf(
  addition: Expr,
  around: Surroundings,
): readonly { readonly value: Expr; readonly isNegative: boolean }[] {
  const terms: { value: Expr; isNegative: boolean }[] = [];
  const pending = [{ value: addition, isNegative: false }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { value, isNegative } = next;
    const [x, y] = value.args;
    if (!isAddition(value) || x === undefined || y === undefined || (value !== addition && around.isShared(value))) {
      terms.push(next);
      continue;
    }
    const isDifference = value.kind === "call" && value.fn === sub;
    pending.push({ value: y, isNegative: isNegative !== isDifference }, { value: x, isNegative });
  }
  return terms;
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
