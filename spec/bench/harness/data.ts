import type { StepProblem } from "./jobs.ts";

/**
 * Numbers in [-1, 1) that look random and are the same in every process and language: the finaliser of MurmurHash3
 * (A. Appleby), of the positions from a start that the seed gives.
 */
export function uniform(count: number, seed: number): Float64Array {
  return Float64Array.from({ length: count }, (_, i) => {
    let h = (i + Math.imul(seed, 0x9e3779b9)) >>> 0;
    h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
    h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
    return ((h ^ (h >>> 16)) >>> 0) / 2 ** 31 - 1;
  });
}

/** What a network starts from, and the batch that it learns: rows of `x`, and for each its class. */
export interface Network {
  readonly x: Float32Array;
  readonly classes: Int32Array;
  /** The weights of each layer, a row for each of its inputs; biases start at 0, gains at 1. */
  readonly weights: readonly Float32Array[];
}

export function network({ layers, batch }: StepProblem): Network {
  const [features = 1, ...rest] = layers;
  const classes = Math.max(2, rest.at(-1) ?? 1);
  return {
    x: Float32Array.from(uniform(batch * features, 1)),
    classes: Int32Array.from(uniform(batch, 2), value => Math.floor(((value + 1) / 2) * classes)),
    weights: rest.map((to, i) => {
      const from = layers[i] ?? 1;
      return Float32Array.from(uniform(from * to, 3 + i), value => value * Math.sqrt(3 / from));
    }),
  };
}
