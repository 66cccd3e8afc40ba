import { differentiate } from "../calculus/differentiate.ts";
import { explainDerivative } from "../calculus/explain.ts";
import { inline, isList } from "../expression/definition.ts";
import { simplify } from "../simplify/simplify.ts";
import {
  atMost,
  type Command,
  latex,
  latexOf,
  naturalOf,
  parenthesesOf,
  steps,
  stepsOf,
  UsageError,
} from "./command.ts";
import { formulaOf, matrix, shown } from "./formula.ts";
import { nameOf } from "./values.ts";

/** `fluxion diff`: one derivative. */
export const diff: Command = {
  usage: "diff EXPR VARIABLE [--order N] [--raw] [--steps] [--latex] [--matrix] [--all-parentheses]",
  summary: "print the derivative of an expression, or of definitions, by a variable, simplified",
  details:
    'fluxion diff "x^3 / 3" x\nThe variable may be an element, W[p,q]. Of a list of definitions, the derivatives are such a list, dy_dx of y by x;\nwith --order, --raw or --steps it is what the last definition stands for that is differentiated.',
  options: {
    order: { argument: "N", description: "differentiate N times (1)" },
    raw: { description: "print what the textbook's rules give, not simplified" },
    steps,
    latex,
    matrix,
    "all-parentheses": { description: "print a pair of parentheses around every operation" },
  },
  run(input) {
    const given = formulaOf(input);
    const name = input.operands[1];
    if (name === undefined) throw new UsageError("the variable to differentiate by is missing");
    atMost(input, 2);
    parenthesesOf(input);
    const by = nameOf(name);
    const order = naturalOf(input, "order", 1, 1);
    const isWhole = order > 1 || input.switches.has("raw") || input.switches.has("steps");
    if (isList(given) && !isWhole) return shown(differentiate(given, by), input);
    const e = isList(given) ? inline(given) : given;
    if (input.switches.has("steps")) {
      if (order > 1 || input.switches.has("raw")) {
        throw new UsageError("--steps is for one derivative, simplified: without --order and --raw");
      }
      return stepsOf(explainDerivative(e, by), input);
    }
    const derivative = differentiate(e, by, order);
    const result = input.switches.has("raw") ? derivative : simplify(derivative);
    const isEquation = input.switches.has("latex") && !input.switches.has("matrix");
    return isEquation ? latexOf(result, { of: e, by, order }) : shown(result, input);
  },
};
