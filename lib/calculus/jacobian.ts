import { FluxionError } from "../expression/error.ts";
import { asExpr, type Expr, type Operand, Variable, variable } from "../expression/expression.ts";
import { gradient } from "./gradient.ts";
import { isZero } from "./product.ts";
import { readingsOf } from "./readings.ts";

/** A matrix of expressions by those of its entries that are not 0, row by row: the k-th stands at `rows[k]`, `columns[k]`. */
export interface SparseMatrix {
  readonly rows: readonly number[];
  readonly columns: readonly number[];
  readonly entries: readonly Expr[];
}

/**
 * The partial derivatives of each expression (a row) by each scalar variable (a column). An entry is left out where the
 * expression does not depend on the variable. What an expression reads under indices may be no variable of it: `differentiate`
 * by `"x[p]"` gives such a Jacobian, in one formula. Throws `bad-index` for a variable with indices, `bad-option` for one that
 * is named twice, and as `gradient` does.
 */
export function jacobian(expressions: readonly Operand[], variables: readonly (string | Variable)[]): SparseMatrix {
  const by = columnsOf(variables);
  const [rows, columns, entries]: [number[], number[], Expr[]] = [[], [], []];
  for (const [row, e] of expressions.entries()) {
    // Only what occurs is asked for: a sparse matrix with many columns costs what its entries cost.
    const readings = readingsOf(asExpr(e));
    const occurring = [...readings.keys()].filter(name => by.has(name));
    for (const name of occurring)
      checkScalar(
        name,
        readings.get(name)?.find(({ indices }) => indices.length > 0),
      );
    const partials = gradient(
      e,
      occurring.map(name => variable(name)),
    );
    const found = occurring.map(name => ({ column: by.get(name) ?? 0, entry: asExpr(partials[name] ?? 0) }));
    for (const { column, entry } of found.sort((a, b) => a.column - b.column)) {
      if (isZero(entry)) continue;
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

/** The second derivatives of `e` by each pair of scalar variables: the Jacobian of its gradient. Throws as `jacobian` does. */
export function hessian(e: Operand, variables: readonly (string | Variable)[]): SparseMatrix {
  const names = [...columnsOf(variables).keys()];
  const partials = gradient(
    e,
    names.map(name => variable(name)),
  );
  return jacobian(
    names.map(name => asExpr(partials[name] ?? 0)),
    names.map(name => variable(name)),
  );
}

function checkScalar(name: string, reading: Variable | undefined): void {
  if (reading === undefined) return;
  throw new FluxionError(
    "bad-index",
    `a column of a Jacobian is a scalar, but ${name} is read as ${reading}; differentiate by an element of it gives a derivative with indices`,
  );
}

function columnsOf(variables: readonly (string | Variable)[]): ReadonlyMap<string, number> {
  const columns = new Map<string, number>();
  for (const [column, one] of variables.entries()) {
    const { name, indices } = one instanceof Variable ? one : variable(one);
    if (indices.length > 0) throw new FluxionError("bad-index", `a column of a Jacobian is a scalar, got ${one}`);
    if (columns.has(name)) throw new FluxionError("bad-option", `the variable ${name} is named twice`);
    columns.set(name, column);
  }
  return columns;
}
