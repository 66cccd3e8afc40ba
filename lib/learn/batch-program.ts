import { type DataArray, takeRows } from "../data/array.ts";
import { fillRows } from "../data/batch.ts";
import type { Definitions } from "../expression/definition.ts";
import { FluxionError } from "../expression/error.ts";
import { readingOf } from "../expression/indices.ts";
import { createProgram, type Program, type ProgramArray, type ProgramOptions } from "../tape/program.ts";
import { schedule } from "../tape/schedule.ts";
import type { Tape } from "../tape/tape.ts";
import type { Model } from "./model.ts";
import type { Updates } from "./optimisers.ts";
import { rowNumbers } from "./random.ts";
import { type Supervised, shapeUnder } from "./supervised.ts";

/** What runs formulas, and in which precision. */
export type Machine = Pick<ProgramOptions, "type" | "backend" | "threads">;

/** Formulas of a model over its batches. */
export interface BatchFormulas {
  readonly definitions: Definitions;
  readonly outputs: readonly string[];
  readonly updates?: Updates;
  /** The shapes of parameters, and of whatever else belongs to no sample. */
  readonly shapes: ReadonlyMap<string, readonly number[]>;
}

/** A program that reads one batch of the data after another. */
export interface BatchProgram {
  readonly program: Program;
  /** Copies samples, by their row numbers, into the program; `change` is what becomes of their inputs before. */
  readonly load: (rows: ArrayLike<number>, change?: (inputs: DataArray) => DataArray) => void;
  /** Runs it over the first so many of a batch. */
  readonly run: (count: number) => void;
}

/**
 * Makes a program of formulas over batches of at most `size` samples. Throws as `schedule` and `createProgram` do, and
 * `unbound-variable` where formulas read what is neither data nor learnt.
 */
export function batchProgram(
  model: Model,
  data: Supervised,
  size: number,
  { definitions, outputs, updates = {}, shapes }: BatchFormulas,
  machine: Machine,
): BatchProgram {
  const input = readingOf(model.input);
  const [sample = ""] = input.axes ?? [];
  const expected = Object.fromEntries([...data.extents, [sample, size]]);
  const tape = schedule(definitions, { outputs, updates, expected });
  const known = new Map([...shapes, ...shapesOfBatch(model, data, size)]);
  const program = createProgram(tape, { ...machine, shapes: shapesOfInputs(tape, known, model) });
  for (const [name, { data: numbers }] of model.constants ?? []) inputOf(program, name)?.set(numbers);
  const x = integersChecked(input.name, inputOf(program, input.name), data.inputs);
  const y = integersChecked("the target", inputOf(program, nameOf(model.target)), data.target);
  return {
    program,
    load(rows, change) {
      if (x !== undefined) {
        if (change === undefined) fillRows(x, data.inputs, rows, model.scales);
        else fillRows(x, changed(takeRows(data.inputs, rows), change), rowNumbers(rows.length), model.scales);
      }
      if (y !== undefined && data.target !== undefined) fillRows(y, data.target, rows);
    },
    run: count => program.run(count === size ? undefined : new Map([[sample, count]])),
  };
}

const nameOf = (reading = ""): string => readingOf(reading).name;

function shapesOfBatch(
  model: Model,
  { inputs, target, extents }: Supervised,
  size: number,
): readonly (readonly [string, readonly number[]])[] {
  const batchOf = (shape: readonly number[]): readonly number[] => [size, ...shape.slice(1)];
  return [
    [nameOf(model.input), batchOf(shapeUnder(model.input, inputs.shape))],
    ...(target === undefined ? [] : [[nameOf(model.target), batchOf(target.shape)] as const]),
    ...[...(model.constants ?? [])].map(([name, { shape }]) => [name, shape] as const),
    ...(model.masks ?? []).flatMap(({ name, reading }) => {
      const [, ...rest] = readingOf(reading).axes ?? [];
      const shape = rest.map(axis => extents.get(axis));
      return shape.every(extent => extent !== undefined) ? [[name, [size, ...shape]] as const] : [];
    }),
  ];
}

/** The shapes of the inputs of a tape. That of a mask may follow from others. */
function shapesOfInputs(
  tape: Tape,
  known: ReadonlyMap<string, readonly number[]>,
  { masks = [] }: Model,
): ReadonlyMap<string, readonly number[]> {
  const shapes = new Map<string, readonly number[]>();
  for (const { name, role } of tape.arrays) {
    if (role !== "input") continue;
    const shape = known.get(name);
    if (shape !== undefined) shapes.set(name, shape);
    else if (!masks.some(mask => mask.name === name)) {
      throw new FluxionError(
        "unbound-variable",
        `the model reads ${name}, which is no input, target, parameter, mask or constant of it`,
      );
    }
  }
  return shapes;
}

const inputOf = (program: Program, name: string): ProgramArray | undefined => program.inputs[name];

function integersChecked(
  what: string,
  array: ProgramArray | undefined,
  data: DataArray | undefined,
): ProgramArray | undefined {
  if (!(array instanceof Int32Array) || data === undefined) return array;
  const { shape, data: numbers } = data;
  for (let at = 0; at < numbers.length; at++) {
    if (Number.isInteger(numbers[at])) continue;
    const sample = Math.floor((at * (shape[0] ?? 1)) / numbers.length);
    throw new FluxionError(
      "bad-value",
      `${what} must hold integers, which are positions, but sample ${sample} has ${numbers[at]}`,
    );
  }
  return array;
}

function changed(inputs: DataArray, change: (inputs: DataArray) => DataArray): DataArray {
  const result = change(inputs);
  if (String(result?.shape) === String(inputs.shape)) return result;
  throw new FluxionError(
    "bad-value",
    `augment was given inputs of the shape [${inputs.shape}] and returned [${result?.shape}]`,
  );
}
