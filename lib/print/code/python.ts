import type { FunctionRow, NativeForm } from "../../expression/expression.ts";
import { precedence } from "../../expression/functions.ts";
import { atom, type Code, type Dialect, type FunctionText, header, indented } from "./dialect.ts";
import { isDefined } from "./forms.ts";

const words =
  "False None True and as assert async await break class continue def del elif else except finally for from global if " +
  "import in is lambda nonlocal not or pass raise return try while with yield __debug__";

/** A module for Python 3 with NumPy 1.17 or later. */
export const python: Dialect = {
  language: "python",
  keywords: new Set(words.split(" ")),
  reserved: new Set(`${words} float math np`.split(" ")),
  // Python reads what Unicode holds for compatible as one name.
  isIdentifier: name =>
    /^[\p{Script=Latin}\p{Script=Greek}_][\p{Script=Latin}\p{Script=Greek}0-9_]*$/u.test(name) &&
    !/[^\p{L}0-9_]/u.test(name) &&
    name.normalize("NFKC") === name,
  indentation: "    ",
  literal: String,
  asNumber: ({ text }) => atom(`np.where(${text}, 1.0, 0.0)`),
  asTruth: ({ text, precedence: inner }) => ({
    text: `${inner <= precedence.comparison ? `(${text})` : text} != 0`,
    precedence: precedence.comparison,
    isTruth: true,
    isConstant: false,
  }),
  adapt,
  assign: (name, { text }) => `${name} = ${text}`,
  function: functionText,
  file: (definitions, main, helpers) => {
    const imports = helpers.some(({ body }) => body.includes("math.")) ? "import math\n\n" : "";
    return [`${imports}import numpy as np`, ...definitions, main].join("\n\n\n");
  },
};

// Numbers of Python's own raise errors where those of NumPy are infinite or NaN, and whole ones know no bounds. So what is
// computed from literals alone is given to NumPy.
function adapt(form: NativeForm | FunctionRow, operands: readonly Code[], truths: number): readonly Code[] {
  const numbers = operands.slice(truths);
  const whereAllAreConstant = numbers.every(code => code.isConstant);
  if (isDefined(form)) return operands.map(code => (code.isConstant && !code.isTruth ? inNumpy(code) : code));
  if (!whereAllAreConstant) return operands;
  const floats = operands.map(asFloat);
  const [first, second] = floats;
  const mayRaise = typeof form !== "string" && (form.symbol === "**" || (form.symbol === "/" && !second?.value));
  return mayRaise && first !== undefined ? [inNumpy(first), ...floats.slice(1)] : floats;
}

const asFloat = (code: Code): Code => (code.value === undefined ? code : { ...code, text: floatOf(code.value) });

const floatOf = (value: number): string => (/[.e]/.test(String(value)) ? String(value) : `${value}.0`);

const inNumpy = (code: Code): Code => atom(`np.float64(${asFloat(code).text})`);

/** A function of Python. */
export interface PythonText {
  readonly name: string;
  /** Of numbers, of integers, or, where that is undefined, as they are given. */
  readonly parameters: readonly { readonly text: string; readonly isInteger: boolean | undefined }[];
  readonly comment: readonly string[];
  readonly lines: readonly string[];
  readonly results: readonly { readonly name: string | undefined; readonly text: string }[];
  readonly chooses: boolean;
}

function functionText({ name, parameters, comment, lines, outputs, isPrivate, chooses }: FunctionText): string {
  return pythonText({
    name,
    parameters: parameters.map(text => ({ text, isInteger: isPrivate ? undefined : false })),
    comment,
    lines,
    results: outputs.map(output => ({ name: output.name, text: asFloat(output.code).text })),
    chooses,
  });
}

/** The text of a function of Python. */
export function pythonText({ name, parameters, comment, lines, results, chooses }: PythonText): string {
  const arrays = parameters.flatMap(({ text, isInteger }) =>
    isInteger === undefined ? [] : [`${text} = np.asarray(${text}, dtype=${isInteger ? "int" : "float"})`],
  );
  const [first] = results;
  const entries = results.map(({ name = "", text }) => `${quoted(name)}: ${text}`);
  const line = `return {${entries.join(", ")}}`;
  const returned =
    first === undefined
      ? []
      : first.name === undefined
        ? [`return ${first.text}`]
        : line.length <= 90
          ? [line]
          : ["return {", ...entries.map(entry => `  ${entry},`), "}"];
  return [
    // Both branches of a choice are computed, and what is left out need not have a value.
    ...(chooses ? ['@np.errstate(all="ignore")'] : []),
    ...header(
      `def ${name}`,
      parameters.map(({ text }) => text),
      ":",
      { indentation: "    ", last: "," },
    ),
    ...indented([...documentation(comment), ...arrays, ...lines, ...returned], "    "),
  ].join("\n");
}

function documentation(lines: readonly string[]): readonly string[] {
  if (lines.length < 2) return lines.map(line => `"""${line}"""`);
  const [first = "", ...others] = lines;
  return [`"""${first}`, ...others, '"""'];
}

// Escapes that Python reads as JSON does, but for the characters beyond the first plane.
const quoted = (name: string): string =>
  JSON.stringify(name).replaceAll(/[^\x20-\x7e]/gu, character => {
    const code = character.codePointAt(0) ?? 0;
    return code > 0xffff ? `\\U${code.toString(16).padStart(8, "0")}` : `\\u${code.toString(16).padStart(4, "0")}`;
  });
