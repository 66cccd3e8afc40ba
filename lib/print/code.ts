import { checkedDefinitions, type Definitions, definition } from "../expression/definition.ts";
import { FluxionError } from "../expression/error.ts";
import {
  asExpr,
  call,
  describe,
  type Expr,
  excerpt,
  isExpr,
  type Operand,
  variable,
} from "../expression/expression.ts";
import { fold, freeVariables, topologicalOrder } from "../expression/fold.ts";
import { readingOf, rebuilding } from "../expression/indices.ts";
import { c } from "./code/c.ts";
import { definitionText } from "./code/definitions.ts";
import type { Dialect, Output } from "./code/dialect.ts";
import { type Defined, definitionsIn, isHelper } from "./code/forms.ts";
import { loopFunction } from "./code/indexed.ts";
import { javascript, typescript } from "./code/javascript.ts";
import { type Names, namesIn, shownName } from "./code/names.ts";
import { rowsOf } from "./code/nest.ts";
import { logSumExp } from "./code/numpy.ts";
import { numpyFunction } from "./code/numpy-function.ts";
import { python, pythonText } from "./code/python.ts";
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
 * With indices, arrays are flat and in row-major order, those that are read within indices hold integers, and the number of
 * values of each index is a parameter after the variables, `n_extent`; Python takes arrays with their shapes, works with
 * whole arrays, and asks only for what no shape tells. The results that are arrays are new ones, or those given in the last
 * argument, `out`; in C its struct points to them. The axes of a result are those of its definition, or of its key,
 * `"y[i,j]"`. Positions that gathers read are not checked.
 *
 * A name that is no identifier of the language, or means something there, is replaced by one that is free; a comment tells
 * which. Throws `unsupported` for a function that has no `languages` and no `expansion`, `not-scalar` for an expression with
 * free indices that has no axes, `bad-index` where a free index is none of the axes, `bad-value` where an array is read under
 * different numbers of indices, `unbound-variable` for a variable that is no parameter, `too-long` where it would be more than a hundred thousand lines, `bad-option` for what no option may
 * hold, and for definitions with indices of which one reads itself or a later one.
 */
export function toCode(
  e: Operand | Readonly<Record<string, Operand>> | Definitions,
  language: CodeLanguage,
  options: CodeOptions = {},
): string {
  const dialect = dialectOf(language);
  const wanted = wantedOf(e);
  if (wanted.some(isIndexed)) return arrayCode(wanted, Array.isArray(e), dialect, options);
  const outputs = Array.isArray(e) ? withoutReadings(wanted) : wanted;
  const roots = outputs.map(({ expression }) => expression);
  const variables = parametersOf(freeVariables(...roots), options);
  const definitions = definitionsIn(roots, dialect.language);

  const { names, calledAs, name } = namesFor(definitions, outputs, dialect, options);
  const parameters = new Map(variables.map(variable => [variable, names.take(variable)]));
  const scope = { variables: parameters, definitions: calledAs, next: names.next };

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
  readonly axes: readonly string[];
  readonly expression: Expr;
}

function wantedOf(e: Operand | Readonly<Record<string, Operand>> | Definitions): readonly Wanted[] {
  if (isExpr(e) || typeof e !== "object" || e === null) {
    return [{ name: undefined, axes: [], expression: asExpr(e as Operand) }];
  }
  const outputs = isList(e) ? e : record(Object.entries(e).map(([key, operand]) => [key, asExpr(operand)]));
  if (outputs.length === 0) throw new FluxionError("bad-option", "there is no output to write code for");
  const names = new Set<string>();
  for (const { name } of outputs) {
    if (names.has(name)) throw new FluxionError("bad-option", `${shownName(name)} is defined twice`);
    names.add(name);
  }
  return outputs;
}

// The keys of a record in which there are indices name the axes.
function record(entries: readonly (readonly [key: string, expression: Expr])[]): Definitions {
  const isPlain = entries.every(([, expression]) => !isIndexed({ name: "", axes: [], expression }));
  return entries.map(([key, expression]) => {
    if (isPlain) return { name: key, axes: [], expression };
    const { name, axes = [] } = readingOf(key);
    return definition(name, axes, expression);
  });
}

const isList = (e: object): e is Definitions => Array.isArray(e);

