import type { Random } from "../data/random.ts";
import { sizeOf } from "../expression/values.ts";

export { type Random, randomStream, rowNumbers, shuffle } from "../data/random.ts";

/** How the elements of a parameter begin, given its shape. */
export type Initialiser = (shape: readonly number[], random: Random) => Float64Array;

/** Normally distributed elements of mean 0 and the given standard deviation. */
export const normal =
  (scale: number): Initialiser =>
  (shape, random) =>
    Float64Array.from({ length: sizeOf(shape) }, () => scale * standardNormal(random));

// G. E. P. Box and M. E. Muller, A note on the generation of random normal deviates, Annals of Mathematical Statistics 29, 1958.
const standardNormal = (random: Random): number =>
  Math.sqrt(-2 * Math.log(1 - random.uniform())) * Math.cos(2 * Math.PI * random.uniform());
