import type { FunctionRow } from "../../../../expression/expression.ts";
import { cos, sin } from "../../../../expression/functions.ts";
import type { Floating, MaskOf, Value } from "../values.ts";
import { demoteZero, type FloatVectors, f64x2, promoteLow, shuffle, truncateZero } from "../vectors.ts";
import { cosine, sine } from "./coefficients.ts";
import { laneByLane, type UnaryForm } from "./form.ts";
import { polynomial } from "./polynomial.ts";

/** The sine: of arguments above 100,000 lane by lane, as the table has it. */
export const vectorSin: UnaryForm = quarters(sin, 0);

/** The cosine, which is the sine a quarter turn further on. */
export const vectorCos: UnaryForm = quarters(cos, 1);

/** Above it, a multiple of pi/2 has too many bits for the reduction. */
const largest = 100_000;

// sin(x + quarter * pi/2) = sin(r + (n + quarter) * pi/2): a sine or a cosine of what is left of x, up to the sign.
function quarters(row: FunctionRow, quarter: number): UnaryForm {
  return (site, v, argument) => {
    const { body } = site;
    const x = body.keep(argument);
    const { add, and, constant, eq, shl } = v.integers;
    const { r, rest, n } = reductions[v.type](x);
    const z = v.mul(r, r);
    const turned = add(n, constant(quarter));
    const isOdd = eq(and(turned, constant(1)), constant(1));
    const size = v.select(isOdd, cosineOf(v, z, r, rest), sineOf(v, z, r, rest));
    const width = v.mantissa === 52 ? 64 : 32;
    const sign = shl(v.integers.shr(turned, 1), width - 1);
    const result = body.variable(v.fromBits(v.integers.xor(v.bits(size), sign)));
    // Where n is 0 the reduction adds a zero, in which -0 is lost.
    if (quarter === 0) body.set(result, v.select(v.eq(x, v.constant(0)), x, result.value));
    const isLarge = v.gt(v.abs(x), v.constant(largest));
    body.if(v.integers.any(isLarge), () => {
      body.set(result, v.select(isLarge, laneByLane(row)(site, v, x), result.value));
    });
    return result.value;
  };
}

// sin(r + rest) = r + rest (1 - r^2/2) + r^3 S(r^2).
function sineOf<F extends Floating>(v: FloatVectors<F>, z: Value<F>, r: Value<F>, rest: Value<F>): Value<F> {
  const cube = v.mul(v.mul(r, z), polynomial(v, z, sine[v.type]));
  const small = v.mul(rest, v.sub(v.constant(1), v.mul(z, v.constant(0.5))));
  return v.add(r, v.add(cube, small));
}

// cos(r + rest) = 1 - r^2/2 + r^4 C(r^2) - r rest; what 1 - r^2/2 loses joins the small terms.
function cosineOf<F extends Floating>(v: FloatVectors<F>, z: Value<F>, r: Value<F>, rest: Value<F>): Value<F> {
  const half = v.mul(z, v.constant(0.5));
  const one = v.constant(1);
  const most = v.sub(one, half);
  const lost = v.sub(v.sub(one, most), half);
  const series = v.mul(v.mul(z, z), polynomial(v, z, cosine[v.type]));
  return v.add(most, v.add(lost, v.sub(series, v.mul(r, rest))));
}

interface Reduced<F extends Floating> {
  /** What is left of x without n quarter turns. */
  readonly r: Value<F>;
  /** What the rounding of r lost. */
  readonly rest: Value<F>;
  readonly n: Value<MaskOf<F>>;
}

const reductions: { readonly [F in Floating]: (x: Value<F>) => Reduced<F> } = {
  f64x2: x => {
    const v = f64x2;
    const { n, bits } = nearestQuarter(x);
    const [first, second, third, fourth] = quarterWords;
    // The words are so short that all products but the last are exact. Where the smaller number is taken from the larger,
    // the two differences give what rounding lost; and else nothing is lost, because both are multiples of a large unit.
    const near = v.sub(x, v.mul(n, v.constant(first)));
    const least = v.mul(n, v.constant(second));
    const nearer = v.sub(near, least);
    const lesser = v.sub(v.mul(n, v.constant(third)), v.sub(v.sub(near, nearer), least));
    const nearest = v.sub(nearer, lesser);
    const last = v.sub(v.mul(n, v.constant(fourth)), v.sub(v.sub(nearer, nearest), lesser));
    const r = v.sub(nearest, last);
    return { r, rest: v.sub(v.sub(nearest, r), last), n: bits };
  },
  f32x4: x => {
    // A double holds all that four singles would, in half of the lanes.
    const low = singleQuarter(promoteLow(x));
    const high = singleQuarter(promoteLow(shuffle(x, x, [2, 3, 0, 1])));
    return { r: merge(low.r, high.r), rest: merge(low.rest, high.rest), n: shuffle(low.n, high.n, lowHalves) };
  },
};

const lowHalves = [0, 1, 4, 5] as const;

const merge = (low: Value<"f32x4">, high: Value<"f32x4">): Value<"f32x4"> => shuffle(low, high, lowHalves);

// The same of two singles, given as doubles; the upper lanes are 0.
function singleQuarter(x: Value<"f64x2">): Reduced<"f32x4"> {
  const v = f64x2;
  const { n } = nearestQuarter(x);
  const [first, second] = quarterPair;
  const exact = v.sub(v.sub(x, v.mul(n, v.constant(first))), v.mul(n, v.constant(second)));
  const r = demoteZero(exact);
  return { r, rest: demoteZero(v.sub(exact, promoteLow(r))), n: truncateZero(n) };
}

// x / (pi/2), rounded to a whole number, which stands also in the last bits of a larger one.
function nearestQuarter(x: Value<"f64x2">): { readonly n: Value<"f64x2">; readonly bits: Value<"i64x2"> } {
  const v = f64x2;
  const shift = v.constant(1.5 * 2 ** v.mantissa);
  const shifted = v.add(v.mul(x, v.constant(2 / Math.PI)), shift);
  return { n: v.sub(shifted, shift), bits: v.bits(shifted) };
}

/** pi/2 in four words, the first three of 33 bits each. */
const quarterWords = [1.5707963267341256, 6.077100506303966e-11, 2.0222662487111665e-21, 8.4784276603689e-32] as const;

/** pi/2 in two words, the first of 33 bits. */
const quarterPair = [1.5707963267341256, 6.077100506506192e-11] as const;
