import { FluxionError, type Span } from "../expression/error.ts";
import {
  asIndex,
  call,
  constant,
  type Expr,
  type FunctionRow,
  Index,
  scaleIndex,
  shift,
} from "../expression/expression.ts";
import { and, conditional, mul, neg, not, precedence } from "../expression/functions.ts";
import { failure, type Reader } from "./reader.ts";

/**
 * What is read but not yet built, on stacks of its own, so that the depth of a text costs memory and no recursion: an
 * operator waits until one that binds no tighter follows its last operand, and a bracket until it closes.
 */
export interface Machine {
  readonly reader: Reader;
  readonly operands: Operand[];
  readonly pending: Pending[];
  /** The innermost one that is open. */
  bracket: Bracket;
}

/** What an operator applies to, and how it was written: some operators ask for that. */
export interface Operand {
  /** An index within the brackets that hold indices, an expression elsewhere. */
  readonly value: Expr | Index;
  readonly form: Form;
}

/**
 * `number` is a literal, `truth` is `true` or `false`, `signed` is one of these behind one sign, `percentage` is `3%`, an
 * `atom` is what needs no parentheses anywhere, and `operation` is all else.
 */
export type Form = "number" | "truth" | "signed" | "percentage" | "atom" | "operation";

export type Pending = { readonly precedence: number; readonly at: Span } & (
  | { readonly kind: "prefix"; readonly symbol: string }
  | { readonly kind: "infix"; readonly symbol: string; readonly row: FunctionRow }
  /** `chain` is what the comparisons to its left say: `a < b < c` is `a < b and b < c`. */
  | { readonly kind: "comparison"; readonly row: FunctionRow; readonly chain: Expr | undefined }
  | { readonly kind: "alternative"; readonly condition: Expr; readonly chosen: Expr }
);

export interface Bracket {
  readonly content: Content;
  readonly at: Span;
  readonly outer: Bracket | undefined;
  /** The number of pending operators outside. */
  readonly base: number;
  readonly holdsIndices: boolean;
}

/** What a bracket holds: `whole` is the text itself. */
export type Content =
  | { readonly kind: "whole" }
  | { readonly kind: "group" }
  /** Between `?` and `:`. */
  | { readonly kind: "choice"; readonly condition: Expr }
  | { readonly kind: "call"; readonly row: FunctionRow; readonly args: Expr[] }
  | { readonly kind: "einsum"; readonly subscripts: string; readonly args: Expr[] }
  | { readonly kind: "reading"; readonly name: string; readonly indices: Index[] }
  | { readonly kind: "delta"; readonly indices: Index[] }
  | { readonly kind: "reduction"; readonly word: string; readonly index: string };

/** A product without a sign binds tighter than one with a sign, and a fraction of two literals before it tighter still. */
export const implicit: number = precedence.multiplicative + 1;
export const fraction: number = implicit + 0.5;

/** The stacks at the beginning of an expression. */
export const newMachine = (reader: Reader, at: Span): Machine => ({
  reader,
  operands: [],
  pending: [],
  bracket: { content: { kind: "whole" }, at, outer: undefined, base: 0, holdsIndices: false },
});

/** Opens a bracket in the innermost one. */
export function open(machine: Machine, content: Content, at: Span, holdsIndices: boolean): void {
  machine.bracket = { content, at, outer: machine.bracket, base: machine.pending.length, holdsIndices };
}

/** Closes the innermost bracket, whose value is an operand of the one outside: there a reading may be an index. */
export function close(machine: Machine, value: Expr | Index): void {
  leave(machine);
  const isGather = machine.bracket.holdsIndices && !(value instanceof Index) && value.kind === "variable";
  pushOperand(machine, isGather ? asIndex(value) : value, "atom");
}

/** Closes the innermost bracket without a value. */
export function leave(machine: Machine): void {
  machine.bracket = machine.bracket.outer ?? machine.bracket;
}

/** Puts a complete operand on its stack. */
export function pushOperand({ operands }: Machine, value: Expr | Index, form: Form): void {
  operands.push({ value, form });
}

