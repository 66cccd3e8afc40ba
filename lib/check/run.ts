import { evaluateArray } from "../evaluate.ts";
import type { Definitions } from "../expression/definition.ts";
import { freeVariables } from "../expression/fold.ts";
import { freshName } from "../expression/indices.ts";
import type { FlatArray, Values } from "../expression/values.ts";
import type { IndexedCase } from "./case.ts";
import { isNear } from "./law.ts";
import { isRegular, measureAll } from "./regular.ts";

/**
 * Computes what `definitions` define, each a number or an array in row-major order. It is called many times with the same
 * two lists and other values: what is compiled for a list may be kept.
 */
export type Run = (
  definitions: Definitions,
  values: Values,
  extents: Readonly<Record<string, number>>,
) => ReadonlyMap<string, number | FlatArray>;

/**
 * Whether `run` computes of a random case what `evaluate` does, to 1e-9 of the largest intermediate; undefined where rounding
 * may decide. With `arbitraryIndexedCase` and `lawOver`, this is the law of a back-end.
 */
export function runAgrees({ expression, axes, values, extents }: IndexedCase, run: Run): boolean | undefined {
  if (!isRegular(expression, values, { extents })) return undefined;
  const name = freshName("value", new Set([...freeVariables(expression), ...Object.keys(extents)]));
  const found = run([{ name, axes, expression }], values, extents).get(name);
  const data = typeof found === "number" ? [found] : Array.from(found?.data ?? []);
  const expected = evaluateArray(expression, values, axes, { extents });
  const { largest } = measureAll(expression, values, { extents });
  return (
    data.length === expected.data.length && expected.data.every((x, i) => isNear(x, data[i] ?? Number.NaN, largest))
  );
}
