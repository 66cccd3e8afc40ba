import { gradient } from "../calculus/gradient.ts";
import { type Definitions, mapDefinitions } from "../expression/definition.ts";
import { FluxionError } from "../expression/error.ts";
import { describe, type Expr, type Variable, variable } from "../expression/expression.ts";
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

/** What is learnt, such as a network's. */
export interface Learnt {
  /** The readings of all parameters. */
  readonly parameters: readonly string[];
  /** Those that decay, where the optimiser makes weights decay: all, unless said. */
  readonly weights?: readonly string[];
  /** What a step changes besides, such as running statistics. */
  readonly updates?: Updates;
}

/**
 * The step of an optimiser down the gradient of the last definition, which has no indices, by the parameters, such as
 * `["W1[j,k]", "b1[k]"]`, or by those of a network, whose biases do not decay. Throws as `gradient` does, and `bad-option`
 * where two updates are of one array, or where a weight is no parameter.
 */
export function trainingStep(
  forward: Definitions,
  learnt: readonly string[] | Learnt,
  optimiser: Optimiser,
): TrainingStep {
  const { parameters, weights = parameters, updates = {} } = checkedLearnt(learnt);
  const backward = gradient(forward, parameters);
  const taken = namesOf(forward, parameters);
  const partials = gradientsOf(parameters, taken);
  for (const text of Object.keys(updates)) taken.add(readingOf(text).name);
  for (const name of [...freeVariables(...Object.values(updates)), ...backward.map(one => one.name)]) taken.add(name);
  const nameOf = namer(taken);
  const decaying = new Set(weights.map(text => readingOf(text).name));
  const steps = [...partials].map(([parameter, partial]) =>
    optimiser(parameter, partial, { nameOf, isWeight: decaying.has(parameter.name) }),
  );
  return { forward, backward, updates: joined([updates, ...steps]) };
}

/** All updates in one record. An array of all parameters, such as the number of steps, may be named by each, alike. */
function joined(updates: readonly Updates[]): Updates {
  const all = new Map<string, readonly [text: string, next: Expr]>();
  for (const [text, next] of updates.flatMap(each => Object.entries(each))) {
    const { name } = readingOf(text);
    const [known, same] = all.get(name) ?? [text, next];
    if (known !== text || same !== next) {
      throw new FluxionError("bad-option", `${known} is updated twice in a step, and in different ways`);
    }
    all.set(name, [text, next]);
  }
  return Object.freeze(Object.fromEntries(all.values()));
}

/** Gives the same name for the same wish, and makes it one of the taken. */
function namer(taken: Set<string>): (wish: string) => string {
  const given = new Map<string, string>();
  return wish => {
    const name = given.get(wish) ?? freshName(wish, taken);
    given.set(wish, name);
    taken.add(name);
    return name;
  };
}

function checkedLearnt(learnt: readonly string[] | Learnt): Learnt {
  const all: Learnt = isListed(learnt) ? { parameters: learnt } : learnt;
  if (typeof all !== "object" || all === null || !Array.isArray(all.parameters)) {
    throw new FluxionError("bad-option", `what is learnt is a list of readings or a network, got ${describe(learnt)}`);
  }
  const names = new Set(all.parameters.map(text => readingOf(text).name));
  const stranger = all.weights?.find(text => !names.has(readingOf(text).name));
  if (stranger === undefined) return all;
  throw new FluxionError("bad-option", `the weight ${stranger} is none of the parameters ${all.parameters.join(", ")}`);
}

const isListed = (learnt: readonly string[] | Learnt): learnt is readonly string[] => Array.isArray(learnt);

const namesOf = (forward: Definitions, parameters: readonly string[]): Set<string> =>
  new Set([
    ...freeVariables(...forward.map(({ expression }) => expression)),
    ...forward.map(({ name }) => name),
    ...parameters.map(text => readingOf(text).name),
  ]);

/** The names of the gradients of parameters in the backward pass, `dW` of `W`, by their readings. */
function gradientsOf(parameters: readonly string[], taken: Set<string>): ReadonlyMap<Variable, Variable> {
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
