import { FluxionError } from "../expression/error.ts";
import { asExpr, type Expr, type Operand } from "../expression/expression.ts";
import { type ExtentOptions, extentOf, extentsOf, type ShapeOf } from "../expression/extents.ts";
import { fold } from "../expression/fold.ts";
import { renameIndices } from "../expression/indices.ts";
import { lookUp, numberOf, shapeOf, unbound, type Values } from "../expression/values.ts";
import { arraysOf, coordinatesOf, moved } from "./moved.ts";
import { type Table, tabulate } from "./table.ts";

/** A value for each variable, by name. */
export type Point = Readonly<Record<string, number>>;

/** What values do not tell: how many values an index takes. */
export interface Extents {
  readonly extents?: NonNullable<ExtentOptions["extents"]>;
}

/** What makes a point regular. */
export interface Regularity extends Extents {
  /** Every sub-expression stays below this in absolute value: 1000 unless said. */
  readonly bound?: number;
  /** No kink or jump within this distance along any axis; unless said, kinks are not looked for. */
  readonly kinks?: number;
}

/**
 * True where every sub-expression of `e`, branches not taken included, is finite and below the bound, and where rounding
 * cannot matter: no cancellation or jump lets the result lose more than about six of its digits. Laws are stated at such
 * points. A free index without a value takes all of its values, one after the other, and `e` must be regular at each.
 * Throws `unbound-variable` where there is no value for a variable.
 */
export function isRegular(e: Operand, values: Values, regularity: number | Regularity = {}): boolean {
  const root = asExpr(e);
  const options: Regularity = typeof regularity === "number" ? { bound: regularity } : regularity;
  const { bound = 1e3, kinks = 0 } = options;
  const { largest, errors } = measureAll(root, values, options);
  if (!(largest < bound && errors.every(error => error <= worstRounding * Math.max(1, largest)))) return false;
  return kinks === 0 || isSmooth(root, values, kinks, options);
}

/** The value of an expression at a point, and how far it may be trusted. */
export interface Measurement {
  readonly value: number;
  /** The largest absolute value among all sub-expressions, at all positions; NaN where one is not a number. */
  readonly largest: number;
  /** To first order, how far rounding may have taken the value from the true one. */
  readonly error: number;
}

/**
 * Evaluates every sub-expression of `e`, with the error that rounding may have brought into it. Throws as `evaluate` does,
 * but that what is read outside of its array is NaN.
 */
export function measure(e: Operand, values: Values, options: Extents = {}): Measurement {
  const root = asExpr(e);
  const { values: found, errors, largest } = tableOf(root, values, options, new Set(root.freeIndices));
  const [value = Number.NaN, error = 0] = [found[0], errors[0]];
  return { value, error, largest: Math.max(largest, Math.abs(value)) };
}

/** The measurements of `e` at all positions of those of its free indices that have no value, in order of their names. */
export function measureAll(e: Operand, values: Values, options: Extents = {}): Table {
  const root = asExpr(e);
  const fixed = root.freeIndices.filter(name => lookUp(values, name) !== undefined);
  const table = tableOf(root, values, options, new Set(fixed));
  return { ...table, largest: table.values.reduce((most, value) => Math.max(most, Math.abs(value)), table.largest) };
}

/** The value of every sub-expression of one without indices. */
export function valuesAt(e: Operand, point: Point): ReadonlyMap<Expr, number> {
  const values = new Map<Expr, number>();
  fold<number>(
    e,
    {
      constant: node => node.value,
      variable: node => numberOf(point, node.name),
      call: (node, args) => node.fn.evaluate(...args),
    },
    values,
  );
  return values;
}

/** The shapes of the arrays among `values`, as `extentsOf` asks for them. */
export const shapesOf =
  (values: Values): ShapeOf =>
  (name, reading) => {
    const shape = shapeOf(lookUp(values, name));
    return shape?.length === reading.indices.length ? shape : undefined;
  };

// Laws compare to 1e-9 of the largest intermediate: what rounding may do has to be well below.
const worstRounding = 1e-10;

// Indices that are fixed stand at their values, the other free ones take all of theirs.
function tableOf(
  root: Expr,
  values: Values,
  options: Extents,
  fixed: ReadonlySet<string>,
  memo: Map<Expr, Table> = new Map(),
): Table {
  const settled = renameIndices(root, new Map([...fixed].map(name => [name, positionOf(values, name)])));
  let extents: ReadonlyMap<string, number> | undefined;
  const surroundings = {
    scalarOf: (name: string) => numberOf(values, name),
    arrayOf: arraysOf(values),
    extentOf(name: string) {
      extents ??= extentsOf([root], shapesOf(values), { ...options, fixed });
      // What gave way to a position was primed, and ranges as it did.
      let known = name;
      while (!extents.has(known) && known.endsWith("'")) known = known.slice(0, -1);
      return extentOf(extents, extents.has(known) ? known : name);
    },
  };
  return tabulate(settled, surroundings, memo);
}

function positionOf(values: Values, name: string): number {
  if (lookUp(values, name) === undefined) throw unbound(values, name, "index");
  const position = numberOf(values, name);
  if (Number.isInteger(position)) return position;
  throw new FluxionError("bad-value", `the value of the index ${name} must be an integer, got ${position}`);
}

// The second difference of a smooth function over a step h is of the order of h², at a kink of h, at a jump of 1.
function isSmooth(root: Expr, values: Values, h: number, options: Extents): boolean {
  const fixed = new Set(root.freeIndices.filter(name => lookUp(values, name) !== undefined));
  const partsAt = (there: Values): readonly number[] => {
    const memo = new Map<Expr, Table>();
    tableOf(root, there, options, fixed, memo);
    return [...memo.values()].flatMap(table => table.values);
  };
  const middle = partsAt(values);
  return coordinatesOf(root, values).every(coordinate => {
    const at = (shift: number): readonly number[] => partsAt(moved(values, coordinate, coordinate.value + shift));
    const [left, right] = [at(-h), at(h)];
    return middle.every((value, i) => {
      const [before = Number.NaN, after = Number.NaN] = [left[i], right[i]];
      const slope = Math.abs(after - before) / (2 * h);
      return Math.abs(after - 2 * value + before) <= 0.05 * h * (1 + slope);
    });
  });
}
