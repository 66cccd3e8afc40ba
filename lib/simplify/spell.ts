import { call, constant, type Expr } from "../expression/expression.ts";
import { countOperations } from "../expression/fold.ts";
import { add, div, e as euler, exp, mul, mulAll, neg, pow, sqrt, square, sub } from "../expression/functions.ts";
import * as Q from "../expression/rational.ts";
import {
  contentOf,
  isOneSum,
  type NormalForms,
  type Product,
  rationalOf,
  rationalSum,
  type Sum,
  scaleSum,
  termCount,
} from "./forms.ts";
import { compareExpressions } from "./order.ts";

/** The choices that do not follow from the value of an expression. */
export interface Style {
  /** `1 / (2 * sqrt(x))` and `2 * sqrt(2)` as a textbook has them, or `0.5 / sqrt(x)` and `sqrt(8)`, which are smaller. */
  readonly textbook: boolean;
  /** The bases whose second power is written `square(x)`, because the input does. */
  readonly squares: ReadonlySet<Expr>;
}

/** Writes normal forms as expressions, each in one way. */
export class Speller {
  readonly #canonical: NormalForms;
  readonly #style: Style;
  // A term is met under one coefficient again and again while scales are tried.
  readonly #spellings = new Map<Expr, Map<string, Expr>>();

  constructor(canonical: NormalForms, style: Style) {
    this.#canonical = canonical;
    this.#style = style;
  }

  /** The smallest of the ways to write a sum that keep its terms. */
  smallestSum(sum: Sum): Expr {
    let best = this.sum(sum);
    for (const other of [this.withContent(sum), this.withSharedCoefficients(sum)]) {
      if (other !== undefined && other.size < best.size) best = other;
    }
    return best;
  }

