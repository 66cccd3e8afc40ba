/** A step of gradient descent of three networks, in single precision on one thread, beside what others train with. */
import type { Family } from "./family.ts";
import { contest } from "./harness/contest.ts";

const goals = { "jax-js": 1.8, "tfjs-wasm": 9 };

export const family: Family = contest({
  about: "forward pass, loss, backward pass and update in f32, one thread, against peers",
  job: "step",
  unit: "ms",
  // In single precision, and after six steps.
  tolerance: 5e-3,
  cases: [
    {
      name: "784-200-1, batch 100",
      problem: { layers: [784, 200, 1], batch: 100, batchNorm: false, rate: 0.1 },
      goals,
    },
    {
      name: "3072-128-10, batch 200",
      problem: { layers: [3072, 128, 10], batch: 200, batchNorm: false, rate: 0.1 },
      goals,
    },
    {
      name: "3072-512-256-128-10, batch 200, batch-normalised",
      problem: { layers: [3072, 512, 256, 128, 10], batch: 200, batchNorm: true, rate: 0.1 },
      goals,
    },
  ],
});
