import { explain } from "../simplify/explain.ts";
import { simplify as simplified } from "../simplify/simplify.ts";
import { stabilise } from "../simplify/stabilise.ts";
import {
  atMost,
  type Command,
  expressionOf,
  latex,
  latexOf,
  parenthesesOf,
  steps,
  stepsOf,
  textOf,
} from "./command.ts";

/** `fluxion simplify`: an expression of the same value, in fewer words. */
export const simplify: Command = {
  usage: "simplify EXPR [--stabilise] [--steps] [--latex] [--all-parentheses]",
  summary: "print an expression of the same value and no more operations",
  details: 'fluxion simplify "(x + 1)^2 - x^2 - 2x - 1"',
  options: {
    stabilise: { description: "first rewrite what overflows or cancels in doubles, log(1 + exp(x)) as softplus(x)" },
    steps,
    latex,
    "all-parentheses": { description: "print a pair of parentheses around every operation" },
  },
  run(input) {
    const given = expressionOf(input);
    atMost(input, 1);
    const isStable = input.switches.has("stabilise");
    if (input.switches.has("steps")) return stepsOf(explain(given, { stabilise: isStable }), input);
    const parentheses = parenthesesOf(input);
    const result = simplified(isStable ? stabilise(given) : given);
    return input.switches.has("latex") ? latexOf(result) : textOf(result, { parentheses });
  },
};
