/** Models and states of training go to files and come back; what is wrong with a file is told with its path. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  classifier,
  initialArrays,
  mlp,
  normal,
  randomStream,
  saveModel,
  type TrainingState,
} from "../../lib/learn/index.ts";
import { loadModelFile, loadTrainingStateFile, saveModelFile, saveTrainingStateFile } from "../../lib/node/index.ts";
import { throws } from "../support/throws.ts";

const folder = mkdtempSync(join(tmpdir(), "fluxion-models-"));
test.after(() => rmSync(folder, { recursive: true, force: true }));

const network = mlp({ layers: [2, 3, 2] });
const trained = { model: classifier(network), arrays: initialArrays(network, normal(1), randomStream(1)) };
const state: TrainingState = {
  arrays: new Map([["w", { shape: [2], data: Float32Array.of(1, 2) }]]),
  ...{ seed: 1, epoch: 2, step: 0, samples: 4, batchSize: 2 },
  history: { steps: [], epochs: [{ epoch: 1, loss: 0.5 }] },
};

test("what is saved to a file is loaded from it, and nothing else stays in the folder", () => {
  const [model, other] = [join(folder, "model.safetensors"), join(folder, "state.safetensors")];
  saveModelFile(model, trained);
  saveModelFile(model, trained);
  saveTrainingStateFile(other, state);
  assert.equal(saveModel(loadModelFile(model)), saveModel(trained));
  assert.equal(loadTrainingStateFile(other), state);
  assert.equal(readdirSync(folder), ["model.safetensors", "state.safetensors"]);
});

test("what is wrong is told with the path", () => {
  const path = join(folder, "cut");
  saveModelFile(path, trained);
  throws(() => loadTrainingStateFile(path), "bad-data", path, '"model 1"');
  writeFileSync(path, readFileSync(path).subarray(0, 50));
  throws(() => loadModelFile(path), "bad-data", path, "50 bytes");
  throws(() => loadModelFile(join(folder, "absent")), "not-found", "absent");
  throws(() => saveModelFile(join(folder, "absent", "model"), trained), "not-found", "absent");
});

test("where a file cannot be written, what was there stays", () => {
  const path = join(folder, "busy");
  mkdirSync(path);
  assert.throws(() => saveModelFile(path, trained));
  assert.equal(
    readdirSync(folder).filter(name => name.endsWith(".part")),
    [],
  );
});

test.run();
