import { functions } from "./functions.ts";

/** True of a name that stands for a variable as it is; every other name stands for one in backticks. */
export const isPlainName = (name: string): boolean =>
  name !== "" && endOfName(name, 0) === name.length && !keywords.has(name) && !namesRow(name);

/** `name` in backticks, where a backslash escapes a backtick or a backslash. Any text is a name there. */
export const quoteName = (name: string): string => `\`${name.replaceAll(/[`\\]/g, "\\$&")}\``;

/** `name` as a variable or an index of that name is written: as it is where it is plain, else in backticks. */
export const writtenName = (name: string): string => (isPlainName(name) ? name : quoteName(name));

/** Operators that are written as words; `xor`, `to` and `in` are none of ours, and reserved. */
export const operatorWords: ReadonlySet<string> = new Set(["and", "or", "not", "mod", "xor", "to", "in"]);

/** Values that are written as words and are no rows of the table. */
export const valueWords: ReadonlySet<string> = new Set(["true", "false", "Infinity", "NaN", "PI"]);

/** The words that, before a parenthesis, take indices where a function takes values; elsewhere each is a name like any other. */
export const indexWords: ReadonlySet<string> = new Set([
  "sum",
  "mean",
  "maximum",
  "minimum",
  "logsumexp",
  "delta",
  "extent",
]);

/** Other names of rows. */
export const aliases: ReadonlyMap<string, string> = new Map([["ln", "log"]]);

/** The words that are no names of rows and, without backticks, of no variables. */
export const keywords: ReadonlySet<string> = new Set([...operatorWords, ...valueWords]);

/**
 * Where the name that begins at `start` of `text` ends; `start` itself if none does. A name is a letter, then letters and
 * digits, then primes. Letters are `_`, `$`, Latin and Greek ones, the letter-like symbols and the mathematical alphabets;
 * the signs of multiplication and division, which lie among the Latin letters, are none.
 */
export function endOfName(text: string, start: number): number {
  let end = start;
  for (let length = letterLength(text, end); length > 0; length = letterLength(text, end)) {
    end += length;
    while (isDigit(text.charCodeAt(end))) end++;
  }
  if (end > start) while (text.charAt(end) === "'") end++;
  return end;
}

/** True of the code of a decimal digit. */
export const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39;

// A loop over letters, because a regular expression that repeats a choice overflows on a name of some megabytes.
function letterLength(text: string, at: number): number {
  const code = text.codePointAt(at);
  if (code === undefined) return 0;
  if (code < 0x80) return isLatin(code) || code === 0x5f || code === 0x24 ? 1 : 0;
  const character = String.fromCodePoint(code);
  return otherLetter.test(character) ? character.length : 0;
}

// With bit 5 set, an upper-case letter is its lower-case one.
const isLatin = (code: number): boolean => (code | 0x20) >= 0x61 && (code | 0x20) <= 0x7a;

const otherLetter =
  /[\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02af\u0370-\u03ff\u2100-\u214f]|(?!\p{Cn})[\u{1d400}-\u{1d7ff}]/u;

// Operators have names too, such as `add`, but those mean the operator only where a parenthesis follows.
function namesRow(name: string): boolean {
  const row = functions.get(aliases.get(name) ?? name);
  return row !== undefined && row.operator === undefined;
}
