import { FluxionError } from "../expression/error.ts";
import { describe } from "../expression/expression.ts";
import { readingOf } from "../expression/indices.ts";
import type { Arrays } from "./computation.ts";
import { ones, zeros } from "./initialisers.ts";
import type { Activation } from "./layers.ts";
import { positiveInteger } from "./options.ts";
import { type LayerExtras, type Network, perceptron } from "./perceptron.ts";
import type { Initialiser, Random } from "./random.ts";

/** The sizes of a network's layers, from its features to its outputs, and what is applied to each but the first. */
export interface NetworkOptions extends LayerExtras {
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
 * have the indices `k1`, `k2`, … With `batchNorm` there are `mean1[k]`, `variance1[k]` and `norm1[n,k]` before `h1[n,k]`, the
 * gain is `g1[k]`, and the running statistics are `runningMean1[k]` and `runningVariance1[k]`; with `dropout` there is
 * `drop1[n,k]` after it, and the mask is `mask1[n,k]`.
 *
 * Throws `bad-option` for sizes that are no positive integers or fewer than two, for a list of activations of another length
 * than there are layers, and for extras that are none; `unknown-function` for an activation that is none.
 */
export function mlp({ layers, activations = "tanh", ...extras }: NetworkOptions): Network {
  if (!Array.isArray(layers) || layers.length < 2) {
    throw new FluxionError("bad-option", "layers are at least two sizes, such as [784, 200, 10]");
  }
  checkExtras(extras);
  const [features = 0, ...rest] = layers.map(size => positiveInteger("the size of a layer", size));
  const [hidden, outputs] = [rest.slice(0, -1), rest.at(-1) ?? 1];
  const network = perceptron(hidden, outputs === 1, activationsOf(activations, layers.length - 1), "z", extras);
  const extents = new Map([["j", features], ...network.extents]);
  return { ...network, extents: outputs === 1 ? extents : extents.set("c", outputs) };
}

/** What tells how the arrays of a network begin. */
export type Beginning = Pick<Network, "parameters" | "weights" | "updates" | "ones" | "extents">;

/**
 * The arrays that a network begins with, by name: its weights as `draw` draws them, one after another, gains and running
 * variances as ones, biases and running means as zeros. Throws `extent` where the size of an axis is not known.
 */
export function initialArrays(network: Beginning, draw: Initialiser, random: Random): Arrays {
  const [isDrawn, isOne] = [new Set(network.weights), new Set(network.ones)];
  const readings = [...network.parameters, ...Object.keys(network.updates)];
  return new Map(
    readings.map(text => {
      const { name, axes = [] } = readingOf(text);
      const shape = axes.map(axis => extentOf(network, axis, text));
      const initialiser = isDrawn.has(text) ? draw : isOne.has(text) ? ones : zeros;
      return [name, { shape, data: initialiser(shape, random) }];
    }),
  );
}

function extentOf({ extents }: Beginning, axis: string, text: string): number {
  const extent = extents.get(axis);
  if (extent !== undefined) return extent;
  throw new FluxionError("extent", `the network does not say how many values ${axis} takes in ${text}`);
}

// Sizes and shares are checked where they are used; what is no option at all would go unseen.
function checkExtras({ batchNorm = false, dropout = { keep: 1 } }: LayerExtras): void {
  if (typeof batchNorm !== "boolean" && (typeof batchNorm !== "object" || batchNorm === null)) {
    throw new FluxionError("bad-option", `batchNorm is true, false or its options, got ${describe(batchNorm)}`);
  }
  if (typeof dropout !== "object" || dropout === null) {
    throw new FluxionError("bad-option", `dropout is { keep: 0.8 } or another share, got ${describe(dropout)}`);
  }
}

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
