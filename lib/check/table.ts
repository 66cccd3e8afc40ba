import type { Call, Expr, Index, Reduction, Variable } from "../expression/expression.ts";
import { axesMismatch } from "../expression/extents.ts";
import { type Algebra, fold, type Memo } from "../expression/fold.ts";
import { type FlatArray, sizeOf } from "../expression/values.ts";

/**
 * What an expression is worth at every position of its free indices, in row-major order of their sorted names, and how far
 * rounding may have taken each value from the true one, to first order.
 */
export interface Table {
  readonly values: readonly number[];
  readonly errors: readonly number[];
  /** The largest absolute value among this result and those of the operations within; NaN where one is not a number. */
  readonly largest: number;
}

/** The elements of an array, with the errors that they carry already; without, they are exact. */
export interface Elements extends FlatArray {
  readonly errors?: readonly number[];
}

/** Where tables come from. */
export interface Surroundings {
  readonly scalarOf: (name: string) => number;
  readonly arrayOf: (name: string) => Elements;
  readonly extentOf: (index: string) => number;
}

/**
 * The table of every sub-expression, branches not taken included. A position outside of its array has no value: it reads
 * NaN. A memo that is kept carries tables over to the next expression.
 */
export function tabulate(root: Expr, surroundings: Surroundings, memo: Memo<Table> = new Map()): Table {
  return fold<Table>(root, tables(surroundings), memo);
}

type ExtentOf = Surroundings["extentOf"];

/**
 * For each position of the indices `within`, in row-major order, the position of those among them that are `of`: how the
 * table of a part is read from that of its user.
 */
export function stepsOf(of: readonly string[], within: readonly string[], extentOf: ExtentOf): readonly number[] {
  if (within.length === 0) return origin;
  const steps: number[] = new Array(sizeOf(within.map(extentOf))).fill(0);
  for (let axis = of.length - 1, stride = 1; axis >= 0; axis--) {
    const name = of[axis] ?? "";
    const inner = sizeOf(within.slice(within.indexOf(name) + 1).map(extentOf));
    const extent = extentOf(name);
    for (let i = 0; i < steps.length; i++) steps[i] = (steps[i] ?? 0) + (Math.floor(i / inner) % extent) * stride;
    stride *= extent;
  }
  return steps;
}

// What one operation loses: a few units in the last place of a double.
const unit = 1e-15;

// To either side of zero, and next to nothing.
const tiny = 1e-300;

const origin: readonly number[] = Object.freeze([0]);
const exact: readonly number[] = origin;

function tables({ scalarOf, arrayOf, extentOf }: Surroundings): Algebra<Table> {
  return {
    constant: ({ value }) => scalar(value, Number.isInteger(value) ? 0 : unit * Math.abs(value)),
    variable(node, gathered) {
      if (node.indices.length > 0) return read(node, gathered);
      return scalar(scalarOf(node.name), 0);
    },
    call: (node, args) => apply(node, args, extentOf),
    reduction: (node, body) => reduce(node, body, extentOf),
    delta(node, gathered) {
      const [left = origin, right = origin] = positionsOf(node, gathered);
      const values = left.map((i, at) => (i === right[at] ? 1 : Number.isNaN(i) ? i : 0));
      return { values, errors: values.map(() => 0), largest: 0 };
    },
    extent: node => scalar(extentOf(node.index), 0),
  };

  function read(node: Variable, gathered: readonly Table[]): Table {
    const { shape, data, errors } = arrayOf(node.name);
    if (shape.length !== node.indices.length) throw axesMismatch(node, shape.length);
    const axes = positionsOf(node, gathered);
    const elements = stepsOf([], node.freeIndices, extentOf).map((_, at) => {
      let element = 0;
      for (const [axis, extent] of shape.entries()) {
        const position = axes[axis]?.[at] ?? Number.NaN;
        element = position >= 0 && position < extent ? element * extent + position : Number.NaN;
      }
      return element;
    });
    return {
      values: elements.map(element => data[element] ?? Number.NaN),
      errors: elements.map(element => errors?.[element] ?? 0),
      largest: elements.some(Number.isNaN) ? Number.NaN : 0,
    };
  }

  /** The position along each axis, at every position of the node's free indices; NaN where a gather reads no integer. */
  function positionsOf(
    node: { readonly indices: readonly Index[]; readonly freeIndices: readonly string[] },
    gathered: readonly Table[],
  ): readonly (readonly number[])[] {
    let next = 0;
    return node.indices.map(({ offset, terms }) => {
      let positions = stepsOf([], node.freeIndices, extentOf).map(() => offset);
      for (const { coefficient, of } of terms) {
        const isName = typeof of === "string";
        const steps = stepsOf(isName ? [of] : of.freeIndices, node.freeIndices, extentOf);
        const integers = isName ? undefined : gathered[next++]?.values;
        positions = positions.map((position, at) => {
          const step = steps[at] ?? 0;
          const term = integers === undefined ? step : (integers[step] ?? Number.NaN);
          return Number.isInteger(term) ? position + coefficient * term : Number.NaN;
        });
      }
      return positions;
    });
  }
}

