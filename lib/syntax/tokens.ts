import type { ErrorCode, Span } from "../expression/error.ts";
import type { Expr } from "../expression/expression.ts";
import { endOfName, operatorWords } from "../expression/names.ts";
import { type Literal, readNumber } from "./numbers.ts";

/** A piece of a text, and where it stands there. */
export type Token = Span &
  (
    | { readonly kind: "number"; readonly value: number }
    /** `text` is the name; of a quoted one, without its backticks. */
    | { readonly kind: "name" | "quoted"; readonly text: string }
    /** The quoted subscripts of an `einsum`; `text` is without the quotes. No other text is quoted. */
    | { readonly kind: "subscripts"; readonly text: string }
    /** An operator, also one that is a word, or punctuation. */
    | { readonly kind: "symbol"; readonly text: string }
    /** What a template puts in. */
    | { readonly kind: "operand"; readonly value: Expr }
    /** The end of a line that can be the end of an expression: others are no tokens. */
    | { readonly kind: "newline" }
    | { readonly kind: "end" }
    /** What is no token: the last one of its text, an error where it is met. */
    | { readonly kind: "bad"; readonly code: ErrorCode; readonly problem: string }
  );

/** A stretch of text, or something put in between two of them and how it is shown. */
export type Piece = string | { readonly operand: Expr; readonly shown: string };

/** The tokens of the pieces, of which the last is `end` or `bad`, in time linear in their length. */
export function tokenise(pieces: readonly Piece[]): readonly Token[] {
  const tokens: Token[] = [];
  const state: State = { tokens, depth: 0, isComment: false };
  let offset = 0;
  for (const piece of pieces) {
    if (typeof piece === "string") {
      if (!scan(piece, offset, state)) return tokens;
      offset += piece.length;
    } else {
      const span = { start: offset, end: offset + piece.shown.length };
      if (!state.isComment) tokens.push({ kind: "operand", value: piece.operand, ...span });
      offset = span.end;
    }
  }
  const end = tokens.at(-1)?.end ?? 0;
  tokens.push({ kind: "end", start: end, end });
  return tokens;
}

interface State {
  readonly tokens: Token[];
  /** The number of parentheses and brackets that are open. */
  depth: number;
  isComment: boolean;
}

// False if it met what is no token.
function scan(text: string, offset: number, state: State): boolean {
  let at = 0;
  while (at < text.length) {
    const character = text.charAt(at);
    if (character === "\n") {
      if (endsExpression(state)) state.tokens.push({ kind: "newline", start: offset + at, end: offset + at + 1 });
      state.isComment = false;
      at++;
    } else if (state.isComment) {
      const newline = text.indexOf("\n", at);
      at = newline === -1 ? text.length : newline;
    } else if (character === "#") {
      state.isComment = true;
    } else if (isSpace(character)) {
      at++;
    } else {
      const token = readToken(text, at);
      state.tokens.push(offset === 0 ? token : { ...token, start: token.start + offset, end: token.end + offset });
      if (token.kind === "bad") return false;
      if (token.kind === "symbol") state.depth = Math.max(0, state.depth + depthOf(token.text));
      at = token.end;
    }
  }
  return true;
}

// Within parentheses, and after what cannot be the last of an expression, a line goes on. A percent sign can be.
function endsExpression({ tokens, depth }: State): boolean {
  const last = tokens.at(-1);
  if (depth > 0 || last === undefined || last.kind === "newline") return false;
  return last.kind !== "symbol" || ")]!%".includes(last.text);
}

const depthOf = (symbol: string): number =>
  symbol === "(" || symbol === "[" ? 1 : symbol === ")" || symbol === "]" ? -1 : 0;

