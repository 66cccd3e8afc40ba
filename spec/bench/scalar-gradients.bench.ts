/** Small losses whose gradients anybody would write by hand: compiled once, called often. */
import type { Family } from "./family.ts";
import { contest } from "./harness/contest.ts";
import { fivePoint, mixture, rosenbrock, small } from "./harness/losses.ts";

export const family: Family = contest({
  about: "value and whole gradient of a scalar loss in one call, against hand-written JavaScript and peers",
  job: "gradient",
  unit: "ns",
  patience: 60,
  cases: [
    { name: "4xy + exp(-y)", problem: small, goals: { "by hand": 0.83, mathjs: 100 } },
    { name: "five-point loss, 9 partials", problem: fivePoint, goals: { "by hand": 0.83, mathjs: 100 } },
    { name: "Rosenbrock, 10 partials", problem: rosenbrock, goals: { "by hand": 0.83, mathjs: 100 } },
    { name: "mixture of 5, 15 partials", problem: mixture, goals: { "by hand": 0.83, mathjs: 100 } },
  ],
});
