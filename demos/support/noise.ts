import { differentiate } from "../../lib/calculus/differentiate.ts";
import { gradient } from "../../lib/calculus/gradient.ts";
import { evaluate, evaluateArray } from "../../lib/evaluate.ts";
import type { Definition } from "../../lib/expression/definition.ts";
import { type Expr, variable } from "../../lib/expression/expression.ts";
import { add, div, mul, sub } from "../../lib/expression/functions.ts";
import { substitute } from "../../lib/expression/indices.ts";
import { sum } from "../../lib/expression/reductions.ts";
import { normal, randomStream } from "../../lib/learn/random.ts";
import { simplify } from "../../lib/simplify/simplify.ts";
import { parse } from "../../lib/syntax/parse.ts";
import {
  type Check,
  type Derivation,
  dataOf,
  matrixCheck,
  numericGradient,
  rowOf,
  toDifferences,
  toRounding,
} from "./derivation.ts";
import { distance, distanceOfMatrixForm, matrixText, valuesOf } from "./forms.ts";
import { type Arrays, randomArrays } from "./random-arrays.ts";

/** The squared error of a linear model whose input is disturbed by ε, and the target t. */
export const noisyLoss: Expr = parse("(sum(i, w[i] * (x[i] + ε[i])) - t)^2");

/** A polynomial in ε, term by term: its value and its derivatives by ε at ε = 0. */
export interface Expansion {
  readonly value: Expr;
  readonly first: Expr;
  readonly second: Expr;
  /** It is 0, so that the expansion is exact. */
  readonly third: Expr;
}

/** Taylor's expansion by the noise. */
export function expansion(e: Expr): Expansion {
  const calm = (of: Expr): Expr => simplify(substitute(of, { "ε[i]": 0 }));
  const first = simplify(differentiate(e, variable("ε", "i")));
  const second = simplify(differentiate(first, variable("ε", "j")));
  const third = simplify(differentiate(second, variable("ε", "k")));
  return { value: calm(e), first: calm(first), second: calm(second), third };
}

/** The expectation over independent noise of mean 0 and variance σ²: ε[i] becomes 0, ε[i] * ε[j] becomes σ² delta(i, j). */
export function expectationOf(e: Expr): Expr {
  const { value, first, second } = expansion(e);
  const [mean, covariance] = [parse("0"), parse("σ^2 * delta(i, j)")];
  const linear = sum("i", mul(first, mean));
  const quadratic = sum("i", sum("j", div(mul(second, covariance), 2)));
  return simplify(add(add(value, linear), quadratic));
}

/** How many random samples are drawn, and from which seed. */
export interface Sampling {
  readonly samples: number;
  readonly seed: number;
}

/** The expectation of the error, step by step, and what it is compared with. */
export function noiseDerived(settings: Sampling): Derivation {
  const { value, first, second, third } = expansion(noisyLoss);
  const expected = expectationOf(noisyLoss);
  const rows: readonly Definition[] = [
    { name: "L", axes: [], expression: noisyLoss },
    { name: "at ε = 0", axes: [], expression: value },
    { name: "by ε[i]", axes: ["i"], expression: first },
    { name: "by ε[i] ε[j]", axes: ["i", "j"], expression: second },
    { name: "by ε[i] ε[j] ε[k]", axes: ["i", "j", "k"], expression: third },
    { name: "E[L]", axes: [], expression: expected },
    { name: "E[L] less that at ε = 0", axes: [], expression: simplify(sub(expected, value)) },
    { name: "dE[L]/dw[k]", axes: ["k"], expression: simplify(gradient(expected, ["w[k]"]).w) },
  ];
  const derivative = rows.at(-1);
  const inputs = randomArrays(rows, sizes, randomStream(6).uniform);
  const values = valuesOf(rows, inputs, sizes);
  const numeric = numericGradient("w", inputs, at => evaluate(expected, at));
  return {
    title: "The expectation: ε[i] becomes 0, and ε[i] * ε[j] becomes σ^2 * delta(i, j)",
    rows: rows.map(each => ({ ...rowOf(each), left: each.name, matrix: matrixText(each)?.replace(/^.* = /, "") })),
    checks: [
      ...expectationChecks(expected, settings),
      { what: "Taylor's expansion", difference: expansionError(values), tolerance: toRounding },
      {
        what: "finite differences",
        difference: distance(dataOf(values, derivative?.name ?? ""), numeric),
        tolerance: toDifferences,
      },
      ...rows.flatMap(each => matrixCheck(distanceOfMatrixForm(each, values, sizes))),
    ],
  };
}

const sizes = { i: 3, j: 3, k: 3 };

// The error less its expansion, at the noise that is among the values.
function expansionError(values: Arrays): number {
  const { value, first, second } = expansion(noisyLoss);
  const [noise, other] = [variable("ε", "i"), variable("ε", "j")];
  const linear = sum("i", mul(first, noise));
  const quadratic = sum("i", sum("j", div(mul(second, mul(noise, other)), 2)));
  return Math.abs(evaluate(noisyLoss, values) - evaluate(add(value, add(linear, quadratic)), values));
}

/** The formula of the expectation beside the mean over all signs of a noise of two values, and over random normal noise. */
export function expectationChecks(expected: Expr, { samples, seed }: Sampling): readonly Check[] {
  const [w, x, t, σ] = [[0.8, -1.1, 0.6], [0.4, 0.9, -0.7], 0.5, 0.3];
  const formula = evaluate(expected, { w, x, t, σ });
  const over = (noise: readonly number[]): readonly number[] => {
    const rows = noise.length / w.length;
    const drawn = { shape: [rows, w.length], data: noise.map(each => σ * each) };
    const each = substitute(noisyLoss, { "ε[i]": variable("ε", "n", "i") });
    return Array.from(evaluateArray(each, { w, x, t, ε: drawn }, ["n"]).data);
  };
  const signs = Array.from({ length: 2 ** w.length }, (_, bits) => w.map((_, i) => ((bits >> i) & 1 ? 1 : -1))).flat();
  const drawn = over([...normal(1)([samples, w.length], randomStream(seed))]);
  const deviation = Math.sqrt(mean(drawn.map(each => (each - mean(drawn)) ** 2)) / samples);
  return [
    { what: "the mean over all signs of ±σ", difference: Math.abs(formula - mean(over(signs))), tolerance: toRounding },
    {
      // Four standard deviations of the mean: that much is exceeded once in 16,000 seeds.
      what: `the mean of ${samples} normal samples`,
      difference: Math.abs(formula - mean(drawn)),
      tolerance: 4 * deviation,
    },
  ];
}

const mean = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0) / numbers.length;
