import { writeFileSync } from "node:fs";
import { gradient } from "../calculus/gradient.ts";
import { type Definitions, isList, mapDefinitions } from "../expression/definition.ts";
import type { Expr } from "../expression/expression.ts";
import { toDot } from "../print/dot.ts";
import { simplify } from "../simplify/simplify.ts";
import { atMost, type Command, type Input, type Output, UsageError } from "./command.ts";
import { formulaOf } from "./formula.ts";
import { layOut } from "./layout.ts";
import { extentsOf } from "./values.ts";

/** `fluxion graph`: the shared graph of an expression, for Graphviz or as a picture. */
export const graph: Command = {
  usage: "graph EXPR [--simplify] [--gradient] [--inside] [--svg] [--repeat-leaves] [--out FILE]",
  summary: "draw the graph of an expression, shared parts once",
  details:
    'fluxion graph "(x + 1)^2 * exp((x + 1)^2)" --out graph.svg\nOf a list of definitions, each is a box.\nPrints the language of Graphviz unless a picture is asked for, by --svg or a FILE that ends in .svg.',
  options: {
    simplify: { description: "draw the simplified expression" },
    gradient: { description: "of definitions, draw the adjoints of the last one too, by all variables" },
    inside: { description: "of definitions, draw what each is made of" },
    extent: { argument: "NAME=N", description: "an index takes N values, in the shapes of the boxes; may be repeated" },
    svg: { description: "draw a picture" },
    "repeat-leaves": { description: "draw constants and variables at each use, not once" },
    out: { argument: "FILE", description: "write to a file" },
  },
  async run(input) {
    const given = formulaOf(input);
    atMost(input, 1);
    const file = input.settings.get("out");
    const shorter = (e: Expr): Expr => (input.switches.has("simplify") ? simplify(e) : e);
    const drawn = isList(given) ? withBackward(mapDefinitions(given, shorter), input) : shorter(given);
    const dot = toDot(drawn, {
      leaves: input.switches.has("repeat-leaves") ? "each use" : "once",
      inside: input.switches.has("inside"),
      extents: Object.fromEntries(extentsOf(input.lists.get("extent") ?? [])),
    });
    const text = input.switches.has("svg") || file?.endsWith(".svg") === true ? await layOut(dot) : dot;
    return file === undefined ? { text } : written(file, text);
  },
};

const withBackward = (definitions: Definitions, { switches }: Input): Definitions =>
  switches.has("gradient") ? [...definitions, ...gradient(definitions)] : definitions;

function written(file: string, text: string): Output {
  try {
    writeFileSync(file, `${text}\n`);
  } catch (error) {
    throw new UsageError(`cannot write ${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
  return { text: `wrote ${file}` };
}
