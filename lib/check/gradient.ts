import { readingsOf } from "../calculus/readings.ts";
import { evaluateDefinitions } from "../evaluate.ts";
import type { Definition, Definitions } from "../expression/definition.ts";
import { FluxionError } from "../expression/error.ts";
import { asExpr, type Operand, variable } from "../expression/expression.ts";
import { extentsOf } from "../expression/extents.ts";
import { freeVariables } from "../expression/fold.ts";
import { freshName, indexNames, readingOf, renameIndices } from "../expression/indices.ts";
import { type FlatArray, lookUp, shapeOf, sizeOf, type Value, type Values } from "../expression/values.ts";
import { backward, type Wanted } from "./backward.ts";
import { type FiniteDifference, finiteDifference } from "./finite-difference.ts";
import { type Coordinate, coordinatesAt, copyOf, moved } from "./moved.ts";
import { uniform } from "./points.ts";
import { shapesOf } from "./regular.ts";
import { type GradientCheck, type PartialCheck, reportOf, type VariableCheck } from "./report.ts";
import type { Run } from "./run.ts";

export type { GradientCheck, PartialCheck, VariableCheck } from "./report.ts";

/** What is checked, and how closely. */
export interface GradientCheckOptions {
  /** The variables to differentiate by: all but those that are read within indices only, unless said. */
  readonly variables?: readonly string[];
  /** The largest relative error that agrees: 1e-6 unless said. */
  readonly tolerance?: number;
  /**
   * What an error is relative to: the larger of both values of that partial derivative (`entry`, which is the default), or the same but
   * no less than a thousandth of the largest partial derivative by that variable (`largest`). Below a hundred-thousandth of what
   * is differentiated, finite differences tell nothing, and errors are relative to that.
   */
  readonly relativeTo?: "entry" | "largest";
  /** The partial derivatives to check, by variable or reading (`"W[j,k]"`): those of `gradient` unless said. */
  readonly gradient?: Readonly<Record<string, Operand>>;
  /** The name under which `gradient` reads the random adjoint that free indices are contracted with. */
  readonly adjoint?: string;
  /** What an expression is called in the report; a check of a whole model has no name. */
  readonly name?: string;
  /** Another seed takes another random adjoint, and other elements of large arrays. */
  readonly seed?: number;
  /** How many elements of an array are checked: 100 unless said. */
  readonly elements?: number;
  /** How many values an index takes, where no array tells. */
  readonly extents?: Readonly<Record<string, number>> | ReadonlyMap<string, number>;
  /** What computes the values: `evaluateDefinitions` unless said. */
  readonly run?: Run;
}

/**
 * Compares the symbolic gradient with finite differences, for every element of every variable, parameters and inputs alike.
 * Free indices are contracted with a random adjoint. Of definitions, the last is differentiated: by the variables, and by
 * each definition before it; and each definition is checked on its own, by all that it reads.
 *
 * Finite differences are extrapolated until they are good to a hundredth of the tolerance; where they cannot be, as at a kink,
 * the verdict is `unclear`. Throws as `evaluate` does, and `bad-option` for an empty list.
 */
export function checkGradient(
  e: Operand | Definitions,
  values: Values,
  options: GradientCheckOptions = {},
): GradientCheck {
  const isList = Array.isArray(e);
  const definitions: Definitions = isList ? e : [definitionOf(e as Operand, values, options.name)];
  const root = definitions.at(-1);
  if (root === undefined)
    throw new FluxionError("bad-option", "there is no definition whose gradient could be checked");
  const { variables = variablesOf(definitions) } = options;
  const before = isList ? definitions.slice(0, -1) : [];
  const inner = options.gradient === undefined ? before : [];
  const forward = isList ? new Map([...copyOf(values), ...forwardValues(definitions, values, options)]) : values;
  const extents = before.length === 0 ? new Map<string, number>() : extentsWithin(definitions, values, options);
  const nodes = before.length === 0 ? [] : definitions.flatMap(one => checkNode(one, forward, { ...options, extents }));
  const whole = objectiveOf(definitions, forward, values, [...variables, ...inner.map(({ name }) => name)], options);
  const isNode = options.name !== undefined;
  const parameters = variables.map(name =>
    isNode ? { ...whole(name), kind: "node" as const, of: root.name, by: name } : whole(name),
  );
  const adjoints = inner.map(({ name }) => ({ ...whole(name), kind: "node" as const, whole: root.name }));
  return reportOf([...nodes, ...adjoints, ...parameters], parameters);
}