  /** Descending degrees, the constant last, a positive term first if there is one. */
  sum(sum: Sum): Expr {
    const entries = [...sum.terms].map(([term, coefficient]) => this.#entry(term, coefficient));
    return this.#sumOf(entries, sum.constant);
  }

  /** The sum with the terms of one coefficient under it, `2 * (x + y) + z`, if there are such terms. */
  withSharedCoefficients(sum: Sum): Expr | undefined {
    if (sum.terms.size > manyTerms) return undefined;
    const groups = new Map<string, [Expr, Q.Rational][]>();
    for (const [term, coefficient] of sum.terms) {
      const { numerator, denominator } = Q.absolute(coefficient);
      const key = `${numerator}/${denominator}`;
      groups.set(key, [...(groups.get(key) ?? []), [term, coefficient]]);
    }
    const entries: Entry[] = [];
    for (const group of groups.values()) {
      const scale = Q.absolute(group[0]?.[1] ?? Q.one);
      const inside: Sum = {
        constant: Q.zero,
        terms: new Map(group.map(([term, coefficient]) => [term, Q.divide(coefficient, scale)])),
      };
      if (group.length < 2 || Q.isOne(scale)) {
        entries.push(...group.map(([term, coefficient]) => this.#entry(term, coefficient)));
        continue;
      }
      const sign = Q.sign(this.leadingCoefficient(inside)) < 0 ? Q.minusOne : Q.one;
      entries.push({ ...this.#entry(this.sum(scaleSum(inside, sign)), Q.multiply(scale, sign)), isGroup: true });
    }
    return entries.length === sum.terms.size ? undefined : this.#sumOf(entries, sum.constant);
  }

  #sumOf(entries: Entry[], constantTerm: Q.Rational): Expr {
    if (entries.length > 1) entries.sort((a, b) => this.#compareTerms(a, b));
    const first = entries.findIndex(entry => Q.sign(entry.coefficient) > 0);
    if (first >= 0) return this.#sumFrom(first, entries, constantTerm);
    if (Q.sign(constantTerm) > 0) return this.#tail(rational(constantTerm), entries);
    return this.#negativeSum(entries, constantTerm);
  }

  #sumFrom(first: number, entries: readonly Entry[], constantTerm: Q.Rational): Expr {
    const [leading = undefined] = entries.slice(first, first + 1);
    if (leading === undefined) return rational(constantTerm);
    const others = entries.filter(entry => entry !== leading);
    const total = this.#tail(this.#term(leading, leading.coefficient), others);
    if (Q.isZero(constantTerm)) return total;
    const magnitude = rational(Q.absolute(constantTerm));
    return Q.sign(constantTerm) > 0 ? add(total, magnitude) : sub(total, magnitude);
  }

  // -2*y - x rather than -x - 2*y: the sign costs nothing before a number.
  #negativeSum(entries: readonly Entry[], constantTerm: Q.Rational): Expr {
    const isFree = (entry: Entry): boolean =>
      this.#term(entry, entry.coefficient).size <= this.#term(entry, Q.negate(entry.coefficient)).size;
    const first = entries.length > manyTerms ? -1 : entries.findIndex(isFree);
    if (first >= 0) return this.#sumFrom(first, entries, constantTerm);
    return Q.isZero(constantTerm)
      ? this.#sumFrom(0, entries, constantTerm)
      : this.#tail(rational(constantTerm), entries);
  }

  /** The sum as its content times what remains, if the content is not one. */
  withContent(sum: Sum): Expr | undefined {
    const content = contentOf(sum);
    if (Q.isOne(content) || termCount(sum) < 2) return undefined;
    return this.#assemble(content, [this.sum(scaleSum(sum, Q.divide(Q.one, content)))], []);
  }

  /** A coefficient, then the factors in order, over the denominators. */
  product(product: Product): Expr {
    let coefficient = product.coefficient;
    const factors: Factor[] = [];
    const radicals: [bigint, Q.Rational][] = [];
    for (const [base, exponent] of product.factors) {
      const power = rationalOf(exponent);
      if (base.kind === "constant" && base.value > 0 && isRadical(power) && Number.isSafeInteger(base.value)) {
        radicals.push([BigInt(base.value), power]);
      } else factors.push({ base, exponent });
    }
    if (radicals.length > 0) coefficient = this.#radicals(coefficient, radicals, factors);
    return this.#rescaled(coefficient, factors);
  }

  /** In canonical order. */
  sorted(list: readonly Expr[]): readonly Expr[] {
    return [...list].sort((a, b) => compareExpressions(a, b));
  }

  /** The coefficient of the term that comes first in canonical order. */
  leadingCoefficient(sum: Sum): Q.Rational {
    let leading: Entry | undefined;
    for (const [term, coefficient] of sum.terms) {
      const entry = this.#entry(term, coefficient);
      if (leading === undefined || this.#compareTerms(entry, leading) < 0) leading = entry;
    }
    return leading?.coefficient ?? sum.constant;
  }

  #entry(term: Expr, coefficient: Q.Rational): Entry {
    const { factors } = this.#canonical.productOf(term);
    let degree = 0;
    for (const [base, exponent] of factors) {
      const power = base.kind === "variable" ? rationalOf(exponent) : undefined;
      if (power !== undefined) degree += Q.approximate(power);
    }
    return { term, coefficient, degree, factors };
  }

  #compareTerms(a: Entry, b: Entry): number {
    if (a.degree !== b.degree) return b.degree - a.degree;
    if (a.factors.size > manyFactors || b.factors.size > manyFactors) return compareExpressions(a.term, b.term);
    const [left, right] = [sortedFactors(a.factors), sortedFactors(b.factors)];
    for (const [position, [base, exponent]] of left.entries()) {
      const other = right[position];
      if (other === undefined) break;
      const order = compareExpressions(base, other[0]);
      if (order !== 0) return order;
      const [p, q] = [rationalOf(exponent), rationalOf(other[1])];
      if (p !== undefined && q !== undefined && !Q.equals(p, q)) return Q.compare(q, p);
    }
    return left.length - right.length || compareExpressions(a.term, b.term);
  }

  #tail(first: Expr, entries: readonly Entry[]): Expr {
    let total = first;
    for (const entry of entries) {
      const { coefficient } = entry;
      const magnitude = this.#term(entry, Q.absolute(coefficient));
      total = Q.sign(coefficient) > 0 ? add(total, magnitude) : sub(total, magnitude);
    }
    return total;
  }

  #term({ term, isGroup }: Entry, coefficient: Q.Rational): Expr {
    return isGroup === true ? this.#assemble(coefficient, [term], []) : this.#scaled(term, coefficient);
  }

