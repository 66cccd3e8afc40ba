import { constant, type Expr, extent, reduction } from "../expression/expression.ts";
import { add, conditional, div, mul, neg, notEqual, sub } from "../expression/functions.ts";
import {
  inBranches,
  isChoice,
  isConditional,
  isOne,
  isZero,
  like,
  type Memory,
  mark,
  mayVanish,
  rowDepth,
  staysFinite,
} from "./product.ts";

/**
 * What a reverse sweep hands down: `value`, or `-value`. Under a guard it is 0 where the guard fails; the value, which may
 * be anything there, is multiplied alone, and the conditional is written once, where it is needed.
 */
export interface Adjoint {
  readonly negative: boolean;
  readonly guard: Guard | undefined;
  readonly value: Expr;
}

/** A condition, and whether it has to hold or to fail. */
export interface Guard {
  readonly condition: Expr;
  readonly holds: boolean;
}

/** The adjoint that is an expression as it is. */
export const plain = (value: Expr): Adjoint => ({ negative: false, guard: undefined, value });

/** The adjoint as an expression, its sign left out. */
export function magnitude(memory: Memory, { guard, value }: Adjoint): Expr {
  if (guard === undefined) return value;
  return mark(memory, guard.holds ? conditional(guard.condition, value, 0) : conditional(guard.condition, 0, value));
}

/** The adjoint as an expression. */
export function expression(memory: Memory, adjoint: Adjoint): Expr {
  const value = magnitude(memory, adjoint);
  if (!adjoint.negative) return value;
  return value.kind === "constant" ? constant(-value.value) : neg(value);
}

/** `adjoint * partial`, the partial being one of `node`'s; undefined if it is 0. */
export function times(memory: Memory, adjoint: Adjoint, partial: Expr, node: Expr): Adjoint | undefined {
  // An argument may be a negation or a conditional, but as a factor it is a value like any other.
  const isOwn = partial === node || node.args.includes(partial);
  const { negative, factor } = isOwn && partial.kind !== "constant" ? positive(partial) : signOf(partial);
  if (isZero(factor)) return undefined;
  const signed = { negative: adjoint.negative !== negative, guard: adjoint.guard, value: adjoint.value };
  if (isOne(factor)) return signed;
  if (isOwn) return scaled(memory, signed, factor, scaledBy);
  if (isChoice(factor)) return chosen(memory, signed, factor);
  const selects = node.kind === "call" && node.fn.selection === true;
  return selects ? weighed(memory, signed, factor) : scaled(memory, signed, factor, product);
}

/** The share of each body of a maximum or minimum over `index`: equal ones among those where the indicator is 1. */
export function shared(memory: Memory, adjoint: Adjoint, indicator: Expr, index: string): Adjoint {
  const ties = reduction("sum", index, indicator);
  const whole = magnitude(memory, adjoint);
  const guard = { condition: indicator, holds: true };
  return { negative: adjoint.negative, guard, value: like(memory, whole, div(whole, ties)) };
}

/** The sum of a list that is not empty, its signs carried. */
export function total(memory: Memory, list: readonly Adjoint[]): Adjoint {
  const [first = plain(constant(0))] = list;
  if (list.length < 2) return first;
  const guard = list.every(term => isSame(term.guard, first.guard)) ? first.guard : undefined;
  const terms = list.map(term => ({
    ...term,
    value: isSame(term.guard, guard) ? term.value : magnitude(memory, term),
  }));
  const leading = Math.max(
    0,
    terms.findIndex(term => !term.negative),
  );
  const [lead = first] = terms.splice(leading, 1);
  let value = lead.value;
  for (const term of terms) value = term.negative === lead.negative ? add(value, term.value) : sub(value, term.value);
  if (mayVanish(memory, lead.value) && terms.every(term => mayVanish(memory, term.value))) mark(memory, value);
  return { negative: lead.negative, guard, value };
}

/** The sum over all values of each of the indices, whether the adjoint mentions it or not. */
export function summed(memory: Memory, adjoint: Adjoint, indices: readonly string[]): Adjoint {
  if (indices.length === 0) return adjoint;
  const whole = magnitude(memory, adjoint);
  let value = whole;
  for (const index of [...indices].reverse()) {
    if (whole.freeIndices.includes(index)) value = reduction("sum", index, value);
  }
  for (const index of indices) {
    if (!whole.freeIndices.includes(index)) value = isOne(value) ? extent(index) : mul(extent(index), value);
  }
  return { negative: adjoint.negative, guard: undefined, value: like(memory, whole, value) };
}

