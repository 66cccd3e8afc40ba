import { evaluate } from "../evaluate.ts";
import { FluxionError } from "../expression/error.ts";
import type { FlatArray, NestedArray, Value } from "../expression/values.ts";
import { type Assumed, type Assumption, readAssumptions } from "../simplify/assume.ts";
import { parse } from "../syntax/parse.ts";
import { UsageError } from "./command.ts";

/**
 * The values that operands such as `x=2` and `W=[[1, 2], [3, 4]]` give to names. A number may be a formula without variables,
 * but not within an array.
 */
export function assignmentsOf(operands: readonly string[]): ReadonlyMap<string, Value> {
  const values = new Map<string, Value>();
  for (const operand of operands) {
    const [, name, text] = assignment.exec(operand) ?? [];
    if (name === undefined || text === undefined || text.trim() === "") {
      throw new UsageError(
        `expected NAME=VALUE, such as x=2, got ${JSON.stringify(operand)}; an expression with spaces in it needs quotes`,
      );
    }
    const key = nameOf(name);
    if (values.has(key)) throw new UsageError(`${key} is given two values`);
    values.set(key, text.trim().startsWith("[") ? arrayOf(text, key) : numberOf(text.trim()));
  }
  return values;
}

/** The extents that texts such as `n=3` give to indices. */
export function extentsOf(texts: readonly string[]): ReadonlyMap<string, number> {
  const extents = new Map<string, number>();
  for (const text of texts) {
    const [, name, extent = ""] = assignment.exec(text) ?? [];
    if (name === undefined || !/^\s*\d{1,9}\s*$/.test(extent)) {
      throw new UsageError(`--extent takes NAME=N, such as n=3, got ${JSON.stringify(text)}`);
    }
    extents.set(nameOf(name), Number(extent));
  }
  return extents;
}

/** An array as it is given on the command line. */
export function arrayText({ shape, data }: FlatArray): string {
  // By strides from the last axis on, so that no axis is a call.
  let texts = Array.from(data, String);
  for (const extent of shape.toReversed()) {
    const rows = Array.from({ length: extent === 0 ? 1 : texts.length / extent }, (_, row) => row);
    texts = rows.map(row => `[${texts.slice(row * extent, (row + 1) * extent).join(", ")}]`);
  }
  return texts.join(", ");
}

/**
 * The assumptions that texts such as `x=positive` and `p[n,k]=sums to 1 over k` say. Throws where one says nothing that may
 * be assumed.
 */
export function assumptionsOf(texts: readonly string[]): Assumed {
  const assumed = new Map<string, readonly Assumption[]>();
  for (const text of texts) {
    const [, name, assumption] = assignment.exec(text) ?? [];
    if (name === undefined || assumption === undefined) {
      throw new UsageError(`--assume takes NAME=WHAT, such as x=positive, got ${JSON.stringify(text)}`);
    }
    const key = nameOf(name);
    // Looked at below, all together.
    assumed.set(key, [...(assumed.get(key) ?? []), assumption.trim() as Assumption]);
  }
  const all = Object.fromEntries(assumed);
  try {
    readAssumptions(all);
  } catch (error) {
    if (error instanceof FluxionError) throw new UsageError(error.message);
    throw error;
  }
  return all;
}

/** The name that an operand stands for: backticks around it are those of a formula. */
export function nameOf(operand: string): string {
  const name = operand.trim();
  const isQuoted = name.length > 1 && name.startsWith("`") && name.endsWith("`");
  return isQuoted ? name.slice(1, -1).replaceAll(/\\([\\`])/g, "$1") : name;
}

const assignment = /^\s*(`(?:[^\\`]|\\.)*`|[^=]+?)\s*=(?!=)(.*)$/su;

function arrayOf(text: string, name: string): NestedArray {
  try {
    const array: unknown = JSON.parse(text);
    if (isNested(array)) return array;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new UsageError(`the value of ${name} must be an array of numbers, such as [[1, 2], [3, 4]], got ${text}`);
}

// The deepest array that has a name for each of its axes.
const isNested = (value: unknown, depth = 0): value is NestedArray =>
  Array.isArray(value) &&
  depth < 100 &&
  (value.every(each => typeof each === "number") || value.every(each => isNested(each, depth + 1)));

// Not every double has a text that is a formula: the infinities and NaN are values all the same.
function numberOf(text: string): number {
  const value = Number(text);
  return Number.isNaN(value) && text !== "NaN" ? evaluate(parse(text)) : value;
}
