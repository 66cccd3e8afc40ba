import { FluxionError } from "../expression/error.ts";
import { asExpr, constant, type Expr, type Operand, variable } from "../expression/expression.ts";
import { readingOf } from "../expression/indices.ts";

/** How `gradient` begins. */
export interface GradientOptions {
  /**
   * The adjoint that the sweep starts from, 1 unless said: a name, `"dy"` or `"dy[i]"`, or an expression. With one, `e` may
   * have free indices; a bare name is read under all of them.
   */
  readonly adjoint?: Operand | string;
}

/** The adjoint that a sweep over something with these axes starts from. Throws as `gradient` does. */
export function seedOf(axes: readonly string[], adjoint: Operand | string | undefined): Expr {
  if (adjoint === undefined) {
    if (axes.length === 0) return constant(1);
    throw new FluxionError(
      "not-scalar",
      `the gradient of an expression with the free indices ${axes.join(", ")} needs an adjoint, such as { adjoint: "dy[${axes}]" }, or a sum over them`,
    );
  }
  const seed = typeof adjoint === "string" ? namedAdjoint(adjoint, axes) : asExpr(adjoint);
  const foreign = seed.freeIndices.filter(index => !axes.includes(index));
  if (foreign.length === 0) return seed;
  throw new FluxionError(
    "bad-index",
    `the adjoint ${seed} has the free indices ${foreign.join(", ")}, which the expression has not`,
  );
}

function namedAdjoint(text: string, free: readonly string[]): Expr {
  const { name, axes = free } = readingOf(text);
  return variable(name, ...axes);
}
