/** A training is determined by its seed: stopped anywhere and continued, it comes to the same bits. */
import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { flipSome } from "../../lib/data/index.ts";
import {
  conditional,
  define,
  type FlatArray,
  less,
  mean,
  parse,
  parseDefinitions,
  schedule,
  variable,
} from "../../lib/index.ts";
import {
  adam,
  classifier,
  cosineDecay,
  evaluateModel,
  heNormal,
  initialArrays,
  type Model,
  mlp,
  momentum,
  normal,
  randomStream,
  regressor,
  type StepReport,
  sgd,
  squaredError,
  type TrainingData,
  TrainingError,
  type TrainingState,
  type TrainOptions,
  train,
  warmUp,
  zeros,
} from "../../lib/learn/index.ts";
import { numRuns } from "../support/runs.ts";
import { rejects } from "../support/throws.ts";

/** Images of 2 by 3, of two classes: brighter above, or brighter below. Each is a little different. */
function images(count: number, seed: number): { readonly inputs: FlatArray & { data: Uint8Array }; labels: number[] } {
  const random = randomStream(seed);
  const labels = Array.from({ length: count }, () => random.below(2));
  const data = Uint8Array.from(
    labels.flatMap(label =>
      Array.from({ length: 6 }, (_, i) => 90 * Number(i < 3 === (label === 0)) + random.below(120)),
    ),
  );
  return { inputs: { shape: [count, 2, 3], data }, labels };
}

const scales = { by: "all", shape: [2, 3], mean: [105], deviation: [60] } as const;
const extras = { activations: "relu", batchNorm: true, dropout: { keep: 0.7 } } as const;
const deep = classifier(mlp({ layers: [6, 5, 2], ...extras }), { scales, penalty: 1e-3 });
/** One that is scheduled sooner. */
const small = classifier(mlp({ layers: [6, 1] }), { scales });
const [few, others] = [images(23, 1), images(11, 2)];
const rate = warmUp(cosineDecay(0.05, { steps: 14 }), { steps: 4 });
const usual: TrainOptions = {
  optimiser: adam(rate, { decay: 0.01 }),
  epochs: 3,
  batchSize: 5,
  validation: others,
  augment: (inputs, random) => flipSome(inputs, random),
  initialise: heNormal,
  seed: 7,
};

const machines = [
  ["javascript", "f64", [1, 5]],
  ["interpreter", "f64", [8]],
  ["webassembly", "f64", [8]],
  ["webassembly", "f32", [8]],
] as const;
for (const [backend, type, stops] of machines)
  test(`stopped at any step and continued, it comes to the same bits, by ${backend} in ${type}`, async () => {
    const whole = await train(deep, few, { ...usual, backend, type });
    assert.is(whole.history.steps.length, 15);
    for (const stop of stops) {
      const first = await stoppedAfter(stop, deep, few, { ...usual, backend, type });
      // The precision is part of the state, so that a continued training needs not be told.
      const second = await train(deep, few, { ...usual, backend, resume: first });
      assert.equal(plain(second.state), plain(whole.state), `stopped after ${stop} steps`);
      assert.equal([...second.arrays], [...whole.arrays]);
      assert.equal(second.best, whole.best);
    }
  });

test("so it is with any sizes, batches, optimisers and stops", async () => {
  const anything = fc.record({
    layers: fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 1 }),
    batchSize: fc.integer({ min: 1, max: 12 }),
    lastBatch: fc.constantFrom("keep" as const, "drop" as const),
    shuffle: fc.boolean(),
    drops: fc.boolean(),
    optimiser: fc.constantFrom(sgd(rate), momentum(0.1), adam(0.01, { correction: "constant", beta: 0.9 })),
    seed: fc.integer(),
    stop: fc.integer({ min: 0, max: 40 }),
  });
  const one = images(10, 5);
  await fc.assert(
    fc.asyncProperty(anything, async ({ layers, drops, stop, ...rest }) => {
      const dropout = drops ? { dropout: { keep: 0.5 } } : {};
      const model = classifier(mlp({ layers: [6, ...layers, 1], activations: "tanh", ...dropout }), { scales });
      const options = { ...rest, epochs: 2 };
      const whole = await train(model, one, options);
      const continued = await train(model, one, { ...options, resume: await stoppedAfter(stop, model, one, options) });
      assert.equal(plain(continued.state), plain(whole.state));
    }),
    { numRuns: Math.min(numRuns, 6) },
  );
});

