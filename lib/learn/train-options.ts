import { FluxionError } from "../expression/error.ts";
import { describe } from "../expression/expression.ts";
import type { Machine } from "./batch-program.ts";
import type { Arrays } from "./computation.ts";
import { precisionOf } from "./evaluate-model.ts";
import { glorotUniform } from "./initialisers.ts";
import type { Model } from "./model.ts";
import type { Optimiser } from "./optimisers.ts";
import { numeral, positiveInteger } from "./options.ts";
import { type Initialiser, randomStream } from "./random.ts";
import type { Augment } from "./stepper.ts";
import type { TrainingData } from "./supervised.ts";
import type { EpochReport, StepReport, TrainingState } from "./training-state.ts";

/** How a model is trained. */
export interface TrainOptions extends Machine {
  /** How a step changes the parameters, and how far it goes: `sgd(0.1)`, `adam(cosineDecay(0.001, { steps: 3000 }))`. */
  readonly optimiser: Optimiser;
  /** How often each sample is used; 10 unless said. */
  readonly epochs?: number;
  /** How many samples a step uses, 32 unless said, or all there are. */
  readonly batchSize?: number | "all";
  /** What becomes of the samples left over at the end of an epoch: a smaller batch, unless they are dropped. */
  readonly lastBatch?: "keep" | "drop";
  /** The same seed gives the same model, to the last bit; 1 unless said. */
  readonly seed?: number;
  /** Whether each epoch takes the samples in an order of its own; true unless said. */
  readonly shuffle?: boolean;
  /** How weights begin; `glorotUniform` unless said. */
  readonly initialise?: Initialiser;
  /** Arrays that begin as these instead: those of a model trained before, say. */
  readonly begin?: Arrays;
  /** Changes the inputs of each batch: `(images, random) => flipSome(images, random)`. The shape stays. */
  readonly augment?: Augment;
  /** What is not trained on, but tells after each epoch how well the model does. What was best on it is kept. */
  readonly validation?: TrainingData;
  /** Tells it after so many steps as well. */
  readonly validateEvery?: number;
  /** How many samples of it are evaluated at a time; 500 unless said. */
  readonly evaluationBatch?: number | "all";
  /** What tells which epoch is best: the least loss, unless it is to be the greatest accuracy. */
  readonly best?: "loss" | "accuracy";
  /** Ends the training after so many epochs in a row that are not better than the best. */
  readonly patience?: number;
  /** Ends it before the next step: the signal of an `AbortController`. */
  readonly signal?: { readonly aborted: boolean };
  /** A state to go on from. */
  readonly resume?: TrainingState;
  /** What is told of each step; a promise is waited for. All is kept in `history` too. */
  readonly onStep?: (report: StepReport, now: TrainingView) => unknown;
  /** What is told of each epoch. */
  readonly onEpoch?: (report: EpochReport, now: TrainingView) => unknown;
}

/** A training as it is when it reports. The arrays are its own memory, and change with the next step. */
export interface TrainingView {
  readonly model: Model;
  readonly arrays: Arrays;
  readonly epochs: number;
  readonly stepsPerEpoch: number;
  /** A copy of all, to be saved or gone on from. */
  readonly state: () => TrainingState;
}

type Defaults = "epochs" | "lastBatch" | "seed" | "shuffle" | "initialise" | "begin" | "best";

/** Options that hold what they may, with what is not said filled in. */
export type CheckedTraining = TrainOptions &
  Required<Pick<TrainOptions, Defaults>> & { readonly batchSize: number; readonly machine: Machine };

/** Throws `bad-option` for options that are none, `bad-value` for a state of another training. */
export function checkedTraining(options: TrainOptions, samples: number, model: Model): CheckedTraining {
  if (typeof options?.optimiser !== "function") {
    throw new FluxionError(
      "bad-option",
      `a training has an optimiser, such as sgd(0.1), got ${describe(options?.optimiser)}`,
    );
  }
  const { resume, type, backend, threads } = options;
  const all = { ...defaults, ...without(options), optimiser: options.optimiser };
  const { batchSize, validateEvery, patience } = all;
  for (const name of ["epochs", "patience", "validateEvery"] as const) {
    const value = all[name];
    if (value !== undefined) positiveInteger(name, value);
  }
  if (batchSize !== "all") positiveInteger(`batchSize, where it is not "all",`, batchSize);
  oneOf("lastBatch", all.lastBatch, ["keep", "drop"]);
  oneOf("best", all.best, ["loss", "accuracy"]);
  for (const name of ["initialise", "augment", "onStep", "onEpoch"] as const) {
    const value = all[name];
    if (value !== undefined && typeof value !== "function") {
      throw new FluxionError("bad-option", `${name} is a function, got ${describe(value)}`);
    }
  }
  if (all.validation === undefined && (validateEvery ?? patience) !== undefined) {
    throw new FluxionError("bad-option", "validateEvery and patience need validation data");
  }
  const evaluation = model.evaluation ?? model.definitions;
  if (all.best === "accuracy" && !evaluation.some(({ name }) => name === "accuracy")) {
    throw new FluxionError("bad-option", "the model has no definition accuracy by which an epoch could be best");
  }
  const seed = all.seed ?? resume?.seed ?? 1;
  randomStream(seed);
  const size = batchSize === "all" ? samples : Math.min(batchSize, samples);
  const precision = resume === undefined ? type : (type ?? precisionOf(resume.arrays));
  const machine: Machine = without({ type: precision, backend, threads });
  const checked = { ...all, seed, batchSize: size, machine };
  if (resume !== undefined) checkState(resume, checked, samples);
  return checked;
}

function checkState(
  state: TrainingState,
  options: Pick<CheckedTraining, "seed" | "batchSize" | "machine">,
  samples: number,
): void {
  if (typeof state !== "object" || state === null || !(state.arrays instanceof Map)) {
    throw new FluxionError("bad-value", `resume is the state of a training, got ${describe(state)}`);
  }
  if (state.seed !== options.seed) {
    throw new FluxionError("bad-value", `the state is of a training with the seed ${state.seed}, not ${options.seed}`);
  }
  if (precisionOf(state.arrays) !== (options.machine.type ?? "f64")) {
    throw new FluxionError(
      "bad-value",
      `the state is of a training in ${precisionOf(state.arrays)}, not ${options.machine.type}`,
    );
  }
  // Between two epochs, both may change.
  if (state.step === 0 || (state.samples === samples && state.batchSize === options.batchSize)) return;
  throw new FluxionError(
    "bad-value",
    `the state is within an epoch of ${state.samples} samples, ${state.batchSize} a step; it cannot go on with ${samples}, ${options.batchSize} a step`,
  );
}

function oneOf(name: string, value: string, known: readonly string[]): void {
  if (known.includes(value)) return;
  throw new FluxionError(
    "bad-option",
    `${name} is ${known.map(each => `"${each}"`).join(" or ")}, got ${numeral(value)}`,
  );
}

// What is given as undefined is not given.
const without = <T extends object>(options: T): { readonly [K in keyof T]?: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as T;

const defaults = {
  epochs: 10,
  batchSize: 32,
  lastBatch: "keep",
  shuffle: true,
  initialise: glorotUniform,
  begin: new Map(),
  best: "loss",
} as const;
