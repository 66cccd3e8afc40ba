import { FluxionError } from "../expression/error.ts";
import {
  asExpr,
  type Call,
  type Expr,
  type Index,
  type Operand,
  type Operator,
  showWith,
} from "../expression/expression.ts";
import { type Algebra, fold, topologicalOrder } from "../expression/fold.ts";
import { functions, neg } from "../expression/functions.ts";
import { quoteName, writtenName } from "../expression/names.ts";
import { beginningOf, lengthLimit, type Rope, readable, rope, separated, writeRope } from "./rope.ts";
import { foldShared } from "./shared.ts";

/** How a formula is printed. */
export interface TextOptions {
  /** Those that the text needs to be read back as the same expression, or one pair around every operation. */
  readonly parentheses?: "minimal" | "all";
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
 * that reads them. Throws `too-long` above `maxLength` characters, before any of them is written.
 */
// biome-ignore lint/suspicious/noShadowRestrictedNames: the method of expressions is called so, and this is it.
export function toString(e: Operand, options: TextOptions = {}): string {
  const { parentheses, shared, maxLength } = checked(options);
  const lines = shared ? sharedLines(asExpr(e), parentheses) : [layout(asExpr(e), parentheses)];
  const advice = shared ? "" : "; with shared: true, what is used more than once is printed once";
  return writeRope(rope(separated(lines, "\n")), maxLength, advice);
}

/** A text in parts that knows how tightly it holds together. */
interface Text extends Rope {
  /** The outermost operator, if no parentheses enclose it. */
  readonly operator: Operator | undefined;
}

// What is written `-x`. A negative constant is written, and must be read, like it.
const minus = neg.operator;

const layout = (root: Expr, parentheses: "minimal" | "all"): Text =>
  fold(root, textAlgebra(parentheses, spelling(root)));

const textAlgebra = (parentheses: "minimal" | "all", spell: Spelling): Algebra<Text> => ({
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

type Spelling = (name: string) => string;

const functionName: Spelling = name => (functions.has(name) ? name : writtenName(name));

// The spelling of variables: one that is called like a function of the user's own needs backticks too.
function spelling(root: Expr): Spelling {
  const called = new Set<string>();
  for (const node of topologicalOrder(root)) {
    if (node.kind === "call" && node.fn.operator === undefined) called.add(node.fn.name);
  }
  return name => (called.has(name) ? quoteName(name) : writtenName(name));
}

function sharedLines(root: Expr, parentheses: "minimal" | "all"): readonly Text[] {
  // The names of shared parts are plain, and are those of no function.
  const read = (name: string, axes: readonly string[]): Text =>
    joined([axes.length === 0 ? name : `${name}[${axes.map(writtenName).join(",")}]`]);
  const { parts, result } = foldShared(root, textAlgebra(parentheses, spelling(root)), read);
  return [...parts.map(({ name, axes, result }) => joined([read(name, axes), " = ", result])), result];
}

const joined = (parts: readonly (string | Rope)[], operator?: Operator): Text => ({ ...rope(parts), operator });

function checked(options: TextOptions): Required<TextOptions> {
  const { parentheses = "minimal", shared = false, maxLength = shared ? 100_000_000 : 1_000_000 } = options;
  if (parentheses !== "minimal" && parentheses !== "all") {
    throw new FluxionError("bad-option", `parentheses is "minimal" or "all", got ${JSON.stringify(parentheses)}`);
  }
  return { parentheses, shared, maxLength: lengthLimit(maxLength) };
}

showWith({
  text: root => toString(root),
  excerpt(root, maxLength) {
    const text = layout(root, "minimal");
    if (text.length <= maxLength) return beginningOf(text, text.length);
    return `${beginningOf(text, Math.min(maxLength, 1000))}… (${readable(text.length)} characters)`;
  },
});
