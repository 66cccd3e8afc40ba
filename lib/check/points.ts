import type { Point } from "./regular.ts";

/**
 * Endlessly many random points for `names`, their coordinates in thousandths. Three of four lie within 3 of the origin, and
 * the others within 100, for what is defined only far out. The same seed gives the same points.
 */
export function* randomPoints(names: readonly string[], seed: number): Generator<Point, never> {
  const random = uniform(seed);
  for (let i = 0; ; i++) {
    const extent = extents[i % extents.length] ?? 3;
    yield Object.fromEntries(names.map(name => [name, coordinate((2 * random() - 1) * extent)]));
  }
}

const extents = [3, 1, 3, 100] as const;

// In thousandths, and never a negative zero.
const coordinate = (x: number): number => Math.round(x * 1000) / 1000 + 0;

/**
 * Random numbers from 0 up to 1. Mulberry32, by Tommy Ettinger: a counter, scrambled. It is small, and good enough to
 * choose points.
 */
export function uniform(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let word = Math.imul(state ^ (state >>> 15), state | 1);
    word ^= word + Math.imul(word ^ (word >>> 7), word | 61);
    return ((word ^ (word >>> 14)) >>> 0) / 2 ** 32;
  };
}
