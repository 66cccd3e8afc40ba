import { differentiate } from "../calculus/differentiate.ts";
import { explainDerivative } from "../calculus/explain.ts";
import { simplify } from "../simplify/simplify.ts";
import {
  atMost,
  type Command,
  expressionOf,
  latex,
  latexOf,
  naturalOf,
  parenthesesOf,
  steps,
  stepsOf,
  textOf,
  UsageError,
} from "./command.ts";
import { nameOf } from "./values.ts";

/** `fluxion diff`: one derivative. */
export const diff: Command = {
  usage: "diff EXPR VARIABLE [--order N] [--raw] [--steps] [--latex] [--all-parentheses]",
  summary: "print the derivative of an expression by a variable, simplified",
  details: 'fluxion diff "x^3 / 3" x',
  options: {
    order: { argument: "N", description: "differentiate N times (1)" },
    raw: { description: "print what the textbook's rules give, not simplified" },
    steps,
    latex,
    "all-parentheses": { description: "print a pair of parentheses around every operation" },
  },
  run(input) {
    const e = expressionOf(input);
    const name = input.operands[1];
    if (name === undefined) throw new UsageError("the variable to differentiate by is missing");
    atMost(input, 2);
    const parentheses = parenthesesOf(input);
    const by = nameOf(name);
    const order = naturalOf(input, "order", 1, 1);
    if (input.switches.has("steps")) {
      if (order > 1 || input.switches.has("raw")) {
        throw new UsageError("--steps is for one derivative, simplified: without --order and --raw");
      }
      return stepsOf(explainDerivative(e, by), input);
    }
    const derivative = differentiate(e, by, order);
    const result = input.switches.has("raw") ? derivative : simplify(derivative);
    return input.switches.has("latex") ? latexOf(result, { of: e, by, order }) : textOf(result, { parentheses });
  },
};
