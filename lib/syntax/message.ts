import { type ErrorCode, FluxionError, type Span } from "../expression/error.ts";

/**
 * An error at a place in a text. Its message ends with the line of the text, a long one cut to what is around the place,
 * and below it a caret under the place.
 */
export function errorAt(code: ErrorCode, message: string, text: string, span: Span): FluxionError {
  return new FluxionError(code, `${message}\n\n${excerptAt(text, span.start)}`, span);
}

function excerptAt(text: string, place: number): string {
  const from = text.lastIndexOf("\n", place - 1) + 1;
  const newline = text.indexOf("\n", place);
  const to = newline === -1 ? text.length : newline;
  const before = [...text.slice(Math.max(from, place - 2 * reach), place)];
  const after = [...text.slice(place, Math.min(to, place + 2 * reach))];
  const isCutBefore = place - from > 2 * reach || before.length > reach;
  const isCutAfter = to - place > 2 * reach || after.length > reach;
  const left = `${isCutBefore ? "…" : ""}${visible(before.slice(-reach))}`;
  const right = `${visible(after.slice(0, reach))}${isCutAfter ? "…" : ""}`;
  const label = text.includes("\n") ? `${lineNumber(text, from)} | ` : "  ";
  return `${label}${left}${right}\n${" ".repeat(label.length + [...left].length)}^`;
}

// How many characters are shown on each side of the place.
const reach = 40;

// A tab, or what moves the cursor, is as wide as the space that stands for it.
const visible = (characters: readonly string[]): string =>
  characters.join("").replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, " ");

function lineNumber(text: string, from: number): number {
  let line = 1;
  for (let at = text.indexOf("\n"); at !== -1 && at < from; at = text.indexOf("\n", at + 1)) line++;
  return line;
}
