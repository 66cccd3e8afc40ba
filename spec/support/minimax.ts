/**
 * Best approximations in the sense of the largest error, by the exchange algorithm of Remez on a grid of Chebyshev's
 * points: E. W. Cheney, Introduction to Approximation Theory (1966), chapter 3. In numbers of 60 digits, because the
 * systems of equations are ill-conditioned.
 */
import { all, type BigNumber, create, type FactoryFunctionMap } from "mathjs";
import type { Exact } from "./exact.ts";

const { bignumber } = create(all as FactoryFunctionMap, { number: "BigNumber", precision: 60 });
const [zero, one, two] = [bignumber(0), bignumber(1), bignumber(2)];

/** A point of the grid: what is to be approximated there, and what an error counts. */
export interface Sample {
  readonly z: BigNumber;
  readonly value: BigNumber;
  readonly weight: BigNumber;
}

/** The coefficients of a quotient of polynomials, lowest first; the denominator begins with 1. */
export interface Fit {
  readonly numerator: readonly number[];
  readonly denominator: readonly number[];
  /** The largest weighted error, coefficients not yet rounded. */
  readonly error: number;
}

/** The points at which Chebyshev's polynomial of that degree is extreme, mapped from [-1, 1] to the interval. */
export function chebyshevPoints(from: number, to: number, count: number): readonly number[] {
  return Array.from(
    { length: count },
    (_, k) => from + ((to - from) * (1 - Math.cos((Math.PI * k) / (count - 1)))) / 2,
  );
}

/**
 * The polynomial of least error, or the quotient: found by weighting with the denominator found before, until that settles.
 */
export function minimax(samples: readonly Sample[], degree: number, denominatorDegree = 0): Fit {
  let denominators = samples.map(() => one);
  let fit = exchange(samples, denominators, degree, denominatorDegree);
  for (let round = 0; denominatorDegree > 0 && round < 4; round++) {
    const q = [one, ...fit.coefficients.slice(degree + 1)];
    denominators = samples.map(({ z }) => horner(q, z));
    fit = exchange(samples, denominators, degree, denominatorDegree);
  }
  const rounded = fit.coefficients.map(c => c.toNumber());
  return {
    numerator: rounded.slice(0, degree + 1),
    denominator: [1, ...rounded.slice(degree + 1)],
    error: Math.abs(fit.error.toNumber()),
  };
}

/** A number of many bits as one of many digits. */
export function toBigNumber({ mantissa, exponent }: Exact): BigNumber {
  const power = two.pow(Math.abs(exponent));
  const value = bignumber(mantissa.toString());
  return exponent < 0 ? value.div(power) : value.mul(power);
}

interface Linear {
  readonly coefficients: readonly BigNumber[];
  readonly error: BigNumber;
}

// Coefficients c of weight * (sum of c[i] * basis[i] - value) / denominator with the least largest error.
function exchange(
  samples: readonly Sample[],
  denominators: readonly BigNumber[],
  degree: number,
  denominatorDegree: number,
): Linear {
  const rows = samples.map(({ z, value, weight }, i) => {
    const scale = weight.div(denominators[i] ?? one);
    const powers = powersOf(z, Math.max(degree, denominatorDegree));
    const basis = [
      ...powers.slice(0, degree + 1),
      ...powers.slice(1, denominatorDegree + 1).map(power => value.mul(power).neg()),
    ];
    return { basis: basis.map(b => b.mul(scale)), value: value.mul(scale) };
  });
  const size = degree + 1 + denominatorDegree;
  let reference = chebyshevPoints(0, samples.length - 1, size + 1).map(Math.round);
  let solution: Linear = { coefficients: [], error: zero };
  for (let round = 0; round < 12; round++) {
    const equations = reference.map((point, i) => {
      const { basis, value } = rows[point] ?? { basis: [], value: zero };
      return [...basis, i % 2 === 0 ? one : one.neg(), value];
    });
    const unknowns = solve(equations);
    const coefficients = unknowns.slice(0, size);
    solution = { coefficients, error: unknowns[size] ?? zero };
    const errors = rows.map(({ basis, value }) =>
      basis.reduce((sum, b, i) => sum.add(b.mul(coefficients[i] ?? zero)), value.neg()).toNumber(),
    );
    const next = extremes(errors, size + 1);
    if (next.length < size + 1 || next.every((point, i) => point === reference[i])) break;
    reference = next;
  }
  return solution;
}

// The largest errors of alternating sign: one of each run of one sign, of which as many are dropped at the smaller end
// as are too many.
function extremes(errors: readonly number[], count: number): number[] {
  const peaks: number[] = [];
  for (const [i, error] of errors.entries()) {
    const last = peaks.at(-1);
    if (last === undefined || Math.sign(errors[last] ?? 0) !== Math.sign(error)) peaks.push(i);
    else if (Math.abs(error) > Math.abs(errors[last] ?? 0)) peaks[peaks.length - 1] = i;
  }
  while (peaks.length > count) {
    const [first, last] = [errors[peaks[0] ?? 0] ?? 0, errors[peaks.at(-1) ?? 0] ?? 0];
    if (Math.abs(first) < Math.abs(last)) peaks.shift();
    else peaks.pop();
  }
  return peaks;
}

// Gauss: each row holds the factors of the unknowns, and the right side last.
function solve(equations: readonly (readonly BigNumber[])[]): readonly BigNumber[] {
  const rows = equations.map(row => [...row]);
  const at = (i: number, j: number): BigNumber => rows[i]?.[j] ?? zero;
  const n = rows.length;
  for (let column = 0; column < n; column++) {
    let pivot = column;
    for (let i = column + 1; i < n; i++) if (at(i, column).abs().gt(at(pivot, column).abs())) pivot = i;
    [rows[column], rows[pivot]] = [rows[pivot] ?? [], rows[column] ?? []];
    for (let i = 0; i < n; i++) {
      if (i === column) continue;
      const factor = at(i, column).div(at(column, column));
      rows[i] = (rows[i] ?? []).map((entry, j) => (j < column ? entry : entry.sub(factor.mul(at(column, j)))));
    }
  }
  return rows.map((_, i) => at(i, n).div(at(i, i)));
}

function powersOf(z: BigNumber, degree: number): readonly BigNumber[] {
  const powers = [one];
  for (let i = 1; i <= degree; i++) powers.push((powers[i - 1] ?? one).mul(z));
  return powers;
}

const horner = (coefficients: readonly BigNumber[], z: BigNumber): BigNumber =>
  coefficients.reduceRight((sum, c) => sum.mul(z).add(c), zero);
