import type { ComputedArray } from "../evaluate.ts";
import { FluxionError } from "../expression/error.ts";
import { readingOf } from "../expression/indices.ts";
import { suggestion } from "../expression/nearest.ts";
import type { ProgramArray } from "../tape/program.ts";
import { batchProgram, type Machine } from "./batch-program.ts";
import type { Arrays } from "./computation.ts";
import type { Samples, Targets } from "./data.ts";
import { checkedModel, type Model, type TrainedModel } from "./model.ts";
import { positiveInteger } from "./options.ts";
import { rowNumbers } from "./random.ts";
import { type Supervised, supervised } from "./supervised.ts";
import type { Metrics } from "./training-state.ts";

/** What is wanted of an evaluation besides loss and accuracy, and how it is computed. */
export interface EvaluationOptions extends Machine {
  /** Definitions of the model's evaluation that have a value for each sample, such as `prediction` or `class`. */
  readonly outputs?: readonly string[];
}

/** The mean loss and the accuracy of all samples. */
export interface Evaluation extends Metrics {
  /** The values of what was asked for, in the order of the samples. */
  readonly outputs: ReadonlyMap<string, ComputedArray>;
}

/**
 * The mean loss over all samples, without penalties, and their accuracy, if the model has one: computed by what the model
 * says of evaluation, batch by batch, each weighted by its samples. The precision is that of the model's arrays unless said.
 *
 * Throws `bad-value` and `bad-option` for data that do not fit, `unbound-variable` where an array or an output is missing.
 */
export function evaluateModel(
  trained: TrainedModel,
  X: Samples,
  Y?: Targets | Samples,
  batch: number | "all" = evaluationBatch,
  options: EvaluationOptions = {},
): Evaluation {
  const model = checkedModel(trained.model);
  const data = supervised(model, Y === undefined ? { inputs: X } : { inputs: X, targets: Y });
  const machine = { type: precisionOf(trained.arrays), ...options };
  const steps = evaluatorOf(model, data, batch, trained.arrays, machine)(trained.arrays);
  for (let step = steps.next(); ; step = steps.next()) if (step.done === true) return step.value;
}

/** How many samples are evaluated at a time unless said. */
export const evaluationBatch = 500;

/** Evaluates the same data for ever other arrays of the same shapes. It pauses after each batch. */
export type Evaluator = (arrays: Arrays) => Generator<void, Evaluation>;

/** Makes a model ready to be evaluated. Throws as `evaluateModel` does. */
export function evaluatorOf(
  model: Model,
  data: Supervised,
  batch: number | "all",
  arrays: Arrays,
  { outputs = [], ...machine }: EvaluationOptions,
): Evaluator {
  if (batch !== "all") positiveInteger(`the batch, where it is not "all",`, batch);
  const { count } = data;
  const size = batch === "all" ? count : Math.min(batch, count);
  const definitions = model.evaluation ?? model.definitions;
  const hasAccuracy = definitions.some(({ name }) => name === "accuracy");
  const metrics = hasAccuracy ? ["loss", "accuracy"] : ["loss"];
  for (const name of outputs) checkOutput(model, name);
  const { program, load, run } = batchProgram(
    model,
    data,
    size,
    {
      definitions,
      outputs: [...new Set([...metrics, ...outputs])],
      shapes: new Map([...arrays].map(([name, { shape }]) => [name, shape])),
    },
    machine,
  );
  const rows = rowNumbers(count);
  let isLoaded = false;

  return function* evaluation(current) {
    for (const [name, { data: numbers }] of current) program.inputs[name]?.set(numbers);
    const collected = new Map(outputs.map(name => [name, collectorOf(program.output(name), size, count)]));
    const totals = metrics.map(() => 0);
    for (let start = 0; start < count; start += size) {
      const chosen = rows.subarray(start, start + size);
      // A batch of all is read but once.
      if (!isLoaded) load(chosen);
      isLoaded = size === count;
      run(chosen.length);
      for (const [at, name] of metrics.entries())
        totals[at] = (totals[at] ?? 0) + chosen.length * (program.output(name)[0] ?? Number.NaN);
      for (const { take } of collected.values()) take(start, chosen.length);
      yield;
    }
    const [loss = Number.NaN, accuracy] = totals.map(total => total / count);
    const values = new Map(
      [...collected].map(([name, { values }]) => [
        name,
        { shape: [count, ...(program.shapes[name] ?? []).slice(1)], data: values },
      ]),
    );
    return { loss, ...(accuracy === undefined ? {} : { accuracy }), outputs: values };
  };
}

/** Single precision where that is what all arrays are kept in. */
export const precisionOf = (arrays: Arrays): "f32" | "f64" =>
  arrays.size > 0 && [...arrays.values()].every(({ data }) => data instanceof Float32Array) ? "f32" : "f64";

function collectorOf(
  output: ProgramArray,
  size: number,
  count: number,
): { readonly values: Float64Array; readonly take: (start: number, samples: number) => void } {
  const width = output.length / size;
  const values = new Float64Array(count * width);
  return { values, take: (start, samples) => values.set(output.subarray(0, samples * width), start * width) };
}

function checkOutput({ definitions, evaluation = definitions, input }: Model, name: string): void {
  const found = evaluation.find(one => one.name === name);
  if (found === undefined) {
    const names = evaluation.map(one => one.name);
    throw new FluxionError("unbound-variable", `no formula of the model is called ${name}${suggestion(name, names)}`);
  }
  const [sample = ""] = readingOf(input).axes ?? [];
  if (found.axes[0] === sample) return;
  throw new FluxionError("bad-option", `${name} has not a value for each sample: its first index is not ${sample}`);
}
