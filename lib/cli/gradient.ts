import { gradient as gradientOf } from "../calculus/gradient.ts";
import { axesOf, readingsOf } from "../calculus/readings.ts";
import { type Definitions, isList } from "../expression/definition.ts";
import { asExpr, type Expr, type Variable, variable } from "../expression/expression.ts";
import { freeVariables } from "../expression/fold.ts";
import { indexNames, readingOf } from "../expression/indices.ts";
import { adjointsIn } from "../print/definitions.ts";
import { toMatrixForm } from "../print/matrix.ts";
import { simplify } from "../simplify/simplify.ts";
import { type Command, type Input, latex, latexOf, letterFor, type Output, textOf, UsageError } from "./command.ts";
import { formulaOf, matrix, shown } from "./formula.ts";
import { nameOf } from "./values.ts";

/** `fluxion gradient`: the derivatives by several variables. */
export const gradient: Command = {
  usage: "gradient EXPR [VARIABLE…] [--raw] [--latex] [--matrix]",
  summary: "print the partial derivatives, by all variables unless some are named",
  details:
    'fluxion gradient "x^2 * y + sin(y)"\nfluxion gradient "h[n] = tanh(sum(j, x[n,j] * w[j])); loss = sum(n, h[n]^2)" w\nThe backward pass of a list of definitions is such a list. A variable may be a reading that names its axes, W[j,k].',
  options: { raw: { description: "print what the reverse sweep gives, not simplified" }, latex, matrix },
  run(input) {
    const given = formulaOf(input);
    if (isList(given)) return backward(given, input);
    const names = input.operands.length > 1 ? input.operands.slice(1).map(nameOf) : differentiable(given);
    const variables = names.map(name => readIn(given, name));
    const partials = gradientOf(given, variables);
    const found = variables.map(({ name }) => asExpr(partials[name] ?? 0));
    // Each for itself: they are read, not computed together.
    const results = input.switches.has("raw") ? found : found.map(partial => simplify(partial));
    const { switches } = input;
    const outputs = switches.has("matrix")
      ? matrices(variables, results, switches.has("latex"))
      : switches.has("latex")
        ? equations(letterFor(given), variables, results)
        : lines(variables, results, partial => textOf(partial));
    const note = outputs.find(output => output.note !== undefined)?.note;
    return { text: outputs.map(({ text }) => text).join("\n"), ...(note === undefined ? {} : { note }) };
  },
};

function backward(definitions: Definitions, input: Input): Output {
  const { operands, switches } = input;
  const variables = operands.length > 1 ? operands.slice(1).map(nameOf) : undefined;
  const adjoints = gradientOf(definitions, variables, { simplify: !switches.has("raw") });
  const names = adjointsIn([...definitions, ...adjoints]);
  const root = definitions.at(-1)?.name ?? "";
  return shown(adjoints, input, { adjointsOf: root, adjoints: Object.fromEntries(names) });
}

/** The variables that a gradient is taken by where none is named: what is read within indices only is an integer. */
export const differentiable = (e: Expr): readonly string[] => {
  const readings = readingsOf(e);
  return freeVariables(e).filter(name => readings.has(name));
};

/** The variable with the indices of its answer: those that are named, or those of its first reading. */
export function readIn(e: Expr, text: string): Variable {
  const found = readingsOf(e).get(text);
  const { name, axes } = found === undefined ? readingOf(text) : { name: text, axes: axesOf(found, indexNames(e)) };
  if (name === "") throw new UsageError(`${JSON.stringify(text)} is no variable; a reading of one is W[j,k]`);
  return variable(name, ...(axes ?? []));
}

const equations = (of: string, variables: readonly Variable[], partials: readonly Expr[]): readonly Output[] =>
  partials.map((partial, i) => latexOf(partial, { of, by: variables[i] ?? "" }));

const matrices = (variables: readonly Variable[], partials: readonly Expr[], isLatex: boolean): readonly Output[] =>
  lines(
    variables.map(({ name }) => variable(name)),
    partials,
    (partial, i) => {
      const axes = variables[i]?.indices.flatMap(index => index.name ?? []) ?? [];
      return { text: toMatrixForm(partial, { axes, language: isLatex ? "latex" : "text" }) };
    },
  );

function lines(
  variables: readonly Variable[],
  partials: readonly Expr[],
  print: (partial: Expr, i: number) => Output,
): readonly Output[] {
  const names = variables.map(({ name, indices }) =>
    indices.length === 0 ? name : `${name}[${indices.map(index => index.name ?? "")}]`,
  );
  const width = Math.max(0, ...names.map(name => name.length));
  return partials.map((partial, i) => {
    const output = print(partial, i);
    return { ...output, text: `d/d${(names[i] ?? "").padEnd(width)} = ${output.text}` };
  });
}
