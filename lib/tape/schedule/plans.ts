import type { Expr, Index, Variable } from "../../expression/expression.ts";
import { add, div, mul, neg, sub } from "../../expression/functions.ts";
import { freshName, renameIndices } from "../../expression/indices.ts";
import { type Filling, namesIn } from "./filling.ts";
import { type Pairing, pairwiseOrder } from "./order.ts";

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
  /** True of what an array has been made of. */
  readonly isMade: (recipe: Pick<SumRecipe, "operation" | "reduced" | "value">) => boolean;
  /** Makes an array, and hands out a reading of it. */
  readonly array: (recipe: SumRecipe) => Variable;
}

export interface SumRecipe extends Pick<Filling, "operation" | "reduced" | "value" | "formula" | "product"> {
  /** Where a scatter puts what it adds: the axis, and the position on it. */
  readonly position?: readonly [axis: string, at: Index];
  readonly contraction?: Contraction;
}

/** Factors, as they are found in a product. */
export interface Term {
  readonly summed: readonly string[];
  readonly factors: readonly Expr[];
  readonly divisors: readonly Expr[];
  readonly isNegative: boolean;
}

/** A term in order: what stays outside of the sum, what is multiplied in which pairs, what it costs. */
export interface Plan {
  readonly term: Term;
  readonly outside: readonly Expr[];
  readonly inside: readonly Expr[];
  readonly pairing: Pairing;
  readonly result: readonly string[];
  readonly cost: number;
  readonly scatter: { readonly axis: string; readonly at: Index } | undefined;
}

type Opening = "closed" | "factors" | "own" | "all";

/**
 * The cheapest plan for the sum of `body` over an index. What several use is opened only where that is cheaper than to multiply
 * by what is there already, or where a factor leaves the sum and what is left is a sum that is there.
 */
export function cheapest(index: string, body: Expr, around: Surroundings): Plan {
  const closed = termOf(index, body, "closed", around);
  let best = planOf(closed, around);
  for (const opening of ["factors", "own", "all"] as const) {
    const term = termOf(index, body, opening, around);
    if (isSameTerm(term, closed)) continue;
    const plan = planOf(term, around);
    if (plan.cost < 0.9 * best.cost || (opening === "factors" && isThere(plan, around))) best = plan;
  }
  return best;
}

// A sum of one factor that has been computed for another reader.
function isThere({ inside, term, scatter }: Plan, around: Surroundings): boolean {
  const [value, ...others] = inside;
  if (value === undefined || others.length > 0 || scatter !== undefined) return false;
  const reduced = value.freeIndices.filter(name => term.summed.includes(name));
  return around.isMade({ operation: "sum", reduced, value });
}

// Where there is nothing to open.
const isSameTerm = (a: Term, b: Term): boolean =>
  a.factors.length === b.factors.length && a.factors.every((factor, i) => factor === b.factors[i]);

function termOf(index: string, body: Expr, opening: Opening, around: Surroundings): Term {
  const factors: Expr[] = [];
  const divisors: Expr[] = [];
  const summed = [index];
  const taken = new Set([index, ...body.freeIndices]);
  let isNegative = false;
  const pending: Expr[] = [body];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    // A sign is no work, so that to open what several use for it computes nothing twice.
    const isSigned = node.kind === "call" && (node.fn === sub || node.fn === neg);
    const isLeaving = opening === "factors" && hasFactorWithout(summed, node);
    const isOpen = isSigned || isLeaving || opening === "all" || !around.isShared(node);
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
    const opensSums = isOpen && (opening === "own" || opening === "all");
    const inner = opensSums ? around.sumOf(node) : undefined;
    if (inner === undefined) factors.push(node);
    else pending.push(...opened(inner, summed, taken));
  }
  return { summed, factors, divisors, isNegative };
}

/** True of a product in which a factor is free of the indices. */
function hasFactorWithout(indices: readonly string[], product: Expr): boolean {
  const seen = new Set([product]);
  for (const node of seen) {
    if (!node.freeIndices.some(name => indices.includes(name))) return node !== product;
    if (node.kind === "call" && (node.fn === mul || node.fn === neg)) for (const factor of node.args) seen.add(factor);
  }
  return false;
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

/** The number of turns of loops over these indices. */
export const sizeOf = (indices: readonly string[], { extentOf }: Surroundings): number =>
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

/** An order that is the same whatever the indices are called, as far as that goes. */
export const byStructure = (a: Expr, b: Expr): number =>
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

/** A term of an addition, as a sum. */
interface Part {
  readonly isNegative: boolean;
  readonly plan: Plan;
}

/** The terms of an addition within `body`, each a sum of its own; none if there is no such addition, or a long one. */
export function split(index: string, body: Expr, around: Surroundings): readonly Part[] {
  const { factors, divisors, isNegative } = termOf(index, body, "closed", around);
  const additions = factors.filter(factor => isAddition(factor) && !around.isShared(factor));
  // Apart, deltas lead what is summed to its place; as a difference they are a table of zeros.
  const addition = factors.find(factor => isAddition(factor) && addsDeltas(factor)) ?? additions[0];
  if (addition === undefined || divisors.length > 0) return [];
  if (additions.length > 1 && !addsDeltas(addition)) return [];
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

const addsDeltas = ({ args }: Expr): boolean => args.some(isDeltaTimes);

function isDeltaTimes(e: Expr): boolean {
  const seen = new Set([e]);
  for (const node of seen) {
    if (node.kind === "delta") return true;
    if (node.kind !== "call" || !(node.fn === mul || node.fn === neg || isAddition(node))) continue;
    for (const argument of node.args) seen.add(argument);
  }
  return false;
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
