import type { DataArray } from "../../lib/data/index.ts";
import {
  adam,
  classifier,
  type Metrics,
  mlp,
  normal,
  type Optimiser,
  randomStream,
  type StepReport,
  sgd,
  train,
} from "../../lib/learn/index.ts";
import type { CurvePanel } from "./curve-chart.ts";

/** How labels are learnt by heart. */
export interface MemorySettings {
  readonly name: string;
  readonly about: string;
  readonly optimiser: Optimiser;
  /** Whether the images get the mean 0 and the deviation 1 first. */
  readonly isCentred: boolean;
  /** After how many updates to give up. */
  readonly most: number;
}

/** What the course takes. */
export const theCourse: MemorySettings = {
  name: "the course's settings",
  about: "descent with step size 0.1, images as they are",
  optimiser: sgd(0.1),
  isCentred: false,
  most: 500,
};

/** What needs the fewest updates. */
export const theBest: MemorySettings & { readonly why: string } = {
  name: "the best settings",
  about: "Adam with step size 0.003, images centred",
  optimiser: adam(0.003),
  isCentred: true,
  most: 50,
  why: [
    "Images of pixels from 0 to 1 all point the same way, so that what one image needs pulls at all others. With the mean 0 and",
    "the deviation 1 they are nearly at right angles: the product of an image with itself is 784, with another about ±28, and a",
    "sum over 100 of these is still less than 784. A step for all is then a step for each. Descent moves the first layer",
    "by the size of the last layer's weights, which begin near 0, and so needs a second step; Adam's first step moves every weight by",
    "the whole step size, whatever the size of its gradient.",
  ].join("\n"),
};

/** How labels were learnt. */
export interface Memory {
  /** How many updates it took until all were right; undefined, if it was given up. */
  readonly updates: number | undefined;
  /** Loss and accuracy after 0, 1, 2, … updates. */
  readonly course: readonly Metrics[];
}

/** Teaches a network, all at once, to give images of uniformly random pixels these labels, which are 0 and 1. */
export async function memorise(
  labels: Int32Array,
  layers: readonly number[],
  { optimiser, isCentred, most }: MemorySettings,
  seed: number,
): Promise<Memory> {
  const shape = [28, 28];
  const scales = { by: "all", shape, mean: [0.5], deviation: [1 / Math.sqrt(12)] } as const;
  const model = classifier(mlp({ layers: [784, ...layers, 1], activations: "relu" }), isCentred ? { scales } : {});
  const course: StepReport[] = [];
  const signal = { aborted: false };
  const isDone = ({ accuracy = 0 }: Metrics): boolean => Math.round(accuracy * labels.length) === labels.length;
  await train(
    model,
    { inputs: randomImages(labels.length, shape, seed), labels },
    {
      ...{ optimiser, initialise: normal(0.01), batchSize: "all", seed, type: "f32", signal },
      // A step tells what was before it.
      epochs: most + 1,
      onStep: report => {
        course.push(report);
        signal.aborted = isDone(report);
      },
    },
  );
  const last = course.at(-1);
  return { updates: last !== undefined && isDone(last) ? course.length - 1 : undefined, course };
}

/** Loss and accuracy after each update. */
export const memoryPanels = (memories: ReadonlyMap<string, Memory>): readonly CurvePanel[] => {
  const curves = (of: keyof Metrics) =>
    [...memories].map(([name, { course }]) => ({
      name,
      points: course.map((metrics, update) => [update, metrics[of] ?? Number.NaN] as const),
    }));
  return [
    { title: "Loss", x: "updates", y: "mean negative log-likelihood", curves: curves("loss") },
    { title: "Accuracy", x: "updates", y: "accuracy", percent: true, curves: curves("accuracy") },
  ];
};

function randomImages(count: number, shape: readonly number[], seed: number): DataArray<Float32Array> {
  // A stream of its own, so that the weights, which begin by the seed, have nothing to do with the images.
  const random = randomStream(seed + 1_000_000);
  const size = shape.reduce((product, extent) => product * extent, count);
  return { shape: [count, ...shape], data: Float32Array.from({ length: size }, () => random.uniform()) };
}
