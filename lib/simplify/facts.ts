import type { Call, Expr } from "../expression/expression.ts";
import { add, conditional, div, max, min, mul, pow, square } from "../expression/functions.ts";

import { type Assumptions, noAssumptions } from "./assume.ts";

/** What is certain of the sign of an expression wherever it has a value. */
export type Sign = "positive" | "nonnegative" | "unknown";

/** The sign of `e`, as far as its first few levels tell. */
export function signOf(e: Expr, assume: Assumptions = noAssumptions, depth = 5): Sign {
  switch (e.kind) {
    case "constant":
      return e.value > 0 ? "positive" : e.value === 0 ? "nonnegative" : "unknown";
    case "call":
      return depth === 0 ? "unknown" : signOfCall(e, assume, depth - 1);
    case "reduction":
      if (e.operation === "logsumexp" || depth === 0) return "unknown";
      // An empty sum is zero, whatever its body.
      return e.operation === "sum"
        ? weaker(signOf(e.body, assume, depth - 1), "nonnegative")
        : signOf(e.body, assume, depth - 1);
    case "delta":
      return "nonnegative";
    case "extent":
      return "nonnegative";
    case "variable":
      if (assume.holds(e.name, "positive")) return "positive";
      return assume.holds(e.name, "nonnegative") ? "nonnegative" : "unknown";
  }
}

/** True if every value of `e` is certainly a whole number. */
export function isWhole(e: Expr, assume: Assumptions = noAssumptions, depth = 5): boolean {
  if (e.kind === "constant") return Number.isInteger(e.value);
  if (e.kind === "extent" || e.kind === "delta") return true;
  if (e.kind === "variable") return assume.holds(e.name, "integer");
  if (e.kind !== "call" || depth === 0) return false;
  return (
    e.fn.whole === "always" ||
    (e.fn.whole === "closed" && e.args.every(argument => isWhole(argument, assume, depth - 1)))
  );
}

/** True if `e` is certainly not zero wherever it has a value. */
export function isNonzero(e: Expr, assume: Assumptions = noAssumptions): boolean {
  if (e.kind === "constant") return e.value !== 0;
  if (e.kind === "variable" && assume.holds(e.name, "nonzero")) return true;
  return signOf(e, assume) === "positive";
}

function signOfCall(e: Call, assume: Assumptions, depth: number): Sign {
  const [x, y, z] = e.args;
  if (e.fn === add && x && y) return sumSign(signOf(x, assume, depth), signOf(y, assume, depth));
  if ((e.fn === mul || e.fn === div) && x && y) {
    if (x === y && e.fn === mul) return "nonnegative";
    return weaker(signOf(x, assume, depth), signOf(y, assume, depth));
  }
  if (e.fn === pow && x && y) {
    const base = signOf(x, assume, depth);
    if (base === "positive") return "positive";
    if (base === "nonnegative") return "nonnegative";
    return isEvenNumber(y) || (y.kind === "constant" && !Number.isInteger(y.value)) || isProperFraction(y)
      ? "nonnegative"
      : "unknown";
  }
  if (e.fn === max && x && y) {
    const [a, b] = [signOf(x, assume, depth), signOf(y, assume, depth)];
    return a === "positive" || b === "positive"
      ? "positive"
      : a === "nonnegative" || b === "nonnegative"
        ? "nonnegative"
        : "unknown";
  }
  if (e.fn === min && x && y) return weaker(signOf(x, assume, depth), signOf(y, assume, depth));
  if (e.fn === conditional && y && z) return weaker(signOf(y, assume, depth), signOf(z, assume, depth));
  if (e.fn === square && x) return signOf(x, assume, depth) === "positive" ? "positive" : "nonnegative";
  if (e.fn.range === "positive") return "positive";
  if (e.fn.range !== undefined) return "nonnegative";
  return "unknown";
}

const isEvenNumber = (e: Expr): boolean => e.kind === "constant" && e.value % 2 === 0;

// A fraction that is no double, such as 1/3: a power with such an exponent has no negative base.
function isProperFraction(e: Expr): boolean {
  if (e.kind !== "call" || e.fn !== div) return false;
  const [numerator, denominator] = e.args;
  return (
    numerator?.kind === "constant" && denominator?.kind === "constant" && numerator.value % denominator.value !== 0
  );
}

const weaker = (a: Sign, b: Sign): Sign =>
  a === "unknown" || b === "unknown" ? "unknown" : a === "nonnegative" ? a : b;

const sumSign = (a: Sign, b: Sign): Sign =>
  a === "unknown" || b === "unknown" ? "unknown" : a === "positive" || b === "positive" ? "positive" : "nonnegative";
