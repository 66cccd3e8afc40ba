import { gradient as gradientOf } from "../calculus/gradient.ts";
import { asExpr, type Expr } from "../expression/expression.ts";
import { freeVariables } from "../expression/fold.ts";
import { simplify } from "../simplify/simplify.ts";
import { type Command, expressionOf, latex, latexOf, letterFor, type Output, textOf } from "./command.ts";
import { nameOf } from "./values.ts";

/** `fluxion gradient`: the derivatives by several variables. */
export const gradient: Command = {
  usage: "gradient EXPR [VARIABLE…] [--raw] [--latex]",
  summary: "print the partial derivatives, by all variables unless some are named",
  details: 'fluxion gradient "x^2 * y + sin(y)"',
  options: { raw: { description: "print what the reverse sweep gives, not simplified" }, latex },
  run(input) {
    const e = expressionOf(input);
    const names = input.operands.length > 1 ? input.operands.slice(1).map(nameOf) : freeVariables(e);
    const partials = gradientOf(e, names);
    const found = names.map(name => asExpr(partials[name] ?? 0));
    // Each for itself: they are read, not computed together.
    const results = input.switches.has("raw") ? found : found.map(partial => simplify(partial));
    const outputs = input.switches.has("latex") ? equations(letterFor(e), names, results) : lines(names, results);
    const note = outputs.find(output => output.note !== undefined)?.note;
    return { text: outputs.map(({ text }) => text).join("\n"), ...(note === undefined ? {} : { note }) };
  },
};

const equations = (of: string, names: readonly string[], partials: readonly Expr[]): readonly Output[] =>
  partials.map((partial, i) => latexOf(partial, { of, by: names[i] ?? "" }));

function lines(names: readonly string[], partials: readonly Expr[]): readonly Output[] {
  const width = Math.max(0, ...names.map(name => name.length));
  return partials.map((partial, i) => {
    const output = textOf(partial);
    return { ...output, text: `d/d${(names[i] ?? "").padEnd(width)} = ${output.text}` };
  });
}
