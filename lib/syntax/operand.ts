import { asIndex, call, constant, type Expr, extent, type Index, variable } from "../expression/expression.ts";
import { functions, pi, precedence } from "../expression/functions.ts";
import { indexWords, isPlainName, keywords, operatorWords, quoteName } from "../expression/names.ts";
import { callOf, rowNamed, unknownFunction } from "./calls.ts";
import { failure, isSymbol, notAnIndex, peek, type Reader, take, takeSymbol, unexpected } from "./reader.ts";
import { type Machine, open, pushOperand } from "./stack.ts";
import type { Token } from "./tokens.ts";

/**
 * Reads what an operand begins with: the whole of a number or a name, else a sign or what opens a bracket. True if an
 * operand is complete then.
 */
export function readOperand(machine: Machine): boolean {
  const { reader, bracket } = machine;
  const token = take(reader);
  switch (token.kind) {
    case "number":
      pushOperand(machine, bracket.holdsIndices ? integer(reader, token) : constant(token.value), "number");
      return true;
    case "operand":
      pushOperand(machine, bracket.holdsIndices ? indexOf(reader, token) : token.value, "atom");
      return true;
    case "name":
    case "quoted":
      if (isSymbol(peek(reader), "[")) return openReading(machine, token);
      return bracket.holdsIndices ? readIndexName(machine, token) : readName(machine, token);
    case "symbol":
      return readSymbol(machine, token);
    case "subscripts":
    case "newline":
    case "end":
    case "bad":
      throw unexpected(reader, token, wanted(machine));
  }
}

/** Takes the name of an index: any name but a keyword, or one in backticks. */
export const takeIndexName = (reader: Reader, hint = ""): string => indexNamed(reader, take(reader), hint);

/** Refuses what no array or variable is called without backticks. */
export function checkName(reader: Reader, token: NameToken): void {
  if (token.kind === "quoted" || isPlainName(token.text)) return;
  const { text } = token;
  const what = keywords.has(text) ? "a keyword" : functions.get(text)?.arity === 0 ? "a constant" : "a function";
  throw failure(reader, "syntax", `${text} is ${what}; a variable of that name is written ${quoteName(text)}`, token);
}

type NameToken = Token & { readonly kind: "name" | "quoted" };

function readSymbol(machine: Machine, token: Token & { readonly kind: "symbol" }): boolean {
  const { reader, pending, bracket } = machine;
  const { text } = token;
  if (text === "+" || text === "-" || (text === "not" && !bracket.holdsIndices)) {
    pending.push({ kind: "prefix", symbol: text, precedence: precedence.unary, at: token });
    return false;
  }
  if (text === "(") {
    open(machine, { kind: "group" }, token, bracket.holdsIndices);
    return false;
  }
  if (operatorWords.has(text) && isSymbol(peek(reader), "(") && !bracket.holdsIndices) {
    return openCall(machine, { ...token, kind: "name" });
  }
  throw unexpected(reader, token, wanted(machine), prefixHints.get(text));
}

function readName(machine: Machine, token: NameToken): boolean {
  const { reader } = machine;
  const isCall = isSymbol(peek(reader), "(");
  if (token.kind === "quoted") {
    if (isCall && reader.functions.has(token.text)) return openCall(machine, token);
    pushOperand(machine, variable(token.text), "atom");
    return true;
  }
  if (token.text === "true" || token.text === "false") {
    pushOperand(machine, constant(token.text === "true" ? 1 : 0), "truth");
    return true;
  }
  if (token.text === "Infinity" || token.text === "NaN") {
    const hint = "give it as the value of a variable instead";
    throw failure(reader, "not-finite", `a constant is a finite number, and ${token.text} is none; ${hint}`, token);
  }
  if (isCall && token.text === "einsum" && peek(reader, 1).kind === "subscripts") return openEinsum(machine, token);
  if (isCall) {
    const isWord = indexWords.has(token.text) && !reader.functions.has(token.text);
    return isWord ? openWord(machine, token) : openCall(machine, token);
  }
  pushOperand(machine, valueNamed(reader, token), "atom");
  return true;
}

