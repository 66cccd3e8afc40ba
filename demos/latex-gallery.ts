/** Typesets ten formulas, from derivatives of textbooks to a layer of a network, into one picture to look at. */
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { differentiate, type Expr, gradient, parse, parseDefinitions, simplify, toLatex } from "../lib/index.ts";
import { isMain } from "./support/is-main.ts";
import { typesetColumn } from "./support/typeset.ts";

/** A formula and what it is. */
export interface Exhibit {
  readonly title: string;
  readonly latex: string;
}

const derivative = (title: string, text: string, by: string, finish: (e: Expr) => Expr = simplify): Exhibit => {
  const of = parse(text);
  return { title, latex: toLatex(finish(differentiate(of, by)), { derivative: { of, by } }) };
};

const partial = (title: string, text: string, by: "z[n,k]" | "W[j,k]"): Exhibit => {
  const found = Object.values(gradient(parse(text), [by]))[0] ?? 0;
  return { title, latex: toLatex(simplify(found), { derivative: { of: "L", by } }) };
};

const definitions = (title: string, ...lines: readonly string[]): Exhibit => ({
  title,
  latex: toLatex(parseDefinitions(lines.join("\n"))),
});

const crossEntropy = "mean(n, logsumexp(c, z[n,c]) - z[n,label[n]])";

/** The ten. */
export const exhibits: readonly Exhibit[] = [
  derivative("A quotient, as the rules give it", "x^2 / (1 + sin(x))", "x", e => e),
  derivative(
    "The normal density by its deviation",
    "exp(-((x - mu)^2 / (2 * sigma^2))) / (sigma * sqrt(2 * pi))",
    "sigma",
  ),
  derivative("Roots", "sqrt(x + cbrt(x)) + nthRoot(x, 5)", "x"),
  derivative("Huber's loss, by pieces", "abs(r) <= d ? r^2 / 2 : d * (abs(r) - d / 2)", "r"),
  derivative("Deltas", "sum(j, W[i,j] * x[j])", "W[p,q]", e => e),
  definitions("Softmax cross-entropy of labels", `L = ${crossEntropy}`),
  partial("… and its gradient", crossEntropy, "z[n,k]"),
  partial(
    "The gradient of a layer's weights",
    "sum(n, sum(k, (tanh(sum(j, x[n,j] * W[j,k]) + b[k]) - y[n,k])^2))",
    "W[j,k]",
  ),
  definitions(
    "Batch normalisation",
    "mu[k] = mean(n, x[n,k])",
    "v[k] = mean(n, (x[n,k] - mu[k])^2)",
    "y[n,k] = `gamma`[k] * (x[n,k] - mu[k]) / sqrt(v[k] + 1e-5) + beta[k]",
  ),
  definitions(
    "A convolution, and what is pooled from it",
    "a[n,i] = relu(sum(p, w[p] * x[n,2*i+p]) + b1)",
    "h[n] = maximum(i, a[n,i]) * floor(s / 2)!",
  ),
];

/** The picture, as SVG. */
export const gallery = (): Promise<string> => typesetColumn(exhibits);

/** Where it is kept. */
export const file: string = fileURLToPath(new URL("latex-gallery.svg", import.meta.url));

if (isMain(import.meta.url)) {
  writeFileSync(file, await gallery());
  for (const { title, latex } of exhibits) console.log(`${title}\n${latex}\n`);
  console.log("demos/latex-gallery.svg shows them");
}
