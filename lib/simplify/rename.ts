import { asIndex, type Expr, type Index, type Reduction, reduction } from "../expression/expression.ts";
import { type Demand, fold, settled } from "../expression/fold.ts";
import { e as euler } from "../expression/functions.ts";
import { freshName, indexNames, rebuilding, renameIndices } from "../expression/indices.ts";
import { accumulate, type IndexedForms, productBuilder, rationalOf, sumBuilder } from "./forms.ts";
import { exponential, power } from "./powers.ts";

/**
 * A canonical expression with a free index replaced, in canonical form again. A bound index that would capture what comes in
 * is primed first.
 */
export function replaceIndex(e: Expr, from: string, to: Index, forms: IndexedForms): Expr {
  const incoming = to.terms.flatMap(({ of }) => (typeof of === "string" ? [of] : of.freeIndices));
  return fold(e, {
    ...rebuilding,
    demand(node) {
      if (!node.freeIndices.includes(from)) return settled(node);
      return kept(node, within(node, from, to, incoming, forms), forms);
    },
  });
}

// What stays one factor goes on to stay one.
function* kept(node: Expr, made: Demand<Expr>, forms: IndexedForms): Demand<Expr> {
  const result = yield* made;
  forms.keepClosed(node, result);
  return result;
}

// By its forms, not by its spelling: a long sum is put together once.
function* within(node: Expr, from: string, to: Index, incoming: readonly string[], forms: IndexedForms): Demand<Expr> {
  if (forms.isSum(node)) {
    const { constant, terms } = forms.sumOf(node);
    const sum = sumBuilder({ constant, terms: new Map() });
    for (const [term, coefficient] of terms) accumulate(sum, forms.sumOf(yield term), coefficient);
    return forms.fromSum(sum);
  }
  const { coefficient, factors } = forms.productOf(node);
  const [only] = factors.keys();
  if (only !== node) {
    const product = productBuilder({ coefficient, factors: new Map() });
    for (const [base, exponent] of factors) {
      const own = yield base;
      const to = rationalOf(exponent) === undefined ? forms.sumOf(yield forms.fromSum(exponent)) : exponent;
      forms.multiply(product, base === euler ? exponential(to, forms) : power(own, to, forms), 1);
    }
    return forms.fromProduct(product);
  }
  if (node.kind === "call") {
    const args: Expr[] = [];
    for (const argument of node.args) args.push(yield argument);
    return forms.apply(node.fn, args);
  }
  if (node.kind === "reduction") {
    const inner = opened(node, from, incoming, forms);
    return forms.rebuild(inner, [yield inner.body]);
  }
  const renamed = renameIndices(node, new Map([[from, to]]));
  return forms.rebuild(renamed, renamed.args);
}

// A reduction whose own index captures nothing.
function opened(node: Reduction, from: string, incoming: readonly string[], forms: IndexedForms): Reduction {
  const { operation, index, body } = node;
  if (!incoming.includes(index)) return node;
  const fresh = freshName(index, new Set([...indexNames(body), ...incoming, from]));
  forms.ranges.follow(fresh, index);
  return reduction(operation, fresh, replaceIndex(body, index, asIndex(fresh), forms));
}