/** One definition as a function of all that it reads. */
function checkNode(node: Definition, forward: Values, options: GradientCheckOptions): readonly VariableCheck[] {
  const names = variablesOf([node]);
  const { gradient: _, ...others } = options;
  const check = objectiveOf([node], forward, forward, names, others);
  return names.map(by => ({ ...check(by), kind: "node", of: node.name, by }));
}

/**
 * The last of the definitions, contracted with its adjoint, as a function of numbers among `values`; the check of its
 * derivatives by one name. A name that is defined is moved in `forward`, where it is read like any other array.
 */
function objectiveOf(
  definitions: Definitions,
  forward: Values,
  values: Values,
  names: readonly string[],
  options: GradientCheckOptions,
): (name: string) => VariableCheck {
  const { tolerance = 1e-6, relativeTo = "entry", seed = 1, elements = 100 } = options;
  const run: Run = options.run ?? ((list, at, extents) => evaluateDefinitions(list, at, { extents }));
  const random = uniform(seed);
  const root = definitions.at(-1) as Definition;
  const taken = new Set([
    ...freeVariables(...definitions.map(one => one.expression)),
    ...definitions.map(one => one.name),
  ]);
  const seedName = options.adjoint ?? freshName("seed", taken);
  const { wanted, extents } = wantedOf(definitions, forward, names, options.extents);
  const inputs = inputsOf(definitions, values);
  const value = run(definitions, inputs, extents).get(root.name) ?? Number.NaN;
  const adjoint = typeof value === "number" ? undefined : randomLike(value, random);
  const seeded = adjoint === undefined ? inputs : copyOf(inputs).set(seedName, adjoint);
  const contracted = (result: number | FlatArray | undefined): number =>
    typeof result === "number" || result === undefined || adjoint === undefined
      ? Number(result)
      : adjoint.data.reduce((total, weight, i) => total + weight * (result.data[i] ?? Number.NaN), 0);
  const start = adjoint === undefined ? undefined : variable(seedName, ...root.axes);
  const partialsBy = (one: Wanted): readonly number[] => {
    const list =
      options.gradient === undefined ? backward(definitions, one, start) : given(one, options.gradient, taken);
    return listOf(run([...definitions, ...list], seeded, extents).get(list.at(-1)?.name ?? ""));
  };
  const floor = 1e-5 * Math.max(1, Math.abs(contracted(value)));

  return name => {
    const shape = shapeOf(lookUp(forward, name)) ?? [];
    const symbolic = wanted.filter(one => one.name === name).flatMap(partialsBy);
    const largest = symbolic.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
    const least = relativeTo === "largest" ? Math.max(1e-3 * largest, Number.MIN_VALUE) : floor;
    const isDefined = definitions.some(one => one.name === name);
    const list = isDefined ? definitions.filter(one => one.name !== name) : definitions;
    const start = isDefined ? inputsOf(list, forward) : inputs;
    const isRead = lookUp(start, name) !== undefined;
    const check = (coordinate: Coordinate): PartialCheck => {
      const exact = symbolic[coordinate.element ?? 0] ?? 0;
      const f = (x: number): number => contracted(run(list, moved(start, coordinate, x), extents).get(root.name));
      const enough = 0.01 * tolerance * Math.max(Math.abs(exact), least);
      const { value: numeric, error: doubt } = isRead ? finiteDifference(f, coordinate.value, enough) : constantly;
      const scale = Math.max(Math.abs(exact), Math.abs(numeric), least);
      const error = Math.abs(exact - numeric) / scale;
      const verdict = !(doubt <= tolerance * scale) ? "unclear" : error <= tolerance ? "agrees" : "differs";
      return { variable: name, position: positionsOf(coordinate, shape), symbolic: exact, numeric, error, verdict };
    };
    return { kind: "parameter", of: name, partials: sample(coordinatesAt(forward, name), elements, random).map(check) };
  };
}

// An expression is a definition of its free indices; those that have a value stand at it.
function definitionOf(e: Operand, values: Values, called: string | undefined): Definition {
  const root = asExpr(e);
  const fixed = root.freeIndices.filter(name => typeof lookUp(values, name) === "number");
  const expression = renameIndices(root, new Map(fixed.map(name => [name, Number(lookUp(values, name))])));
  const name = called ?? freshName("value", new Set(freeVariables(root)));
  return { name, axes: expression.freeIndices, expression };
}

