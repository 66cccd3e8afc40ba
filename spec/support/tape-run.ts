import * as assert from "uvu/assert";
import { evaluate, evaluateDefinitions } from "../../lib/evaluate.ts";
import type { Definitions } from "../../lib/expression/definition.ts";
import { type Expr, type Index, variable } from "../../lib/expression/expression.ts";
import { extentOf, extentsOf } from "../../lib/expression/extents.ts";
import { mulAll } from "../../lib/expression/functions.ts";
import { arrayOf, type FlatArray, lookUp, namesOf, shapeOf, sizeOf, type Values } from "../../lib/expression/values.ts";
import type { Accumulation, Nest, ProductStep, Tape } from "../../lib/tape/tape.ts";

/**
 * What a tape computes, statement by statement as its types say, each expression by `evaluate`: slow and obvious. The results
 * by name, updates included.
 */
export function runTape(tape: Tape, values: Values): ReadonlyMap<string, number | FlatArray> {
  const axesOf = new Map(tape.arrays.map(({ name, axes }) => [name, axes]));
  const extents = extentsOf(
    tape.roots,
    (name, reading) => {
      const shape = shapeOf(lookUp(values, name));
      return shape?.length === reading.indices.length ? shape : namedAxes(axesOf.get(name));
    },
    { extents: tape.extents },
  );
  const held = new Map<string, number | FlatArray>();
  for (const name of namesOf(values)) held.set(name, lookUp(values, name) as number | FlatArray);
  const inPlace = new Set(tape.updates.flatMap(({ to, from }) => (to === from ? [to] : [])));
  for (const { name, role, axes } of tape.arrays) {
    if (inPlace.has(name)) {
      const { shape, data } = arrayOf(values, name);
      held.set(name, { shape, data: Float64Array.from(data) });
    }
    if (role === "input") continue;
    const shape = axes.map(axis => extentOf(extents, axis ?? ""));
    held.set(name, { shape, data: new Float64Array(sizeOf(shape)).fill(Number.NaN) });
  }
  const run = (nest: Nest): void => runNest(nest, held, extents);
  for (const step of tape.steps) {
    if (step.kind === "matrix product") multiply(step, held, extents);
    run(step.kind === "matrix product" ? step.after : step.nest);
  }
  const results = new Map<string, number | FlatArray>();
  for (const name of tape.outputs) results.set(name, held.get(name) ?? Number.NaN);
  for (const { to, from } of tape.updates) results.set(to, held.get(from) ?? Number.NaN);
  return results;
}

/** The same results by the reference meaning. */
export const runDefinitions = (definitions: Definitions, values: Values): ReadonlyMap<string, number | FlatArray> =>
  evaluateDefinitions(definitions, values);

function runNest(nest: Nest, held: Map<string, number | FlatArray>, extents: ReadonlyMap<string, number>): void {
  const value = (e: Expr): number => evaluate(e, scalars(held), { extents });
  for (const statement of nest) {
    switch (statement.kind) {
      case "loop":
        for (let i = 0; i < extentOf(extents, statement.index); i++) {
          held.set(statement.index, i);
          runNest(statement.body, held, extents);
        }
        held.delete(statement.index);
        break;
      case "start":
        held.set(statement.local, beginning[statement.operation]);
        break;
      case "let":
        held.set(statement.local, value(statement.value));
        break;
      case "accumulate":
        held.set(
          statement.local,
          combine[statement.operation](Number(held.get(statement.local)), value(statement.value)),
        );
        break;
      case "clear":
        arrayNamed(statement.array, held).data.fill(beginning[statement.operation]);
        break;
      case "store": {
        const { shape, data } = arrayNamed(statement.array, held);
        const element = elementAt(shape, statement.at, value);
        const taken = value(statement.value);
        const { operation } = statement;
        data[element] = operation === "set" ? taken : combine[operation](data[element] ?? Number.NaN, taken);
        break;
      }
    }
  }
}

function multiply(
  step: ProductStep,
  held: Map<string, number | FlatArray>,
  extents: ReadonlyMap<string, number>,
): void {
  const { target, left, right, batch, rows, columns, inner, scale = 1 } = step;
  const value = mulAll([scale, left, right]);
  const at = target.indices;
  const stored: Nest = [{ kind: "store", array: target.name, at, operation: "sum", value }];
  const loops = [...batch, ...rows, ...columns, ...inner].reduceRight<Nest>(
    (body, index) => [{ kind: "loop", index, body }],
    stored,
  );
  runNest([{ kind: "clear", array: target.name, operation: "sum" }, ...loops], held, extents);
}

// A scalar of the tape is an array of one element; where it is read, a number.
function scalars(held: ReadonlyMap<string, number | FlatArray>): Values {
  return new Map(
    [...held].map(([name, value]) => [
      name,
      typeof value === "object" && value.shape?.length === 0 ? (value.data[0] ?? Number.NaN) : value,
    ]),
  );
}

function elementAt(shape: readonly number[], at: readonly Index[], value: (e: Expr) => number): number {
  let element = 0;
  for (const [axis, index] of at.entries()) {
    // The position of an index, as the value of an array that holds its own positions.
    const extent = shape[axis] ?? 0;
    const position = positionOf(index, value);
    if (position < 0 || position >= extent)
      throw new RangeError(`${position} is outside of the axis ${axis}, of ${extent}`);
    element = element * extent + position;
  }
  return element;
}

const positionOf = (index: Index, value: (e: Expr) => number): number =>
  index.terms.reduce(
    (sum, { coefficient, of }) => sum + coefficient * value(typeof of === "string" ? variable(of) : of),
    index.offset,
  );

function arrayNamed(
  name: string,
  held: ReadonlyMap<string, number | FlatArray>,
): { shape: readonly number[]; data: Float64Array } {
  const array = held.get(name);
  if (typeof array !== "object" || !(array.data instanceof Float64Array))
    throw new TypeError(`${name} is no array of the tape`);
  return { shape: array.shape, data: array.data };
}

const namedAxes = (axes: readonly (string | undefined)[] | undefined): readonly string[] | undefined => {
  const named = axes?.filter(axis => axis !== undefined);
  return named?.length === axes?.length ? named : undefined;
};

const beginning: Readonly<Record<Accumulation, number>> = { sum: 0, maximum: -Infinity, minimum: Infinity };
const combine: Readonly<Record<Accumulation, (a: number, b: number) => number>> = {
  sum: (a, b) => a + b,
  maximum: Math.max,
  minimum: Math.min,
};

/** Asserts that results are equal to rounding: sums may be taken in another order, so 1e-9 of the largest element. */
export function agreesWith(
  results: ReadonlyMap<string, number | FlatArray>,
  expected: ReadonlyMap<string, number | FlatArray>,
  names: readonly string[],
): void {
  for (const name of names) {
    const [actual, wanted] = [elementsOf(results.get(name)), elementsOf(expected.get(name))];
    assert.is(actual.length, wanted.length, `${name} has ${wanted.length} elements`);
    const largest = wanted.reduce((most, each) => (Number.isFinite(each) ? Math.max(most, Math.abs(each)) : most), 1);
    for (const [i, each] of wanted.entries()) {
      const found = actual[i] ?? Number.NaN;
      const isNear = Object.is(found, each) || found === each || Math.abs(found - each) <= 1e-9 * largest;
      assert.ok(isNear, `element ${i} of ${name} is ${found}, not ${each}`);
    }
  }
}

const elementsOf = (value: number | FlatArray | undefined): readonly number[] =>
  typeof value === "number" ? [value] : Array.from(value?.data ?? []);
