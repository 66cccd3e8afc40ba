import { type Definitions, isList } from "../expression/definition.ts";
import { FluxionError } from "../expression/error.ts";
import { asExpr, type Expr, type Operand, type Variable } from "../expression/expression.ts";
import { derivative, targetOf } from "./derivative.ts";
import { forward } from "./forward.ts";

/**
 * The derivative of `e`, of an order, as the textbook's rules write it, unsimplified. The variable is a name, a
 * variable, or the reading of an array such as `"W[p,q]"`: then `p` and `q` are free in the answer, which is made of
 * Kronecker deltas. At a kink it is the one value that the table documents.
 *
 * `+ - * /`, negation and functions of one argument write every term; the other rows leave out an argument that does
 * not contain the variable. Throws `bad-option` for an order that is no natural number, `bad-index` for an array
 * without its axes.
 *
 * Of a list of definitions, the derivatives of those that depend on the variable and of the last one, as a list that
 * follows it: `dh_dt[n,k]` of `h[n,k]` by `t`, `dh_dW[n,k,p,q]` by `"W[p,q]"`, primed if the name is taken. Each reads the
 * list and earlier derivatives, and is simplified. There the order is 1, and an element is named by integers and by indices
 * that are axes of no definition; else it throws `bad-option` or `bad-index`.
 */
export function differentiate(definitions: Definitions, variable: string | Variable): Definitions;
export function differentiate(e: Operand, variable: string | Variable, order?: number): Expr;
export function differentiate(what: Operand | Definitions, variable: string | Variable, order = 1): Expr | Definitions {
  if (!Number.isSafeInteger(order) || order < 0) {
    throw new FluxionError("bad-option", `the order of a derivative is a natural number, got ${order}`);
  }
  const by = targetOf(variable);
  if (isList(what)) {
    if (order === 1) return forward(what, by);
    throw new FluxionError(
      "bad-option",
      `a list of definitions is differentiated once at a time, got the order ${order}`,
    );
  }
  let result = asExpr(what);
  for (let i = 0; i < order; i++) result = derivative(result, by);
  return result;
}
