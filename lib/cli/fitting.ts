import { uniform } from "../check/points.ts";
import type { Definitions } from "../expression/definition.ts";
import type { Index, Variable } from "../expression/expression.ts";
import { extentsOf } from "../expression/extents.ts";
import { topologicalOrder } from "../expression/fold.ts";
import { indexNames } from "../expression/indices.ts";
import { type FlatArray, lookUp, shapeOf, sizeOf, type Value } from "../expression/values.ts";
import { UsageError } from "./command.ts";

/** Values for all that a list reads, and the extents of its indices. */
export interface Fitting {
  readonly values: ReadonlyMap<string, Value>;
  readonly extents: ReadonlyMap<string, number>;
}

/**
 * The `given` values, and random ones for all other variables: numbers, and arrays as large as they are read. An index that
 * nothing determines takes `usual` values. Throws where an array of integers is not given.
 */
export function fittingValues(
  definitions: Definitions,
  given: ReadonlyMap<string, Value>,
  extents: ReadonlyMap<string, number>,
  seed: number,
): Fitting {
  const roots = definitions.map(({ expression }) => expression);
  const axes = new Map(definitions.map(definition => [definition.name, definition.axes]));
  const shape = (name: string): readonly (number | string)[] | undefined =>
    axes.get(name) ?? shapeOf(lookUp(given, name));
  const known = new Map(extentsOf(roots, shape, { extents }));
  const names = [...indexNames(...roots), ...definitions.flatMap(definition => definition.axes)];
  for (const name of names) if (!known.has(name)) known.set(name, usual);
  const random = uniform(seed);
  const values = new Map(given);
  for (const [name, readings] of missingIn(definitions, given)) {
    const array = readings.some(({ indices }) => indices.length > 0)
      ? arrayFor(readings, known, given, random)
      : undefined;
    values.set(name, array ?? drawn(random));
  }
  return { values, extents: known };
}

const usual = 3;

// In thousandths, as a person can read them.
const drawn = (random: () => number): number => Math.round(4000 * random() - 2000) / 1000;

function missingIn(
  definitions: Definitions,
  given: ReadonlyMap<string, Value>,
): ReadonlyMap<string, readonly Variable[]> {
  const defined = new Set(definitions.map(({ name }) => name));
  const found = new Map<string, Variable[]>();
  for (const node of topologicalOrder(...definitions.map(({ expression }) => expression))) {
    for (const { name } of node.kind === "variable" || node.kind === "delta" ? node.args.filter(isVariable) : []) {
      if (given.has(name)) continue;
      throw new UsageError(`${name} is read within an index: give it integers, such as "${name}=[0, 2, 1]"`);
    }
    if (node.kind !== "variable" || given.has(node.name) || defined.has(node.name)) continue;
    found.set(node.name, [...(found.get(node.name) ?? []), node]);
  }
  return found;
}

const isVariable = (node: { readonly kind: string }): node is Variable => node.kind === "variable";

function arrayFor(
  readings: readonly Variable[],
  extents: ReadonlyMap<string, number>,
  given: ReadonlyMap<string, Value>,
  random: () => number,
): FlatArray {
  const rank = Math.max(...readings.map(({ indices }) => indices.length));
  const shape = Array.from({ length: rank }, (_, axis) =>
    Math.max(...readings.map(({ indices }) => dimensionFor(indices[axis], extents, given))),
  );
  return { shape, data: Float64Array.from({ length: sizeOf(shape) }, () => drawn(random)) };
}

// One more than the greatest position that is read.
const dimensionFor = (
  index: Index | undefined,
  extents: ReadonlyMap<string, number>,
  given: ReadonlyMap<string, Value>,
): number =>
  (index?.terms ?? []).reduce((greatest, { coefficient, of }) => {
    const most = typeof of === "string" ? (extents.get(of) ?? usual) - 1 : greatestOf(given.get(of.name));
    return greatest + Math.max(0, coefficient * most);
  }, index?.offset ?? 0) + 1;

const greatestOf = (value: Value | undefined): number =>
  Array.isArray(value) ? Math.max(0, ...value.flat(Number.POSITIVE_INFINITY)) : 0;
