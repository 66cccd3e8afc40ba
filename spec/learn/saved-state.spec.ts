/** A state of training that was saved is loaded to the last bit. */
import { isDeepStrictEqual } from "node:util";
import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type DataArray, readSafetensors, syntheticImages, writeSafetensors } from "../../lib/data/index.ts";
import {
  adam,
  classifier,
  loadModel,
  loadTrainingState,
  mlp,
  saveModel,
  saveTrainingState,
  type TrainingState,
  train,
} from "../../lib/learn/index.ts";
import { numRuns } from "../support/runs.ts";
import { throws } from "../support/throws.ts";

type Floats = DataArray<Float32Array | Float64Array>;

const names = fc.constantFrom("W1", "__proto__", "constructor", "now/W", "best/W", "history", "__metadata__", "");
const floats: fc.Arbitrary<Floats> = fc
  .tuple(fc.array(fc.double(), { maxLength: 4 }), fc.boolean())
  .map(([numbers, isSingle]) => ({
    shape: [numbers.length],
    data: isSingle ? Float32Array.from(numbers) : Float64Array.from(numbers),
  }));
const arrays = fc.array(fc.tuple(names, floats), { maxLength: 4 }).map(entries => new Map(entries));
const count = fc.nat(1000);

const metrics = { loss: fc.double(), accuracy: fc.double() };
const partly = <T, K extends keyof T>(model: { [P in keyof T]: fc.Arbitrary<T[P]> }, required: K[]) =>
  fc.record(model, { requiredKeys: required, noNullPrototype: true });
const measured = partly(metrics, ["loss"]);
const steps = partly(
  {
    epoch: count,
    step: count,
    samples: count,
    objective: fc.double(),
    rate: fc.double(),
    validation: measured,
    ...metrics,
  },
  ["epoch", "step", "samples", "objective", "loss"],
);
const epochs = partly({ epoch: count, validation: measured, ...metrics }, ["epoch", "loss"]);

const states: fc.Arbitrary<TrainingState> = fc
  .record({
    arrays,
    seed: fc.maxSafeInteger(),
    epoch: count,
    step: count,
    samples: count,
    batchSize: count,
    history: fc.record(
      { steps: fc.array(steps, { maxLength: 3 }), epochs: fc.array(epochs, { maxLength: 3 }) },
      { noNullPrototype: true },
    ),
    best: fc.option(partly({ epoch: count, ...metrics }, ["epoch", "loss"]), { nil: undefined }),
  })
  .map(({ best, ...state }) => (best === undefined ? state : { ...state, best: { ...best, arrays: state.arrays } }));

test("what is saved is loaded with the same bits", () => {
  fc.assert(
    fc.property(states, state => {
      // Unlike the assertion of equality, this tells -0 from 0 and one precision from another.
      assert.ok(isDeepStrictEqual(loadTrainingState(saveTrainingState(state)), state));
    }),
    { numRuns },
  );
});

const numbers: Floats = { shape: [2], data: Float64Array.of(1, -0) };
const some: TrainingState = {
  arrays: new Map([["W", numbers]]),
  ...{ seed: 1, epoch: 2, step: 3, samples: 10, batchSize: 4 },
  history: { steps: [{ epoch: 1, step: 1, samples: 4, objective: 0.5, loss: 0.25 }], epochs: [] },
  best: { epoch: 1, loss: 0.5, arrays: new Map([["W", numbers]]) },
};

const changed = (
  change: (file: { arrays: Map<string, DataArray>; metadata: Map<string, string> }) => void,
): Uint8Array => {
  const file = readSafetensors(saveTrainingState(some));
  const next = { arrays: new Map(file.arrays), metadata: new Map(file.metadata) };
  change(next);
  return writeSafetensors(next);
};

const refuses = (what: string, change: Parameters<typeof changed>[0], ...words: readonly string[]): void =>
  test(`${what} is refused`, () => throws(() => loadTrainingState(changed(change)), "bad-data", ...words));

const edit = (from: string, to: string) => (file: { metadata: Map<string, string> }) =>
  file.metadata.set("state", (file.metadata.get("state") ?? "").replace(from, to));

refuses("a file without history", file => file.arrays.delete("history"), "history");
refuses("an array in no folder", file => file.arrays.set("W", numbers), "W");
refuses("a best epoch without its arrays", file => file.arrays.delete("best/W"), "best");
refuses("arrays of a best epoch that is none", edit('"best"', '"worst"'), "best");
refuses("integers", file => file.arrays.set("now/W", { shape: [1], data: Int32Array.of(1) }), "now/W", "integers");
refuses(
  "another shape than now",
  file => file.arrays.set("now/W", { shape: [1], data: Float32Array.of(1) }),
  "[2]",
  "[1]",
);
refuses("a step that is no number", edit('"step":3', '"step":"3"'), "step");
refuses("a step below 0", edit('"step":3', '"step":-3'), "step");
refuses("a seed that is no integer", edit('"seed":1', '"seed":0.5'), "seed");
refuses("a file without state", file => file.metadata.delete("state"), '"state"');
refuses(
  "a history of another form",
  file => file.arrays.set("history", { shape: [2], data: new TextEncoder().encode("{}") }),
  "history",
  "steps",
);

test("a training goes on from its file to the same bits", async () => {
  const { train: examples } = syntheticImages({ train: 60, test: 10, classes: 2 });
  const model = classifier(mlp({ layers: [784, 3, 1], activations: "relu", dropout: { keep: 0.8 } }));
  const options = { optimiser: adam(0.01), batchSize: 16, validation: examples, type: "f32" } as const;
  const whole = await train(model, examples, { ...options, epochs: 3 });
  const signal = { aborted: false };
  const stop = ({ epoch, step }: { readonly epoch: number; readonly step: number }): void => {
    signal.aborted = epoch === 2 && step === 3;
  };
  const part = await train(model, examples, { ...options, epochs: 3, signal, onStep: stop });
  assert.is(part.ended, "aborted");
  const resume = loadTrainingState(saveTrainingState(part.state));
  const rest = await train(model, examples, { ...options, epochs: 3, resume });
  assert.ok(isDeepStrictEqual(rest.state, whole.state));
  assert.equal(saveModel(rest), saveModel(whole));
});

test("files of other things are refused, and cut ones", () => {
  const bytes = saveTrainingState(some);
  throws(() => loadModel(bytes), "bad-data", '"training state 1"');
  throws(() => loadTrainingState(bytes.subarray(0, 100)), "bad-data", "100 bytes");
  throws(() => loadTrainingState(writeSafetensors({})), "bad-data", "arrays alone");
});

test.run();
