/** Whole trainings, from bytes to the last step, beside the same work in other libraries: their time and their memory. */
import type { Family } from "./family.ts";
import { contest } from "./harness/contest.ts";

export const family: Family = contest({
  about: "networks trained from images in bytes, in f32 on one thread: all batches of all epochs, losses told",
  job: "learning",
  unit: "ms",
  // In single precision, and after six steps.
  tolerance: 5e-3,
  patience: 150,
  cases: [
    {
      name: "784-200-1, 12,080 images, batch 100, 5 epochs",
      problem: { layers: [784, 200, 1], samples: 12_080, batch: 100, epochs: 5, batchNorm: false, rate: 0.1 },
    },
    {
      name: "3072-128-10, 45,000 images, batch 128, 1 epoch",
      problem: { layers: [3072, 128, 10], samples: 45_000, batch: 128, epochs: 1, batchNorm: false, rate: 0.1 },
    },
  ],
});
