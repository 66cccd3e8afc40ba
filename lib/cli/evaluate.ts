import * as meaning from "../evaluate.ts";
import { isList } from "../expression/definition.ts";
import { renameIndices } from "../expression/indices.ts";
import { isPlainName, quoteName } from "../expression/names.ts";
import type { Command, Option } from "./command.ts";
import { formulaOf } from "./formula.ts";
import { arrayText, assignmentsOf, extentsOf } from "./values.ts";

/** How many values an index takes, for the commands that evaluate. */
export const extent: Option = {
  argument: "NAME=N",
  description: "an index takes N values, where no array tells; may be repeated",
};

/** `fluxion eval`: the value of an expression. */
export const evaluate: Command = {
  usage: "eval EXPR [NAME=VALUE…] [--extent NAME=N…]",
  summary: "print the value of an expression, or of each of a list of definitions",
  details:
    'fluxion eval "4x*y + exp(-y)" x=2 y=3\nfluxion eval "sum(j, W[i,j] * x[j])" "W=[[1, 2], [3, 4]]" "x=[1, -1]"\nA value may be a formula without variables, x=pi/2, or an array. An expression with free indices has an array\nof values, its indices in alphabetical order, unless an index is given a value too.',
  options: { extent },
  run(input) {
    const given = formulaOf(input);
    const values = assignmentsOf(input.operands.slice(1));
    const extents = extentsOf(input.lists.get("extent") ?? []);
    if (isList(given)) {
      const results = meaning.evaluateDefinitions(given, values, { extents });
      return {
        text: [...results]
          .map(([name, value]) => `${written(name)} = ${typeof value === "number" ? value : arrayText(value)}`)
          .join("\n"),
      };
    }
    const open = given.freeIndices.filter(index => !values.has(index));
    if (open.length === 0) return { text: String(meaning.evaluate(given, values, { extents })) };
    const positions = [...values].filter(
      ([name, value]) => given.freeIndices.includes(name) && typeof value === "number",
    );
    const e = renameIndices(given, new Map(positions as [string, number][]));
    return { text: arrayText(meaning.evaluateArray(e, values, open, { extents })) };
  },
};

const written = (name: string): string => (isPlainName(name) ? name : quoteName(name));
