import { constant, type Expr, extent, reduction } from "../expression/expression.ts";
import { add, conditional, div, mul, neg, notEqual, sub } from "../expression/functions.ts";
import { inBranches, isChoice, isConditional, isOne, isZero, products, rowDepth } from "./product.ts";

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

/** The arithmetic of adjoints, with one memory of what may vanish by selection. */
export interface Adjoints {
  readonly plain: (value: Expr) => Adjoint;
  /** `adjoint * partial`, the partial being one of `node`'s; undefined if it is 0. */
  readonly times: (adjoint: Adjoint, partial: Expr, node: Expr) => Adjoint | undefined;
  /** The share of each body of a maximum or minimum over `index`: equal ones among those where the indicator is 1. */
  readonly shared: (adjoint: Adjoint, indicator: Expr, index: string) => Adjoint;
  /** The sum of a list that is not empty, its signs carried. */
  readonly total: (list: readonly Adjoint[]) => Adjoint;
  /** The sum over all values of each of the indices, whether the adjoint mentions it or not. */
  readonly summed: (adjoint: Adjoint, indices: readonly string[]) => Adjoint;
  /** `e`, which vanishes by selection if `other` does. */
  readonly like: (other: Expr, e: Expr) => Expr;
  /** The adjoint as an expression, its sign left out. */
  readonly magnitude: (adjoint: Adjoint) => Expr;
  /** The adjoint as an expression. */
  readonly expression: (adjoint: Adjoint) => Expr;
}

