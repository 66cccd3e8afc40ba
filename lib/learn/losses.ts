import { FluxionError } from "../expression/error.ts";
import { describe, type Expr, extent, type Operand } from "../expression/expression.ts";
import { add, addAll, clip, div, log, mul, mulAll, neg, pow, softplus, sub } from "../expression/functions.ts";
import { readingOf, renameIndices } from "../expression/indices.ts";
import { logsumexp, sum } from "../expression/reductions.ts";
import { checkIndex } from "./layers.ts";
import { checkRange, numeral } from "./options.ts";
import { arrayRead, type Signal, signalOf } from "./signal.ts";

/** What is made of the losses of samples. */
export interface LossOptions {
  /** Their mean or their sum over all indices; unless said, each stays one of its own, as `loss[n]`. */
  readonly reduction?: "mean" | "sum";
}

/** The squared error of each prediction, without a factor: `(p[n] - y[n])^2`. Throws `bad-option` for another reduction. */
export const squaredError = (prediction: Signal, target: Signal, options: LossOptions = {}): Expr =>
  reduced(pow(sub(signalOf(prediction), signalOf(target)), 2), options);

/** What a Bernoulli loss is computed from: the probability of the label 1, or its logit. */
export interface BernoulliOptions extends LossOptions {
  readonly from?: "logits" | "probabilities";
  /** How near probabilities may come to 0 and 1, beyond which they are clipped: 1e-15 unless said, 0 for not at all. */
  readonly clip?: number;
}

/**
 * The negative log-likelihood of each label `y`, which is 0 or 1 or a probability between. From logits `z`, which is the
 * default, `softplus(z) - y * z`, which never overflows; from probabilities `g` it is `-(y * log(g) + (1 - y) * log(1 - g))`,
 * whose derivative is `(g - y) / (g * (1 - g))`, and 0 where `g` is clipped. Throws `bad-option` for options that are none.
 */
export function bernoulliLoss(signal: Signal, label: Signal, options: BernoulliOptions = {}): Expr {
  const { from = "logits", clip: margin = 1e-15 } = options;
  const [x, y] = [signalOf(signal), signalOf(label)];
  if (from === "logits") return reduced(sub(softplus(x), mul(y, x)), options);
  if (from === "probabilities") {
    checkRange("clip", margin);
    const g = margin === 0 ? x : clip(x, margin, 1 - margin);
    return reduced(neg(add(mul(y, log(g)), mul(sub(1, y), log(sub(1, g))))), options);
  }
  throw new FluxionError(
    "bad-option",
    `a Bernoulli loss is from "logits" or from "probabilities", got ${String(from)}`,
  );
}

/** What a categorical loss compares with: an array of integers, or of a probability for each class. */
export type CategoricalTarget = { readonly labels: string } | { readonly targets: Signal };

/**
 * The negative log-likelihood of each sample under the softmax of its scores over the index `over`. Of labels,
 * `{ labels: "label[n]" }`, which are integers from 0 on, it is `logsumexp(c, z[n,c]) - z[n,label[n]]`; of
 * probabilities, `{ targets: variable("T", "n", "c") }`, it is the cross-entropy.
 *
 * Throws `bad-index` if the scores have not that index, `bad-option` for another reduction.
 */
export function categoricalLoss(scores: Signal, over: string, target: CategoricalTarget & LossOptions): Expr {
  const z = signalOf(scores);
  checkIndex(z, over);
  if ("labels" in target) {
    const ofLabel = renameIndices(z, new Map([[over, arrayRead(target.labels)]]));
    return reduced(sub(logsumexp(over, z), ofLabel), target);
  }
  const weights = signalOf(target.targets);
  checkIndex(weights, over);
  return reduced(sum(over, mul(weights, sub(logsumexp(over, z), z))), target);
}

/**
 * `rate` times the sum of the squares of all elements of arrays, `l2Penalty(0.1, ["W1[j,k]", "w2[k]"])`, or of the weights of
 * a network, whose biases are exempt. Throws `bad-option` for what is neither.
 */
export function l2Penalty(rate: Operand, arrays: readonly string[] | { readonly weights: readonly string[] }): Expr {
  const readings = isListed(arrays) ? arrays : arrays?.weights;
  if (!isListed(readings)) {
    throw new FluxionError("bad-option", `a penalty is on a list of readings or a network, got ${describe(arrays)}`);
  }
  const squares = readings.map(text =>
    (readingOf(text).axes ?? []).reduceRight<Expr>((body, axis) => sum(axis, body), pow(arrayRead(text), 2)),
  );
  return mul(rate, addAll(squares));
}

const isListed = (arrays: unknown): arrays is readonly string[] => Array.isArray(arrays);

/** The losses as the options want them: over all indices together, so that the mean has one divisor. */
function reduced(losses: Expr, { reduction }: LossOptions): Expr {
  if (reduction === undefined) return losses;
  const { freeIndices } = losses;
  const total = freeIndices.reduceRight<Expr>((body, index) => sum(index, body), losses);
  if (reduction === "sum") return total;
  if (reduction === "mean") return freeIndices.length === 0 ? total : div(total, mulAll(freeIndices.map(extent)));
  throw new FluxionError("bad-option", `a reduction is "mean" or "sum", got ${numeral(reduction)}`);
}
