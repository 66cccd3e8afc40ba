import { network, uniform } from "./data.ts";
import type { LearningProblem, Work } from "./jobs.ts";
import { movedBy } from "./step.ts";

/** What is learnt: images in bytes, a row each, and the class of each. */
export interface Learnable {
  readonly inputs: Uint8Array;
  readonly classes: Int32Array;
}

/** What bytes are brought to before a network reads them: the mean 0 and about the deviation 1. */
export const scale = { mean: 127.5, deviation: 73.9 } as const;

export function learnable({ layers, samples }: LearningProblem): Learnable {
  const [features = 1, outputs = 1] = [layers[0], layers.at(-1)];
  const inputs = new Uint8Array(samples * features);
  // Row by row: all at once would be eight times as many bytes.
  for (let row = 0; row < samples; row++) {
    const values = uniform(features, 100 + row);
    for (let j = 0; j < features; j++) inputs[row * features + j] = 128 * ((values[j] ?? 0) + 1);
  }
  const count = Math.max(2, outputs);
  return { inputs, classes: Int32Array.from(uniform(samples, 2), value => Math.floor(((value + 1) / 2) * count)) };
}

/** A network that learns whatever batch it is given. */
export interface Learner {
  /** Begins anew, with these weights. */
  readonly begin: (weights: readonly Float32Array[]) => void;
  /** Takes a step, and returns the loss before it. The arrays are filled anew for the next step. */
  readonly step: (x: Float32Array, classes: Int32Array) => number | Promise<number>;
  readonly firstWeights: () => ArrayLike<number>;
}

/**
 * Whole trainings to be timed, from the first weights on, in the order of the rows; what is left at the end of an epoch is
 * dropped. Compared are the losses of the first six steps, and how far the weights of the first layer have then moved.
 */
export async function learningWork(learner: Learner, problem: LearningProblem): Promise<Work> {
  const { layers, batch, samples, epochs } = problem;
  const { inputs, classes } = learnable(problem);
  const { weights } = network(problem);
  const size = batch * (layers[0] ?? 1);
  const x = new Float32Array(size);
  const step = (number: number): number | Promise<number> => {
    for (let i = 0; i < size; i++) x[i] = ((inputs[number * size + i] ?? 0) - scale.mean) / scale.deviation;
    return learner.step(x, classes.subarray(number * batch, (number + 1) * batch));
  };
  learner.begin(weights);
  const losses: number[] = [];
  for (let number = 0; number < 6; number++) losses.push(await step(number));
  const once = async (): Promise<void> => {
    learner.begin(weights);
    for (let epoch = 0; epoch < epochs; epoch++)
      for (let number = 0; number < Math.floor(samples / batch); number++) await step(number);
  };
  return {
    answer: [...losses, movedBy(weights[0] ?? [], learner.firstWeights())],
    run: async times => {
      for (let i = 0; i < times; i++) await once();
    },
  };
}
