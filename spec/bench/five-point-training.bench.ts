/** The training of a textbook's network on five points: 251 epochs of steps on one sample each. */
import type { Family } from "./family.ts";
import { contest } from "./harness/contest.ts";
import { fivePoint } from "./harness/losses.ts";

// The origin against the four points around it.
const samples = [
  [0, 0, 1],
  [1, 0, 0],
  [0, -1, 0],
  [-1, 0, 0],
  [0, 1, 0],
];

export const family: Family = contest({
  about: "1,255 steps of gradient descent on one sample each, gradient and update, from start to end",
  job: "training",
  unit: "ms",
  patience: 40,
  cases: [
    {
      name: "five points",
      problem: { ...fivePoint, at: fivePoint.at.map((_, i) => Math.sin(3 * i + 1)), samples, epochs: 251, rate: 0.25 },
      goals: { "by hand": 0.77, mathjs: 100 },
    },
  ],
});
