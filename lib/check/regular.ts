import { asExpr, type Call, type Expr, type Operand } from "../expression/expression.ts";
import { fold } from "../expression/fold.ts";
import { numberOf } from "../expression/values.ts";

/** A value for each variable, by name. */
export type Point = Readonly<Record<string, number>>;

/** What makes a point regular. */
export interface Regularity {
  /** Every sub-expression stays below this in absolute value: 1000 unless said. */
  readonly bound?: number;
  /** No kink or jump within this distance along any axis; unless said, kinks are not looked for. */
  readonly kinks?: number;
}

/**
 * True where every sub-expression of `e`, branches not taken included, is finite and below the bound, and where rounding
 * cannot matter: no cancellation or jump lets the result lose more than about six of its digits. Laws are stated at such
 * points. Throws `unbound-variable` where the point has no value for a variable.
 */
export function isRegular(e: Operand, point: Point, regularity: number | Regularity = {}): boolean {
  const root = asExpr(e);
  const { bound = 1e3, kinks = 0 } = typeof regularity === "number" ? { bound: regularity } : regularity;
  const { largest, error } = measure(root, point);
  if (!(largest < bound && error <= worstRounding * Math.max(1, largest))) return false;
  return kinks === 0 || isSmooth(root, point, kinks);
}

/** The value of an expression at a point, and how far it may be trusted. */
export interface Measurement {
  readonly value: number;
  /** The largest absolute value among all sub-expressions; NaN where one is not a number. */
  readonly largest: number;
  /** To first order, how far rounding may have taken the value from the true one. */
  readonly error: number;
}

/** Evaluates every sub-expression of `e`, with the error that rounding may have brought into it. */
export function measure(e: Operand, point: Point): Measurement {
  let largest = 0;
  const result = fold<{ readonly value: number; readonly error: number }>(e, {
    constant: node => ({ value: node.value, error: Number.isInteger(node.value) ? 0 : unit * Math.abs(node.value) }),
    variable: node => ({ value: numberOf(point, node.name), error: 0 }),
    call(node, args) {
      const values = args.map(argument => argument.value);
      const value = node.fn.evaluate(...values);
      largest = Math.max(largest, Math.abs(value));
      // The sign of a zero is an accident of rounding: what depends on it is not regular.
      let error = Object.is(value, -0) ? tiny : unit * Math.abs(value);
      for (const [position, argument] of args.entries())
        error += carried(node, values, position, argument.error, value);
      return { value, error };
    },
  });
  return { ...result, largest: Math.max(largest, Math.abs(result.value)) };
}

/** The value of every sub-expression. */
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

/** `point` with another value for one variable. */
export const moved = (point: Point, name: string, value: number): Point => ({ ...point, [name]: value });

// What one operation loses: a few units in the last place of a double.
const unit = 1e-15;

// To either side of zero, and next to nothing.
const tiny = 1e-300;

// Laws compare to 1e-9 of the largest intermediate: what rounding may do has to be well below.
const worstRounding = 1e-10;

// How an error in one argument shows in the result: the function itself is asked, a little to either side, so that a
// slope, a jump and the end of a domain all count. Sixteen times the error, lest the step vanish in rounding.
function carried(node: Call, values: readonly number[], position: number, error: number, value: number): number {
  if (error === 0) return 0;
  const at = (shift: number): number =>
    Math.abs(node.fn.evaluate(...values.map((v, i) => (i === position ? v + shift : v))) - value);
  const change = Math.max(at(16 * error), at(-16 * error)) / 16;
  return Number.isNaN(change) ? Number.POSITIVE_INFINITY : change;
}

// The second difference of a smooth function over a step h is of the order of h², at a kink of h, at a jump of 1.
function isSmooth(root: Expr, point: Point, h: number): boolean {
  const middle = valuesAt(root, point);
  return Object.keys(point).every(name => {
    const x = numberOf(point, name);
    const [left, right] = [valuesAt(root, moved(point, name, x - h)), valuesAt(root, moved(point, name, x + h))];
    return [...middle].every(([node, value]) => {
      const [before = Number.NaN, after = Number.NaN] = [left.get(node), right.get(node)];
      const slope = Math.abs(after - before) / (2 * h);
      return Math.abs(after - 2 * value + before) <= 0.05 * h * (1 + slope);
    });
  });
}
