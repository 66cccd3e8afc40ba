/** A derivative by finite differences. */
export interface FiniteDifference {
  readonly value: number;
  /** How far it may be off, by its own estimate; infinite where it found no derivative, as at a kink. */
  readonly error: number;
}

/**
 * The derivative of `f` at `x` by central differences, extrapolated to a step of zero while that helps (C. Ridders,
 * "Accurate computation of F'(x) and F'(x)F''(x)", Advances in Engineering Software 4, 1982). It ends early at an estimated error
 * of `enough`. Where the slopes to the left and to the right differ, as at a kink, the error is infinite.
 */
export function finiteDifference(f: (x: number) => number, x: number, enough = 0): FiniteDifference {
  const unit = Math.max(1, Math.abs(x));
  const central = (h: number): number => (f(x + h) - f(x - h)) / (2 * h);
  // A long step serves a function that is hard to compute, a short one a function that bends a lot.
  let best = nothing;
  for (const step of [5e-2, 1e-3, 1e-5]) {
    const found = extrapolate(central, step * unit, 2, enough);
    if (found.error <= enough && isSlope(found.value, f, x, unit)) return found;
    if (found.error < best.error) best = found;
  }
  return isSlope(best.value, f, x, unit) ? best : { value: best.value, error: Number.POSITIVE_INFINITY };
}

const nothing: FiniteDifference = { value: Number.NaN, error: Number.POSITIVE_INFINITY };

// Close to x the slopes to the left and to the right come together, unless there is a kink or a jump, and they come to the
// value that was found, unless long steps led astray, as over the stairs of floor.
function isSlope(value: number, f: (x: number) => number, x: number, unit: number): boolean {
  const here = f(x);
  const step = 1e-8 * unit;
  const bend = (h: number): number => Math.abs((f(x + h) - here) / h - (here - f(x - h)) / h);
  const slope = (f(x + step) - f(x - step)) / (2 * step);
  const allowed = 1e-3 * (1 + Math.abs(slope)) + (1e-14 * Math.abs(here)) / step;
  const [far, near] = [bend(100 * step), bend(step)];
  return Math.abs(value - slope) <= allowed && (near <= allowed || near < far / 2);
}

/** The limit of `estimate(h)` as h goes to 0, where its error is a series in h^order, h^(2 order), … */
function extrapolate(estimate: (h: number) => number, step: number, order: number, enough: number): FiniteDifference {
  const shrink = 1.6;
  let best = nothing;
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
    if (best.error <= enough) break;
    if (last !== undefined && before !== undefined && Math.abs(last - before) > 4 * best.error && row > 6) break;
    previous = current;
  }
  return best;
}
