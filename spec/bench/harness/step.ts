import type { Work } from "./jobs.ts";

/** A network in training. */
export interface Training {
  /** Takes a step, and returns the loss before it. */
  readonly step: () => number | Promise<number>;
  readonly firstWeights: () => ArrayLike<number>;
}

/** Steps to be timed; compared are the losses of the first six, and how far the weights of the first layer have then moved. */
export async function stepWork({ step, firstWeights }: Training): Promise<Work> {
  const before = Float64Array.from(firstWeights());
  const losses: number[] = [];
  for (let i = 0; i < 6; i++) losses.push(await step());
  return {
    answer: [...losses, movedBy(before, firstWeights())],
    run: async times => {
      for (let i = 0; i < times; i++) await step();
    },
  };
}

/** How far weights have moved: the root of the sum of the squares of all changes. */
export function movedBy(before: ArrayLike<number>, now: ArrayLike<number>): number {
  const squares = Float64Array.from(now, (weight, i) => (weight - (before[i] ?? 0)) ** 2);
  return Math.sqrt(squares.reduce((sum, square) => sum + square, 0));
}
