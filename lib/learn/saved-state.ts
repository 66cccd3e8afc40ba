import * as v from "valibot";
import type { DataArray } from "../data/array.ts";
import { FluxionError } from "../expression/error.ts";
import { fromJsonText, numberSchema, readStored, storedBytes, textIn, toJsonText } from "./stored.ts";
import type { TrainedArrays, TrainingState } from "./training-state.ts";

/**
 * A state of training as the bytes of a safetensors file: what a step changes under `now/` and its name, the best so far under
 * `best/`, what was told of the steps as JSON in the bytes `history`, and the numbers as a text.
 */
export function saveTrainingState({ arrays, best, history, ...numbers }: TrainingState): Uint8Array {
  const { arrays: bestArrays = new Map(), ...bestMetrics } = best ?? {};
  const stored: readonly (readonly [string, DataArray])[] = [
    ...under("now/", arrays),
    ...under("best/", bestArrays),
    ["history", bytesOf(toJsonText(history))],
  ];
  const state = toJsonText({ ...numbers, ...(best === undefined ? {} : { best: bestMetrics }) });
  return storedBytes("training state", { arrays: new Map(stored), metadata: new Map([["state", state]]) });
}

/**
 * The state of training that `saveTrainingState` saved, to the last bit. Throws `bad-data`, with what is there and what is
 * needed, for bytes that are no such file.
 */
export function loadTrainingState(bytes: Uint8Array): TrainingState {
  const file = readStored("training state", bytes);
  const { best, ...numbers } = fromJsonText("the state of training", stateSchema, textIn(file.metadata, "state"));
  const stored = new Map(file.arrays);
  const text = stored.get("history");
  if (text === undefined) throw new FluxionError("bad-data", "the state of training lacks its history");
  stored.delete("history");
  const [arrays, bestArrays] = [taken("now/", stored), best === undefined ? undefined : taken("best/", stored)];
  checkFolders(stored, arrays, bestArrays);
  const history = fromJsonText("the history", historySchema, new TextDecoder().decode(Uint8Array.from(text.data)));
  return {
    ...numbers,
    arrays,
    history,
    ...(best === undefined || bestArrays === undefined ? {} : { best: { ...best, arrays: bestArrays } }),
  };
}

const natural = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const metrics = { loss: numberSchema, accuracy: v.exactOptional(numberSchema) };
const validation = v.exactOptional(v.object(metrics));

const stateSchema = v.object({
  seed: v.pipe(v.number(), v.safeInteger()),
  epoch: natural,
  step: natural,
  samples: natural,
  batchSize: natural,
  best: v.exactOptional(v.object({ epoch: natural, ...metrics })),
});

const historySchema = v.object({
  steps: v.array(
    v.object({
      epoch: natural,
      step: natural,
      samples: natural,
      objective: numberSchema,
      rate: v.exactOptional(numberSchema),
      validation,
      ...metrics,
    }),
  ),
  epochs: v.array(v.object({ epoch: natural, validation, ...metrics })),
});

const under = (folder: string, arrays: ReadonlyMap<string, DataArray>): readonly (readonly [string, DataArray])[] =>
  [...arrays].map(([name, array]) => [`${folder}${name}`, array]);

function checkFolders(rest: ReadonlyMap<string, DataArray>, now: TrainedArrays, best: TrainedArrays | undefined): void {
  const [surplus] = rest.keys();
  if (surplus !== undefined) throw new FluxionError("bad-data", `the state of training knows no array ${surplus}`);
  if (best?.size === 0 && now.size > 0) {
    throw new FluxionError("bad-data", "the state of training lacks the arrays of its best epoch");
  }
  for (const [name, { shape }] of best ?? []) {
    const current = now.get(name)?.shape;
    if (String(current) === String(shape)) continue;
    throw new FluxionError(
      "bad-data",
      `${name} has the shape [${shape}] in the best epoch, and [${current ?? ""}] now`,
    );
  }
}

/** Takes out what lies in a folder, by its names there. */
function taken(folder: string, stored: Map<string, DataArray>): TrainedArrays {
  const arrays = new Map<string, DataArray<Float32Array | Float64Array>>();
  for (const [path, { shape, data }] of [...stored].filter(([name]) => name.startsWith(folder))) {
    if (!(data instanceof Float32Array || data instanceof Float64Array)) {
      throw new FluxionError("bad-data", `what a step changes are floating-point numbers, but ${path} holds integers`);
    }
    arrays.set(path.slice(folder.length), { shape, data });
    stored.delete(path);
  }
  return arrays;
}

function bytesOf(text: string): DataArray {
  const data = new TextEncoder().encode(text);
  return { shape: [data.length], data };
}
