/**
 * Prints lib/tape/emit/webassembly/functions/coefficients.ts: `npx tsx spec/support/coefficients.ts`. Every polynomial there is
 * the one of least largest error, the error weighted by what it does to the function that the polynomial is part of.
 */
import { exact, exactly } from "./exact.ts";
import { chebyshevPoints, type Fit, minimax, type Sample, toBigNumber } from "./minimax.ts";

interface Request {
  readonly name: string;
  readonly about: string;
  readonly samples: (x: number) => Sample;
  /** The interval of x; at 0 itself the quotients have no value. */
  readonly to: number;
  readonly from?: number;
  /** The degrees of numerator and denominator, for doubles and for singles. */
  readonly degrees: { readonly f64x2: readonly [number, number]; readonly f32x4: readonly [number, number] };
}

const of = (name: string, x: number) => toBigNumber((exact[name] ?? missing)(x, 0));
const number = (x: number) => toBigNumber(exactly(x));
const nearZero = 1e-3;

// A little more than half of log 2, and than pi/4: the nearest multiple is found with rounding.
const halfLog2 = 0.34658;
const eighthTurn = 0.7854;
const logarithmEnd = 0.17158;

const requests: readonly Request[] = [
  {
    name: "exponential",
    about: "(exp(r) - 1 - r) / r^2 in r, for |r| <= log(2)/2",
    from: -halfLog2,
    to: halfLog2,
    samples: x => {
      const r = number(x);
      return { z: r, value: of("expm1", x).sub(r).div(r.mul(r)), weight: r.abs() };
    },
    degrees: { f64x2: [9, 0], f32x4: [5, 0] },
  },
  {
    name: "logarithm",
    about: "(log((1 + s) / (1 - s)) - 2 s) / s^3 in s^2, for s <= 3 - sqrt(8)",
    to: logarithmEnd,
    samples: s => {
      const x = number(s);
      const z = x.mul(x);
      const value = of("log1p", s).sub(of("log1p", -s)).sub(x).sub(x).div(x.mul(z));
      return { z, value, weight: z };
    },
    degrees: { f64x2: [6, 0], f32x4: [3, 0] },
  },
  {
    name: "tangent",
    about: "(tanh(x) - x) / x^3 in x^2, for x < 0.625",
    to: 0.6251,
    samples: x => {
      const r = number(x);
      const z = r.mul(r);
      const value = of("tanh", x).sub(r).div(r.mul(z));
      return { z, value, weight: z };
    },
    degrees: { f64x2: [2, 3], f32x4: [1, 1] },
  },
  {
    name: "sine",
    about: "(sin(r) - r) / r^3 in r^2, for r <= pi/4",
    to: eighthTurn,
    samples: x => {
      const r = number(x);
      const z = r.mul(r);
      return { z, value: of("sin", x).sub(r).div(r.mul(z)), weight: z };
    },
    degrees: { f64x2: [5, 0], f32x4: [3, 0] },
  },
  {
    name: "cosine",
    about: "(cos(r) - 1 + r^2/2) / r^4 in r^2, for r <= pi/4",
    to: eighthTurn,
    samples: x => {
      const z = number(x).mul(number(x));
      const value = of("cos", x).sub(1).add(z.div(2)).div(z.mul(z));
      return { z, value, weight: z.mul(z) };
    },
    degrees: { f64x2: [5, 0], f32x4: [2, 0] },
  },
];

const gridSize = 240;

for (const { name, about, samples, from = nearZero, to, degrees } of requests) {
  const grid = chebyshevPoints(from, to, gridSize)
    .filter(x => Math.abs(x) > nearZero / 2)
    .map(samples);
  console.log(`/** ${about}. */`);
  console.log(`export const ${name}: Coefficients<${degrees.f64x2[1] === 0 ? "readonly number[]" : "Rational"}> = {`);
  for (const [type, [numerator, denominator]] of Object.entries(degrees)) {
    const fit = minimax(grid, numerator, denominator);
    console.log(`  // The largest error is ${fit.error.toExponential(1)}.`);
    console.log(`  ${type}: ${printed(fit, type)},`);
  }
  console.log("};\n");
}

function printed({ numerator, denominator }: Fit, type: string): string {
  const list = (numbers: readonly number[]): string =>
    `[${numbers.map(x => (type === "f32x4" ? Math.fround(x) : x)).join(", ")}]`;
  return denominator.length === 1
    ? list(numerator)
    : `{ numerator: ${list(numerator)}, denominator: ${list(denominator)} }`;
}

function missing(): never {
  throw new Error("no such function");
}
