import { freeVariables } from "../../expression/fold.ts";
import type { Dialect } from "./dialect.ts";
import { type Defined, expansionOf, isHelper } from "./forms.ts";
import { namesIn } from "./names.ts";
import { blockOf } from "./statements.ts";

/** The text of a function that is defined because the library has none. */
export function definitionText(
  definition: Defined,
  dialect: Dialect,
  definitions: ReadonlyMap<Defined, string>,
): string {
  const header = { name: definitions.get(definition) ?? "", unused: [], isPrivate: true };
  if (isHelper(definition)) {
    const { parameters, summary, body } = definition;
    return dialect.function({
      ...header,
      parameters,
      comment: [summary],
      lines: body.trim().split("\n"),
      outputs: [],
      chooses: false,
    });
  }
  const { parameters, expression } = expansionOf(definition);
  const names = namesIn({ ...dialect, reserved: new Set([...dialect.reserved, ...definitions.values()]) });
  const variables = new Map(parameters.map(name => [name, names.take(name)]));
  const { lines, results, chooses } = blockOf([expression], dialect, { variables, definitions, next: names.next });
  const used = freeVariables(expression);
  return dialect.function({
    ...header,
    parameters: [...variables.values()],
    unused: parameters.filter(name => !used.includes(name)),
    comment: [],
    lines,
    outputs: results.map(code => ({ name: undefined, field: "", code })),
    chooses,
  });
}
