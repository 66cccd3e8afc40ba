import { type Expr, rebuild } from "../expression/expression.ts";
import { add, e as euler, sub } from "../expression/functions.ts";
import { renameIndices } from "../expression/indices.ts";
import * as Q from "../expression/rational.ts";
import { sortShort } from "../expression/sort.ts";
import { ContentMap, identityOfSums } from "./content.ts";
import { factorsByParts } from "./factor.ts";
import {
  contentOf,
  isOneSum,
  type NormalForms,
  type Product,
  productBuilder,
  rationalOf,
  type Sum,
  scaleSum,
  type Tie,
  termCount,
} from "./forms.ts";
import { fraction } from "./fraction.ts";
import { rational } from "./numbers.ts";
import { ProductSpeller, type Style } from "./product.ts";
import { coefficientCost, coefficientsCost } from "./scale.ts";
import type { TermOrder } from "./terms.ts";

/** Writes canonical expressions for a reader: each form in the smallest of the ways that keep its terms and factors. */
export class Speller {
  readonly #forms: NormalForms;
  readonly #order: TermOrder;
  readonly #style: Style;
  readonly #products: ProductSpeller;
  readonly #spelled = new Map<Expr, Expr>();
  readonly #begun = new Set<Expr>();
  readonly #sums = new ContentMap<Sum, Expr>(identityOfSums);
  // A term is met under one coefficient again and again while scales are tried.
  readonly #scaled = new Map<Expr, Map<string, Expr>>();

  constructor(forms: NormalForms, order: TermOrder, style: Style) {
    this.#forms = forms;
    this.#order = order;
    this.#style = style;
    this.#products = new ProductSpeller(forms, order, style, this);
  }

  /** A canonical expression as it is written. What it is made of is written first, so that depth does not matter. */
  spell(root: Expr): Expr {
    const pending = [root];
    for (let node = pending.at(-1); node !== undefined; node = pending.at(-1)) {
      const before = pending.length;
      if (!this.#begun.has(node)) {
        this.#begun.add(node);
        for (const part of this.#partsOf(node)) {
          if (part.args.length > 0 && !this.#begun.has(part)) pending.push(part);
        }
      }
      if (pending.length > before) continue;
      this.spelled(node);
      pending.pop();
    }
    return this.spelled(root);
  }

  /** A canonical expression as it is written, if what it is made of has been written before. */
  spelled(node: Expr): Expr {
    if (node.args.length === 0) return node;
    const known = this.#spelled.get(node);
    if (known !== undefined) return known;
    const written = this.#written(node);
    this.#spelled.set(node, written);
    return written;
  }

  /** The smallest of the ways to write a sum that keep its terms. */
  smallestSum(sum: Sum): Expr {
    const known = this.#sums.get(sum);
    if (known !== undefined) return known;
    const written = this.#smallestSum(sum);
    this.#sums.set(sum, written);
    return written;
  }

  #smallestSum(sum: Sum): Expr {
    let best = this.sum(sum);
    const content = this.#withContent(sum);
    if (content !== undefined && content.size < best.size) best = content;
    const grouped = this.#withSharedCoefficients(sum);
    if (grouped !== undefined && grouped.size < best.size) best = grouped;
    const parted = this.#byParts(sum);
    return parted !== undefined && parted.size < best.size ? parted : best;
  }

  // (a + b) * (x + y), rather than its four products. Earlier it would hide what cancels.
  #byParts(sum: Sum): Expr | undefined {
    const parts = factorsByParts(sum, this.#forms);
    if (parts === undefined) return undefined;
    const whole = productBuilder();
    for (const part of parts) this.#forms.multiply(whole, this.#forms.productOf(this.#forms.fromSum(part)), 1);
    return this.product(whole);
  }

  /** Descending degrees, the constant last, a positive term first if there is one. */
  sum(sum: Sum): Expr {
    return this.#sumOf(this.#order.sorted(sum.terms).map(asEntry), sum.constant);
  }

  /** A coefficient, then the factors in order, over the denominators. */
  product(product: Product): Expr {
    return this.#products.product(product);
  }