  #scaled(term: Expr, coefficient: Q.Rational): Expr {
    if (Q.isOne(coefficient)) return term;
    const spellings = this.#spellings.get(term) ?? new Map<string, Expr>();
    this.#spellings.set(term, spellings);
    const key = `${coefficient.numerator}/${coefficient.denominator}`;
    const known = spellings.get(key);
    if (known !== undefined) return known;
    const product = this.#canonical.productOf(term);
    const spelled = this.product({
      coefficient: Q.multiply(product.coefficient, coefficient),
      factors: product.factors,
    });
    spellings.set(key, spelled);
    return spelled;
  }

  // Roots of numbers are collected degree by degree: 2^(1/2) * 3^(1/2) is sqrt(6).
  #radicals(coefficient: Q.Rational, radicals: readonly [bigint, Q.Rational][], factors: Factor[]): Q.Rational {
    const groups = new Map<bigint, bigint>();
    const degrees = radicals.map(([, power]) => power.denominator);
    const common = degrees.reduce((a, b) => (a / Q.greatestCommonDivisor(a, b)) * b);
    for (const [base, power] of radicals) {
      const degree = this.#style.textbook || common > 12n ? power.denominator : common;
      const inside = base ** ((power.numerator * degree) / power.denominator);
      groups.set(degree, (groups.get(degree) ?? 1n) * inside);
    }
    let rest = coefficient;
    for (const [degree, value] of [...groups].sort(([a], [b]) => Number(a - b))) {
      let inside = Q.rational(value, 1n);
      let power = Q.rational(1n, degree);
      const folded = Q.multiply(Q.power(Q.absolute(rest), degree), inside);
      if (degree === 2n && rest.denominator % value === 0n && this.#style.textbook) {
        // sqrt(2) / 2 is 1 / sqrt(2).
        rest = Q.multiply(rest, inside);
        power = Q.negate(power);
      } else if (!this.#style.textbook && groups.size === 1 && Q.toDouble(folded) !== undefined) {
        inside = folded;
        rest = Q.sign(rest) < 0 ? Q.minusOne : Q.one;
      }
      factors.push({ base: rational(inside), exponent: rationalSum(power) });
    }
    return rest;
  }

  // abs(x) * abs(y) is abs(x * y).
  #groupMultiplicative(factors: readonly Factor[]): readonly Factor[] {
    const groups = new Map<string, Factor[]>();
    const rest: Factor[] = [];
    for (const factor of factors) {
      const power = rationalOf(factor.exponent);
      const groupable =
        factor.base.kind === "call" &&
        factor.base.fn.multiplicative === true &&
        power !== undefined &&
        Q.isInteger(power);
      if (!groupable || factor.base.kind !== "call") rest.push(factor);
      else {
        const key = `${factor.base.fn.name} ${magnitude(power.numerator)}`;
        groups.set(key, [...(groups.get(key) ?? []), factor]);
      }
    }
    for (const group of groups.values()) {
      const [first] = group;
      if (first === undefined || first.base.kind !== "call" || group.length === 1) {
        rest.push(...group);
        continue;
      }
      const power = rationalOf(first.exponent) ?? Q.one;
      const inside = new Map(
        group.flatMap(({ base, exponent }) =>
          base.args.map(argument => [argument, scaleSum(exponent, Q.divide(Q.one, power))] as const),
        ),
      );
      const argument = this.#assembleFactors(Q.one, { coefficient: Q.one, factors: inside });
      rest.push({ base: call(first.base.fn, [argument]), exponent: first.exponent });
    }
    return rest;
  }

  // x^2 * y^2 is (x * y)^2, and x^2 / y^2 is (x / y)^2.
  #groupPowers(factors: readonly Factor[]): readonly Factor[] {
    const counts = new Map<bigint, number>();
    for (const { exponent } of factors) {
      const power = wholePower(exponent);
      if (power !== undefined && magnitude(power) > 1n)
        counts.set(magnitude(power), (counts.get(magnitude(power)) ?? 0) + 1);
    }
    let result = factors;
    for (const power of [...counts.keys()].sort((a, b) => Number(b - a))) {
      const members = result.filter(factor => this.#joins(factor, power));
      const exact = members.filter(
        ({ exponent }) => wholePower(exponent) !== undefined && rationalOf(exponent)?.denominator === 1n,
      ).length;
      if (members.length < 2 || exact < 1) continue;
      const inverse = members.every(({ exponent }) => Q.sign(leading(exponent)) < 0);
      const sign = inverse ? -1n : 1n;
      const factor = Q.rational(sign, power);
      const inside: Product = {
        coefficient: Q.one,
        factors: new Map(members.map(({ base, exponent }) => [base, scaleSum(exponent, factor)])),
      };
      const base = this.#assembleFactors(Q.one, inside);
      result = [
        ...result.filter(member => !members.includes(member)),
        { base, exponent: rationalSum(Q.rational(power * sign, 1n)), group: inside },
      ];
    }
    return result;
  }

  // Exactly the power, or half of it, which is a square root inside, or an exponential whose exponent it divides.
  #joins({ base, exponent }: Factor, power: bigint): boolean {
    const rationalPower = rationalOf(exponent);
    if (rationalPower !== undefined && base !== euler) {
      const quotient = Q.divide(rationalPower, Q.rational(power, 1n));
      if (magnitude(quotient.numerator) !== 1n) return false;
      return (
        quotient.denominator === 1n || (quotient.denominator === 2n && power % 2n === 1n && base.kind !== "constant")
      );
    }
    const content = contentOf(exponent);
    return Q.isInteger(content) && content.numerator % power === 0n;
  }

  #split(coefficient: Q.Rational, factors: readonly Factor[]): Split {
    const numerator: Factor[] = [];
    const denominator: Factor[] = [];
    const exponentials: Factor[] = [];
    for (const factor of factors) {
      if (factor.base === euler && !isOneSum(factor.exponent)) exponentials.push(factor);
      else if (Q.sign(leading(factor.exponent)) < 0) denominator.push(opposite(factor));
      else numerator.push(factor);
    }
    for (const factor of exponentials) {
      const inverse = opposite(factor);
      const [above, below] = [this.#canonical.fromSum(factor.exponent), this.#canonical.fromSum(inverse.exponent)];
      const filled = numerator.length > 0 || !(Q.isOne(coefficient) || Q.equals(coefficient, Q.minusOne));
      const costs = filled ? 0 : 2;
      if (below.size + costs < above.size || (filled && isOneSum(inverse.exponent))) denominator.push(inverse);
      else numerator.push(factor);
    }
    const order = (a: Factor, b: Factor): number =>
      Number(this.#canonical.isSum(a.base)) - Number(this.#canonical.isSum(b.base)) ||
      compareExpressions(this.#sortedAs(a), this.#sortedAs(b));
    return { numerator: numerator.sort(order), denominator: denominator.sort(order) };
  }

  // An exponential is a call, though its base is a number.
  #sortedAs({ base, exponent }: Factor): Expr {
    return base === euler && !isOneSum(exponent) ? this.#power(base, exponent) : base;
  }

  // -(x - y) is y - x: a sum under an odd power, or within an odd function, takes the sign.
  #flip(coefficient: Q.Rational, split: Split): Split | undefined {
    const mixed = this.#flipWith(split, factor => this.#flippedSum(factor));
    if (mixed !== undefined || !Q.equals(coefficient, Q.minusOne)) return mixed;
    // A textbook rather writes -x / (y + 1) than x / (-1 - y), though it is longer.
    const within = this.#style.textbook ? { ...split, denominator: [] } : split;
    const found = this.#flipWith(within, factor => this.#opposite(factor.base, factor.sum));
    return found === undefined
      ? undefined
      : { ...split, numerator: found.numerator, ...(this.#style.textbook ? {} : { denominator: found.denominator }) };
  }

  #flipWith(split: Split, flipped: (factor: Factor) => Expr | undefined): Split | undefined {
    for (const side of ["numerator", "denominator"] as const) {
      for (const [position, factor] of split[side].entries()) {
        const power = wholePower(factor.exponent);
        const base = power === undefined || power % 2n === 0n ? undefined : flipped(factor);
        if (base === undefined) continue;
        return {
          ...split,
          [side]: split[side].map((other, i) => (i === position ? { base, exponent: factor.exponent } : other)),
        };
      }
    }
    return undefined;
  }

  // A sum with a minus somewhere: its opposite has one less at the front.
  #flippedSum({ base, sum: scaled }: Factor): Expr | undefined {
    const own = scaled ?? (this.#canonical.isSum(base) ? this.#canonical.sumOf(base) : undefined);
    return own !== undefined && hasNegative(own) ? this.smallestSum(scaleSum(own, Q.minusOne)) : undefined;
  }

  // -base in no more nodes than base, if there is such a spelling.
  #opposite(base: Expr, own?: Sum, depth = 8): Expr | undefined {
    if (base.kind === "constant") return base.value === 0 ? undefined : constant(-base.value);
    const sum = own ?? (this.#canonical.isSum(base) ? this.#canonical.sumOf(base) : undefined);
    if (sum !== undefined) {
      const negated = this.smallestSum(scaleSum(sum, Q.minusOne));
      return negated.size <= base.size ? negated : undefined;
    }
    if (base.kind !== "call" || depth === 0) return undefined;
    const [argument] = base.args;
    if (base.fn.parity === "odd" && argument !== undefined) {
      const inside = this.#opposite(argument, undefined, depth - 1);
      return inside === undefined ? undefined : call(base.fn, [inside]);
    }
    const product = this.#canonical.productOf(base);
    if (Q.isOne(Q.absolute(product.coefficient))) return undefined;
    const negated = this.product({ coefficient: Q.negate(product.coefficient), factors: product.factors });
    return negated.size <= base.size ? negated : undefined;
  }

  // 0.25 * (2*x + 1)^2 or (x + 0.5)^2: each sum takes in as much of the coefficient as makes the whole smallest.
  #rescaled(coefficient: Q.Rational, given: readonly Factor[]): Expr {
    const factors =
      given.length < 2 ? given : [...given].sort((a, b) => compareExpressions(this.#sortedAs(a), this.#sortedAs(b)));
    let best: Expr | undefined;
    for (const scaling of this.#scalings({ coefficient, factors }, 0, 0)) {
      const whole = this.#written(scaling.coefficient, scaling.factors);
      if (best === undefined || isSmaller(whole, best)) best = whole;
    }
    return best ?? this.#written(coefficient, factors);
  }

  // Each sum with whole coefficients, with its first coefficient one, or with all of what is left of the coefficient.
  *#scalings(scaling: Scaling, from: number, tried: number): Generator<Scaling> {
    const position = scaling.factors.findIndex((factor, i) => i >= from && this.#sumUnder(factor) !== undefined);
    const factor = scaling.factors[position];
    const sum = factor === undefined ? undefined : this.#sumUnder(factor);
    if (factor === undefined || sum === undefined || tried >= fewSums) {
      yield scaling;
      yield* this.#absorbing(scaling);
      return;
    }
    const content = contentOf(sum);
    const first = Q.absolute(this.leadingCoefficient(sum));
    yield* this.#scalings(
      rescaledAt(scaling, position, this.#scaledBy(Q.divide(Q.one, content), factor, sum, scaling)),
      position + 1,
      tried + 1,
    );
    if (Q.equals(first, content)) return;
    yield* this.#scalings(
      rescaledAt(scaling, position, this.#scaledBy(Q.divide(Q.one, first), factor, sum, scaling)),
      position + 1,
      tried + 1,
    );
  }

  *#absorbing(scaling: Scaling): Generator<Scaling> {
    // A whole number makes no sum smaller.
    if (Q.isInteger(scaling.coefficient)) return;
    for (const [position, factor] of scaling.factors.entries()) {
      const sum = this.#sumUnder(factor);
      const power = wholePower(factor.exponent) ?? 0n;
      const root = sum === undefined ? undefined : Q.root(Q.absolute(scaling.coefficient), magnitude(power));
      if (sum === undefined || root === undefined) continue;
      const by = power > 0n ? root : Q.divide(Q.one, root);
      yield rescaledAt(scaling, position, this.#scaledBy(by, factor, sum, scaling));
    }
  }

  #sumUnder({ base, exponent, sum }: Factor): Sum | undefined {
    const power = wholePower(exponent);
    if (power === undefined || magnitude(power) > 64n) return undefined;
    return sum ?? (this.#canonical.isSum(base) ? this.#canonical.sumOf(base) : undefined);
  }

  #scaledBy(by: Q.Rational, factor: Factor, sum: Sum, { coefficient }: Scaling): Rescaled {
    if (Q.isOne(by)) return { factor, coefficient };
    const scaled = scaleSum(sum, by);
    return {
      factor: { base: this.smallestSum(scaled), exponent: factor.exponent, sum: scaled },
      coefficient: Q.multiply(coefficient, Q.power(by, -(wholePower(factor.exponent) ?? 0n))),
    };
  }

  #written(coefficient: Q.Rational, factors: readonly Factor[]): Expr {
    const grouped = factors.length > 1 ? this.#groupPowers(this.#groupMultiplicative(factors)) : factors;
    const plain = this.#signed(coefficient, grouped);
    const [only] = grouped;
    if (grouped.length !== 1 || only?.group === undefined || Q.isOne(coefficient)) return plain;
    // 27 * (x * y)^3 is (3 * x * y)^3, and -(x * (y - z))^3 is (x * (z - y))^3.
    const power = wholePower(only.exponent) ?? 1n;
    const root = power > 1n ? Q.root(coefficient, power) : undefined;
    if (root === undefined) return plain;
    const members = [...only.group.factors].map(([base, exponent]) => ({ base, exponent }));
    const taken = pow(this.#signed(root, members), constant(Number(power)));
    return taken.size < plain.size || (taken.size === plain.size && !Q.equals(root, Q.minusOne)) ? taken : plain;
  }

  #signed(coefficient: Q.Rational, factors: readonly Factor[]): Expr {
    const split = this.#split(coefficient, factors);
    const flipped = Q.sign(coefficient) < 0 ? this.#flip(coefficient, split) : undefined;
    const [sign, { numerator, denominator }] =
      flipped === undefined ? [coefficient, split] : [Q.negate(coefficient), flipped];
    return this.#assemble(sign, this.#powers(numerator), this.#powers(denominator));
  }

  #assembleFactors(coefficient: Q.Rational, product: Product): Expr {
    const split = this.#split(
      coefficient,
      [...product.factors].map(([base, exponent]) => ({ base, exponent })),
    );
    return this.#assemble(coefficient, this.#powers(split.numerator), this.#powers(split.denominator));
  }

  #powers(factors: readonly Factor[]): readonly Expr[] {
    return factors.map(({ base, exponent }) => this.#power(base, exponent));
  }

  #power(base: Expr, exponent: Sum): Expr {
    if (isOneSum(exponent)) return base;
    if (base === euler) return exp(this.#canonical.fromSum(exponent));
    const power = rationalOf(exponent);
    if (power !== undefined && Q.equals(power, half)) return sqrt(base);
    if (power !== undefined && Q.equals(power, two) && this.#style.squares.has(base)) return square(base);
    return pow(base, power === undefined ? this.#canonical.fromSum(exponent) : rational(power));
  }

  #assemble(coefficient: Q.Rational, numerator: readonly Expr[], denominator: readonly Expr[]): Expr {
    const { above, below } = this.#coefficient(coefficient, numerator.length > 0, denominator.length > 0);
    const bottom = below === undefined ? denominator : [below, ...denominator];
    let top = above === undefined ? numerator : [above, ...numerator];
    if (Q.sign(coefficient) < 0 && (below === undefined || below.kind !== "constant" || below.value > 0)) {
      const [first = constant(1), ...others] = top;
      top = [first.kind === "constant" ? constant(-first.value) : neg(first), ...others];
    }
    const dividend = mulAll(top);
    return bottom.length === 0 ? dividend : div(dividend, mulAll(bottom));
  }

  // Which of 1.5 * x, x / 2, 2 * x / 3 and x / 1.75 a coefficient becomes. What stands above is without its sign.
  #coefficient(signed: Q.Rational, hasNumerator: boolean, hasDenominator: boolean): { above?: Expr; below?: Expr } {
    const value = Q.absolute(signed);
    if (Q.isOne(value)) return {};
    const decimal = Q.toDouble(value);
    const isNegative = Q.sign(signed) < 0;
    const isUnit = value.numerator === 1n;
    const { textbook } = this.#style;
    if (decimal !== undefined) {
      const halves = isUnit && isPowerOfTwo(value.denominator);
      const divides = halves && ((hasNumerator && !isNegative) || (hasDenominator && textbook));
      return divides ? { below: integer(value.denominator) } : { above: constant(decimal) };
    }
    const inverse = Q.toDouble(Q.divide(Q.one, value));
    if (
      inverse !== undefined &&
      hasNumerator &&
      (isUnit || !textbook || value.numerator > largestPart || value.denominator > largestPart)
    ) {
      // A decimal below takes the sign for nothing: x / -1.742.
      return { below: constant(isNegative && (!textbook || !isUnit) ? -inverse : inverse) };
    }
    if (Q.isInteger(value)) return { above: integer(value.numerator) };
    const below = integer(value.denominator);
    return isUnit && (hasNumerator || hasDenominator) ? { below } : { above: integer(value.numerator), below };
  }
}

