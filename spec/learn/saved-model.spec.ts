/** A model that was saved is loaded to the last bit, formulas and all; a file whose parts do not fit is refused. */
import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type DataArray, readSafetensors, writeSafetensors } from "../../lib/data/index.ts";
import { define, defineFunction, parseDefinitions, variable } from "../../lib/index.ts";
import {
  classifier,
  initialArrays,
  loadModel,
  type Model,
  mlp,
  normal,
  randomStream,
  saveModel,
  type TrainedModel,
} from "../../lib/learn/index.ts";
import { numRuns } from "../support/runs.ts";
import { throws } from "../support/throws.ts";

/** A classifier with everything that there is, and arrays as they begin. */
const trained = (): TrainedModel => {
  const network = mlp({ layers: [3, 4, 5, 2], activations: "relu", batchNorm: true, dropout: { keep: 0.75 } });
  const scales = { by: "feature", shape: [3], mean: [0.1, -0, 1e-300], deviation: [1, 2, 0.3] } as const;
  const classes = ["__proto__", 'é, "b"\n'];
  const model = classifier(network, { classes, penalty: 0.01, scales });
  return { model, arrays: initialArrays(network, normal(1), randomStream(1)) };
};

const same = (left: TrainedModel, right: TrainedModel): void => {
  const { definitions, evaluation, updates, ...others } = left.model;
  for (const [mine, yours] of [
    [definitions, right.model.definitions],
    [evaluation, right.model.evaluation],
  ] as const) {
    assert.equal(
      mine?.map(({ name, axes }) => [name, axes]),
      yours?.map(({ name, axes }) => [name, axes]),
    );
    for (const [i, each] of (mine ?? []).entries()) assert.is(each.expression, yours?.[i]?.expression);
  }
  assert.equal(Object.keys(updates ?? {}), Object.keys(right.model.updates ?? {}));
  for (const [text, next] of Object.entries(updates ?? {})) assert.is(right.model.updates?.[text], next);
  const { definitions: _, evaluation: __, updates: ___, ...rest } = right.model;
  assert.equal(rest, others);
  assert.equal(new Set(right.arrays.keys()), new Set(left.arrays.keys()));
  for (const [name, { shape, data }] of left.arrays) {
    const found = right.arrays.get(name);
    assert.equal(found?.shape, shape);
    for (let i = 0; i < data.length; i++) assert.ok(Object.is(found?.data[i], data[i]), `${name} at ${i}`);
  }
};

test("formulas, structure and arrays of a model are saved and loaded", () => {
  const model = trained();
  const bytes = saveModel(model);
  same(model, loadModel(bytes));
  assert.equal(saveModel(loadModel(bytes)), bytes);
});

const linear = (name: string): TrainedModel => ({
  model: {
    input: "x[n,j]",
    target: "y[n]",
    parameters: [`${name}[j]`],
    definitions: [
      define("prediction[n]", parseDefinitions(`p[n] = sum(j, x[n,j] * ${name}[j])`)[0]?.expression ?? 0),
      define("loss", parseDefinitions("sum(n, (prediction[n] - y[n])^2) / extent(n)")[0]?.expression ?? 0),
    ],
  },
  arrays: new Map([[name, { shape: [2], data: Float64Array.of(0.1, -2) }]]),
});

test("whatever the numbers and their precision, not a bit is lost", () => {
  const { model, arrays } = linear("w");
  const names = [...arrays.keys()];
  const kinds = fc.constantFrom(Float32Array, Float64Array);
  fc.assert(
    fc.property(kinds, fc.array(fc.double(), { minLength: 1, maxLength: 9 }), (Typed, numbers) => {
      const filled = new Map(
        names.map(name => {
          const { shape = [], data = [] } = arrays.get(name) ?? {};
          return [
            name,
            { shape, data: Typed.from(Array.from(data, (_, i) => numbers[i % numbers.length] ?? 0)) },
          ] as const;
        }),
      );
      const back = loadModel(saveModel({ model, arrays: filled }));
      same({ model, arrays: filled }, back);
      for (const { data } of back.arrays.values()) assert.instance(data, Typed);
    }),
    { numRuns },
  );
});

test("whatever arrays are called, they are saved", () => {
  for (const name of ["__proto__", "constructor", "class", "n", "e1", "model", "definitions", "w'"]) {
    same(linear(name), loadModel(saveModel(linear(name))));
  }
});

