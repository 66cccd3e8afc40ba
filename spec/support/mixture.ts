/**
 * The log-posterior of a Gaussian mixture with full covariances, as the ADBench suite poses it (F. Šrajer, Z. Kukelova and
 * A. Fitzgibbon, A benchmark of selected algorithmic differentiation tools, Optimization Methods and Software 33, 2018):
 * weights by logits, the inverse square root of each covariance as a lower triangle with the logarithms of its diagonal, and
 * a Wishart prior. Terms that no parameter changes are left out.
 */
import {
  createProgram,
  type Definitions,
  type Program,
  parseDefinitions,
  schedule,
  withGradient,
} from "../../lib/index.ts";
import type { BackendName } from "../../lib/tape/emit/choose.ts";

/** As one writes it: the entries of a triangle lie in one row, `slot` tells where, and `below` where there are any. */
export const mixture: Definitions = parseDefinitions(`
  L[k,i,j] = delta(i, j) * exp(q[k,i]) + below[i,j] * l[k,slot[i,j]]
  y[n,k,i] = sum(j, L[k,i,j] * (x[n,j] - mu[k,j]))
  t[n,k] = alpha[k] + sum(i, q[k,i]) - sum(i, y[n,k,i]^2) / 2
  prior = sum(k, spread^2 / 2 * (sum(i, exp(q[k,i])^2) + sum(e, l[k,e]^2)) - freedom * sum(i, q[k,i]))
  loss = sum(n, logsumexp(k, t[n,k])) - extent(n) * logsumexp(k, alpha[k]) + prior`);

/** What the gradient is taken by. */
export const mixtureParameters: readonly ["alpha", "mu", "q", "l[k,e]"] = ["alpha", "mu", "q", "l[k,e]"];

/** How many numbers a sample has, how many components and samples there are. */
export interface MixtureSize {
  readonly dimensions: number;
  readonly components: number;
  readonly samples: number;
}

/** The arrays of a problem, in row-major order. */
export interface MixtureArrays {
  readonly x: Float64Array;
  readonly alpha: Float64Array;
  readonly mu: Float64Array;
  readonly q: Float64Array;
  readonly l: Float64Array;
  readonly slot: Float64Array;
  readonly below: Float64Array;
  readonly spread: Float64Array;
  readonly freedom: Float64Array;
}

export function mixtureShapes({ dimensions: d, components, samples }: MixtureSize): Record<string, readonly number[]> {
  return {
    x: [samples, d],
    alpha: [components],
    mu: [components, d],
    q: [components, d],
    l: [components, (d * (d - 1)) / 2],
    slot: [d, d],
    below: [d, d],
  };
}

/** Some problem of a size, always the same. */
export function mixtureArrays(size: MixtureSize): MixtureArrays {
  const { dimensions: d } = size;
  const shapes = mixtureShapes(size);
  const wave = (name: string, phase: number, height: number): Float64Array => {
    const length = (shapes[name] ?? []).reduce((product, extent) => product * extent, 1);
    return Float64Array.from({ length }, (_, i) => height * Math.sin(1.7 * i + phase));
  };
  const [slot, below] = [new Float64Array(d * d), new Float64Array(d * d)];
  let next = 0;
  for (let i = 0; i < d; i++)
    for (let j = 0; j < i; j++) {
      slot[i * d + j] = next++;
      below[i * d + j] = 1;
    }
  return {
    x: wave("x", 0, 0.5),
    alpha: wave("alpha", 1, 0.5),
    mu: wave("mu", 2, 0.5),
    q: wave("q", 3, 0.5),
    l: wave("l", 4, 0.2),
    slot,
    below,
    spread: Float64Array.of(1.5),
    freedom: Float64Array.of(2),
  };
}

