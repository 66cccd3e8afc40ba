import { evaluateDefinitions } from "../../lib/evaluate.ts";
import { defineFunction } from "../../lib/expression/define-function.ts";
import type { Definition, Definitions } from "../../lib/expression/definition.ts";
import type { FunctionRow } from "../../lib/expression/expression.ts";
import { indexNames } from "../../lib/expression/indices.ts";
import { formsOf, toMatrixForm } from "../../lib/print/matrix.ts";
import * as text from "../../lib/print/text.ts";
import { parse } from "../../lib/syntax/parse.ts";
import { matrixOf, matrixValue } from "./matrix-value.ts";
import { type Arrays, type Sizes, sizeOf } from "./random-arrays.ts";

/** What a function without values is taken to be while forms are compared. */
export interface Meaning {
  readonly arity: number;
  readonly of: (...args: number[]) => number;
}

/** By the name of the function. */
export type Meanings = Readonly<Record<string, Meaning>>;

/** `W[j,k]`, or a bare name. */
export const readingText = ({ name, axes }: Definition): string => (axes.length === 0 ? name : `${name}[${axes}]`);

/** A definition in the notation of matrix algebra; undefined where that has none. */
export function matrixText(definition: Definition, name: string = definition.name): string | undefined {
  if (!hasMatrixForm(definition)) return undefined;
  const { axes, expression } = definition;
  return `${name} = ${toMatrixForm(expression, { axes })}`;
}

/** True of what has rows or columns, or is made of such, and of nothing that has more. */
export function hasMatrixForm({ axes, expression }: Definition): boolean {
  if (axes.length > 2 || indexNames(expression).size === 0) return false;
  try {
    toMatrixForm(expression, { axes });
    return true;
  } catch {
    return false;
  }
}

/**
 * The numbers that the printed formulas stand for: each is read back from its text, in which functions without values get
 * those of `meanings`, their derivatives by differences.
 */
export const valuesOf = (definitions: Definitions, values: Arrays, sizes: Sizes, meanings: Meanings = {}): Arrays =>
  reader(definitions, sizes, meanings)(values);

/** The same for many values: the texts are read once. */
export function reader(definitions: Definitions, sizes: Sizes, meanings: Meanings = {}): (values: Arrays) => Arrays {
  const functions = rowsOf(meanings);
  const read = definitions.map(each => ({
    ...each,
    expression: parse(text.toString(each.expression), { functions }),
  }));
  const extents = new Map<string, number>();
  for (const { axes, expression } of read)
    for (const index of [...axes, ...indexNames(expression)]) extents.set(index, sizeOf(sizes, index));
  return values => new Map([...values, ...evaluateDefinitions(read, values, { extents })]);
}

/** How far the matrix form of a definition is from the array that its indexed formula gave; undefined without such a form. */
export function distanceOfMatrixForm(
  definition: Definition,
  values: Arrays,
  sizes: Sizes,
  meanings: Meanings = {},
): number | undefined {
  if (!hasMatrixForm(definition)) return undefined;
  const expression = parse(text.toString(definition.expression), { functions: rowsOf(meanings) });
  const [made] = formsOf(expression, { axes: definition.axes });
  const array = values.get(definition.name);
  if (made === undefined || array === undefined) return undefined;
  return distance(matrixValue(made.form, values, sizes).flat(), matrixOf(array).flat());
}

/** The largest difference between two lists, relative to the largest of their numbers where that exceeds 1. */
export function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  const [left, right] = [Array.from(a), Array.from(b)];
  const scale = Math.max(1, ...left.map(Math.abs), ...right.map(Math.abs));
  return Math.max(0, ...left.map((x, i) => Math.abs(x - (right[i] ?? Number.NaN)) / scale));
}

/**
 * The derivatives of `f` at `x`, which is one number: central differences at three steps, extrapolated (L. F. Richardson,
 * 1911), so that the error is of the sixth power of the step.
 */
export function slope(f: (x: number) => ArrayLike<number>, x: number): readonly number[] {
  const [wide, middle, narrow] = [0.02, 0.01, 0.005].map(step => {
    const [above, below] = [f(x + step), f(x - step)];
    return Array.from(above, (value, i) => (value - (below[i] ?? Number.NaN)) / (2 * step));
  });
  return (wide ?? []).map((d, i) => (d - 20 * (middle?.[i] ?? Number.NaN) + 64 * (narrow?.[i] ?? Number.NaN)) / 45);
}

/** Which of several functions are without values. */
export const symbolsOf = (meanings: Meanings): readonly FunctionRow[] =>
  Object.entries(meanings).map(([name, { arity }]) => defineFunction({ name, arity }));

function rowsOf(meanings: Meanings): readonly FunctionRow[] {
  return Object.entries(meanings).flatMap(([name, { arity, of }]) => {
    const partial = (position: number): FunctionRow =>
      valued(arity === 1 ? `${name}'` : `${name}_${position + 1}`, arity, (...args) => {
        const [derivative = Number.NaN] = slope(x => [of(...args.with(position, x))], args[position] ?? Number.NaN);
        return derivative;
      });
    return [valued(name, arity, of), ...Array.from({ length: arity }, (_, position) => partial(position))];
  });
}

const valued = (name: string, arity: number, evaluate: (...args: number[]) => number): FunctionRow =>
  defineFunction({ name, arity, evaluate, derivatives: Array.from({ length: arity }, () => underived) });

const underived = (): never => {
  throw new Error("it is evaluated only");
};
