import { type Expr, variable } from "../../expression/expression.ts";
import {
  abs,
  add,
  conditional,
  cos,
  cosh,
  coth,
  csch,
  div,
  erf,
  erfc,
  exp,
  expm1,
  hypot,
  less,
  log,
  log1p,
  logaddexp,
  mul,
  neg,
  pow,
  sech,
  sigmoid,
  sin,
  sinh,
  softplus,
  sqrt,
  sub,
  tanh,
} from "../../expression/functions.ts";
import { logsumexp, sum } from "../../expression/reductions.ts";
import { once } from "../once.ts";

/**
 * Two sides that are equal as functions of real numbers wherever `from` has a value, of which `to` also has it in doubles: it
 * overflows or cancels where `from` does and its value does not. The letters are wildcards.
 */
export interface StableRule {
  readonly name: string;
  readonly from: Expr;
  readonly to: Expr;
  /** What it is matched with. What a family says of two, it does for any number of terms. */
  readonly matches: "terms" | "factors" | "logarithm" | "family";
}

/** The rules for any number of terms. */
export type Family =
  | "softplus"
  | "logaddexp"
  | "logsumexp"
  | "log1p"
  | "complementOfExp"
  | "inverseSoftplus"
  | "sigmoid"
  | "twoClasses"
  | "softmax"
  | "indexedSoftmax"
  | "sech"
  | "weightedMean"
  | "indexedMean"
  | "crossEntropy"
  | "reflectedSoftplus"
  | "hypot"
  | "rootDifference";

const [x, y, z] = [variable("x"), variable("y"), variable("z")];
const a = variable("a", "i");
const c = variable("a", "c");
const v = variable("v", "i");
const w = variable("w", "i");

// The sides are made when they are first looked at: most programs start without them.
const rule =
  (matches: StableRule["matches"]) =>
  (name: string, make: () => readonly [from: Expr, to: Expr]): StableRule => {
    const sides = once(make);
    return {
      name,
      matches,
      get from(): Expr {
        return sides()[0];
      },
      get to(): Expr {
        return sides()[1];
      },
    };
  };

const [terms, factors, logarithm, family] = [rule("terms"), rule("factors"), rule("logarithm"), rule("family")];

/** Two terms of a sum, under one cofactor, which may be any: `y * exp(x) - y` is `y * expm1(x)`. */
export const termRules: readonly StableRule[] = [
  terms("expm1", () => [sub(exp(x), 1), expm1(x)]),
  terms("sinh by exponentials", () => [sub(exp(x), exp(neg(x))), mul(2, sinh(x))]),
  terms("half-angle sine", () => [sub(1, cos(x)), mul(2, pow(sin(div(x, 2)), 2))]),
  terms("half-angle hyperbolic sine", () => [sub(cosh(x), 1), mul(2, pow(sinh(div(x, 2)), 2))]),
  terms("complement of sigmoid", () => [sub(1, sigmoid(x)), sigmoid(neg(x))]),
  terms("tanh by sigmoid", () => [sub(mul(2, sigmoid(x)), 1), tanh(div(x, 2))]),
  terms("tanh by two sigmoids", () => [sub(sigmoid(x), sigmoid(neg(x))), tanh(div(x, 2))]),
  terms("sigmoid by tanh", () => [add(1, tanh(x)), mul(2, sigmoid(mul(2, x)))]),
  terms("complement of tanh", () => [sub(1, tanh(x)), mul(2, sigmoid(neg(mul(2, x))))]),
  terms("complement of erf", () => [sub(1, erf(x)), erfc(x)]),
  terms("complement of the opposite of erf", () => [add(1, erf(x)), erfc(neg(x))]),
];

