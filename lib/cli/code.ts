import { gradient } from "../calculus/gradient.ts";
import { type Definitions, isList, mapDefinitions } from "../expression/definition.ts";
import { asExpr, type Expr, type Variable } from "../expression/expression.ts";
import { freeVariables } from "../expression/fold.ts";
import { type CodeLanguage, toCode } from "../print/code.ts";
import { simplify, simplifyAll } from "../simplify/simplify.ts";
import { type Command, type Output as CommandOutput, type Input, UsageError } from "./command.ts";
import { formulaOf } from "./formula.ts";
import { differentiable, readIn } from "./gradient.ts";
import { nameOf } from "./values.ts";

/** `fluxion code`: an expression as a function in another language. */
export const code: Command = {
  usage: "code EXPR [VARIABLE…] [--language NAME] [--name NAME] [--gradient] [--raw]",
  summary: "print a function of the expression's variables in JavaScript, TypeScript, Python or C",
  details:
    'fluxion code "x^2 * tanh(y)" --language c --gradient\nThe function takes the variables in the order that is given, else sorted by name. Of formulas with indices it is a\nfunction of flat arrays, and of the number of values that each index takes.',
  options: {
    language: { argument: "NAME", description: "javascript, typescript, python or c (javascript)" },
    name: { argument: "NAME", description: "the name of the function (f)" },
    gradient: { description: "also compute the partial derivatives, dx for x" },
    raw: { description: "do not simplify first" },
  },
  run(input) {
    const e = formulaOf(input);
    const names = input.operands.slice(1).map(nameOf);
    if (isList(e)) return ofDefinitions(e, names, input);
    const parameters = names.length > 0 ? names : freeVariables(e);
    const integers = freeVariables(e).filter(name => !differentiable(e).includes(name));
    const by = parameters.filter(name => !integers.includes(name));
    const outputs: readonly Output[] = input.switches.has("gradient") ? withPartials(e, by) : [["value", e]];
    const roots = outputs.map(([, root]) => root);
    const results = input.switches.has("raw") ? roots : simplifyAll(roots);
    const [value = e] = results;
    const named = Object.fromEntries(outputs.map(([name], i) => [name, results[i] ?? value]));
    const written = input.switches.has("gradient") ? named : value;
    return { text: toCode(written, languageOf(input.settings), { name: functionName(input), parameters }) };
  },
};

const functionName = ({ settings }: Input): string => settings.get("name") ?? "f";

function ofDefinitions(definitions: Definitions, names: readonly string[], input: Input): CommandOutput {
  const list = input.switches.has("raw") ? definitions : mapDefinitions(definitions, e => simplify(e));
  const variables = names.length > 0 ? names : undefined;
  const written = input.switches.has("gradient") ? [...list, ...gradient(list, variables)] : list;
  const parameters = variables === undefined ? {} : { parameters: variables };
  return { text: toCode(written, languageOf(input.settings), { name: functionName(input), ...parameters }) };
}

type Output = readonly [name: string, expression: Expr];

function withPartials(e: Expr, names: readonly string[]): readonly Output[] {
  // As variables: a scalar's name may look like the reading of an array.
  const variables = names.map(name => readIn(e, name));
  const partials = gradient(e, variables);
  const keyOf = ({ name, indices }: Variable): string =>
    indices.length === 0 ? `d${name}` : `d${name}[${indices.map(index => index.name ?? "")}]`;
  return [["value", e], ...variables.map((each): Output => [keyOf(each), asExpr(partials[each.name] ?? 0)])];
}

function languageOf(settings: ReadonlyMap<string, string>): CodeLanguage {
  const name = settings.get("language") ?? "javascript";
  for (const language of ["javascript", "typescript", "python", "c"] as const) if (name === language) return language;
  throw new UsageError(`--language takes javascript, typescript, python or c, got ${name}`);
}
