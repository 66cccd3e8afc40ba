import { network, uniform } from "../harness/data.ts";
import type { BatchProblem, StepProblem, Work } from "../harness/jobs.ts";
import { learningWork } from "../harness/learning.ts";
import { load, type Peer } from "../harness/peer.ts";
import { stepWork } from "../harness/step.ts";

/** https://jax-js.com on WebAssembly. Whatever is given to a function of it is used up, unless by its `ref`. */
export const peer: Peer = {
  name: "jax-js",
  packages: ["@jax-js/jax"],
  single: true,
  jobs: {
    batch: batchWork,
    step: networkStep,
    learning: async problem => {
      const { begin, upload, step, firstWeights } = await networkOf(problem);
      return learningWork({ begin, step: (x, classes) => step(...upload(x, classes)), firstWeights }, problem);
    },
  },
  firstUse: `import { grad, numpy as np } from "@jax-js/jax";
const f = (x, y) => x.mul(y.ref).mul(4).add(np.exp(y.neg()));
console.log(grad(f)(np.array(2), np.array(3)).js());`,
};

async function loaded(): Promise<Jax> {
  const jax = await load<Jax>("@jax-js/jax");
  await jax.init("wasm");
  jax.defaultDevice("wasm");
  return jax;
}

async function batchWork({ at, points, seeds }: BatchProblem): Promise<Work> {
  const { jit, numpy: np, valueAndGrad } = await loaded();
  const columns = seeds.map(seed => np.array(Float32Array.from(uniform(points, seed))));
  const loss = (p: readonly Tensor[], data: readonly Tensor[]): Tensor => {
    const [b1, w11, w12, b2, w21, w22, c, u1, u2] = p as Nine;
    const [x1, x2, y] = data as [Tensor, Tensor, Tensor];
    const z1 = np.tanh(b1.add(x1.ref.mul(w11)).add(x2.ref.mul(w12)));
    const z2 = np.tanh(b2.add(x1.mul(w21)).add(x2.mul(w22)));
    const fin = c.add(u1.mul(z1)).add(u2.mul(z2));
    return np.mean(fin.ref.sub(fin.ref.mul(y)).add(np.log(np.exp(fin.neg()).add(1))));
  };
  const both = jit(valueAndGrad(loss));
  const once = async (): Promise<readonly number[]> => {
    const [value, slopes] = both(
      at.map(number => np.array(number)),
      columns.map(({ ref }) => ref),
    ) as [Tensor, readonly Tensor[]];
    return Promise.all([value, ...slopes].map(async one => (await one.data())[0] ?? Number.NaN));
  };
  return { answer: await once(), run: timesOf(once) };
}

async function networkStep(problem: StepProblem): Promise<Work> {
  const { x, classes, weights } = network(problem);
  const { begin, upload, step, firstWeights } = await networkOf(problem);
  begin(weights);
  const [input, targets] = upload(x, classes);
  return stepWork({ step: () => step(input.ref, targets.ref), firstWeights });
}

