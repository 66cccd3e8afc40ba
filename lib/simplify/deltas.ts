import { asIndex, constant, type Delta, delta, type Expr, type Index } from "../expression/expression.ts";
import { topologicalOrder } from "../expression/fold.ts";
import * as Q from "../expression/rational.ts";
import { compareIndices } from "./assume.ts";
import {
  type IndexedForms,
  isOneSum,
  oneSum,
  type Product,
  type ProductBuilder,
  productBuilder,
  rationalOf,
  type Sum,
} from "./forms.ts";
import { compareExpressions, compareNames } from "./order.ts";
import { power } from "./powers.ts";
import { replaceIndex } from "./rename.ts";

/** A delta with its indices in order; 1 or 0 where that is certain: `delta(i,i)`, `delta(3,5)`. */
export function settledDelta(node: Delta): Expr {
  const [i, j] = node.indices;
  if (i.terms.length === j.terms.length && i.terms.every((term, at) => isSame(term, j.terms[at]))) {
    return constant(i.offset === j.offset ? 1 : 0);
  }
  return compareIndices(i, j) <= 0 ? node : delta(j, i);
}

/**
 * A product with deltas: each to the first power, and beside `delta(i,j)` the name `i` where `j` stood. Only what has a
 * value under every index is rewritten: `delta(i,j) / x[i]` asks nothing of `x[j]`.
 */
export function settleDeltas(product: Product, forms: IndexedForms): Product {
  let result = withoutPowers(product);
  const done = new Set<Expr>();
  for (;;) {
    const next = [...result.factors.keys()].filter(base => !done.has(base)).flatMap(equationOf);
    const [first] = next.sort((a, b) => compareExpressions(a.node, b.node));
    if (first === undefined) return result;
    done.add(first.node);
    const { from, to } = first;
    const replaced = productBuilder({ coefficient: result.coefficient, factors: new Map() });
    for (const [base, exponent] of result.factors) {
      const isFree = base !== first.node && base.freeIndices.includes(from) && isNatural(exponent) && isTotal(base);
      if (isFree) forms.multiply(replaced, power(replaceIndex(base, from, to, forms), exponent, forms), 1);
      else forms.multiply(replaced, { coefficient: Q.one, factors: new Map([[base, exponent]]) }, 1);
    }
    result = withoutPowers(replaced);
  }
}

// 0 and 1 are their own powers.
function withoutPowers(product: Product): ProductBuilder {
  const result = productBuilder(product);
  for (const [base, exponent] of product.factors) {
    const power = rationalOf(exponent);
    if (base.kind === "delta" && power !== undefined && Q.sign(power) > 0) result.factors.set(base, oneSum);
  }
  return result;
}

/** What a delta among the factors makes the sum over `index` take: the delta, and the position that it is not 0 at. */
export function sifting(
  factors: ReadonlyMap<Expr, Sum>,
  index: string,
): { readonly node: Delta; readonly position: Index } | undefined {
  const found = [...factors].flatMap(([base, exponent]) => {
    const position = base.kind === "delta" && isOneSum(exponent) ? positionIn(base, index) : undefined;
    return base.kind === "delta" && position !== undefined ? [{ node: base, position }] : [];
  });
  // A name, of which all values are positions, before all others.
  return found.sort((a, b) => compareIndices(a.position, b.position) || compareExpressions(a.node, b.node))[0];
}

/** What `delta(i,j)` says of an index that stands alone on one side and not at all on the other. */
export function positionIn({ indices: [i, j] }: Delta, index: string): Index | undefined {
  if (i.name === index && !mentions(j, index)) return j;
  return j.name === index && !mentions(i, index) ? i : undefined;
}

const mentions = ({ terms }: Index, name: string): boolean =>
  terms.some(({ of }) => (typeof of === "string" ? of === name : of.freeIndices.includes(name)));

function equationOf(base: Expr): readonly { readonly node: Delta; readonly from: string; readonly to: Index }[] {
  if (base.kind !== "delta") return [];
  const [{ name: i }, { name: j }] = base.indices;
  if (i === undefined || j === undefined) return [];
  return compareNames(i, j) < 0 ? [{ node: base, from: j, to: asIndex(i) }] : [{ node: base, from: i, to: asIndex(j) }];
}

function isNatural(exponent: Sum): boolean {
  const power = rationalOf(exponent);
  return power !== undefined && Q.isInteger(power) && Q.sign(power) > 0;
}

type Term = Index["terms"][number];
const isSame = (a: Term, b: Term | undefined): boolean => a.of === b?.of && a.coefficient === b.coefficient;

// It has a value whatever its variables are: nothing within it asks for a condition, and no gather may miss.
function isTotal(e: Expr): boolean {
  if (e.size > largest) return false;
  return topologicalOrder(e).every(node => node.kind !== "call" || node.fn.domain === undefined);
}

const largest = 200;
