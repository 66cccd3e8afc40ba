import { evaluate } from "../../lib/evaluate.ts";
import type { Expr } from "../../lib/expression/expression.ts";

/** The value of a derivative, which has to be there. */
export function evaluated(e: Expr | undefined, point: Readonly<Record<string, number>>): number {
  if (e === undefined) throw new Error("there is no such derivative");
  return evaluate(e, point);
}

/** Keeps account of cases: which failed, how near the nearest came to failing, and which took longest. */
export function accounts(name: string): {
  /** Judges one case by its error, which has to be at most the tolerance. */
  readonly judge: (id: string, tolerance: number, error: () => number) => void;
  /** Prints the worst ratio of error to tolerance and the longest case, and returns the failures. */
  readonly close: () => readonly string[];
} {
  const failures: string[] = [];
  let count = 0;
  let worst = { id: "none", ratio: 0 };
  let longest = { id: "none", milliseconds: 0 };
  return {
    judge(id, tolerance, error) {
      const start = performance.now();
      let ratio = Number.NaN;
      let why = "";
      try {
        ratio = error() / tolerance;
      } catch (thrown) {
        why = `: ${String(thrown).slice(0, 200)}`;
      }
      const milliseconds = performance.now() - start;
      count++;
      if (!(ratio <= 1)) failures.push(`${id} is off by ${ratio} times the tolerance${why}`);
      else if (ratio > worst.ratio) worst = { id, ratio };
      if (milliseconds > longest.milliseconds) longest = { id, milliseconds };
    },
    close() {
      const time = `${longest.milliseconds.toFixed(0)} ms for ${longest.id}`;
      console.log(
        `${name}: ${count} cases, worst error ${worst.ratio.toPrecision(2)} of the tolerance (${worst.id}), longest ${time}`,
      );
      return failures;
    },
  };
}