test("the same seed gives the same model, another one another", async () => {
  const [one, same, other] = [
    await train(deep, few, usual),
    await train(deep, few, usual),
    await train(deep, few, { ...usual, seed: 8 }),
  ];
  assert.equal(plain(one.state), plain(same.state));
  assert.not.equal([...one.arrays], [...other.arrays]);
});

test("a state may go on with more epochs", async () => {
  // A rate that does not know how many there will be.
  const options = { ...usual, optimiser: momentum(0.05) };
  const two = await train(small, few, { ...options, epochs: 2 });
  const four = await train(small, few, { ...options, epochs: 4, resume: two.state });
  assert.equal(plain(four.state), plain((await train(small, few, { ...options, epochs: 4 })).state));
});

const line: Model = {
  definitions: parseDefinitions("p[n] = sum(j, x[n,j] * w[j]) + b\nloss = mean(n, (p[n] - y[n])^2)"),
  parameters: ["w[j]", "b"],
  input: "x[n,j]",
  target: "y[n]",
};
const points = {
  inputs: [
    [0.5, 1],
    [1, -1],
    [-1, 0.5],
    [2, 0.25],
    [0, -0.75],
    [-0.5, 2],
  ],
  targets: [1.1, 4.2, -1.7, 5.3, 2.1, -2.4],
};

test("definitions of one's own reach least squares", async () => {
  const { arrays, history } = await train(line, points, { optimiser: sgd(0.2), epochs: 400, batchSize: "all" });
  // The normal equations, solved by elimination.
  const rows = points.inputs.map(([a = 0, b = 0]) => [a, b, 1]);
  const normalMatrix = [0, 1, 2].map(i => [
    ...[0, 1, 2].map(j => rows.reduce((total, row) => total + (row[i] ?? 0) * (row[j] ?? 0), 0)),
    rows.reduce((total, row, n) => total + (row[i] ?? 0) * (points.targets[n] ?? 0), 0),
  ]);
  const [w0, w1, b] = solved(normalMatrix);
  const found = [...Array.from(arrays.get("w")?.data ?? []), ...Array.from(arrays.get("b")?.data ?? [])];
  // The slowest direction shrinks by some 0.87 a step: 0.87^400 is 1e-24, so that only rounding is left.
  for (const [i, wanted] of [w0, w1, b].entries())
    assert.ok(Math.abs((found[i] ?? 0) - (wanted ?? 0)) < 1e-12, `${found} is not ${[w0, w1, b]}`);
  assert.is(history.epochs.length, 400);
});

test("steps are told, with the loss before each, its rate and its batch, and make the means of the epoch", async () => {
  const steps: StepReport[] = [];
  const optimiser = sgd(cosineDecay(0.1, { steps: 4 }));
  const { history } = await train(line, points, {
    optimiser,
    epochs: 2,
    batchSize: 4,
    shuffle: false,
    begin: new Map([["w", { shape: [2], data: [1, 2] }]]),
    initialise: zeros,
    onStep: report => steps.push(report),
  });
  assert.equal(steps, history.steps);
  assert.equal(
    steps.map(({ epoch, step, samples }) => [epoch, step, samples]),
    [
      [1, 1, 4],
      [1, 2, 2],
      [2, 1, 4],
      [2, 2, 2],
    ],
  );
  const first = points.inputs.slice(0, 4).map(([a = 0, b = 0], n) => (a + 2 * b - (points.targets[n] ?? 0)) ** 2);
  near(steps[0]?.loss, first.reduce((total, each) => total + each) / 4);
  // Half a wave of the cosine from 0.1 to 0 in four steps.
  for (const [t, { rate: told }] of steps.entries()) near(told, 0.05 * (1 + Math.cos((Math.PI * t) / 4)));
  for (const [at, { loss }] of history.epochs.entries()) {
    const [four, two] = steps.slice(2 * at, 2 * at + 2).map(step => step.loss);
    near(loss, (4 * (four ?? 0) + 2 * (two ?? 0)) / 6);
  }
});

test("the last batch is kept, or dropped", async () => {
  const samples = async (lastBatch: "keep" | "drop", batchSize: number): Promise<readonly number[]> => {
    const { history } = await train(line, points, { optimiser: sgd(0.1), epochs: 1, batchSize, lastBatch });
    return history.steps.map(step => step.samples);
  };
  assert.equal(await samples("keep", 4), [4, 2]);
  assert.equal(await samples("drop", 4), [4]);
  assert.equal(await samples("drop", 3), [3, 3]);
  // A batch of more than all is one of all, and never dropped.
  assert.equal(await samples("drop", 100), [6]);
});