/** A rational number as an expression of the same exact value: a number, a fraction, or a sum of as many as it takes. */
export function rational(value: Q.Rational): Expr {
  const decimal = Q.toDouble(value);
  if (decimal !== undefined) return constant(decimal);
  if (Q.isInteger(value)) return integer(value.numerator);
  return div(integer(value.numerator), integer(value.denominator));
}

// An integer that is no double's shortest decimal: its leading digits, and the rest; a power of ten times it, if it is
// above all doubles.
function integer(value: bigint): Expr {
  const direct = Q.toDouble(Q.rational(value, 1n));
  if (direct !== undefined) return constant(direct);
  const length = (value < 0n ? -value : value).toString().length;
  const unit = length > 300 ? 10n ** 300n : 10n ** BigInt(length - 15);
  const rest = value % unit;
  const high = length > 300 ? mul(integer(value / unit), constant(1e300)) : constant(Number(value - rest));
  return rest === 0n ? high : add(high, integer(rest));
}

interface Factor {
  readonly base: Expr;
  readonly exponent: Sum;
  /** The base as a sum, where it was made for this spelling alone. */
  readonly sum?: Sum;
  /** The base as a product, where several factors were taken together under one exponent. */
  readonly group?: Product;
}

interface Split {
  readonly numerator: readonly Factor[];
  readonly denominator: readonly Factor[];
}

