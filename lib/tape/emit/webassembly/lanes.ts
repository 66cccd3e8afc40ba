import { neutral } from "../../block.ts";
import type { Accumulation } from "../../tape.ts";
import { f64 } from "./scalars.ts";
import type { Floating, Value } from "./values.ts";
import type { FloatVectors } from "./vectors.ts";

/** A total after one more value, lane by lane. */
export function taken<F extends Floating>(
  v: FloatVectors<F>,
  operation: Accumulation,
  total: Value<F>,
  x: Value<F>,
): Value<F> {
  if (operation === "sum") return v.add(total, x);
  return operation === "maximum" ? v.max(total, x) : v.min(total, x);
}

/** All of the values as one, lane by lane: in pairs, and pairs of pairs, always in the same order. */
export function pairwise<F extends Floating>(
  v: FloatVectors<F>,
  operation: Accumulation,
  values: readonly Value<F>[],
): Value<F> {
  const [first = v.constant(neutral[operation])] = values;
  if (values.length < 2) return first;
  const half = values.length >> 1;
  return taken(v, operation, pairwise(v, operation, values.slice(0, half)), pairwise(v, operation, values.slice(half)));
}

/** What all lanes come to together, in every lane. */
export function acrossLanes<F extends Floating>(v: FloatVectors<F>, operation: Accumulation, all: Value<F>): Value<F> {
  const lanes = Array.from({ length: v.lanes }, (_, lane) => v.splat(v.extract(all, lane)));
  return pairwise(v, operation, lanes);
}

/** Whole numbers as a vector: one for all lanes, or one each. */
export function numberOf<F extends Floating>(
  integer: (lane: number) => Value<"i32">,
  isVarying: boolean,
  v: FloatVectors<F>,
): Value<F> {
  const number = (lane: number) => v.fromDouble(f64.fromInteger(integer(lane)));
  let all = v.splat(number(0));
  if (isVarying) for (let lane = 1; lane < v.lanes; lane++) all = v.replace(all, lane, number(lane));
  return all;
}
