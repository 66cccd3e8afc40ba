import type { DataArray } from "../data/array.ts";
import { evaluate } from "../evaluate.ts";
import { FluxionError } from "../expression/error.ts";
import { asExpr, variable } from "../expression/expression.ts";
import { freeVariables } from "../expression/fold.ts";
import { readingOf } from "../expression/indices.ts";
import type { Program } from "../tape/program.ts";
import { batchProgram, type Machine } from "./batch-program.ts";
import type { Arrays } from "./computation.ts";
import { fillMask } from "./dropout.ts";
import type { Model } from "./model.ts";
import { initialArrays } from "./network.ts";
import type { Optimiser, Updates } from "./optimisers.ts";
import { type Initialiser, type Random, randomStream, rowNumbers, shuffle, streamAt } from "./random.ts";
import { rateAt } from "./rates.ts";
import { trainingStep } from "./step.ts";
import type { Supervised } from "./supervised.ts";
import type { TrainedArrays } from "./training-state.ts";

/** What becomes of the inputs of a batch before it is used: images mirrored, say. It draws from the stream alone. */
export type Augment = (inputs: DataArray, random: Random) => DataArray;

/** What a training does at each step, checked. */
export interface StepperOptions {
  readonly optimiser: Optimiser;
  /** At most as many as there are samples. */
  readonly batchSize: number;
  readonly lastBatch: "keep" | "drop";
  readonly shuffle: boolean;
  readonly seed: number;
  readonly initialise: Initialiser;
  /** What arrays begin as instead of what is drawn. */
  readonly begin: Arrays;
  readonly augment: Augment | undefined;
  readonly machine: Machine;
}

/** What a step computed of its batch before it changed anything. */
export interface StepMetrics {
  readonly samples: number;
  readonly objective: number;
  readonly loss: number;
  readonly accuracy?: number;
}

/** Takes steps: any one, at any time, on what the arrays then hold. */
export interface Stepper {
  readonly stepsPerEpoch: number;
  /** All that a step changes: views of the program's memory. */
  readonly arrays: TrainedArrays;
  /** The step of that number, counted from 0 on over all epochs. The same step on the same arrays gives the same bits. */
  readonly take: (step: number) => StepMetrics;
}

/** Makes a model ready to take steps, its arrays as they begin. Throws as `trainingStep` and `batchProgram` do. */
export function stepperOf(model: Model, data: Supervised, options: StepperOptions): Stepper {
  const { batchSize: size, seed, augment } = options;
  const { forward, backward, updates } = trainingStep(model.definitions, model, options.optimiser);
  const begin = beginning(model, updates, data, options);
  const outputs = metricsOf(model);
  const shapes = new Map([...begin].map(([name, { shape }]) => [name, shape]));
  const formulas = { definitions: [...forward, ...backward], outputs: [...new Set(outputs)], updates, shapes };
  const { program, load, run } = batchProgram(model, data, size, formulas, options.machine);
  for (const [name, { data: numbers }] of begin) program.input(name).set(numbers);

  const { masks = [] } = model;
  const { count } = data;
  const isRandom = masks.length > 0 || augment !== undefined;
  const orderOf = orders(count, options);
  const stepsPerEpoch = options.lastBatch === "keep" ? Math.ceil(count / size) : Math.floor(count / size);
  let isLoaded = false;

  return {
    stepsPerEpoch,
    arrays: new Map([...begin].map(([name, { shape }]) => [name, { shape, data: viewOf(program, name) }])),
    take(number) {
      const [epoch, step] = [Math.floor(number / stepsPerEpoch), number % stepsPerEpoch];
      const rows = orderOf(epoch).subarray(step * size, (step + 1) * size);
      const random = isRandom ? streamAt(seed, epoch, step + 1) : undefined;
      if (augment !== undefined && random !== undefined) load(rows, inputs => augment(inputs, random));
      else if (!isLoaded) load(rows);
      // A batch of all is read but once.
      isLoaded = size === count;
      for (const { name, keep } of masks) if (random !== undefined) fillMask(program.input(name), keep, random);
      run(rows.length);
      const [objective = Number.NaN, loss = Number.NaN, accuracy] = outputs.map(name => program.output(name)[0]);
      return { samples: rows.length, objective, loss, ...(accuracy === undefined ? {} : { accuracy }) };
    },
  };
}

/** The rate of a step, given the number of steps done before; undefined where the optimiser does not tell. */
export function rateTeller({ rate }: Optimiser): (stepsDone: number) => number | undefined {
  if (rate === undefined) return () => undefined;
  // Asked for a number, a schedule tells which inputs are its own.
  const own = freeVariables(rateAt(rate, asExpr(0)));
  if (own.length > 0) return () => undefined;
  const formula = rateAt(rate, variable("t"));
  return stepsDone => evaluate(formula, { t: stepsDone });
}

/** The definitions that tell of a batch: what is made small, the loss, and the accuracy, if there is one. */
function metricsOf({ definitions }: Model): readonly string[] {
  const objective = definitions.at(-1)?.name ?? "";
  const hasAccuracy = definitions.some(({ name }) => name === "accuracy");
  return hasAccuracy ? [objective, "loss", "accuracy"] : [objective, "loss"];
}

/** All that a step changes, as it begins: what belongs to the optimiser as zeros. */
function beginning(
  model: Model,
  updates: Updates,
  { extents }: Supervised,
  { initialise, seed, begin }: StepperOptions,
): Arrays {
  const { parameters, weights = parameters, ones = [] } = model;
  const learnt = new Set(parameters.map(text => readingOf(text).name));
  const others = Object.fromEntries(Object.entries(updates).filter(([text]) => !learnt.has(readingOf(text).name)));
  const drawn = initialArrays({ parameters, weights, ones, updates: others, extents }, initialise, randomStream(seed));
  const changed = new Map([...drawn].map(([name, array]) => [name, begin.get(name) ?? array]));
  for (const [name, { shape }] of changed) {
    const wanted = drawn.get(name)?.shape ?? [];
    if (String(shape) === String(wanted)) continue;
    throw new FluxionError(
      "bad-value",
      `the array ${name} has the shape [${wanted}] in the model, but is given as [${shape}]`,
    );
  }
  return changed;
}

/** The order of the samples in each epoch. Where a batch has them all, it is as it is. */
function orders(
  count: number,
  { batchSize, shuffle: isShuffled, seed }: StepperOptions,
): (epoch: number) => Int32Array {
  if (!isShuffled || batchSize === count) {
    const order = rowNumbers(count);
    return () => order;
  }
  let known: { readonly epoch: number; readonly order: Int32Array } | undefined;
  return epoch => {
    if (known?.epoch !== epoch) {
      known = { epoch, order: rowNumbers(count) };
      shuffle(known.order, streamAt(seed, epoch, 0));
    }
    return known.order;
  };
}

function viewOf(program: Program, name: string): Float64Array | Float32Array {
  const array = program.input(name);
  if (!(array instanceof Int32Array)) return array;
  throw new FluxionError("unsupported", `${name} is read within indices, and such an array cannot be trained`);
}
