import type { Definitions } from "../expression/definition.ts";
import { FluxionError } from "../expression/error.ts";
import { asExpr, type Expr, type Operand, rebuild, type Variable, variable } from "../expression/expression.ts";
import { type Algebra, fold } from "../expression/fold.ts";
import { freshen, readingOf, rebuilding } from "../expression/indices.ts";
import { adjointsIn, definitionsOf, type Printable } from "./definitions.ts";
import { latexAlgebra } from "./latex-algebra.ts";
import { above, binding, type Layout, laidOut, operand, unsigned } from "./latex-layout.ts";
import { type Spellings, spellingsOf, textOf } from "./latex-names.ts";
import { aligned, type Row } from "./latex-rows.ts";
import { lengthLimit, type Rope, rope, writeRope } from "./rope.ts";
import { foldShared, sharedAmong } from "./shared.ts";

/** How a formula is printed as LaTeX. */
export interface LatexOptions {
  /** Prints an equation, whose left side says which derivative the expression is. */
  readonly derivative?: DerivativeName;
  /**
   * In a list of definitions, the name of what is differentiated: `"L"`. The adjoints in it, `dW` of `W` as `gradient` names
   * them, are then written as derivatives of that, wherever they stand.
   */
  readonly adjointsOf?: string;
  /** Which definitions of a list are adjoints, and of what: `{ dW: "W" }`. By their names unless said. */
  readonly adjoints?: Readonly<Record<string, string>>;
  /** Prints what is used more than once as lines `t_{1} = …` of their own. */
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
 * for `derivative` with definitions, which have names on the left, and for `adjointsOf` with an expression.
 */
export function toLatex(what: Printable, options: LatexOptions = {}): string {
  const { derivative, adjointsOf, shared = false, maxLength = shared ? 100_000_000 : 1_000_000 } = options;
  const limit = lengthLimit(maxLength);
  const definitions = definitionsOf(what);
  if (definitions === undefined ? adjointsOf !== undefined : derivative !== undefined) {
    throw new FluxionError(
      "bad-option",
      "derivative is an option for one expression, adjointsOf one for definitions, which have names on the left",
    );
  }
  const rows =
    definitions === undefined
      ? formulaRows(asExpr(what as Expr), derivative, shared)
      : definitionRows(shared ? sharedAmong(definitions) : definitions, partialsIn(definitions, options));
  return writeRope(
    aligned(rows),
    limit,
    shared ? "" : "; with shared: true, what is used more than once is printed once",
  );
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

function definitionRows(definitions: Definitions, partials: Partials): readonly Row[] {
  const roots = definitions.map(({ expression, axes }) => legible(asExpr(expression), axes));
  // As variables, so that an array and a scalar are told apart in the definitions too.
  const names = definitions.map(({ name, axes }) => variable(name, ...axes));
  const others = [...partials.by].map(([name, by]) =>
    variable(by, ...(names.find(each => each.name === name)?.indices ?? [])),
  );
  const spell = spellingsOf([...roots, ...names, ...others], partials.of === undefined ? [] : [partials.of]);
  const algebra = withPartials(latexAlgebra(spell), spell, partials);
  const memo = new Map<Expr, Layout>();
  return roots.map((root, i) => ({
    left: fold(names[i] ?? root, algebra, memo).text,
    right: fold(root, algebra, memo),
  }));
}

/** The adjoints that are written as derivatives, by name: what they are taken by, and of. */
export interface Partials {
  readonly of: string | undefined;
  readonly by: ReadonlyMap<string, string>;
}

/** Those that the options ask for. */
export const partialsIn = (
  definitions: Definitions,
  { adjointsOf, adjoints }: Pick<LatexOptions, "adjointsOf" | "adjoints">,
): Partials => ({
  of: adjointsOf,
  by: adjointsOf === undefined ? new Map() : adjointsIn(definitions, adjoints),
});

const withPartials = (algebra: Algebra<Layout>, spell: Spellings, partials: Partials): Algebra<Layout> => ({
  ...algebra,
  variable(node, gathers) {
    const by = partials.by.get(node.name);
    if (by === undefined) return algebra.variable(node, gathers);
    return partialOf(partials, algebra.variable(variable(by, ...node.indices), gathers), spell);
  },
});

/** The derivative of what the adjoints are taken of. */
export const partialOf = ({ of = "" }: Partials, by: Layout, spell: Spellings): Layout =>
  laidOut(["\\frac{\\partial ", textOf(spell.name(of)), "}{\\partial ", by.text, "}"], {
    precedence: binding.fraction,
    isTall: true,
  });

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
  fold(variable(name, ...axes), latexAlgebra(spell));

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
