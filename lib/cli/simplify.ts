import { simplify as simplified } from "../simplify/simplify.ts";
import { atMost, type Command, expressionOf, textOf } from "./command.ts";

/** `fluxion simplify`: an expression of the same value, in fewer words. */
export const simplify: Command = {
  usage: "simplify EXPR [--all-parentheses]",
  summary: "print an expression of the same value and no more operations",
  details: 'fluxion simplify "(x + 1)^2 - x^2 - 2x - 1"',
  options: { "all-parentheses": { description: "print a pair of parentheses around every operation" } },
  run(input) {
    const e = expressionOf(input);
    atMost(input, 1);
    return textOf(simplified(e), { parentheses: input.switches.has("all-parentheses") ? "all" : "minimal" });
  },
};
