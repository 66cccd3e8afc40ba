import { FluxionError } from "../expression/error.ts";
import { asExpr, type Expr, excerpt, type Operand } from "../expression/expression.ts";
import { parsePieces } from "./parse.ts";
import type { Piece } from "./tokens.ts";

/**
 * The expression that a template literal means: `` math`4 * ${x} * y + exp(-y)` ``. What is put in, an expression or a number,
 * is one operand, as if in parentheses, wherever it stands. Throws what `parse` throws, and shows what was put in at its place.
 */
export function math(texts: TemplateStringsArray, ...operands: readonly Operand[]): Expr {
  const pieces: Piece[] = [];
  for (const [i, text] of texts.entries()) {
    // A template with an escape that JavaScript does not know has no text.
    if (text === undefined)
      throw new FluxionError("syntax", "a backslash in a template stands before a backtick or a backslash");
    pieces.push(text);
    if (i >= operands.length) break;
    const expression = asExpr(operands[i] as Operand);
    pieces.push({ operand: expression, shown: `\${${excerpt(expression)}}` });
  }
  return parsePieces(pieces);
}
