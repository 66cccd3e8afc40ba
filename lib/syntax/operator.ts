import type { Expr, FunctionRow } from "../expression/expression.ts";
import { div, factorial, functions, mod, mul, pow, precedence } from "../expression/functions.ts";
import { closeBracket, closing, nextItem } from "./brackets.ts";
import { isSymbol, notAnIndex, peek, take, unexpected } from "./reader.ts";
import {
  compared,
  fraction,
  implicit,
  lastForm,
  lastPending,
  leave,
  type Machine,
  open,
  popExpression,
  pushOperand,
  reduce,
} from "./stack.ts";
import type { Token } from "./tokens.ts";

/** What has to be read next. */
export type Next = "operand" | "operator" | "nothing";

/** Reads what follows an operand: an operator, also the sign of a product that is left out, or what closes a bracket. */
export function readOperator(machine: Machine): Next {
  const { reader, bracket } = machine;
  const token = peek(reader);
  switch (token.kind) {
    case "number":
      reduce(machine, fraction);
      // `2 3` is a slip, `x 3` a product.
      if (lastForm(machine) !== "atom") throw unexpected(reader, token, closing(machine));
      return multiply(machine, token);
    case "name":
    case "quoted":
    case "operand":
      return multiply(machine, token);
    case "symbol":
      return readSymbol(machine, token);
    case "newline":
    case "end":
      if (bracket.content.kind !== "whole") throw unexpected(reader, token, closing(machine));
      return "nothing";
    case "subscripts":
    case "bad":
      throw unexpected(reader, token, closing(machine));
  }
}

type Sign = Token & { readonly kind: "symbol" };

function readSymbol(machine: Machine, token: Sign): Next {
  const { reader, bracket } = machine;
  switch (token.text) {
    case "(":
      return multiply(machine, token);
    case ")":
    case "]":
      reduce(machine, 0);
      take(reader);
      closeBracket(machine, token);
      return "operator";
    case ",":
      reduce(machine, 0);
      take(reader);
      nextItem(machine, token);
      return "operand";
    case ";":
      if (bracket.content.kind !== "whole") throw unexpected(reader, token, closing(machine));
      return "nothing";
    default:
      if (
        bracket.holdsIndices &&
        (infix.has(token.text) || "!?:".includes(token.text)) &&
        !"+-*".includes(token.text)
      ) {
        throw notAnIndex(reader, token);
      }
      return readSign(machine, token);
  }
}

function readSign(machine: Machine, token: Sign): Next {
  const { reader, bracket } = machine;
  const isPercentage = lastForm(machine) === "percentage";
  switch (token.text) {
    case "!":
      if (isPercentage) break;
      take(reader);
      pushOperand(machine, factorial(popExpression(machine)), "atom");
      return "operator";
    case "?":
      take(reader);
      reduce(machine, above(precedence.conditional));
      open(machine, { kind: "choice", condition: popExpression(machine) }, token, false);
      return "operand";
    case ":":
      if (bracket.content.kind !== "choice") break;
      take(reader);
      return otherwise(machine, bracket.content.condition, token);
    case "%":
      if (isPercentage || beginsOperand(peek(reader, 1))) break;
      take(reader);
      reduce(machine, precedence.unary);
      pushOperand(machine, div(popExpression(machine), 100), "percentage");
      return "operator";
  }
  const operator = infix.get(token.text);
  // What a percent sign makes binds as a product does: no power and no factorial of it.
  if (operator === undefined || (isPercentage && operator.level === precedence.power)) {
    throw unexpected(reader, token, closing(machine), hints.get(token.text));
  }
  return operate(machine, token, operator);
}

function operate(machine: Machine, token: Sign, { row, level, isRight }: Infix): Next {
  if (level === precedence.comparison) return compare(machine, token, row);
  const tightness = token.text === "/" && isFraction(machine) ? fraction : level;
  reduce(machine, isRight ? above(tightness) : tightness);
  take(machine.reader);
  machine.pending.push({ kind: "infix", symbol: token.text, row, precedence: tightness, at: token });
  return "operand";
}

function multiply(machine: Machine, at: Token): Next {
  reduce(machine, implicit);
  machine.pending.push({ kind: "infix", symbol: "*", row: mul, precedence: implicit, at });
  return "operand";
}

function compare(machine: Machine, token: Sign, row: FunctionRow): Next {
  reduce(machine, above(precedence.comparison));
  take(machine.reader);
  const last = lastPending(machine);
  const operator = { kind: "comparison", row, precedence: precedence.comparison, at: token } as const;
  if (last?.kind === "comparison") {
    const middle = popExpression(machine);
    machine.pending.pop();
    const chain = compared(machine, last, middle);
    pushOperand(machine, middle, "operation");
    machine.pending.push({ ...operator, chain });
  } else machine.pending.push({ ...operator, chain: undefined });
  return "operand";
}

// At the colon: what was between is complete, and the alternative extends as far as it can.
function otherwise(machine: Machine, condition: Expr, at: Token): Next {
  reduce(machine, 0);
  const chosen = popExpression(machine);
  leave(machine);
  machine.pending.push({ kind: "alternative", condition, chosen, precedence: precedence.conditional, at });
  return "operand";
}

// `1/2x`: a fraction of two literals binds tighter than a product without a sign, which must follow.
function isFraction(machine: Machine): boolean {
  reduce(machine, precedence.unary);
  const form = lastForm(machine);
  if (form !== "number" && form !== "truth" && form !== "signed") return false;
  const after = peek(machine.reader, 2);
  return peek(machine.reader, 1).kind === "number" && (beginsName(after) || isSymbol(after, "("));
}

const beginsName = (token: Token): boolean =>
  token.kind === "name" || token.kind === "quoted" || token.kind === "operand";

// A percent sign before one of these is the remainder of a division.
const beginsOperand = (token: Token): boolean =>
  token.kind === "number" || beginsName(token) || (token.kind === "symbol" && prefixes.has(token.text));

const prefixes: ReadonlySet<string> = new Set(["(", "+", "-", "not"]);

interface Infix {
  readonly row: FunctionRow;
  readonly level: number;
  readonly isRight: boolean;
}

const product: Infix = { row: mul, level: precedence.multiplicative, isRight: false };

// What the table says, the remainder, and the operators that elsewhere go through arrays element by element.
const infix: ReadonlyMap<string, Infix> = new Map<string, Infix>([
  ...[...functions.values()].flatMap(row => {
    const { operator } = row;
    if (operator?.position !== "infix") return [];
    return [[operator.symbol, { row, level: operator.precedence, isRight: operator.associative === "right" }] as const];
  }),
  ["%", { ...product, row: mod }],
  ["mod", { ...product, row: mod }],
  [".*", product],
  ["./", { ...product, row: div }],
  [".^", { row: pow, level: precedence.power, isRight: true }],
]);

// A level between this one and the next.
const above = (level: number): number => level + 0.25;

const hints: ReadonlyMap<string, string> = new Map([
  ["=", "equality is written ==, and parseDefinitions reads definitions"],
  ["[", "brackets stand behind the name of an array, as in x[i,j]"],
  [":", "a colon belongs to a question mark, as in c ? a : b"],
  ["not", "not equal is written !="],
  ["xor", "write not a != not b"],
  ["to", "there are no units"],
  ["in", "there are no units"],
]);