/** A product with its sums in some scale. */
interface Scaling {
  readonly coefficient: Q.Rational;
  readonly factors: readonly Factor[];
}

interface Rescaled {
  readonly factor: Factor;
  readonly coefficient: Q.Rational;
}

interface Entry {
  /** True of terms taken together under one coefficient. */
  readonly isGroup?: true;
  readonly term: Expr;
  readonly coefficient: Q.Rational;
  readonly degree: number;
  readonly factors: ReadonlyMap<Expr, Sum>;
}

const rescaledAt = ({ factors }: Scaling, position: number, { factor, coefficient }: Rescaled): Scaling => ({
  coefficient,
  factors: factors.map((other, i) => (i === position ? factor : other)),
});

// Of two spellings of one length, the one that shares more.
const isSmaller = (a: Expr, b: Expr): boolean =>
  a.size < b.size || (a !== b && a.size === b.size && a.size < longSpelling && countOperations(a) < countOperations(b));

// Above this size operations are not counted at a tie.
const longSpelling = 60;

// Scales are tried for so many sums of a product.
const fewSums = 2;

// Longer products are ordered as wholes.
const manyFactors = 16;

// In longer sums nothing is looked for.
const manyTerms = 40;

// 2 * x / 3 is a fraction that people write; 500 * x / 871 is x / 1.742.
const largestPart = 20n;

