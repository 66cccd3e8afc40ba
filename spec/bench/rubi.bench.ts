/** Derivatives of the antiderivatives that the Rubi project collected. */
import { readCases } from "../support/cases.ts";
import type { Family } from "./family.ts";
import { builtPackage } from "./harness/package.ts";
import { milliseconds, nextJob, quantile } from "./timing.ts";

interface Case {
  readonly id: string;
  readonly variable: string;
  readonly antiderivative: string;
}

export const family: Family = {
  about: "derivatives simplified, one case at a time, the median of three times each",
  async run(report) {
    const cases = readCases<Case>("rubi.jsonl");
    if (cases === undefined) {
      console.log("  skipped: no case file rubi.jsonl (FLUXION_CASES names the folder)");
      return;
    }
    const { differentiate, parse, simplify } = await builtPackage();
    const derivatives = cases.map(({ variable, antiderivative }) => differentiate(parse(antiderivative), variable));
    // Once to warm up: simplification has many functions, which are compiled only once they have run a lot.
    const rounds: number[][] = derivatives.map(() => []);
    for (let round = 0; round < 4; round++) {
      for (const [i, derivative] of derivatives.entries()) {
        const time = milliseconds(() => simplify(derivative));
        if (round > 0) rounds[i]?.push(time);
        await nextJob();
      }
    }
    const times = rounds.map(own => quantile(own, 0.5));
    const worst = times.indexOf(Math.max(...times));
    report({ what: "cases", value: cases.length, unit: "cases" });
    report({ what: "median", value: quantile(times, 0.5), unit: "ms", target: 1 });
    report({ what: "95 of 100 below", value: quantile(times, 0.95), unit: "ms" });
    report({ what: "worst", value: times[worst] ?? Number.NaN, unit: "ms", target: 100, note: cases[worst]?.id ?? "" });
  },
};
