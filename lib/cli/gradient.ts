import { gradient as gradientOf } from "../calculus/gradient.ts";
import { asExpr } from "../expression/expression.ts";
import { freeVariables } from "../expression/fold.ts";
import { simplify } from "../simplify/simplify.ts";
import { type Command, expressionOf, textOf } from "./command.ts";
import { nameOf } from "./values.ts";

/** `fluxion gradient`: the derivatives by several variables. */
export const gradient: Command = {
  usage: "gradient EXPR [VARIABLE…] [--raw]",
  summary: "print the partial derivatives, by all variables unless some are named",
  details: 'fluxion gradient "x^2 * y + sin(y)"',
  options: { raw: { description: "print what the reverse sweep gives, not simplified" } },
  run(input) {
    const e = expressionOf(input);
    const names = input.operands.length > 1 ? input.operands.slice(1).map(nameOf) : freeVariables(e);
    const partials = gradientOf(e, names);
    const found = names.map(name => asExpr(partials[name] ?? 0));
    // Each for itself: they are read, not computed together.
    const outputs = (input.switches.has("raw") ? found : found.map(partial => simplify(partial))).map(partial =>
      textOf(partial),
    );
    const width = Math.max(0, ...names.map(name => name.length));
    const lines = outputs.map(({ text }, i) => `d/d${(names[i] ?? "").padEnd(width)} = ${text}`);
    const note = outputs.find(output => output.note !== undefined)?.note;
    return { text: lines.join("\n"), ...(note === undefined ? {} : { note }) };
  },
};
