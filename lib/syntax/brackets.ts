import { einsum } from "../expression/einsum.ts";
import { FluxionError, type Span } from "../expression/error.ts";
import {
  delta,
  type Expr,
  type Index,
  type ReductionKind,
  reduction,
  type Variable,
  variable,
} from "../expression/expression.ts";
import { mean } from "../expression/reductions.ts";
import { callOf } from "./calls.ts";
import { failure, type Reader, unexpected } from "./reader.ts";
import { type Content, close, type Machine, popExpression, popIndex } from "./stack.ts";
import type { Token } from "./tokens.ts";

/** Closes the innermost bracket by `token`; its last item is complete. */
export function closeBracket(machine: Machine, token: Token & { readonly kind: "symbol" }): void {
  if (token.text !== closers[machine.bracket.content.kind]) throw unexpected(machine.reader, token, closing(machine));
  close(machine, built(machine, { start: machine.bracket.at.start, end: token.end }));
}

/** Keeps an item of the innermost bracket; it is complete, and the comma `token` says that another follows. */
export function nextItem(machine: Machine, token: Token): void {
  const { reader, bracket } = machine;
  const { content } = bracket;
  switch (content.kind) {
    case "call":
    case "einsum":
      content.args.push(popExpression(machine));
      return;
    case "reading":
      content.indices.push(popIndex(machine));
      return;
    case "delta":
      content.indices.push(popIndex(machine));
      if (content.indices.length > 1) throw wrongItems(machine, token);
      return;
    case "reduction":
      throw wrongItems(machine, token);
    case "whole":
    case "group":
    case "choice":
      throw unexpected(reader, token, closing(machine));
  }
}

/** What may follow an operand in the innermost bracket, for the message of an error. */
export function closing({ bracket: { content } }: Machine): string {
  switch (content.kind) {
    case "whole":
      return "an operator or the end";
    case "choice":
      return 'an operator, or ":" and the other branch';
    case "group":
    case "reduction":
      return 'an operator or ")"';
    case "call":
    case "einsum":
    case "delta":
      return 'an operator, "," or ")"';
    case "reading":
      return '"+", "-", "," or "]"';
  }
}

function built(machine: Machine, span: Span): Expr | Index {
  const { reader, bracket } = machine;
  const { content } = bracket;
  switch (content.kind) {
    case "call":
      content.args.push(popExpression(machine));
      return callOf(reader, content.row, content.args, span);
    case "einsum":
      content.args.push(popExpression(machine));
      return summed(reader, content.subscripts, content.args, span);
    case "reading":
      content.indices.push(popIndex(machine));
      return reading(reader, content.name, content.indices, span);
    case "delta": {
      const [i, j] = [...content.indices, popIndex(machine)];
      if (i === undefined || j === undefined) throw wrongItems(machine, span);
      return delta(i, j);
    }
    case "reduction":
      return reduced(content.word, content.index, popExpression(machine));
    case "group":
    case "choice":
    case "whole":
      return bracket.holdsIndices ? popIndex(machine) : popExpression(machine);
  }
}

const closers: Readonly<Record<Content["kind"], string>> = {
  whole: "",
  choice: "",
  group: ")",
  call: ")",
  einsum: ")",
  reduction: ")",
  delta: ")",
  reading: "]",
};

function wrongItems({ reader, bracket: { content } }: Machine, span: Span): FluxionError {
  const wanted = content.kind === "reduction" ? `${content.word} takes an index and a body` : "delta takes 2 indices";
  return failure(reader, "arity", wanted, span);
}

function summed(reader: Reader, subscripts: string, args: readonly Expr[], span: Span): Expr {
  try {
    return einsum(subscripts, ...args);
  } catch (error) {
    throw error instanceof FluxionError ? failure(reader, error.code, error.message, span) : error;
  }
}

function reading(reader: Reader, name: string, indices: readonly Index[], span: Span): Variable {
  if (indices.length > mostIndices) {
    throw failure(reader, "bad-index", `an array has at most ${mostIndices} indices, got ${indices.length}`, span);
  }
  return variable(name, ...indices);
}

// Each node holds its free indices, and a call of the constructor its arguments: a bound keeps both small.
const mostIndices = 100;

// The words that open a reduction are those of its kinds and `mean`.
const reduced = (word: string, index: string, body: Expr): Expr =>
  word === "mean" ? mean(index, body) : reduction(word as ReductionKind, index, body);
