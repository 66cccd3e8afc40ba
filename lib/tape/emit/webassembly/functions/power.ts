import type { Floating, Value } from "../values.ts";
import type { FloatVectors } from "../vectors.ts";

/** `x^exponent` in multiplications, a division and a square root, where few of them do; else undefined. */
export function vectorPower<F extends Floating>(
  v: FloatVectors<F>,
  x: Value<F>,
  exponent: number,
): Value<F> | undefined {
  const size = Math.abs(exponent);
  if (size > 8 || !Number.isInteger(2 * size) || (size > 1 && !Number.isInteger(size))) return undefined;
  const power = Number.isInteger(size) ? whole(v, x, size) : root(v, x);
  return exponent < 0 ? v.div(v.constant(1), power) : power;
}

// By squaring: the powers of two that the exponent is made of.
function whole<F extends Floating>(v: FloatVectors<F>, x: Value<F>, exponent: number): Value<F> {
  if (exponent === 0) return v.constant(1);
  const half = exponent >> 1;
  if (half === 0) return x;
  const part = whole(v, x, half);
  const even = v.mul(part, part);
  return exponent % 2 === 0 ? even : v.mul(even, x);
}

// Of -0 the power is 0, of -Infinity it is Infinity.
function root<F extends Floating>(v: FloatVectors<F>, x: Value<F>): Value<F> {
  const isLowest = v.eq(x, v.constant(Number.NEGATIVE_INFINITY));
  return v.select(isLowest, v.abs(x), v.add(v.sqrt(x), v.constant(0)));
}
