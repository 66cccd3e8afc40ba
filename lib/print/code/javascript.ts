import { precedence } from "../../expression/functions.ts";
import { atom, type Dialect, type FunctionText, header, indented, type Output, whole } from "./dialect.ts";

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
    file: (definitions, main) => [...definitions, main].join("\n\n"),
  };
}

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
  const line = `return { ${entries.join(", ")} };`;
  return line.length <= 90 && !line.includes("\n")
    ? [line]
    : ["return {", ...entries.map(entry => `  ${entry},`), "};"];
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