const constantly: FiniteDifference = { value: 0, error: 0 };

const variablesOf = (definitions: Definitions): readonly string[] => {
  const defined = new Set(definitions.map(({ name }) => name));
  const names = definitions.flatMap(({ expression }) => [...readingsOf(expression).keys()]);
  return [...new Set(names)].filter(name => !defined.has(name)).sort();
};

function forwardValues(definitions: Definitions, values: Values, options: GradientCheckOptions): Map<string, Value> {
  const { extents = {} } = options;
  return new Map(evaluateDefinitions(definitions, values, { extents }));
}

/** What the definitions read that they do not define. */
function inputsOf(definitions: Definitions, values: Values): Values {
  const inputs = new Map<string, Value>();
  const defined = new Set(definitions.map(({ name }) => name));
  for (const name of freeVariables(...definitions.map(({ expression }) => expression))) {
    const value = lookUp(values, name);
    if (value !== undefined && !defined.has(name)) inputs.set(name, value);
  }
  return inputs;
}

// What one definition alone may not tell.
function extentsWithin(
  definitions: Definitions,
  values: Values,
  { extents }: GradientCheckOptions,
): ReadonlyMap<string, number> {
  const [shapes, axes] = [shapesOf(values), new Map(definitions.map(one => [one.name, one.axes]))];
  const expressions = definitions.map(({ expression }) => expression);
  return extentsOf(expressions, (name, reading) => axes.get(name) ?? shapes(name, reading), { extents });
}

/** Each name with an index of its own for each axis, whose extents the shapes tell. */
function wantedOf(
  definitions: Definitions,
  values: Values,
  names: readonly string[],
  given: GradientCheckOptions["extents"] = {},
): { readonly wanted: readonly Wanted[]; readonly extents: Readonly<Record<string, number>> } {
  const taken = new Set(indexNames(...definitions.map(one => one.expression)));
  for (const { axes } of definitions) for (const axis of axes) taken.add(axis);
  const entries: Iterable<[string, number]> = given instanceof Map ? given : Object.entries(given);
  const extents = new Map(entries);
  for (const index of extents.keys()) taken.add(index);
  const wanted = names.map(name => {
    const axes = (shapeOf(lookUp(values, name)) ?? []).map((extent, i) => {
      const axis = freshName(`${name}${i}`, taken);
      taken.add(axis);
      extents.set(axis, extent);
      return axis;
    });
    return { name, axes };
  });
  return { wanted, extents: Object.fromEntries(extents) };
}

/** A partial derivative that was given, in place of a backward pass. */
function given(
  { name, axes }: Wanted,
  gradient: Readonly<Record<string, Operand>>,
  taken: ReadonlySet<string>,
): Definitions {
  const found = Object.entries(gradient).find(([key]) => readingOf(key).name === name);
  const { axes: asked = [] } = readingOf(found?.[0] ?? name);
  const expression = renameIndices(found?.[1] ?? 0, new Map(asked.map((axis, i) => [axis, axes[i] ?? axis])));
  return [{ name: freshName(`d${name}`, taken), axes, expression }];
}

// Never near 0, so that no element of the result is lost.
function randomLike({ shape, data }: FlatArray, random: () => number): { shape: readonly number[]; data: number[] } {
  const element = (): number => ((random() < 0.5 ? -1 : 1) * Math.round(100 + 900 * random())) / 1000;
  return { shape, data: Array.from({ length: data.length }, element) };
}

function sample<T>(all: readonly T[], count: number, random: () => number): readonly T[] {
  if (all.length <= count) return all;
  const rest = [...all];
  return Array.from({ length: count }, () => rest.splice(Math.floor(random() * rest.length), 1)).flat();
}

const listOf = (result: number | FlatArray | undefined): readonly number[] =>
  typeof result === "number" ? [result] : result === undefined ? [] : Array.from(result.data);

const positionsOf = ({ element }: Coordinate, shape: readonly number[]): readonly number[] =>
  element === undefined
    ? []
    : shape.map((extent, axis) => Math.floor(element / sizeOf(shape.slice(axis + 1))) % extent);
