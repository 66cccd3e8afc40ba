/** The five-point loss over a million points, all at once: the mean of its value and of its nine partials. */
import type { Family } from "./family.ts";
import { contest } from "./harness/contest.ts";
import { fivePoint } from "./harness/losses.ts";

const points = 1_000_000;

export const family: Family = contest({
  about: `the mean of the five-point loss and its 9 partials over ${points} points; time a point, one thread`,
  job: "batch",
  unit: "ns",
  cases: [
    {
      name: "five-point loss",
      per: points,
      problem: { ...fivePoint, points, seeds: [11, 12, 13] },
      goals: { "by hand": 1.9 },
    },
  ],
});
