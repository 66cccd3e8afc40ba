/** Derivatives of the antiderivatives that the Rubi project collected. */
import { differentiate } from "../../lib/calculus/differentiate.ts";
import { simplify } from "../../lib/simplify/simplify.ts";
import { parse } from "../../lib/syntax/parse.ts";
import { readCases } from "../support/cases.ts";
import type { Family } from "./family.ts";
import { milliseconds, quantile } from "./timing.ts";

interface Case {
  readonly id: string;
  readonly variable: string;
  readonly antiderivative: string;
}

export const family: Family = {
  about: "differentiate and simplify, one case at a time",
  run(report) {
    const cases = readCases<Case>("rubi.jsonl");
    if (cases === undefined) {
      console.log("  skipped: no case file rubi.jsonl (FLUXION_CASES names the folder)");
      return;
    }
    const times = cases.map(({ variable, antiderivative }) => {
      const e = parse(antiderivative);
      return milliseconds(() => simplify(differentiate(e, variable)));
    });
    const worst = times.indexOf(Math.max(...times));
    report({ what: "cases", value: cases.length, unit: "cases" });
    report({ what: "median", value: quantile(times, 0.5), unit: "ms" });
    report({ what: "95 of 100 below", value: quantile(times, 0.95), unit: "ms" });
    report({ what: "worst", value: times[worst] ?? Number.NaN, unit: "ms", note: cases[worst]?.id ?? "" });
  },
};
