import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { mersenne } from "pure-rand/generator/mersenne";
import { FluxionError } from "../expression/error.ts";
import { describe } from "../expression/expression.ts";

/** A stream of random numbers, the same for the same seed on every machine. */
export interface Random {
  /** A number from 0 to 1, without 1. */
  uniform(): number;
  /** An integer from 0 to `count - 1`. */
  below(count: number): number;
}

/** The stream of a seed, which is an integer; else `bad-option` is thrown. */
export function randomStream(seed: number): Random {
  if (!Number.isSafeInteger(seed)) {
    throw new FluxionError(
      "bad-option",
      `a seed is an integer, got ${typeof seed === "number" ? seed : describe(seed)}`,
    );
  }
  // Of pure-rand's generators the one whose first numbers differ much between seeds 1, 2, 3, …
  const generator = mersenne(seed);
  return {
    uniform: () => uniformFloat64(generator),
    below: count => uniformInt(generator, 0, count - 1),
  };
}

/** The integers from 0 to `count - 1`, in order. */
export const rowNumbers = (count: number): Int32Array => Int32Array.from({ length: count }, (_, row) => row);

/** Shuffles in place, all orders being equally likely (R. Durstenfeld, Algorithm 235, Communications of the ACM 7, 1964). */
export function shuffle(rows: Int32Array, random: Random): void {
  for (let last = rows.length - 1; last > 0; last--) {
    const chosen = random.below(last + 1);
    [rows[last], rows[chosen]] = [rows[chosen] ?? 0, rows[last] ?? 0];
  }
}