test("each sample is used once in each epoch, in an order of its own", async () => {
  // The loss is the input itself, so that it tells which sample it was.
  const telling: Model = {
    definitions: [define("loss", mean("n", parse("x[n,0] + 0 * w")))],
    parameters: ["w"],
    input: "x[n,j]",
  };
  const inputs = Array.from({ length: 9 }, (_, i) => [i]);
  const { history } = await train(telling, { inputs }, { optimiser: sgd(0.1), epochs: 3, batchSize: 1 });
  const orders = [0, 1, 2].map(epoch => history.steps.slice(9 * epoch, 9 * epoch + 9).map(({ loss }) => loss));
  for (const order of orders) assert.equal([...order].sort(), [0, 1, 2, 3, 4, 5, 6, 7, 8]);
  assert.is(new Set(orders.map(String)).size, 3);
});

test("masks change with each step, and are those of the seed", async () => {
  // The loss is the share of the mask that is kept.
  const network = mlp({ layers: [6, 40, 1], activations: "relu", dropout: { keep: 0.6 } });
  const share = define("loss", parse("mean(n, mean(k, mask1[n,k]))"));
  const definitions = [share, define("objective", parse("loss + 0 * sum(j, sum(k, W1[j,k]))"))];
  const model: Model = {
    ...network,
    definitions,
    evaluation: [define("loss", 0)],
    input: "x[n,j]",
    parameters: ["W1[j,k]"],
    weights: [],
    updates: {},
  };
  const { history } = await train(model, few, { optimiser: sgd(0.1), epochs: 4, batchSize: 23 });
  const shares = history.steps.map(({ loss }) => loss);
  assert.is(new Set(shares).size, 4);
  // 920 elements of the variance 0.24: 0.6 within five standard errors of 0.016.
  for (const each of shares) assert.ok(Math.abs(each - 0.6) < 0.08, String(shares));
});

test("what is best on the validation data is kept, by loss or by accuracy", async () => {
  for (const by of ["loss", "accuracy"] as const) {
    const { history, best, arrays, state } = await train(small, few, {
      ...usual,
      optimiser: momentum(0.2),
      epochs: 12,
      best: by,
    });
    const sign = by === "loss" ? -1 : 1;
    const values = history.epochs.map(({ validation }) => sign * (validation?.[by] ?? Number.NaN));
    assert.is(best?.epoch, 1 + values.indexOf(Math.max(...values)));
    assert.is(best?.arrays, arrays);
    const { loss, accuracy } = evaluateModel({ model: small, arrays }, others.inputs, others.labels);
    assert.equal([loss, accuracy], [best?.loss, best?.accuracy]);
    if (best?.epoch !== 12) assert.not.equal(arrays.get("w1"), state.arrays.get("w1"));
  }
});

test("patience ends it after so many epochs that are not better", async () => {
  // Of eleven images, only so many more can be told right.
  const options = { ...usual, optimiser: sgd(1), epochs: 60, best: "accuracy", patience: 3 } as const;
  const { history, best, ended, state } = await train(small, few, options);
  assert.is(ended, "patience");
  assert.is(history.epochs.length, (best?.epoch ?? 0) + 3);
  assert.is((await train(small, few, { ...options, resume: state })).state.epoch, state.epoch);
});

test("an aborted training comes back with its state, and other things happen in between", async () => {
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 50);
  const { ended, state, history } = await train(line, points, {
    optimiser: sgd(0.01),
    epochs: 1e8,
    batchSize: 2,
    signal: controller.signal,
  });
  assert.is(ended, "aborted");
  assert.is(history.steps.length, 3 * state.epoch + state.step);
  assert.ok(history.steps.length > 0);
});

test("a training that diverges tells where, and keeps the last state whose loss was finite", async () => {
  for (const batchSize of [2, "all"] as const)
    for (const [suddenly, step] of [
      [7, 8],
      [9, 10],
    ] as const) {
      // At once, so that the loss is finite at one step, and infinite at the next.
      const explosive = sgd(t => conditional(less(t, suddenly), 0.01, 1e300));
      const options = { optimiser: explosive, epochs: 40, batchSize, seed: 3, validation: points };
      const error = await rejects(train(line, points, options), "not-finite", "Infinity", "smaller rate");
      assert.instance(error, TrainingError);
      const { state } = error as TrainingError;
      const perEpoch = batchSize === 2 ? 3 : 1;
      // After an epoch of one step, the validation is what notices.
      const noticed = batchSize === "all" ? suddenly : step;
      const place = `in step ${(noticed % perEpoch) + 1} of epoch ${Math.floor(noticed / perEpoch) + 1};`;
      assert.ok(error.message.includes(place), error.message);
      assert.equal([state.epoch, state.step], [Math.floor(suddenly / perEpoch), suddenly % perEpoch]);
      const stopped =
        state.step > 0
          ? await stoppedAfter(suddenly, line, points, options)
          : (await train(line, points, { ...options, epochs: state.epoch })).state;
      assert.equal(plain(state), plain(stopped));
      const healed = { ...options, optimiser: sgd(0.05), epochs: 60 };
      const { history } = await train(line, points, { ...healed, resume: state });
      assert.ok((history.epochs.at(-1)?.loss ?? 1) < (history.epochs[0]?.loss ?? 0));
    }
});

