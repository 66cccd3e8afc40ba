import type { Definitions } from "./expression/definition.ts";
import { FluxionError } from "./expression/error.ts";
import {
  asExpr,
  type Call,
  type Delta,
  describe,
  type Expr,
  excerpt,
  type Operand,
  type Reduction,
  type ReductionKind,
  type Variable,
} from "./expression/expression.ts";
import { axesMismatch, extentOf, extentsOf, type ShapeOf } from "./expression/extents.ts";
import { type Algebra, type Demand, fold, topologicalOrder } from "./expression/fold.ts";
import { conditional } from "./expression/functions.ts";
import { openScopes } from "./expression/scopes.ts";
import {
  arrayOf,
  type FlatArray,
  lookUp,
  namesOf,
  numberOf,
  shapeOf,
  sizeOf,
  unbound,
  type Value,
  type Values,
} from "./expression/values.ts";

/** What the values do not tell. */
export interface EvaluateOptions {
  /** How many values an index takes, where no array tells. */
  readonly extents?: Readonly<Record<string, number>> | ReadonlyMap<string, number>;
}

/** An array that was computed: its elements in row-major order, the last index running fastest. */
export interface ComputedArray extends FlatArray {
  readonly data: Float64Array;
}

/**
 * The value of `e`: the reference meaning of an expression. `values` holds a number for each variable and for each free
 * index, and an array for each variable with indices. Only the branch taken of a conditional is evaluated. An empty sum
 * is 0, an empty maximum and an empty `logsumexp` are `-Infinity`, an empty minimum is `Infinity`.
 *
 * Throws `unbound-variable` for a name without a value, `bad-value` for a value of the wrong kind or shape,
 * `out-of-range` for a position outside of its array, `extent` where an index has no extent, or two.
 */
export function evaluate(e: Operand, values: Values = {}, options: EvaluateOptions = {}): number {
  const root = asExpr(e);
  checkValues(values);
  const fixed = new Set(root.freeIndices);
  return evaluator(values, () => extentsOf([root], shapesOf(values), { ...options, fixed })).result(root);
}

/**
 * The values of `e` for all values of its free indices, which `indices` names in the order of the axes. Throws as
 * `evaluate` does, and `bad-index` where a free index is not named.
 */
export function evaluateArray(
  e: Operand,
  values: Values,
  indices: readonly string[],
  options: EvaluateOptions = {},
): ComputedArray {
  const root = asExpr(e);
  checkValues(values);
  const unnamed = root.freeIndices.filter(name => !indices.includes(name));
  if (unnamed.length > 0) {
    throw new FluxionError(
      "bad-index",
      `every free index must be named; missing from [${indices}]: ${unnamed.join(", ")}`,
    );
  }
  if (new Set(indices).size < indices.length) {
    throw new FluxionError("bad-index", `each index names one axis, got [${indices}]`);
  }
  return evaluator(values, () => extentsOf([root], shapesOf(values), options)).fill(root, indices);
}

/**
 * The values of all definitions by name: a number for one without axes, else an array. Each may read those before it,
 * and their values go before given ones. Throws as `evaluate` does.
 */
export function evaluateDefinitions(
  definitions: Definitions,
  values: Values = {},
  options: EvaluateOptions = {},
): ReadonlyMap<string, number | ComputedArray> {
  checkValues(values);
  const axesOf = new Map(definitions.map(definition => [definition.name, definition.axes]));
  const shapes = shapesOf(values);
  const extents = extentsOf(
    definitions.map(definition => definition.expression),
    (name, reading) => shapes(name, reading) ?? axesOf.get(name),
    options,
  );
  const known = new Map<string, Value>();
  for (const name of namesOf(values)) {
    const value = lookUp(values, name);
    if (value !== undefined) known.set(name, value);
  }
  const results = new Map<string, number | ComputedArray>();
  for (const definition of definitions) {
    const { result, fill } = evaluator(known, () => extents);
    const { expression, axes } = definition;
    const value = axes.length === 0 ? result(expression) : fill(expression, axes);
    known.set(definition.name, value);
    results.set(definition.name, value);
  }
  return results;
}

interface Evaluator {
  result(root: Expr): number;
  fill(root: Expr, indices: readonly string[]): ComputedArray;
}

