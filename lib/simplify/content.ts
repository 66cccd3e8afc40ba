import type { Expr } from "../expression/expression.ts";
import * as Q from "../expression/rational.ts";
import type { Product, Sum } from "./forms.ts";

/** Results by the content of a form: sums of the same terms are one key, and so are products of the same factors. */
export class ContentMap<Form, Result> {
  readonly #identity: Identity<Form>;
  readonly #entries = new Map<number, Entry<Form, Result>>();

  constructor(identity: Identity<Form>) {
    this.#identity = identity;
  }

  get(form: Form): Result | undefined {
    const { hash, equals } = this.#identity;
    let entry = this.#entries.get(hash(form));
    while (entry !== undefined && !equals(entry.form, form)) entry = entry.next;
    return entry?.result;
  }

  /** The form must not change any more. */
  set(form: Form, result: Result): void {
    const hash = this.#identity.hash(form);
    this.#entries.set(hash, { form, result, next: this.#entries.get(hash) });
  }

  clear(): void {
    this.#entries.clear();
  }
}

/** When two forms are the same. The hash may not depend on the order of terms or factors. */
export interface Identity<Form> {
  readonly hash: (form: Form) => number;
  readonly equals: (a: Form, b: Form) => boolean;
}

export const identityOfSums: Identity<Sum> = { hash: hashOfSum, equals: areEqualSums };
export const identityOfProducts: Identity<Product> = { hash: hashOfProduct, equals: areEqualProducts };

interface Entry<Form, Result> {
  readonly form: Form;
  readonly result: Result;
  /** Another one of the same hash. */
  readonly next: Entry<Form, Result> | undefined;
}

function hashOfSum({ constant, terms }: Sum): number {
  let hash = Q.hash(constant);
  for (const [term, coefficient] of terms) hash = (hash + mixed(term.hash, Q.hash(coefficient))) | 0;
  return hash;
}

function hashOfProduct({ coefficient, factors }: Product): number {
  let hash = Q.hash(coefficient);
  for (const [base, exponent] of factors) hash = (hash + mixed(base.hash, hashOfSum(exponent))) | 0;
  return hash;
}

const mixed = (a: number, b: number): number => {
  const product = Math.imul(a ^ Math.imul(b, 0x9e3779b1), 0x85ebca6b);
  return product ^ (product >>> 15);
};

function areEqualSums(a: Sum, b: Sum): boolean {
  return a === b || (Q.equals(a.constant, b.constant) && areEqualMaps(a.terms, b.terms, Q.equals));
}

function areEqualProducts(a: Product, b: Product): boolean {
  return a === b || (Q.equals(a.coefficient, b.coefficient) && areEqualMaps(a.factors, b.factors, areEqualSums));
}

function areEqualMaps<V>(a: ReadonlyMap<Expr, V>, b: ReadonlyMap<Expr, V>, areEqual: (a: V, b: V) => boolean): boolean {
  if (a.size !== b.size) return false;
  for (const [key, value] of a) {
    const other = b.get(key);
    if (other === undefined || !areEqual(value, other)) return false;
  }
  return true;
}
