import { type Definition, type Definitions, define } from "../expression/definition.ts";
import type { Expr } from "../expression/expression.ts";
import { mean } from "../expression/reductions.ts";
import { batchNorm, runningStatistics, varianceAround } from "./batch-norm.ts";
import { dropout } from "./dropout.ts";
import { type Activation, activation, linear } from "./layers.ts";
import type { Updates } from "./optimisers.ts";
import { arrayRead, type Signal, signalOf } from "./signal.ts";

/** A model as formulas: what is computed of the data, and which arrays are learnt. */
export interface Network {
  /** What training computes: one definition for each part of a layer; the last is the output. */
  readonly definitions: Definitions;
  /** What evaluation computes: the same under the same names, with running statistics, and nothing dropped. */
  readonly evaluation: Definitions;
  /** The readings of what is learnt, such as `W1[j,k]`. */
  readonly parameters: readonly string[];
  /** Those of the parameters that are neither biases nor gains. */
  readonly weights: readonly string[];
  /** What a step makes of running statistics. */
  readonly updates: Updates;
  /** The masks that training fills before each step. */
  readonly masks: readonly Mask[];
  /** The readings of what begins as ones: gains and running variances. */
  readonly ones: readonly string[];
  /** How many values the indices of the layers take. */
  readonly extents: ReadonlyMap<string, number>;
}

/** A mask for dropout: its name and reading, such as `mask1[n,k]`, and the probability that an element is 1. */
export interface Mask {
  readonly name: string;
  readonly reading: string;
  readonly keep: number;
}

/** What the hidden layers of a network have besides. */
export interface LayerExtras {
  /** Normalises what goes into each activation, over the samples of a batch; its bias is the layer's. */
  readonly batchNorm?: boolean | BatchNormOptions;
  /** Drops outputs of each activation, but keeps each with the probability `keep`. */
  readonly dropout?: { readonly keep: number };
}

/** What is added to variances, 1e-5 unless said, and the part that a batch has in running statistics, 0.1 unless said. */
export interface BatchNormOptions {
  readonly epsilon?: number;
  readonly momentum?: number;
}

/** A multilayer perceptron over `x[n,j]`, of which the sizes of its hidden layers are known, with a name for its output. */
export function perceptron(
  hidden: readonly number[],
  isScalar: boolean,
  activations: readonly Activation[],
  output: string,
  extras: LayerExtras = {},
): Network {
  const inner = hidden.map((_, i) => (hidden.length === 1 ? "k" : `k${i + 1}`));
  const indices = ["j", ...inner, isScalar ? "" : "c"];
  const layers: Layer[] = [];
  for (const [i, kind] of activations.entries()) {
    const isLast = i === hidden.length;
    const [from = "", to = ""] = indices.slice(i, i + 2);
    const input = layers.at(-1)?.training.at(-1) ?? arrayRead("x[n,j]");
    const place = { number: i + 1, from, to, kind };
    layers.push(isLast ? layerOf(input, { ...place, output }) : layerOf(input, { ...place, ...extras }));
  }
  return {
    definitions: layers.flatMap(({ training }) => training),
    evaluation: layers.flatMap(({ evaluation }) => evaluation),
    parameters: layers.flatMap(({ parameters }) => parameters),
    weights: layers.flatMap(({ parameters }) => parameters.slice(0, 1)),
    updates: Object.fromEntries(layers.flatMap(({ updates }) => Object.entries(updates))),
    masks: layers.flatMap(({ masks }) => masks),
    ones: layers.flatMap(layer => layer.ones),
    extents: new Map(inner.map((name, i) => [name, hidden[i] ?? 0])),
  };
}

/** The definitions of a part of a network, in training and in evaluation, and the arrays that belong to it. */
interface Part extends Pick<Network, "updates" | "masks" | "ones"> {
  readonly training: Definitions;
  readonly evaluation: Definitions;
}

/** A layer, whose first parameter is its weights. */
interface Layer extends Part {
  readonly parameters: readonly string[];
}

