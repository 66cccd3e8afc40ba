import { evaluate } from "../evaluate.ts";
import { FluxionError } from "../expression/error.ts";
import { type Assumed, type Assumption, readAssumptions } from "../simplify/assume.ts";
import { parse } from "../syntax/parse.ts";
import { UsageError } from "./command.ts";

/** The numbers that operands such as `x=2` give to names. A number may be a formula without variables. */
export function assignmentsOf(operands: readonly string[]): ReadonlyMap<string, number> {
  const values = new Map<string, number>();
  for (const operand of operands) {
    const [, name, text] = assignment.exec(operand) ?? [];
    if (name === undefined || text === undefined || text.trim() === "") {
      throw new UsageError(
        `expected NAME=VALUE, such as x=2, got ${JSON.stringify(operand)}; an expression with spaces in it needs quotes`,
      );
    }
    const key = nameOf(name);
    if (values.has(key)) throw new UsageError(`${key} is given two values`);
    values.set(key, numberOf(text.trim()));
  }
  return values;
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

// Not every double has a text that is a formula: the infinities and NaN are values all the same.
function numberOf(text: string): number {
  const value = Number(text);
  return Number.isNaN(value) && text !== "NaN" ? evaluate(parse(text)) : value;
}
