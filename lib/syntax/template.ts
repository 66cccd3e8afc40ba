import { FluxionError } from "../expression/error.ts";
import { asExpr, call, type Expr, excerpt, type FunctionRow, type Operand } from "../expression/expression.ts";
import { quoteName } from "../expression/names.ts";
import { parsePieces } from "./parse.ts";
import type { Piece } from "./tokens.ts";

/**
 * The expression that a template literal means: `` math`4 * ${x} * y + exp(-y)` ``. What is put in, an expression or a number,
 * is one operand, as if in parentheses, wherever it stands; a function of one's own is called: `` math`${cube}(x + 1)` ``.
 * Throws what `parse` throws, and shows what was put in at its place.
 */
export function math(texts: TemplateStringsArray, ...operands: readonly (Operand | FunctionRow)[]): Expr {
  const pieces: Piece[] = [];
  const functions = new Set<FunctionRow>();
  for (const [i, text] of texts.entries()) {
    // A template with an escape that JavaScript does not know has no text.
    if (text === undefined)
      throw new FluxionError("syntax", "a backslash in a template stands before a backtick or a backslash");
    pieces.push(text);
    if (i >= operands.length) break;
    const operand = operands[i] as Operand | FunctionRow;
    if (isRow(operand) && /^\s*\(/.test(texts[i + 1] ?? "")) {
      functions.add(operand);
      // In backticks no name runs into the text beside it.
      pieces.push(quoteName(operand.name));
    } else {
      const expression = asExpr(isRow(operand) ? withoutArguments(operand) : operand);
      pieces.push({ operand: expression, shown: `\${${excerpt(expression)}}` });
    }
  }
  return parsePieces(pieces, { functions: [...functions] });
}

const isRow = (value: Operand | FunctionRow): value is FunctionRow => typeof value === "function";

function withoutArguments(row: FunctionRow): Expr {
  if (row.arity === 0) return call(row, []);
  throw new FluxionError("syntax", `${row.name} is a function; write \${${row.name}}(…)`);
}