test("so it does where a loss is finite and a parameter is not, however late that shows", async () => {
  // The derivative of sqrt is infinite at 0, where the loss is 0.
  const model: Model = {
    definitions: parseDefinitions("loss = mean(n, sqrt(w - x[n,0]))"),
    parameters: ["w"],
    input: "x[n,j]",
  };
  const begin = new Map([["w", { shape: [], data: [2] }]]);
  const error = await rejects(
    train(model, { inputs: [[2]] }, { optimiser: sgd(0.1), epochs: 5, begin, initialise: zeros }),
    "not-finite",
    "epoch 1",
  );
  assert.equal([...((error as TrainingError).state.arrays.get("w")?.data ?? [])], [2]);
});

test("the validation data are evaluated after so many steps too", async () => {
  const seen: number[] = [];
  const { history } = await train(small, few, {
    ...usual,
    validateEvery: 2,
    onStep(report, { model, arrays }) {
      if (report.validation === undefined) return;
      seen.push(report.validation.loss - evaluateModel({ model, arrays }, others.inputs, others.labels).loss);
    },
  });
  assert.equal(
    history.steps.flatMap(({ validation }, at) => (validation === undefined ? [] : [at + 1])),
    [2, 4, 6, 8, 10, 12, 14],
  );
  assert.equal(
    seen,
    Array.from({ length: 7 }, () => 0),
  );
});

test("a step is what the tape of the model says", async () => {
  const network = mlp({ layers: [6, 3, 2], activations: "tanh" });
  const model = classifier(network);
  const begin = initialArrays(network, normal(0.5), randomStream(4));
  const { arrays, history } = await train(model, few, { optimiser: sgd(0.1), epochs: 1, batchSize: "all", begin });
  assert.ok(schedule(model.definitions).steps.length > 0);
  const before = evaluateModel({ model, arrays: begin }, few.inputs, few.labels);
  near(history.steps[0]?.loss, before.loss);
  assert.is(history.steps[0]?.accuracy, before.accuracy);
  assert.ok(evaluateModel({ model, arrays }, few.inputs, few.labels).loss < before.loss);
});

test("what is asked for while it trains is waited for", async () => {
  let running = 0;
  await train(line, points, {
    optimiser: sgd(0.01),
    epochs: 3,
    async onEpoch() {
      assert.is(running++, 0);
      await new Promise(resolve => setTimeout(resolve, 2));
      running--;
    },
  });
  assert.is(running, 0);
});

test("bad data and bad options are told before anything is trained", async () => {
  const options = { optimiser: sgd(0.1), onStep: () => assert.unreachable("a step was taken") };
  const refused = (
    data: TrainingData,
    code: "bad-value" | "bad-option",
    ...words: readonly string[]
  ): Promise<unknown> => rejects(train(line, data, options), code, ...words);
  await refused({ inputs: [[1, Number.NaN]], targets: [1] }, "bad-value", "number 1 of sample 0", "NaN");
  await refused({ inputs: [[1, 2]], targets: [Number.POSITIVE_INFINITY] }, "bad-value", "targets", "Infinity");
  await refused({ inputs: [[1, 2]], targets: [1, 2] }, "bad-value", "1 samples", "2 targets");
  await refused({ inputs: [], targets: [] }, "bad-value", "no samples");
  await refused({ inputs: [[1, 2]] }, "bad-option", "y[n]");
  const labelled = { inputs: few.inputs, labels: few.labels.map(label => 2 * label) };
  await rejects(train(deep, labelled, options), "bad-value", "labels", "from 0 to 1", "2");
  await rejects(
    train(deep, { ...few, inputs: { shape: [23, 3], data: new Uint8Array(69) } }, options),
    "bad-value",
    "j",
    "6",
    "3",
  );
  await rejects(train(deep, few, { ...options, validation: labelled }), "bad-value", "labels");

  const none = {} as TrainOptions;
  await rejects(train(line, points, none), "bad-option", "optimiser");
  const wrong: readonly (readonly [Partial<TrainOptions>, string])[] = [
    [{ epochs: 0 }, "epochs"],
    [{ batchSize: 1.5 }, "batchSize"],
    [{ seed: 0.5 }, "seed"],
    [{ patience: 2 }, "validation"],
    [{ lastBatch: "lose" as "keep" }, "lastBatch"],
    [{ best: "accuracy" }, "accuracy"],
    [{ onEpoch: 3 as unknown as () => void }, "onEpoch"],
    [{ type: "f16" as "f32" }, "f16"],
  ];
  for (const [part, word] of wrong) await rejects(train(line, points, { ...options, ...part }), "bad-option", word);
});

