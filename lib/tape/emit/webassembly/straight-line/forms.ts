import type { FunctionRow } from "../../../../expression/expression.ts";
import * as rows from "../../../../expression/functions.ts";
import type { DoubleFunction } from "../functions/form.ts";
import { f64, i32 } from "../scalars.ts";
import { call, choose, type Value } from "../values.ts";

type Double = Value<"f64">;

/** How a function of the table is computed of single doubles. `functionOf` gives the function of a row, to be called. */
export type ScalarForm = (functionOf: (row: FunctionRow) => DoubleFunction, ...args: readonly Double[]) => Double;

/**
 * The functions that take a few instructions, with the very roundings that they have in JavaScript; keyed by the row
 * itself, because a user's own function may have any name. All others are called.
 */
export const scalarForms: ReadonlyMap<FunctionRow, ScalarForm> = new Map<FunctionRow, ScalarForm>([
  [rows.add, two(f64.add)],
  [rows.sub, two(f64.sub)],
  [rows.mul, two(f64.mul)],
  [rows.div, two(f64.div)],
  [rows.neg, one(f64.neg)],
  [rows.square, one(x => f64.mul(x, x))],
  [rows.sqrt, one(f64.sqrt)],

  [rows.sigmoid, (functionOf, x = nan) => logistic(x, call(functionOf(rows.exp), f64.neg(f64.abs(x))))],
  [rows.cot, reciprocal(rows.tan)],
  [rows.sec, reciprocal(rows.cos)],
  [rows.csc, reciprocal(rows.sin)],
  [rows.coth, reciprocal(rows.tanh)],

  [rows.abs, one(f64.abs)],
  [rows.sign, one(x => choose(i32.or(f64.lt(x, zero), f64.gt(x, zero)), f64.copysign(f64.constant(1), x), x))],
  [rows.step, one(x => choose(f64.eq(x, x), f64.fromInteger(f64.gt(x, zero)), x))],
  [rows.relu, one(x => f64.max(x, zero))],
  [rows.floor, one(f64.floor)],
  [rows.ceil, one(f64.ceil)],
  [rows.round, one(nearest)],
  [rows.min, two(f64.min)],
  [rows.max, two(f64.max)],
  [rows.clip, (_, x = nan, low = nan, high = nan) => f64.min(f64.max(x, low), high)],

  [rows.less, truth(f64.lt)],
  [rows.lessOrEqual, truth(f64.le)],
  [rows.greater, truth(f64.gt)],
  [rows.greaterOrEqual, truth(f64.ge)],
  [rows.equal, truth(f64.eq)],
  [rows.notEqual, truth(f64.ne)],
  [rows.and, truth((x, y) => i32.and(f64.ne(x, zero), f64.ne(y, zero)))],
  [rows.or, truth((x, y) => i32.or(f64.ne(x, zero), f64.ne(y, zero)))],
  [rows.not, one(x => f64.fromInteger(f64.eq(x, zero)))],
  [rows.conditional, (_, condition = nan, x = nan, y = nan) => choose(f64.ne(condition, zero), x, y)],
]);

/** The functions that engines call from WebAssembly as fast as from JavaScript: those of `Math` that they know by themselves. */
export const calledFast: ReadonlySet<FunctionRow> = new Set([
  rows.exp,
  rows.log,
  rows.sin,
  rows.cos,
  rows.tan,
  rows.asin,
  rows.acos,
  rows.atan,
  rows.atan2,
  rows.pow,
]);

/** The functions that a lane of their vector form computes in less time than it takes to leave WebAssembly. */
export const calledInLanes: ReadonlySet<FunctionRow> = new Set([
  rows.tanh,
  rows.expm1,
  rows.log1p,
  rows.softplus,
  rows.logaddexp,
]);

/** `x^exponent` in the multiplications that JavaScript is given for it; undefined where that has none. */
export function scalarPower(x: Double, exponent: number): Double | undefined {
  const square = f64.mul(x, x);
  switch (exponent) {
    case 2:
      return square;
    case 3:
      return f64.mul(square, x);
    case 4:
      return f64.mul(square, square);
    case -1:
      return f64.div(f64.constant(1), x);
    case -2:
      return f64.div(f64.constant(1), square);
    default:
      return undefined;
  }
}

const zero = f64.constant(0);
// A row is called with as many arguments as its arity says; the type of a list cannot tell.
const nan = f64.constant(Number.NaN);

function one(compute: (x: Double) => Double): ScalarForm {
  return (_, x = nan) => compute(x);
}

function two(compute: (x: Double, y: Double) => Double): ScalarForm {
  return (_, x = nan, y = nan) => compute(x, y);
}

function truth(test: (x: Double, y: Double) => Value<"i32">): ScalarForm {
  return two((x, y) => f64.fromInteger(test(x, y)));
}

function reciprocal(row: FunctionRow): ScalarForm {
  return (functionOf, x = nan) => f64.div(f64.constant(1), call(functionOf(row), x));
}

// 1 / (1 + exp(-x)), and on the left exp x / (1 + exp x).
function logistic(x: Double, power: Double): Double {
  const one = f64.constant(1);
  return f64.div(choose(f64.ge(x, zero), one, power), f64.add(one, power));
}

// Of two nearest whole numbers, the one farther from 0.
function nearest(x: Double): Double {
  const whole = f64.trunc(x);
  const isFar = f64.ge(f64.abs(f64.sub(x, whole)), f64.constant(0.5));
  return choose(isFar, f64.add(whole, f64.copysign(f64.constant(1), x)), whole);
}
