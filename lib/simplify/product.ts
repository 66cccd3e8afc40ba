import { call, constant, type Expr, type Reduction, reduction } from "../expression/expression.ts";
import { countOperations } from "../expression/fold.ts";
import { e as euler, exp, pow, sqrt, square } from "../expression/functions.ts";
import * as Q from "../expression/rational.ts";
import { sortShort } from "../expression/sort.ts";
import { absorbWholePowers } from "./absorb.ts";
import { isOneSum, type NormalForms, oneSum, type Product, rationalOf, type Sum, scaleSum } from "./forms.ts";
import { fraction } from "./fraction.ts";
import { type Factor, groupMultiplicative, groupPositive, groupPowers, isInverse } from "./group.ts";
import { rational } from "./numbers.ts";
import { compareExpressions } from "./order.ts";
import { isPositiveVariable } from "./powers.ts";
import { collectRadicals } from "./radicals.ts";
import { scalings, wholePowerOf } from "./scale.ts";
import type { TermOrder } from "./terms.ts";

/** The choices that do not follow from the value of an expression. */
export interface Style {
  /** `1 / (2 * sqrt(x))` and `2 * sqrt(2)` as a textbook has them, or `0.5 / sqrt(x)` and `sqrt(8)`, which are smaller. */
  readonly textbook: boolean;
  /** The bases whose second power is written `square(x)`, because the input does. */
  readonly squares: ReadonlySet<Expr>;
}

/** What a product asks of who writes its sums and bases. */
export interface PartSpeller {
  /** A canonical expression as it is written. */
  spelled(e: Expr): Expr;
  /** A sum in the smallest way that keeps its terms. */
  smallestSum(sum: Sum): Expr;
}

/** Writes products: in the scale that is smallest, powers taken together, one fraction, the sign where it costs least. */
export class ProductSpeller {
  readonly #forms: NormalForms;
  readonly #order: TermOrder;
  readonly #style: Style;
  readonly #parts: PartSpeller;
  // How many sums around the one at hand are being turned.
  #flips = 0;

  constructor(forms: NormalForms, order: TermOrder, style: Style, parts: PartSpeller) {
    this.#forms = forms;
    this.#order = order;
    this.#style = style;
    this.#parts = parts;
  }

