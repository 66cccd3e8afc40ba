/** From text to simplified partial derivatives, as formulas grow: who shares nothing between them does not get far. */
import type { Family } from "./family.ts";
import { type Case, contest } from "./harness/contest.ts";
import type { DerivativeProblem } from "./harness/jobs.ts";
import { fivePoint } from "./harness/losses.ts";

export const family: Family = contest({
  about: "text read, differentiated and simplified, by all variables; each peer until it needs more than 10 seconds",
  job: "derivative",
  unit: "ms",
  patience: 10,
  // Simplification has many functions, which are compiled only once they have run a lot.
  warmUp: 1500,
  cases: [
    { name: "five-point loss, 9 partials", problem: { text: fivePoint.text, ...place(fivePoint) } },
    ...[2, 4, 8, 16, 32, 64].map(tanhChain),
    ...[5, 10, 20, 50, 100, 200].map(product),
  ],
});

/** f(k+1) = tanh(f(k)*x + k). */
function tanhChain(depth: number): Case<DerivativeProblem> {
  let text = "x";
  for (let k = 0; k < depth; k++) text = `tanh(${text}*x + ${k})`;
  return { name: `tanh chain, depth ${depth}`, series: "chain", problem: { text, variables: ["x"], at: { x: -0.9 } } };
}

function product(n: number): Case<DerivativeProblem> {
  const variables = Array.from({ length: n }, (_, i) => `x${i + 1}`);
  const at = Object.fromEntries(variables.map((name, i) => [name, 1 + Math.sin(i) / 3]));
  return { name: `x1*…*x${n}`, series: "product", problem: { text: variables.join("*"), variables, at } };
}

function place({ parameters, data, at, sample }: typeof fivePoint): Omit<DerivativeProblem, "text"> {
  const values = [...at, ...sample];
  return {
    variables: parameters,
    at: Object.fromEntries([...parameters, ...data].map((name, i) => [name, (values[i] ?? 0) / 4])),
  };
}
