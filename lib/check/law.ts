import * as fc from "fast-check";
import type { Expr } from "../expression/expression.ts";
import type { Point } from "./regular.ts";
import { arbitrarySample, type Sample, type SampleOptions } from "./sample.ts";

/** An equation that holds for all expressions, as a property of fast-check. */
export interface Law<T = Sample> {
  /** Its name and its formula. */
  readonly name: string;
  /**
   * The property. A run tries samples until one can be judged, and tells `report` whether one could: where no point of any
   * was regular, there was nothing to judge.
   */
  property(report?: (judged: boolean) => void): fc.IAsyncProperty<[T, Iterable<T>]>;
}

/** What a law says of two expressions at a point: it holds, it does not, or (undefined) it says nothing there. */
export type Statement = (f: Expr, g: Expr, at: Point) => boolean | undefined;

/** A law about values, tried at regular points. */
export function law(name: string, statement: Statement, options: SampleOptions = {}): Law {
  return lawOver(name, arbitrarySample(options), ({ expressions, points }) => {
    const [f, g] = expressions;
    let judged = 0;
    for (const at of points) {
      const verdict = statement(f, g, at);
      if (verdict === false) throw new Error(`${name} does not hold at ${JSON.stringify(at)}`);
      if (verdict === true && ++judged === 2) break;
    }
    return judged > 0 || undefined;
  });
}

/** A law about the expressions themselves, without a point. */
export function identity(
  name: string,
  statement: (f: Expr, g: Expr) => boolean | undefined,
  options: SampleOptions = {},
): Law {
  return lawOver(name, arbitrarySample(options), ({ expressions }) => statement(...expressions));
}

/** A law about whatever is drawn: it holds of it, it does not, or (undefined) it says nothing there. */
export function lawOver<T>(
  name: string,
  arbitrary: fc.Arbitrary<T>,
  statement: (drawn: T) => boolean | undefined,
): Law<T> {
  // Drawn only as they are asked for.
  const spares = fc.infiniteStream(arbitrary);
  const judge = (drawn: T): boolean => {
    const verdict = statement(drawn);
    if (verdict === false) throw new Error(`${name} does not hold of ${fc.stringify(drawn)}`);
    return verdict === true;
  };
  return {
    name,
    property: report => {
      let runs = 0;
      return fc.asyncProperty(arbitrary, spares, async (drawn, more) => {
        // Expressions are freed between turns of the event loop only.
        if (++runs % 25 === 0) await new Promise(resolve => setTimeout(resolve, 0));
        report?.(judge(drawn) || [...more.take(3)].some(judge));
      });
    },
  };
}

/** What came of trying a law that held. */
export interface LawReport {
  readonly runs: number;
  /** How many runs there was something to judge in. */
  readonly judged: number;
}

/**
 * Tries a law on random expressions. Throws with the shrunken counterexample where it fails, and where fewer than nine
 * runs in ten had anything to judge.
 */
export async function checkLaw<T>(
  { name, property }: Law<T>,
  { runs = 200, seed }: { readonly runs?: number; readonly seed?: number } = {},
): Promise<LawReport> {
  let [total, judged] = [0, 0];
  const count = (isJudged: boolean): void => {
    total++;
    if (isJudged) judged++;
  };
  await fc.assert(property(count), {
    numRuns: runs,
    includeErrorInReport: true,
    ...(seed === undefined ? {} : { seed }),
  });
  if (judged < 0.9 * total) throw new Error(`${name}: only ${judged} of ${total} runs could be judged`);
  return { runs: total, judged };
}

/**
 * Equal up to rounding: to 1e-9 of the largest intermediate. At a regular point rounding loses less than a tenth of that, and
 * a wrong formula is off by far more.
 */
export const isNear = (a: number, b: number, largest: number, tolerance = 1e-9): boolean =>
  Math.abs(a - b) <= tolerance * Math.max(1, largest);
