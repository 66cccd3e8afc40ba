import type { Timed } from "./timing.ts";

/** A group of measurements about one thing; `npm run bench -- name` runs it, in a process of its own. */
export interface Family {
  readonly about: string;
  /** Measures, reporting line by line. */
  run(report: (line: Measurement | Missing) => void, pace: Pace): void | Promise<void>;
}

/** How many rounds contenders of other processes have, and how many milliseconds one takes. */
export interface Pace {
  readonly rounds: number;
  readonly slice: number;
}

/** One line of a report. */
export interface Measurement {
  readonly what: string;
  /** Which case it is of, and whose, where peers have the same one. */
  readonly case?: string;
  readonly peer?: string;
  readonly value: number;
  readonly unit: "ns" | "ms" | "kB" | "MB" | "operations" | "cases";
  /** The same in time of all processors, where `value` is of the clock. The ratio is then one of this. */
  readonly cpu?: number;
  /** Milliseconds before the first run, and the most memory of the process, in MiB. */
  readonly prepared?: number;
  readonly memory?: number;
  /** The value over that of the first of its group, and between what half of the rounds lay. */
  readonly ratio?: number;
  readonly spread?: readonly [low: number, high: number];
  /** The greatest ratio, or value where there is no ratio, that we aim at. */
  readonly target?: number;
  /** The least ratio that we aim at: how many times our time a peer takes. */
  readonly goal?: number;
  readonly note?: string;
}

/** A line that has no value, and why: a peer is absent, answers wrongly, took too long, or failed. */
export interface Missing {
  readonly what: string;
  readonly case?: string;
  readonly peer?: string;
  readonly missing: "absent" | "wrong" | "late" | "failed";
  readonly note: string;
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
