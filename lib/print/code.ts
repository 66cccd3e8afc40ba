import type { Definitions } from "../expression/definition.ts";
import { FluxionError } from "../expression/error.ts";
import { asExpr, describe, type Expr, isExpr, type Operand } from "../expression/expression.ts";
import { fold, freeVariables, topologicalOrder } from "../expression/fold.ts";
import { rebuilding } from "../expression/indices.ts";
import { c } from "./code/c.ts";
import { definitionText } from "./code/definitions.ts";
import type { Dialect, Output } from "./code/dialect.ts";
import { definitionsIn, isHelper } from "./code/forms.ts";
import { javascript, typescript } from "./code/javascript.ts";
import { namesIn, shownName } from "./code/names.ts";
import { python } from "./code/python.ts";
import { blockOf } from "./code/statements.ts";
import * as print from "./text.ts";

/** A language that `toCode` writes. */
export type CodeLanguage = "javascript" | "typescript" | "python" | "c";

/** How code is written. */
export interface CodeOptions {
  /** The name of the function: `f` unless said. */
  readonly name?: string;
  /** The variables in the order in which the function takes them; sorted by name unless said. */
  readonly parameters?: readonly string[];
}

/**
 * A complete function in another language, to be pasted as it is: shared sub-expressions are named and computed once, and
 * what the language's library lacks is defined above. Its values are those of `evaluate`, to rounding and but for the sign
 * of a zero and for what is smaller than the smallest normal double.
 *
 * Several outputs, as a record or as definitions of which each may read earlier ones, come back as an object in JavaScript
 * and TypeScript, as a dict in Python, and in C in a struct that the last argument points to. Python works element by
 * element on NumPy arrays, and so computes both branches of a conditional. The others compute only the branch taken, but
 * for what was given a name because it is used more than once or too long for a line.
 *
 * A name that is no identifier of the language, or means something there, is replaced by one that is free; a comment tells
 * which. Throws `unsupported` for an expression with indices and for a function that has no `languages` and no `expansion`,
 * `unbound-variable` for a variable that is no parameter, `bad-option` for what no option may hold.
 */
export function toCode(
  e: Operand | Readonly<Record<string, Operand>> | Definitions,
  language: CodeLanguage,
  options: CodeOptions = {},
): string {
  const dialect = dialectOf(language);
  const outputs = outputsOf(e);
  const roots = outputs.map(({ expression }) => expression);
  for (const root of roots) refuseIndices(root);
  const variables = parametersOf(roots, options);
  const definitions = definitionsIn(roots, dialect.language);

  const { take, next } = namesIn(dialect);
  // Texts call each other by their names, so they choose first.
  const byRank = [...definitions.filter(isHelper), ...definitions.filter(definition => !isHelper(definition))];
  const calledAs = new Map(byRank.map(definition => [definition, take(definition.name)]));
  const name = take(nameOf(options));
  if (outputs.some(output => output.name !== undefined)) for (const own of dialect.ownNames?.(name) ?? []) take(own);
  const parameters = new Map(variables.map(variable => [variable, take(variable)]));
  const scope = { variables: parameters, definitions: calledAs, next };

  const { lines, results, chooses } = blockOf(roots, dialect, scope);
  const fields = namesIn({ ...dialect, reserved: dialect.keywords });
  const written = results.map((code, i): Output => {
    const output = outputs[i]?.name;
    return { name: output, field: output === undefined ? "" : fields.take(output), code };
  });
  const used = new Set(freeVariables(...roots));
  return dialect.file(
    definitions.map(definition => definitionText(definition, dialect, calledAs)),
    dialect.function({
      name,
      parameters: [...parameters.values()],
      unused: variables.filter(variable => !used.has(variable)).map(variable => parameters.get(variable) ?? ""),
      comment: commentOn(outputs, parameters),
      lines,
      outputs: written,
      isPrivate: false,
      chooses,
    }),
    definitions.filter(isHelper),
  );
}

const dialects: ReadonlyMap<string, Dialect> = new Map([
  ["javascript", javascript],
  ["typescript", typescript],
  ["python", python],
  ["c", c],
]);

