import { type Definition, type Definitions, define } from "../expression/definition.ts";
import { FluxionError } from "../expression/error.ts";
import { describe } from "../expression/expression.ts";
import { type Activation, activation, type LinearParameters, linear } from "./layers.ts";
import { arrayRead } from "./signal.ts";

/** A model as formulas: what is computed of the data, and which arrays are learnt. */
export interface Network {
  /** One definition a layer and one an activation; the last is the output. */
  readonly definitions: Definitions;
  /** The readings of what is learnt, such as `W1[j,k]`. */
  readonly parameters: readonly string[];
  /** Those of the parameters that are no biases. */
  readonly weights: readonly string[];
  /** How many values the indices of the layers take. */
  readonly extents: ReadonlyMap<string, number>;
}

/** The sizes of a network's layers, from its features to its outputs, and what is applied to each but the first. */
export interface NetworkOptions {
  readonly layers: readonly number[];
  /** One for all hidden layers, whose output layer then has none, or a list of one for each layer. */
  readonly activations?: Activation | readonly Activation[];
}

/**
 * A multilayer perceptron over the samples `x[n,j]`. `mlp({ layers: [784, 200, 10], activations: "relu" })` is
 *
 *     a1[n,k] = sum(j, x[n,j] * W1[j,k]) + b1[k]
 *     h1[n,k] = relu(a1[n,k])
 *     z[n,c] = sum(k, h1[n,k] * W2[k,c]) + b2[c]
 *
 * A layer of one output at the end has no index for it: `z[n]`, with the weights `w2[k]` and the bias `b2`. Several hidden layers
 * have the indices `k1`, `k2`, … Throws `bad-option` for sizes that are no positive integers or fewer than two, and for
 * a list of activations of another length than there are layers; `unknown-function` for an activation that is none.
 */
export function mlp({ layers, activations = "tanh" }: NetworkOptions): Network {
  if (!Array.isArray(layers) || layers.length < 2) {
    throw new FluxionError("bad-option", "layers are at least two sizes, such as [784, 200, 10]");
  }
  const [features = 0, ...rest] = layers.map(size => positiveInteger("the size of a layer", size));
  const [hidden, outputs] = [rest.slice(0, -1), rest.at(-1) ?? 1];
  const network = perceptron(hidden, outputs === 1, activationsOf(activations, layers.length - 1), "z");
  const extents = new Map([["j", features], ...network.extents]);
  return { ...network, extents: outputs === 1 ? extents : extents.set("c", outputs) };
}

/** The same with only its hidden layers' sizes known, and a name for its output. */
export function perceptron(
  hidden: readonly number[],
  isScalar: boolean,
  activations: readonly Activation[],
  output: string,
): Network {
  const inner = hidden.map((_, i) => (hidden.length === 1 ? "k" : `k${i + 1}`));
  const indices = ["j", ...inner, isScalar ? "" : "c"];
  const definitions: Definition[] = [];
  const arrays: Required<LinearParameters>[] = [];
  let signal: Definition | undefined;
  for (const [i, kind] of activations.entries()) {
    const isLast = i === hidden.length;
    const [from = "", to = ""] = indices.slice(i, i + 2);
    const layer = arraysOf(i + 1, from, to);
    arrays.push(layer);
    const named = (name: string): string => (to === "" ? `${name}[n]` : `${name}[n,${to}]`);
    const sums = linear(signal ?? arrayRead("x[n,j]"), layer);
    if (kind === "identity") {
      signal = define(named(isLast ? output : `h${i + 1}`), sums);
    } else {
      const affine = define(named(`a${i + 1}`), sums);
      definitions.push(affine);
      signal = define(named(isLast ? output : `h${i + 1}`), activation(affine, kind));
    }
    definitions.push(signal);
  }
  return {
    definitions,
    parameters: arrays.flatMap(({ weights, bias }) => [weights, bias]),
    weights: arrays.map(({ weights }) => weights),
    extents: new Map(inner.map((name, i) => [name, hidden[i] ?? 0])),
  };
}

/** The number. Throws `bad-option`, which names `what` it is, if it is no positive integer. */
export function positiveInteger(what: string, value: number): number {
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new FluxionError("bad-option", `${what} is a positive integer, got ${numeral(value)}`);
}

/** What came where a number was wanted. */
export const numeral = (value: unknown): string => (typeof value === "number" ? String(value) : describe(value));

// Weights of one output are a vector, and named as one.
const arraysOf = (layer: number, from: string, to: string): Required<LinearParameters> =>
  to === ""
    ? { weights: `w${layer}[${from}]`, bias: `b${layer}` }
    : { weights: `W${layer}[${from},${to}]`, bias: `b${layer}[${to}]` };

function activationsOf(activations: Activation | readonly Activation[], layers: number): readonly Activation[] {
  if (typeof activations === "string" || typeof activations === "function") {
    return [...Array.from({ length: layers - 1 }, () => activations), "identity"];
  }
  if (Array.isArray(activations) && activations.length === layers) return activations;
  const got = Array.isArray(activations) ? activations.length : describe(activations);
  throw new FluxionError(
    "bad-option",
    `activations are one, or a list of one for each of ${layers} layers, got ${got}`,
  );
}