const scalar = (value: number, error: number): Table => ({
  values: [value],
  errors: error === 0 ? exact : [error],
  largest: 0,
});

function apply(node: Call, args: readonly Table[], extentOf: ExtentOf): Table {
  const steps = node.args.map(argument => stepsOf(argument.freeIndices, node.freeIndices, extentOf));
  let largest = args.reduce((most, argument) => Math.max(most, argument.largest), 0);
  const [values, errors]: [number[], number[]] = [[], []];
  for (let at = 0; at < stepsCount(node, extentOf); at++) {
    const operands = args.map((argument, i) => argument.values[steps[i]?.[at] ?? 0] ?? Number.NaN);
    const value = node.fn.evaluate(...operands);
    // The sign of a zero is an accident of rounding: what depends on it is not regular.
    let error = Object.is(value, -0) ? tiny : unit * Math.abs(value);
    for (const [i, argument] of args.entries())
      error += carried(node, operands, i, argument.errors[steps[i]?.[at] ?? 0] ?? 0, value);
    largest = Math.max(largest, Math.abs(value));
    values.push(value);
    errors.push(error);
  }
  return { values, errors, largest };
}

const stepsCount = (node: Expr, extentOf: ExtentOf): number => sizeOf(node.freeIndices.map(extentOf));

// How an error in one argument shows in the result: the function itself is asked, a little to either side, so that a
// slope, a jump and the end of a domain all count. Sixteen times the error, lest the step vanish in rounding.
function carried(node: Call, values: readonly number[], position: number, error: number, value: number): number {
  if (error === 0) return 0;
  const at = (shift: number): number =>
    Math.abs(node.fn.evaluate(...values.map((v, i) => (i === position ? v + shift : v))) - value);
  const change = Math.max(at(16 * error), at(-16 * error)) / 16;
  return Number.isNaN(change) ? Number.POSITIVE_INFINITY : change;
}

function reduce(node: Reduction, body: Table, extentOf: ExtentOf): Table {
  const extent = extentOf(node.index);
  const steps = stepsOf(node.body.freeIndices, [...node.freeIndices, node.index], extentOf);
  let { largest } = body;
  const [values, errors]: [number[], number[]] = [[], []];
  for (let at = 0; at < stepsCount(node, extentOf); at++) {
    const taken = steps.slice(at * extent, (at + 1) * extent);
    const total = reducers[node.operation](
      taken.map(step => body.values[step] ?? Number.NaN),
      taken.map(step => body.errors[step] ?? 0),
    );
    largest = Math.max(largest, Math.abs(total.value), total.largest);
    values.push(total.value);
    errors.push(total.error);
  }
  return { values, errors, largest };
}

interface Reduced {
  readonly value: number;
  readonly error: number;
  /** The largest intermediate. */
  readonly largest: number;
}

type Reducer = (values: readonly number[], errors: readonly number[]) => Reduced;

const reducers: Readonly<Record<Reduction["operation"], Reducer>> = {
  sum(values, errors) {
    let [value, error, largest] = [0, 0, 0];
    for (const [i, term] of values.entries()) {
      value += term;
      largest = Math.max(largest, Math.abs(value));
      error += (errors[i] ?? 0) + (i === 0 ? 0 : unit * Math.abs(value));
    }
    return { value, error, largest };
  },
  maximum: (values, errors) => ({ value: Math.max(...values), error: Math.max(0, ...errors), largest: 0 }),
  minimum: (values, errors) => ({ value: Math.min(...values), error: Math.max(0, ...errors), largest: 0 }),
  logsumexp(values, errors) {
    const greatest = Math.max(...values);
    const spread = values.reduce((total, value) => total + Math.exp(value - greatest), 0);
    const value = Number.isFinite(greatest) ? greatest + Math.log(spread) : greatest;
    const error = Math.max(0, ...errors) + 2 * unit * (1 + Math.abs(greatest) + Math.abs(value));
    return { value, error, largest: 0 };
  },
};
