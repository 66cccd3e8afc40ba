/**
 * Floating-point benchmarks: value and whole gradient, known to sixty digits. Right is within the larger of 1e-9 and 100
 * times the error that plain doubles were measured to make, relative to the largest of the value and the partials.
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

type Point = Readonly<Record<string, number>>;

interface Case {
  readonly id: string;
  readonly variables: readonly string[];
  readonly expression: string;
  readonly point: Point;
  readonly value: number;
  readonly gradient: Point;
  readonly float_value_rel_err: number;
  readonly float_gradient_rel_err: number;
}

/** The value, then the partial derivatives by the variables in their order. */
type Way = (e: Expr, variables: readonly string[], point: Point) => readonly number[];

const ways: Readonly<Record<string, Way>> = {
  raw: (e, variables, point) =>
    [e, ...variables.map(name => differentiate(e, name))].map(part => evaluated(part, point)),
  gradient: (e, variables, point) => {
    const partials = gradient(e, variables);
    return [e, ...variables.map(name => partials[name])].map(part => evaluated(part, point));
  },
  simplified: (e, variables, point) =>
    [e, ...variables.map(name => differentiate(e, name))].map(part => evaluated(simplify(part), point)),
  "compiled gradient": (e, variables, point) => {
    const slopes = new Float64Array(variables.length);
    const value = compileGradient(e, variables)(
      variables.map(name => point[name] ?? Number.NaN),
      slopes,
    );
    return [value, ...slopes];
  },
};

const cases = readCases<Case>("fpbench.jsonl");

for (const [name, way] of Object.entries(cases === undefined ? {} : ways)) {
  test(`${cases?.length} benchmarks have their values and gradients: ${name}`, () => {
    const account = accounts(name);
    for (const one of cases ?? []) {
      const error = Math.max(one.float_value_rel_err, one.float_gradient_rel_err);
      account.judge(one.id, Math.max(1e-9, 100 * error), () => {
        const wanted = [one.value, ...one.variables.map(variable => one.gradient[variable] ?? Number.NaN)];
        const found = way(parse(one.expression), one.variables, one.point);
        const scale = Math.max(...wanted.map(Math.abs));
        // Where value and gradient are all 0, they have to be found so exactly.
        return Math.max(...wanted.map((value, i) => Math.abs(value - (found[i] ?? Number.NaN)) / (scale || 1e-300)));
      });
    }
    assert.equal(account.close(), []);
  });
}

test.run();