/** The program that computes the value of such a problem, or its gradient with it. */
export function mixtureProgram(size: MixtureSize, what: "value" | "gradient", backend: BackendName): Program {
  const tape =
    what === "value"
      ? schedule(mixture, { outputs: ["loss"] })
      : schedule(withGradient(mixture, mixtureParameters), { outputs: ["loss", "dalpha", "dmu", "dq", "dl"] });
  const isRead = (name: string): boolean => tape.arrays.some(array => array.name === name);
  const shapes = Object.fromEntries(Object.entries(mixtureShapes(size)).filter(([name]) => isRead(name)));
  const program = createProgram(tape, { shapes, backend });
  for (const [name, array] of Object.entries(mixtureArrays(size))) program.inputs[name]?.set(array);
  return program;
}

/** The value and all its partial derivatives in a row. */
export const mixtureAnswer = (
  loss: number,
  partials: (name: "dalpha" | "dmu" | "dq" | "dl") => ArrayLike<number>,
): readonly number[] => [loss, ...(["dalpha", "dmu", "dq", "dl"] as const).flatMap(name => Array.from(partials(name)))];

/** The same by hand, in plain loops over triangles: what calls to `value` and `gradient` return, and `gradient` fills. */
export interface MixtureByHand {
  readonly value: () => number;
  readonly gradient: () => number;
  readonly dalpha: Float64Array;
  readonly dmu: Float64Array;
  readonly dq: Float64Array;
  readonly dl: Float64Array;
}

export function mixtureByHand(size: MixtureSize, arrays: MixtureArrays): MixtureByHand {
  const { alpha, q, l } = arrays;
  const numbers: Scratch = {
    diagonal: new Float64Array(q.length),
    offsets: new Float64Array(alpha.length),
    centred: new Float64Array(q.length),
    y: new Float64Array(q.length),
    t: new Float64Array(alpha.length),
    carried: new Float64Array(q.length),
    dalpha: new Float64Array(alpha.length),
    dmu: new Float64Array(q.length),
    dq: new Float64Array(q.length),
    dl: new Float64Array(l.length),
  };
  return {
    value: () => likelihood(size, arrays, numbers) + prior(arrays, numbers),
    gradient: () => likelihoodAndGradient(size, arrays, numbers) + prior(arrays, numbers),
    ...numbers,
  };
}

interface Scratch {
  /** The exponentials of `q`. */
  readonly diagonal: Float64Array;
  /** What each component's logarithm begins with. */
  readonly offsets: Float64Array;
  readonly centred: Float64Array;
  readonly y: Float64Array;
  readonly t: Float64Array;
  /** The sum over samples of responsibility times `y`. */
  readonly carried: Float64Array;
  readonly dalpha: Float64Array;
  readonly dmu: Float64Array;
  readonly dq: Float64Array;
  readonly dl: Float64Array;
}

function begin({ dimensions: d, components: K }: MixtureSize, { alpha, q }: MixtureArrays, scratch: Scratch): void {
  const { diagonal, offsets } = scratch;
  for (let i = 0; i < K * d; i++) diagonal[i] = Math.exp(q[i] as number);
  for (let k = 0; k < K; k++) {
    let total = alpha[k] as number;
    for (let i = 0; i < d; i++) total += q[k * d + i] as number;
    offsets[k] = total;
  }
}

function likelihood(size: MixtureSize, arrays: MixtureArrays, scratch: Scratch): number {
  const { dimensions: d, components: K, samples: N } = size;
  const { x, alpha, mu, l } = arrays;
  const { diagonal, offsets, centred, t } = scratch;
  const entries = (d * (d - 1)) / 2;
  begin(size, arrays, scratch);
  let loss = 0;
  for (let n = 0; n < N; n++) {
    for (let k = 0; k < K; k++) {
      for (let i = 0; i < d; i++) centred[i] = (x[n * d + i] as number) - (mu[k * d + i] as number);
      let squares = 0;
      let entry = k * entries;
      for (let i = 0; i < d; i++) {
        let total = (diagonal[k * d + i] as number) * (centred[i] as number);
        for (let j = 0; j < i; j++) total += (l[entry++] as number) * (centred[j] as number);
        squares += total * total;
      }
      t[k] = (offsets[k] as number) - squares / 2;
    }
    loss += logSumOfExponentials(t);
  }
  return loss - N * logSumOfExponentials(alpha);
}

