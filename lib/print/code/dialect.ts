import type { FunctionRow, Helper, Language, NativeForm } from "../../expression/expression.ts";

/** All that is particular to a language. */
export interface Dialect {
  /** The column of the table that it reads. */
  readonly language: Language;
  /** The words that no name may be. */
  readonly keywords: ReadonlySet<string>;
  /** The keywords, and the names of the library. */
  readonly reserved: ReadonlySet<string>;
  readonly isIdentifier: (name: string) => boolean;
  /** The names that a function with several outputs needs for itself. */
  readonly ownNames?: (name: string) => readonly string[];
  /** What stands before a line of a function. */
  readonly indentation: string;
  /** A number that has all of its digits. */
  readonly literal: (value: number) => string;
  /** A truth value, as 1 or 0. */
  readonly asNumber: (truth: Code) => Code;
  /** Whether a number is not 0. */
  readonly asTruth: (number: Code) => Code;
  /** The operands as the form takes them, where that is not as they are; `truths` of them are truth values. */
  readonly adapt?: (form: NativeForm | FunctionRow, operands: readonly Code[], truths: number) => readonly Code[];
  /** Gives a name to a value. */
  readonly assign: (name: string, code: Code) => string;
  readonly function: (text: FunctionText) => string;
  /** How loops over arrays are written; absent of a language that computes with whole arrays. */
  readonly loops?: LoopWords;
  /** The whole: definitions, which use these helpers among others, and the function. */
  readonly file: (definitions: readonly string[], main: string, helpers: readonly Helper[]) => string;
}

/** A value as text. */
export interface Code {
  readonly text: string;
  /** How tightly its outermost operator binds; infinite where nothing can tear it apart. */
  readonly precedence: number;
  /** Whether it is a truth value, not a number. */
  readonly isTruth: boolean;
  /** Whether the language computes it from literals alone. */
  readonly isConstant: boolean;
  /** The number, of a literal. */
  readonly value?: number | undefined;
  /** Whether TypeScript knows its value, as that of a literal or of a choice between literals. */
  readonly isLiteral?: boolean;
}

/** What all functions to be written have. */
interface AnyFunctionText {
  readonly name: string;
  readonly unused: readonly string[];
  readonly comment: readonly string[];
  /** The statements, from the left margin, two spaces a level. */
  readonly lines: readonly string[];
}

/** A function to be written. */
export interface FunctionText extends AnyFunctionText {
  readonly parameters: readonly string[];
  /** None where the lines return the result themselves. */
  readonly outputs: readonly Output[];
  /** Whether only the file itself uses it. */
  readonly isPrivate: boolean;
  /** Whether there is a conditional within. */
  readonly chooses: boolean;
}

/** How a language writes loops. */
export interface LoopWords {
  readonly loop: (variable: string, size: string) => string;
  /** Declares a number that changes. */
  readonly mutable: (name: string, value?: string) => string;
  /** Gives a name to an integer. */
  readonly position: (name: string, value: string) => string;
  readonly equals: string;
  readonly infinity: string;
  /** An integer as a number. */
  readonly asNumber: (integer: string) => string;
  /** A whole number as an integer. */
  readonly asPosition: (number: string) => string;
  /** What is read from an array. */
  readonly element: (reading: string) => string;
  /** The integer part of a quotient. */
  readonly quotient: (dividend: string, divisor: number) => string;
  /** The least of some integers. */
  readonly least: (sizes: readonly string[]) => string;
  /** What a result is called within the function. */
  readonly result: (output: Pick<ArrayOutput, "field" | "local">) => string;
  /** The line that gives a number to a result; without a name, it is what the function returns. */
  readonly store: (output: Pick<ArrayOutput, "name" | "field" | "local">, value: Code) => string;
  readonly function: (text: ArrayFunctionText) => string;
}

/** A parameter of a function of arrays. */
export interface Parameter {
  readonly name: string;
  readonly type: "number" | "array" | "integers" | "size";
}

/** A result of a function of arrays. */
export interface ArrayOutput {
  /** The name that is given to it, unless it is the only one and a number. */
  readonly name: string | undefined;
  /** The name as a field, and as a variable. */
  readonly field: string;
  readonly local: string;
  /** How many elements it has, of an array. */
  readonly size: string | undefined;
}

/** A function of arrays to be written. */
export interface ArrayFunctionText extends AnyFunctionText {
  readonly parameters: readonly Parameter[];
  /** The sizes that follow from others. */
  readonly sizes: readonly string[];
  readonly outputs: readonly ArrayOutput[];
  /** The variable of what the results are written to. */
  readonly out: string;
}

/** A result; it has a name unless it is the only one. */
export interface Output {
  readonly name: string | undefined;
  /** The name as an identifier. */
  readonly field: string;
  readonly code: Code;
}

/** Nothing can tear a name or a call apart. */
export const whole: number = Number.POSITIVE_INFINITY;

/** A name or a call, of a number. */
export const atom = (text: string): Code => ({ text, precedence: whole, isTruth: false, isConstant: false });

/** The lines of a body, moved to the right: two spaces a level become `unit`. */
export const indented = (lines: readonly string[], unit: string, levels: number = 1): readonly string[] =>
  lines
    .flatMap(line => line.split("\n"))
    .map(line => {
      const inner = /^(?: {2})*/.exec(line)?.[0] ?? "";
      return line === "" ? "" : `${unit.repeat(levels + inner.length / 2)}${line.slice(inner.length)}`;
    });

/** A header in one line, or where that would be too long with a line for each argument. */
export function header(
  before: string,
  args: readonly string[],
  after: string,
  { indentation, last }: { readonly indentation: string; readonly last: "," | "" },
): readonly string[] {
  const line = `${before}(${args.join(", ")})${after}`;
  if (line.length <= 110 || args.length === 0) return [line];
  const lines = args.map((argument, i) => `${argument}${i < args.length - 1 ? "," : last}`);
  return [`${before}(`, ...indented(lines, indentation), `)${after}`];
}
