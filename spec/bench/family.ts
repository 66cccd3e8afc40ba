import type { Timed } from "./timing.ts";

/** A group of measurements about one thing; `npm run bench -- name` runs it, in a process of its own. */
export interface Family {
  readonly about: string;
  /** Measures, reporting line by line. */
  run(report: (line: Measurement) => void): void | Promise<void>;
}

/** One line of a report. */
export interface Measurement {
  readonly what: string;
  readonly value: number;
  readonly unit: "ns" | "ms" | "operations" | "cases";
  /** The value over that of the first of its group, and between what half of the rounds lay. */
  readonly ratio?: number;
  readonly spread?: readonly [low: number, high: number];
  /** The greatest ratio, or value where there is no ratio, that we aim at. */
  readonly target?: number;
  readonly note?: string;
}

/** Reports contenders; the one called `fluxion` has a target. */
export function reportTimed(
  report: (line: Measurement) => void,
  timed: readonly Timed[],
  what: string,
  target?: number,
): void {
  for (const { name, nanoseconds, ratio, spread } of timed) {
    const line = { what: `${what}, ${name}`, value: nanoseconds, unit: "ns", ratio, spread } as const;
    report(name === "fluxion" && target !== undefined ? { ...line, target } : line);
  }
}
