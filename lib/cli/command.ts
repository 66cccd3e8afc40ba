import { FluxionError } from "../expression/error.ts";
import { asExpr, type Expr, type Operand } from "../expression/expression.ts";
import { freeVariables } from "../expression/fold.ts";
import { freshName } from "../expression/indices.ts";
import { type DerivativeName, toLatex } from "../print/latex.ts";
import { type Derivation, stepsToLatex, stepsToString } from "../print/steps.ts";
import * as print from "../print/text.ts";
import { parse } from "../syntax/parse.ts";

/** One command: what it is called with, what its help says, and what it does. */
export interface Command {
  /** What follows `fluxion`, such as `diff EXPR VARIABLE`. */
  readonly usage: string;
  /** What it does, in one line. */
  readonly summary: string;
  /** What its help says beyond that. */
  readonly details: string;
  readonly options: Readonly<Record<string, Option>>;
  readonly run: (input: Input) => Output | Promise<Output>;
}

/** An option without an argument is a switch. */
export interface Option {
  readonly description: string;
  /** The name of its argument in the help. */
  readonly argument?: string;
}

/** What a command was called with. */
export interface Input {
  readonly operands: readonly string[];
  readonly switches: ReadonlySet<string>;
  /** The last value of each option. */
  readonly settings: ReadonlyMap<string, string>;
  /** All values of each option, for those that may be repeated. */
  readonly lists: ReadonlyMap<string, readonly string[]>;
}

/** What a command answers. */
export interface Output {
  readonly text: string;
  /** What goes to standard error beside it. */
  readonly note?: string;
  /** 1 for a negative result. */
  readonly code?: 0 | 1;
}

/** The command was called wrongly: its message goes to standard error, with exit code 2. */
export class UsageError extends Error {}

/** The expression that is the first operand. */
export function expressionOf({ operands }: Input): Expr {
  const [text] = operands;
  if (text === undefined) throw new UsageError("the expression is missing");
  return asExpr(parse(text));
}

/** Throws where there are more operands than the command takes. */
export function atMost({ operands }: Input, count: number): void {
  const extra = operands[count];
  if (extra !== undefined) {
    throw new UsageError(`unexpected ${JSON.stringify(extra)}; an expression with spaces in it needs quotes`);
  }
}

/** The natural number, at least `least`, that an option was given. */
export function naturalOf({ settings }: Input, name: string, least: number, otherwise: number): number {
  const text = settings.get(name);
  if (text === undefined) return otherwise;
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= least)) throw new UsageError(`--${name} takes a whole number from ${least} on, got ${text}`);
  return value;
}

/** `e` as text; a text that is too long is printed with its shared parts as lines of their own. */
export const textOf = (e: Expr, options: print.TextOptions = {}): Output =>
  unlessTooLong(shared => print.toString(e, shared ? { ...options, shared } : options));

/**
 * The derivative `e` as a LaTeX equation. What is too long is printed with its shared parts as lines of their own, and
 * with a letter for what was differentiated.
 */
export const latexOf = (e: Expr, derivative?: DerivativeName): Output =>
  unlessTooLong(shared => {
    if (derivative === undefined) return toLatex(e, { shared });
    const { of } = derivative;
    return toLatex(e, {
      shared,
      derivative: shared && typeof of !== "string" ? { ...derivative, of: letterFor(of) } : derivative,
    });
  });

/** The steps from an expression to a result, one line each. Throws where other options ask for another result. */
export function stepsOf(derivation: Derivation, { switches }: Input): Output {
  if (switches.has("all-parentheses")) throw new UsageError("--all-parentheses is not for --steps");
  return { text: switches.has("latex") ? stepsToLatex(derivation) : stepsToString(derivation) };
}

/** The switch of the commands that explain on request. */
export const steps: Option = { description: "print how a textbook gets there, step by step, and on what conditions" };

/** A letter for a function that is none of its variables. */
export function letterFor(e: Operand): string {
  const taken = freeVariables(e);
  return ["f", "g", "h", "F", "G", "H"].find(letter => !taken.includes(letter)) ?? freshName("f", new Set(taken));
}

/** The switch of the commands that print LaTeX on request. */
export const latex: Option = { description: "print LaTeX, for math mode" };

/** How many parentheses the text has. Throws where LaTeX is asked for as well, which has as many as it needs. */
export function parenthesesOf({ switches }: Input): "all" | "minimal" {
  if (!switches.has("all-parentheses")) return "minimal";
  if (switches.has("latex")) throw new UsageError("--all-parentheses is for text, not for --latex");
  return "all";
}

/** What `printed` gives; where that is too long, what it gives with shared parts as lines of their own, and a note. */
export function unlessTooLong(printed: (shared: boolean) => string): Output {
  try {
    return { text: printed(false) };
  } catch (error) {
    if (!(error instanceof FluxionError) || error.code !== "too-long") throw error;
    return {
      text: printed(true),
      note: "the formula is too long to be written out: shared parts are lines of their own, t1 = …",
    };
  }
}
