import type { ErrorCode, FluxionError, Span } from "../expression/error.ts";
import type { FunctionRow } from "../expression/expression.ts";
import { errorAt } from "./message.ts";
import type { Token } from "./tokens.ts";

/** A place in a list of tokens, and what is needed to understand them. */
export interface Reader {
  /** The text as its author sees it: where a template puts something in, it shows. */
  readonly text: string;
  /** The last one is `end` or `bad`, and the only one of these. */
  readonly tokens: readonly Token[];
  /** The functions that the reader knows besides those of the table. */
  readonly functions: ReadonlyMap<string, FunctionRow>;
  /** The position of the token that is read next. */
  position: number;
}

/** The token that is read next, or one further ahead; behind the last one is the last one again. */
export function peek({ tokens, position }: Reader, ahead = 0): Token {
  const token = tokens[position + ahead] ?? tokens.at(-1);
  return token ?? { kind: "end", start: 0, end: 0 };
}

/** Takes the token that is read next. */
export function take(reader: Reader): Token {
  const token = peek(reader);
  reader.position++;
  return token;
}

/** True of the operator or punctuation mark `text`. */
export const isSymbol = (token: Token, text: string): boolean => token.kind === "symbol" && token.text === text;

/** Takes the symbol `text`; everything else is an error that says what it was wanted for. */
export function takeSymbol(reader: Reader, text: string, purpose: string): Token {
  const token = peek(reader);
  if (!isSymbol(token, text)) throw unexpected(reader, token, `"${text}" ${purpose}`);
  return take(reader);
}

/** An error at a place of the reader's text. */
export const failure = (reader: Reader, code: ErrorCode, message: string, span: Span): FluxionError =>
  errorAt(code, message, reader.text, { start: span.start, end: span.end });

/** The error that names the token found and what was expected instead. */
export function unexpected(reader: Reader, token: Token, expected: string, hint = ""): FluxionError {
  if (token.kind === "bad") return failure(reader, token.code, token.problem, token);
  const end = hint === "" ? "" : `; ${hint}`;
  return failure(reader, "syntax", `found ${described(reader, token)}, expected ${expected}${end}`, token);
}

/** The error of what has a meaning elsewhere but none within an index. */
export const notAnIndex = (reader: Reader, token: Token): FluxionError =>
  failure(
    reader,
    "bad-index",
    `found ${described(reader, token)} in an index, which is a sum of names, integers, integer multiples of names, and readings of arrays, such as 2*i+p-1 or token[n]`,
    token,
  );

/** A token in words, for the message of an error. */
export function described({ text }: Reader, token: Token): string {
  const written = text.slice(token.start, token.end);
  const shown = written.length > 40 ? `${written.slice(0, 39)}…` : written;
  switch (token.kind) {
    case "number":
      return `the number ${shown}`;
    case "name":
    case "quoted":
      return `the name ${shown}`;
    case "subscripts":
      return `the text ${shown}`;
    case "operand":
      return shown;
    case "symbol":
      return `"${shown}"`;
    case "newline":
      return "the end of the line";
    case "end":
      return "the end of the text";
    case "bad":
      return token.problem;
  }
}
