import type { Floating, Value } from "../values.ts";
import type { FloatVectors } from "../vectors.ts";

/**
 * A polynomial in x, the coefficients lowest first, by the scheme of Estrin: neighbours are paired, then pairs of them in
 * powers of x^2, and so on, so that a processor has several multiplications to do at a time.
 */
export function polynomial<F extends Floating>(
  v: FloatVectors<F>,
  x: Value<F>,
  coefficients: readonly number[],
): Value<F> {
  let parts = coefficients.map(v.constant);
  let power = x;
  while (parts.length > 1) {
    const pairs: Value<F>[] = [];
    for (let i = 0; i < parts.length; i += 2) {
      const [low, high] = [parts[i], parts[i + 1]];
      if (low !== undefined) pairs.push(high === undefined ? low : v.multiplyAdd(high, power, low));
    }
    parts = pairs;
    if (parts.length > 1) power = v.mul(power, power);
  }
  return parts[0] ?? v.constant(0);
}
