/**
 * What a quadratic penalty does to the minimum of a quadratic loss, and noise at the input of a linear model, derived:
 *
 *     npm run weight-decay -- --tau 1 --samples 20000 --seed 1 --output weight-decay.svg
 */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { differentiate } from "../lib/calculus/differentiate.ts";
import { gradient } from "../lib/calculus/gradient.ts";
import { evaluate, evaluateArray } from "../lib/evaluate.ts";
import type { Definition } from "../lib/expression/definition.ts";
import { type Expr, variable } from "../lib/expression/expression.ts";
import { add, div, neg } from "../lib/expression/functions.ts";
import { substitute } from "../lib/expression/indices.ts";
import { randomStream } from "../lib/learn/random.ts";
import { simplify } from "../lib/simplify/simplify.ts";
import { parse } from "../lib/syntax/parse.ts";
import {
  type Derivation,
  matrixCheck,
  numericGradient,
  rowOf,
  toDifferences,
  toRounding,
} from "./support/derivation.ts";
import { distance, distanceOfMatrixForm, valuesOf } from "./support/forms.ts";
import { isMain } from "./support/is-main.ts";
import { noiseDerived } from "./support/noise.ts";
import { failures, page, type Section } from "./support/page.ts";
import { type Arrays, randomArrays } from "./support/random-arrays.ts";
import { type Bowl, shrinkageChart, shrunkMinimum } from "./support/shrinkage-chart.ts";

/** A loss near its minimum, and what is added to keep weights small. */
export const loss: Expr = parse("E0 + sum(i, b[i] * w[i]) + 1/2 * sum(i, sum(j, w[i] * H[i,j] * w[j]))");
export const penalty: Expr = parse("τ/2 * sum(i, w[i]^2)");

/** The gradient by w[i], where H[i,j] is H[j,i]. */
export const gradientOf = (e: Expr): Expr => simplify(gradient(e, ["w[i]"]).w, { assume: { H: "symmetric" } });

/** Along the eigenvectors of H, which are the axes of w then: H[i,j] is the eigenvalue λ[i] where i is j, and else 0. */
const inEigenbasis = (e: Expr): Expr => substitute(e, { "H[i,j]": parse("λ[i] * delta(i, j)") });

/** Where the gradient of a quadratic loss is 0, along each eigenvector. */
export function minimumOf(e: Expr): Expr {
  const slope = gradientOf(inEigenbasis(e));
  return simplify(neg(div(substitute(slope, { "w[i]": 0 }), differentiate(slope, variable("w", "i")))));
}

/** The minimum with the penalty, given that without, `m[i]`. */
export function shrunk(): Expr {
  const perOffset = differentiate(minimumOf(loss), variable("b", "i"));
  const offset = simplify(div(variable("m", "i"), perOffset));
  return simplify(substitute(minimumOf(add(loss, penalty)), { "b[i]": offset }));
}

/** What the demo may be told. */
export interface Settings {
  readonly tau: number;
  readonly samples: number;
  readonly seed: number;
}

export const defaults: Settings = { tau: 1, samples: 20_000, seed: 1 };

/** The bowl that is drawn, and that the formulas of the minimum are tried on: steep along one axis, flat along the other. */
export const bowl: Bowl = {
  minimum: [0.9, 1.6],
  axes: [
    [Math.cos(0.5), Math.sin(0.5)],
    [-Math.sin(0.5), Math.cos(0.5)],
  ],
  eigenvalues: [4, 0.5],
};

/** What is derived, and checked. */
export const sections = (settings: Settings): readonly Section[] => [
  {
    title: "A penalty shrinks the minimum",
    about: ["H is symmetric. Its eigenvalues are λ, and m is the minimum without the penalty."],
    derivations: [
      gradientDerived("The gradient without the penalty", "E", loss),
      gradientDerived("… and with it", "F", add(loss, penalty)),
      minimumDerived(settings),
    ],
  },
  {
    title: "Noise at the input is a penalty",
    about: [
      "y = w^T x is to be t, and ε is independent noise of mean 0 and variance σ².",
      "The error is a polynomial in ε, so Taylor's expansion at ε = 0 is all of it.",
    ],
    derivations: [noiseDerived(settings)],
  },
];

const formula = shrunk();

/** The factor by which the minimum is shrunk along the axis of an eigenvalue: the formula that was derived, evaluated. */
export const factor = (eigenvalue: number, tau: number): number =>
  evaluateArray(formula, { m: [1], λ: [eigenvalue], τ: tau }, ["i"]).data[0] ?? Number.NaN;

