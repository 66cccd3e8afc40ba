import type { Definitions } from "../expression/definition.ts";
import type { Expr } from "../expression/expression.ts";
import { simplify } from "../simplify/simplify.ts";
import { recogniser } from "./recognise.ts";
import { indexFamilies, tidyIndices } from "./tidy.ts";

/** Makes of a derivative, which is to have these axes, what is printed; it reads no definition after the position `last`. */
export type Finish = (derivative: Expr, axes: readonly string[], last?: number) => Expr;

/**
 * Derivatives of definitions in a list as a textbook writes them: simplified, reading by its name what the list computes,
 * bound indices named plainly. `names` are the indices of the list.
 */
export function finisher(list: Definitions, names: ReadonlySet<string>): Finish {
  const recognise = recogniser(list, names);
  const families = indexFamilies(list, names);
  return (derivative, axes, last) => {
    // What was derived is as the list wrote it; what is simplified may show more.
    let current = simplify(recognise(derivative, last));
    for (let round = 0; round < mostRounds; round++) {
      const next = recognise(current, last);
      if (next === current) break;
      current = simplify(next);
    }
    return tidyIndices(current, axes, families);
  };
}

const mostRounds = 3;
