import { test } from "uvu";
import {
  checkLaw,
  identity as identityOf,
  type Law,
  law as lawOf,
  type SampleOptions,
  type Statement,
} from "../../lib/check/index.ts";
import type { Expr } from "../../lib/expression/expression.ts";

/** The number of random expressions that each law is tried on. */
export const runs: number = Number(process.env.FC_RUNS ?? 200);

/** Tests a law, and prints how many of its runs had something to judge: at least nine in ten, or it fails. */
export function testLaw(law: Law): void {
  test(law.name, async () => {
    const { judged, runs: total } = await checkLaw(law, { runs });
    console.log(`${law.name}   ${judged} of ${total} runs judged`);
  });
}

/** A law about values at regular points, tested. */
export const law = (name: string, statement: Statement, options: SampleOptions = {}): void =>
  testLaw(lawOf(name, statement, options));

/** A law about the expressions themselves, tested. */
export const identity = (
  name: string,
  statement: (f: Expr, g: Expr) => boolean | undefined,
  options: SampleOptions = {},
): void => testLaw(identityOf(name, statement, options));

/** Lets finalisers run: expressions that nobody holds are freed between turns of the event loop only. */
export const turn = (): Promise<void> => new Promise(resolve => setTimeout(resolve, 0));
