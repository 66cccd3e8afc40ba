import type { Expr } from "../../expression/expression.ts";
import * as Q from "../../expression/rational.ts";
import { accumulate, addSums, type Product, type Sum, type SumBuilder, single, sumBuilder } from "../forms.ts";
import type { StableRule } from "./rules.ts";
import type { View } from "./view.ts";

/** What came of a rule. */
export interface Rewritten {
  readonly result: Sum;
  readonly rule: StableRule;
}

/** Told of a rule, of the terms that it took and of what it made of them. */
export type Report = (rule: StableRule, before: Sum, after: Sum) => void;

/** A sum that rules take terms from. It is copied when the first does: nearly all sums stay as they are. */
export class Terms {
  #sum: Sum;
  #builder: SumBuilder | undefined;
  readonly #report: Report;

  constructor(sum: Sum, report: Report) {
    this.#sum = sum;
    this.#report = report;
  }

  /** The sum as it is by now. */
  get sum(): Sum {
    return this.#sum;
  }

  /** The sum, if a rule has taken something. */
  get result(): Sum | undefined {
    return this.#builder;
  }

  /** The terms, those that are made meanwhile too. */
  *keys(): Generator<Expr> {
    const walked = this.#sum;
    for (const term of walked.terms.keys()) {
      if (this.#sum !== walked) break;
      yield term;
    }
    if (this.#sum !== walked) yield* this.#sum.terms.keys();
  }

  /** True where all the terms are there, under just these coefficients. */
  holds({ constant, terms }: Sum): boolean {
    if (!Q.isZero(constant) && !Q.equals(this.#sum.constant, constant)) return false;
    for (const [term, coefficient] of terms) {
      const present = this.#sum.terms.get(term);
      if (present === undefined || !Q.equals(present, coefficient)) return false;
    }
    return true;
  }

  /** Puts what a rule has made in the place of what it took. */
  replace(rule: StableRule, before: Sum, after: Sum): void {
    this.#report(rule, before, after);
    this.#builder ??= sumBuilder(this.#sum);
    this.#sum = this.#builder;
    accumulate(this.#builder, before, Q.minusOne);
    accumulate(this.#builder, after, Q.one);
  }
}

/** A term and its coefficient. */
export interface Term {
  readonly term: Expr;
  readonly coefficient: Q.Rational;
}

/** The sum and one term more. */
export const withTerm = (sum: Sum, { term, coefficient }: Term): Sum => addSums(single(term, coefficient), sum);

/** A product as a sum. */
export const sumOf = (product: Product, view: View): Sum => view.sumOf(view.fromProduct(product));
