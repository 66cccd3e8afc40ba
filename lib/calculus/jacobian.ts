import { FluxionError } from "../expression/error.ts";
import { asExpr, constant, describe, type Expr, type Operand, Variable, variable } from "../expression/expression.ts";
import { freshen } from "../expression/indices.ts";
import { expression } from "./adjoint.ts";
import { targetOf } from "./derivative.ts";
import { isZero, newMemory } from "./product.ts";
import { readingsOf } from "./readings.ts";
import { sweep } from "./sweep.ts";

/** A matrix of expressions by those of its entries that are not 0, row by row: the k-th stands at `rows[k]`, `columns[k]`. */
export interface SparseMatrix {
  readonly rows: readonly number[];
  readonly columns: readonly number[];
  readonly entries: readonly Expr[];
}

/**
 * The partial derivatives of each expression (a row) by each variable (a column), a reverse sweep a row. An entry is left out
 * where the expression does not depend on the variable.
 *
 * An expression with free indices, a residual of each sample, is a row for each of their values, which are held fast. A column
 * may then be the reading of an array, `"x[n]"` or `parse("camera[cam[o],0]")`, and the entry is the derivative by what is read
 * there, other readings held fast: a formula in the indices of its row. Which elements a reading reaches is for its integers
 * to tell, and entries that reach one element add up to its derivative.
 *
 * Throws `bad-index` for an array that is read under a bound index, as in `sum(j, W[j])`, so that no row tells its column
 * (`differentiate` by `"W[p]"` gives such a Jacobian, in one formula), and for a column that is no reading; `bad-option` for one
 * that is named twice.
 */
export function jacobian(expressions: readonly Operand[], variables: readonly (string | Expr)[]): SparseMatrix {
  const by = columnsOf(variables);
  const [rows, columns, entries]: [number[], number[], Expr[]] = [[], [], []];
  for (const [row, e] of expressions.entries()) {
    const found = partialsOf(asExpr(e), by);
    for (const [column, entry] of [...found].sort(([a], [b]) => a - b)) {
      rows.push(row);
      columns.push(column);
      entries.push(entry);
    }
  }
  return Object.freeze({
    rows: Object.freeze(rows),
    columns: Object.freeze(columns),
    entries: Object.freeze(entries),
  });
}

/** The second derivatives of `e` by each pair of variables: the Jacobian of its first ones. Throws as `jacobian` does. */
export function hessian(e: Operand, variables: readonly (string | Expr)[]): SparseMatrix {
  const by = columnsOf(variables);
  const partials = partialsOf(asExpr(e), by);
  return jacobian(
    [...by.places.values()].map(column => partials.get(column) ?? constant(0)),
    variables,
  );
}

/** What a Jacobian is taken by. */
interface Columns {
  readonly places: ReadonlyMap<Variable, number>;
  /** One column of each name. */
  readonly named: ReadonlyMap<string, Variable>;
}

/** The entries of a row that are not 0, by their columns. */
function partialsOf(e: Expr, { places, named }: Columns): ReadonlyMap<number, Expr> {
  const held = e.freeIndices;
  const root = freshen(e, new Set(held));
  // Only what occurs is asked for: a sparse matrix with many columns costs what its entries cost.
  const readings = [...readingsOf(root)].flatMap(([name, list]) => (named.has(name) ? list : []));
  for (const reading of readings) checkReading(reading, held, named.get(reading.name));
  const memory = newMemory();
  const swept = sweep(root, constant(1), new Set(readings.map(({ name }) => name)), memory, held);
  const partials = new Map<number, Expr>();
  for (const reading of readings) {
    const column = places.get(reading);
    const adjoint = swept.get(reading);
    if (column === undefined || adjoint === undefined) continue;
    const entry = expression(memory, adjoint);
    if (!isZero(entry)) partials.set(column, entry);
  }
  return partials;
}

function checkReading(reading: Variable, held: readonly string[], asked: Variable | undefined): void {
  const { name, indices, freeIndices } = reading;
  const isFixed = freeIndices.every(index => held.includes(index));
  if (isFixed && asked?.indices.length === indices.length) return;
  const problem = isFixed ? "the axes do not match" : "an index of it is bound, so that no row tells its column";
  throw new FluxionError(
    "bad-index",
    `a column of this Jacobian is ${asked}, but ${name} is read as ${reading}: ${problem}; differentiate by an element of it gives a derivative with indices`,
  );
}

function columnsOf(variables: readonly (string | Expr)[]): Columns {
  const places = new Map<Variable, number>();
  const named = new Map<string, Variable>();
  for (const [position, given] of variables.entries()) {
    const column = typeof given === "string" ? readingIn(given) : given;
    if (!(column instanceof Variable)) {
      throw new FluxionError(
        "bad-index",
        `a column of a Jacobian is a variable or a reading of an array, got ${describe(given)}`,
      );
    }
    if (places.has(column)) throw new FluxionError("bad-option", `the variable ${column} is named twice`);
    places.set(column, position);
    named.set(column.name, column);
  }
  return { places, named };
}

// A name that is no reading may be anything; within brackets only plain names and integers are read.
function readingIn(text: string): Variable {
  const { name, indices } = targetOf(text);
  const odd = indices.find(index => index.name !== undefined && /[[\]+*]/.test(index.name));
  if (odd === undefined) return variable(name, ...indices);
  throw new FluxionError(
    "bad-index",
    `${text} is read by integers or in windows; give it as parse(${JSON.stringify(text)})`,
  );
}
