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
  about: "derivatives simplified, one case at a time, the median of three times each",
  run(report) {
    const cases = readCases<Case>("rubi.jsonl");
    if (cases === undefined) {
      console.log("  skipped: no case file rubi.jsonl (FLUXION_CASES names the folder)");
      return;
    }
    const derivatives = cases.map(({ variable, antiderivative }) => differentiate(parse(antiderivative), variable));
    // Once to warm up: simplification has many functions, which are compiled only once they have run a lot.
    const [, ...rounds] = Array.from({ length: 4 }, () =>
      derivatives.map(derivative => milliseconds(() => simplify(derivative))),
    );
    const times = derivatives.map((_, i) =>
      quantile(
        rounds.flatMap(round => round.slice(i, i + 1)),
        0.5,
      ),
    );
    const worst = times.indexOf(Math.max(...times));
    report({ what: "cases", value: cases.length, unit: "cases" });
    report({ what: "median", value: quantile(times, 0.5), unit: "ms", target: 1 });
    report({ what: "95 of 100 below", value: quantile(times, 0.95), unit: "ms" });
    report({ what: "worst", value: times[worst] ?? Number.NaN, unit: "ms", target: 100, note: cases[worst]?.id ?? "" });
  },
};
