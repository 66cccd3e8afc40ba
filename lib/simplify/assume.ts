import { FluxionError } from "../expression/error.ts";
import { describe, type Index, type Reduction, type Variable, variable } from "../expression/expression.ts";
import { readingOf } from "../expression/indices.ts";

/** What may be assumed of a variable. `symmetric`: of a matrix; `sums to 1 over k`: of the index `k` of a reading. */
export type Assumption = "positive" | "nonnegative" | "nonzero" | "integer" | "symmetric" | `sums to 1 over ${string}`;

/**
 * What `simplify` may rely on, by variable: `{ x: "positive" }`, `{ x: ["positive", "integer"] }`, `{ W: "symmetric" }`,
 * `{ "p[n,k]": "sums to 1 over k" }`. A name holds for the variable under whatever indices.
 */
export type Assumed = Readonly<Record<string, Assumption | readonly Assumption[]>>;

/** What is assumed, as it is asked for. */
export interface Assumptions {
  /** True if `assumption` holds of the variable of that name. */
  readonly holds: (name: string, assumption: Exclude<Assumption, `sums to 1 over ${string}`>) => boolean;
  /** The position of the index over which the readings of that name sum to 1, if they do. */
  readonly normalisedAxis: (name: string) => number | undefined;
}

/** Nothing is assumed. */
export const noAssumptions: Assumptions = { holds: () => false, normalisedAxis: () => undefined };

/** The assumptions of an option. Throws `bad-option` for what is none. */
export function readAssumptions(assumed: Assumed | undefined): Assumptions {
  if (assumed === undefined) return noAssumptions;
  if (typeof assumed !== "object" || assumed === null || Array.isArray(assumed)) {
    throw new FluxionError("bad-option", `assume is an object such as { x: "positive" }, got ${describe(assumed)}`);
  }
  const held = new Map<string, Set<string>>();
  const axes = new Map<string, number>();
  for (const [text, value] of Object.entries(assumed)) {
    for (const assumption of typeof value === "string" ? [value] : [...value]) {
      if (typeof assumption === "string" && assumption.startsWith(normalised)) {
        const { name, axis } = normalisedReading(text, assumption.slice(normalised.length));
        axes.set(name, axis);
      } else held.set(text, (held.get(text) ?? new Set()).add(checked(text, assumption)));
    }
  }
  return {
    holds: (name, assumption) => held.get(name)?.has(assumption) === true,
    normalisedAxis: name => axes.get(name),
  };
}

/** A reading of a matrix that is assumed symmetric, its two indices in order: `W[j,i]` is `W[i,j]`. */
export function inSymmetricOrder(node: Variable, assume: Assumptions): Variable {
  const [i, j] = node.indices;
  if (i === undefined || j === undefined || node.indices.length !== 2) return node;
  if (!assume.holds(node.name, "symmetric") || compareIndices(i, j) <= 0) return node;
  return variable(node.name, j, i);
}

/** True of `sum(k, p[n,k])` where that is assumed to be 1. */
export function isNormalisedSum({ operation, index, body }: Reduction, assume: Assumptions): boolean {
  if (operation !== "sum" || body.kind !== "variable") return false;
  const axis = assume.normalisedAxis(body.name);
  if (axis === undefined) return false;
  return body.indices.every((own, position) => (position === axis ? own.name === index : !mentions(own, index)));
}

const mentions = ({ terms }: Index, name: string): boolean =>
  terms.some(({ of }) => (typeof of === "string" ? of === name : of.freeIndices.includes(name)));

function checked(name: string, assumption: unknown): string {
  if (typeof assumption === "string" && plainAssumptions.includes(assumption)) return assumption;
  throw new FluxionError(
    "bad-option",
    `of ${name} may be assumed ${plainAssumptions.join(", ")} or "sums to 1 over …", not ${describe(assumption)}`,
  );
}

function normalisedReading(text: string, index: string): { readonly name: string; readonly axis: number } {
  const { name, axes } = readingOf(text);
  const axis = axes?.indexOf(index) ?? -1;
  if (axis >= 0) return { name, axis };
  throw new FluxionError(
    "bad-option",
    `${text} has no index ${index} to sum over; write { "p[n,k]": "sums to 1 over k" }`,
  );
}

// Names in alphabetical order, before all other indices.
function compareIndices(a: Index, b: Index): number {
  if (a.name === undefined || b.name === undefined) {
    return Number(a.name === undefined) - Number(b.name === undefined) || a.hash - b.hash;
  }
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}

const normalised = "sums to 1 over ";
const plainAssumptions: readonly string[] = ["positive", "nonnegative", "nonzero", "integer", "symmetric"];
