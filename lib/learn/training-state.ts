import type { DataArray } from "../data/array.ts";
import { FluxionError } from "../expression/error.ts";

/** Arrays by name, in the precision in which they were trained. */
export type TrainedArrays = ReadonlyMap<string, DataArray<Float32Array | Float64Array>>;

/**
 * All that a training is at one moment, between two steps: plain data. Given back as `resume`, with the same model, data and
 * options, it goes on to the same bits as if it had never stopped. What was drawn at random needs no place in it: each
 * epoch and each step has a stream of its own, which the seed and their numbers tell.
 */
export interface TrainingState {
  /** All that a step changes, by name: parameters, running statistics, what the optimiser keeps. */
  readonly arrays: TrainedArrays;
  readonly seed: number;
  /** How many epochs are done. */
  readonly epoch: number;
  /** How many steps of the next epoch are done. After the last of them only the validation is missing. */
  readonly step: number;
  /** How many samples there are, and how many a step takes. */
  readonly samples: number;
  readonly batchSize: number;
  readonly history: History;
  /** The best epoch on the validation data, where there are any. */
  readonly best?: BestEpoch;
}

/** What was told of each step and of each epoch. */
export interface History {
  readonly steps: readonly StepReport[];
  readonly epochs: readonly EpochReport[];
}

/** The loss, without penalties, and the accuracy, if the model has one: means over samples. */
export interface Metrics {
  readonly loss: number;
  readonly accuracy?: number;
}

/** The metrics of a batch, before the step that uses it. */
export interface StepReport extends Metrics {
  /** From 1 on, as the step is, within its epoch. */
  readonly epoch: number;
  readonly step: number;
  /** How many samples the batch has. */
  readonly samples: number;
  /** What is made small: the loss and its penalties. */
  readonly objective: number;
  /** How far the step goes, where the optimiser tells. */
  readonly rate?: number;
  /** The metrics of the validation data after the step, where they were asked for. */
  readonly validation?: Metrics;
}

/** The mean metrics of an epoch's batches, each before its step. */
export interface EpochReport extends Metrics {
  readonly epoch: number;
  /** The metrics of the validation data after the epoch, where there are any. */
  readonly validation?: Metrics;
}

/** An epoch, its metrics on the validation data, and what was learnt by then: parameters and running statistics. */
export interface BestEpoch extends Metrics {
  readonly epoch: number;
  readonly arrays: TrainedArrays;
}

/** The arrays as they are now. */
export const copyOf = (arrays: TrainedArrays, names: Iterable<string> = arrays.keys()): TrainedArrays =>
  new Map(
    [...names].flatMap(name => {
      const array = arrays.get(name);
      return array === undefined ? [] : [[name, { shape: array.shape, data: array.data.slice() }] as const];
    }),
  );

/** A training that cannot go on, since a loss or a parameter is no longer finite. */
export class TrainingError extends FluxionError {
  /** The last state whose loss was finite, from which a smaller rate may go on: what was before the step that went wrong. */
  readonly state: TrainingState;

  constructor(message: string, state: TrainingState) {
    super("not-finite", message);
    this.state = state;
  }
}
