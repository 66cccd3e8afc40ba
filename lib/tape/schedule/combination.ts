import type { Expr, Variable } from "../../expression/expression.ts";
import { add, div, mul, neg, sub } from "../../expression/functions.ts";
import { type Filling, readingsOfComputed } from "./filling.ts";

/** A scatter times what does not depend on where it goes. */
export interface Term {
  readonly source: Filling;
  readonly factors: readonly Expr[];
  readonly divisors: readonly Expr[];
  readonly isNegative: boolean;
}

/** A sum of scatters, and the input whose old value is added, if one is. */
export interface Combination {
  readonly terms: readonly Term[];
  readonly input: string | undefined;
}

/**
 * The value of a filling as a sum of scatters, each read once under its own axes and times what does not depend on where it
 * goes, and of the old value of an input, if that is read so; undefined for any other.
 */
export function combinationOf(
  { operation, axes, value }: Filling,
  sources: ReadonlyMap<string, Filling>,
  input: string | undefined,
): Combination | undefined {
  if (operation !== "set") return undefined;
  const terms = new Map<string, Term>();
  let isAdded = false;
  const readings = readingsOfComputed(name => sources.has(name) || name === input);
  const pending: { readonly node: Expr; readonly term: Omit<Term, "source"> }[] = [
    { node: value, term: { factors: [], divisors: [], isNegative: false } },
  ];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { node, term } = next;
    const [x, y] = node.args;
    if (node.kind === "variable") {
      const source = sources.get(node.name);
      if (source !== undefined) {
        if (terms.has(source.name) || !isUnder(node, source.axes) || !isFree(term, source)) return undefined;
        terms.set(source.name, { ...term, source });
      } else {
        const isPlain = term.factors.length === 0 && term.divisors.length === 0 && !term.isNegative;
        if (node.name !== input || isAdded || !isPlain || !isUnder(node, axes)) return undefined;
        isAdded = true;
      }
      continue;
    }
    if (node.kind !== "call" || x === undefined) return undefined;
    const opposite = { ...term, isNegative: !term.isNegative };
    if (node.fn === neg) pending.push({ node: x, term: opposite });
    else if (y === undefined) return undefined;
    else if (node.fn === add) pending.push({ node: y, term }, { node: x, term });
    else if (node.fn === sub) pending.push({ node: y, term: opposite }, { node: x, term });
    else if (node.fn === div && readings(y).length === 0)
      pending.push({ node: x, term: { ...term, divisors: [...term.divisors, y] } });
    else if (node.fn === mul && readings(y).length === 0)
      pending.push({ node: x, term: { ...term, factors: [...term.factors, y] } });
    else if (node.fn === mul && readings(x).length === 0)
      pending.push({ node: y, term: { ...term, factors: [...term.factors, x] } });
    else return undefined;
    if (pending.length > longest) return undefined;
  }
  return terms.size === 0 ? undefined : { terms: [...terms.values()], input: isAdded ? input : undefined };
}

const longest = 16;

const isUnder = ({ indices }: Variable, axes: readonly string[]): boolean =>
  indices.every(({ name }, i) => name === axes[i]);

// Free of the axes along which integers tell where it goes.
function isFree({ factors, divisors }: Omit<Term, "source">, { axes, at }: Filling): boolean {
  const scattered = axes.filter((_, i) => at[i]?.name === undefined);
  return [...factors, ...divisors].every(({ freeIndices }) => !scattered.some(name => freeIndices.includes(name)));
}
