import { type Definitions, isList } from "../expression/definition.ts";
import { asExpr, type Expr } from "../expression/expression.ts";
import { type LatexOptions, toLatex } from "../print/latex.ts";
import { toMatrixForm } from "../print/matrix.ts";
import * as print from "../print/text.ts";
import { parse, parseDefinitions } from "../syntax/parse.ts";
import {
  type Input,
  latexOf,
  type Option,
  type Output,
  parenthesesOf,
  textOf,
  UsageError,
  unlessTooLong,
} from "./command.ts";

/** What a command is given: one formula, or a list of definitions. */
export type Formula = Expr | Definitions;

/** The first operand: definitions where it has a sign of equality or a semicolon, else an expression. */
export function formulaOf({ operands }: Input): Formula {
  const [text] = operands;
  if (text === undefined) throw new UsageError("the expression is missing");
  return isListText(text) ? parseDefinitions(text) : asExpr(parse(text));
}

/** The switches of the commands that print formulas with indices. */
export const matrix: Option = { description: "print matrix notation: x^T a for sum(n, x[n,j] * a[n,k])" };

/** A result, printed as the switches ask; in LaTeX, adjoints as derivatives if `derivatives` says of what. */
export function shown(
  what: Formula,
  input: Input,
  derivatives: Pick<LatexOptions, "adjointsOf" | "adjoints"> = {},
): Output {
  const parentheses = parenthesesOf(input);
  const isLatex = input.switches.has("latex");
  if (input.switches.has("matrix")) {
    if (parentheses === "all") throw new UsageError("--all-parentheses is for text, not for --matrix");
    return { text: toMatrixForm(what, { language: isLatex ? "latex" : "text", ...derivatives }) };
  }
  if (!isList(what)) return isLatex ? latexOf(what) : textOf(what, { parentheses });
  return unlessTooLong(shared =>
    isLatex ? toLatex(what, { shared, ...derivatives }) : print.toString(what, { parentheses, shared }),
  );
}

// A sign of equality that is none of a comparison, outside of quoted names and comments.
const isListText = (text: string): boolean =>
  /;|(?<![<>=!])=(?!=)/.test(text.replaceAll(/`(?:[^\\`]|\\.)*`|#[^\n]*/gsu, " "));
