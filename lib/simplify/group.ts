import { call, type Expr } from "../expression/expression.ts";
import { e as euler } from "../expression/functions.ts";
import * as Q from "../expression/rational.ts";
import { addSums, contentOf, isZeroSum, oneSum, rationalOf, rationalSum, type Sum, scaleSum } from "./forms.ts";
import { magnitude } from "./numbers.ts";

/** A factor that is to be written: a base under an exponent. */
export interface Factor {
  /** A canonical expression, or what is written in its place. */
  readonly base: Expr;
  readonly exponent: Sum;
  /** How the base is written, where that was chosen for this product alone. */
  readonly written?: Expr;
  /** The base as a sum in another scale. */
  readonly sum?: Sum;
  /** The factors that were taken together as the base. */
  readonly group?: readonly Factor[];
}

/** `abs(x) * abs(y)` as `abs(x * y)`: calls of a multiplicative function under one exponent taken together. */
export function groupMultiplicative(
  factors: readonly Factor[],
  assembled: (inside: readonly Factor[]) => Expr,
): readonly Factor[] {
  if (!severalAre(factors, factor => multiplicativeKey(factor) !== undefined)) return factors;
  const groups = new Map<string, Factor[]>();
  for (const factor of factors) {
    const key = multiplicativeKey(factor);
    const group = key === undefined ? undefined : groups.get(key);
    if (group !== undefined) group.push(factor);
    else if (key !== undefined) groups.set(key, [factor]);
  }
  let result = factors;
  for (const group of groups.values()) {
    const [first] = group;
    if (group.length < 2 || first?.base.kind !== "call") continue;
    const power = rationalOf(first.exponent) ?? Q.one;
    const inside = group.flatMap(({ base, exponent }) =>
      base.args.map(argument => ({ base: argument, exponent: scaleSum(exponent, Q.divide(Q.one, power)) })),
    );
    const written = call(first.base.fn, [assembled(inside)]);
    result = [
      ...result.filter(factor => !group.includes(factor)),
      { base: written, exponent: first.exponent, written },
    ];
  }
  return result;
}

/** `x^2 * y^2` as `(x * y)^2`, and `x^2 / y^2` as `(x / y)^2`: the powers of one whole exponent taken together. */
export function groupPowers(
  factors: readonly Factor[],
  assembled: (inside: readonly Factor[]) => Expr,
): readonly Factor[] {
  const powers = new Set<bigint>();
  for (const { exponent } of factors) {
    const power = rationalOf(exponent);
    if (power !== undefined && Q.isInteger(power) && magnitude(power.numerator) > 1n)
      powers.add(magnitude(power.numerator));
  }
  if (powers.size === 0) return factors;
  let result = factors;
  for (const power of [...powers].sort((a, b) => Number(b - a))) {
    const members = result.filter(factor => joins(factor, power));
    const hasWhole = members.some(({ exponent }) => {
      const own = rationalOf(exponent);
      return own !== undefined && Q.isInteger(own);
    });
    if (members.length < 2 || !hasWhole) continue;
    const sign = members.every(({ exponent }) => isInverse(exponent)) ? -1n : 1n;
    const scale = Q.rational(sign, power);
    const group = members.map(member => ({ ...member, exponent: scaleSum(member.exponent, scale) }));
    const written = assembled(group);
    result = [
      ...result.filter(member => !members.includes(member)),
      { base: written, exponent: rationalSum(Q.rational(power * sign, 1n)), written, group },
    ];
  }
  return result;
}

/** `x^a * y^a` as `(x * y)^a` for bases that are positive, and exponents that are no whole numbers. */
export function groupPositive(
  factors: readonly Factor[],
  isPositive: (base: Expr) => boolean,
  assembled: (inside: readonly Factor[]) => Expr,
): readonly Factor[] {
  if (!severalAre(factors, ({ base }) => isPositive(base))) return factors;
  let result = factors;
  for (const { exponent } of factors) {
    const power = rationalOf(exponent);
    if (power !== undefined && Q.isInteger(power)) continue;
    const members = result.filter(
      factor => isPositive(factor.base) && isZeroSum(addSums(factor.exponent, exponent, Q.minusOne)),
    );
    if (members.length < 2) continue;
    const written = assembled(members.map(member => ({ ...member, exponent: oneSum })));
    result = [...result.filter(factor => !members.includes(factor)), { base: written, exponent, written }];
  }
  return result;
}

// Most products have nothing to take together, which a look tells.
function severalAre(factors: readonly Factor[], is: (factor: Factor) => boolean): boolean {
  let count = 0;
  for (const factor of factors) if (is(factor) && ++count > 1) return true;
  return false;
}

function multiplicativeKey({ base, exponent }: Factor): string | undefined {
  if (base.kind !== "call" || base.fn.multiplicative !== true) return undefined;
  const power = rationalOf(exponent);
  return power !== undefined && Q.isInteger(power) ? `${base.fn.name} ${magnitude(power.numerator)}` : undefined;
}

// Exactly the power, or half of it, which is a square root inside, or an exponential whose exponent it divides.
function joins({ base, exponent }: Factor, power: bigint): boolean {
  const own = rationalOf(exponent);
  if (own !== undefined && base !== euler) {
    const quotient = Q.divide(own, Q.rational(power, 1n));
    if (magnitude(quotient.numerator) !== 1n) return false;
    return (
      quotient.denominator === 1n || (quotient.denominator === 2n && power % 2n === 1n && base.kind !== "constant")
    );
  }
  const content = contentOf(exponent);
  return Q.isInteger(content) && content.numerator % power === 0n;
}

/** True of an exponent that is a number below zero, or a sum of nothing above it. */
export const isInverse = (exponent: Sum): boolean =>
  Q.sign(exponent.constant) <= 0 && [...exponent.terms.values()].every(coefficient => Q.sign(coefficient) < 0);
