import type { Definitions } from "../expression/definition.ts";
import { FluxionError } from "../expression/error.ts";
import { describe, type Expr, type FunctionRow } from "../expression/expression.ts";
import { ownByName } from "../expression/own.ts";
import { readDefinitions } from "./definitions.ts";
import { readExpression } from "./expression.ts";
import { peek, type Reader, unexpected } from "./reader.ts";
import { type Piece, tokenise } from "./tokens.ts";

/** How a text is read. */
export interface ParseOptions {
  /** Functions of one's own, which are called by their names: `defineFunction` makes them. */
  readonly functions?: readonly FunctionRow[];
  /** The largest number of characters that is read; a million where it is not given. */
  readonly maxLength?: number;
}

/**
 * The expression that a formula means, built exactly as it is written. It means what it means to mathjs, where both read it
 * as real numbers. The differences, all on purpose:
 *
 * - A minus before a literal that no `^` or `!` follows is the sign of a negative constant; a plus before anything vanishes.
 * - `true` and `false` are 1 and 0. `Infinity` and `NaN` are refused: a constant is finite. `null` and `undefined` are names.
 * - `E`, `i`, `phi` and the other constants and units of mathjs are variables: only `pi` (or `PI`), `e` and `tau` are constants.
 * - A name may end in primes (`sigma'`), which transpose nothing, and any text in backticks is a name: `` `e` ``.
 * - The signs × and ÷ are no letters.
 * - `sum(j, …)`, `mean`, `maximum`, `minimum`, `logsumexp`, `delta` and `extent` take an index first and,
 *   where no parenthesis follows, are names like any other; `x[i]` reads an array, whose
 *   positions count from 0 and are sums of names, integers, integer multiples and readings of arrays. `x[i](y)` is a product.
 * - A function is called with parentheses: a bare `sin` and the call of a name that is no function are errors. `ln` is `log`.
 * - Behind a percent sign `and`, `or` and `mod` are operators, where mathjs looks for names; and a percent sign that ends its line
 *   is no remainder. What follows one is always read, where mathjs skips what it cannot read: `3%-` is an error.
 * - Between `?` and `:` may stand a conditional without parentheses, whose colon mathjs takes for a range.
 * - A number in base 2 or 8 has digits of its base only, and none has a size suffix.
 * - A text is one expression: no assignments, no lists of expressions (but see `parseDefinitions`), ranges, matrices, texts in
 *   quotes, objects, units, operators on bits, `xor`, `??` and `?.`. Carriage returns are spaces.
 *
 * Throws `syntax`, `unknown-function`, `arity`, `bad-index` or `not-finite` with the place in the text, `too-long`, and
 * `ambiguous-function` for functions of one name.
 */
export function parse(text: string, options: ParseOptions = {}): Expr {
  const reader = newReader([checkedText(text, options)], options);
  return readWhole(reader);
}

/**
 * The definitions of a text: lines `t1 = …` or `h[n,k] = …`, or the same between semicolons, each of which may read those before it
 * by their names. The last one may be a bare expression, and is named `result`; its axes are its free indices, in alphabetical
 * order. A line goes on after an operator and within parentheses; `#` begins a comment. Reads expressions as `parse` does, and
 * throws what it throws.
 */
export function parseDefinitions(text: string, options: ParseOptions = {}): Definitions {
  return readDefinitions(newReader([checkedText(text, options)], options));
}

/** The expression that the pieces of a template mean. */
export const parsePieces = (pieces: readonly Piece[], options: ParseOptions): Expr =>
  readWhole(newReader(pieces, options));

function readWhole(reader: Reader): Expr {
  const first = peek(reader);
  if (first.kind === "end")
    throw new FluxionError("syntax", "the text is empty, expected an expression", { start: 0, end: 0 });
  const expression = readExpression(reader);
  if (peek(reader).kind === "newline") reader.position++;
  const rest = peek(reader);
  if (rest.kind !== "end") throw unexpected(reader, rest, "one expression only", "parseDefinitions reads several");
  return expression;
}

function newReader(pieces: readonly Piece[], { functions = [] }: ParseOptions): Reader {
  if (!Array.isArray(functions)) {
    throw new FluxionError("bad-option", `functions is a list of functions, got ${describe(functions)}`);
  }
  for (const row of functions as readonly FunctionRow[]) {
    if (typeof row?.name !== "string" || typeof row.arity !== "number") {
      throw new FluxionError(
        "bad-option",
        `functions holds rows such as { name, arity, evaluate, derivatives }, got ${describe(row)}`,
      );
    }
  }
  const text = pieces.map(piece => (typeof piece === "string" ? piece : piece.shown)).join("");
  return { text, tokens: tokenise(pieces), functions: ownByName(functions), position: 0 };
}

function checkedText(text: string, { maxLength = 1_000_000 }: ParseOptions): string {
  if (typeof maxLength !== "number" || !(maxLength >= 0)) {
    throw new FluxionError("bad-option", `maxLength is a number of characters, got ${describe(maxLength)}`);
  }
  if (typeof text !== "string") throw new FluxionError("syntax", `parse reads a text, got ${describe(text)}`);
  if (text.length > maxLength) {
    throw new FluxionError(
      "too-long",
      `the text has ${text.length} characters, more than maxLength, which is ${maxLength}`,
    );
  }
  return text;
}
