import type { Expr } from "../expression/expression.ts";
import { e as euler, log } from "../expression/functions.ts";
import * as Q from "../expression/rational.ts";
import { signOf } from "./facts.ts";
import {
  accumulate,
  multiplyPower,
  multiplyProduct,
  type NormalForms,
  noFactors,
  oneSum,
  type Product,
  type ProductBuilder,
  productBuilder,
  rationalOf,
  rationalSum,
  type Sum,
  scaleSum,
  sumBuilder,
} from "./forms.ts";
import { isShort, isSmall } from "./numbers.ts";
import { isPositiveVariable } from "./powers.ts";

/**
 * `log(argument)` by the laws that hold wherever it has a value: `log(x^3)` is `3 * log(x)`, and `log(exp(x) * y)` is
 * `x + log(y)`. Undefined where it stays, as `log(x^2)` does.
 */
export function logarithm(argument: Expr, forms: NormalForms): Sum | undefined {
  const product = forms.productOf(argument);
  const exponent = product.factors.get(euler);
  if (exponent !== undefined && (forms.searches || product.factors.size === 1)) {
    const rest = productBuilder(product);
    rest.factors.delete(euler);
    const result = sumBuilder(exponent);
    accumulate(result, forms.sumOf(forms.apply(log, [forms.fromProduct(rest)])), Q.one);
    return result;
  }
  const [[base, power] = [euler, oneSum]] = product.factors;
  if (product.factors.size !== 1 || !Q.isOne(product.coefficient) || !comesOut(base, power, forms)) return undefined;
  const result = productBuilder(forms.productOf(forms.fromSum(power)));
  multiplyProduct(result, forms.productOf(forms.apply(log, [base])), 1);
  return forms.sumOf(forms.fromProduct(result));
}

// Odd powers and roots have values at positive bases alone, where log has one. log(sqrt(x)) is shorter than log(x) / 2.
function comesOut(base: Expr, exponent: Sum, forms: NormalForms): boolean {
  const power = rationalOf(exponent);
  // The power may be needed elsewhere; what is assumed is worth its cost.
  if (!forms.searches && !isPositiveVariable(base, forms)) return false;
  if (power === undefined) return signOf(base, forms.assume) === "positive";
  if (Q.isOne(power) || Q.equals(Q.absolute(power), Q.half)) return false;
  return !Q.isEven(power) || signOf(base, forms.assume) !== "unknown";
}

/** A product in which the logarithms of powers of one number are one: `log(8) / log(2)` is 3. */
export function relateLogarithms(product: Product): Product {
  if (product.factors.size < 2) return product;
  let logarithms = 0;
  for (const base of product.factors.keys()) if (base.kind === "call" && base.fn === log) logarithms++;
  if (logarithms < 2) return product;
  const numbers: [Expr, Q.Rational][] = [];
  for (const base of product.factors.keys()) {
    const value = base.kind === "call" && base.fn === log ? numberUnder(base) : undefined;
    if (value !== undefined) numbers.push([base, value]);
  }
  if (numbers.length < 2) return product;
  const result: ProductBuilder = productBuilder(product);
  for (const [larger, value] of numbers) {
    for (const [smaller, other] of numbers) {
      const power = rationalOf(result.factors.get(larger) ?? oneSum);
      const ratio = larger === smaller || !result.factors.has(smaller) ? undefined : exponentOf(value, other);
      if (ratio === undefined || power === undefined || !Q.isInteger(power) || !isSmall(power)) continue;
      multiplyPower(result, larger, rationalSum(Q.negate(power)));
      multiplyPower(result, smaller, rationalSum(power));
      result.coefficient = Q.multiply(result.coefficient, Q.power(ratio, power.numerator));
      break;
    }
  }
  return result;
}

/**
 * A sum whose logarithms are taken together where that cancels something or is about numbers: `log(2*x) - log(2)` is
 * `log(x)`, and `log(x*y) - log(y)` too. Undefined if there is nothing to take together.
 */
