import { isList, mapDefinitions } from "../expression/definition.ts";
import type { Expr } from "../expression/expression.ts";
import { explain } from "../simplify/explain.ts";
import { simplify as simplified } from "../simplify/simplify.ts";
import { stabilise } from "../simplify/stabilise.ts";
import { atMost, type Command, latex, steps, stepsOf, UsageError } from "./command.ts";
import { formulaOf, matrix, shown } from "./formula.ts";
import { assumptionsOf } from "./values.ts";

/** `fluxion simplify`: an expression of the same value, in fewer words. */
export const simplify: Command = {
  usage: "simplify EXPR [--assume NAME=WHAT…] [--stabilise] [--steps] [--latex] [--matrix] [--all-parentheses]",
  summary: "print an expression of the same value and no more operations",
  details:
    'fluxion simplify "sqrt(x^2) + floor(n)" --assume x=positive --assume n=integer\nWHAT is positive, nonnegative, nonzero, integer, symmetric (of a matrix), or as in "p[n,k]=sums to 1 over k".',
  options: {
    assume: { argument: "NAME=WHAT", description: "rely on what is known of a variable; may be repeated" },
    stabilise: { description: "first rewrite what overflows or cancels in doubles, log(1 + exp(x)) as softplus(x)" },
    steps,
    latex,
    matrix,
    "all-parentheses": { description: "print a pair of parentheses around every operation" },
  },
  run(input) {
    const given = formulaOf(input);
    atMost(input, 1);
    const isStable = input.switches.has("stabilise");
    const assume = assumptionsOf(input.lists.get("assume") ?? []);
    if (input.switches.has("steps")) {
      if (isList(given)) throw new UsageError("--steps is for one expression, not for definitions");
      return stepsOf(explain(given, { stabilise: isStable, assume }), input);
    }
    const shorter = (e: Expr): Expr => simplified(isStable ? stabilise(e) : e, { assume });
    return shown(isList(given) ? mapDefinitions(given, shorter) : shorter(given), input);
  },
};