/** Two factors of a product, beside any others. */
export const factorRules: readonly StableRule[] = [
  factors("tanh by sinh and sech", () => [mul(sinh(x), sech(x)), tanh(x)]),
  factors("tanh", () => [div(sinh(x), cosh(x)), tanh(x)]),
  factors("coth", () => [div(cosh(x), sinh(x)), coth(x)]),
  factors("coth by csch", () => [mul(cosh(x), csch(x)), coth(x)]),
  factors("tanh by expm1", () => [mul(expm1(x), sigmoid(neg(x))), tanh(div(x, 2))]),
  factors("quotient by expm1", () => [div(exp(x), expm1(x)), neg(div(1, expm1(neg(x))))]),
];

/** Factors under a logarithm, which comes apart at each: all of them are positive. */
export const logarithmRules: readonly StableRule[] = [
  logarithm("logarithm of exp", () => [log(exp(x)), x]),
  logarithm("logarithm of sigmoid", () => [log(sigmoid(x)), neg(softplus(neg(x)))]),
  logarithm("logarithm of cosh", () => [
    log(cosh(x)),
    conditional(
      less(abs(x), 1),
      log1p(mul(2, pow(sinh(div(x, 2)), 2))),
      sub(add(abs(x), softplus(neg(mul(2, abs(x))))), log(2)),
    ),
  ]),
];

/** What is matched by its kind, for any number of terms. */
export const families: Readonly<Record<Family, StableRule>> = {
  softplus: family("softplus", () => [log(add(1, exp(x))), softplus(x)]),
  logaddexp: family("logaddexp", () => [log(add(exp(x), exp(y))), logaddexp(x, y)]),
  logsumexp: family("logsumexp", () => [log(sum("i", exp(a))), logsumexp("i", a)]),
  log1p: family("log1p", () => [log(add(1, x)), log1p(x)]),
  complementOfExp: family("logarithm of 1 - exp", () => [
    log(sub(1, exp(x))),
    conditional(less(x, -1), log1p(neg(exp(x))), log(neg(expm1(x)))),
  ]),
  inverseSoftplus: family("inverse of softplus", () => [log(sub(exp(x), 1)), add(x, log(neg(expm1(neg(x)))))]),
  sigmoid: family("sigmoid", () => [div(1, add(1, exp(neg(x)))), sigmoid(x)]),
  twoClasses: family("softmax of two", () => [div(exp(x), add(exp(x), exp(y))), sigmoid(sub(x, y))]),
  softmax: family("softmax", () => [
    div(exp(x), add(add(exp(x), exp(y)), exp(z))),
    exp(sub(x, logaddexp(logaddexp(x, y), z))),
  ]),
  indexedSoftmax: family("softmax over an index", () => [
    div(exp(c), sum("i", exp(a))),
    exp(sub(c, logsumexp("i", a))),
  ]),
  sech: family("sech", () => [div(1, add(exp(x), exp(neg(x)))), div(sech(x), 2)]),
  weightedMean: family("mean under exponential weights", () => [
    div(add(mul(y, exp(x)), mul(z, exp(y))), add(exp(x), exp(y))),
    add(mul(y, sigmoid(sub(x, y))), mul(z, sigmoid(neg(sub(x, y))))),
  ]),
  indexedMean: family("mean under exponential weights over an index", () => [
    div(sum("i", mul(v, exp(w))), sum("i", exp(w))),
    sum("i", mul(v, exp(sub(w, logsumexp("i", w))))),
  ]),
  crossEntropy: family("binary cross-entropy", () => [
    add(mul(y, softplus(neg(x))), mul(sub(1, y), softplus(x))),
    sub(softplus(x), mul(y, x)),
  ]),
  reflectedSoftplus: family("softplus of the opposite", () => [add(x, softplus(neg(x))), softplus(x)]),
  hypot: family("hypot", () => [sqrt(add(pow(x, 2), pow(y, 2))), hypot(x, y)]),
  rootDifference: family("difference of roots", () => [
    sub(sqrt(add(x, 1)), sqrt(x)),
    div(1, add(sqrt(add(x, 1)), sqrt(x))),
  ]),
};

/** All rules, in the order in which they are tried. */
export const stableRules: readonly StableRule[] = [
  ...termRules,
  ...Object.values(families),
  ...factorRules,
  ...logarithmRules,
];
