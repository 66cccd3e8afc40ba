import { precedence } from "../../expression/functions.ts";
import { atom, type Code } from "./dialect.ts";

/** A text for an array, or for a number, with the index of each axis. */
export interface Operand extends Code {
  readonly axes: readonly string[];
}

/**
 * The product of `pieces`, summed over the indices `bound`, as an array with the axes `target`: a product of matrices where
 * two share one index, else einsum; numbers are multiplied afterwards. `fit` keeps lines short.
 */
export function contracted(
  pieces: readonly Operand[],
  bound: readonly string[],
  target: readonly string[],
  fit: (operands: readonly Code[]) => readonly Code[],
): Operand {
  const scalars = pieces.filter(({ axes }) => axes.length === 0);
  const arrays = pieces.filter(({ axes }) => axes.length > 0);
  const fitting = fit(arrays).map((code, i): Operand => ({ ...code, axes: arrays[i]?.axes ?? [] }));
  const result = matrixProduct(fitting, bound, target) ?? einsum(fitting, target);
  const text = [...scalars, result]
    .map((code, i) => (code.precedence < precedence.multiplicative + Math.min(i, 1) ? `(${code.text})` : code.text))
    .join(" * ");
  return scalars.length === 0 ? { ...result, axes: target } : { ...product(text), axes: target };
}

const product = (text: string): Code => ({ ...atom(text), precedence: precedence.multiplicative });

function matrixProduct(
  [a, b, third]: readonly Operand[],
  bound: readonly string[],
  target: readonly string[],
): Code | undefined {
  if (a === undefined || b === undefined || third !== undefined) return undefined;
  const shared = a.axes.filter(axis => b.axes.includes(axis));
  const [index] = shared;
  if (index === undefined || shared.length > 1 || !bound.includes(index)) return undefined;
  const [left, right] = [a, b].map(({ axes }) => axes.filter(axis => axis !== index));
  if (left === undefined || right === undefined || left.length > 1 || right.length > 1) return undefined;
  const isInOrder = (names: readonly string[]): boolean =>
    names.length === target.length && names.every((name, i) => name === target[i]);
  if (isInOrder([...left, ...right])) return times(a, b, index);
  return isInOrder([...right, ...left]) ? times(b, a, index) : undefined;
}

// A column is its own transpose.
function times(a: Operand, b: Operand, index: string): Code {
  const left = a.axes.length === 2 && a.axes[0] === index ? transposed(a) : enclosed(a);
  const right = b.axes.length === 2 && b.axes[1] === index ? transposed(b) : enclosed(b);
  return product(`${left} @ ${right}`);
}

const enclosed = ({ text, precedence: inner }: Code): string =>
  inner > precedence.multiplicative ? text : `(${text})`;

const transposed = ({ text, precedence: inner }: Code): string =>
  inner === Number.POSITIVE_INFINITY ? (text.endsWith(".T") ? text.slice(0, -2) : `${text}.T`) : `(${text}).T`;

function einsum(operands: readonly Operand[], target: readonly string[]): Code {
  const letters = lettersFor([...new Set([...target, ...operands.flatMap(({ axes }) => axes)])]);
  const subscript = (axes: readonly string[]): string => axes.map(axis => letters.get(axis) ?? "").join("");
  const subscripts = `${operands.map(({ axes }) => subscript(axes)).join(",")}->${subscript(target)}`;
  const optimize = operands.length > 2 ? ", optimize=True" : "";
  return atom(`np.einsum("${subscripts}", ${operands.map(({ text }) => text).join(", ")}${optimize})`);
}

// Each index by its own name where that is a letter.
function lettersFor(indices: readonly string[]): ReadonlyMap<string, string> {
  const isLetter = (name: string): boolean => /^[a-z]$/.test(name);
  const free = [..."abcdefghijklmnopqrstuvwxyz"].filter(letter => !indices.includes(letter));
  let next = 0;
  return new Map(indices.map(index => [index, isLetter(index) ? index : (free[next++] ?? "")]));
}