  /** A coefficient, then the factors in order, over the denominators. */
  product(product: Product): Expr {
    const whole = absorbWholePowers(product, this.#forms);
    const { coefficient, factors } = collectRadicals(whole, this.#style.textbook);
    const sorted = factors.length < 2 ? factors : sortShort([...factors], (a, b) => this.#compareFactors(a, b));
    let best: Expr | undefined;
    for (const scaling of scalings({ coefficient, factors: sorted }, this.#forms, this.#order, this.#parts)) {
      const whole = this.#written(scaling.coefficient, scaling.factors);
      if (best === undefined || isSmaller(whole, best)) best = whole;
    }
    return best ?? this.#written(coefficient, sorted);
  }

  #written(coefficient: Q.Rational, factors: readonly Factor[]): Expr {
    if (factors.length < 2) return this.#signed(coefficient, factors);
    const grouped = this.#grouped(factors);
    const plain = this.#signed(coefficient, grouped);
    const [only] = grouped;
    if (grouped.length !== 1 || only?.group === undefined || Q.isOne(coefficient)) return plain;
    // 27 * (x * y)^3 is (3 * x * y)^3, and -(x * (y - z))^3 is (x * (z - y))^3.
    const power = wholePowerOf(only.exponent) ?? 1n;
    const root = power > 1n ? Q.root(coefficient, power) : undefined;
    if (root === undefined) return plain;
    const taken = pow(this.#signed(root, only.group), constant(Number(power)));
    return taken.size < plain.size || (taken.size === plain.size && !Q.equals(root, Q.minusOne)) ? taken : plain;
  }

  #grouped(factors: readonly Factor[]): readonly Factor[] {
    const positive = groupPositive(
      factors,
      base => isPositiveVariable(base, this.#forms),
      inside => this.#assembled(inside),
    );
    const multiplicative = groupMultiplicative(positive, inside => this.#assembled(inside));
    return groupPowers(multiplicative, inside => this.#assembled(inside));
  }

  #assembled(inside: readonly Factor[]): Expr {
    return this.#joined(Q.one, this.#split(Q.one, inside));
  }

  #signed(coefficient: Q.Rational, factors: readonly Factor[]): Expr {
    const split = this.#split(coefficient, factors);
    const flipped = Q.sign(coefficient) < 0 ? this.#flip(coefficient, split) : undefined;
    return flipped === undefined ? this.#joined(coefficient, split) : this.#joined(Q.negate(coefficient), flipped);
  }

  #joined(coefficient: Q.Rational, { numerator, denominator }: Split): Expr {
    return fraction(coefficient, this.#powers(numerator), this.#powers(denominator), this.#style.textbook);
  }

  #powers(factors: readonly Factor[]): readonly Expr[] {
    return factors.map(factor => this.#power(factor));
  }

  #split(coefficient: Q.Rational, factors: readonly Factor[]): Split {
    const numerator: Factor[] = [];
    const denominator: Factor[] = [];
    const exponentials: Factor[] = [];
    for (const factor of factors) {
      if (isExponential(factor)) exponentials.push(factor);
      else if (isInverse(factor.exponent)) denominator.push(opposite(factor));
      else numerator.push(factor);
    }
    for (const factor of exponentials) {
      const inverse = opposite(factor);
      const [above, below] = [this.#exponent(factor), this.#exponent(inverse)];
      const isFilled = numerator.length > 0 || !Q.isOne(Q.absolute(coefficient));
      const costs = isFilled ? 0 : 2;
      if (below.size + costs < above.size || (isFilled && isOneSum(inverse.exponent))) denominator.push(inverse);
      else numerator.push(factor);
    }
    sortShort(numerator, (a, b) => this.#comparePlaces(a, b));
    sortShort(denominator, (a, b) => this.#comparePlaces(a, b));
    return { numerator, denominator };
  }

  // Sums come last.
  #comparePlaces(a: Factor, b: Factor): number {
    return Number(this.#forms.isSum(a.base)) - Number(this.#forms.isSum(b.base)) || this.#compareFactors(a, b);
  }

  // An exponential is a call, though its base is a number.
  #compareFactors(a: Factor, b: Factor): number {
    return compareExpressions(isExponential(a) ? this.#power(a) : a.base, isExponential(b) ? this.#power(b) : b.base);
  }

  // -(x - y) is y - x: a sum under an odd power, or within an odd function, takes the sign.
  #flip(coefficient: Q.Rational, split: Split): Split | undefined {
    const mixed = flipWith(split, factor => this.#flippedSum(factor));
    if (mixed !== undefined || !Q.equals(coefficient, Q.minusOne)) return mixed;
    // A textbook rather writes -x / (y + 1) than x / (-1 - y), though it is longer.
    const within = this.#style.textbook ? { ...split, denominator: [] } : split;
    const found = flipWith(within, factor => this.#opposite(factor.base, this.#base(factor), factor.sum));
    if (found === undefined) return undefined;
    return this.#style.textbook ? { ...split, numerator: found.numerator } : found;
  }

  // A sum with a minus somewhere: its opposite has one less at the front.
  #flippedSum(factor: Factor): Expr | undefined {
    const { base } = factor;
    if (base.kind === "reduction") return base.operation === "sum" ? this.#flippedReduction(base) : undefined;
    const sum = this.#sumOf(factor);
    return sum !== undefined && hasNegative(sum) ? this.#parts.smallestSum(scaleSum(sum, Q.minusOne)) : undefined;
  }

  // -sum(i, a[i] * (x - y[i])) is sum(i, a[i] * (y[i] - x)). Of what is to be computed, others may read the sum as it is.
  #flippedReduction({ operation, index, body }: Reduction): Expr | undefined {
    if (!this.#forms.searches || this.#flips >= mostFlips) return undefined;
    this.#flips++;
    const { coefficient, factors } = this.#forms.productOf(body);
    const flipped = this.#forms.isSum(body)
      ? this.#parts.smallestSum(scaleSum(this.#forms.sumOf(body), Q.minusOne))
      : this.product({ coefficient: Q.negate(coefficient), factors });
    this.#flips--;
    return flipped.size <= this.#parts.spelled(body).size ? reduction(operation, index, flipped) : undefined;
  }

  // The opposite of a base in no more nodes than the base, if there is such a spelling.
  #opposite(base: Expr, written: Expr, own?: Sum, depth = 8): Expr | undefined {
    if (base.kind === "constant") return base.value === 0 ? undefined : constant(-base.value);
    const sum = own ?? this.#sumOf({ base, exponent: oneSum });
    if (sum !== undefined) {
      const negated = this.#parts.smallestSum(scaleSum(sum, Q.minusOne));
      return negated.size <= written.size ? negated : undefined;
    }
    if (base.kind !== "call" || depth === 0 || this.#forms.isAtom(base)) return undefined;
    const [argument] = base.args;
    if (base.fn.parity === "odd" && argument !== undefined) {
      const inside = this.#opposite(argument, this.#parts.spelled(argument), undefined, depth - 1);
      return inside === undefined ? undefined : call(base.fn, [inside]);
    }
    const product = this.#forms.productOf(base);
    if (Q.isOne(Q.absolute(product.coefficient))) return undefined;
    const negated = this.product({ coefficient: Q.negate(product.coefficient), factors: product.factors });
    return negated.size <= written.size ? negated : undefined;
  }

  #sumOf({ base, sum }: Factor): Sum | undefined {
    if (this.#forms.isAtom(base)) return undefined;
    return sum ?? (this.#forms.isSum(base) ? this.#forms.sumOf(base) : undefined);
  }

  #base(factor: Factor): Expr {
    return factor.written ?? this.#parts.spelled(factor.base);
  }

  #exponent({ exponent }: Factor): Expr {
    return this.#parts.spelled(this.#forms.fromSum(exponent));
  }

  #power(factor: Factor): Expr {
    const { exponent } = factor;
    if (isExponential(factor)) return exp(this.#exponent(factor));
    const base = this.#base(factor);
    if (isOneSum(exponent)) return base;
    const power = rationalOf(exponent);
    if (power === undefined) return pow(base, this.#exponent(factor));
    if (Q.equals(power, Q.half)) return sqrt(base);
    return Q.equals(power, two) && this.#isSquared(factor) ? square(base) : pow(base, rational(power));
  }

  #isSquared({ base, sum, group }: Factor): boolean {
    const { squares } = this.#style;
    if (squares.size === 0) return false;
    if (sum !== undefined) return squares.has(this.#forms.fromSum(sum));
    if (group === undefined) return squares.has(base);
    if (group.some(({ written }) => written !== undefined)) return false;
    const factors = new Map(group.map(member => [member.base, member.exponent]));
    return squares.has(this.#forms.fromProduct({ coefficient: Q.one, factors }));
  }
}

/** Factors by where they stand, their exponents positive. */
interface Split {
  readonly numerator: readonly Factor[];
  readonly denominator: readonly Factor[];
}

function flipWith(split: Split, flipped: (factor: Factor) => Expr | undefined): Split | undefined {
  for (const side of ["numerator", "denominator"] as const) {
    for (const [position, factor] of split[side].entries()) {
      const power = wholePowerOf(factor.exponent);
      const written = power === undefined || power % 2n === 0n ? undefined : flipped(factor);
      if (written === undefined) continue;
      const other: Factor = { base: written, exponent: factor.exponent, written };
      return { ...split, [side]: split[side].map((own, i) => (i === position ? other : own)) };
    }
  }
  return undefined;
}

const isExponential = ({ base, exponent, written }: Factor): boolean =>
  base === euler && written === undefined && !isOneSum(exponent);

const opposite = (factor: Factor): Factor => ({ ...factor, exponent: scaleSum(factor.exponent, Q.minusOne) });

const hasNegative = (sum: Sum): boolean =>
  Q.sign(sum.constant) < 0 || [...sum.terms.values()].some(coefficient => Q.sign(coefficient) < 0);

// Of two spellings of one length, the one that shares more.
const isSmaller = (a: Expr, b: Expr): boolean =>
  a.size < b.size || (a !== b && a.size === b.size && a.size < longSpelling && countOperations(a) < countOperations(b));

// A sign is carried into so many sums within each other.
const mostFlips = 4;

// Above this size operations are not counted at a tie.
const longSpelling = 60;

const two = Q.integer(2);
