import * as Q from "../expression/rational.ts";
import { type Product, rationalOf, rationalSum } from "./forms.ts";
import type { Factor } from "./group.ts";
import { rational } from "./numbers.ts";

/** The factors of a product with its roots of numbers collected degree by degree: `2^(1/2) * 3^(1/2)` is `sqrt(6)`. */
export function collectRadicals(
  { coefficient, factors }: Product,
  textbook: boolean,
): { readonly coefficient: Q.Rational; readonly factors: readonly Factor[] } {
  const others: Factor[] = [];
  const radicals: Radical[] = [];
  for (const [base, exponent] of factors) {
    const power = rationalOf(exponent);
    if (base.kind === "constant" && Number.isSafeInteger(base.value) && base.value > 0 && isRadical(power)) {
      radicals.push({ base: BigInt(base.value), power });
    } else others.push({ base, exponent });
  }
  let rest = coefficient;
  const groups = byDegree(radicals, textbook);
  for (const [degree, value] of groups) {
    let inside = Q.rational(value, 1n);
    let power = Q.rational(1n, degree);
    if (textbook && degree === 2n && rest.denominator % value === 0n) {
      // sqrt(2) / 2 is 1 / sqrt(2).
      rest = Q.multiply(rest, inside);
      power = Q.negate(power);
    } else if (!textbook && groups.length === 1) {
      const folded = Q.multiply(Q.power(Q.absolute(rest), degree), inside);
      if (Q.toDouble(folded) !== undefined) {
        inside = folded;
        rest = Q.sign(rest) < 0 ? Q.minusOne : Q.one;
      }
    }
    const base = rational(inside);
    others.push({ base, exponent: rationalSum(power), written: base });
  }
  return { coefficient: rest, factors: others };
}

interface Radical {
  readonly base: bigint;
  readonly power: Q.Rational;
}

function byDegree(
  radicals: readonly Radical[],
  textbook: boolean,
): readonly (readonly [degree: bigint, value: bigint])[] {
  if (radicals.length === 0) return [];
  const groups = new Map<bigint, bigint>();
  const common = radicals
    .map(({ power }) => power.denominator)
    .reduce((a, b) => (a / Q.greatestCommonDivisor(a, b)) * b);
  for (const { base, power } of radicals) {
    const degree = textbook || common > highestCommonDegree ? power.denominator : common;
    const value = base ** ((power.numerator * degree) / power.denominator);
    groups.set(degree, (groups.get(degree) ?? 1n) * value);
  }
  return [...groups].sort(([a], [b]) => Number(a - b));
}

// Between zero and one, and no whole number.
const isRadical = (power: Q.Rational | undefined): power is Q.Rational =>
  power !== undefined && Q.sign(power) > 0 && power.numerator < power.denominator;

const highestCommonDegree = 12n;