/** The arithmetic of adjoints for one reverse sweep. */
export function adjoints(): Adjoints {
  const { mark, mayVanish, like, staysFinite } = products();

  const plain = (value: Expr): Adjoint => ({ negative: false, guard: undefined, value });
  const magnitude = ({ guard, value }: Adjoint): Expr => {
    if (guard === undefined) return value;
    return mark(guard.holds ? conditional(guard.condition, value, 0) : conditional(guard.condition, 0, value));
  };
  const expression = (adjoint: Adjoint): Expr => {
    const value = magnitude(adjoint);
    if (!adjoint.negative) return value;
    return value.kind === "constant" ? constant(-value.value) : neg(value);
  };

  function times(adjoint: Adjoint, partial: Expr, node: Expr): Adjoint | undefined {
    // An argument may be a negation or a conditional, but as a factor it is a value like any other.
    const isOwn = partial === node || node.args.includes(partial);
    const { negative, factor } = isOwn && partial.kind !== "constant" ? positive(partial) : signOf(partial);
    if (isZero(factor)) return undefined;
    const signed = { ...adjoint, negative: adjoint.negative !== negative };
    if (isOne(factor)) return signed;
    const selects = node.kind === "call" && node.fn.selection === true;
    if (!isOwn && isChoice(factor)) return chosen(signed, factor);
    if (!isOwn && selects) return weighed(signed, factor);
    return scaled(signed, factor, isOwn ? scaledBy : product);
  }

  // The partial is a conditional with a branch that is 0, which then is a guard, or with one further in.
  function chosen(adjoint: Adjoint, partial: Expr): Adjoint {
    const value = magnitude(adjoint);
    const pushed = (e: Expr): Expr => {
      const result = inBranches(e, rowDepth, leaf => (isZero(leaf) ? leaf : like(value, product(value, leaf))));
      return isChoice(e) ? mark(result) : like(value, result);
    };
    const [condition = partial, taken = partial, other = partial] = partial.args;
    if (isZero(other)) return { ...adjoint, guard: { condition, holds: true }, value: pushed(taken) };
    if (isZero(taken)) return { ...adjoint, guard: { condition, holds: false }, value: pushed(other) };
    return { ...adjoint, guard: undefined, value: pushed(partial) };
  }

  // The partial chooses by being 0, as a sign or an indicator does.
  function weighed(adjoint: Adjoint, partial: Expr): Adjoint {
    const isGuarded = !staysFinite(partial) && !mayVanish(adjoint.value);
    const value = isGuarded ? adjoint.value : magnitude(adjoint);
    const product = scaledBy(value, partial);
    const weighted = mark(staysFinite(value) ? product : conditional(notEqual(partial, 0), product, 0));
    if (isGuarded) return { ...adjoint, value: weighted };
    const guard = staysFinite(partial) ? undefined : { condition: notEqual(value, 0), holds: true };
    return { ...adjoint, guard, value: weighted };
  }

  function scaled(adjoint: Adjoint, partial: Expr, multiply: typeof product): Adjoint {
    if (isOne(adjoint.value) || (!staysFinite(partial) && !mayVanish(adjoint.value))) {
      return { ...adjoint, value: multiply(adjoint.value, partial) };
    }
    const value = magnitude(adjoint);
    if (staysFinite(partial)) return { ...adjoint, guard: undefined, value: like(value, multiply(value, partial)) };
    if (hasPlainLeaves(value, 2)) {
      const pushed = inBranches(value, 2, leaf => (isZero(leaf) ? leaf : multiply(leaf, partial)));
      return { ...adjoint, guard: undefined, value: mark(pushed) };
    }
    return { ...adjoint, guard: { condition: notEqual(value, 0), holds: true }, value: multiply(value, partial) };
  }

  // Whether the branches of a conditional may be multiplied one by one: none of them may itself vanish.
  const hasPlainLeaves = (e: Expr, depth: number): boolean =>
    isConditional(e) && depth > 0
      ? e.args
          .slice(1)
          .every(branch => hasPlainLeaves(branch, depth - 1) || (!isConditional(branch) && !mayVanish(branch)))
      : false;

  function shared(adjoint: Adjoint, indicator: Expr, index: string): Adjoint {
    const ties = reduction("sum", index, indicator);
    const whole = magnitude(adjoint);
    return { ...adjoint, guard: { condition: indicator, holds: true }, value: like(whole, div(whole, ties)) };
  }

  function total(list: readonly Adjoint[]): Adjoint {
    const [first, ...rest] = list;
    if (first === undefined || rest.length === 0) return first ?? plain(constant(0));
    const guard = rest.every(({ guard }) => isSame(guard, first.guard)) ? first.guard : undefined;
    const terms = list.map(term => ({ ...term, value: isSame(term.guard, guard) ? term.value : magnitude(term) }));
    const leading = Math.max(
      0,
      terms.findIndex(term => !term.negative),
    );
    const [lead = first] = terms.splice(leading, 1);
    let value = lead.value;
    for (const term of terms) value = term.negative === lead.negative ? add(value, term.value) : sub(value, term.value);
    if (mayVanish(lead.value) && terms.every(term => mayVanish(term.value))) mark(value);
    return { negative: lead.negative, guard, value };
  }

  function summed(adjoint: Adjoint, indices: readonly string[]): Adjoint {
    if (indices.length === 0) return adjoint;
    const whole = magnitude(adjoint);
    let value = whole;
    for (const index of [...indices].reverse()) {
      if (whole.freeIndices.includes(index)) value = reduction("sum", index, value);
    }
    for (const index of indices) {
      if (!whole.freeIndices.includes(index)) value = isOne(value) ? extent(index) : mul(extent(index), value);
    }
    return { negative: adjoint.negative, guard: undefined, value: like(whole, value) };
  }

  return { plain, times, shared, total, summed, like, magnitude, expression };
}

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
  const [inner] = partial.kind === "call" && partial.fn === neg ? partial.args : [];
  if (inner === undefined) return positive(partial);
  return inner.kind === "constant" && inner.value < 0
    ? positive(constant(-inner.value))
    : { negative: true, factor: inner };
}

const isSame = (a: Guard | undefined, b: Guard | undefined): boolean =>
  a?.condition === b?.condition && a?.holds === b?.holds;
