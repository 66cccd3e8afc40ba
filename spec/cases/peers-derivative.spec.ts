/** Derivatives that the tests of other libraries assert: equal at a point, to 1e-9 of the value, since none is ill-conditioned. */
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
  readonly source: string;
  readonly inputExplicit: string;
  readonly variable: string;
  readonly order: number;
  readonly point: Readonly<Record<string, number>>;
  readonly value: number;
}

type Derivative = (e: Expr, one: Case) => number;

const ways: Readonly<Record<string, Derivative>> = {
  raw: (e, { variable, order, point }) => evaluated(differentiate(e, variable, order), point),
  gradient: (e, { variable, order, point }) =>
    evaluated(gradient(differentiate(e, variable, order - 1), [variable])[variable], point),
  simplified: (e, { variable, order, point }) => evaluated(simplify(differentiate(e, variable, order)), point),
  "compiled gradient": (e, { variable, order, point }) => {
    const others = Object.keys(point).filter(name => name !== variable);
    const data = others.map(name => point[name] ?? Number.NaN);
    const slope = new Float64Array(1);
    const below = differentiate(e, variable, order - 1);
    compileGradient(below, [variable], others)([point[variable] ?? Number.NaN], slope, data);
    return slope[0] ?? Number.NaN;
  },
};

const cases = readCases<Case>("peers-derivative.jsonl");

for (const [way, derivative] of Object.entries(cases === undefined ? {} : ways)) {
  test(`${cases?.length} derivatives are what other libraries assert: ${way}`, () => {
    const account = accounts(way);
    for (const one of cases ?? []) {
      account.judge(`${one.inputExplicit} (${one.source})`, 1e-9, () => {
        const value = derivative(parse(one.inputExplicit), one);
        return Math.abs(value - one.value) / Math.max(1e-3, Math.abs(one.value));
      });
    }
    assert.equal(account.close(), []);
  });
}

test.run();
