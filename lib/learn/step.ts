import { gradient } from "../calculus/gradient.ts";
import { type Definitions, mapDefinitions } from "../expression/definition.ts";
import { type Variable, variable } from "../expression/expression.ts";
import { freeVariables } from "../expression/fold.ts";
import { freshName, readingOf, substitute } from "../expression/indices.ts";
import type { Optimiser, Updates } from "./optimisers.ts";
import { arrayRead } from "./signal.ts";

/** A step of training as formulas: forward pass, backward pass, and what becomes of the parameters. */
export interface TrainingStep {
  readonly forward: Definitions;
  /** The adjoint of each definition that the derivative passes through, and the gradient of each parameter. */
  readonly backward: Definitions;
  readonly updates: Updates;
}

/**
 * The step of an optimiser down the gradient of the last definition, which has no indices, by the parameters, such as
 * `["W1[j,k]", "b1[k]"]`. Throws as `gradient` does.
 */
export function trainingStep(forward: Definitions, parameters: readonly string[], optimiser: Optimiser): TrainingStep {
  const backward = gradient(forward, parameters);
  const updates = [...gradientsOf(forward, parameters)].flatMap(([parameter, partial]) =>
    Object.entries(optimiser(parameter, partial)),
  );
  return { forward, backward, updates: Object.freeze(Object.fromEntries(updates)) };
}

/** The names of the gradients of parameters in the backward pass, `dW` of `W`, by their readings. */
function gradientsOf(forward: Definitions, parameters: readonly string[]): ReadonlyMap<Variable, Variable> {
  const taken = new Set([
    ...freeVariables(...forward.map(({ expression }) => expression)),
    ...forward.map(({ name }) => name),
    ...parameters.map(text => readingOf(text).name),
  ]);
  const partials = new Map<Variable, Variable>();
  for (const parameter of parameters.map(arrayRead)) {
    const name = freshName(`d${parameter.name}`, taken);
    taken.add(name);
    partials.set(parameter, variable(name, ...parameter.indices));
  }
  return partials;
}

/**
 * Formulas over the samples of a batch, such as `x[n,j]`, as formulas over the rows of all data, `x[row[n],j]`: so that a
 * batch is a list of row numbers, and nothing is copied.
 */
export function onRows(definitions: Definitions, data: readonly string[], row: string): Definitions {
  const replacements = Object.fromEntries(
    data.map(text => {
      const { name, indices } = arrayRead(text);
      const [sample = "n", ...others] = indices;
      return [text, variable(name, variable(row, sample), ...others)];
    }),
  );
  return mapDefinitions(definitions, e => substitute(e, replacements));
}