const half = Q.rational(1n, 2n);
const two = Q.integer(2);

const sortedFactors = (factors: ReadonlyMap<Expr, Sum>): readonly (readonly [Expr, Sum])[] =>
  [...factors].sort(([a], [b]) => compareExpressions(a, b));

const opposite = (factor: Factor): Factor => ({ ...factor, exponent: scaleSum(factor.exponent, Q.minusOne) });

/** The sign-giving coefficient of an exponent: its number, or that of its first term. */
function leading(exponent: Sum): Q.Rational {
  const [first] = exponent.terms.values();
  return first === undefined
    ? exponent.constant
    : [...exponent.terms.values()].every(c => Q.sign(c) < 0) && Q.sign(exponent.constant) <= 0
      ? Q.minusOne
      : Q.one;
}

function wholePower(exponent: Sum): bigint | undefined {
  const power = rationalOf(exponent);
  return power !== undefined && Q.isInteger(power) ? power.numerator : undefined;
}

// Between zero and one, and no whole number.
const isRadical = (power: Q.Rational | undefined): power is Q.Rational =>
  power !== undefined && Q.sign(power) > 0 && power.numerator < power.denominator;

const magnitude = (value: bigint): bigint => (value < 0n ? -value : value);

const isPowerOfTwo = (value: bigint): boolean => (value & (value - 1n)) === 0n;

const hasNegative = (sum: Sum): boolean =>
  Q.sign(sum.constant) < 0 || [...sum.terms.values()].some(coefficient => Q.sign(coefficient) < 0);
