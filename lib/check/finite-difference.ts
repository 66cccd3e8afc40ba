/** A derivative by finite differences. */
export interface FiniteDifference {
  readonly value: number;
  /** How far it may be off, by its own estimate; infinite where it found no derivative, as at a kink. */
  readonly error: number;
}

/**
 * The derivative of `f` at `x` by central differences, extrapolated to a step of zero while that helps (C. Ridders,
 * "Accurate computation of F'(x) and F'(x)F''(x)", Advances in Engineering Software 4, 1982). Where the slopes to the left and to
 * the right differ, as at a kink, the error is infinite.
 */
export function finiteDifference(f: (x: number) => number, x: number): FiniteDifference {
  const step = 0.05 * Math.max(1, Math.abs(x));
  const central = extrapolate(h => (f(x + h) - f(x - h)) / (2 * h), step, 2);
  const fine = step / 4096;
  const left = (f(x) - f(x - fine)) / fine;
  const right = (f(x + fine) - f(x)) / fine;
  // They differ by the second derivative times the step where there is one.
  const isKink = !(Math.abs(right - left) <= 0.02 * (1 + Math.abs(central.value)));
  return isKink || Number.isNaN(central.value) ? { value: central.value, error: Number.POSITIVE_INFINITY } : central;
}

/** The limit of `estimate(h)` as h goes to 0, where its error is a series in h^order, h^(2 order), … */
function extrapolate(estimate: (h: number) => number, step: number, order: number): FiniteDifference {
  const shrink = 1.6;
  let best: FiniteDifference = { value: Number.NaN, error: Number.POSITIVE_INFINITY };
  let previous: readonly number[] = [];
  for (let row = 0, h = step; row < 18; row++, h /= shrink) {
    const current = [estimate(h)];
    for (let column = 1, factor = shrink ** order; column <= previous.length; column++, factor *= shrink ** order) {
      const [finer = Number.NaN, coarser = Number.NaN] = [current[column - 1], previous[column - 1]];
      const value = (finer * factor - coarser) / (factor - 1);
      const error = Math.max(Math.abs(value - finer), Math.abs(value - coarser));
      current.push(value);
      if (error < best.error) best = { value, error };
    }
    const [last, before] = [current.at(-1), previous.at(-1)];
    if (last !== undefined && before !== undefined && Math.abs(last - before) > 4 * best.error && row > 6) break;
    previous = current;
  }
  return best;
}