// What a name without a parenthesis stands for.
function valueNamed(reader: Reader, token: NameToken): Expr {
  const { text } = token;
  if (text === "PI") return pi;
  const row = rowNamed(reader, text);
  // Keywords have been read by now.
  if (row === undefined) return variable(text);
  if (row.arity === 0) return call(row, []);
  if (isPlainName(text) || reader.functions.has(text)) return variable(text);
  const message = `${text} is a function; write ${text}(…), or ${quoteName(text)} for a variable of that name`;
  throw failure(reader, "syntax", message, token);
}

function openCall(machine: Machine, token: NameToken): boolean {
  const { reader } = machine;
  const row = rowNamed(reader, token.text);
  if (row === undefined) throw unknownFunction(reader, token.text, token);
  take(reader);
  const next = peek(reader);
  if (!isSymbol(next, ")")) {
    open(machine, { kind: "call", row, args: [] }, token, false);
    return false;
  }
  take(reader);
  pushOperand(machine, callOf(reader, row, [], { start: token.start, end: next.end }), "atom");
  return true;
}

// After the words that take indices: sum(j, …), delta(i, j), extent(i).
function openWord(machine: Machine, token: NameToken): boolean {
  const { reader } = machine;
  const word = token.text;
  const usage = `write ${usageOf(word)}`;
  take(reader);
  if (word === "delta") {
    open(machine, { kind: "delta", indices: [] }, token, true);
    return false;
  }
  const index = takeIndexName(reader, usage);
  if (word === "extent") {
    takeSymbol(reader, ")", "after the index");
    pushOperand(machine, extent(index), "atom");
    return true;
  }
  const next = peek(reader);
  if (isSymbol(next, ")")) {
    throw failure(reader, "arity", `${word} takes an index and a body; ${usage}`, {
      start: token.start,
      end: next.end,
    });
  }
  takeSymbol(reader, ",", `after the index; ${usage}`);
  open(machine, { kind: "reduction", word, index }, token, false);
  return false;
}

function openEinsum(machine: Machine, token: NameToken): boolean {
  const { reader } = machine;
  take(reader);
  const subscripts = take(reader);
  takeSymbol(reader, ",", "after the subscripts");
  if (subscripts.kind === "subscripts") {
    open(machine, { kind: "einsum", subscripts: subscripts.text, args: [] }, token, false);
  }
  return false;
}

function openReading(machine: Machine, token: NameToken): boolean {
  checkName(machine.reader, token);
  take(machine.reader);
  open(machine, { kind: "reading", name: token.text, indices: [] }, token, true);
  return false;
}

function readIndexName(machine: Machine, token: NameToken): boolean {
  const { reader } = machine;
  if (isSymbol(peek(reader), "(")) throw notAnIndex(reader, token);
  pushOperand(machine, asIndex(indexNamed(reader, token)), "atom");
  return true;
}

function indexNamed(reader: Reader, token: Token, hint = ""): string {
  if (token.kind === "quoted" || (token.kind === "name" && !keywords.has(token.text))) return token.text;
  throw unexpected(reader, token, "the name of an index", hint);
}

function integer(reader: Reader, token: Token & { readonly kind: "number" }): Index {
  if (!Number.isSafeInteger(token.value)) throw notAnIndex(reader, token);
  return asIndex(token.value);
}

function indexOf(reader: Reader, token: Token & { readonly kind: "operand" }): Index {
  const { value } = token;
  if (value.kind === "constant" && Number.isSafeInteger(value.value)) return asIndex(value.value);
  if (value.kind === "variable" && value.indices.length > 0) return asIndex(value);
  throw notAnIndex(reader, token);
}

const wanted = ({ bracket }: Machine): string => (bracket.holdsIndices ? "an index" : "a value");

const usageOf = (word: string): string => (word === "extent" ? "extent(i)" : `${word}(j, …)`);

const prefixHints: ReadonlyMap<string, string> = new Map([
  ["!", "the negation is written not"],
  ["[", "brackets stand behind the name of an array, as in x[i]"],
  ["=", "equality is written =="],
]);