async function networkOf(problem: StepProblem): Promise<NetworkInTraining> {
  const { jit, nn, numpy: np, valueAndGrad } = await loaded();
  const { layers, batch, batchNorm, rate } = problem;
  const outputs = layers.at(-1) ?? 1;
  const count = layers.length - 1;
  const isLast = (i: number): boolean => i === count - 1;
  let parameters: Tensor[] = [];

  const normalised = (a: Tensor, gain: Tensor): Tensor => {
    const centred = a.ref.sub(np.mean(a, 0));
    const variance = np.mean(np.square(centred.ref), 0);
    return gain.mul(centred).div(np.sqrt(variance.add(1e-5)));
  };
  const lossOf = (p: readonly Tensor[], data: Tensor, wanted: Tensor): Tensor => {
    const rest = [...p];
    const next = (): Tensor => rest.shift() as Tensor;
    let h = data;
    for (let i = 0; i < count; i++) {
      const [sums, bias] = [np.matmul(h, next()), next()];
      const a = batchNorm && !isLast(i) ? normalised(sums, next()) : sums;
      h = isLast(i) ? a.add(bias) : nn.relu(a.add(bias));
    }
    if (outputs > 1) return np.mean(np.sum(nn.logSoftmax(h).mul(wanted), 1)).neg();
    const z = h.reshape([batch]);
    return np.mean(nn.softplus(z.ref).sub(z.mul(wanted)));
  };
  const descend = jit((p: readonly Tensor[], data: Tensor, wanted: Tensor) => {
    const [value, slopes] = valueAndGrad(lossOf)(
      p.map(({ ref }) => ref),
      data,
      wanted,
    ) as [Tensor, readonly Tensor[]];
    return [value, p.map((one, i) => one.sub((slopes[i] as Tensor).mul(rate)))];
  });
  return {
    begin: weights => {
      parameters = weights.flatMap((values, i) => {
        const [from = 1, to = 1] = layers.slice(i, i + 2);
        const gain = batchNorm && !isLast(i) ? [np.ones([to])] : [];
        return [np.array(values).reshape([from, to]), np.zeros([to]), ...gain];
      });
    },
    upload: (x, classes) => [
      np.array(x).reshape([batch, layers[0] ?? 1]),
      outputs === 1 ? np.array(Float32Array.from(classes)) : nn.oneHot(np.array(classes), outputs),
    ],
    step: async (data, wanted) => {
      const [value, next] = descend(parameters, data, wanted) as [Tensor, Tensor[]];
      parameters = next;
      return (await value.data())[0] ?? Number.NaN;
    },
    firstWeights: () => (parameters[0] as Tensor).ref.dataSync(),
  };
}

interface NetworkInTraining {
  readonly begin: (weights: readonly Float32Array[]) => void;
  /** The rows of a batch, and what is wanted of each. */
  readonly upload: (x: Float32Array, classes: Int32Array) => [Tensor, Tensor];
  /** Uses up what it is given. */
  readonly step: (data: Tensor, wanted: Tensor) => Promise<number>;
  readonly firstWeights: () => ArrayLike<number>;
}

const timesOf =
  (once: () => Promise<unknown>) =>
  async (times: number): Promise<void> => {
    for (let i = 0; i < times; i++) await once();
  };

type Nine = [Tensor, Tensor, Tensor, Tensor, Tensor, Tensor, Tensor, Tensor, Tensor];
type Tensors = Tensor | readonly Tensors[];

/** What is used of the package. */
interface Jax {
  readonly init: (device: string) => Promise<unknown>;
  readonly defaultDevice: (device: string) => unknown;
  readonly jit: <F>(f: F) => F;
  readonly valueAndGrad: (f: (...args: never[]) => Tensor) => (...args: Tensors[]) => Tensors;
  readonly numpy: Record<"exp" | "log" | "tanh" | "sqrt" | "square", (x: Tensor) => Tensor> & {
    readonly array: (values: number | Float32Array | Int32Array) => Tensor;
    readonly zeros: (shape: readonly number[]) => Tensor;
    readonly ones: (shape: readonly number[]) => Tensor;
    readonly matmul: (a: Tensor, b: Tensor) => Tensor;
    readonly mean: (x: Tensor, axis?: number) => Tensor;
    readonly sum: (x: Tensor, axis?: number) => Tensor;
  };
  readonly nn: Record<"relu" | "softplus" | "logSoftmax", (x: Tensor) => Tensor> & {
    readonly oneHot: (x: Tensor, classes: number) => Tensor;
  };
}

interface Tensor {
  readonly ref: Tensor;
  readonly add: (other: Tensor | number) => Tensor;
  readonly sub: (other: Tensor | number) => Tensor;
  readonly mul: (other: Tensor | number) => Tensor;
  readonly div: (other: Tensor | number) => Tensor;
  readonly neg: () => Tensor;
  readonly reshape: (shape: readonly number[]) => Tensor;
  readonly data: () => Promise<ArrayLike<number>>;
  readonly dataSync: () => ArrayLike<number>;
}
