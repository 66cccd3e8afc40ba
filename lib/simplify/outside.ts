import type { Expr } from "../expression/expression.ts";
import { type IndexedForms, type Product, productBuilder, type Sum } from "./forms.ts";

/** A product as what is free of an index and what is not; the coefficient is free of all. */
export function apart(product: Product, index: string): { readonly outside: Product; readonly inside: Product } {
  const outside = productBuilder({ coefficient: product.coefficient, factors: new Map() });
  const inside = productBuilder();
  for (const [base, exponent] of product.factors) {
    (isFreeOf(base, exponent, index) ? outside : inside).factors.set(base, exponent);
  }
  return { outside, inside };
}

/**
 * True of a power whose base and exponent are free of an index. An exponential is not taken apart: exp(x[i] - m) may be all
 * that does not overflow.
 */
export const isFreeOf = (base: Expr, exponent: Sum, index: string): boolean =>
  !base.freeIndices.includes(index) && [...exponent.terms.keys()].every(term => !term.freeIndices.includes(index));

/** `product * e`. */
export function times(product: Product, e: Expr, forms: IndexedForms): Expr {
  const whole = productBuilder(product);
  forms.multiply(whole, forms.productOf(e), 1);
  return forms.fromProduct(whole);
}