export function gatherLogarithms(sum: Sum, forms: NormalForms): Sum | undefined {
  const logarithms: Logarithm[] = [];
  for (const [term, coefficient] of sum.terms) {
    const [argument] = term.args;
    if (term.kind !== "call" || term.fn !== log || argument === undefined) continue;
    logarithms.push({ coefficient, inside: forms.productOf(argument) });
  }
  if (logarithms.length < 2 || logarithms.length > mostLogarithms) return undefined;
  const gathered = gather(logarithms.map(withoutCoefficient), forms);
  if (gathered.length === logarithms.length) return undefined;
  const result = sumBuilder(sum);
  for (const term of sum.terms.keys()) if (term.kind === "call" && term.fn === log) result.terms.delete(term);
  for (const { coefficient, inside } of gathered) {
    accumulate(result, forms.sumOf(forms.apply(log, [forms.fromProduct(inside)])), coefficient);
  }
  return result;
}

/** A number times the logarithm of a product. */
interface Logarithm {
  readonly coefficient: Q.Rational;
  readonly inside: Product;
}

// Two at a time, until none go together.
function gather(logarithms: readonly Logarithm[], forms: NormalForms): readonly Logarithm[] {
  for (const [i, first] of logarithms.entries()) {
    for (const [j, second] of logarithms.entries()) {
      const joined = i === j ? undefined : join(first, second, forms);
      if (joined === undefined) continue;
      return gather([joined, ...logarithms.filter((_, position) => position !== i && position !== j)], forms);
    }
  }
  return logarithms;
}

// p * log(u) + q * log(v) as p * log(u * v^(q / p)).
function join(first: Logarithm, second: Logarithm, forms: NormalForms): Logarithm | undefined {
  const power = Q.divide(second.coefficient, first.coefficient);
  if (!Q.isInteger(power) || !isSmall(power)) return undefined;
  const inside = productBuilder(first.inside);
  multiplyProduct(inside, raised(second.inside, power), 1);
  const cancels = inside.factors.size < first.inside.factors.size + second.inside.factors.size;
  if (!(cancels || second.inside.factors.size === 0) || !isShort(inside.coefficient)) return undefined;
  return { coefficient: first.coefficient, inside: forms.productOf(forms.fromProduct(inside)) };
}

// 3 * log(2) is log(8).
function withoutCoefficient(one: Logarithm): Logarithm {
  const { coefficient, inside } = one;
  if (inside.factors.size > 0 || !Q.isInteger(coefficient) || !isSmall(coefficient)) return one;
  const whole = raised(inside, coefficient);
  return isShort(whole.coefficient) ? { coefficient: Q.one, inside: whole } : one;
}

const raised = ({ coefficient, factors }: Product, power: Q.Rational): Product => ({
  coefficient: Q.power(coefficient, power.numerator),
  factors: factors.size === 0 ? noFactors : new Map([...factors].map(([base, own]) => [base, scaleSum(own, power)])),
});

function numberUnder(logarithmOfNumber: Expr): Q.Rational | undefined {
  const [argument] = logarithmOfNumber.args;
  if (argument?.kind !== "constant" || argument.value <= 1) return undefined;
  return Q.exactValue(argument.value);
}

// The rational power of `base` that `value` is: 3/2 for 8 and 4.
function exponentOf(value: Q.Rational, base: Q.Rational): Q.Rational | undefined {
  for (let degree = 1n; degree <= highestDegree; degree++) {
    const root = Q.root(base, degree);
    if (root === undefined) continue;
    let whole = root;
    for (let power = 1n; Q.compare(whole, value) <= 0; power++, whole = Q.multiply(whole, root)) {
      if (Q.equals(whole, value)) return Q.rational(power, degree);
    }
  }
  return undefined;
}

const highestDegree = 64n;
const mostLogarithms = 8;
