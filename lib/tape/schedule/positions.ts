import type { Definitions } from "../../expression/definition.ts";
import type { Index } from "../../expression/expression.ts";
import { topologicalOrder } from "../../expression/fold.ts";
import type { Ranges } from "./ranges.ts";

/**
 * Tells positions that lie on the axis that an index runs over: those that an array is read at along such an axis, since a
 * program checks those before it runs, and those that integers give, which it checks as well. Of an index that runs along
 * no axis by itself, as `m` in the derivative by `x[m]` of a formula that reads `x[i+p]` only, the axis is taken to be one
 * that is read so.
 */
export function positionsInside(definitions: Definitions, ranges: Ranges): (position: Index, index: string) => boolean {
  const known = new Set<string>();
  const running = new Set<string | undefined>();
  for (const node of topologicalOrder(...definitions.map(({ expression }) => expression))) {
    if (node.kind !== "variable") continue;
    for (const [axis, position] of node.indices.entries()) {
      const name = ranges.axisName(node.name, axis);
      running.add(name);
      if (position.name === undefined) known.add(keyOf(position, name, ranges));
    }
  }
  return (position, index) => {
    if (isGather(position)) return true;
    const name = ranges.nameOf(index);
    const axis = running.has(name) ? name : undefined;
    return position.terms.length > 0 && known.has(keyOf(position, axis, ranges));
  };
}

const isGather = ({ offset, terms: [term, ...others] }: Index): boolean =>
  offset === 0 && others.length === 0 && term?.coefficient === 1 && typeof term.of !== "string";

// Positions that differ in the names of their indices only are the same.
function keyOf({ offset, terms }: Index, axis: string | undefined, ranges: Ranges): string {
  const parts = terms.map(({ coefficient, of }) => [
    coefficient,
    typeof of === "string" ? ranges.nameOf(of) : `${of.id}`,
    typeof of,
  ]);
  return JSON.stringify([axis ?? null, offset, parts.map(part => JSON.stringify(part)).sort()]);
}
