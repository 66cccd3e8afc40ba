import { FluxionError } from "../expression/error.ts";
import { asExpr, describe, type Expr, variable } from "../expression/expression.ts";
import { adjointsIn, definitionsOf, type Printable } from "./definitions.ts";
import { partialOf, partialsIn } from "./latex.ts";
import { reading } from "./latex-algebra.ts";
import type { Layout } from "./latex-layout.ts";
import { spellingsOf } from "./latex-names.ts";
import { aligned } from "./latex-rows.ts";
import { type MatrixForm, transpose } from "./matrix/form.ts";
import { matrixLatex } from "./matrix/latex.ts";
import { readMatrixForm } from "./matrix/read.ts";
import { matrixText } from "./matrix/text.ts";
import { lengthLimit, rope, separated, writeRope } from "./rope.ts";
import { equations, spelling } from "./text-algebra.ts";

/** How matrix algebra is written. */
export interface MatrixOptions {
  readonly language?: "text" | "latex";
  /** Of an expression: the index of the rows and that of the columns. */
  readonly axes?: readonly string[];
  /**
   * How the derivative of a scalar lies. `"shape"`, which is the default: as what it is taken by, so that the derivative by a
   * column is a column (others call this the denominator layout). `"numerator"`: transposed, so that it is a row.
   *
   * An expression, or a single definition, is taken to be such a derivative. In a list it is each definition that is the
   * adjoint of something: `dW` of `W`, as `gradient` names them, or as `adjoints` says; where another line reads it, its
   * name stands for the transposed matrix there too.
   */
  readonly gradientLayout?: "shape" | "numerator";
  /** Which definitions of a list are adjoints, and of what: `{ dW: "W" }`. By their names unless said. */
  readonly adjoints?: Readonly<Record<string, string>>;
  /** In LaTeX, the name of what is differentiated: the adjoints of a list are then written as its derivatives. */
  readonly adjointsOf?: string;
  /** The largest number of characters; a million where it is not given. */
  readonly maxLength?: number;
}

/**
 * An indexed formula in the notation of matrix algebra: `sum(j, sum(k, A[i,j] * X[j,k] * B[k,l]))` is `A X B`. An array of one
 * axis is a column, one of two a matrix with the first as its rows. The axes of a definition, or those given for an
 * expression, are rows and columns of the result; else they are as the formula first has them.
 *
 * `A^T` is the transpose, `A B` the product of matrices, `∘` and `⊘` multiply and divide element by element, `^∘` raises
 * each element to a power. `1` in a product is the column of ones, `I` the identity, `diag(v)` the matrix with `v` on its
 * diagonal, `diag(A)` the diagonal of a matrix as a column, `tr` the trace and `‖A‖²` the sum of the squares of all elements.
 * A function is applied to each element, and a scalar that is added is added to each. `max(x)` and `logsumexp(x)` are those of
 * the elements of a column, `max_rows(A)` and `logsumexp_rows(A)` those of each row of a matrix, as a column.
 *
 * Throws `unsupported`, naming the part, for what has no such form: more than two free indices, gathers and windows, an
 * index that more than two matrices share; `bad-index` for axes that leave a free index out.
 */
export function toMatrixForm(what: Printable, options: MatrixOptions = {}): string {
  const { language, limit } = checked(options);
  const rows = formsOf(what, options);
  if (language === "text") {
    const spell = spelling(...rows.map(({ root }) => root));
    const lines = equations(
      rows.map(({ name, form }) => ({
        left: name === undefined ? undefined : rope([spell(name)]),
        right: matrixText(form, spell),
      })),
    );
    return writeRope(rope(separated(lines, "\n")), limit, "");
  }
  const partials = partialsIn(definitionsOf(what) ?? [], options);
  const names = rows.flatMap(({ name }) => (name === undefined ? [] : [name])).concat(...partials.by.values());
  const spell = spellingsOf(
    [...rows.map(({ root }) => root), ...names.map(name => variable(name))],
    partials.of === undefined ? [] : [partials.of],
  );
  const named = (name: string): Layout => {
    const by = partials.by.get(name);
    return by === undefined ? reading(spell.name(name), []) : partialOf(partials, reading(spell.name(by), []), spell);
  };
  const lines = rows.map(({ name, form }) => ({
    ...(name !== undefined && { left: named(name).text }),
    right: matrixLatex(form, spell, named),
  }));
  return writeRope(aligned(lines), limit, "");
}

/** A formula of matrix algebra, with the name that is given to it. */
export interface NamedForm {
  readonly name: string | undefined;
  readonly form: MatrixForm;
  /** What it was made of. */
  readonly root: Expr;
}

/** What `toMatrixForm` writes, as a structure. */
export function formsOf(
  what: Printable,
  { axes, gradientLayout = "shape", adjoints }: MatrixOptions,
): readonly NamedForm[] {
  const definitions = definitionsOf(what);
  if (definitions === undefined) {
    const root = asExpr(what as Expr);
    checkAxes(axes, root);
    const form = readMatrixForm(root, { axes });
    return [{ name: undefined, form: gradientLayout === "numerator" ? transpose(form) : form, root }];
  }
  if (axes !== undefined)
    throw new FluxionError("bad-option", "a definition has axes of its own: axes is for an expression");
  const turned =
    gradientLayout === "shape"
      ? new Set<string>()
      : Array.isArray(what)
        ? new Set(adjointsIn(definitions, adjoints).keys())
        : new Set(definitions.map(({ name }) => name));
  return definitions.map(({ name, axes, expression }) => {
    const form = readMatrixForm(expression, { axes, turned });
    return { name, form: turned.has(name) ? transpose(form) : form, root: expression };
  });
}

function checkAxes(axes: readonly string[] | undefined, root: Expr): void {
  if (axes === undefined) return;
  const missing = root.freeIndices.filter(index => !axes.includes(index));
  if (missing.length === 0 && new Set(axes).size === axes.length) return;
  throw new FluxionError(
    "bad-index",
    missing.length === 0
      ? `each axis is one index, got [${axes}]`
      : `the axes [${axes}] leave out ${missing.join(", ")}`,
  );
}

function checked({ language = "text", gradientLayout = "shape", maxLength = 1_000_000 }: MatrixOptions): {
  readonly language: "text" | "latex";
  readonly limit: number;
} {
  if (language !== "text" && language !== "latex") {
    throw new FluxionError("bad-option", `language is "text" or "latex", got ${describe(language)}`);
  }
  if (gradientLayout !== "shape" && gradientLayout !== "numerator") {
    throw new FluxionError("bad-option", `gradientLayout is "shape" or "numerator", got ${describe(gradientLayout)}`);
  }
  return { language, limit: lengthLimit(maxLength) };
}
