import { readingsOf } from "../calculus/readings.ts";
import type { Expr } from "../expression/expression.ts";
import { arrayOf, type FlatArray, lookUp, namesOf, numberOf, type Value, type Values } from "../expression/values.ts";

/** One number among values: a scalar, or an element of an array. */
export interface Coordinate {
  readonly name: string;
  /** Where in the array it stands, in row-major order; undefined for a scalar. */
  readonly element: number | undefined;
  readonly value: number;
}

/** The coordinates that `root` is a function of. Arrays that are read within indices only hold integers, and are none. */
export const coordinatesOf = (root: Expr, values: Values): readonly Coordinate[] =>
  [...readingsOf(root)].flatMap(([name, readings]) =>
    readings.some(({ indices }) => indices.length > 0) ? elementsOf(values, name) : [scalarOf(values, name)],
  );

/** The coordinates of one name. Throws `unbound-variable` if it has no value. */
export const coordinatesAt = (values: Values, name: string): readonly Coordinate[] =>
  typeof lookUp(values, name) === "object" ? elementsOf(values, name) : [scalarOf(values, name)];

/** `values` with another number at one coordinate. */
export function moved(values: Values, { name, element }: Omit<Coordinate, "value">, value: number): Values {
  const all = copyOf(values);
  if (element === undefined) return all.set(name, value);
  const { shape, data } = arrayOf(values, name);
  const changed = Float64Array.from(data);
  changed[element] = value;
  return all.set(name, { shape, data: changed });
}

/** A copy that may be changed. */
export const copyOf = (values: Values): Map<string, Value> =>
  new Map([...namesOf(values)].map(name => [name, lookUp(values, name) ?? Number.NaN]));

/** The arrays among `values`, each made flat once. */
export function arraysOf(values: Values): (name: string) => FlatArray {
  const arrays = new Map<string, FlatArray>();
  return name => {
    const array = arrays.get(name) ?? arrayOf(values, name);
    arrays.set(name, array);
    return array;
  };
}

const scalarOf = (values: Values, name: string): Coordinate => ({
  name,
  element: undefined,
  value: numberOf(values, name),
});

const elementsOf = (values: Values, name: string): readonly Coordinate[] =>
  Array.from(arrayOf(values, name).data, (value, element) => ({ name, element, value }));
