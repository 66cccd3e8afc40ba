import { type Definitions, freeVariables, isList } from "../expression/definition.ts";
import { FluxionError } from "../expression/error.ts";
import { asExpr, type Expr, type Operand, type Variable, variable } from "../expression/expression.ts";
import { freshName, indexNames } from "../expression/indices.ts";
import type { BackwardOptions } from "./backward.ts";
import { gradient } from "./gradient.ts";
import { axesOf, type Named, readingsOf, wantedOf } from "./readings.ts";

/** How the value is named. */
export interface WithGradientOptions<N extends string = string> {
  /** The name of the value; `"loss"` unless said. */
  readonly name?: N;
}

/** A value and its partial derivatives, under the names that a schedule takes. */
export type WithGradient<V extends string, N extends string = "loss"> = Readonly<Record<N | `d${V}`, Expr>>;

/**
 * An expression and its partial derivatives under the names of what is to be computed: `loss`, `"dW[j,k]"`, `db`. Each reading
 * names the axes of its derivative, and an array is always asked for under its axes; without a list of variables, all of them
 * are, under the axes of their first readings. A name that the expression reads already is primed. Of a list of
 * definitions, the list and the backward pass after it.
 *
 * Throws as `gradient` does, and `bad-index` for an array without its axes.
 */
export function withGradient(
  definitions: Definitions,
  variables?: readonly string[],
  options?: BackwardOptions,
): Definitions;
export function withGradient<const V extends string = string, const N extends string = "loss">(
  loss: Operand,
  variables?: readonly V[],
  options?: WithGradientOptions<N>,
): WithGradient<V, N>;
export function withGradient(
  what: Operand | Definitions,
  variables?: readonly string[],
  options: WithGradientOptions & BackwardOptions = {},
): Readonly<Record<string, Expr>> | Definitions {
  if (isList(what)) return Object.freeze([...what, ...gradient(what, variables, options)]);
  const loss = asExpr(what);
  const readings = readingsOf(loss);
  const wanted = variables === undefined ? everyReading(loss, readings) : variables.map(text => asked(text, readings));
  const partials = gradient(
    loss,
    wanted.map(({ name, axes }) => variable(name, ...axes)),
  );
  const taken = new Set(freeVariables(loss));
  const fresh = new Map<string, string>();
  const nameOf = (name: string): string => {
    const known = fresh.get(name) ?? freshName(name, taken);
    taken.add(known);
    fresh.set(name, known);
    return known;
  };
  const result: Record<string, Expr> = Object.create(null);
  result[nameOf(options.name ?? "loss")] = loss;
  for (const { name, brackets } of wanted) result[nameOf(`d${name}`) + brackets] = asExpr(partials[name] ?? 0);
  return Object.freeze(result);
}

/** What is asked for, and how its axes are written. */
interface Asked extends Named {
  readonly brackets: string;
}

function asked(text: string, readings: ReadonlyMap<string, readonly Variable[]>): Asked {
  const [{ name, axes } = { name: text, axes: undefined }] = wantedOf([text]);
  const first = readings.get(name)?.[0];
  if (axes === undefined && first !== undefined && first.indices.length > 0) {
    const letters = [..."ijklmn"].slice(0, first.indices.length);
    throw new FluxionError(
      "bad-index",
      `${name} is an array, read as ${first}; name the axes of its derivative, as in ${name}[${letters}]`,
    );
  }
  return { name, axes: axes ?? [], brackets: axes === undefined ? "" : text.slice(text.indexOf("[")) };
}

const everyReading = (loss: Expr, readings: ReadonlyMap<string, readonly Variable[]>): readonly Asked[] =>
  [...readings].map(([name, list]) => {
    const axes = axesOf(list, indexNames(loss));
    return { name, axes, brackets: axes.length === 0 ? "" : `[${axes}]` };
  });
