import { type Definition, type Definitions, define } from "../../expression/definition.ts";
import { FluxionError } from "../../expression/error.ts";
import {
  asExpr,
  describe,
  type Expr,
  excerpt,
  extent,
  type Operand,
  type Variable,
  variable,
} from "../../expression/expression.ts";
import { axesMismatch } from "../../expression/extents.ts";
import { topologicalOrder } from "../../expression/fold.ts";
import { div } from "../../expression/functions.ts";
import { freshName, indexNames, readingOf } from "../../expression/indices.ts";
import { sum } from "../../expression/reductions.ts";
import { inlined, substituteReadings } from "./inline.ts";

/** What is to be computed, checked: plain data. */
export interface Request {
  /** All results, each reading inputs and those before it. */
  readonly definitions: Definitions;
  /** Names of definitions. */
  readonly outputs: readonly string[];
  /** After a run the definition `from` is the value of the input `to`. */
  readonly updates: readonly { readonly to: string; readonly from: string }[];
}

/** What to compute: a list of definitions, or expressions under the names that a reading gives them. */
export type Computed = Definitions | Readonly<Record<string, Operand>>;

/** What a request is made of, apart from the definitions. */
export interface RequestOptions {
  readonly updates?: Readonly<Record<string, Operand | string>>;
  readonly batch?: readonly string[];
  readonly reduce?: "mean" | "sum";
  readonly outputs?: readonly string[];
}

/**
 * What is asked for as one list of definitions. Throws `bad-index` for an index that is free in a result but none of its
 * axes, `bad-option` for two results of one name, an unknown output, an update of what is no input, and a batch of what is
 * no input, `unbound-variable` for a definition that reads a later one, `bad-value` for an array that is read under
 * different numbers of indices, `unsupported` for a computed array within an index.
 */
export function requestOf(what: Computed, options: RequestOptions): Request {
  const { updates = {}, batch, reduce = "mean" } = options;
  const given = definitionsOf(what);
  const wanted = outputsOf(given, options.outputs);
  const inputs = inputsOf(given);
  const taken = new Set([...given.map(({ name }) => name), ...inputs.keys()]);
  const sampled = batch === undefined ? given : batched(given, batch, reduce, inputs);
  const read = new Set([...inputs.keys(), ...namesReadBy(updates)]);
  const next = Object.entries(updates).map(([key, value]) => nextOf(key, value, given, read, taken));
  const definitions = [...sampled, ...next.flatMap(({ definition }) => (definition === undefined ? [] : [definition]))];
  checkReadings(definitions);
  return { definitions, outputs: wanted, updates: next.map(({ to, from }) => ({ to, from })) };
}

function definitionsOf(what: Computed): Definitions {
  if (typeof what !== "object" || what === null) {
    throw new FluxionError(
      "bad-option",
      `what is scheduled is a list of definitions or an object, got ${describe(what)}`,
    );
  }
  const definitions: Definitions = isList(what)
    ? what
    : Object.entries(what).map(([reading, expression]) => define(reading, expression));
  const names = new Set<string>();
  for (const { name } of definitions) {
    if (names.has(name))
      throw new FluxionError("bad-option", `${name} is defined twice; each result needs its own name`);
    names.add(name);
  }
  return definitions;
}

const isList = (what: Computed): what is Definitions => Array.isArray(what);

function outputsOf(definitions: Definitions, outputs: readonly string[] | undefined): readonly string[] {
  const names = definitions.map(({ name }) => name);
  if (outputs === undefined) return names;
  const known = new Set(names);
  for (const name of outputs) {
    if (!known.has(name))
      throw new FluxionError("bad-option", `the output ${name} is defined nowhere; there are ${names.join(", ")}`);
  }
  return [...new Set(outputs)];
}

// The arrays that are read and defined nowhere, each with its first reading.
function inputsOf(definitions: Definitions): ReadonlyMap<string, Variable> {
  const defined = new Set(definitions.map(({ name }) => name));
  const inputs = new Map<string, Variable>();
  for (const node of topologicalOrder(...definitions.map(({ expression }) => expression))) {
    if (node.kind === "variable" && !defined.has(node.name) && !inputs.has(node.name)) inputs.set(node.name, node);
  }
  return inputs;
}