test("a state of another training is refused", async () => {
  const { state } = await train(line, points, { optimiser: sgd(0.1), epochs: 2, batchSize: 4 });
  const refused = (resume: TrainingState, part: Partial<TrainOptions>, ...words: readonly string[]): Promise<unknown> =>
    rejects(train(line, points, { optimiser: sgd(0.1), resume, ...part }), "bad-value", ...words);
  await refused(state, { seed: 2 }, "seed");
  await refused(state, { type: "f32" }, "f64", "f32");
  await refused(state, { optimiser: adam(0.1) }, "no array m");
  await refused({ ...state, step: 1 }, { batchSize: 3 }, "within an epoch");
  const shorter = new Map([...state.arrays, ["w", { shape: [1], data: Float64Array.of(1) }]]);
  await refused({ ...state, arrays: shorter }, {}, "w", "[2]", "[1]");
  const begin = new Map([["u", { shape: [1], data: Float64Array.of(1) }]]);
  await rejects(train(line, points, { optimiser: sgd(0.1), begin }), "bad-value", "u");
});

test("names are any names", async () => {
  const model: Model = {
    definitions: [
      define("constructor[toString]", parse("sum(j, `__proto__`[toString,j] * n[j])")),
      define("loss", mean("toString", squaredError(variable("constructor", "toString"), variable("e", "toString")))),
    ],
    parameters: ["n[j]"],
    input: "__proto__[toString,j]",
    target: "e[toString]",
  };
  const { arrays } = await train(model, points, { optimiser: adam(0.1), epochs: 2, batchSize: 4 });
  assert.equal(arrays.get("n")?.shape, [2]);
});

test("a regressor of several outputs learns a rotation", async () => {
  const model = regressor(mlp({ layers: [2, 2] }));
  const data = { inputs: points.inputs, targets: points.inputs.map(([a = 0, b = 0]) => [-b, a]) };
  const { arrays } = await train(model, data, { optimiser: momentum(0.1), epochs: 300, batchSize: "all", type: "f64" });
  const W = Array.from(arrays.get("W1")?.data ?? []);
  // The transposed matrix of a quarter turn; the momentum leaves 0.95^300 or 2e-7.
  for (const [i, wanted] of [0, 1, -1, 0].entries()) assert.ok(Math.abs((W[i] ?? 0) - wanted) < 1e-6, String(W));
});

test.run();

/** The state of a training that is aborted after so many steps, or at its end. */
async function stoppedAfter(
  steps: number,
  model: Model,
  data: TrainingData,
  options: TrainOptions,
): Promise<TrainingState> {
  const signal = { aborted: steps === 0 };
  const { state } = await train(model, data, {
    ...options,
    signal,
    onStep: (_, view) => {
      signal.aborted = view.state().history.steps.length >= steps;
    },
  });
  return state;
}

/** A state in what `assert.equal` compares: also the precision of its arrays. */
const plain = ({ arrays, best, ...rest }: TrainingState): unknown => ({
  ...rest,
  arrays: [...arrays].map(([name, { shape, data }]) => [name, shape, data.constructor.name, ...data]),
  best: best && [best.epoch, best.loss, best.accuracy, [...best.arrays]],
});

const near = (value: number | undefined, wanted: number): void =>
  // Some roundings of numbers of the size 1 to 10.
  assert.ok(Math.abs((value ?? Number.NaN) - wanted) < 1e-13, `${value} is not ${wanted}`);

/** The solution of a system of equations, a row for each with its right side at the end. */
function solved(rows: number[][]): readonly number[] {
  for (const [i, pivot] of rows.entries())
    for (const [k, row] of rows.entries()) {
      const factor = (row[i] ?? 0) / (pivot[i] ?? 1);
      if (k !== i) for (const [j, value] of pivot.entries()) row[j] = (row[j] ?? 0) - factor * value;
    }
  return rows.map((row, i) => (row.at(-1) ?? 0) / (row[i] ?? 1));
}
