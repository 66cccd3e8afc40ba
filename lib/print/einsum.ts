import type { Expr, Reduction, Variable } from "../expression/expression.ts";
import { mul } from "../expression/functions.ts";

/** A sum of products of arrays, as the subscripts of `einsum` and the arrays' names. */
export interface Einsum {
  readonly subscripts: string;
  readonly names: readonly string[];
}

/**
 * A nest of sums over a product of plain readings as an `einsum`: `sum(j, x[n,j] * W[j,k])` has the subscripts `nj,jk->nk`. An
 * index that is summed over may have any name, and stands as a letter; the others are letters already. Undefined where it is
 * no such sum: where it has other factors, an index that no factor has, or one that is summed over twice.
 */
export function einsumOf(root: Reduction): Einsum | undefined {
  const bound: string[] = [];
  let body: Expr = root;
  while (body.kind === "reduction" && body.operation === "sum" && bound.length <= most) {
    bound.push(body.index);
    body = body.body;
  }
  const factors = factorsOf(body);
  if (factors === undefined || new Set(bound).size < bound.length) return undefined;
  const used = new Set(factors.flatMap(({ freeIndices }) => freeIndices));
  const free = [...used].filter(index => !bound.includes(index));
  if (!bound.every(index => used.has(index)) || !free.every(isLetter)) return undefined;
  const letters = lettersFor([...free, ...bound]);
  if (letters === undefined) return undefined;
  const under = ({ indices }: Variable): string => indices.map(({ name = "" }) => letters.get(name) ?? "").join("");
  const output = [...new Set(factors.flatMap(({ indices }) => indices.map(({ name = "" }) => name)))];
  const left = factors.map(under).join(",");
  const right = output.filter(index => free.includes(index)).join("");
  return { subscripts: `${left}->${right}`, names: factors.map(({ name }) => name) };
}

// No more than there are letters; a longer product is none that a person reads.
const most = 40;

function factorsOf(body: Expr): readonly Variable[] | undefined {
  const factors: Variable[] = [];
  const pending = [body];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (next.kind === "call" && next.fn === mul) pending.push(...next.args.toReversed());
    else if (next.kind === "variable" && next.indices.every(({ name }) => name !== undefined)) factors.push(next);
    else return undefined;
    if (factors.length + pending.length > most) return undefined;
  }
  return factors;
}

const isLetter = (name: string): boolean => /^\p{L}$/u.test(name);

// A letter keeps its place; a longer name has its first letter that is free, or else the first of all.
function lettersFor(names: readonly string[]): ReadonlyMap<string, string> | undefined {
  const letters = new Map(names.filter(isLetter).map(name => [name, name]));
  const taken = new Set(letters.values());
  for (const name of names) {
    if (letters.has(name)) continue;
    const letter = [...name.replaceAll(/[^a-z]/gi, ""), ...alphabet].find(each => !taken.has(each));
    if (letter === undefined) return undefined;
    taken.add(letter);
    letters.set(name, letter);
  }
  return letters;
}

const alphabet = "ijklmnopqrstuvwxyzabcdefgh";
