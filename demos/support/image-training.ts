import {
  type Examples,
  flipSome,
  onlyClasses,
  type Scales,
  setAside,
  shiftSome,
  standardise,
  syntheticImages,
} from "../../lib/data/index.ts";
import {
  adam,
  classifier,
  cosineDecay,
  type EpochReport,
  evaluateModel,
  glorotUniform,
  type History,
  heNormal,
  type Initialiser,
  type Metrics,
  type Model,
  mlp,
  normal,
  type Optimiser,
  sgd,
  type TrainedModel,
  type TrainOptions,
  train,
} from "../../lib/learn/index.ts";
import { progress, readCifar10Folder, saveModelFile, untilInterrupted } from "../../lib/node/index.ts";

/** Images to be told apart, in three parts, and the change of scale that the training's have found. */
export interface ImageTask {
  readonly name: string;
  readonly train: Examples<Uint8Array>;
  readonly validation: Examples<Uint8Array>;
  readonly test: Examples<Uint8Array>;
  /** A mean and a deviation for each channel. */
  readonly scales: Scales;
}

/** Which images, and which share of those of the training is set aside for validation. */
export interface TaskOptions {
  /** All unless said. */
  readonly classes?: readonly string[];
  readonly validationShare: number;
  /** How many images are made up for the training where there is no folder; a quarter as many for the test. */
  readonly images: number;
}

/**
 * CIFAR-10 from a folder, or made-up images in as many classes where there is none. What is set aside is always the same,
 * so that trainings with several seeds can be compared.
 */
export function imageTask(folder: string | undefined, { classes, validationShare, images }: TaskOptions): ImageTask {
  const splits =
    folder === undefined
      ? syntheticImages({ colour: true, classes: classes?.length ?? 10, train: images, test: Math.ceil(images / 4) })
      : readCifar10Folder(folder);
  const chosen = (examples: Examples<Uint8Array>): Examples<Uint8Array> =>
    folder === undefined || classes === undefined ? examples : onlyClasses(examples, classes);
  const all = chosen(splits.train);
  const { rest, aside } = setAside(all, Math.round(all.labels.length * validationShare), { seed: 42 });
  return {
    name: folder === undefined ? "synthetic images" : "CIFAR-10",
    train: rest,
    validation: aside,
    test: chosen(splits.test),
    scales: standardise(rest.inputs),
  };
}

/** How a network is made and trained, as plain data: what is changed one by one in a comparison. */
export interface Settings {
  /** The sizes of the hidden layers. */
  readonly hidden: readonly number[];
  readonly batchNorm: boolean;
  /** The probability that dropout keeps an output. 1 for no dropout. */
  readonly keep: number;
  /** He's initialisation, Glorot's, or normal with the deviation 0.01. */
  readonly initialise: keyof typeof initialisers;
  readonly optimiser: "sgd" | "adam";
  readonly rate: number;
  /** Whether the rate stays, or falls to 0 along half a wave of the cosine. */
  readonly schedule: "constant" | "cosine";
  /** What is added to the gradient of a weight, for each unit of the weight. */
  readonly decay: number;
  /** Whether half of the images of each batch, chosen at random, are mirrored. */
  readonly flips: boolean;
  /** By how many pixels an image of a batch is moved at most, up or down and left or right. */
  readonly shift: number;
  /** Whether the training's mean and deviation of each channel scale the pixels, or only their range. */
  readonly standardise: boolean;
  readonly batch: number | "all";
  readonly epochs: number;
  readonly seed: number;
}

export const initialisers: Readonly<Record<"he" | "glorot" | "normal", Initialiser>> = {
  he: heNormal,
  glorot: glorotUniform,
  normal: normal(0.01),
};

/** What came of a training: of what was learnt by the epoch with the best accuracy on the validation data. */
export interface Outcome {
  readonly history: History;
  readonly epoch: number;
  readonly validation: Metrics;
  readonly test: Metrics;
  readonly trained: TrainedModel;
  /** Whether Ctrl-C has ended it. */
  readonly isInterrupted: boolean;
}

/**
 * Trains a network as the settings say, in single precision, with a bar where the output is a terminal. Ctrl-C ends it, and what
 * it has come to by then is told.
 */
export async function trainOn(
  task: ImageTask,
  settings: Settings,
  onEpoch: (report: EpochReport) => void = () => {},
): Promise<Outcome> {
  const { train: examples, validation, test } = task;
  const { batch, epochs, seed } = settings;
  const [bar, { signal, release }] = [progress(), untilInterrupted()];
  const trained = await train(modelOf(task, settings), examples, {
    ...{ batchSize: batch, epochs, seed, validation, signal, best: "accuracy", type: "f32" },
    optimiser: optimiserOf(settings, examples.labels.length),
    initialise: initialisers[settings.initialise],
    ...augmentationOf(settings),
    onStep: bar.onStep,
    onEpoch: report => {
      bar.pause();
      onEpoch(report);
    },
  }).finally(() => {
    bar.pause();
    release();
  });
  const { history, best = { epoch: 0, loss: Number.NaN }, ended } = trained;
  const { loss, accuracy = Number.NaN } = evaluateModel(trained, test.inputs, test.labels);
  return {
    ...{ history, trained, epoch: best.epoch, validation: best, test: { loss, accuracy } },
    isInterrupted: ended === "aborted",
  };
}

/** Saves what was learnt by the training that is best on the validation data. */
export function saveBest(file: string, outcomes: readonly Outcome[]): void {
  const accuracy = ({ validation }: Outcome): number => validation.accuracy ?? 0;
  const [best] = [...outcomes].sort((a, b) => accuracy(b) - accuracy(a));
  if (best === undefined) return;
  saveModelFile(file, best.trained);
  console.log(`The model is saved in ${file}`);
}

/** The network of the settings as a classifier of the task's images. */
export function modelOf({ train: { inputs, classes }, scales }: ImageTask, settings: Settings): Model {
  const { hidden, batchNorm, keep, standardise } = settings;
  const features = inputs.shape.slice(1).reduce((product, size) => product * size, 1);
  const network = mlp({
    layers: [features, ...hidden, classes.length],
    activations: "relu",
    batchNorm,
    ...(keep < 1 ? { dropout: { keep } } : {}),
  });
  return classifier(network, { classes, scales: standardise ? scales : rangeOf(scales) });
}

function augmentationOf({ flips, shift }: Settings): Pick<TrainOptions, "augment"> {
  if (!flips && shift === 0) return {};
  return {
    augment: (images, random) => {
      const flipped = flips ? flipSome(images, random) : images;
      return shift > 0 ? shiftSome(flipped, random, shift) : flipped;
    },
  };
}

// From 0 to 1, as bytes are that nobody has looked at.
const rangeOf = (scales: Scales): Scales => ({
  ...scales,
  mean: scales.mean.map(() => 0),
  deviation: scales.deviation.map(() => 255),
});

function optimiserOf({ optimiser, rate, schedule, decay, batch, epochs }: Settings, samples: number): Optimiser {
  const steps = epochs * Math.ceil(samples / (batch === "all" ? samples : batch));
  const scheduled = schedule === "cosine" ? cosineDecay(rate, { steps }) : rate;
  return optimiser === "adam" ? adam(scheduled, { decay }) : sgd(scheduled, { decay });
}