  #written(node: Expr): Expr {
    if (this.#forms.isSum(node)) return this.smallestSum(this.#forms.sumOf(node));
    const product = this.#forms.productOf(node);
    const [only] = product.factors.keys();
    if (product.factors.size !== 1 || only !== node) return this.product(product);
    const tie = this.#forms.tieIn(node);
    const alike = tie === undefined ? undefined : this.#tied(tie);
    return rebuild(
      node,
      node.args.map(argument => (argument === tie?.body && alike) || this.spelled(argument)),
    );
  }

  // The body as it stands in its extreme: what is rounded otherwise is never equal to it.
  #tied({ extreme, index }: Tie): Expr | undefined {
    const written = this.spelled(extreme);
    if (written.kind !== "reduction" || written.operation !== extreme.operation) return undefined;
    return renameIndices(written.body, new Map([[written.index, index]]));
  }

  #partsOf(node: Expr): readonly Expr[] {
    const parts: Expr[] = [];
    if (this.#forms.isSum(node)) {
      for (const [term, coefficient] of this.#forms.sumOf(node).terms) {
        if (Q.isOne(coefficient)) parts.push(term);
        else this.#addFactors(term, parts);
      }
    } else this.#addFactors(node, parts);
    return parts;
  }

  #addFactors(node: Expr, into: Expr[]): void {
    const { factors } = this.#forms.productOf(node);
    for (const [base, exponent] of factors) {
      if (base === node) into.push(...node.args);
      else into.push(base);
      if (rationalOf(exponent) === undefined || (base === euler && !isOneSum(exponent)))
        into.push(this.#forms.fromSum(exponent));
    }
  }

  // 2 * (x + y) + z: the terms of one coefficient under it, if there are such terms.
  #withSharedCoefficients(sum: Sum): Expr | undefined {
    if (sum.terms.size > manyTerms || !haveSharedCoefficient(sum)) return undefined;
    const groups = new Map<string, [Expr, Q.Rational][]>();
    for (const entry of sum.terms) {
      const key = keyOf(Q.absolute(entry[1]));
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [entry]);
      else group.push(entry);
    }
    if (groups.size === sum.terms.size) return undefined;
    const entries = [...groups.values()].flatMap(group => this.#groupEntries(group));
    if (entries.length === sum.terms.size) return undefined;
    sortShort(entries, (a, b) => this.#order.compare(a.term, b.term));
    return this.#sumOf(entries, sum.constant);
  }

  #groupEntries(group: readonly [Expr, Q.Rational][]): readonly Entry[] {
    const scale = Q.absolute(group[0]?.[1] ?? Q.one);
    if (group.length < 2 || Q.isOne(scale)) return group.map(asEntry);
    const inside: Sum = {
      constant: Q.zero,
      terms: new Map(group.map(([term, coefficient]) => [term, Q.divide(coefficient, scale)])),
    };
    const sign = Q.sign(this.#order.leadingCoefficient(inside)) < 0 ? Q.minusOne : Q.one;
    const together = this.sum(scaleSum(inside, sign));
    return [{ term: together, coefficient: Q.multiply(scale, sign), together }];
  }

  #sumOf(entries: readonly Entry[], constantTerm: Q.Rational): Expr {
    const first = entries.findIndex(entry => Q.sign(entry.coefficient) > 0);
    if (first >= 0) return this.#sumFrom(first, entries, constantTerm);
    if (Q.sign(constantTerm) > 0) return this.#tail(rational(constantTerm), entries);
    return this.#negativeSum(entries, constantTerm);
  }

  #sumFrom(first: number, entries: readonly Entry[], constantTerm: Q.Rational): Expr {
    const leading = entries[first];
    if (leading === undefined) return rational(constantTerm);
    const others = entries.filter(entry => entry !== leading);
    const total = this.#tail(this.#term(leading, leading.coefficient), others);
    if (Q.isZero(constantTerm)) return total;
    const size = rational(Q.absolute(constantTerm));
    return Q.sign(constantTerm) > 0 ? add(total, size) : sub(total, size);
  }

  // -2*y - x rather than -x - 2*y: the sign costs nothing before a number.
  #negativeSum(entries: readonly Entry[], constantTerm: Q.Rational): Expr {
    const first = entries.length > manyTerms ? -1 : entries.findIndex(entry => this.#takesSign(entry));
    if (first >= 0) return this.#sumFrom(first, entries, constantTerm);
    return Q.isZero(constantTerm)
      ? this.#sumFrom(0, entries, constantTerm)
      : this.#tail(rational(constantTerm), entries);
  }

  #takesSign(entry: Entry): boolean {
    const { coefficient } = entry;
    return this.#term(entry, coefficient).size <= this.#term(entry, Q.negate(coefficient)).size;
  }

  // The sum as its content times what remains, if the content is not one.
  #withContent(sum: Sum): Expr | undefined {
    if (termCount(sum) < 2) return undefined;
    const content = contentOf(sum);
    if (Q.isOne(content)) return undefined;
    const scale = Q.divide(Q.one, content);
    if (coefficientCost(content) + coefficientsCost(sum, scale) >= coefficientsCost(sum, Q.one)) return undefined;
    return fraction(content, [this.sum(scaleSum(sum, scale))], [], this.#style.textbook);
  }

  #tail(first: Expr, entries: readonly Entry[]): Expr {
    let total = first;
    for (const entry of entries) {
      const { coefficient } = entry;
      const isTurned = Q.equals(coefficient, Q.minusOne) && this.#turns(entry);
      const term = this.#term(entry, isTurned ? coefficient : Q.absolute(coefficient));
      total = Q.sign(coefficient) > 0 || isTurned ? add(total, term) : sub(total, term);
    }
    return total;
  }

  // a - b * (x^2 - 1) is a + b * (1 - x^2): of two differences a reader knows the one that begins with the number.
  #turns({ term, together }: Entry): boolean {
    if (together !== undefined) return false;
    for (const [base, exponent] of this.#forms.productOf(term).factors) {
      if (!isOneSum(exponent) || base === term || !this.#forms.isSum(base) || this.#forms.isAtom(base)) continue;
      const { constant: rest, terms } = this.#forms.sumOf(base);
      if (Q.sign(rest) < 0 && [...terms.values()].every(coefficient => Q.sign(coefficient) > 0)) return true;
    }
    return false;
  }

  #term({ term, together }: Entry, coefficient: Q.Rational): Expr {
    if (together !== undefined) return fraction(coefficient, [together], [], this.#style.textbook);
    if (Q.isOne(coefficient)) return this.spelled(term);
    const spellings = this.#scaled.get(term) ?? new Map<string, Expr>();
    this.#scaled.set(term, spellings);
    const key = keyOf(coefficient);
    const known = spellings.get(key);
    if (known !== undefined) return known;
    const product = this.#forms.productOf(term);
    const written = this.product({
      coefficient: Q.multiply(product.coefficient, coefficient),
      factors: product.factors,
    });
    spellings.set(key, written);
    return written;
  }
}

// Two terms under one coefficient that is not one, whatever its sign.
function haveSharedCoefficient({ terms }: Sum): boolean {
  const met: Q.Rational[] = [];
  for (const coefficient of terms.values()) {
    const scale = Q.absolute(coefficient);
    if (Q.isOne(scale)) continue;
    if (met.some(other => Q.equals(other, scale))) return true;
    met.push(scale);
  }
  return false;
}

interface Entry {
  readonly term: Expr;
  readonly coefficient: Q.Rational;
  /** Terms taken together under one coefficient, as they are written. */
  readonly together?: Expr;
}

const asEntry = ([term, coefficient]: readonly [Expr, Q.Rational]): Entry => ({ term, coefficient });

const keyOf = ({ numerator, denominator }: Q.Rational): string =>
  denominator === 1n ? `${numerator}` : `${numerator}/${denominator}`;

// In longer sums nothing is looked for.
const manyTerms = 40;
