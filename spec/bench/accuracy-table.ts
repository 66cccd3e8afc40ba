/**
 * Prints how far the vector functions are from the truth, in units in the last place: the largest error at corners and at
 * many random arguments. `npx tsx spec/bench/accuracy-table.ts 100000`.
 */
import { randomNumbers, trials, worstError } from "../support/vector-accuracy.ts";

const count = Number(process.argv[2] ?? 20_000);
const random = randomNumbers(1);

console.log("| function | f64x2 | f32x4 | worst at |\n|---|---:|---:|---|");
for (const trial of trials) {
  const double = worstError(trial, "f64x2", count, random);
  const single = worstError(trial, "f32x4", count, random);
  const at = `${double.at.join(", ")} and ${single.at.join(", ")}`;
  console.log(`| ${trial.row.name} | ${double.ulps.toFixed(2)} | ${single.ulps.toFixed(2)} | ${at} |`);
}
