import { FluxionError } from "../expression/error.ts";
import type { Expr, Operand } from "../expression/expression.ts";
import { add, addAll, log, mul, neg, pow, softplus, sub } from "../expression/functions.ts";
import { readingOf, renameIndices } from "../expression/indices.ts";
import { logsumexp, sum } from "../expression/reductions.ts";
import { checkIndex } from "./layers.ts";
import { arrayRead, type Signal, signalOf } from "./signal.ts";

/** The squared error of each prediction, without a factor: `(p[n] - y[n])^2`. `mean("n", …)` makes a loss of it. */
export const squaredError = (prediction: Signal, target: Signal): Expr =>
  pow(sub(signalOf(prediction), signalOf(target)), 2);

/** What a Bernoulli loss is computed from: the probability of the label 1, or its logit. */
export interface BernoulliOptions {
  readonly from?: "logits" | "probabilities";
}

/**
 * The negative log-likelihood of each label `y`, which is 0 or 1 or a probability between. From logits `z`, which is the
 * default, `softplus(z) - y * z`, which never overflows; from probabilities `g` it is `-(y * log(g) + (1 - y) * log(1 - g))`,
 * whose derivative is `(g - y) / (g * (1 - g))`.
 */
export function bernoulliLoss(signal: Signal, label: Signal, { from = "logits" }: BernoulliOptions = {}): Expr {
  const [x, y] = [signalOf(signal), signalOf(label)];
  if (from === "logits") return sub(softplus(x), mul(y, x));
  if (from === "probabilities") return neg(add(mul(y, log(x)), mul(sub(1, y), log(sub(1, x)))));
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
 * Throws `bad-index` if the scores have not that index.
 */
export function categoricalLoss(scores: Signal, over: string, target: CategoricalTarget): Expr {
  const z = signalOf(scores);
  checkIndex(z, over);
  if ("labels" in target) return sub(logsumexp(over, z), renameIndices(z, new Map([[over, arrayRead(target.labels)]])));
  const weights = signalOf(target.targets);
  checkIndex(weights, over);
  return sum(over, mul(weights, sub(logsumexp(over, z), z)));
}

/** `rate` times the sum of the squares of all elements of arrays: `l2Penalty(0.1, ["W1[j,k]", "w2[k]"])`. */
export function l2Penalty(rate: Operand, arrays: readonly string[]): Expr {
  const squares = arrays.map(text =>
    (readingOf(text).axes ?? []).reduceRight<Expr>((body, axis) => sum(axis, body), pow(arrayRead(text), 2)),
  );
  return mul(rate, addAll(squares));
}