function gradientDerived(title: string, name: string, e: Expr): Derivation {
  const whole: Definition = { name, axes: [], expression: e };
  const slope: Definition = { name: `d${name}/dw`, axes: ["i"], expression: gradientOf(e) };
  const inputs = symmetricInputs(e);
  const values = valuesOf([slope], inputs, sizes);
  const numeric = numericGradient("w", inputs, at => evaluate(e, at));
  return {
    title,
    rows: [rowOf(whole), { ...rowOf(slope), left: `d${name}/dw[i]` }],
    checks: [
      {
        what: "finite differences",
        difference: distance(listOf(values, slope.name), numeric),
        tolerance: toDifferences,
      },
      ...matrixCheck(distanceOfMatrixForm(slope, values, sizes)),
    ],
  };
}

const sizes = { i: 2, j: 2, k: 2 };

// H of the bowl that is drawn, and b so that its minimum is where the bowl has it.
function symmetricInputs(e: Expr): Arrays {
  const { axes, eigenvalues, minimum } = bowl;
  const H = [0, 1].map(i =>
    [0, 1].map(j => total(axes.map((axis, l) => (eigenvalues[l] ?? 0) * (axis[i] ?? 0) * (axis[j] ?? 0)))),
  );
  const b = H.map(row => -total(row.map((element, j) => element * (minimum[j] ?? 0))));
  const inputs = randomArrays([{ name: "", axes: [], expression: e }], sizes, randomStream(5).uniform);
  return inputs.set("H", { shape: [2, 2], data: H.flat() }).set("b", { shape: [2], data: b });
}

const total = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

const listOf = (values: Arrays, name: string): readonly number[] => {
  const value = values.get(name);
  return typeof value === "object" ? Array.from(value.data) : [];
};

// The formulas hold along the axes; the gradient is to be 0 at the points that they give, in the coordinates of H.
function minimumDerived({ tau }: Settings): Derivation {
  const plain: Definition = { name: "m", axes: ["i"], expression: minimumOf(loss) };
  const decayed: Definition = { name: "v", axes: ["i"], expression: minimumOf(add(loss, penalty)) };
  const ratio: Definition = { name: "v", axes: ["i"], expression: shrunk() };
  const at = shrunkMinimum({ bowl, tau, factor }, tau);
  const inputs = symmetricInputs(add(loss, penalty))
    .set("w", { shape: [2], data: at })
    .set("τ", tau);
  const slope = evaluateArray(gradientOf(add(loss, penalty)), inputs, ["i"]).data;
  // Along the eigenvectors, where m is told by b, and v in two ways.
  const definitions = [plain, decayed, { ...ratio, name: "v'" }];
  const eigenvalues = { shape: [2], data: bowl.eigenvalues };
  const b = { shape: [2], data: [0.7, -1.3] };
  const along = valuesOf(definitions, new Map([...inputs, ["b", b], ["λ", eigenvalues]]), sizes);
  const apart = distance(listOf(along, "v"), listOf(along, "v'"));
  const left = bowl.eigenvalues.map(
    eigenvalue => `${(100 * factor(eigenvalue, tau)).toFixed(0)} % at λ = ${eigenvalue}`,
  );
  return {
    title: "The minimum along each eigenvector, m without the penalty and v with it",
    rows: [rowOf(plain), rowOf(decayed), rowOf(ratio, `with τ = ${tau} there is left ${left.join(", ")}`)],
    checks: [
      { what: "a gradient of 0 there", difference: distance(slope, [0, 0]), tolerance: toRounding },
      { what: "each other", difference: apart, tolerance: toRounding },
      ...definitions.flatMap(each => matrixCheck(distanceOfMatrixForm(each, along, sizes))),
    ],
  };
}

/** Prints all, and draws the bowl. Throws where two forms of one thing disagree. */
export async function main(args: readonly string[] = []): Promise<void> {
  const { file, ...settings } = readArguments(args);
  const all = sections(settings);
  console.log(page(all));
  writeFileSync(file, await shrinkageChart({ bowl, tau: settings.tau, factor }));
  console.log(`\nThe way of the minimum is drawn in ${file}`);
  const wrong = failures(all);
  if (wrong.length > 0) throw new Error(`forms disagree\n${wrong.join("\n")}`);
}

function readArguments(args: readonly string[]): Settings & { readonly file: string } {
  const { values } = parseArgs({
    args: [...args],
    options: {
      tau: { type: "string", default: String(defaults.tau) },
      samples: { type: "string", default: String(defaults.samples) },
      seed: { type: "string", default: String(defaults.seed) },
      output: { type: "string", default: "weight-decay.svg" },
    },
  });
  const [tau, samples, seed] = [Number(values.tau), Number(values.samples), Number(values.seed)];
  if (!(tau > 0 && tau < Number.POSITIVE_INFINITY))
    throw new RangeError(`--tau must be a positive number, got ${values.tau}`);
  if (!(Number.isSafeInteger(samples) && samples > 1))
    throw new RangeError(`--samples must be an integer above 1, got ${values.samples}`);
  if (!Number.isSafeInteger(seed)) throw new RangeError(`--seed must be an integer, got ${values.seed}`);
  return { tau, samples, seed, file: values.output };
}

if (isMain(import.meta.url)) await main(process.argv.slice(2));
