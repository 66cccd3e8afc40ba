import type { FunctionRow } from "../../../expression/expression.ts";
import * as rows from "../../../expression/functions.ts";
import { vectorExp, vectorExpm1 } from "./functions/exponential.ts";
import { laneByLane, type VectorForm } from "./functions/form.ts";
import { vectorLog, vectorLog1p } from "./functions/logarithm.ts";
import { vectorLogaddexp, vectorSigmoid, vectorSoftplus, vectorTanh } from "./functions/logistic.ts";
import {
  one,
  truth,
  two,
  vectorAnd,
  vectorClip,
  vectorConditional,
  vectorHypot,
  vectorOr,
  vectorRelu,
  vectorRound,
  vectorSign,
  vectorStep,
} from "./functions/plain.ts";
import { vectorCos, vectorSin } from "./functions/trigonometric.ts";

/**
 * The functions that are computed in all lanes at once, one row each; keyed by the row of the table itself, because a user's
 * own function may have any name. Each but `logaddexp` is within 1.5 units in the last place of the true value, over all
 * numbers of its lanes, and special values are those of the table.
 */
export const vectorForms: ReadonlyMap<FunctionRow, VectorForm> = new Map<FunctionRow, VectorForm>([
  [rows.add, two((v, x, y) => v.add(x, y))],
  [rows.sub, two((v, x, y) => v.sub(x, y))],
  [rows.mul, two((v, x, y) => v.mul(x, y))],
  [rows.div, two((v, x, y) => v.div(x, y))],
  [rows.neg, one((v, x) => v.neg(x))],
  [rows.square, one((v, x) => v.mul(x, x))],
  [rows.sqrt, one((v, x) => v.sqrt(x))],
  [rows.hypot, vectorHypot],

  [rows.exp, vectorExp],
  [rows.expm1, vectorExpm1],
  [rows.log, vectorLog],
  [rows.log1p, vectorLog1p],
  [rows.sin, vectorSin],
  [rows.cos, vectorCos],
  [rows.tanh, vectorTanh],
  [rows.sigmoid, vectorSigmoid],
  [rows.softplus, vectorSoftplus],
  [rows.logaddexp, vectorLogaddexp],

  [rows.abs, one((v, x) => v.abs(x))],
  [rows.sign, vectorSign],
  [rows.step, vectorStep],
  [rows.relu, vectorRelu],
  [rows.floor, one((v, x) => v.floor(x))],
  [rows.ceil, one((v, x) => v.ceil(x))],
  [rows.round, vectorRound],
  [rows.min, two((v, x, y) => v.min(x, y))],
  [rows.max, two((v, x, y) => v.max(x, y))],
  [rows.clip, vectorClip],

  [rows.less, truth((v, x, y) => v.lt(x, y))],
  [rows.lessOrEqual, truth((v, x, y) => v.le(x, y))],
  [rows.greater, truth((v, x, y) => v.gt(x, y))],
  [rows.greaterOrEqual, truth((v, x, y) => v.ge(x, y))],
  [rows.equal, truth((v, x, y) => v.eq(x, y))],
  [rows.notEqual, truth((v, x, y) => v.ne(x, y))],
  [rows.and, vectorAnd],
  [rows.or, vectorOr],
  [rows.not, one((v, x) => v.keep(v.eq(x, v.constant(0)), v.constant(1)))],
  [rows.conditional, vectorConditional],
]);

/** How a row is computed in vectors: by its own form, else lane by lane. */
export const vectorFormOf = (row: FunctionRow): VectorForm => vectorForms.get(row) ?? laneByLane(row);