test("functions of one's own are given to read the formulas", () => {
  const swish = defineFunction({ name: "swish", arity: 1 });
  const { model, arrays } = linear("w");
  const own = {
    model: { ...model, definitions: [...model.definitions, define("s[n]", swish(variable("y", "n")))] },
    arrays,
  };
  const bytes = saveModel(own);
  throws(() => loadModel(bytes), "bad-data", "definitions", "swish");
  same(own, loadModel(bytes, { functions: [swish] }));
});

test("arrays that are missing, surplus or of other shapes are told before anything is written", () => {
  const { model, arrays } = trained();
  const given = (name: string, array?: DataArray) => () => {
    const changed = new Map(arrays).set(name, array ?? { shape: [], data: Float64Array.of(0) });
    if (array === undefined && arrays.has(name)) changed.delete(name);
    return saveModel({ model, arrays: changed });
  };
  throws(given("W2"), "bad-value", "lacks W2");
  throws(given("runningMean1"), "bad-value", "lacks runningMean1");
  throws(given("W4"), "bad-value", "W4", "W1");
  throws(given("b2", { shape: [6], data: new Float64Array(6) }), "extent", "k2", "5", "6");
  throws(given("b2", { shape: [5, 1], data: new Float64Array(5) }), "bad-value", "b2");
  throws(given("b2", { shape: [5], data: new Float64Array(4) }), "bad-value", "b2", "5", "4");
  throws(
    () => saveModel({ model: { ...model, scales: undefined } as unknown as Model, arrays: new Map() }),
    "bad-value",
  );
});

/** The file of a model with something else in it. */
const changed = (
  change: (file: { arrays: Map<string, DataArray>; metadata: Map<string, string> }) => void,
): Uint8Array => {
  const { arrays, metadata } = readSafetensors(saveModel(trained()));
  const file = { arrays: new Map(arrays), metadata: new Map(metadata) };
  change(file);
  return writeSafetensors(file);
};

const refuses = (what: string, change: Parameters<typeof changed>[0], ...words: readonly string[]): void =>
  test(`${what} is refused`, () => throws(() => loadModel(changed(change)), "bad-data", ...words));

const floats = (...shape: readonly number[]): DataArray => ({
  shape,
  data: new Float64Array(shape.reduce((size, extent) => size * extent, 1)),
});
const edit = (name: string, from: string, to: string) => (file: { metadata: Map<string, string> }) =>
  file.metadata.set(name, (file.metadata.get(name) ?? "").replaceAll(from, to));

refuses("a file without what is learnt", file => file.arrays.delete("W2"), "lacks W2");
refuses("a file with more than is learnt", file => file.arrays.set("W9", floats(1)), "W9");
refuses("another extent", file => file.arrays.set("b2", floats(6)), "k2", "5", "6");
refuses("another number of features than the model has", file => file.arrays.set("W1", floats(7, 4)), "j");
refuses("another number of axes", file => file.arrays.set("b2", floats(5, 1)), "b2");
refuses("integers", file => file.arrays.set("b2", { shape: [5], data: new Int32Array(5) }), "b2", "integers");
refuses("a file without formulas", file => file.metadata.delete("definitions"), '"definitions"');
refuses("a file without structure", file => file.metadata.delete("model"), '"model"');
refuses("a formula that does not parse", edit("definitions", "relu(", "relu(("), "definitions");
refuses("a formula of arrays that nothing gives", edit("evaluation", "W1[", "V1["), "V1");
refuses("structure that is no JSON", edit("model", "{", "["), "JSON");
refuses("structure of another form", edit("model", '"x[n,j]"', "1"), "input");
refuses("a share that is no number", edit("model", "0.75", '"a"'), "masks.0.keep");
refuses("means of other features", edit("model", '"-0",', ""), "means");
refuses("another version", edit("fluxion", "1", "7"), '"model 1"', '"model 7"');

test("files of other things are refused", () => {
  const bytes = saveModel(trained());
  throws(() => loadModel(writeSafetensors({ arrays: new Map([["a", floats(2)]]) })), "bad-data", "arrays alone");
  throws(() => loadModel(bytes.subarray(0, bytes.length - 1)), "bad-data", String(bytes.length), "truncated");
  throws(() => loadModel(new Uint8Array()), "bad-data", "0 bytes");
});

test.run();
