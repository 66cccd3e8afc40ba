import type { Definitions } from "../../expression/definition.ts";
import type { Index } from "../../expression/expression.ts";
import { topologicalOrder } from "../../expression/fold.ts";
import type { Ranges } from "./ranges.ts";

/**
 * Tells positions that are certain to lie on the axis that an index runs over: those that an array is read at along such an
 * axis, since a program checks those before it runs, and those that integers give, which it checks as well.
 */
export function positionsInside(definitions: Definitions, ranges: Ranges): (position: Index, index: string) => boolean {
  const known = new Set<string>();
  for (const node of topologicalOrder(...definitions.map(({ expression }) => expression))) {
    if (node.kind !== "variable") continue;
    for (const [axis, position] of node.indices.entries()) {
      const name = ranges.axisName(node.name, axis);
      if (position.name === undefined && name !== undefined) known.add(keyOf(position, name, ranges));
    }
  }
  return (position, index) =>
    isGather(position) || (position.terms.length > 0 && known.has(keyOf(position, ranges.nameOf(index), ranges)));
}

const isGather = ({ offset, terms: [term, ...others] }: Index): boolean =>
  offset === 0 && others.length === 0 && term?.coefficient === 1 && typeof term.of !== "string";

// Positions that differ in the names of their indices only are the same.
function keyOf({ offset, terms }: Index, axis: string, ranges: Ranges): string {
  const parts = terms.map(({ coefficient, of }) => [
    coefficient,
    typeof of === "string" ? ranges.nameOf(of) : `${of.id}`,
    typeof of,
  ]);
  return JSON.stringify([axis, offset, parts.map(part => JSON.stringify(part)).sort()]);
}
