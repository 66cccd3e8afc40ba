import type { Call, Expr, Index, Operator } from "../expression/expression.ts";
import { type Algebra, settled, topologicalOrder } from "../expression/fold.ts";
import { functions, neg } from "../expression/functions.ts";
import { quoteName, writtenName } from "../expression/names.ts";
import { einsumOf } from "./einsum.ts";
import { type Rope, rope, separated } from "./rope.ts";

/** A text in parts that knows how tightly it holds together. */
export interface Text extends Rope {
  /** The outermost operator, if no parentheses enclose it. */
  readonly operator: Operator | undefined;
}

// What is written `-x`. A negative constant is written, and must be read, like it.
const minus = neg.operator;

/** How a formula is to be written. */
export interface TextStyle {
  readonly parentheses: "minimal" | "all";
  /** Whether sums of products of arrays are written so. */
  readonly einsum: boolean;
}

/** What each shape is as text, its variables written as `spell` says. */
export const textAlgebra = ({ parentheses, einsum }: TextStyle, spell: Spelling): Algebra<Text> => ({
  constant: ({ value }) => joined([String(value)], value < 0 ? minus : undefined),
  variable: ({ name, indices }, gathers) =>
    joined([spell(name), ...(indices.length === 0 ? [] : ["[", ...separated(indexTexts(indices, gathers), ","), "]"])]),
  call(node, args) {
    const { name, notation, operator } = node.fn;
    if (operator === undefined) {
      const written = notation ?? functionName(name);
      return args.length === 0 ? joined([written]) : joined([`${written}(`, ...separated(args, ", "), ")"]);
    }
    const parts = operation(node, operator, args);
    return parentheses === "all" ? joined(["(", ...parts, ")"]) : joined(parts, operator);
  },
  reduction: ({ operation, index }, body) => joined([operation, "(", writtenName(index), ", ", body, ")"]),
  delta: ({ indices }, gathers) => joined(["delta(", ...separated(indexTexts(indices, gathers), ", "), ")"]),
  extent: ({ index }) => joined(["extent(", writtenName(index), ")"]),
  ...(einsum && {
    demand(node) {
      const found = node.kind === "reduction" && node.operation === "sum" ? einsumOf(node) : undefined;
      if (found === undefined) return undefined;
      return settled(joined([`einsum("${found.subscripts}", `, ...separated(found.names.map(spell), ", "), ")"]));
    },
  }),
});

function operation(node: Call, operator: Operator, args: readonly Text[]): readonly (string | Text)[] {
  const { symbol, position } = operator;
  const operands = args.map((text, i) =>
    needsParentheses(node, operator, text.operator, i) ? joined(["(", text, ")"]) : text,
  );
  switch (position) {
    case "prefix":
      return [isWord(symbol) ? `${symbol} ` : symbol, ...operands];
    case "postfix":
      return [...operands, isWord(symbol) ? ` ${symbol}` : symbol];
    case "infix":
      return separated(operands, isTight(operator) ? symbol : ` ${symbol} `);
    case "ternary": {
      const [condition = "", chosen = "", other = ""] = operands;
      return [condition, ` ${symbol} `, chosen, " : ", other];
    }
  }
}

/** Whether the operand at `i` of `node`, whose outermost operator is `inner`, would be read otherwise without them. */
function needsParentheses(node: Call, outer: Operator, inner: Operator | undefined, i: number): boolean {
  // A minus before a number is the number's own sign.
  if (inner === undefined) return outer === minus && node.args[i]?.kind === "constant";
  switch (outer.position) {
    case "prefix":
    case "postfix":
      return inner.precedence < outer.precedence;
    case "infix":
      // `2^-x`: on the right of what associates to the right, a sign can belong to nothing else.
      if (i === 1 && inner.position === "prefix" && outer.associative === "right") return false;
      return inner.precedence === outer.precedence
        ? outer.associative !== (i === 0 ? "left" : "right")
        : inner.precedence < outer.precedence;
    case "ternary":
      // In the middle they would not be needed, but mathjs refuses `a ? b ? c : d : e` without them, and people misread it.
      return i < 2 ? inner.precedence <= outer.precedence : inner.precedence < outer.precedence;
  }
}

const isWord = (symbol: string): boolean => /^[\p{L}_]/u.test(symbol);

// What binds tighter than a sign stands without spaces: x^2.
const isTight = ({ symbol, precedence }: Operator): boolean =>
  minus !== undefined && precedence > minus.precedence && !isWord(symbol);

function indexTexts(indices: readonly Index[], gathers: readonly Text[]): readonly Text[] {
  let next = 0;
  return indices.map(({ offset, terms }) => {
    const signed = terms.map(({ coefficient, of }) => {
      const name = typeof of === "string" ? writtenName(of) : (gathers[next++] ?? "");
      const size = Math.abs(coefficient);
      return { isNegative: coefficient < 0, parts: size === 1 ? [name] : [`${size}*`, name] };
    });
    if (offset !== 0 || terms.length === 0) signed.push({ isNegative: offset < 0, parts: [String(Math.abs(offset))] });
    // `1-i` rather than `-i+1`.
    const ordered = [...signed.filter(term => !term.isNegative), ...signed.filter(term => term.isNegative)];
    return joined(ordered.flatMap(({ isNegative, parts }, i) => [isNegative ? "-" : i > 0 ? "+" : "", ...parts]));
  });
}

/** How the name of a variable is written. */
export type Spelling = (name: string) => string;

const functionName: Spelling = name => (functions.has(name) ? name : writtenName(name));

/** The spelling of variables in `roots`: one that is called like a function of the user's own needs backticks too. */
export function spelling(...roots: readonly Expr[]): Spelling {
  const called = new Set<string>();
  for (const node of topologicalOrder(...roots)) {
    if (node.kind === "call" && node.fn.operator === undefined) called.add(node.fn.name);
  }
  return name => (called.has(name) ? quoteName(name) : writtenName(name));
}

/** The parts as one text, and the outermost operator of it. */
export const joined = (parts: readonly (string | Rope)[], operator?: Operator): Text => ({ ...rope(parts), operator });

/** A name and, in brackets, its axes. */
export const readingText = (spell: Spelling, name: string, axes: readonly string[]): Text =>
  joined([axes.length === 0 ? spell(name) : `${spell(name)}[${axes.map(writtenName).join(",")}]`]);

/** A line of text: a formula, and what stands on the left of its equals sign. */
export interface Equation {
  readonly left: Rope | undefined;
  readonly right: Rope;
}

/** The lines, with the equals signs below each other. */
export function equations(lines: readonly Equation[]): readonly Rope[] {
  // Names beyond this width would push all others far to the right.
  const width = Math.max(0, ...lines.map(({ left }) => left?.length ?? 0).filter(length => length <= widest));
  return lines.map(({ left, right }) =>
    left === undefined ? right : rope([left, " ".repeat(Math.max(0, width - left.length)), " = ", right]),
  );
}

const widest = 24;
