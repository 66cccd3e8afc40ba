import type { BundleSize } from "../../support/bundle.ts";
import type { MixtureSize } from "../../support/mixture.ts";
import { batchOf, type Gradient, wholeTrainingOf } from "../batch.ts";

/**
 * What peers are asked to do. Of each job, the problem that a family sets, which is plain data, and what a peer makes of
 * it. A new job is a line here, and one in `works`.
 */
export interface Jobs {
  readonly gradient: { readonly problem: GradientProblem; readonly made: Gradient };
  readonly training: { readonly problem: TrainingProblem; readonly made: Work };
  readonly derivative: { readonly problem: DerivativeProblem; readonly made: Deriver };
  readonly batch: { readonly problem: BatchProblem; readonly made: Work };
  readonly step: { readonly problem: StepProblem; readonly made: Work };
  readonly learning: { readonly problem: LearningProblem; readonly made: Work };
  readonly mixture: { readonly problem: MixtureSize; readonly made: Work };
  readonly bundle: { readonly problem: BundleSize; readonly made: Work };
}

export type JobName = keyof Jobs;

/** A job that is ready to be timed. */
export interface Work {
  /** What was computed, to be compared with what Fluxion computes: values, partial derivatives, losses. */
  readonly answer: readonly number[];
  /** Does the job so many times, one after another. */
  readonly run: (times: number) => unknown;
}

/** A scalar loss in the notation that all peers read, what it is differentiated by, and what else it reads. */
export interface GradientProblem {
  readonly name: string;
  readonly text: string;
  readonly parameters: readonly string[];
  readonly data: readonly string[];
  /** Where it is called. */
  readonly at: readonly number[];
  readonly sample: readonly number[];
}

/** Gradient descent on one sample after another, epoch after epoch. */
export interface TrainingProblem extends GradientProblem {
  readonly samples: readonly (readonly number[])[];
  readonly epochs: number;
  readonly rate: number;
}

/** A formula whose partial derivatives are to be found and simplified, and a point to compare them at. */
export interface DerivativeProblem {
  readonly text: string;
  readonly variables: readonly string[];
  readonly at: Readonly<Record<string, number>>;
}

/** Finds partial derivatives as formulas, and tells their values. */
export interface Deriver<Formula = unknown> {
  readonly derive: (text: string, variables: readonly string[]) => readonly Formula[];
  readonly evaluate: (formula: Formula, at: Readonly<Record<string, number>>) => number;
}

/** The mean of a loss and of its partial derivatives over many points, whose coordinates are `uniform` of these seeds. */
export interface BatchProblem extends GradientProblem {
  readonly points: number;
  readonly seeds: readonly number[];
}

/**
 * A step of gradient descent of a network with relu, in single precision: one output has a sigmoid and the Bernoulli loss,
 * several have a softmax and the categorical one. The arrays are those of `network`.
 */
export interface StepProblem {
  readonly layers: readonly number[];
  readonly batch: number;
  readonly batchNorm: boolean;
  readonly rate: number;
}

/** Such steps over all batches of so many samples, as often as there are epochs: those of `learnable`. */
export interface LearningProblem extends StepProblem {
  readonly samples: number;
  readonly epochs: number;
}

/** Makes what is timed of what a peer made. */
export const works: { readonly [J in JobName]: (made: Jobs[J]["made"], problem: Jobs[J]["problem"]) => Work } = {
  gradient: gradientWork,
  derivative: derivativeWork,
  training: work => work,
  batch: work => work,
  step: work => work,
  learning: work => work,
  mixture: work => work,
  bundle: work => work,
};

/** The training of whoever has a gradient. */
export function trainingWork(gradient: Gradient, { at, samples, epochs, rate }: TrainingProblem): Work {
  const parameters = Float64Array.from(at);
  const slopes = new Float64Array(at.length);
  let last = 0;
  for (let epoch = 0; epoch < epochs; epoch++) {
    for (const sample of samples) {
      last = gradient(parameters, slopes, Float64Array.from(sample));
      for (let k = 0; k < at.length; k++) parameters[k] = (parameters[k] as number) - rate * (slopes[k] as number);
    }
  }
  return { answer: [last, ...parameters], run: wholeTrainingOf(gradient, at, samples, { epochs, rate }) };
}

function gradientWork(gradient: Gradient, { at, sample }: GradientProblem): Work {
  const data = Float64Array.from(sample);
  const answer = [1, 0.7, -0.4].flatMap((scale, k) => {
    const parameters = Float64Array.from(at, (value, i) => scale * value + (k * Math.sin(i)) / 4);
    const slopes = new Float64Array(at.length);
    return [gradient(parameters, slopes, data), ...slopes];
  });
  return { answer, run: batchOf(gradient, at, sample) };
}

/**
 * Each time the variables have names of their own: expressions may be shared between runs, and what one run has found out
 * must not serve the next.
 */
function derivativeWork({ derive, evaluate }: Deriver, { text, variables, at }: DerivativeProblem): Work {
  let run = 0;
  const renamed = (formula: string): string => formula.replaceAll(/\b([a-z]\d*)\b(?!\()/g, `$1r${run}`);
  const again = () => {
    run++;
    return derive(renamed(text), variables.map(renamed));
  };
  const found = again();
  const place = Object.fromEntries(Object.entries(at).map(([name, value]) => [renamed(name), value]));
  return {
    answer: found.map(formula => evaluate(formula, place)),
    run: times => {
      for (let i = 0; i < times; i++) again();
    },
  };
}
