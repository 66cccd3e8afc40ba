import { network, uniform } from "../harness/data.ts";
import type { BatchProblem, StepProblem, Work } from "../harness/jobs.ts";
import { learningWork } from "../harness/learning.ts";
import { load, type Peer } from "../harness/peer.ts";
import { stepWork } from "../harness/step.ts";

/** https://www.tensorflow.org/js on its two processors' back-ends. */
export const peers: readonly Peer[] = [
  {
    name: "tfjs-wasm",
    packages: ["@tensorflow/tfjs", "@tensorflow/tfjs-backend-wasm"],
    single: true,
    jobs: {
      batch: async problem => batchWork(await onWasm(), problem),
      step: async problem => networkStep(await onWasm(), problem),
      learning: async problem => {
        const { begin, upload, step, firstWeights } = networkOf(await onWasm(), problem);
        const learn = (x: Float32Array, classes: Int32Array): number => {
          const batch = upload(x, classes);
          const loss = step(...batch);
          for (const tensor of batch) tensor.dispose();
          return loss;
        };
        return learningWork({ begin, step: learn, firstWeights }, problem);
      },
    },
    fetched: ["@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-simd.wasm"],
    firstUse: `import * as tf from "@tensorflow/tfjs";
import "@tensorflow/tfjs-backend-wasm";
await tf.setBackend("wasm");
const f = (x, y) => x.mul(y).mul(4).add(y.neg().exp());
console.log(tf.grads(f)([tf.scalar(2), tf.scalar(3)])[0].dataSync()[0]);`,
  },
  {
    name: "tfjs-cpu",
    packages: ["@tensorflow/tfjs"],
    single: true,
    jobs: {
      batch: async problem => batchWork(await onCpu(), problem),
      step: async problem => networkStep(await onCpu(), problem),
    },
    firstUse: `import * as tf from "@tensorflow/tfjs";
await tf.setBackend("cpu");
const f = (x, y) => x.mul(y).mul(4).add(y.neg().exp());
console.log(tf.grads(f)([tf.scalar(2), tf.scalar(3)])[0].dataSync()[0]);`,
  },
];

async function onWasm(): Promise<Tensorflow> {
  const tf = await load<Tensorflow>("@tensorflow/tfjs");
  const { setThreadsCount } = await load<{ setThreadsCount(count: number): void }>("@tensorflow/tfjs-backend-wasm");
  setThreadsCount(1);
  await tf.setBackend("wasm");
  return tf;
}

async function onCpu(): Promise<Tensorflow> {
  const tf = await load<Tensorflow>("@tensorflow/tfjs");
  await tf.setBackend("cpu");
  return tf;
}

function batchWork(tf: Tensorflow, { at, points, seeds }: BatchProblem): Work {
  const [x1, x2, y] = seeds.map(seed => tf.tensor1d(Float32Array.from(uniform(points, seed)))) as Three;
  const parameters = at.map(value => tf.scalar(value));
  const loss = (...p: Tensor[]): Tensor => {
    const [b1, w11, w12, b2, w21, w22, c, u1, u2] = p as Nine;
    const z1 = tf.tanh(tf.add(b1, tf.add(tf.mul(x1, w11), tf.mul(x2, w12))));
    const z2 = tf.tanh(tf.add(b2, tf.add(tf.mul(x1, w21), tf.mul(x2, w22))));
    const fin = tf.add(c, tf.add(tf.mul(u1, z1), tf.mul(u2, z2)));
    const softplus = tf.log(tf.add(tf.exp(tf.neg(fin)), tf.scalar(1)));
    return tf.mean(tf.add(tf.sub(fin, tf.mul(fin, y)), softplus));
  };
  const both = tf.valueAndGrads(loss);
  const once = (): readonly number[] => {
    const numbers: number[] = [];
    tf.tidy(() => {
      const { value, grads } = both(parameters);
      for (const one of [value, ...grads]) numbers.push(one.dataSync()[0] ?? Number.NaN);
    });
    return numbers;
  };
  const run = (times: number): void => {
    for (let i = 0; i < times; i++) once();
  };
  return { answer: once(), run };
}

function networkStep(tf: Tensorflow, problem: StepProblem): Promise<Work> {
  const { x, classes, weights } = network(problem);
  const { begin, upload, step, firstWeights } = networkOf(tf, problem);
  begin(weights);
  const batch = upload(x, classes);
  return stepWork({ step: () => step(...batch), firstWeights });
}