/** Every result over columns of samples: each name of the batch is read under one more index, and the results are reduced over it. */
function batched(
  definitions: Definitions,
  batch: readonly string[],
  reduce: "mean" | "sum",
  inputs: ReadonlyMap<string, Variable>,
): Definitions {
  if (reduce !== "mean" && reduce !== "sum") {
    throw new FluxionError("bad-option", `reduce is "mean" or "sum", got ${describe(reduce)}`);
  }
  const columns = new Set(batch);
  for (const name of columns) {
    if (!inputs.has(name))
      throw new FluxionError("bad-option", `the batch names ${name}, which is read nowhere as an input`);
  }
  const whole = inlined(definitions, () => false);
  const taken = new Set([
    ...indexNames(...whole.map(({ expression }) => expression)),
    ...whole.flatMap(({ axes }) => axes),
  ]);
  const index = freshName("n", taken);
  const memo = new Map<Expr, Expr>();
  const sampled = (read: Variable): Expr | undefined =>
    columns.has(read.name) ? variable(read.name, index, ...read.indices) : undefined;
  const withSamples = (e: Expr): Expr => substituteReadings(e, sampled, memo);
  return whole.map(({ name, axes, expression }) => {
    const total = sum(index, withSamples(expression));
    return { name, axes, expression: reduce === "sum" ? total : div(total, extent(index)) };
  });
}

interface Next {
  readonly to: string;
  readonly from: string;
  /** Absent where a definition is named. */
  readonly definition?: Definition;
}

// A state of an optimiser may be read by nothing but updates, its own or another's.
function namesReadBy(updates: Readonly<Record<string, Operand | string>>): readonly string[] {
  const expressions = Object.values(updates).flatMap(value => (typeof value === "string" ? [] : [asExpr(value)]));
  return topologicalOrder(...expressions).flatMap(node => (node.kind === "variable" ? [node.name] : []));
}

function nextOf(
  key: string,
  value: Operand | string,
  definitions: Definitions,
  read: ReadonlySet<string>,
  taken: Set<string>,
): Next {
  const { name: to, axes } = readingOf(key);
  if (definitions.some(({ name }) => name === to)) {
    throw new FluxionError("bad-option", `the update of ${to} is of a result; only inputs are updated`);
  }
  if (!read.has(to)) {
    throw new FluxionError("bad-option", `the update of ${to} is of what no formula reads; only inputs are updated`);
  }
  if (typeof value === "string") {
    if (definitions.some(({ name }) => name === value)) return { to, from: value };
    throw new FluxionError("bad-option", `the update of ${to} names ${value}, which is defined nowhere`);
  }
  const expression = asExpr(value);
  const readings = topologicalOrder(expression).filter(node => node.kind === "variable" && node.name === to);
  const from = freshName(`${to}'`, taken);
  taken.add(from);
  const order = axes ?? orderOf(to, expression, readings);
  // Throws where an index is free and none of the axes.
  if (axes !== undefined) define(key, expression);
  return { to, from, definition: { name: from, axes: order, expression } };
}

// The order of the free indices is that of a reading of the old value.
function orderOf(name: string, expression: Expr, readings: readonly Expr[]): readonly string[] {
  const free = expression.freeIndices;
  if (free.length === 0) return free;
  for (const reading of readings) {
    const names = reading.kind === "variable" ? reading.indices.map(index => index.name) : [];
    const plain = names.filter(each => each !== undefined);
    if (
      plain.length === names.length &&
      new Set(plain).size === free.length &&
      free.every(each => plain.includes(each))
    ) {
      return plain;
    }
  }
  throw new FluxionError(
    "bad-index",
    `the update of ${name} has free indices; name its axes, as in "${name}[${free}]"`,
  );
}

function checkReadings(definitions: Definitions): void {
  const places = new Map(definitions.map(({ name }, place) => [name, place]));
  const lengths = new Map(definitions.map(({ name, axes }) => [name, axes.length]));
  // What an earlier definition may read, a later one may.
  const seen = new Set<Expr>();
  for (const [place, { name, expression }] of definitions.entries()) {
    for (const node of unseen(expression, seen)) {
      for (const gather of node.kind === "variable" || node.kind === "delta" ? node.args : []) {
        if (gather.kind === "variable" && places.has(gather.name)) {
          throw new FluxionError(
            "unsupported",
            `${excerpt(gather)} stands in an index of ${name}; what indices read must be an input`,
          );
        }
      }
      if (node.kind !== "variable") continue;
      const length = lengths.get(node.name) ?? node.indices.length;
      if (length !== node.indices.length) throw axesMismatch(node, length);
      lengths.set(node.name, length);
      if ((places.get(node.name) ?? -1) < place) continue;
      const where = node.name === name ? "itself" : `${node.name}, which is defined after it`;
      throw new FluxionError("unbound-variable", `${name} reads ${where}; a definition reads those before it`);
    }
  }
}

// The nodes of `root` that are not among those seen, which they join.
function unseen(root: Expr, seen: Set<Expr>): readonly Expr[] {
  const found: Expr[] = [];
  const pending = [root];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (seen.has(node)) continue;
    seen.add(node);
    found.push(node);
    for (const argument of node.args) pending.push(argument);
  }
  return found;
}
