import type { Expr } from "../expression/expression.ts";
import { toLatex } from "./latex.ts";
import { toString as textOf } from "./text.ts";

/** One equation on the way from an expression to another: wherever `before` has a value, `after` has the same. */
export interface Step {
  /** What a textbook calls it: an equation such as `0 * x = 0`, or words such as `collect like terms`. */
  readonly rule: string;
  /** Where the rule is an equation: its sides, whose letters stand for anything. */
  readonly law?: { readonly from: Expr; readonly to: Expr };
  /** The part that is rewritten, and what it becomes, wherever it stands. */
  readonly before: Expr;
  readonly after: Expr;
  /** The whole expression after the step. */
  readonly whole: Expr;
  /** Steps of one line are of parts beside each other, and are made together. The lines are counted from 1. */
  readonly line: number;
}

/** Steps from an expression, with the conditions under which they lead to the last. */
export interface Derivation {
  readonly from: Expr;
  readonly steps: readonly Step[];
  /** Comparisons such as `x != 0`. */
  readonly conditions?: readonly Expr[];
}

/**
 * The steps as lines of text, `= …` with the rules beside it; where lines would be very long, each step as an equation of
 * its own. Throws `too-long` where a formula has more than a million characters.
 */
export function stepsToString({ from, steps, conditions = [] }: Derivation): string {
  const lines = inLines(steps).map(({ whole, rules }) => ({
    formula: `= ${textOf(whole)}`,
    rules: rules.map(({ rule }) => rule).join("; "),
  }));
  const isLong = lines.some(({ formula }) => formula.length > longest);
  const where = conditions.length === 0 ? [] : [`where ${conditions.map(each => textOf(each)).join(", ")}`];
  return [`  ${textOf(from)}`, ...(isLong ? equations(steps) : besideRules(lines)), ...where].join("\n");
}

/** The steps as LaTeX: an `aligned` block for math mode with amsmath, each line with its rules beside it. */
export function stepsToLatex({ from, steps, conditions = [] }: Derivation): string {
  const lines = inLines(steps).map(({ whole, rules }) => `&= ${toLatex(whole)} && ${rules.map(named).join(";\\ ")}`);
  const where =
    conditions.length === 0 ? [] : [`& \\text{where } ${conditions.map(each => toLatex(each)).join(",\\ ")}`];
  return `\\begin{aligned}\n${[`& ${toLatex(from)}`, ...lines, ...where].join(" \\\\\n")}\n\\end{aligned}`;
}

// Rules stand beside formulas up to this width, below them where one is wider.
const widest = 72;

// A longer line is no longer taken in at a glance.
const longest = 240;

interface Rule {
  readonly rule: string;
  readonly law?: Step["law"];
}

interface Line {
  readonly whole: Expr;
  /** Each rule once, in the order of the steps. */
  readonly rules: readonly Rule[];
}

function inLines(steps: readonly Step[]): readonly Line[] {
  const lines: { line: number; whole: Expr; rules: Map<string, Rule> }[] = [];
  for (const step of steps) {
    let last = lines.at(-1);
    if (last === undefined || last.line !== step.line) {
      last = { line: step.line, whole: step.whole, rules: new Map() };
      lines.push(last);
    }
    last.whole = step.whole;
    last.rules.set(step.rule, step);
  }
  return lines.map(({ whole, rules }) => ({ whole, rules: [...rules.values()] }));
}

function besideRules(lines: readonly { readonly formula: string; readonly rules: string }[]): readonly string[] {
  const width = Math.max(0, ...lines.map(({ formula }) => formula.length));
  return width > widest
    ? lines.flatMap(({ formula, rules }) => [`      by ${rules}`, formula])
    : lines.map(({ formula, rules }) => `${formula.padEnd(width)}   ${rules}`);
}

function equations(steps: readonly Step[]): readonly string[] {
  const written = steps.flatMap(({ rule, before, after }, i) => {
    const [left, right] = [textOf(before), textOf(after)];
    const isShort = left.length + right.length < widest;
    return [`${i + 1}. ${rule}:`, ...(isShort ? [`     ${left} = ${right}`] : [`     ${left}`, `   = ${right}`])];
  });
  return [...written, "so it is", `  ${textOf(steps.at(-1)?.whole ?? 0)}`];
}

const named = ({ rule, law }: Rule): string =>
  law === undefined || !rule.includes(" = ") ? `\\text{${inText(rule)}}` : `${toLatex(law.from)} = ${toLatex(law.to)}`;

// Text mode within math mode.
const inText = (rule: string): string =>
  rule.replace(/[\\^~_{}#$%&]/g, character =>
    character === "\\" ? "\\textbackslash{}" : `\\${character}${character === "^" || character === "~" ? "{}" : ""}`,
  );