function networkOf(tf: Tensorflow, { layers, batch, batchNorm, rate }: StepProblem): NetworkInTraining {
  const outputs = layers.at(-1) ?? 1;
  const isLast = (i: number): boolean => i === layers.length - 2;
  const arrays = layers.slice(1).map((to, i) => ({
    weight: tf.variable(tf.zeros([layers[i] ?? 1, to])),
    bias: tf.variable(tf.zeros([to])),
    gain: batchNorm && !isLast(i) ? tf.variable(tf.ones([to])) : undefined,
  }));
  const normalised = (a: Tensor, gain: Tensor): Tensor => {
    const centred = tf.sub(a, tf.mean(a, 0));
    const variance = tf.mean(tf.square(centred), 0);
    return tf.mul(gain, tf.div(centred, tf.sqrt(tf.add(variance, tf.scalar(1e-5)))));
  };
  const loss = (input: Tensor, targets: Tensor): Tensor => {
    let h = input;
    for (const [i, { weight, bias, gain }] of arrays.entries()) {
      const sums = tf.matMul(h, weight);
      const a = tf.add(gain === undefined ? sums : normalised(sums, gain), bias);
      h = isLast(i) ? a : tf.relu(a);
    }
    if (outputs > 1) return tf.neg(tf.mean(tf.sum(tf.mul(tf.logSoftmax(h), targets), 1)));
    const z = tf.reshape(h, [batch]);
    return tf.mean(tf.sub(tf.softplus(z), tf.mul(z, targets)));
  };
  const optimiser = tf.train.sgd(rate);
  return {
    begin: weights => {
      for (const [i, { weight, bias, gain }] of arrays.entries()) {
        const [from = 1, to = 1] = layers.slice(i, i + 2);
        weight.assign(tf.tensor2d(weights[i] ?? new Float32Array(), [from, to]));
        bias.assign(tf.zeros([to]));
        gain?.assign(tf.ones([to]));
      }
    },
    upload: (x, classes) => [
      tf.tensor2d(x, [batch, layers[0] ?? 1]),
      outputs === 1
        ? tf.tensor1d(Float32Array.from(classes))
        : tf.oneHot(tf.tensor1d(Int32Array.from(classes), "int32"), outputs),
    ],
    step: (input, targets) => {
      const value = optimiser.minimize(() => loss(input, targets), true);
      const [number = Number.NaN] = Array.from(value.dataSync());
      value.dispose();
      return number;
    },
    firstWeights: () => arrays[0]?.weight.dataSync() ?? [],
  };
}

interface NetworkInTraining {
  readonly begin: (weights: readonly Float32Array[]) => void;
  /** The rows of a batch, and what is wanted of each. */
  readonly upload: (x: Float32Array, classes: Int32Array) => [Tensor, Tensor];
  readonly step: (input: Tensor, targets: Tensor) => number;
  readonly firstWeights: () => ArrayLike<number>;
}

type Three = [Tensor, Tensor, Tensor];
type Nine = [Tensor, Tensor, Tensor, Tensor, Tensor, Tensor, Tensor, Tensor, Tensor];

type Unary = "exp" | "log" | "logSoftmax" | "neg" | "relu" | "softplus" | "sqrt" | "square" | "tanh";
type Binary = "add" | "sub" | "mul" | "div" | "matMul";

/** What is used of the package. */
interface Tensorflow extends Record<Unary, (x: Tensor) => Tensor>, Record<Binary, (a: Tensor, b: Tensor) => Tensor> {
  readonly setBackend: (name: string) => Promise<unknown>;
  readonly tensor1d: (values: Float32Array | Int32Array, type?: string) => Tensor;
  readonly tensor2d: (values: Float32Array, shape: readonly [number, number]) => Tensor;
  readonly scalar: (value: number) => Tensor;
  readonly zeros: (shape: readonly number[]) => Tensor;
  readonly ones: (shape: readonly number[]) => Tensor;
  readonly variable: (start: Tensor) => Tensor & { readonly assign: (value: Tensor) => void };
  readonly oneHot: (labels: Tensor, classes: number) => Tensor;
  readonly mean: (x: Tensor, axis?: number) => Tensor;
  readonly sum: (x: Tensor, axis?: number) => Tensor;
  readonly reshape: (x: Tensor, shape: readonly number[]) => Tensor;
  readonly tidy: (work: () => void) => void;
  readonly valueAndGrads: (
    f: (...args: Tensor[]) => Tensor,
  ) => (args: readonly Tensor[]) => { readonly value: Tensor; readonly grads: readonly Tensor[] };
  readonly train: {
    readonly sgd: (rate: number) => { readonly minimize: (f: () => Tensor, returnCost: true) => Tensor };
  };
}

interface Tensor {
  readonly dataSync: () => ArrayLike<number>;
  readonly dispose: () => void;
}