function dialectOf(language: string): Dialect {
  const dialect = dialects.get(language);
  if (dialect !== undefined) return dialect;
  const known = [...dialects.keys()].join(", ");
  throw new FluxionError("bad-option", `code is written in one of ${known}, not in ${describe(language)}`);
}

/** An expression to compute; it has a name unless it is the only one. */
interface Wanted {
  readonly name: string | undefined;
  readonly expression: Expr;
}

function outputsOf(e: Operand | Readonly<Record<string, Operand>> | Definitions): readonly Wanted[] {
  if (isExpr(e) || typeof e !== "object" || e === null) {
    return [{ name: undefined, expression: asExpr(e as Operand) }];
  }
  const outputs = isList(e)
    ? withoutReadings(e)
    : Object.entries(e).map(([name, operand]) => ({ name, expression: asExpr(operand) }));
  if (outputs.length === 0) throw new FluxionError("bad-option", "there is no output to write code for");
  return outputs;
}

const isList = (e: object): e is Definitions => Array.isArray(e);

// Each definition with the expressions of earlier ones in the place of their names.
function withoutReadings(all: Definitions): readonly Wanted[] {
  const known = new Map<string, Expr>();
  let memo = new Map<Expr, Expr>();
  const seen = new Set<string>();
  return all.map(({ name, axes, expression }) => {
    if (axes.length > 0) {
      throw new FluxionError("unsupported", `code is written for scalars, and ${name}[${axes}] is an array`);
    }
    if (known.has(name)) throw new FluxionError("bad-option", `${shownName(name)} is defined twice`);
    refuseIndices(expression);
    const result = fold<Expr>(
      expression,
      {
        ...rebuilding,
        variable(node) {
          seen.add(node.name);
          return known.get(node.name) ?? node;
        },
      },
      memo,
    );
    // What was read before it was defined was another thing.
    if (seen.has(name)) memo = new Map();
    known.set(name, result);
    return { name, expression: result };
  });
}

function refuseIndices(root: Expr): void {
  for (const node of topologicalOrder(root)) {
    const isScalar = node.kind === "constant" || node.kind === "call";
    if (isScalar || (node.kind === "variable" && node.indices.length === 0)) continue;
    const what = node.kind === "variable" ? `the reading of the array ${node.name}` : `a ${node.kind}`;
    throw new FluxionError("unsupported", `code is written for scalar expressions, and this one holds ${what}`);
  }
}

function nameOf({ name = "f" }: CodeOptions): string {
  if (typeof name === "string") return name;
  throw new FluxionError("bad-option", `the name of a function is a string, got ${describe(name)}`);
}

function parametersOf(roots: readonly Expr[], { parameters }: CodeOptions): readonly string[] {
  const free = freeVariables(...roots);
  if (parameters === undefined) return free;
  if (!Array.isArray(parameters) || !parameters.every(name => typeof name === "string")) {
    throw new FluxionError("bad-option", `parameters is a list of names, got ${describe(parameters)}`);
  }
  const given = new Set<string>(parameters);
  if (given.size < parameters.length) throw new FluxionError("bad-option", "a parameter is named twice");
  const missing = free.find(name => !given.has(name));
  if (missing === undefined) return parameters;
  throw new FluxionError("unbound-variable", `the variable ${missing} is not among the parameters`);
}

// The formulas, where they are short, and what became of names.
function commentOn(outputs: readonly Wanted[], parameters: ReadonlyMap<string, string>): readonly string[] {
  const formulas = outputs.map(({ name, expression }) => {
    const text = expression.size <= 60 ? print.toString(expression) : "";
    return name === undefined ? text : `${name} = ${text}`;
  });
  const renamed = [...parameters].filter(([variable, parameter]) => variable !== parameter);
  return [
    ...(formulas.every(isHarmless) ? formulas : []),
    ...renamed.map(([variable, parameter]) => `${parameter} is the variable ${shownName(variable)}.`),
  ].filter(line => line !== "");
}

// What cannot end a comment, nor mean anything within one, in any of the languages; and what a line holds.
const isHarmless = (text: string): boolean =>
  text.length <= 90 &&
  !text.endsWith(" = ") &&
  /^[\p{L}\p{Nd} _.,:?<>=!+\-*/^()']*$/u.test(text) &&
  !/[*/]{2}|\?\?/.test(text);