// The partial is a conditional with a branch that is 0, which then is a guard, or with one further in.
function chosen(memory: Memory, adjoint: Adjoint, partial: Expr): Adjoint {
  const { negative } = adjoint;
  const value = magnitude(memory, adjoint);
  const [condition = partial, taken = partial, other = partial] = partial.args;
  if (isZero(other)) return { negative, guard: { condition, holds: true }, value: pushed(memory, value, taken) };
  if (isZero(taken)) return { negative, guard: { condition, holds: false }, value: pushed(memory, value, other) };
  return { negative, guard: undefined, value: pushed(memory, value, partial) };
}

// `value * partial`, the product taken in each of the partial's branches.
function pushed(memory: Memory, value: Expr, partial: Expr): Expr {
  const result = inBranches(partial, rowDepth, leaf =>
    isZero(leaf) ? leaf : like(memory, value, product(value, leaf)),
  );
  return isChoice(partial) ? mark(memory, result) : like(memory, value, result);
}

// The partial chooses by being 0, as a sign or an indicator does.
function weighed(memory: Memory, adjoint: Adjoint, partial: Expr): Adjoint {
  const isGuarded = !staysFinite(memory, partial) && !mayVanish(memory, adjoint.value);
  const value = isGuarded ? adjoint.value : magnitude(memory, adjoint);
  const product = scaledBy(value, partial);
  const weighted = staysFinite(memory, value) ? product : conditional(notEqual(partial, 0), product, 0);
  mark(memory, weighted);
  if (isGuarded) return { negative: adjoint.negative, guard: adjoint.guard, value: weighted };
  const guard = staysFinite(memory, partial) ? undefined : { condition: notEqual(value, 0), holds: true };
  return { negative: adjoint.negative, guard, value: weighted };
}

function scaled(memory: Memory, adjoint: Adjoint, partial: Expr, multiply: typeof product): Adjoint {
  const { negative, guard } = adjoint;
  const isPlain = !mayVanish(memory, adjoint.value);
  // Whether the partial stays finite is not asked where it makes no difference.
  if (isOne(adjoint.value) || (isPlain && (guard === undefined || !staysFinite(memory, partial)))) {
    return { negative, guard, value: multiply(adjoint.value, partial) };
  }
  const value = magnitude(memory, adjoint);
  if (staysFinite(memory, partial)) {
    return { negative, guard: undefined, value: like(memory, value, multiply(value, partial)) };
  }
  if (hasPlainLeaves(memory, value, 2)) {
    const product = inBranches(value, 2, leaf => (isZero(leaf) ? leaf : multiply(leaf, partial)));
    return { negative, guard: undefined, value: mark(memory, product) };
  }
  return { negative, guard: { condition: notEqual(value, 0), holds: true }, value: multiply(value, partial) };
}

// Whether the branches of a conditional may be multiplied one by one: none of them may itself vanish.
const hasPlainLeaves = (memory: Memory, e: Expr, depth: number): boolean =>
  isConditional(e) && depth > 0
    ? e.args
        .slice(1)
        .every(
          branch => hasPlainLeaves(memory, branch, depth - 1) || (!isConditional(branch) && !mayVanish(memory, branch)),
        )
    : false;

// `left * right`, with no factor 1.
function scaledBy(left: Expr, right: Expr): Expr {
  if (isOne(left)) return right;
  if (isOne(right)) return left;
  return right.kind === "constant" ? mul(right, left) : mul(left, right);
}

// The same where `right` is a partial that nobody else needs: its denominator divides, and quotients by one thing share that.
function product(left: Expr, right: Expr): Expr {
  if (isOne(left) || right.kind !== "call" || right.fn !== div) return scaledBy(left, right);
  const [numerator = right, denominator = right] = right.args;
  return scaledBy(div(left, denominator), numerator);
}

interface Signed {
  readonly negative: boolean;
  readonly factor: Expr;
}

const positive = (factor: Expr): Signed => ({ negative: false, factor });

function signOf(partial: Expr): Signed {
  if (partial.kind === "constant" && partial.value < 0) return { negative: true, factor: constant(-partial.value) };
  const inner = partial.kind === "call" && partial.fn === neg ? partial.args[0] : undefined;
  if (inner === undefined) return positive(partial);
  return inner.kind === "constant" && inner.value < 0
    ? positive(constant(-inner.value))
    : { negative: true, factor: inner };
}

const isSame = (a: Guard | undefined, b: Guard | undefined): boolean =>
  a?.condition === b?.condition && a?.holds === b?.holds;
