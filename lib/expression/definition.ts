import { FluxionError } from "./error.ts";
import { asExpr, type Expr, type Operand } from "./expression.ts";
import { readingOf } from "./indices.ts";

/** A named array: `h[n,k] = …`. A scalar has no axes. */
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
  const body = asExpr(expression);
  const unnamed = body.freeIndices.filter(free => !axes.includes(free));
  if (unnamed.length > 0) {
    throw new FluxionError(
      "bad-index",
      `${reading} leaves the ${unnamed.length === 1 ? "index" : "indices"} ${unnamed.join(", ")} of its expression free; name every axis, as in ${name}[${[...axes, ...unnamed]}]`,
    );
  }
  return Object.freeze({ name, axes: Object.freeze([...axes]), expression: body });
}
