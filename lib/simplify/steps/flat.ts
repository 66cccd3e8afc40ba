import { constant, type Expr } from "../../expression/expression.ts";
import { add, div, mul, neg, sub } from "../../expression/functions.ts";
import { isAdditive, isMultiplicative } from "../arithmetic.ts";

/** A term of a sum with its sign, or a factor of a product, below the line where `isInverse`. */
export interface Part {
  readonly e: Expr;
  readonly isInverse: boolean;
}

/**
 * The terms of a sum of sums, in reading order: `x - (y - z)` is `x`, minus `y`, plus `z`. A sum too long to be read is one
 * term, as a graph of few nodes may be a sum of 2^60.
 */
export const termsOf = (e: Expr): readonly Part[] => partsOf(e, isAdditive, sub, neg);

/** The factors of a product of products and quotients, in reading order. */
export const factorsOf = (e: Expr): readonly Part[] => partsOf(e, isMultiplicative, div);

/** The sum of the terms, as one would write it. */
export function sumOf(terms: readonly Part[]): Expr {
  const [first, ...rest] = terms;
  if (first === undefined) return constant(0);
  return rest.reduce<Expr>(
    (sum, { e, isInverse }) => (isInverse ? sub(sum, e) : add(sum, e)),
    first.isInverse ? neg(first.e) : first.e,
  );
}

/** The product of the factors over the product of those below the line. */
export function productOf(factors: readonly Part[]): Expr {
  const product = (below: boolean): Expr | undefined => {
    const [first, ...rest] = factors.filter(({ isInverse }) => isInverse === below).map(({ e }) => e);
    return first === undefined ? undefined : rest.reduce((left, right) => mul(left, right), first);
  };
  const [above, below] = [product(false), product(true)];
  return below === undefined ? (above ?? constant(1)) : div(above ?? 1, below);
}

function partsOf(root: Expr, isOpen: (e: Expr) => boolean, inverts: unknown, opposite?: unknown): readonly Part[] {
  const parts: Part[] = [];
  const pending: Part[] = [{ e: root, isInverse: false }];
  for (let part = pending.pop(); part !== undefined; part = pending.pop()) {
    const { e, isInverse } = part;
    if (e.kind !== "call" || !isOpen(e)) {
      parts.push(part);
      if (parts.length > longest) return [{ e: root, isInverse: false }];
      continue;
    }
    const [x, y] = e.args;
    if (y !== undefined) pending.push({ e: y, isInverse: isInverse !== (e.fn === inverts) });
    if (x !== undefined) pending.push({ e: x, isInverse: isInverse !== (e.fn === opposite) });
  }
  return parts;
}

const longest = 200;
