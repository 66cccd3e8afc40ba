import * as meaning from "../evaluate.ts";
import { type Command, expressionOf } from "./command.ts";
import { assignmentsOf } from "./values.ts";

/** `fluxion eval`: the value of an expression. */
export const evaluate: Command = {
  usage: "eval EXPR [NAME=VALUE…]",
  summary: "print the value of an expression",
  details: 'fluxion eval "4x*y + exp(-y)" x=2 y=3\nA value may be a formula without variables: x=pi/2.',
  options: {},
  run: input => ({ text: String(meaning.evaluate(expressionOf(input), assignmentsOf(input.operands.slice(1)))) }),
};
