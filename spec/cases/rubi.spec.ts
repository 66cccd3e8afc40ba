/**
 * Integrals that the Rubi project found, as derivatives: the derivative of each antiderivative has the value of its
 * integrand. A derivative counts as right within the larger of 1e-9 and 1000 times the error that automatic
 * differentiation in doubles was measured to make at the point.
 */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { differentiate } from "../../lib/calculus/differentiate.ts";
import { gradient } from "../../lib/calculus/gradient.ts";
import type { Expr } from "../../lib/expression/expression.ts";
import { simplify } from "../../lib/simplify/simplify.ts";
import { parse } from "../../lib/syntax/parse.ts";
import { compileGradient } from "../../lib/tape/compile.ts";
import { accounts } from "../support/accounts.ts";
import { readCases } from "../support/cases.ts";
import { evaluated } from "../support/derivatives.ts";

interface Case {
  readonly id: string;
  readonly variable: string;
  readonly antiderivative: string;
  readonly point: Readonly<Record<string, number>>;
  readonly integrand_value: number;
  readonly ad_rel_err: number;
}

type Derivative = (antiderivative: Expr, one: Case) => number;

const ways: Readonly<Record<string, Derivative>> = {
  raw: (f, { variable, point }) => evaluated(differentiate(f, variable), point),
  gradient: (f, { variable, point }) => evaluated(gradient(f, [variable])[variable], point),
  simplified: (f, { variable, point }) => evaluated(simplify(differentiate(f, variable)), point),
  "compiled gradient": (f, { variable, point }) => {
    const others = Object.keys(point).filter(name => name !== variable);
    const data = others.map(name => point[name] ?? Number.NaN);
    const slope = new Float64Array(1);
    compileGradient(f, [variable], others)([point[variable] ?? Number.NaN], slope, data);
    return slope[0] ?? Number.NaN;
  },
};

const cases = readCases<Case>("rubi.jsonl");

for (const [way, derivative] of Object.entries(cases === undefined ? {} : ways)) {
  test(`${cases?.length} derivatives of antiderivatives are the integrands: ${way}`, () => {
    const account = accounts(way);
    for (const one of cases ?? []) {
      account.judge(one.id, Math.max(1e-9, 1000 * one.ad_rel_err), () => {
        const value = derivative(parse(one.antiderivative), one);
        return Math.abs(value - one.integrand_value) / Math.abs(one.integrand_value);
      });
    }
    assert.equal(account.close(), []);
  });
}

test.run();