const isIndexed = ({ axes, expression }: Wanted): boolean =>
  axes.length > 0 ||
  topologicalOrder(expression).some(
    node =>
      !(node.kind === "constant" || node.kind === "call" || (node.kind === "variable" && node.indices.length === 0)),
  );

function arrayCode(wanted: readonly Wanted[], isList: boolean, dialect: Dialect, options: CodeOptions): string {
  // Of a record, no expression reads another.
  const definitions = wanted.map(({ name = "", axes, expression }) => {
    if (expression.freeIndices.length > 0 && axes.length === 0) throw freeError(expression);
    return definition(isList ? name : `\u0000${name}`, axes, expression);
  });
  checkedDefinitions(definitions);
  const defined = new Set(definitions.map(({ name }) => name));
  const roots = wanted.map(({ expression }) => expression);
  const free = freeVariables(...roots).filter(name => !defined.has(name));
  const variables = parametersOf(free, options);
  const functions = functionsFor(roots, dialect);
  const { names, calledAs, name } = namesFor(functions, wanted, dialect, options);
  const parameters = new Map(variables.map(variable => [variable, names.take(variable)]));
  const comment = commentOn(wanted, parameters);
  const titles = wanted.map(each => each.name);
  const about = { definitions, titles, name, parameters, functions: calledAs, names, comment };
  return dialect.file(
    functions.map(each => definitionText(each, dialect, calledAs)),
    dialect.loops === undefined ? pythonText(numpyFunction(about, dialect)) : loopFunction(about, dialect),
    functions.filter(isHelper),
  );
}

const freeError = (e: Expr): FluxionError =>
  new FluxionError(
    "not-scalar",
    `${excerpt(e)} has the free indices ${e.freeIndices.join(", ")}; name its axes, as in define("y[${e.freeIndices}]", e)`,
  );

// What reductions are written with is called as well.
function functionsFor(roots: readonly Expr[], { language, loops }: Dialect): readonly Defined[] {
  const operations = new Set(
    topologicalOrder(...roots).flatMap(each => (each.kind === "reduction" ? each.operation : [])),
  );
  if (loops === undefined) {
    const needed = definitionsIn(roots, language);
    return operations.has("logsumexp") ? [logSumExp, ...needed] : needed;
  }
  const rows = [...operations].flatMap(operation => rowsOf[operation]);
  const calls = rows.map(row =>
    call(
      row,
      Array.from({ length: row.arity }, (_, i) => variable(String(i))),
    ),
  );
  return definitionsIn([...roots, ...calls], language);
}

interface Named {
  readonly names: Names;
  readonly calledAs: ReadonlyMap<Defined, string>;
  readonly name: string;
}

// Texts call each other by their names, so they choose first.
function namesFor(
  definitions: readonly Defined[],
  outputs: readonly Wanted[],
  dialect: Dialect,
  options: CodeOptions,
): Named {
  const names = namesIn(dialect);
  const byRank = [...definitions.filter(isHelper), ...definitions.filter(definition => !isHelper(definition))];
  const calledAs = new Map(byRank.map(definition => [definition, names.take(definition.name)]));
  const name = names.take(nameOf(options));
  if (outputs.some(output => output.name !== undefined))
    for (const own of dialect.ownNames?.(name) ?? []) names.take(own);
  return { names, calledAs, name };
}

// Each definition with the expressions of earlier ones in the place of their names.
function withoutReadings(all: readonly Wanted[]): readonly Wanted[] {
  const known = new Map<string, Expr>();
  let memo = new Map<Expr, Expr>();
  const seen = new Set<string>();
  return all.map(({ name = "", axes, expression }) => {
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
    return { name, axes, expression: result };
  });
}

function nameOf({ name = "f" }: CodeOptions): string {
  if (typeof name === "string") return name;
  throw new FluxionError("bad-option", `the name of a function is a string, got ${describe(name)}`);
}

function parametersOf(free: readonly string[], { parameters }: CodeOptions): readonly string[] {
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
  const formulas = outputs.map(({ name, axes, expression }) => {
    const text = expression.size <= 60 ? print.toString(expression) : "";
    return name === undefined ? text : `${name}${axes.length === 0 ? "" : `[${axes}]`} = ${text}`;
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
  /^[\p{L}\p{Nd} _.,:?<>=!+\-*/^()[\]']*$/u.test(text) &&
  !/[*/]{2}|\?\?/.test(text);
