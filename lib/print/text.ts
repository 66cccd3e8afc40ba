import type { Definitions } from "../expression/definition.ts";
import { FluxionError } from "../expression/error.ts";
import { asExpr, type Expr, showWith } from "../expression/expression.ts";
import { fold } from "../expression/fold.ts";
import { definitionsOf, type Printable } from "./definitions.ts";
import { beginningOf, lengthLimit, type Rope, readable, rope, separated, writeRope } from "./rope.ts";
import { foldShared, sharedAmong } from "./shared.ts";
import { equations, joined, readingText, spelling, type Text, type TextStyle, textAlgebra } from "./text-algebra.ts";

/** How a formula is printed. */
export interface TextOptions {
  /** Those that the text needs to be read back as the same expression, or one pair around every operation. */
  readonly parentheses?: "minimal" | "all";
  /**
   * Prints a sum of products of arrays as one: `einsum("nj,jk->nk", x, W)`. It is read back as a sum of the same products, over
   * indices of one letter each, the sums nested as their letters come.
   */
  readonly einsum?: boolean;
  /** Prints what is used more than once as lines `t1 = …` of their own; the last line is the expression itself. */
  readonly shared?: boolean;
  /**
   * The largest number of characters; a million where it is not given, and a hundred million with `shared`, whose text
   * grows with the number of distinct nodes only.
   */
  readonly maxLength?: number;
}

/**
 * The formula as text that reads back as the same expression; with `shared`, as a list of definitions and a last line
 * that reads them. Definitions are a line each, which `parseDefinitions` reads back as the same list. Throws `too-long` above
 * `maxLength` characters, before any of them is written.
 */
// biome-ignore lint/suspicious/noShadowRestrictedNames: the method of expressions is called so, and this is it.
export function toString(what: Printable, options: TextOptions = {}): string {
  const { shared, maxLength, ...style } = checked(options);
  const definitions = definitionsOf(what);
  const lines =
    definitions !== undefined
      ? definitionLines(shared ? sharedAmong(definitions) : definitions, style)
      : shared
        ? sharedLines(asExpr(what as Expr), style)
        : [layout(asExpr(what as Expr), style)];
  const advice = shared ? "" : "; with shared: true, what is used more than once is printed once";
  return writeRope(rope(separated(lines, "\n")), maxLength, advice);
}

const layout = (root: Expr, style: TextStyle): Text => fold(root, textAlgebra(style, spelling(root)));

function definitionLines(definitions: Definitions, style: TextStyle): readonly Rope[] {
  const spell = spelling(...definitions.map(({ expression }) => expression));
  const algebra = textAlgebra(style, spell);
  const memo = new Map<Expr, Text>();
  return equations(
    definitions.map(({ name, axes, expression }) => ({
      left: readingText(spell, name, axes),
      right: fold(expression, algebra, memo),
    })),
  );
}

function sharedLines(root: Expr, style: TextStyle): readonly Text[] {
  // The names of shared parts are plain, and are those of no function.
  const read = (name: string, axes: readonly string[]): Text => readingText(same => same, name, axes);
  const { parts, result } = foldShared(root, textAlgebra(style, spelling(root)), read);
  return [...parts.map(({ name, axes, result }) => joined([read(name, axes), " = ", result])), result];
}

function checked(options: TextOptions): Required<TextOptions> {
  const {
    parentheses = "minimal",
    einsum = false,
    shared = false,
    maxLength = shared ? 100_000_000 : 1_000_000,
  } = options;
  if (parentheses !== "minimal" && parentheses !== "all") {
    throw new FluxionError("bad-option", `parentheses is "minimal" or "all", got ${JSON.stringify(parentheses)}`);
  }
  return { parentheses, einsum, shared, maxLength: lengthLimit(maxLength) };
}

showWith({
  text: root => toString(root),
  excerpt(root, maxLength) {
    const text = layout(root, { parentheses: "minimal", einsum: false });
    if (text.length <= maxLength) return beginningOf(text, text.length);
    return `${beginningOf(text, Math.min(maxLength, 1000))}… (${readable(text.length)} characters)`;
  },
});
