import { differentiate } from "../../lib/calculus/differentiate.ts";
import { gradient } from "../../lib/calculus/gradient.ts";
import { evaluateArray } from "../../lib/evaluate.ts";
import { type Definition, inline } from "../../lib/expression/definition.ts";
import { constant, type Expr, rebuild, variable } from "../../lib/expression/expression.ts";
import { fold } from "../../lib/expression/fold.ts";
import { rebuilding } from "../../lib/expression/indices.ts";
import { simplify } from "../../lib/simplify/simplify.ts";
import { stabilise } from "../../lib/simplify/stabilise.ts";
import { parseDefinitions } from "../../lib/syntax/parse.ts";
import {
  adjointsCompared,
  backward,
  type Derivation,
  dataOf,
  elementwise,
  elementwiseCompared,
  inputsOf,
  type Question,
  read,
  rowOf,
  toRounding,
} from "./derivation.ts";
import { distance, readingText, valuesOf } from "./forms.ts";
import type { Section } from "./page.ts";

/** Softmax and cross-entropy, of one sample and of a batch. */
export const classification = (): Section => ({
  title: "Softmax and cross-entropy",
  about: [
    "S is the number of samples. t or T holds targets: probabilities, or 1 for the right class and 0 for all others.",
  ],
  derivations: [
    spellings(),
    elementwise({ title: "The derivative of a softmax, in its input alone", of: softmax, by: "x[j]", sizes: one }),
    throughOutput(),
    backward({
      title: "The module, given the adjoint of its output",
      of: module.replaceAll("p[", "Y["),
      by: ["X[s,c]"],
      sizes: batch,
    }),
    backward({
      title: "Cross-entropy alone",
      of: "L = -sum(s, sum(c, T[s,c] * log(X[s,c]))) / S",
      by: ["X[s,c]"],
      sizes: batch,
      positive: ["X", "S"],
    }),
    together({
      title: "Cross-entropy of a softmax: one sample",
      of: `${stabilised(softmax)}\nL = -sum(i, t[i] * log(p[i]))`,
      by: "x[j]",
      sizes: one,
      probabilities: ["t"],
    }),
    together({
      title: "… and a batch",
      of: `${module}\nL = -sum(s, sum(c, T[s,c] * log(p[s,c]))) / S`,
      by: "X[s,c]",
      sizes: batch,
      positive: ["S"],
      probabilities: ["T"],
    }),
    backward({
      title: "… and of integer labels, which make a delta of the targets",
      of: `${module}\nL = sum(s, logsumexp(k, X[s,k]) - X[s,label[s]]) / S`,
      by: ["X[s,c]"],
      sizes: batch,
      positive: ["S"],
      integers: { label: batch.c },
    }),
  ],
});

const one = { i: 3, j: 3, k: 3 };
const batch = { s: 4, c: 3, k: 3 };
const softmax = "p[i] = exp(x[i]) / sum(k, exp(x[k]))";

// What the engine makes of a formula before it differentiates.
const stabilised = (text: string): string =>
  parseDefinitions(text)
    .map(each => `${readingText(each)} = ${stabilise(each.expression)}`)
    .join("\n");

const module = stabilised("p[s,c] = exp(X[s,c]) / sum(k, exp(X[s,k]))");

// One value, of which two spellings are right for large scores as well.
function spellings(): Derivation {
  const shifted = "q[i] = exp(x[i] - maximum(k, x[k])) / sum(k, exp(x[k] - maximum(k, x[k])))";
  const stable = stabilised(softmax).replace("p", "r");
  const question = { title: "A softmax that does not overflow", of: `${softmax}\n${shifted}\n${stable}`, sizes: one };
  const { definitions } = read(question);
  const values = valuesOf(definitions, inputsOf(question, definitions), one);
  const large = { x: [1000, 1001, 1002] };
  const atLarge = definitions.map(({ expression }) => evaluateArray(expression, large, ["i"]).data);
  const shown = definitions.map(
    ({ name }, i) => `${name} is ${Array.from(atLarge[i] ?? [], x => x.toFixed(3)).join(" ")}`,
  );
  const [, q = [], r = []] = atLarge;
  const apart = (name: string): number => distance(dataOf(values, "p"), dataOf(values, name));
  return {
    title: question.title,
    rows: [...definitions.map((each, i) => ({ ...rowOf(each), matrix: `at x = ${large.x.join(" ")} ${shown[i]}` }))],
    checks: [
      { what: "each other", difference: Math.max(apart("q"), apart("r")), tolerance: toRounding },
      { what: "each other at large scores", difference: distance(q, r), tolerance: toRounding },
    ],
  };
}

// The adjoint of the input is linear in that of the output: what multiplies the latter is the derivative.
function throughOutput(): Derivation {
  const question = {
    title: "… and through its output",
    of: stabilised(softmax),
    by: "x[j]",
    sizes: one,
  };
  const [adjoint] = gradient(read(question).definitions, [question.by], { adjoint: "dp[i]" });
  const derivative = simplify(differentiate(adjoint?.expression ?? 0, variable("dp", "i")));
  return elementwiseCompared(question, derivative);
}

// The loss in one formula, so that the logarithm meets the exponential; the softmax in it is then read by its name.
function together(question: Question & { readonly by: string }): Derivation {
  const { definitions: written, last } = read(question);
  const loss = { ...last, expression: stabilise(inline(written)) };
  const definitions = [...written.slice(0, -1), loss];
  const [adjoint] = gradient(definitions, [question.by]);
  if (adjoint === undefined) throw new Error("there is no adjoint");
  const targets = new Set(question.probabilities);
  const settled = simplify(withRowsOfOne(adjoint.expression, targets));
  const ofProbabilities: Definition = { ...adjoint, name: `${adjoint.name}'`, expression: settled };
  const derivation = adjointsCompared(question, definitions, [adjoint, ofProbabilities]);
  const said = rowOf({ ...ofProbabilities, name: adjoint.name }, `rows of ${[...targets]} sum to 1`);
  return { ...derivation, rows: [...derivation.rows.slice(0, -1), said] };
}

// 1 in the place of each sum over the last axis of targets.
const withRowsOfOne = (e: Expr, targets: ReadonlySet<string>): Expr =>
  fold(e, {
    ...rebuilding,
    reduction(node, body) {
      const isRow = body.kind === "variable" && targets.has(body.name) && body.indices.at(-1)?.name === node.index;
      return node.operation === "sum" && isRow ? constant(1) : rebuild(node, [body]);
    },
  });
