import type { Expr } from "../expression/expression.ts";
import * as Q from "../expression/rational.ts";
import { contentOf, type NormalForms, rationalOf, type Sum, scaleSum } from "./forms.ts";
import type { Factor } from "./group.ts";
import { magnitude } from "./numbers.ts";
import type { TermOrder } from "./terms.ts";

/** A product whose sums stand in some scale. */
export interface Scaling {
  readonly coefficient: Q.Rational;
  readonly factors: readonly Factor[];
}

/**
 * The scales of a product that are worth a look: `0.25 * (2*x + 1)^2` or `(x + 0.5)^2`. Each sum with whole coefficients, or
 * with its first coefficient one, or with all of what is left of the coefficient.
 */
export function scalings(
  scaling: Scaling,
  forms: NormalForms,
  order: TermOrder,
  speller: SumSpeller,
): readonly Scaling[] {
  const hasSums = scaling.factors.some(factor => sumUnder(factor, forms) !== undefined);
  if (!hasSums) return [scaling];
  const found: Scaling[] = [];
  addScaled(scaling, 0, 0, { forms, order, speller }, found);
  return found;
}

/** The number that an exponent is, if it is a whole one. */
export function wholePowerOf(exponent: Sum): bigint | undefined {
  const power = rationalOf(exponent);
  return power !== undefined && Q.isInteger(power) ? power.numerator : undefined;
}

/** How many nodes the coefficients and the constant of a sum take, scaled. */
export function coefficientsCost(sum: Sum, scale: Q.Rational): number {
  let cost = isWritten(Q.multiply(sum.constant, scale)) ? 0 : 2;
  for (const coefficient of sum.terms.values()) cost += coefficientCost(Q.multiply(coefficient, scale));
  return cost;
}

/** How many nodes a coefficient takes: none for 1, two for `2 * x` and `x / 2`, four for `2 * x / 3`. */
export function coefficientCost(value: Q.Rational): number {
  if (Q.isOne(Q.absolute(value))) return 0;
  return isWritten(value) || isWritten(Q.divide(Q.one, value)) ? 2 : 4;
}

const isWritten = (value: Q.Rational): boolean => Q.toDouble(value) !== undefined;

interface SumSpeller {
  smallestSum(sum: Sum): Expr;
}

interface Context {
  readonly forms: NormalForms;
  readonly order: TermOrder;
  readonly speller: SumSpeller;
}

function addScaled(scaling: Scaling, from: number, tried: number, context: Context, into: Scaling[]): void {
  const { forms, order } = context;
  const position = scaling.factors.findIndex((factor, i) => i >= from && sumUnder(factor, forms) !== undefined);
  const factor = scaling.factors[position];
  const sum = factor === undefined ? undefined : sumUnder(factor, forms);
  if (factor === undefined || sum === undefined || tried >= fewSums) {
    into.push(scaling);
    addAbsorbing(scaling, context, into);
    return;
  }
  const content = contentOf(sum);
  const first = Q.absolute(order.leadingCoefficient(sum));
  const whole = rescaled(scaling, position, Q.divide(Q.one, content), factor, sum, context);
  addScaled(whole, position + 1, tried + 1, context, into);
  if (Q.equals(first, content)) return;
  const monic = rescaled(scaling, position, Q.divide(Q.one, first), factor, sum, context);
  addScaled(monic, position + 1, tried + 1, context, into);
}

function addAbsorbing(scaling: Scaling, context: Context, into: Scaling[]): void {
  // A whole number makes no sum smaller.
  if (Q.isInteger(scaling.coefficient)) return;
  for (const [position, factor] of scaling.factors.entries()) {
    const sum = sumUnder(factor, context.forms);
    const power = wholePowerOf(factor.exponent) ?? 0n;
    if (factor.base.size > smallSum) continue;
    const root = sum === undefined ? undefined : Q.root(Q.absolute(scaling.coefficient), magnitude(power));
    if (sum === undefined || root === undefined) continue;
    const by = power > 0n ? root : Q.divide(Q.one, root);
    const rest = Q.multiply(scaling.coefficient, Q.power(by, -power));
    const cost = coefficientCost(scaling.coefficient) + coefficientsCost(sum, Q.one);
    // An estimate: a sign that moves may save a node or two.
    if (coefficientCost(rest) + coefficientsCost(sum, by) > cost + 2) continue;
    into.push(rescaled(scaling, position, by, factor, sum, context));
  }
}

function rescaled(
  scaling: Scaling,
  position: number,
  by: Q.Rational,
  factor: Factor,
  sum: Sum,
  { speller }: Context,
): Scaling {
  if (Q.isOne(by)) return scaling;
  const scaledSum = scaleSum(sum, by);
  const written = speller.smallestSum(scaledSum);
  const other: Factor = { base: written, exponent: factor.exponent, written, sum: scaledSum };
  return {
    coefficient: Q.multiply(scaling.coefficient, Q.power(by, -(wholePowerOf(factor.exponent) ?? 0n))),
    factors: scaling.factors.map((own, i) => (i === position ? other : own)),
  };
}

function sumUnder({ base, exponent, sum }: Factor, forms: NormalForms): Sum | undefined {
  const power = wholePowerOf(exponent);
  if (power === undefined || magnitude(power) > 64n || forms.isAtom(base)) return undefined;
  return sum ?? (forms.isSum(base) ? forms.sumOf(base) : undefined);
}

// A larger sum takes in no coefficient: that may save two nodes, and writes all that is within once more.
const smallSum = 200;

// Scales are tried for so many sums of a product.
const fewSums = 2;
