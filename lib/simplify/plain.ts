import type { Expr } from "../expression/expression.ts";
import { add, div, e as euler, exp, pow, sqrt, sub } from "../expression/functions.ts";
import * as Q from "../expression/rational.ts";
import { sortShort } from "../expression/sort.ts";
import { isOneSum, type NormalForms, oneSum, type Product, rationalOf, type Sum, scaleSum } from "./forms.ts";
import { fraction } from "./fraction.ts";
import { rational } from "./numbers.ts";
import { compareExpressions } from "./order.ts";
import type { TermOrder } from "./terms.ts";

/**
 * Writes each normal form in one plain way, which is the form's identity while simplification goes on: equal forms are one
 * expression. How the result is written for a reader is the business of `Speller`.
 */
export class PlainSpeller {
  readonly #forms: NormalForms;
  readonly #order: TermOrder;

  constructor(forms: NormalForms, order: TermOrder) {
    this.#forms = forms;
    this.#order = order;
  }

  /** The terms in order, a positive one first if there is one, the constant last. */
  sum(sum: Sum): Expr {
    const terms = this.#order.sorted(sum.terms);
    const first = terms.findIndex(([, coefficient]) => Q.sign(coefficient) > 0);
    const leadsWithConstant = first < 0 && Q.sign(sum.constant) > 0;
    const leading = leadsWithConstant ? undefined : terms[Math.max(first, 0)];
    if (leading === undefined && !leadsWithConstant) return rational(sum.constant);
    let total = leading === undefined ? rational(sum.constant) : scaled(leading[0], leading[1]);
    for (const entry of terms) {
      const [term, coefficient] = entry;
      if (entry !== leading) total = plus(total, coefficient, scaled(term, Q.absolute(coefficient)));
    }
    return leadsWithConstant || Q.isZero(sum.constant)
      ? total
      : plus(total, sum.constant, rational(Q.absolute(sum.constant)));
  }

  /** The coefficient and the factors in order, over those under negative exponents. */
  product({ coefficient, factors }: Product): Expr {
    const numerator: Expr[] = [];
    const denominator: Expr[] = [];
    const bases = [...factors.keys()];
    sortShort(bases, (a, b) => compareExpressions(a, b));
    for (const base of bases) {
      const exponent = factors.get(base) ?? oneSum;
      const power = rationalOf(exponent);
      if (power !== undefined && Q.sign(power) < 0) denominator.push(this.#power(base, scaleSum(exponent, Q.minusOne)));
      else numerator.push(this.#power(base, exponent));
    }
    return fraction(coefficient, numerator, denominator);
  }

  #power(base: Expr, exponent: Sum): Expr {
    if (isOneSum(exponent)) return base;
    if (base === euler) return exp(this.#forms.fromSum(exponent));
    const power = rationalOf(exponent);
    if (power === undefined) return pow(base, this.#forms.fromSum(exponent));
    return Q.equals(power, Q.half) ? sqrt(base) : pow(base, rational(power));
  }
}

const plus = (total: Expr, sign: Q.Rational, term: Expr): Expr =>
  Q.sign(sign) > 0 ? add(total, term) : sub(total, term);

// A term under a coefficient: 3 / x rather than 3 * (1 / x).
function scaled(term: Expr, coefficient: Q.Rational): Expr {
  if (Q.isOne(coefficient)) return term;
  if (term.kind === "call" && term.fn === div) {
    const [above, below] = term.args;
    if (above?.kind === "constant" && above.value === 1 && below !== undefined)
      return fraction(coefficient, [], [below]);
  }
  return fraction(coefficient, [term], []);
}
