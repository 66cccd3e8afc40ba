import type { Expr } from "../../expression/expression.ts";
import { topologicalOrder } from "../../expression/fold.ts";
import { equal } from "../../expression/functions.ts";
import type { Filling } from "./filling.ts";

/** What is compared with an extreme of it: values that are computed where they are read, and arrays by name. */
export interface Compared {
  readonly values: ReadonlySet<Expr>;
  readonly arrays: ReadonlySet<string>;
}

/**
 * The values of which a maximum or minimum is taken and then looked for among them, as the derivative of an extreme does. Both
 * must have been rounded alike, and in single precision what an array holds is not what a loop has at hand.
 */
export function comparedWithExtremes(fillings: readonly Filling[]): Compared {
  const extremes = new Map(fillings.flatMap(each => (isExtreme(each) ? [[each.name, each] as const] : [])));
  const values = new Set<Expr>();
  const arrays = new Set<string>();
  if (extremes.size === 0) return { values, arrays };
  const note = (e: Expr): unknown => (e.kind === "variable" ? arrays.add(e.name) : values.add(e));
  for (const node of topologicalOrder(...fillings.map(({ value }) => value))) {
    if (node.kind !== "call" || node.fn !== equal) continue;
    const [x, y] = node.args;
    for (const [one, other] of [
      [x, y],
      [y, x],
    ]) {
      const extreme = other?.kind === "variable" ? extremes.get(other.name) : undefined;
      if (one === undefined || extreme === undefined || !isAlike(one, extreme.value)) continue;
      note(one);
      note(extreme.value);
    }
  }
  return { values, arrays };
}

const isExtreme = ({ operation }: Filling): boolean => operation === "maximum" || operation === "minimum";

// Up to the names of indices, as far as that shows: what is taken for alike and is not is only stored in vain.
const isAlike = (a: Expr, b: Expr): boolean =>
  a.kind === b.kind && a.size === b.size && a.depth === b.depth && nameOf(a) === nameOf(b);

const nameOf = (e: Expr): string | undefined =>
  e.kind === "variable" ? e.name : e.kind === "call" ? e.fn.name : undefined;
