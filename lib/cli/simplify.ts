import { simplify as simplified } from "../simplify/simplify.ts";
import { stabilise } from "../simplify/stabilise.ts";
import { atMost, type Command, expressionOf, latex, latexOf, parenthesesOf, textOf } from "./command.ts";

/** `fluxion simplify`: an expression of the same value, in fewer words. */
export const simplify: Command = {
  usage: "simplify EXPR [--stabilise] [--latex] [--all-parentheses]",
  summary: "print an expression of the same value and no more operations",
  details: 'fluxion simplify "(x + 1)^2 - x^2 - 2x - 1"',
  options: {
    stabilise: { description: "first rewrite what overflows or cancels in doubles, log(1 + exp(x)) as softplus(x)" },
    latex,
    "all-parentheses": { description: "print a pair of parentheses around every operation" },
  },
  run(input) {
    const given = expressionOf(input);
    atMost(input, 1);
    const parentheses = parenthesesOf(input);
    const result = simplified(input.switches.has("stabilise") ? stabilise(given) : given);
    return input.switches.has("latex") ? latexOf(result) : textOf(result, { parentheses });
  },
};
