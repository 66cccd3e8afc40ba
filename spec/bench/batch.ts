/** Value and gradient into an array, as `compileGradient` returns it. */
export type Gradient = (parameters: Float64Array, gradient: Float64Array, data: Float64Array) => number;

/**
 * A batch of calls at slowly changing parameters. Each has a loop of its own, made anew: one that all contenders shared
 * would call through a site that has seen them all.
 */
export function batchOf(
  f: Gradient,
  parameters: readonly number[],
  data: readonly number[] = [],
): (times: number) => number {
  const bind = new Function("f", "p", "g", "d", text) as (...args: unknown[]) => (times: number) => number;
  return bind(f, Float64Array.from(parameters), new Float64Array(parameters.length), Float64Array.from(data));
}

/**
 * Epochs of stochastic gradient descent over samples, from the same start again every 250 epochs. Each has a loop of its own
 * as well.
 */
export function trainingOf(
  f: Gradient,
  start: readonly number[],
  samples: readonly (readonly number[])[],
): (times: number) => number {
  const bind = new Function("f", "start", "p", "g", "samples", trainingText) as (
    ...args: unknown[]
  ) => (times: number) => number;
  const data = samples.map(sample => Float64Array.from(sample));
  return bind(f, Float64Array.from(start), Float64Array.from(start), new Float64Array(start.length), data);
}

/** Whole trainings, each from the same start: so many epochs of steps of the size `rate`, one sample after another. */
export function wholeTrainingOf(
  f: Gradient,
  start: readonly number[],
  samples: readonly (readonly number[])[],
  { epochs, rate }: { readonly epochs: number; readonly rate: number },
): (times: number) => number {
  const names = ["f", "start", "p", "g", "samples", "epochs", "rate"];
  const bind = new Function(...names, wholeTrainingText) as (...args: unknown[]) => (times: number) => number;
  const data = samples.map(sample => Float64Array.from(sample));
  const begin = Float64Array.from(start);
  return bind(f, begin, Float64Array.from(start), new Float64Array(start.length), data, epochs, rate);
}

const wholeTrainingText = `
  return times => {
    let sum = 0;
    for (let i = 0; i < times; i++) {
      p.set(start);
      for (let epoch = 0; epoch < epochs; epoch++) {
        for (let n = 0; n < samples.length; n++) {
          sum += f(p, g, samples[n]);
          for (let k = 0; k < p.length; k++) p[k] -= rate * g[k];
        }
      }
    }
    return sum;
  };`;

const trainingText = `
  let epoch = 0;
  return times => {
    let sum = 0;
    for (let i = 0; i < times; i++) {
      if (epoch++ % 250 === 0) p.set(start);
      for (let n = 0; n < samples.length; n++) {
        sum += f(p, g, samples[n]);
        for (let k = 0; k < p.length; k++) p[k] -= 0.25 * g[k];
      }
    }
    return sum;
  };`;

const text = `
  const last = p.length - 1;
  let at = 0;
  return times => {
    let sum = 0;
    for (let i = 0; i < times; i++) {
      at = at === last ? 0 : at + 1;
      p[at] += 1e-12;
      sum += f(p, g, d) + g[at];
    }
    return sum;
  };`;