/** The last operand, an expression. Only to be called where the innermost bracket holds no indices. */
export const popExpression = ({ operands }: Machine): Expr => popped(operands).value as Expr;

/** The last operand, an index. Only to be called where the innermost bracket holds indices. */
export const popIndex = ({ operands }: Machine): Index => popped(operands).value as Index;

/** How the last operand was written. */
export const lastForm = ({ operands }: Machine): Form | undefined => operands.at(-1)?.form;

/** The last pending operator of the innermost bracket. */
export const lastPending = ({ pending, bracket }: Machine): Pending | undefined =>
  pending.length > bracket.base ? pending.at(-1) : undefined;

/** Applies the pending operators of the innermost bracket that bind at least as tightly as `level`. */
export function reduce(machine: Machine, level: number): void {
  for (let last = lastPending(machine); last !== undefined && last.precedence >= level; last = lastPending(machine)) {
    machine.pending.pop();
    if (machine.bracket.holdsIndices) applyToIndices(machine, last);
    else machine.operands.push(applied(machine, last));
  }
}

function applied(machine: Machine, operator: Pending): Operand {
  const right = popped(machine.operands);
  const value = right.value as Expr;
  switch (operator.kind) {
    case "prefix": {
      const isLiteral = right.form === "number" || right.form === "truth";
      const form = isLiteral && operator.symbol !== "not" ? "signed" : "operation";
      return { value: prefixed(operator.symbol, value, right.form), form };
    }
    case "infix": {
      const left = popExpression(machine);
      // A percentage is added as one of what it is added to: 100 + 3% is 103.
      const isShare = right.form === "percentage" && operator.precedence === precedence.additive;
      return { value: call(operator.row, [left, isShare ? mul(left, value) : value]), form: "operation" };
    }
    case "comparison":
      return { value: compared(machine, operator, value), form: "operation" };
    case "alternative":
      return { value: conditional(operator.condition, operator.chosen, value), form: "operation" };
  }
}

/** The comparison of the last operand with `right`, and with what is to its left. */
export function compared(machine: Machine, { row, chain }: Pending & { kind: "comparison" }, right: Expr): Expr {
  const link = call(row, [popExpression(machine), right]);
  return chain === undefined ? link : and(chain, link);
}

function prefixed(symbol: string, value: Expr, form: Form): Expr {
  if (symbol === "+") return value;
  if (symbol === "not") return not(value);
  // The sign of a literal is part of it.
  return form === "number" && value.kind === "constant" ? constant(-value.value) : neg(value);
}

function applyToIndices(machine: Machine, operator: Pending): void {
  const right = popIndex(machine);
  const symbol = operator.kind === "prefix" || operator.kind === "infix" ? operator.symbol : "";
  try {
    if (operator.kind === "prefix") {
      pushOperand(machine, symbol === "-" ? scaleIndex(right, -1) : right, "operation");
    } else {
      const left = popIndex(machine);
      pushOperand(machine, combined(left, symbol, right), "operation");
    }
  } catch (error) {
    // What the index itself does not allow is given its place in the text.
    if (!(error instanceof FluxionError)) throw error;
    throw failure(machine.reader, error.code, error.message, operator.at);
  }
}

function combined(left: Index, symbol: string, right: Index): Index {
  if (symbol === "*") {
    if (left.terms.length > 0 && right.terms.length > 0) {
      throw new FluxionError("bad-index", "an index holds integer multiples of names, no products of two");
    }
    return left.terms.length === 0 ? scaleIndex(right, left.offset) : scaleIndex(left, right.offset);
  }
  if (left.terms.length + right.terms.length > mostTerms) {
    throw new FluxionError("bad-index", `an index is the sum of at most ${mostTerms} names`);
  }
  return shift(left, symbol === "-" ? scaleIndex(right, -1) : right);
}

// Each step of a sum collects its terms anew: without a bound, a long one would take quadratic time.
const mostTerms = 100;

// There is an operand for each operator: the reader asks for one before and after.
const popped = <T>(list: T[]): T => list.pop() as T;
