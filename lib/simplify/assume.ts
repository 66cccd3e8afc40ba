import { FluxionError } from "../expression/error.ts";
import { describe, type Index, type Reduction, type Variable, variable } from "../expression/expression.ts";
import { type Reading, readingOf } from "../expression/indices.ts";
import { endOfName } from "../expression/names.ts";

/** What may be assumed of a variable. `symmetric`: of a matrix; `sums to 1 over k`: of the index `k` of a reading. */
export type Assumption = "positive" | "nonnegative" | "nonzero" | "integer" | "symmetric" | `sums to 1 over ${string}`;

/**
 * What `simplify` may rely on, by variable: `{ x: "positive" }`, `{ x: ["positive", "integer"] }`, `{ W: "symmetric" }`,
 * `{ "p[n,k]": "sums to 1 over k" }`. What is assumed holds of the variable under whatever indices.
 */
export type Assumed = Readonly<Record<string, Assumption | readonly Assumption[]>>;

/** What is assumed, as it is asked for. */
export interface Assumptions {
  /** True if `assumption` holds of the variable of that name. */
  readonly holds: (name: string, assumption: Exclude<Assumption, `sums to 1 over ${string}`>) => boolean;
  /** True if the readings of that name sum to 1 over the index at that position. */
  readonly sumsToOne: (name: string, axis: number) => boolean;
}

/** Nothing is assumed. */
export const noAssumptions: Assumptions = { holds: () => false, sumsToOne: () => false };

/** The assumptions of an option. Throws `bad-option` for what is none. */
export function readAssumptions(assumed: Assumed | undefined): Assumptions {
  if (assumed === undefined) return noAssumptions;
  if (typeof assumed !== "object" || assumed === null || Array.isArray(assumed)) {
    throw new FluxionError("bad-option", `assume is an object such as { x: "positive" }, got ${describe(assumed)}`);
  }
  const held = new Map<string, Set<string>>();
  for (const [text, value] of Object.entries(assumed)) {
    const { name, axes } = plainReading(text);
    const known = held.get(name) ?? new Set();
    held.set(name, known);
    for (const assumption of listOf(text, value)) known.add(checked(text, axes, assumption));
  }
  for (const known of held.values()) conclude(known);
  return {
    holds: (name, assumption) => held.get(name)?.has(assumption) === true,
    sumsToOne: (name, axis) => held.get(name)?.has(`${normalised}${axis}`) === true,
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
  const axis = body.indices.findIndex(own => own.name === index);
  if (!assume.sumsToOne(body.name, axis)) return false;
  return body.indices.every((own, position) => position === axis || !mentions(own, index));
}

const mentions = ({ terms }: Index, name: string): boolean =>
  terms.some(({ of }) => (typeof of === "string" ? of === name : of.freeIndices.includes(name)));

// An assumption of one element, x[0], must not be taken for one of all.
function plainReading(text: string): Reading {
  const reading = readingOf(text);
  const odd = reading.axes?.find(axis => endOfName(axis, 0) !== axis.length);
  if (odd === undefined) return reading;
  throw new FluxionError("bad-option", `${text} may be assumed of under names of indices only, not under ${odd}`);
}

function listOf(text: string, value: unknown): readonly unknown[] {
  if (typeof value === "string") return [value];
  if (Array.isArray(value)) return value;
  throw new FluxionError(
    "bad-option",
    `what is assumed of ${text} is a word or a list of words, got ${describe(value)}`,
  );
}

// The name of an index is replaced by its position.
function checked(text: string, axes: readonly string[] | undefined, assumption: unknown): string {
  if (typeof assumption === "string" && plainAssumptions.includes(assumption)) return assumption;
  if (typeof assumption === "string" && assumption.startsWith(normalised)) {
    const index = assumption.slice(normalised.length).trim();
    const axis = axes?.indexOf(index) ?? -1;
    if (axis >= 0) return `${normalised}${axis}`;
    throw new FluxionError(
      "bad-option",
      `${text} has no index ${index} to sum over; write { "p[n,k]": "sums to 1 over k" }`,
    );
  }
  throw new FluxionError(
    "bad-option",
    `of ${text} may be assumed ${plainAssumptions.join(", ")} or "sums to 1 over …", not ${describe(assumption)}`,
  );
}

// What is assumed by saying something else.
function conclude(known: Set<string>): void {
  if (known.has("nonnegative") && known.has("nonzero")) known.add("positive");
  if (known.has("positive")) for (const weaker of ["nonnegative", "nonzero"]) known.add(weaker);
}

/** Names in alphabetical order, before all other indices. */
export function compareIndices(a: Index, b: Index): number {
  if (a.name === undefined || b.name === undefined) {
    return Number(a.name === undefined) - Number(b.name === undefined) || a.hash - b.hash;
  }
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}

const normalised = "sums to 1 over ";
const plainAssumptions: readonly string[] = ["positive", "nonnegative", "nonzero", "integer", "symmetric"];
