import { differentiate } from "../../lib/calculus/differentiate.ts";
import { explainDerivative } from "../../lib/calculus/explain.ts";
import { gradient } from "../../lib/calculus/gradient.ts";
import type { Definition, Definitions } from "../../lib/expression/definition.ts";
import { type Expr, Variable } from "../../lib/expression/expression.ts";
import { stepsToString } from "../../lib/print/steps.ts";
import type { Explanation } from "../../lib/simplify/explain.ts";
import { simplify } from "../../lib/simplify/simplify.ts";
import { parse, parseDefinitions } from "../../lib/syntax/parse.ts";
import {
  distance,
  distanceOfMatrixForm,
  type Meanings,
  matrixText,
  reader,
  readingText,
  slope,
  symbolsOf,
  valuesOf,
} from "./forms.ts";
import { type Arrays, type Kinds, randomArrays, type Sizes, uniform } from "./random-arrays.ts";

/** What the engine derived, in each of its forms, and how far they are apart in numbers. */
export interface Derivation {
  readonly title: string;
  readonly rows: readonly Row[];
  /** The derivation line by line, where a textbook would write it. */
  readonly steps?: () => string;
  readonly checks: readonly Check[];
}

/** A formula in index form and, where it has one, in matrix form. */
export interface Row {
  readonly left: string;
  readonly right: string;
  readonly matrix: string | undefined;
  /** What is to be said of it. */
  readonly note?: string;
}

/** A form that was evaluated beside another. */
export interface Check {
  readonly what: string;
  /** The largest difference, relative to the largest number where that exceeds 1. */
  readonly difference: number;
  /** What rounding and differences may come to. */
  readonly tolerance: number;
}

/** What a derivation is about. */
export interface Question extends Kinds {
  readonly title: string;
  /** The text of the definitions; the last is differentiated. */
  readonly of: string;
  readonly sizes: Sizes;
  /** Functions that the engine knows the names of, and what they are taken to be while the forms are compared. */
  readonly meanings?: Meanings;
}

/** Richardson's differences of these functions are good to about 1e-11; a wrong formula is wrong in the first digits. */
export const toDifferences = 1e-8;
/** Two forms of one formula differ by rounding. */
export const toRounding = 1e-12;

/**
 * The derivative of each element by each element of an array, with Kronecker's deltas: of `y[i]` by `"x[j]"`. Where sums are
 * sifted by them, the formula before that is a row too.
 */
export function elementwise(question: Question & { readonly by: string }): Derivation {
  const { last } = read(question);
  const variable = variableOf(question.by);
  const derivative = simplify(differentiate(last.expression, variable));
  const explained = explainDerivative(last.expression, variable);
  const derivation = elementwiseCompared(question, derivative, beforeSifting(explained));
  return { ...derivation, steps: () => stepsToString(explained) };
}

// What the first delta is sifted from, as the steps have it.
function beforeSifting({ steps }: Explanation): Expr | undefined {
  const sifting = steps.findIndex(({ rule }) => rule.includes("sift"));
  return sifting <= 0 ? undefined : steps[sifting - 1]?.whole;
}

/** The same for a derivative that was found in another way, and for what it was found from. They may read the definitions. */
export function elementwiseCompared(
  question: Question & { readonly by: string },
  derivative: Expr,
  before?: Expr,
): Derivation {
  const { title, by, sizes, meanings = {} } = question;
  const { definitions, last } = read(question);
  const variable = variableOf(by);
  const axes = [...new Set([...last.axes, ...variable.freeIndices])];
  const name = `d${last.name}/d${variable.name}`;
  const left = `d${readingText(last)}/d${by}`;
  const result: Definition = { name, axes, expression: derivative };
  const isRow = before !== undefined && before !== derivative && String(before).length <= 80;
  const raw: readonly Definition[] = isRow ? [{ name: `${name} before`, axes, expression: before }] : [];
  // What is only differentiated by needs a value too: x[7] of an x[3].
  const inputs = inputsOf(question, [...definitions, { name: "", axes: [], expression: variable }]);
  const values = valuesOf([...definitions, ...raw, result], inputs, sizes, meanings);
  const numeric = differences(definitions, last.name, variable, inputs, question);
  return {
    title,
    rows: [
      rowOf(last),
      ...raw.map(({ expression }) => ({ left, right: String(expression), matrix: undefined })),
      { ...rowOf(result), left: isRow ? "" : left },
    ],
    checks: [
      ...[...raw, result].map(each => ({
        what: "finite differences",
        difference: distance(dataOf(values, each.name), numeric),
        tolerance: toDifferences,
      })),
      ...matrixCheck(distanceOfMatrixForm(result, values, sizes, meanings)),
    ],
  };
}

function variableOf(reading: string): Variable {
  const variable = parse(reading);
  if (variable instanceof Variable) return variable;
  throw new TypeError(`${reading} is no reading of an array`);
}

/**
 * The rule that a module of a network passes its adjoint back by: the adjoints of what it reads from a given one, `dY` of
 * `Y`. What comes after the module is not known; the numbers take it to be the logsumexp of random multiples of all elements.
 */
export function backward(question: Question & { readonly by: readonly string[] }): Derivation {
  const { definitions, last } = read(question);
  const given = last.axes.length === 0 ? undefined : `d${readingText(last)}`;
  const adjoints = gradient(definitions, question.by, given === undefined ? {} : { adjoint: given });
  return adjointsCompared(question, definitions, adjoints);
}