/** `determine` gives the extents; it is asked when the first index is met. */
function evaluator(values: Values, determine: () => ReadonlyMap<string, number>): Evaluator {
  const scopes = openScopes<number>();
  const arrays = new Map<string, FlatArray>();
  let extents: ReadonlyMap<string, number> | undefined;

  const algebra: Algebra<number> = {
    constant: node => node.value,
    variable: (node, gathered) => (node.indices.length === 0 ? numberOf(values, node.name) : read(node, gathered)),
    call: (node, args) => node.fn.evaluate(...args),
    delta(node, gathered) {
      const [i, j] = positions(node, gathered);
      return i === j ? 1 : 0;
    },
    extent: node => extentFor(node.index, node),
    demand(node) {
      if (node.kind === "reduction") return reduce(node);
      return node.kind === "call" && node.fn === conditional ? choose(node) : undefined;
    },
  };

  const result = (root: Expr): number => fold(root, algebra, scopes.memo);

  function fill(root: Expr, indices: readonly string[]): ComputedArray {
    const shape = Object.freeze(indices.map(name => extentFor(name, root)));
    const size = sizeOf(shape);
    if (size > largest) throw new FluxionError("unsupported", `an array of the shape [${shape}] has too many elements`);
    const data = new Float64Array(size);
    for (const name of indices) scopes.enter(name);
    for (let i = 0; i < size; i++) {
      data[i] = result(root);
      scopes.advance(shape);
    }
    for (const _ of indices) scopes.leave();
    return { shape, data };
  }

  function* reduce(node: Reduction): Demand<number> {
    const extent = extentFor(node.index, node.body);
    const results: number[] = [];
    scopes.enter(node.index);
    for (let position = 0; position < extent; position++) {
      scopes.moveTo(position);
      results.push(yield node.body);
    }
    scopes.leave();
    return reductions[node.operation](results);
  }

  function read(node: Variable, gathered: readonly number[]): number {
    const { shape, data } = arrayFor(node);
    let element = 0;
    for (const [axis, position] of positions(node, gathered).entries()) {
      const extent = shape[axis] ?? 0;
      if (position < 0 || position >= extent) throw outOfRange(node, axis, position, extent);
      element = element * extent + position;
    }
    return data[element] ?? Number.NaN;
  }

  /** The positions that the indices of a node stand at, given what its gathers read. */
  function positions(node: Variable | Delta, gathered: readonly number[]): readonly number[] {
    extents ??= determine();
    let next = 0;
    return node.indices.map(({ offset, terms }) => {
      let position = offset;
      for (const { coefficient, of } of terms) {
        position += coefficient * (typeof of === "string" ? positionOf(of) : integerRead(of, gathered[next++]));
      }
      return position;
    });
  }

  function positionOf(name: string): number {
    const bound = scopes.positionOf(name);
    if (bound !== undefined) return bound;
    if (lookUp(values, name) === undefined) throw unbound(values, name, "index");
    const position = numberOf(values, name);
    if (Number.isInteger(position)) return position;
    throw new FluxionError("bad-value", `the value of the index ${name} must be an integer, got ${position}`);
  }

  function arrayFor(node: Variable): FlatArray {
    const array = arrays.get(node.name) ?? arrayOf(values, node.name);
    arrays.set(node.name, array);
    if (array.shape.length !== node.indices.length) throw axesMismatch(node, array.shape.length);
    return array;
  }

  function extentFor(name: string, within: Expr): number {
    extents ??= determine();
    if (!extents.has(name)) {
      // An array that would have told, had it a value or the right one, is what to complain of.
      for (const node of topologicalOrder(within)) {
        if (node.kind === "variable" && node.indices.some(index => index.name === name)) arrayFor(node);
      }
    }
    return extentOf(extents, name);
  }

  return { result, fill };
}

function* choose({ args: [condition, x, y] }: Call): Demand<number> {
  const taken = conditional.evaluate(yield known(condition), 1, 0) === 1 ? x : y;
  return yield known(taken);
}

const reductions: Readonly<Record<ReductionKind, (values: readonly number[]) => number>> = {
  sum: values => values.reduce((total, value) => total + value, 0),
  maximum: values => values.reduce((greatest, value) => Math.max(greatest, value), -Infinity),
  minimum: values => values.reduce((least, value) => Math.min(least, value), Infinity),
  logsumexp(values) {
    const greatest = reductions.maximum(values);
    if (!Number.isFinite(greatest)) return greatest;
    return greatest + Math.log(reductions.sum(values.map(value => Math.exp(value - greatest))));
  },
};

// What is wrong with an array is said where it is read, which may be in a branch that is not taken.
const shapesOf =
  (values: Values): ShapeOf =>
  (name, reading) => {
    const shape = shapeOf(lookUp(values, name));
    return shape?.length === reading.indices.length ? shape : undefined;
  };

function integerRead(gather: Variable, value: number | undefined): number {
  if (value !== undefined && Number.isInteger(value)) return value;
  throw new FluxionError("bad-value", `${excerpt(gather)} stands in an index and must read an integer, got ${value}`);
}

const outOfRange = (node: Variable, axis: number, position: number, extent: number): FluxionError =>
  new FluxionError(
    "out-of-range",
    `${excerpt(node)} is read at position ${position} of ${node.indices.length === 1 ? "its axis" : `axis ${axis}`}, which has ${extent}, from 0 to ${extent - 1}`,
  );

function checkValues(values: Values): void {
  if (typeof values === "object" && values !== null && !Array.isArray(values)) return;
  throw new FluxionError("bad-option", `values are an object or a Map from names to numbers, got ${describe(values)}`);
}

function known<T>(argument: T | undefined): T {
  if (argument === undefined) throw new FluxionError("arity", "a conditional has three arguments");
  return argument;
}

const largest = 2 ** 31;
