import { evaluate } from "../evaluate.ts";
import { FluxionError } from "../expression/error.ts";
import { asExpr, constant, type Expr, type Operand, rebuild, Variable, variable } from "../expression/expression.ts";
import { fold, topologicalOrder } from "../expression/fold.ts";
import { add, div, mul, neg, pow, sub } from "../expression/functions.ts";
import { freshen, rebuilding } from "../expression/indices.ts";
import { simplify } from "../simplify/simplify.ts";
import { differentiate } from "./differentiate.ts";
import { isOne, isZero } from "./product.ts";

/**
 * The Taylor polynomial of `e` in a scalar variable about a point, up to an order: the sum of `f(a)`, `f'(a) * (x - a)`,
 * `f''(a) * (x - a)^2 / 2` and so on. Coefficients are exact where `simplify` finds them so; terms that are 0 are left out.
 *
 * Throws `bad-value` where `e` or one of the derivatives has no finite value at the point, `bad-option` for an order that
 * is no natural number up to 170, `bad-index` for a variable with indices.
 */
export function taylor(e: Operand, by: string | Variable, about: Operand, order: number): Expr {
  if (!Number.isInteger(order) || order < 0 || order > largestOrder) {
    throw new FluxionError("bad-option", `the order of a Taylor polynomial is from 0 to ${largestOrder}, got ${order}`);
  }
  const x = by instanceof Variable ? by : variable(by);
  if (x.indices.length > 0) throw new FluxionError("bad-index", `a Taylor polynomial is in a scalar, got ${x}`);
  const point = asExpr(about);
  const base = isZero(point) ? x : sub(x, point);
  let derivative = simplify(e);
  let factorial = 1;
  let polynomial: Expr | undefined;
  for (let k = 0; k <= order; k++) {
    if (k > 0) derivative = simplify(differentiate(derivative, x));
    factorial *= Math.max(1, k);
    const coefficient = simplify(div(valueAt(derivative, x, point, k), factorial));
    if (isZero(coefficient)) {
      if (isZero(derivative)) break;
      continue;
    }
    polynomial = polynomial === undefined ? term(coefficient, base, k) : plus(polynomial, coefficient, base, k);
  }
  return polynomial ?? constant(0);
}

/** The factorials of larger numbers are no doubles. */
const largestOrder = 170;

function valueAt(derivative: Expr, x: Variable, point: Expr, k: number): Expr {
  const value = fold(freshen(derivative, new Set(point.freeIndices)), {
    ...rebuilding,
    variable: (node, args) => (node === x ? point : rebuild(node, args)),
  });
  const isClosed = topologicalOrder(value).every(node => node.kind === "constant" || node.kind === "call");
  if (isClosed && !Number.isFinite(evaluate(value))) {
    const what = k === 0 ? "the expression" : `its derivative of order ${k}`;
    throw new FluxionError(
      "bad-value",
      `${what} has no finite value at ${x} = ${point}: ${value} is ${evaluate(value)}`,
    );
  }
  return value;
}

function plus(polynomial: Expr, coefficient: Expr, base: Expr, k: number): Expr {
  const opposite = opposed(coefficient);
  return opposite === undefined
    ? add(polynomial, term(coefficient, base, k))
    : sub(polynomial, term(opposite, base, k));
}

// `c * b^k`, a fraction as a person would write it: `2 * x^3 / 3`.
function term(coefficient: Expr, base: Expr, k: number): Expr {
  if (k === 0) return coefficient;
  const power = k === 1 ? base : pow(base, k);
  if (isOne(coefficient)) return power;
  if (coefficient.kind === "call" && coefficient.fn === div) {
    const [numerator = coefficient, denominator = coefficient] = coefficient.args;
    if (denominator.kind === "constant") return div(isOne(numerator) ? power : mul(numerator, power), denominator);
  }
  return mul(coefficient, power);
}

// What is subtracted instead of adding a coefficient that begins with a minus.
function opposed(coefficient: Expr, depth = 4): Expr | undefined {
  if (coefficient.kind === "constant") return coefficient.value < 0 ? constant(-coefficient.value) : undefined;
  if (coefficient.kind !== "call" || depth === 0) return undefined;
  const [first, second] = coefficient.args;
  if (first === undefined) return undefined;
  if (coefficient.fn === neg) return first;
  if (second === undefined || (coefficient.fn !== mul && coefficient.fn !== div)) return undefined;
  const opposite = opposed(first, depth - 1);
  if (opposite === undefined) return undefined;
  return coefficient.fn === mul && isOne(opposite) ? second : rebuild(coefficient, [opposite, second]);
}
