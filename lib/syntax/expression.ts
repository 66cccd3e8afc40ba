import type { Expr } from "../expression/expression.ts";
import { readOperand } from "./operand.ts";
import { type Next, readOperator } from "./operator.ts";
import { peek, type Reader } from "./reader.ts";
import { newMachine, popExpression, reduce } from "./stack.ts";

/**
 * Reads one expression, up to the end of a line, a semicolon or the end of the text; everything else is an error. A
 * precedence parser on explicit stacks: in time linear in the number of tokens, however deep they nest.
 */
export function readExpression(reader: Reader): Expr {
  const machine = newMachine(reader, peek(reader));
  let next: Next = "operand";
  while (next !== "nothing") {
    if (next === "operator") next = readOperator(machine);
    else if (readOperand(machine)) next = "operator";
  }
  reduce(machine, 0);
  return popExpression(machine);
}