/** Definitions and the adjoints of what they read, however these were derived, as a derivation. */
export function adjointsCompared(question: Question, definitions: Definitions, adjoints: Definitions): Derivation {
  const { title, sizes, meanings = {} } = question;
  const last = lastOf(definitions);
  const inputs = inputsOf(question, definitions);
  const run = reader(definitions, sizes, meanings);
  const forward = run(inputs);
  const following = closing(dataOf(forward, last.name).length);
  const whole = (elements: ArrayLike<number>): number =>
    last.axes.length === 0 ? (elements[0] ?? Number.NaN) : following(elements);
  const output = Array.from(dataOf(forward, last.name));
  const seed = output.map((element, i) => slope(x => [whole(output.with(i, x))], element)[0] ?? Number.NaN);
  const root = forward.get(last.name);
  if (typeof root === "object") forward.set(`d${last.name}`, { shape: root.shape, data: seed });
  const values = valuesOf([...definitions, ...adjoints], forward, sizes, meanings);
  const checks = adjoints.flatMap(adjoint => {
    const of = adjoint.name.replace(/^d|'+$/g, "");
    const apart = distanceOfMatrixForm(adjoint, values, sizes, meanings);
    if (!inputs.has(of)) return matrixCheck(apart);
    const numeric = numericGradient(of, inputs, at => whole(dataOf(run(at), last.name)));
    return [
      {
        what: "finite differences",
        difference: distance(dataOf(values, adjoint.name), numeric),
        tolerance: toDifferences,
      },
      ...matrixCheck(apart),
    ];
  });
  return { title, rows: [...definitions, ...adjoints].map(each => rowOf(each)), checks };
}

/** Formulas, each evaluated as it stands and as matrix algebra. */
export function notation(question: Question): Derivation {
  const { definitions } = read(question);
  const values = valuesOf(definitions, inputsOf(question, definitions), question.sizes);
  return {
    title: question.title,
    rows: definitions.map(each => rowOf(each)),
    checks: definitions.flatMap(each => matrixCheck(distanceOfMatrixForm(each, values, question.sizes))),
  };
}

/** The definitions of a question, and the last of them. */
export function read({ of, meanings = {} }: Question): {
  readonly definitions: Definitions;
  readonly last: Definition;
} {
  const definitions = parseDefinitions(of, { functions: symbolsOf(meanings) });
  return { definitions, last: lastOf(definitions) };
}

/** The random numbers that the forms of a question are compared at. */
export const inputsOf = (question: Question, definitions: Definitions): Arrays =>
  randomArrays(definitions, question.sizes, uniform(2026), question);

/** The elements of an array, or a number alone. */
export function dataOf(values: Arrays, name: string): ArrayLike<number> {
  const value = values.get(name);
  if (value === undefined) throw new Error(`${name} has no value`);
  return typeof value === "number" ? [value] : value.data;
}

/** The derivatives by each element of the input called `name`, by differences. */
export function numericGradient(name: string, inputs: Arrays, f: (at: Arrays) => number): readonly number[] {
  const value = inputs.get(name);
  if (value === undefined) throw new Error(`${name} has no value`);
  const all = Array.from(dataOf(inputs, name));
  return all.map((element, i) => {
    const moved = (x: number): Arrays =>
      new Map(inputs).set(name, typeof value === "number" ? x : { shape: value.shape, data: all.with(i, x) });
    return slope(x => [f(moved(x))], element)[0] ?? Number.NaN;
  });
}

/** A line for a definition. */
export const rowOf = (each: Definition, note?: string): Row => ({
  left: readingText(each),
  right: String(each.expression),
  matrix: matrixText(each),
  ...(note !== undefined && { note }),
});

/** A matrix form that is there agrees with the indexed one to rounding. */
export const matrixCheck = (difference: number | undefined): readonly Check[] =>
  difference === undefined ? [] : [{ what: "the matrix form", difference, tolerance: toRounding }];

function lastOf(definitions: Definitions): Definition {
  const last = definitions.at(-1);
  if (last === undefined) throw new RangeError("there is nothing to differentiate");
  return last;
}

// A function of all elements that is linear in none.
function closing(length: number): (elements: ArrayLike<number>) => number {
  const random = uniform(1911);
  const weights = Array.from({ length }, () => 2 * random() - 1);
  return elements => Math.log(weights.reduce((total, weight, i) => total + Math.exp(weight * (elements[i] ?? 0)), 0));
}

// For each element of the result its derivatives by those of the variable: all of them, or the one that it names.
function differences(
  definitions: Definitions,
  name: string,
  { name: by, indices }: Variable,
  inputs: Arrays,
  { sizes, meanings = {} }: Question,
): readonly number[] {
  const run = reader(definitions, sizes, meanings);
  const input = inputs.get(by);
  const [shape, data] = typeof input === "object" ? [input.shape, Array.from(input.data)] : [[], [input ?? Number.NaN]];
  const isOne = indices.some(index => index.name === undefined);
  const position = indices.reduce((before, { offset }, axis) => before * (shape[axis] ?? 1) + offset, 0);
  const columns = (isOne ? [position] : [...data.keys()]).map(element =>
    slope(x => {
      const moved = typeof input === "object" ? { shape, data: data.with(element, x) } : x;
      return dataOf(run(new Map(inputs).set(by, moved)), name);
    }, data[element] ?? Number.NaN),
  );
  return (columns[0] ?? []).flatMap((_, row) => columns.map(column => column[row] ?? Number.NaN));
}