function likelihoodAndGradient(size: MixtureSize, arrays: MixtureArrays, scratch: Scratch): number {
  const { dimensions: d, components: K, samples: N } = size;
  const { x, alpha, mu, l, spread, freedom } = arrays;
  const { diagonal, offsets, centred, y, t, carried, dalpha, dmu, dq, dl } = scratch;
  const entries = (d * (d - 1)) / 2;
  begin(size, arrays, scratch);
  for (const array of [carried, dalpha, dmu, dq, dl]) array.fill(0);
  let loss = 0;
  for (let n = 0; n < N; n++) {
    for (let k = 0; k < K; k++) {
      const row = k * d;
      for (let i = 0; i < d; i++) centred[row + i] = (x[n * d + i] as number) - (mu[row + i] as number);
      let squares = 0;
      let entry = k * entries;
      for (let i = 0; i < d; i++) {
        let total = (diagonal[row + i] as number) * (centred[row + i] as number);
        for (let j = 0; j < i; j++) total += (l[entry++] as number) * (centred[row + j] as number);
        y[row + i] = total;
        squares += total * total;
      }
      t[k] = (offsets[k] as number) - squares / 2;
    }
    const all = logSumOfExponentials(t);
    loss += all;
    for (let k = 0; k < K; k++) {
      const row = k * d;
      const share = Math.exp((t[k] as number) - all);
      dalpha[k] = (dalpha[k] as number) + share;
      let entry = k * entries;
      for (let i = 0; i < d; i++) {
        const part = share * (y[row + i] as number);
        carried[row + i] = (carried[row + i] as number) + part;
        dq[row + i] = (dq[row + i] as number) - part * (centred[row + i] as number);
        for (let j = 0; j < i; j++) {
          dl[entry] = (dl[entry] as number) - part * (centred[row + j] as number);
          entry++;
        }
      }
    }
  }
  const all = logSumOfExponentials(alpha);
  const square = (spread[0] as number) ** 2;
  for (let k = 0; k < K; k++) {
    const share = dalpha[k] as number;
    dalpha[k] = share - N * Math.exp((alpha[k] as number) - all);
    let entry = k * entries;
    for (let i = 0; i < d; i++) {
      const at = k * d + i;
      const [own, sum] = [diagonal[at] as number, carried[at] as number];
      dmu[at] = (dmu[at] as number) + own * sum;
      dq[at] = (dq[at] as number) * own + share + square * own * own - (freedom[0] as number);
      for (let j = 0; j < i; j++) {
        dmu[k * d + j] = (dmu[k * d + j] as number) + (l[entry] as number) * sum;
        dl[entry] = (dl[entry] as number) + square * (l[entry] as number);
        entry++;
      }
    }
  }
  return loss - N * all;
}

function prior({ q, l, spread, freedom }: MixtureArrays, { diagonal }: Scratch): number {
  let [squares, logarithms] = [0, 0];
  for (let i = 0; i < q.length; i++) {
    squares += (diagonal[i] as number) ** 2;
    logarithms += q[i] as number;
  }
  for (let e = 0; e < l.length; e++) squares += (l[e] as number) ** 2;
  return ((spread[0] as number) ** 2 / 2) * squares - (freedom[0] as number) * logarithms;
}

function logSumOfExponentials(terms: Float64Array): number {
  let greatest = Number.NEGATIVE_INFINITY;
  for (let k = 0; k < terms.length; k++) greatest = Math.max(greatest, terms[k] as number);
  let total = 0;
  for (let k = 0; k < terms.length; k++) total += Math.exp((terms[k] as number) - greatest);
  return greatest + Math.log(total);
}
