import type { Call, Expr, Operator } from "../../expression/expression.ts";
import { type Algebra, fold, topologicalOrder } from "../../expression/fold.ts";
import { conditional, precedence } from "../../expression/functions.ts";
import { sharedWithin } from "../shared.ts";
import { atom, type Code, type Dialect, whole } from "./dialect.ts";
import { type Defined, formOf, isDefined } from "./forms.ts";

/** What names mean where a block stands. */
export interface Scope {
  /** The identifiers of variables. */
  readonly variables: ReadonlyMap<string, string>;
  /** The identifiers of functions that are defined. */
  readonly definitions: ReadonlyMap<Defined, string>;
  /** An identifier that is free. */
  readonly next: () => string;
}

/** The results of `roots`, after the lines that name what they share. */
export interface Block {
  readonly lines: readonly string[];
  readonly results: readonly Code[];
  /** Whether there is a conditional within. */
  readonly chooses: boolean;
}

/**
 * Scalar expressions as statements. An operation with several users has a name, and so has what would make a line too
 * long, or nest too deep for a compiler.
 */
export function blockOf(roots: readonly Expr[], dialect: Dialect, scope: Scope): Block {
  const order = topologicalOrder(...roots);
  const isShared = sharedWithin(order, roots);
  const limitOf = limits(order, isShared);
  const lines: string[] = [];
  const place = (code: Code): Code => {
    const name = scope.next();
    lines.push(dialect.assign(name, code));
    return { ...code, text: name, precedence: whole, value: undefined, isLiteral: false };
  };
  const algebra: Algebra<Code> = {
    constant: ({ value }) => literal(value, dialect),
    variable: ({ name }) => atom(scope.variables.get(name) ?? name),
    call(node, args) {
      const fitting = shortened(args, limitOf(node), place);
      const code = written(node, fitting, dialect, scope.definitions, place);
      return isShared(node) ? place(code) : code;
    },
  };
  const memo = new Map<Expr, Code>();
  const results = roots.map(root => asNumber(fold(root, algebra, memo), dialect));
  return { lines, results, chooses: order.some(node => node.kind === "call" && node.fn === conditional) };
}

/** A number. */
export const literal = (value: number, { literal }: Dialect): Code => ({
  text: literal(value),
  precedence: value < 0 ? precedence.unary : whole,
  isTruth: false,
  isConstant: true,
  value,
  isLiteral: true,
});

/** A value as a number, which it is unless it is a truth value. */
export const asNumber = (code: Code, dialect: Dialect): Code => (code.isTruth ? dialect.asNumber(code) : code);

/** A value as a truth value. */
export const asTruth = (code: Code, dialect: Dialect): Code => (code.isTruth ? code : dialect.asTruth(code));

/** How long the line of each node may be. What stands in a branch is computed only there, so that it is rather a long line. */
export function limits(order: readonly Expr[], isShared: (node: Expr) => boolean): (node: Expr) => number {
  const inBranch = new Set<Expr>();
  for (const node of order.toReversed()) {
    const chooses = node.kind === "call" && node.fn === conditional;
    for (const [position, argument] of node.args.entries()) {
      if (!isShared(argument) && (inBranch.has(node) || (chooses && position > 0))) inBranch.add(argument);
    }
    if (chooses) inBranch.add(node);
  }
  return node => (inBranch.has(node) ? 5 * line : line);
}

const line = 80;

/** The operands, the longest of them given names until the rest fits. */
export function shortened(args: readonly Code[], limit: number, place: (code: Code) => Code): readonly Code[] {
  const codes = [...args];
  for (let length = lengthOf(codes); length > limit; length = lengthOf(codes)) {
    let longest: number | undefined;
    for (const [i, { text, precedence }] of codes.entries()) {
      const isName = precedence === whole && !text.endsWith(")");
      if (!isName && text.length > (codes[longest ?? -1]?.text.length ?? 8)) longest = i;
    }
    const code = codes[longest ?? -1];
    if (code === undefined) return codes;
    codes[longest ?? -1] = place(code);
  }
  return codes;
}

const lengthOf = (codes: readonly Code[]): number => codes.reduce((sum, { text }) => sum + text.length, 0);

/** A call, given its arguments. */
export function written(
  node: Call,
  args: readonly Code[],
  dialect: Dialect,
  definitions: ReadonlyMap<Defined, string>,
  place: (code: Code) => Code,
): Code {
  const { fn } = node;
  const form = formOf(node, dialect.language);
  const asked = fn.truths?.arguments ?? 0;
  const typed = args.map((code, i) => (i < asked ? asTruth(code, dialect) : asNumber(code, dialect)));
  const operands = dialect.adapt?.(form, typed, asked) ?? typed;
  const isTruth = fn.truths?.result ?? false;
  if (fn.arity === 0) return typeof form === "string" ? atom(form) : literal(fn.evaluate(), dialect);
  if (typeof form === "string" || isDefined(form)) {
    const name = typeof form === "string" ? form : (definitions.get(form) ?? "");
    return { ...atom(`${name}(${operands.map(({ text }) => text).join(", ")})`), isTruth };
  }
  return operation(form, operands, isTruth, dialect, place);
}

function operation(
  operator: Operator,
  operands: readonly Code[],
  isTruth: boolean,
  dialect: Dialect,
  place: (code: Code) => Code,
): Code {
  const { symbol, position } = operator;
  const isEquality = symbol === "===" || symbol === "!==";
  // TypeScript refuses to compare what it knows to differ.
  const [first, ...others] = operands;
  const codes = isEquality && first !== undefined && operands.every(isLiteral) ? [place(first), ...others] : operands;
  const [x = "", y = "", z = ""] = codes.map((code, i) => (isTorn(operator, code, i) ? `(${code.text})` : code.text));
  const isConstant = !isTruth && operands.every(code => code.isConstant);
  const result = { precedence: operator.precedence, isTruth, isConstant };
  switch (position) {
    case "prefix":
      return { ...result, text: `${symbol}${x}`, isLiteral: !isTruth && operands.every(isLiteral) };
    case "postfix":
      return { ...result, text: `${x}${symbol}` };
    case "infix":
      return { ...result, text: `${x} ${symbol} ${y}` };
    case "ternary": {
      const separator = x.length + y.length + z.length > line ? `\n${dialect.indentation}` : " ";
      const text = `${x}${separator}? ${y}${separator}: ${z}`;
      return { ...result, isConstant: false, text, isLiteral: codes.slice(1).every(isLiteral) };
    }
  }
}

const isLiteral = (code: Code): boolean => code.isLiteral === true;

// Whether the operand at `i` needs parentheses: to mean what it means, or for compilers that warn without them.
function isTorn(outer: Operator, inner: Code, i: number): boolean {
  if (inner.precedence === whole) return false;
  switch (outer.position) {
    case "prefix":
    case "postfix":
      // Two minuses in a row are another operator, and JavaScript refuses -x ** 2.
      return (
        inner.precedence < outer.precedence ||
        inner.precedence === precedence.power ||
        inner.text.startsWith(outer.symbol)
      );
    case "infix":
      if (i === 1 && inner.precedence === precedence.unary && outer.associative === "right") return false;
      if (inner.precedence === outer.precedence) return outer.associative !== (i === 0 ? "left" : "right");
      return (
        inner.precedence < outer.precedence ||
        (outer.precedence === precedence.or && inner.precedence === precedence.and)
      );
    case "ternary":
      return i < 2 && inner.precedence <= outer.precedence;
  }
}
