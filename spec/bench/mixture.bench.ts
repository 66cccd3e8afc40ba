/** The log-likelihood of a Gaussian mixture with full covariances, and its gradient, as the ADBench suite poses them. */
import { withGradient } from "../../lib/calculus/with-gradient.ts";
import { parseDefinitions } from "../../lib/syntax/parse.ts";
import type { BackendName } from "../../lib/tape/emit/backend.ts";
import { createProgram } from "../../lib/tape/program.ts";
import { schedule } from "../../lib/tape/schedule.ts";
import type { Family } from "./family.ts";
import { sideBySide } from "./timing.ts";

const [dimensions, components, samples] = [10, 25, 1000];
const entries = (dimensions * (dimensions - 1)) / 2;

// The inverse square root of each covariance is lower triangular: its diagonal by logarithms, the rest entry by entry.
const mixture = parseDefinitions(`
  L[k,i,j] = delta(i, j) * exp(q[k,i]) + below[i,j] * l[k,slot[i,j]]
  y[n,k,i] = sum(j, L[k,i,j] * (x[n,j] - mu[k,j]))
  t[n,k] = alpha[k] + sum(i, q[k,i]) - sum(i, y[n,k,i]^2) / 2
  loss = sum(n, logsumexp(k, t[n,k])) - extent(n) * logsumexp(k, alpha[k])`);

const shapes = {
  x: [samples, dimensions],
  alpha: [components],
  mu: [components, dimensions],
  q: [components, dimensions],
  l: [components, entries],
  slot: [dimensions, dimensions],
  below: [dimensions, dimensions],
};

export const family: Family = {
  about: `${samples} samples of ${dimensions} numbers, ${components} components: value and gradient, against a loop written by hand`,
  run(report) {
    const definitions = withGradient(mixture, ["alpha", "mu", "q", "l[k,e]"]);
    const valueTape = schedule(mixture, { outputs: ["loss"] });
    const gradientTape = schedule(definitions, { outputs: ["loss", "dalpha", "dmu", "dq", "dl"] });
    const value = started(valueTape, "javascript");
    const gradient = started(gradientTape, "javascript");
    const valueInVectors = started(valueTape, "webassembly");
    const gradientInVectors = started(gradientTape, "webassembly");
    const timed = sideBySide(
      [
        { name: "value, by hand", batch: repeated(() => likelihoodByHand(value)) },
        { name: "value, fluxion", batch: repeated(() => likelihoodOf(value)) },
        { name: "gradient, fluxion", batch: repeated(() => likelihoodOf(gradient)) },
        { name: "value, WebAssembly", batch: repeated(() => likelihoodOf(valueInVectors)) },
        { name: "gradient, WebAssembly", batch: repeated(() => likelihoodOf(gradientInVectors)) },
      ],
      { rounds: 15, slice: 20 },
    );
    const [byHand, own, partials, ...inVectors] = timed;
    const milliseconds = (nanoseconds = Number.NaN) => nanoseconds / 1e6;
    report({ what: "value, by hand", value: milliseconds(byHand?.nanoseconds), unit: "ms" });
    report({
      what: "value, fluxion",
      value: milliseconds(own?.nanoseconds),
      unit: "ms",
      ratio: own?.ratio ?? Number.NaN,
      target: 1.3,
    });
    report({
      what: "gradient, fluxion, over its value",
      value: milliseconds(partials?.nanoseconds),
      unit: "ms",
      ratio: (partials?.ratio ?? Number.NaN) / (own?.ratio ?? Number.NaN),
      target: 2.5,
    });
    for (const { name, nanoseconds, ratio } of inVectors)
      report({ what: `${name}, over the value by hand`, value: milliseconds(nanoseconds), unit: "ms", ratio });
    const difference = Math.abs(likelihoodByHand(value) - likelihoodOf(value));
    if (!(difference < 1e-9 * Math.abs(likelihoodOf(value)))) throw new Error(`the two values differ by ${difference}`);
  },
};

type Started = ReturnType<typeof started>;

function started(tape: ReturnType<typeof schedule>, backend: BackendName) {
  const present = Object.fromEntries(
    Object.entries(shapes).filter(([name]) => tape.arrays.some(array => array.name === name)),
  );
  const program = createProgram(tape, { shapes: present, backend });
  for (const [k, name] of ["x", "alpha", "mu", "q", "l"].entries()) {
    program.input(name).forEach((_, i, array) => {
      array[i] = Math.sin(1.7 * i + k) / 2;
    });
  }
  let slot = 0;
  for (let i = 0; i < dimensions; i++) {
    for (let j = 0; j < i; j++) {
      program.input("slot")[i * dimensions + j] = slot++;
      program.input("below")[i * dimensions + j] = 1;
    }
  }
  return program;
}

function likelihoodOf(program: Started): number {
  program.run();
  return program.output("loss")[0] as number;
}

function likelihoodByHand(program: Started): number {
  const [x, alpha, mu, q, l] = ["x", "alpha", "mu", "q", "l"].map(name => program.input(name) as Float64Array) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  const [d, K] = [dimensions, components];
  const diagonal = q.map(Math.exp);
  const offsets = new Float64Array(K);
  for (let k = 0; k < K; k++) {
    let total = alpha[k] as number;
    for (let i = 0; i < d; i++) total += q[k * d + i] as number;
    offsets[k] = total;
  }
  const centred = new Float64Array(d);
  const terms = new Float64Array(K);
  let loss = 0;
  for (let n = 0; n < samples; n++) {
    for (let k = 0; k < K; k++) {
      for (let i = 0; i < d; i++) centred[i] = (x[n * d + i] as number) - (mu[k * d + i] as number);
      let squares = 0;
      let entry = k * entries;
      for (let i = 0; i < d; i++) {
        let y = (diagonal[k * d + i] as number) * (centred[i] as number);
        for (let j = 0; j < i; j++) y += (l[entry++] as number) * (centred[j] as number);
        squares += y * y;
      }
      terms[k] = (offsets[k] as number) - squares / 2;
    }
    loss += logSumOfExponentials(terms);
  }
  return loss - samples * logSumOfExponentials(alpha);
}

function logSumOfExponentials(terms: Float64Array): number {
  let greatest = Number.NEGATIVE_INFINITY;
  for (let k = 0; k < terms.length; k++) greatest = Math.max(greatest, terms[k] as number);
  let total = 0;
  for (let k = 0; k < terms.length; k++) total += Math.exp((terms[k] as number) - greatest);
  return greatest + Math.log(total);
}

const repeated =
  (work: () => number) =>
  (times: number): number => {
    let last = 0;
    for (let i = 0; i < times; i++) last = work();
    return last;
  };
