import type { Expr } from "../expression/expression.ts";
import * as Q from "../expression/rational.ts";
import { sortShort } from "../expression/sort.ts";
import { type NormalForms, rationalOf, type Sum } from "./forms.ts";
import { compareExpressions } from "./order.ts";

/** The order of the terms of sums: descending degrees in the variables, then factor by factor. */
export class TermOrder {
  readonly #forms: Pick<NormalForms, "productOf">;
  // A term is compared again and again, in sum after sum.
  readonly #keys = new Map<Expr, Key>();

  constructor(forms: Pick<NormalForms, "productOf">) {
    this.#forms = forms;
  }

  /** The terms of a sum with their coefficients, in order. */
  sorted(terms: ReadonlyMap<Expr, Q.Rational>): (readonly [term: Expr, coefficient: Q.Rational])[] {
    const list: (readonly [Expr, Q.Rational])[] = [];
    for (const entry of terms) list.push(entry);
    return sortShort(list, ([a], [b]) => this.compare(a, b));
  }

  /** The coefficient of the term that comes first; of a sum without terms, its constant. */
  leadingCoefficient(sum: Sum): Q.Rational {
    let leading: readonly [Expr, Q.Rational] | undefined;
    for (const entry of sum.terms) {
      if (leading === undefined || this.compare(entry[0], leading[0]) < 0) leading = entry;
    }
    return leading?.[1] ?? sum.constant;
  }

  /** Negative where the term `a` comes before the term `b`. */
  compare(a: Expr, b: Expr): number {
    if (a === b) return 0;
    const [left, right] = [this.#keyOf(a), this.#keyOf(b)];
    if (left.degree !== right.degree) return right.degree - left.degree;
    if (left.factors === undefined || right.factors === undefined) return compareExpressions(a, b);
    for (let position = 0; position < left.factors.length; position++) {
      const [own, other] = [left.factors[position], right.factors[position]];
      if (own === undefined || other === undefined) break;
      const order = compareExpressions(own.base, other.base);
      if (order !== 0) return order;
      if (own.power !== undefined && other.power !== undefined && !Q.equals(own.power, other.power)) {
        return Q.compare(other.power, own.power);
      }
    }
    return left.factors.length - right.factors.length || compareExpressions(a, b);
  }

  #keyOf(term: Expr): Key {
    const known = this.#keys.get(term);
    if (known !== undefined) return known;
    const { factors } = this.#forms.productOf(term);
    let degree = 0;
    const powers: KeyFactor[] = [];
    for (const [base, exponent] of factors) {
      const power = rationalOf(exponent);
      if (base.kind === "variable" && power !== undefined) degree += Q.approximate(power);
      powers.push({ base, power });
    }
    const isLong = powers.length > manyFactors;
    if (!isLong) sortShort(powers, (a, b) => compareExpressions(a.base, b.base));
    const key: Key = { degree, factors: isLong ? undefined : powers };
    this.#keys.set(term, key);
    return key;
  }
}

interface Key {
  readonly degree: number;
  /** In canonical order; undefined where there are many. */
  readonly factors: readonly KeyFactor[] | undefined;
}

interface KeyFactor {
  readonly base: Expr;
  readonly power: Q.Rational | undefined;
}

// Longer products are ordered as wholes.
const manyFactors = 16;
