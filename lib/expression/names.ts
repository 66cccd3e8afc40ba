import { functions } from "./functions.ts";

/** True of a name that stands for a variable as it is; every other name stands for one in backticks. */
export const isPlainName = (name: string): boolean => wholeName.test(name) && !keywords.has(name) && !isReserved(name);

/** `name` as a text reads it back: as it is, or in backticks, where a backslash escapes a backtick or a backslash. */
export const quoteName = (name: string): string =>
  isPlainName(name) ? name : `\`${name.replaceAll(/[`\\]/g, "\\$&")}\``;

/** Operators and values that are written as words. */
export const operatorWords: ReadonlySet<string> = new Set(["and", "or", "not", "mod", "xor", "to", "in"]);
export const valueWords: ReadonlySet<string> = new Set(["true", "false", "Infinity", "NaN", "PI"]);

/** The words that take the name of an index where a function takes a value. */
export const indexWords: ReadonlySet<string> = new Set([
  "sum",
  "mean",
  "maximum",
  "minimum",
  "logsumexp",
  "delta",
  "extent",
]);

/** The words that are the names of nothing. */
export const keywords: ReadonlySet<string> = new Set([...operatorWords, ...valueWords, ...indexWords]);

/**
 * How a name is spelled without backticks, as the source of a regular expression with the flag `u`: letters, Latin or
 * Greek, `_`, `$`, and the letter-like and the mathematical symbols; then digits too; then primes. The signs of
 * multiplication and division lie among the Latin letters and are none.
 */
export const namePattern: string = (() => {
  const letter =
    "[A-Za-z_$\\u00c0-\\u00d6\\u00d8-\\u00f6\\u00f8-\\u02af\\u0370-\\u03ff\\u2100-\\u214f]|(?!\\p{Cn})[\\u{1d400}-\\u{1d7ff}]";
  return `(?:${letter})(?:[0-9]|${letter})*'*`;
})();

const wholeName = new RegExp(`^(?:${namePattern})$`, "u");

// Operators have names too, such as `add`, but those mean the operator only where a parenthesis follows.
function isReserved(name: string): boolean {
  const row = functions.get(name);
  return row !== undefined && row.operator === undefined;
}
