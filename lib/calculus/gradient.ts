import { type Definitions, isList } from "../expression/definition.ts";
import { asExpr, type Expr, type Operand, type Variable } from "../expression/expression.ts";
import { indexNames } from "../expression/indices.ts";
import { type BackwardOptions, backward } from "./backward.ts";
import { newMemory } from "./product.ts";
import { axesOf, gather, readingsOf, type Wanted, wantedOf } from "./readings.ts";
import { type GradientOptions, seedOf } from "./seed.ts";
import { sweep } from "./sweep.ts";

/** Partial derivatives by name: of the reading `"W[j,k]"` under `W`. Names that are written out are its only keys. */
export type Gradient<V> = Readonly<Record<NameOf<V>, Expr>>;
type NameOf<V> = V extends `${infer Name}[${string}` ? Name : V extends string ? V : string;

/**
 * The partial derivatives of `e` by all the variables, in one reverse sweep over the shared graph, by name. The reading of an
 * array, `"W[j,k]"`, names the free indices of its answer; a bare `"W"` takes those of its first reading. Without a
 * list, all variables but those read within indices only, which are integers. One that does not occur has the derivative 0.
 *
 * Of a list of definitions, the backward pass, as a list that follows it: one definition for the adjoint of each that the
 * derivative passes through and for each variable, named after what it is the adjoint of, `dh[n,k]` of `h[n,k]`, primed if
 * that name is taken. Each reads the list and earlier adjoints, is simplified, and computes nothing anew that the list
 * holds. The root is the last definition unless `of` names one.
 *
 * Value and gradient together cost at most five times the operations of `e` (A. Griewank and A. Walther, Evaluating
 * Derivatives, 2nd ed., SIAM 2008, section 3.3). The object has no prototype: every name is only a name.
 *
 * Throws `not-scalar` if the root has free indices and no adjoint is given, `bad-index` for a reading that does not fit the
 * array, `bad-option` if a variable is asked for under two readings or a list is none.
 */
export function gradient(
  definitions: Definitions,
  variables?: readonly (string | Variable)[],
  options?: BackwardOptions,
): Definitions;
export function gradient<V extends string | Variable = string>(
  e: Operand,
  variables?: readonly V[],
  options?: GradientOptions,
): Gradient<V>;
export function gradient(
  what: Operand | Definitions,
  variables?: readonly (string | Variable)[],
  options: BackwardOptions = {},
): Gradient<string> | Definitions {
  return isList(what) ? backward(what, variables, options) : ofExpression(asExpr(what), variables, options);
}

function ofExpression(
  root: Expr,
  variables: readonly (string | Variable)[] | undefined,
  options: GradientOptions,
): Gradient<string> {
  const readings = readingsOf(root);
  const wanted: readonly Wanted[] =
    variables === undefined ? [...readings.keys()].map(name => ({ name, axes: undefined })) : wantedOf(variables);
  const memory = newMemory();
  const seed = seedOf(root.freeIndices, options.adjoint);
  const swept = sweep(root, seed, new Set(wanted.map(({ name }) => name)), memory);
  const isArray = [...readings.values()].some(([first]) => first !== undefined && first.indices.length > 0);
  const taken: ReadonlySet<string> = isArray ? indexNames(root, seed) : new Set();
  const result: Record<string, Expr> = Object.create(null);
  for (const { name, axes } of wanted) {
    const read = readings.get(name) ?? [];
    result[name] = gather({ name, axes: axes ?? axesOf(read, taken) }, read, swept, memory);
  }
  return Object.freeze(result);
}
