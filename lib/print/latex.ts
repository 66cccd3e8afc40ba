import type { Definition } from "../expression/definition.ts";
import { FluxionError } from "../expression/error.ts";
import { asExpr, type Expr, isExpr, type Operand, rebuild, type Variable, variable } from "../expression/expression.ts";
import { fold } from "../expression/fold.ts";
import { freshen, readingOf, rebuilding } from "../expression/indices.ts";
import { latexAlgebra, reading } from "./latex-algebra.ts";
import { above, binding, type Layout, operand, unsigned } from "./latex-layout.ts";
import { type Spellings, spellingsOf } from "./latex-names.ts";
import { aligned, type Row } from "./latex-rows.ts";
import { lengthLimit, type Rope, rope, writeRope } from "./rope.ts";
import { foldShared } from "./shared.ts";

/** How a formula is printed as LaTeX. */
export interface LatexOptions {
  /** Prints an equation, whose left side says which derivative the expression is. */
  readonly derivative?: DerivativeName;
  /** Prints what is used more than once as lines `t_{1} = …` of their own; the last line is the expression itself. */
  readonly shared?: boolean;
  /** The largest number of characters: a million where it is not given, a hundred million with `shared`. */
  readonly maxLength?: number;
}

/** Which derivative an expression is, for the left side of an equation. */
export interface DerivativeName {
  /** What was differentiated: an expression, or the name that it goes by. */
  readonly of: Operand | string;
  /** A name, or the reading of an array such as `"W[j,k]"`. */
  readonly by: string | Variable;
  /** 1 where it is not given. */
  readonly order?: number;
}

/**
 * The formula as LaTeX, for math mode with amsmath. A definition is an equation, a list of them an `aligned` block. What
 * is printed has one reading: formulas that differ in more than names for the same thing (`exp(x)` and `e^x`) are
 * printed differently. Throws `too-long` above `maxLength` characters, before any of them is written, and `bad-option`
 * for `derivative` or `shared` with definitions.
 */
export function toLatex(
  e: Operand | Definition | readonly Definition[],
  { derivative, shared = false, maxLength = shared ? 100_000_000 : 1_000_000 }: LatexOptions = {},
): string {
  const limit = lengthLimit(maxLength);
  if (isFormula(e)) {
    const rows = formulaRows(asExpr(e), derivative, shared);
    return writeRope(
      aligned(rows),
      limit,
      shared ? "" : "; with shared: true, what is used more than once is printed once",
    );
  }
  if (derivative !== undefined || shared) {
    throw new FluxionError(
      "bad-option",
      "derivative and shared are options for one expression; definitions have names on the left, and share by them",
    );
  }
  return writeRope(aligned(definitionRows(isDefinition(e) ? [e] : e)), limit, "");
}

function formulaRows(e: Expr, derivative: DerivativeName | undefined, shared: boolean): readonly Row[] {
  const root = legible(e, e.freeIndices);
  const name = derivative === undefined ? undefined : namedIn(derivative);
  const spell = spellingsOf(name === undefined ? [root] : [root, name.of, name.by], []);
  const algebra = latexAlgebra(spell);
  const left = name === undefined ? {} : { left: derivativeOf(fold(name.of, algebra), name, fold(name.by, algebra)) };
  if (!shared) return [{ ...left, right: fold(root, algebra) }];
  const { parts, result } = foldShared(root, algebra, (part, axes) => readingOfPart(spell, part, axes));
  return [
    ...parts.map(part => ({ left: readingOfPart(spell, part.name, part.axes).text, right: part.result })),
    { ...left, right: result },
  ];
}

function definitionRows(definitions: readonly Definition[]): readonly Row[] {
  const roots = definitions.map(({ expression, axes }) => legible(asExpr(expression), axes));
  // As variables, so that an array and a scalar are told apart in the definitions too.
  const names = definitions.map(({ name, axes }) => variable(name, ...axes));
  const algebra = latexAlgebra(spellingsOf([...roots, ...names], []));
  const memo = new Map<Expr, Layout>();
  return roots.map((root, i) => ({
    left: fold(names[i] ?? root, algebra, memo).text,
    right: fold(root, algebra, memo),
  }));
}

interface NamedDerivative {
  readonly of: Expr;
  readonly by: Expr;
  readonly order: number;
}

function namedIn({ of, by, order = 1 }: DerivativeName): NamedDerivative {
  if (!Number.isSafeInteger(order) || order < 1) {
    throw new FluxionError(
      "bad-option",
      `the order of a derivative is a natural number from 1 on, got ${String(order)}`,
    );
  }
  const { name, axes = [] } = typeof by === "string" ? readingOf(by) : { name: "" };
  return {
    of: typeof of === "string" ? variable(of) : legible(asExpr(of), asExpr(of).freeIndices),
    by: typeof by === "string" ? variable(name, ...axes) : asExpr(by),
    order,
  };
}

// ∂L/∂x for what has a name, ∂/∂x before a formula.
function derivativeOf(of: Layout, { of: { kind }, order }: NamedDerivative, by: Layout): Rope {
  const power = order === 1 ? "" : `^{${order}}`;
  const bottom = rope([`{\\partial `, by.text, power, "}"]);
  if (kind === "variable") return rope([`\\frac{\\partial${power} `, of.text, "}", bottom]);
  return rope([`\\frac{\\partial${power}}`, bottom, " ", unsigned(operand(of, above(binding.multiplicative))).text]);
}

const readingOfPart = (spell: Spellings, name: string, axes: readonly string[]): Layout =>
  reading(
    spell.name(name),
    axes.map(axis => reading(spell.name(axis), []).text),
  );

// Rows that are names for a formula are written as that formula; what is shared stays so. A sum whose index is also one
// of the whole formula has it primed: a mathematician does not reuse the letter.
const legible = (root: Expr, axes: readonly string[]): Expr =>
  fold(freshen(root, new Set(axes)), {
    ...rebuilding,
    call(node, args) {
      const { latex } = node.fn;
      return typeof latex === "object" && "as" in latex ? latex.as(...args) : rebuild(node, args);
    },
  });

const isFormula = (e: Operand | Definition | readonly Definition[]): e is Operand =>
  isExpr(e) || typeof e !== "object" || e === null || !(Array.isArray(e) || "expression" in e);

const isDefinition = (e: Definition | readonly Definition[]): e is Definition => !Array.isArray(e);
