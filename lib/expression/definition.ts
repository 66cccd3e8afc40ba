import { FluxionError } from "./error.ts";
import { asExpr, describe, type Expr, excerpt, type Operand, rebuild } from "./expression.ts";
import { fold, freeVariables as variablesOf } from "./fold.ts";
import { readingOf, rebuilding, renameIndices, substitute as substituteIn } from "./indices.ts";

/** A named array: `h[n,k] = …`. A scalar has no axes. It is read under any indices, as `h[m,0]`. */
export interface Definition {
  readonly name: string;
  /** The free indices of the expression, in the order in which the array is laid out. */
  readonly axes: readonly string[];
  readonly expression: Expr;
}

/** A list in which each definition may read the ones before it by name. */
export type Definitions = readonly Definition[];

/** Gives a name, and an order of axes, to an expression: `define("h[n,k]", e)`. Throws `bad-index` if an axis is missing. */
export function define(reading: string, expression: Operand): Definition {
  const { name, axes = [] } = readingOf(reading);
  return definition(name, axes, asExpr(expression));
}

/** The same of a name, which may be any text, and a list of axes. */
export function definition(name: string, axes: readonly string[], expression: Expr): Definition {
  const unnamed = expression.freeIndices.filter(free => !axes.includes(free));
  if (unnamed.length > 0) {
    throw new FluxionError(
      "bad-index",
      `${written(name, axes)} leaves the ${unnamed.length === 1 ? "index" : "indices"} ${unnamed.join(", ")} of its expression free; name every axis, as in ${written(name, [...axes, ...unnamed])}`,
    );
  }
  return Object.freeze({ name, axes: Object.freeze([...axes]), expression });
}

/**
 * The definitions with their expressions replaced by what `change` makes of each: `mapDefinitions(list, simplify)`. Throws
 * `bad-index` where a result has a free index that is no axis.
 */
export const mapDefinitions = (definitions: Definitions, change: (e: Expr) => Operand): Definitions =>
  Object.freeze(
    checkedDefinitions(definitions).map(({ name, axes, expression }) =>
      definition(name, axes, asExpr(change(expression))),
    ),
  );

/**
 * One expression for a list: the definition called `name`, the last one unless said, with every reading of an earlier one
 * replaced by what it stands for. Its free indices are the axes of that definition. No index is captured. Throws
 * `bad-option` where there is no such definition, `bad-index` where one is read under too many or too few indices, or
 * within an index.
 */
export function inline(definitions: Definitions, name?: string): Expr {
  const list = checkedDefinitions(definitions);
  const last = positionOf(list, name);
  const known = new Map<string, Definition>();
  for (const each of list.slice(0, last + 1)) {
    known.set(each.name, { ...each, expression: inlined(each.expression, known) });
  }
  return known.get(list[last]?.name ?? "")?.expression ?? asExpr(0);
}

/**
 * An expression, or each of a list, with variables replaced, all at once. The key of an array names its axes, `"W[j,k]"`,
 * which are the free indices of what is put in its place. A bound index that would capture one of a replacement is primed
 * first. Throws `bad-index` where a key has other axes than the readings of its array, or where something free comes into a
 * definition that has no such axis; `bad-option` where a key, or what is put in, is a name that the list defines.
 */
export function substitute(definitions: Definitions, replacements: Readonly<Record<string, Operand>>): Definitions;
export function substitute(e: Operand, replacements: Readonly<Record<string, Operand>>): Expr;
export function substitute(
  what: Operand | Definitions,
  replacements: Readonly<Record<string, Operand>>,
): Expr | Definitions {
  if (!isList(what)) return substituteIn(what, replacements);
  const defined = new Set(checkedDefinitions(what).map(({ name }) => name));
  for (const [key, by] of Object.entries(replacements)) {
    for (const name of [readingOf(key).name, ...variablesOf(by)]) {
      if (!defined.has(name)) continue;
      throw new FluxionError(
        "bad-option",
        `cannot put ${excerpt(asExpr(by))} in the place of ${key}: the list defines ${name}`,
      );
    }
  }
  return mapDefinitions(what, e => substituteIn(e, replacements));
}

/** The names of the variables of expressions, sorted; of a list of definitions, those that it reads and does not define. */
export function freeVariables(definitions: Definitions): readonly string[];
export function freeVariables(...roots: readonly Operand[]): readonly string[];
export function freeVariables(...what: readonly (Operand | Definitions)[]): readonly string[] {
  const names = new Set<string>();
  for (const one of what) {
    if (!isList(one)) for (const name of variablesOf(one)) names.add(name);
    else {
      const defined = new Set(checkedDefinitions(one).map(({ name }) => name));
      for (const name of variablesOf(...one.map(({ expression }) => expression)))
        if (!defined.has(name)) names.add(name);
    }
  }
  return [...names].sort();
}

/** True of what is a list, and so no expression. */
export const isList = (what: unknown): what is Definitions => Array.isArray(what);

/**
 * `definitions`, checked: each name is defined once and read only afterwards, each axis is named. Throws `bad-option` where
 * that is not so.
 */
export function checkedDefinitions(definitions: Definitions): Definitions {
  if (!isList(definitions)) {
    throw new FluxionError("bad-option", `expected a list of definitions, got ${describe(definitions)}`);
  }
  const positions = new Map<string, number>();
  for (const [position, each] of definitions.entries()) {
    if (typeof each?.name !== "string" || !Array.isArray(each.axes)) {
      throw new FluxionError("bad-option", `a definition is made by define("h[n,k]", e), got ${describe(each)}`);
    }
    if (positions.has(each.name)) throw new FluxionError("bad-option", `${each.name} is defined twice`);
    positions.set(each.name, position);
  }
  for (const [position, { name, expression }] of definitions.entries()) {
    const early = variablesOf(expression).find(read => (positions.get(read) ?? -1) >= position);
    if (early === undefined) continue;
    throw new FluxionError(
      "bad-option",
      early === name ? `${name} is defined by itself` : `${name} reads ${early}, which is defined later`,
    );
  }
  return definitions;
}

/** Where the definition called `name`, or the last one, stands. Throws `bad-option` where there is none. */
export function positionOf(definitions: Definitions, name?: string): number {
  const position =
    name === undefined ? definitions.length - 1 : definitions.findIndex(definition => definition.name === name);
  if (position >= 0) return position;
  const names = definitions.map(definition => definition.name).join(", ");
  throw new FluxionError(
    "bad-option",
    name === undefined ? "the list of definitions is empty" : `no definition is called ${name}, only ${names}`,
  );
}

function inlined(e: Expr, known: ReadonlyMap<string, Definition>): Expr {
  return fold(e, {
    ...rebuilding,
    variable(node, args) {
      const read = rebuild(node, args);
      const found = known.get(node.name);
      if (found === undefined || read.kind !== "variable") return read;
      const { name, axes, expression } = found;
      if (read.indices.length !== axes.length) {
        throw new FluxionError(
          "bad-index",
          `${excerpt(read)} reads ${written(name, axes)}, which has ${axes.length} axes`,
        );
      }
      const moved = axes.flatMap((axis, i) => {
        const index = read.indices[i];
        return index === undefined || index.name === axis ? [] : [[axis, index] as const];
      });
      return renameIndices(expression, new Map(moved));
    },
  });
}

const written = (name: string, axes: readonly string[]): string => (axes.length === 0 ? name : `${name}[${axes}]`);
