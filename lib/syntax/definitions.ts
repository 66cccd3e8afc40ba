import type { Definition, Definitions } from "../expression/definition.ts";
import { FluxionError } from "../expression/error.ts";
import type { Expr } from "../expression/expression.ts";
import { freshName } from "../expression/indices.ts";
import { writtenName } from "../expression/names.ts";
import { readExpression } from "./expression.ts";
import { checkName, takeIndexName } from "./operand.ts";
import { failure, isSymbol, peek, type Reader, take, takeSymbol, unexpected } from "./reader.ts";
import type { Token } from "./tokens.ts";

/** Reads definitions up to the end of the text; the last one may be a bare expression. */
export function readDefinitions(reader: Reader): Definitions {
  const definitions: Definition[] = [];
  const names = new Set<string>();
  skipSeparators(reader);
  if (peek(reader).kind === "end") {
    throw new FluxionError("syntax", "the text is empty, expected a definition such as h[n,k] = …", {
      start: 0,
      end: 0,
    });
  }
  while (peek(reader).kind !== "end") {
    const definition = readDefinition(reader, names);
    names.add(definition.name);
    definitions.push(definition);
  }
  return Object.freeze(definitions);
}

function readDefinition(reader: Reader, names: ReadonlySet<string>): Definition {
  const start = peek(reader);
  const left = beginsDefinition(reader) ? readLeft(reader, names) : undefined;
  const expression = readExpression(reader);
  skipSeparators(reader);
  if (left === undefined && peek(reader).kind !== "end") {
    throw failure(reader, "syntax", "only the last line may lack a name; expected one and =, as in t1 = x + y", start);
  }
  const { name, axes } = left ?? { name: freshName("result", names), axes: expression.freeIndices };
  checkAxes(reader, start, name, axes, expression);
  return Object.freeze({ name, axes: Object.freeze([...axes]), expression });
}

function skipSeparators(reader: Reader): void {
  while (peek(reader).kind === "newline" || isSymbol(peek(reader), ";")) take(reader);
}

// A name, or a name and brackets, before a sign of equality.
function beginsDefinition(reader: Reader): boolean {
  const { kind } = peek(reader);
  if (kind !== "name" && kind !== "quoted") return false;
  let ahead = 1;
  if (isSymbol(peek(reader, ahead), "[")) {
    while (!endsLine(peek(reader, ahead)) && !isSymbol(peek(reader, ahead), "]")) ahead++;
    ahead++;
  }
  return isSymbol(peek(reader, ahead), "=");
}

const endsLine = (token: Token): boolean =>
  token.kind === "newline" || token.kind === "end" || token.kind === "bad" || isSymbol(token, ";");

function readLeft(reader: Reader, names: ReadonlySet<string>): { name: string; axes: readonly string[] } {
  const token = take(reader);
  if (token.kind !== "name" && token.kind !== "quoted") throw unexpected(reader, token, "the name of a definition");
  checkName(reader, token);
  const name = token.text;
  if (names.has(name)) throw failure(reader, "syntax", `${name} is defined already`, token);
  const axes: string[] = [];
  if (isSymbol(peek(reader), "[")) {
    do {
      take(reader);
      const place = peek(reader);
      const axis = takeIndexName(reader, "the axes of a definition are names, as in h[n,k]");
      if (axes.includes(axis)) throw failure(reader, "bad-index", `${axis} names two axes of ${name}`, place);
      axes.push(axis);
    } while (isSymbol(peek(reader), ","));
    takeSymbol(reader, "]", "after the axes");
  }
  takeSymbol(reader, "=", "before what is defined");
  return { name, axes };
}

function checkAxes(reader: Reader, place: Token, name: string, axes: readonly string[], expression: Expr): void {
  const free = expression.freeIndices.filter(index => !axes.includes(index));
  if (free.length === 0) return;
  const what = free.length === 1 ? "the index" : "the indices";
  const remedy = `${writtenName(name)}[${[...axes, ...free].map(writtenName).join(",")}]`;
  throw failure(
    reader,
    "bad-index",
    `${name} leaves ${what} ${free.join(", ")} free; name every axis: ${remedy}`,
    place,
  );
}
