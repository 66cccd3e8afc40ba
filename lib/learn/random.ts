import { type Random, randomStream } from "../data/random.ts";
import { sizeOf } from "../expression/values.ts";

export { type Random, randomStream, rowNumbers, shuffle } from "../data/random.ts";

/** How the elements of a parameter begin, given its shape. */
export type Initialiser = (shape: readonly number[], random: Random) => Float64Array;

/** Normally distributed elements of mean 0 and the given standard deviation. */
export const normal =
  (scale: number): Initialiser =>
  (shape, random) =>
    Float64Array.from({ length: sizeOf(shape) }, () => scale * standardNormal(random));

/**
 * A stream for each place of what a seed determines, such as an epoch and a step: what is drawn at one place does not
 * depend on what was drawn before, so that nothing needs to be remembered. Throws as `randomStream` does.
 */
export function streamAt(seed: number, ...place: readonly number[]): Random {
  randomStream(seed);
  return randomStream([Math.floor(seed / 2 ** 32), ...place].reduce(mixed, seed >>> 0));
}

// The round and the end of MurmurHash3 for 32 bits (A. Appleby, 2011), so that neighbours get unlike seeds.
function mixed(hash: number, value: number): number {
  let word = Math.imul(value, 0xcc9e2d51);
  word = Math.imul((word << 15) | (word >>> 17), 0x1b873593);
  let next = hash ^ word;
  next = Math.imul((next << 13) | (next >>> 19), 5) + 0xe6546b64;
  next = Math.imul(next ^ (next >>> 16), 0x85ebca6b);
  next = Math.imul(next ^ (next >>> 13), 0xc2b2ae35);
  return (next ^ (next >>> 16)) >>> 0;
}

// G. E. P. Box and M. E. Muller, A note on the generation of random normal deviates, Annals of Mathematical Statistics 29, 1958.
const standardNormal = (random: Random): number =>
  Math.sqrt(-2 * Math.log(1 - random.uniform())) * Math.cos(2 * Math.PI * random.uniform());