/** Where a layer stands, what it consists of, and what its output is called if it is the last. */
interface Plan extends LayerExtras {
  readonly number: number;
  readonly from: string;
  readonly to: string;
  readonly kind: Activation;
  readonly output?: string;
}

function layerOf(input: Signal, plan: Plan): Layer {
  const { number, from, to, kind, output = `h${number}`, batchNorm: norm = false, dropout: drop } = plan;
  const { weights, bias, gain } = arraysOf(number, from, to);
  const isNormal = norm !== false;
  const isActive = kind !== "identity";
  const named = (stem: string, e: Expr): Definition => define(to === "" ? `${stem}[n]` : `${stem}[n,${to}]`, e);

  const sums = linear(input, isNormal ? { weights } : { weights, bias });
  const parts = [same(named(isNormal || isActive ? `a${number}` : output, sums))];
  const before = (): Signal => parts.at(-1)?.training.at(-1) ?? input;
  if (isNormal) {
    const options = norm === true ? {} : norm;
    const name = isActive ? `norm${number}` : output;
    parts.push(normalised(before(), { number, to, gain, bias, ...options }, e => named(name, e)));
  }
  if (isActive) parts.push(same(named(output, activation(before(), kind))));
  if (drop !== undefined) {
    const name = `mask${number}`;
    const mask = { name, reading: `${name}[n,${to}]`, keep: drop.keep };
    parts.push(dropped(before(), mask, e => named(`drop${number}`, e)));
  }
  return {
    training: parts.flatMap(({ training }) => training),
    evaluation: parts.flatMap(({ evaluation }) => evaluation),
    parameters: isNormal ? [weights, gain, bias] : [weights, bias],
    updates: Object.fromEntries(parts.flatMap(({ updates }) => Object.entries(updates))),
    masks: parts.flatMap(({ masks }) => masks),
    ones: parts.flatMap(part => part.ones),
  };
}

// Weights of one output are a vector, and named as one.
const arraysOf = (
  layer: number,
  from: string,
  to: string,
): { readonly weights: string; readonly bias: string; readonly gain: string } =>
  to === ""
    ? { weights: `w${layer}[${from}]`, bias: `b${layer}`, gain: `g${layer}` }
    : { weights: `W${layer}[${from},${to}]`, bias: `b${layer}[${to}]`, gain: `g${layer}[${to}]` };

const alone = { updates: {}, masks: [], ones: [] } as const;

const same = (definition: Definition): Part => ({ ...alone, training: [definition], evaluation: [definition] });

interface NormPlan extends BatchNormOptions {
  readonly number: number;
  readonly to: string;
  readonly gain: string;
  readonly bias: string;
}

function normalised(x: Signal, plan: NormPlan, named: (e: Expr) => Definition): Part {
  const { number, to, gain, bias, momentum, epsilon } = plan;
  const batchMean = define(`mean${number}[${to}]`, mean("n", signalOf(x)));
  const batchVariance = define(`variance${number}[${to}]`, varianceAround(x, batchMean, "n"));
  const batch = { mean: batchMean, variance: batchVariance };
  const running = { mean: `runningMean${number}[${to}]`, variance: `runningVariance${number}[${to}]` };
  const arrays = epsilon === undefined ? { gain, bias } : { gain, bias, epsilon };
  return {
    training: [batchMean, batchVariance, named(batchNorm(x, { ...batch, ...arrays }))],
    evaluation: [named(batchNorm(x, { ...running, ...arrays }))],
    updates: runningStatistics(x, { over: "n", batch, ...running, ...(momentum === undefined ? {} : { momentum }) }),
    masks: [],
    ones: [gain, running.variance],
  };
}

function dropped(x: Signal, mask: Mask, named: (e: Expr) => Definition): Part {
  const { reading, keep } = mask;
  return {
    ...alone,
    training: [named(dropout(x, { mask: reading, keep }))],
    evaluation: [named(signalOf(x))],
    masks: [mask],
  };
}
