import type { Expr } from "../../lib/expression/expression.ts";
import { fold } from "../../lib/expression/fold.ts";

/** A value, and a bound on what rounding may have done to it. */
export interface Measured {
  readonly value: number;
  readonly error: number;
}

/**
 * The value of a scalar expression with a running bound on its rounding error: each operation adds its own, and passes on
 * those of its arguments by as much as its value moves with them. Undefined where an intermediate value is not finite.
 */
export function measured(e: Expr, values: ReadonlyMap<string, number>): Measured | undefined {
  const result = fold<Measured>(e, {
    constant: ({ value }) => ({ value, error: 0 }),
    variable: ({ name }) => ({ value: values.get(name) ?? Number.NaN, error: 0 }),
    call({ fn }, args) {
      const numbers = args.map(argument => argument.value);
      const value = fn.evaluate(...numbers);
      // Sums and products of integers are exact: the order of a root or of polygamma has no error to pass on.
      const isExact = fn.whole !== undefined && args.every(isInteger) && Math.abs(value) < 2 ** 53;
      let error = isExact ? 0 : rounding * Math.abs(value) + Number.MIN_VALUE;
      for (const [i, argument] of args.entries()) {
        if (argument.error === 0) continue;
        const moved = [-argument.error, argument.error].map(by =>
          Math.abs(fn.evaluate(...numbers.with(i, argument.value + by)) - value),
        );
        error += Math.max(...moved);
      }
      // Not finite in any intermediate: not finite at all, whatever a later operation makes of it.
      return args.every(({ error }) => Number.isFinite(error)) && Number.isFinite(value) ? { value, error } : lost;
    },
  });
  return Number.isFinite(result.value) && Number.isFinite(result.error) ? result : undefined;
}

const isInteger = ({ value, error }: Measured): boolean => error === 0 && Number.isInteger(value);

// A few units in the last place; the gamma functions have some more.
const rounding = 1e-14;
const lost: Measured = { value: Number.NaN, error: Number.NaN };
