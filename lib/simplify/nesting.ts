import { type Expr, reduction } from "../expression/expression.ts";
import { type IndexedForms, isOneSum, productBuilder } from "./forms.ts";
import { compareNames } from "./order.ts";
import { apart, times } from "./outside.ts";

/**
 * `sum(index, body)` of a body with one sum within, the two in the other order, where that leaves less inside: or, if both leave
 * as much, where the names are in order then. Undefined where the order stays.
 */
export function nested(index: string, body: Expr, forms: IndexedForms): Expr | undefined {
  const product = forms.productOf(body);
  const sums = [...product.factors].filter(([base]) => base.kind === "reduction" && base.operation === "sum");
  const [[inner, exponent] = [undefined, undefined]] = sums;
  if (inner?.kind !== "reduction" || exponent === undefined || sums.length > 1 || !isOneSum(exponent)) return undefined;
  if (forms.isShared(inner)) return undefined;
  const beside = productBuilder(product);
  beside.factors.delete(inner);
  if ([...beside.factors.keys()].some(base => base.freeIndices.includes(inner.index))) return undefined;
  if (inner.index === index || !inner.body.freeIndices.includes(index)) return undefined;
  const { outside, inside } = apart(forms.productOf(inner.body), index);
  const isAdjacent = beside.factors.size === 0;
  if (!isAdjacent && outside.factors.size === 0) return undefined;
  const innermost = times(beside, forms.fromProduct(inside), forms);
  const gain = inner.body.size - innermost.size;
  if (gain < 0 || (gain === 0 && compareNames(index, inner.index) < 0)) return undefined;
  const summed = forms.rebuild(reduction("sum", index, innermost), [innermost]);
  return forms.close("sum", inner.index, times(outside, summed, forms));
}
