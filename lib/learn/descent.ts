import { FluxionError } from "../expression/error.ts";
import { describe } from "../expression/expression.ts";
import { readingOf } from "../expression/indices.ts";
import type { Program } from "../tape/program.ts";
import { type Arrays, computation, stepProgram } from "./computation.ts";
import type { ModelFormulas } from "./formulas.ts";
import { checkRange, positiveInteger } from "./options.ts";
import { normal, type Random, randomStream, rowNumbers, shuffle } from "./random.ts";
import { onRows, type TrainingStep } from "./step.ts";

/** How a model is fitted: by stochastic gradient descent. */
export interface FitOptions {
  /** How far a step goes down the gradient; 0.005 unless said. */
  readonly stepSize?: number;
  /** How often each sample is used; 100 unless said. */
  readonly epochs?: number;
  /** How many samples a step uses, 1 unless said; what is left at the end of an epoch is a smaller batch. */
  readonly batchSize?: number | "all";
  /** The standard deviation of the normally distributed numbers that all parameters begin as; 0.01 unless said. */
  readonly initialScale?: number;
  /** The same seed gives the same model, to the last bit; 1 unless said. */
  readonly seed?: number;
  /** Whether each epoch takes the samples in an order of its own; true unless said. */
  readonly shuffle?: boolean;
  /** There is a report after so many epochs, 50 unless said, and one after the last. */
  readonly reportEvery?: number;
  /** What is told of each report, such as `printReport`. All are kept in `history`. */
  readonly onReport?: (report: Report) => void;
}

/** How far a fit has come. */
export interface Report {
  /** The number of epochs that are done. */
  readonly epoch: number;
  /** The mean of the objective over the epoch's samples, each taken before the step that uses it. */
  readonly objective: number;
  /** The mean loss of all samples after the epoch, without penalty. */
  readonly trainingLoss: number;
}

/** Prints a report as a line: a value for `onReport`. */
export const printReport = ({ epoch, objective, trainingLoss }: Report): void =>
  console.log(`epoch ${epoch}: objective ${objective.toPrecision(6)}, training loss ${trainingLoss.toPrecision(6)}`);

/** What is known of a fit before it begins. */
export type CheckedOptions = Required<Omit<FitOptions, "onReport">> & Pick<FitOptions, "onReport">;

/** The options with what is not said filled in. Throws `bad-option`. */
export function checkedOptions(options: FitOptions): CheckedOptions {
  const all = { ...defaults, ...options };
  for (const name of ["stepSize", "initialScale"] as const) checkRange(name, all[name]);
  positiveInteger("epochs", all.epochs);
  positiveInteger("reportEvery", all.reportEvery);
  if (all.batchSize !== "all") positiveInteger(`batchSize, where it is not "all",`, all.batchSize);
  randomStream(all.seed);
  if (all.onReport !== undefined && typeof all.onReport !== "function") {
    throw new FluxionError("bad-option", `onReport is a function of a report, got ${describe(all.onReport)}`);
  }
  return all;
}

/** What a descent came to. */
export interface Descent {
  readonly parameters: Arrays;
  readonly history: readonly Report[];
}

/**
 * Takes steps over batches of the data until all epochs are done. `data` holds the arrays that the model reads by
 * samples, `extents` how many values each index takes but that of the samples.
 *
 * Throws `not-finite` if the objective of an epoch is not, or a training loss that is reported: the steps are too large.
 */
export function descend(
  model: ModelFormulas,
  step: TrainingStep,
  data: Arrays,
  extents: ReadonlyMap<string, number>,
  options: CheckedOptions,
): Descent {
  const random = randomStream(options.seed);
  const begin = initialised(model.parameters, extents, options.initialScale, random);
  const samples = data.get("x")?.shape[0] ?? 0;
  const size = options.batchSize === "all" ? samples : Math.min(options.batchSize, samples);

  const { forward, backward, updates } = step;
  const list = onRows([...forward, ...backward], ["x[n,j]", model.target.reading], "row");
  const first = { shape: [size], data: new Int32Array(size) };
  const program = stepProgram(list, ["objective"], updates, new Map([...data, ...begin, ["row", first]]));
  const parameters = (): Arrays =>
    new Map([...begin].map(([name, { shape }]) => [name, { shape, data: Float64Array.from(program.input(name)) }]));
  const lossOf = computation(forward, { name: "loss", axes: [] });

  const history: Report[] = [];
  const order = rowNumbers(samples);
  for (let epoch = 1; epoch <= options.epochs; epoch++) {
    if (options.shuffle) shuffle(order, random);
    const objective = stepsOver(order, size, program);
    if (!Number.isFinite(objective)) throw diverged(epoch, "objective", objective);
    if (epoch % options.reportEvery !== 0 && epoch !== options.epochs) continue;
    const trainingLoss = lossOf(new Map([...data, ...parameters()]), extents).data[0] ?? Number.NaN;
    if (!Number.isFinite(trainingLoss)) throw diverged(epoch, "training loss", trainingLoss);
    const report = Object.freeze({ epoch, objective, trainingLoss });
    history.push(report);
    options.onReport?.(report);
  }
  return { parameters: parameters(), history };
}

/** Takes a step for each batch of the rows. The mean of the objective over them, each as it was before its step. */
function stepsOver(order: Int32Array, size: number, program: Program): number {
  const [row, objective] = [program.input("row"), program.output("objective")];
  let total = 0;
  for (let start = 0; start < order.length; start += size) {
    const batch = order.subarray(start, start + size);
    row.set(batch);
    program.run(batch.length === size ? undefined : { n: batch.length });
    total += batch.length * (objective[0] ?? Number.NaN);
  }
  return total / order.length;
}

// In the order of the parameters, so that one more at the end leaves the others as they are.
function initialised(
  parameters: readonly string[],
  extents: ReadonlyMap<string, number>,
  scale: number,
  random: Random,
): Arrays {
  const draw = normal(scale);
  return new Map(
    parameters.map(text => {
      const { name, axes = [] } = readingOf(text);
      const shape = axes.map(axis => extents.get(axis) ?? 0);
      return [name, { shape, data: draw(shape, random) }];
    }),
  );
}

const diverged = (epoch: number, what: string, value: number): FluxionError =>
  new FluxionError("not-finite", `the ${what} was ${value} in epoch ${epoch}; a smaller stepSize may help`);

const defaults = {
  stepSize: 0.005,
  epochs: 100,
  batchSize: 1,
  initialScale: 0.01,
  seed: 1,
  shuffle: true,
  reportEvery: 50,
} as const;
