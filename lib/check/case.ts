import type { Expr } from "../expression/expression.ts";
import { extentsOf } from "../expression/extents.ts";
import { freeVariables } from "../expression/fold.ts";
import { indexNames } from "../expression/indices.ts";
import type { FlatArray } from "../expression/values.ts";
import { shapesOf } from "./regular.ts";

/** An indexed expression, and values that fit it. */
export interface IndexedCase {
  readonly expression: Expr;
  /** Its free indices, in the order of the axes of its value. */
  readonly axes: readonly string[];
  /** A number for each scalar, an array in thousandths for each array, integers where they stand within indices. */
  readonly values: Readonly<Record<string, number | FlatArray>>;
  /** The extents of those indices that no array tells. */
  readonly extents: Readonly<Record<string, number>>;
}

/** The case of an expression: of the values those that it reads, of the extents those that must be given. */
export function caseOf(
  expression: Expr,
  values: ReadonlyMap<string, number | FlatArray>,
  extents: ReadonlyMap<string, number>,
  axes: readonly string[] = expression.freeIndices,
): IndexedCase {
  const read = new Set(freeVariables(expression));
  const used = [...indexNames(expression)];
  const needed = Object.fromEntries([...values].filter(([name]) => read.has(name)));
  const told = (given: readonly string[]): ReadonlyMap<string, number> | undefined => {
    try {
      const known = new Map(given.map(name => [name, extents.get(name) ?? 1]));
      return extentsOf([expression], shapesOf(needed), { extents: known });
    } catch {
      // An array that an index does not fill tells another extent.
      return undefined;
    }
  };
  const missing = (known: ReadonlyMap<string, number> | undefined): readonly string[] =>
    used.filter(name => known?.get(name) !== extents.get(name));
  const few = missing(told([]));
  const given = missing(told(few)).length === 0 ? few : used;
  return {
    expression,
    axes,
    values: needed,
    extents: Object.fromEntries(given.map(name => [name, extents.get(name) ?? 1])),
  };
}
