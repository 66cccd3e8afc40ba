import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import type { Definitions } from "../../lib/expression/definition.ts";
import { type Expr, Variable } from "../../lib/expression/expression.ts";
import { topologicalOrder } from "../../lib/expression/fold.ts";
import type { FlatArray } from "../../lib/expression/values.ts";

/** How many values each index takes; a primed one ranges as the one without primes does. */
export type Sizes = Readonly<Record<string, number>>;

/** Numbers and arrays by name. */
export type Arrays = Map<string, number | FlatArray>;

/** The size of an index. */
export function sizeOf(sizes: Sizes, index: string): number {
  const name = index.replace(/'+$/, "");
  const size = Object.hasOwn(sizes, name) ? sizes[name] : undefined;
  if (size === undefined) throw new Error(`the index ${index} has no size`);
  return size;
}

/** Random numbers from 0 up to 1, the same for the same seed. */
export function uniform(seed: number): () => number {
  const random = xoroshiro128plus(seed);
  return () => uniformFloat64(random);
}

/** What some arrays hold that is not any numbers. */
export interface Kinds {
  /** Positive numbers. */
  readonly positive?: readonly string[];
  /** Probabilities: positive numbers that sum to 1 along the last axis. */
  readonly probabilities?: readonly string[];
  /** Integers from 0 up to a bound. */
  readonly integers?: Readonly<Record<string, number>>;
}

/**
 * A random value for everything that `definitions` read and do not define: arrays in the shapes that `sizes` give their
 * indices. What is read under a number alone, as `x[3]`, has one element more than that.
 */
export function randomArrays(definitions: Definitions, sizes: Sizes, random: () => number, kinds: Kinds = {}): Arrays {
  const { positive = [], probabilities = [], integers = {} } = kinds;
  const defined = new Set(definitions.map(({ name }) => name));
  const values: Arrays = new Map();
  for (const { name, indices } of readingsIn(definitions.map(({ expression }) => expression))) {
    if (defined.has(name)) continue;
    const bound = Object.hasOwn(integers, name) ? integers[name] : undefined;
    const isPositive = positive.includes(name) || probabilities.includes(name);
    // Never near 0, where a function may have a kink or a pole.
    const number = (): number =>
      bound !== undefined ? Math.floor(bound * random()) : (isPositive || random() < 0.5 ? 1 : -1) * (0.25 + random());
    const shape = indices.map(({ offset, terms }) =>
      terms.reduce(
        (extent, { coefficient, of }) => extent + coefficient * ((typeof of === "string" ? sizeOf(sizes, of) : 1) - 1),
        offset + 1,
      ),
    );
    const length = shape.reduce((product, extent) => product * extent, 1);
    const before = values.get(name);
    if (typeof before === "object" && before.data.length >= length) continue;
    const data = Array.from({ length }, number);
    const width = shape.at(-1) ?? 1;
    const elements = probabilities.includes(name) ? data.map((x, i) => x / totalOfRow(data, width, i)) : data;
    values.set(name, indices.length === 0 ? (data[0] ?? Number.NaN) : { shape, data: elements });
  }
  return values;
}

function totalOfRow(data: readonly number[], width: number, element: number): number {
  const start = element - (element % width);
  return data.slice(start, start + width).reduce((a, b) => a + b, 0);
}

const readingsIn = (roots: readonly Expr[]): readonly Variable[] =>
  topologicalOrder(...roots).filter(node => node instanceof Variable);
