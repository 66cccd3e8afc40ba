import { asExpr, type Expr, type Operand } from "../expression/expression.ts";
import { fold } from "../expression/fold.ts";
import {
  acos,
  acsc,
  add,
  asec,
  asin,
  conditional,
  mul,
  neg,
  notEqual,
  pow,
  square,
  sub,
} from "../expression/functions.ts";

/**
 * What one differentiation remembers, so that what a selection leaves out does not count in its products, however large the
 * other factor is: `0 * Infinity` is NaN, but the branch not taken has no say.
 */
export interface Memory {
  /** What a selection may have made zero where it is zero. */
  readonly vanishing: Set<Expr>;
  /** What is known of whether expressions stay finite. */
  readonly finite: Map<Expr, boolean>;
}

/** The memory at the beginning of a differentiation. */
export const newMemory = (): Memory => ({ vanishing: new Set(), finite: new Map() });

/** Says that where `e` is zero, a selection may have made it so. */
export function mark({ vanishing }: Memory, e: Expr): Expr {
  vanishing.add(e);
  return e;
}

/** Whether `e` was marked. */
export const mayVanish = ({ vanishing }: Memory, e: Expr): boolean => vanishing.has(e);

/** `e`, marked if `other` is. */
export const like = (memory: Memory, other: Expr, e: Expr): Expr => (mayVanish(memory, other) ? mark(memory, e) : e);

/** `e`, marked if all of `others` are, of which there are some. */
export const likeAll = (memory: Memory, others: readonly Expr[], e: Expr): Expr =>
  others.length > 0 && others.every(other => mayVanish(memory, other)) ? mark(memory, e) : e;

/** Whether `e` is finite wherever its variables are: never NaN nor infinite, overflow of polynomials aside. */
export const staysFinite = ({ finite }: Memory, e: Expr): boolean => fold(e, finiteness, finite);

/** `partial * inner`, where the partial is one that only chooses. */
export function chosen(memory: Memory, partial: Expr, inner: Expr): Expr {
  if (partial.kind === "constant") return times(partial, inner);
  if (isConditional(partial)) {
    return mark(
      memory,
      inBranches(partial, rowDepth, leaf => like(memory, inner, times(leaf, inner))),
    );
  }
  const product = times(partial, inner);
  return mark(memory, staysFinite(memory, inner) ? product : conditional(notEqual(partial, 0), product, 0));
}

/** `partial * inner`, which is 0 where a selection made the inner factor so. */
export function guarded(memory: Memory, partial: Expr, inner: Expr): Expr {
  if (!mayVanish(memory, inner)) return mul(partial, inner);
  if (staysFinite(memory, partial)) return mark(memory, mul(partial, inner));
  return mark(
    memory,
    inBranches(inner, shallow, leaf => {
      if (isZero(leaf)) return leaf;
      const product = mul(partial, leaf);
      return isConditional(leaf) || mayVanish(memory, leaf) ? conditional(notEqual(leaf, 0), product, 0) : product;
    }),
  );
}

/** Whether a partial only chooses: a conditional with a branch that is 0. */
export const isChoice = (partial: Expr, depth: number = rowDepth): boolean =>
  depth > 0 &&
  isConditional(partial) &&
  partial.args.slice(1).some(branch => isZero(branch) || isChoice(branch, depth - 1));

export const isZero = (e: Expr): boolean => e.kind === "constant" && e.value === 0;
export const isOne = (e: Expr): boolean => e.kind === "constant" && e.value === 1;
export const isConditional = (e: Expr): boolean => e.kind === "call" && e.fn === conditional;

/** `e` with the leaves of its nested conditionals replaced, down to a depth. */
export function inBranches(e: Expr, depth: number, replace: (leaf: Expr) => Operand): Expr {
  const [condition, taken, other] = isConditional(e) && depth > 0 ? e.args : [];
  if (condition === undefined || taken === undefined || other === undefined) return asExpr(replace(e));
  return conditional(condition, inBranches(taken, depth - 1, replace), inBranches(other, depth - 1, replace));
}

/** How deep the conditionals of a row's own partials may be nested. */
export const rowDepth = 8;

/**
 * How far a product is carried into the conditionals of a derivative. What was carried in at every depth would be
 * copied at every level above: a chain of selections would grow as its square.
 */
const shallow = 2;

const times = (coefficient: Expr, e: Expr): Expr =>
  isZero(coefficient) ? coefficient : isOne(coefficient) ? e : mul(coefficient, e);

const polynomials: ReadonlySet<unknown> = new Set([add, sub, mul, neg, square]);

// Bounded where they are defined, which is not everywhere.
const partlyDefined: ReadonlySet<unknown> = new Set([asin, acos, asec, acsc]);

const finiteness = {
  constant: () => true,
  variable: () => true,
  delta: () => true,
  extent: () => true,
  reduction: (_: Expr, body: boolean) => body,
  call(node: Extract<Expr, { kind: "call" }>, args: readonly boolean[]): boolean {
    const { fn } = node;
    // Comparisons and logic answer 0 or 1 whatever they are asked, of NaN too.
    if (fn.range === "truth" && fn.operator !== undefined) return true;
    if (partlyDefined.has(fn)) return false;
    if (fn === pow) return args[0] === true && isNatural(node.args[1]);
    const isBounded = fn.bounded === true || fn.range === "truth" || fn.arity === 0;
    // A bounded function of an infinity may still be NaN, as sin is.
    return (isBounded || fn.selection === true || polynomials.has(fn)) && args.every(Boolean);
  },
};

const isNatural = (e: Expr | undefined): boolean => e?.kind === "constant" && Number.isInteger(e.value) && e.value >= 0;
