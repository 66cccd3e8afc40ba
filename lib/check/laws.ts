import { asExpr, constant, type Expr, type Operand, variable } from "../expression/expression.ts";
import { add, cos, div, exp, log, mul, neg, pow, sin, sub } from "../expression/functions.ts";
import { substitute } from "../expression/indices.ts";
import { finiteDifference } from "./finite-difference.ts";
import { identity, isNear, type Law, law, type Statement } from "./law.ts";
import { isRegular, measure, type Point } from "./regular.ts";
import type { SampleOptions } from "./sample.ts";

/** What the laws are about: an engine that differentiates and evaluates our expressions, and perhaps reads and prints them. */
export interface Engine {
  /** The derivative of an expression by the variable of that name. */
  readonly differentiate: (e: Expr, variable: string) => Operand;
  readonly evaluate: (e: Expr, values: Point) => number;
  /** With both, there is one more law: what is printed reads back as itself. */
  readonly parse?: (text: string) => Operand;
  readonly print?: (e: Expr) => string;
}

/**
 * The laws of calculus for an engine, ours or another: each a property over random expressions, for `fc.assert(law.property())`,
 * or for `checkLaw(law)`, which asks as well that nine runs in ten had something to judge.
 */
export function laws({ differentiate, evaluate, parse, print }: Engine, options: SampleOptions = {}): readonly Law[] {
  const d = (e: Operand): Expr => asExpr(differentiate(asExpr(e), "x"));
  const dy = (e: Operand): Expr => asExpr(differentiate(asExpr(e), "y"));
  const c = constant(2.5);

  const same = (left: Operand, right: Operand, at: Point): boolean | undefined => {
    const [a, b] = [asExpr(left), asExpr(right)];
    if (!isRegular(a, at) || !isRegular(b, at)) return undefined;
    return isNear(evaluate(a, at), evaluate(b, at), Math.max(measure(a, at).largest, measure(b, at).largest));
  };
  const isSlope = (derivative: Expr, f: Expr, at: Point): boolean | undefined => {
    if (!isRegular(f, at) || !isRegular(derivative, at)) return undefined;
    const numeric = finiteDifference(x => evaluate(f, { ...at, x }), at.x ?? 0);
    const scale = Math.max(1, measure(f, at).largest, measure(derivative, at).largest);
    // A difference quotient has about half the digits of a double, and says itself when it has fewer.
    return numeric.error <= 1e-6 * scale ? isNear(evaluate(derivative, at), numeric.value, scale, 1e-5) : undefined;
  };
  const rule = (name: string, statement: Statement, more: SampleOptions = {}): Law =>
    law(name, statement, { ...options, ...more });

  return [
    rule("constant     c' = 0", (_f, _g, at) => same(d(c), constant(0), at)),
    rule("variable     x' = 1, y' = 0", (_f, _g, at) =>
      both(same(d(variable("x")), constant(1), at), same(d(variable("y")), constant(0), at)),
    ),
    rule("sum          (f + g)' = f' + g'", (f, g, at) => same(d(add(f, g)), add(d(f), d(g)), at)),
    rule("difference   (f - g)' = f' - g'", (f, g, at) => same(d(sub(f, g)), sub(d(f), d(g)), at)),
    rule("scaling      (c f)' = c f'", (f, _, at) => same(d(mul(c, f)), mul(c, d(f)), at)),
    rule("product      (f g)' = f' g + f g'", (f, g, at) => same(d(mul(f, g)), add(mul(d(f), g), mul(f, d(g))), at)),
    rule("square       (f f)' = 2 f f'", (f, _, at) => same(d(mul(f, f)), mul(mul(2, f), d(f)), at)),
    rule("quotient     (f / g)' = (f' g - f g') / g^2", (f, g, at) =>
      same(d(div(f, g)), div(sub(mul(d(f), g), mul(f, d(g))), mul(g, g)), at),
    ),
    rule("power        (f^3)' = 3 f^2 f'", (f, _, at) => same(d(pow(f, 3)), mul(mul(3, mul(f, f)), d(f)), at)),
    rule("exponential  exp(f)' = exp(f) f'", (f, _, at) => same(d(exp(f)), mul(exp(f), d(f)), at)),
    rule("logarithm    log(1 + f^2)' = 2 f f' / (1 + f^2)", (f, _, at) => {
      const inside = add(1, mul(f, f));
      return same(d(log(inside)), div(mul(mul(2, f), d(f)), inside), at);
    }),
    rule("sine         sin(f)' = cos(f) f'", (f, _, at) => same(d(sin(f)), mul(cos(f), d(f)), at)),
    rule("negation     (-f)' = -f'", (f, _, at) => same(d(neg(f)), neg(d(f)), at)),
    rule(
      "chain        (f ∘ g)' = (f' ∘ g) g'",
      (f, g, at) => {
        const inner = { x: g };
        return same(d(substitute(f, inner)), mul(substitute(d(f), inner), d(g)), at);
      },
      { composed: true },
    ),
    rule("symmetry     f_xy = f_yx", (f, _, at) => same(dy(d(f)), d(dy(f)), at)),
    rule("limit        f' = lim (f(x + h) - f(x)) / h", (f, _, at) => isSlope(d(f), f, at)),
    ...(parse === undefined || print === undefined
      ? []
      : [identity("text         parse(print(f)) is f", f => parse(print(f)) === f, options)]),
  ];
}

const both = (...verdicts: readonly (boolean | undefined)[]): boolean | undefined =>
  verdicts.includes(false) ? false : verdicts.includes(undefined) ? undefined : true;
