import { type Expr, variable } from "../../expression/expression.ts";
import type { Filling } from "./filling.ts";
import { isPlain, substituteReadings } from "./inline.ts";

/** A name and an order of axes for an array that has others. */
export type Renaming = ReadonlyMap<string, { readonly name: string; readonly axes: readonly string[] }>;

/** The fillings with some of their arrays renamed, and read under their new names: `axes` are the old ones in a new order. */
export function renameArrays(fillings: readonly Filling[], renaming: Renaming): readonly Filling[] {
  if (renaming.size === 0) return fillings;
  const own = new Map(fillings.map(({ name, axes }) => [name, axes]));
  const memo = new Map<Expr, Expr>();
  const renamed = (e: Expr): Expr =>
    substituteReadings(
      e,
      read => {
        const to = renaming.get(read.name);
        const from = own.get(read.name) ?? [];
        return to && variable(to.name, ...to.axes.map(axis => read.indices[from.indexOf(axis)] ?? axis));
      },
      memo,
    );
  return fillings.map(filling => {
    const { name, axes } = renaming.get(filling.name) ?? filling;
    const at = axes.flatMap(axis => filling.at[filling.axes.indexOf(axis)] ?? []);
    const whole = { ...filling, name, axes, at, value: renamed(filling.value), formula: renamed(filling.formula) };
    if (filling.product === undefined) return whole;
    const [left, right] = [renamed(filling.product.left), renamed(filling.product.right)];
    if (left.kind !== "variable" || right.kind !== "variable") return whole;
    return { ...whole, product: oriented({ ...filling.product, left, right }, axes) };
  });
}

/** Temporaries under the names of what they hold, where `named` tells it: as a reading of one of them. */
export function nameTemporaries(
  fillings: readonly Filling[],
  named: readonly Filling[],
  isTemporary: (name: string) => boolean,
): readonly Filling[] {
  const byName = new Map(fillings.map(filling => [filling.name, filling]));
  const renaming = new Map<string, { readonly name: string; readonly axes: readonly string[] }>();
  for (const { name, axes, value: read } of named) {
    if (read.kind !== "variable" || !isPlain(read) || read.indices.length !== axes.length) continue;
    const filling = byName.get(read.name);
    if (filling === undefined || !isTemporary(read.name) || renaming.has(read.name)) continue;
    // What is laid out as its readers run, its axes in another order, is not what the name is read as.
    if (read.indices.some((index, axis) => index.name !== axes[axis])) continue;
    renaming.set(read.name, { name, axes: filling.axes });
  }
  return renameArrays(fillings, renaming);
}

// Rows by columns, as the result is laid out: its last axis is one of the columns.
function oriented(product: Product, axes: readonly string[]): Product {
  const { left, right, rows, columns } = product;
  const isTransposed = rows.includes(axes.at(-1) ?? "");
  return isTransposed ? { ...product, left: right, right: left, rows: columns, columns: rows } : product;
}

type Product = NonNullable<Filling["product"]>;
