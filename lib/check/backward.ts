import { gradient } from "../calculus/gradient.ts";
import type { Definition, Definitions } from "../expression/definition.ts";
import { type Expr, variable } from "../expression/expression.ts";
import { freeVariables } from "../expression/fold.ts";
import { freshName } from "../expression/indices.ts";
import { sum } from "../expression/reductions.ts";

/** What to differentiate by: a name, and an index for each of its axes. */
export type Wanted = Omit<Definition, "expression">;

/**
 * The gradient of the last definition by a variable, or by a definition before it. The sweep starts from `seed`, the adjoint
 * of what is differentiated; undefined for a scalar. What was asked for is the last definition of the list.
 */
export function backward(definitions: Definitions, { name, axes }: Wanted, seed: Expr | undefined): Definitions {
  const by = variable(name, ...axes);
  const [only, second] = definitions;
  if (only === undefined || second !== undefined)
    return gradient(definitions, [by], seed === undefined ? {} : { adjoint: seed });
  const expression = gradient(only.expression, [by], seed === undefined ? {} : { adjoint: within(only, seed) })[name];
  return [
    {
      name: freshName(`d${name}`, new Set([...freeVariables(only.expression, seed ?? 0), only.name])),
      axes,
      expression: expression ?? variable(name, ...axes),
    },
  ];
}

// An axis that the expression does not mention repeats it: its adjoint is the sum over that axis.
const within = ({ axes, expression }: Definition, seed: Expr): Expr =>
  axes.filter(axis => !expression.freeIndices.includes(axis)).reduce<Expr>((total, axis) => sum(axis, total), seed);
