import { gradient } from "../calculus/gradient.ts";
import { readingsOf } from "../calculus/readings.ts";
import type { Definition, Definitions } from "../expression/definition.ts";
import { constant, type Expr, reduction, variable } from "../expression/expression.ts";
import { addAll } from "../expression/functions.ts";
import { freshName, indexNames } from "../expression/indices.ts";

/** A backward pass: for each name, the name of its adjoint, which the definitions define after the forward ones. */
export interface Backward {
  readonly definitions: Definitions;
  readonly adjoints: ReadonlyMap<string, string>;
}

/** What to differentiate by: a name, and an index for each of its axes. */
export type Wanted = Omit<Definition, "expression">;

/**
 * The adjoints of what is wanted, and of the definitions on the way to it, as unsimplified formulas. The sweep starts from the
 * last definition, whose adjoint is `seed`. What is wanted may be a definition as well as what the definitions read.
 */
export function backward(definitions: Definitions, wanted: readonly Wanted[], seed: Expr): Backward {
  const taken = new Set(definitions.flatMap(({ name, expression }) => [name, ...readingsOf(expression).keys()]));
  for (const { name } of wanted) taken.add(name);
  for (const name of indexNames(seed, ...definitions.map(({ expression }) => expression))) taken.add(name);
  const nodes = [...definitions.slice(0, -1).reverse(), ...wanted.filter(one => !isDefined(definitions, one.name))];
  const adjoints = new Map<string, string>();
  const found: Definition[] = [];
  const start = definitions.at(-1);
  const adjointOf = (user: Definition): Expr => {
    const name = adjoints.get(user.name);
    const whole = user === start ? seed : name === undefined ? constant(0) : variable(name, ...user.axes);
    // An axis that the expression does not mention repeats it: its adjoint is the sum over that axis.
    return user.axes
      .filter(axis => !user.expression.freeIndices.includes(axis))
      .reduce<Expr>((total, axis) => reduction("sum", axis, total), whole);
  };
  for (const node of nodes) {
    const users = definitions.filter(
      ({ name, expression }) => name !== node.name && readingsOf(expression).has(node.name),
    );
    const shares = users.map(user => {
      const by = variable(node.name, ...node.axes);
      return gradient(user.expression, [by], { adjoint: adjointOf(user) })[node.name] ?? constant(0);
    });
    const name = freshName(`d${node.name}`, taken);
    taken.add(name);
    adjoints.set(node.name, name);
    found.push({ name, axes: node.axes, expression: shares.length === 0 ? constant(0) : addAll(shares) });
  }
  return { definitions: found, adjoints };
}

const isDefined = (definitions: Definitions, name: string): boolean =>
  definitions.some(definition => definition.name === name);
