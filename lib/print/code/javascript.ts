import { precedence } from "../../expression/functions.ts";
import {
  type ArrayFunctionText,
  type ArrayOutput,
  atom,
  type Dialect,
  type FunctionText,
  header,
  indented,
  type LoopWords,
  type Output,
  type Parameter,
  whole,
} from "./dialect.ts";

const words =
  "arguments async await break case catch class const continue debugger default delete do else enum eval export extends " +
  "false finally for function if implements import in instanceof interface let new null package private protected public " +
  "return static super switch this throw true try typeof undefined var void while with yield";

/** A module that exports one function. */
export const javascript: Dialect = dialect(false);

/** The same with types, for the strictest settings. */
export const typescript: Dialect = dialect(true);

function dialect(hasTypes: boolean): Dialect {
  return {
    language: "javascript",
    keywords: new Set(words.split(" ")),
    reserved: new Set(`${words} Infinity Math NaN Number`.split(" ")),
    isIdentifier: name => /^[\p{L}_$][\p{L}\p{Nd}_$]*$/u.test(name) && name !== "__proto__",
    indentation: "  ",
    literal: String,
    asNumber: ({ text }) => atom(`Number(${text})`),
    asTruth: ({ text, value, precedence: inner, isConstant }) => ({
      ...(value === undefined
        ? { text: `${inner <= precedence.comparison ? `(${text})` : text} !== 0`, precedence: precedence.comparison }
        : { text: String(value !== 0), precedence: whole }),
      isTruth: true,
      isConstant,
    }),
    assign: (name, { text, isLiteral }) => `const ${name}${hasTypes && isLiteral ? ": number" : ""} = ${text};`,
    function: text => functionText(text, hasTypes),
    loops: loops(hasTypes),
    file: (definitions, main) => [...definitions, main].join("\n\n"),
  };
}

function loops(hasTypes: boolean): LoopWords {
  return {
    loop: (variable, size) => `for (let ${variable} = 0; ${variable} < ${size}; ${variable}++) {`,
    mutable: (name, value) =>
      value === undefined ? `let ${name}${hasTypes ? ": number" : ""};` : `let ${name} = ${value};`,
    position: (name, value) => `const ${name} = ${value};`,
    equals: "===",
    infinity: "Infinity",
    asNumber: integer => integer,
    asPosition: number => number,
    element: reading => (hasTypes ? `${reading}!` : reading),
    quotient: (dividend, divisor) => `Math.floor((${dividend}) / ${divisor})`,
    least: sizes => (sizes.length === 1 ? (sizes[0] ?? "") : `Math.min(${sizes.join(", ")})`),
    result: ({ local }) => local,
    store: ({ name, local }, value) =>
      name === undefined ? `return ${value.text};` : `const ${local} = ${value.text};`,
    function: text => arrayFunctionText(text, hasTypes),
  };
}

function arrayFunctionText(
  { name, parameters, comment, sizes, lines, outputs, out }: ArrayFunctionText,
  hasTypes: boolean,
): string {
  const all = outputs.filter(({ size }) => size !== undefined);
  // What every object has, toString for one, would be taken for an array that is given.
  const arrays = all.filter(({ name = "" }) => !(name in Object.prototype));
  const own = all.filter(({ name = "" }) => name in Object.prototype);
  const taken = parameters.map(({ name, type }) => (hasTypes ? `${name}: ${types[type]}` : name));
  if (arrays.length > 0) taken.push(`${out}${hasTypes ? `: { ${fieldTypes(arrays, "?")} }` : ""} = {}`);
  const isNamed = outputs.some(({ name }) => name !== undefined);
  const type = hasTypes ? `: ${isNamed ? `{ ${fieldTypes(outputs, "")} }` : "number"}` : "";
  const made = arrays.map(({ name = "", local, size }) => {
    const key = keyOf(name);
    return `${key === local ? local : `${key}: ${local}`} = new Float64Array(${size})`;
  });
  const entries = outputs.map(({ name = "", local }) => (keyOf(name) === local ? local : `${keyOf(name)}: ${local}`));
  return [
    ...commented(comment),
    ...header(`export function ${name}`, taken, `${type} {`, { indentation: "  ", last: "," }),
    ...indented(
      [
        ...sizes,
        ...(made.length === 0 ? [] : braced("const ", made, ` = ${out};`)),
        ...own.map(({ local, size }) => `const ${local} = new Float64Array(${size});`),
        ...lines,
        ...(isNamed ? braced("return ", entries, ";") : []),
      ],
      "  ",
    ),
    "}",
  ].join("\n");
}

const types: Readonly<Record<Parameter["type"], string>> = {
  number: "number",
  array: "ArrayLike<number>",
  integers: "ArrayLike<number>",
  size: "number",
};

const fieldTypes = (outputs: readonly ArrayOutput[], mark: string): string =>
  outputs
    .map(({ name = "", size }) => `${keyOf(name)}${mark}: ${size === undefined ? "number" : "Float64Array"}`)
    .join("; ");

function functionText(
  { name, parameters, comment, lines, outputs, isPrivate }: FunctionText,
  hasTypes: boolean,
): string {
  const taken = parameters.map(parameter => (hasTypes ? `${parameter}: number` : parameter));
  const type = hasTypes ? `: ${typeOf(outputs)}` : "";
  return [
    ...commented(comment),
    ...header(`${isPrivate ? "" : "export "}function ${name}`, taken, `${type} {`, { indentation: "  ", last: "," }),
    ...indented([...lines, ...returned(outputs)], "  "),
    "}",
  ].join("\n");
}

function commented(lines: readonly string[]): readonly string[] {
  if (lines.length < 2) return lines.map(line => `/** ${line} */`);
  return ["/**", ...lines.map(line => ` * ${line}`), " */"];
}

function typeOf(outputs: readonly Output[]): string {
  if (outputs.every(({ name }) => name === undefined)) return "number";
  return `{ ${outputs.map(({ name = "" }) => `${keyOf(name)}: number`).join("; ")} }`;
}

function returned(outputs: readonly Output[]): readonly string[] {
  const [first] = outputs;
  if (first === undefined) return [];
  if (first.name === undefined) return [`return ${first.code.text};`];
  const entries = outputs.map(({ name = "", code }) => (name === code.text ? name : `${keyOf(name)}: ${code.text}`));
  return braced("return ", entries, ";");
}

// Within braces, in one line where that is not too long.
function braced(before: string, entries: readonly string[], after: string): readonly string[] {
  const line = `${before}{ ${entries.join(", ")} }${after}`;
  return line.length <= 90 && !line.includes("\n")
    ? [line]
    : [`${before}{`, ...entries.map(entry => `  ${entry},`), `}${after}`];
}

function keyOf(name: string): string {
  if (/^[A-Za-z_$][\w$]*$/.test(name) && name !== "__proto__") return name;
  const quoted = JSON.stringify(name).replaceAll(
    /[^\x20-\x7e]/g,
    unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  // Under the key __proto__ without brackets, an object would be given a prototype.
  return name === "__proto__" ? `[${quoted}]` : quoted;
}
