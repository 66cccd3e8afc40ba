import type { FunctionRow } from "../expression/expression.ts";
import type { TrainedModel } from "../learn/model.ts";
import { loadModel, saveModel } from "../learn/saved-model.ts";
import { loadTrainingState, saveTrainingState } from "../learn/saved-state.ts";
import type { TrainingState } from "../learn/training-state.ts";
import { at, readBytes, writeBytes } from "./files.ts";

/** Saves a trained model to a file, which is written whole or not at all. Throws as `saveModel` does, or `not-found`. */
export const saveModelFile = (path: string, trained: TrainedModel): void => writeBytes(path, saveModel(trained));

/** The model that a file holds. Throws as `loadModel` does, with the path, or `not-found`. */
export const loadModelFile = (
  path: string,
  options: { readonly functions?: readonly FunctionRow[] } = {},
): TrainedModel => at(path, () => loadModel(readBytes(path), options));

/** Saves a state of training to a file, which is written whole or not at all. Throws as `saveTrainingState` does, or `not-found`. */
export const saveTrainingStateFile = (path: string, state: TrainingState): void =>
  writeBytes(path, saveTrainingState(state));

/** The state of training that a file holds. Throws as `loadTrainingState` does, with the path, or `not-found`. */
export const loadTrainingStateFile = (path: string): TrainingState =>
  at(path, () => loadTrainingState(readBytes(path)));
