import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Expr } from "../../lib/expression/expression.ts";
import { parse } from "../../lib/syntax/parse.ts";
import { accounts } from "./accounts.ts";
import { readCases } from "./cases.ts";
import { turn } from "./law.ts";

/** An integral that the Rubi project found, with its value at a point. */
export interface Integral {
  readonly id: string;
  readonly variable: string;
  readonly antiderivative: string;
  readonly point: Readonly<Record<string, number>>;
  readonly integrand_value: number;
  readonly ad_rel_err: number;
}

/** The value of the derivative of an antiderivative at the point. */
export type Derivative = (antiderivative: Expr, integral: Integral) => number;

/**
 * Tests that the derivative of each antiderivative has the value of its integrand, found in each of these ways. Right is
 * within the larger of 1e-9 and 1000 times the error that automatic differentiation in doubles was measured to make at
 * the point.
 */
export function differentiatesIntegrals(ways: Readonly<Record<string, Derivative>>): void {
  const integrals = readCases<Integral>("rubi.jsonl");
  if (integrals === undefined) return;
  for (const [way, derivative] of Object.entries(ways)) {
    test(`${integrals.length} derivatives of antiderivatives are the integrands: ${way}`, async () => {
      const account = accounts(way);
      for (const [i, one] of integrals.entries()) {
        account.judge(one.id, Math.max(1e-9, 1000 * one.ad_rel_err), () => {
          const value = derivative(parse(one.antiderivative), one);
          return Math.abs(value - one.integrand_value) / Math.abs(one.integrand_value);
        });
        if (i % 20 === 0) await turn();
      }
      assert.equal(account.close(), []);
    });
  }
}
