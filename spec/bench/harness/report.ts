import type { Measurement, Missing } from "../family.ts";

/** A line of the report as it is printed. */
export function lineOf(line: Measurement | Missing): string {
  const what = line.what.padEnd(52);
  if ("missing" in line) return `${what}${line.missing.toUpperCase().padStart(18)}  ${line.note}`.trimEnd();
  const { value, unit, cpu, ratio, spread, target, goal, note } = line;
  const parts = [what, `${value.toPrecision(4)} ${unit}`.padStart(18)];
  if (cpu !== undefined) parts.push(`  cpu ${cpu.toPrecision(4)}`);
  if (ratio !== undefined) parts.push(`  × ${ratioText(ratio)}`);
  if (spread !== undefined) parts.push(` (${spread.map(ratioText).join(" to ")})`);
  if (target !== undefined) parts.push(`  target ${target}: ${(ratio ?? value) <= target ? "met" : "MISSED"}`);
  if (goal !== undefined) parts.push(`  at least ${goal}: ${(ratio ?? value) >= goal ? "met" : "MISSED"}`);
  if (note !== undefined) parts.push(`  ${note}`);
  return parts.join("");
}

/** A ratio with as many digits as it deserves. */
export function ratioText(ratio: number): string {
  if (ratio < 0.1) return ratio.toPrecision(2);
  return ratio < 100 ? ratio.toFixed(2) : ratio.toFixed(0);
}