// Spans relative to the text.
function readToken(text: string, start: number): Token {
  const first = text.charAt(start);
  if (alone.has(first)) return { kind: "symbol", text: first, start, end: start + 1 };
  const number = readNumber(text, start);
  if (number !== undefined) return numberToken(start, number);
  const nameEnd = endOfName(text, start);
  if (nameEnd > start) {
    const name = text.slice(start, nameEnd);
    return { kind: operatorWords.has(name) ? "symbol" : "name", text: name, start, end: nameEnd };
  }
  if (first === "`") return readQuoted(text, start);
  const subscripts = first === '"' ? readSubscripts(text, start) : undefined;
  if (subscripts !== undefined) return subscripts;
  for (let length = continuing.has(text.charAt(start + 1)) ? 3 : 1; length > 0; length--) {
    const symbol = text.slice(start, start + length);
    // At the end of the text it is shorter.
    const end = start + symbol.length;
    const instead = foreign.get(symbol);
    if (instead !== undefined) return bad(start, end, `${symbol} is not read here; ${instead}`);
    if (symbols.has(symbol)) return { kind: "symbol", text: symbol, start, end };
  }
  const character = String.fromCodePoint(text.codePointAt(start) ?? 0);
  return bad(start, start + character.length, `${JSON.stringify(character)} has no meaning here${hintFor(character)}`);
}

function numberToken(start: number, literal: Literal): Token {
  if (literal.problem !== undefined) return bad(start, literal.end, literal.problem);
  const { value, end } = literal;
  if (Number.isFinite(value)) return { kind: "number", value, start, end };
  return { ...bad(start, end, "a number that is too large for a double"), code: "not-finite" };
}

function readSubscripts(text: string, start: number): Token | undefined {
  if (!/(?:^|[^\p{L}\d_$])einsum\s*\(\s*$/u.test(text.slice(Math.max(0, start - 40), start))) return undefined;
  const [, subscripts] = /^"([^"\n]*)"/.exec(text.slice(start, start + 1000)) ?? [];
  if (subscripts === undefined) return undefined;
  return { kind: "subscripts", text: subscripts, start, end: start + subscripts.length + 2 };
}

function readQuoted(text: string, start: number): Token {
  const parts: string[] = [];
  let from = start + 1;
  for (let at = from; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === "`") {
      parts.push(text.slice(from, at));
      return { kind: "quoted", text: parts.join(""), start, end: at + 1 };
    }
    if (character !== "\\") continue;
    const escaped = text.charAt(at + 1);
    if (escaped !== "`" && escaped !== "\\") {
      return bad(at, at + 1, "a backslash in a quoted name stands before a backtick or a backslash");
    }
    parts.push(text.slice(from, at));
    from = ++at;
  }
  return bad(start, text.length, "a quoted name that has no closing backtick");
}

const bad = (start: number, end: number, problem: string) =>
  ({ kind: "bad", code: "syntax", problem, start, end }) as const;

const hintFor = (character: string): string =>
  /[\p{L}\p{N}]/u.test(character) ? "; a name with such characters stands in backticks" : "";

const isSpace = (character: string): boolean =>
  character === " " || character === "\t" || character === "\r" || character === "\u00a0";

const symbols: ReadonlySet<string> = new Set("<= >= == != .* ./ .^ + - * / % ^ ! < > = ? : , ; ( ) [ ]".split(" "));

// These begin no longer symbol.
const alone: ReadonlySet<string> = new Set("+-%^?:,;()[]");

/** What other languages write, and what to write instead. */
const foreign: ReadonlyMap<string, string> = new Map([
  ["===", "write =="],
  ["!==", "write !="],
  ["**", "write ^"],
  ["//", "write / for a quotient and # for a comment"],
  ["/*", "a comment begins with # and ends with its line"],
  ["&&", "write and"],
  ["||", "write or"],
  ["<>", "write !="],
  ["=>", "write >="],
  ["=<", "write <="],
  ["×", "write *"],
  ["·", "write *"],
  ["÷", "write /"],
  ["−", "write -"],
  ["≤", "write <="],
  ["≥", "write >="],
  ["≠", "write !="],
  ["√", "write sqrt(…)"],
  ["²", "write ^2"],
  ["³", "write ^3"],
  ["'", "there are no texts in quotes; a name in quotes is one in backticks"],
  ['"', "there are no texts in quotes; a name in quotes is one in backticks"],
  ["{", "write ( ) or, around indices, [ ]"],
  ["}", "write ( ) or, around indices, [ ]"],
  ["&", "there are no operators on bits; write and"],
  ["|", "there are no operators on bits; write or, and abs(x) for |x|"],
  ["~", "there are no operators on bits; write not"],
  [".", "a point belongs to a number, as in 0.5"],
]);

// The characters that a symbol goes on with.
const continuing: ReadonlySet<string> = new Set(
  [...symbols, ...foreign.keys()].flatMap(symbol => [...symbol].slice(1)),
);
