import { FluxionError } from "../expression/error.ts";
import { describe, type Expr, extent } from "../expression/expression.ts";
import { add, div, max, mul, mulAll, pow, sqrt, sub } from "../expression/functions.ts";
import { sum } from "../expression/reductions.ts";
import { checkIndex } from "./layers.ts";
import type { Updates } from "./optimisers.ts";
import { checkRange, checkShare } from "./options.ts";
import { arrayRead, readingText, type Signal, signalOf } from "./signal.ts";

/** Whose statistics normalise: those of the batch, over the index of its samples, or given ones, such as running ones. */
export type Statistics =
  | { readonly over: string | readonly string[] }
  | { readonly mean: string | Signal; readonly variance: string | Signal };

/** The arrays of a batch normalisation, under the indices that they are read with: `{ gain: "g1[k]", bias: "b1[k]" }`. */
export interface BatchNormParameters {
  /** What is multiplied with; begins as ones. */
  readonly gain?: string;
  /** What is added; begins as zeros. */
  readonly bias?: string;
  /** What is added to the variance: 1e-5 unless said. */
  readonly epsilon?: number;
}

/**
 * Batch normalisation, `gain * (x - mean) / sqrt(variance + epsilon) + bias` (S. Ioffe and C. Szegedy, Batch Normalization:
 * Accelerating Deep Network Training by Reducing Internal Covariate Shift, 2015, algorithm 1). In training the statistics are
 * those of the batch, `{ over: "n" }`; in evaluation they are given, `{ mean: "mean1[k]", variance: "variance1[k]" }`.
 *
 * Throws `bad-index` if `x` has not the index of the samples, or if an array has one that `x` has not.
 */
export function batchNorm(
  x: Signal,
  { gain, bias, epsilon = 1e-5, ...statistics }: Statistics & BatchNormParameters,
): Expr {
  checkRange("epsilon", epsilon);
  const input = signalOf(x);
  const { mean, variance } =
    "over" in statistics
      ? batchStatistics(input, statistics.over)
      : { mean: readFor(input, statistics.mean), variance: readFor(input, statistics.variance) };
  const scaled = div(sub(input, mean), sqrt(add(variance, epsilon)));
  const stretched = gain === undefined ? scaled : mul(readFor(input, gain), scaled);
  return bias === undefined ? stretched : add(stretched, readFor(input, bias));
}

/**
 * The mean of a batch, and the mean of the squared distances from it: over the index of the samples, or over several.
 * Throws `bad-index` if `x` has not all of them.
 */
export function batchStatistics(
  x: Signal,
  over: string | readonly string[],
): { readonly mean: Expr; readonly variance: Expr } {
  const input = signalOf(x);
  const mean = meanOver(input, indicesOf(input, over));
  return { mean, variance: varianceAround(input, mean, over) };
}

/** The mean over the batch of the squared distances from a mean, such as a definition that holds it. Throws as above. */
export function varianceAround(x: Signal, mean: Signal, over: string | readonly string[]): Expr {
  const input = signalOf(x);
  return meanOver(pow(sub(input, signalOf(mean)), 2), indicesOf(input, over));
}

/** The arrays of running statistics, and how they follow those of the batches. */
export interface RunningOptions {
  readonly over: string | readonly string[];
  /** The reading of the running mean, such as `"mean1[k]"`; begins as zeros. */
  readonly mean: string;
  /** The reading of the running variance; begins as ones. */
  readonly variance: string;
  /** The part that a batch has in the average: 0.1 unless said. */
  readonly momentum?: number;
  /** The statistics of the batch, where definitions hold them; computed of `x` unless said. */
  readonly batch?: { readonly mean: Signal; readonly variance: Signal };
}

/**
 * What a step makes of running statistics: `mean ← (1 - momentum) * mean + momentum * batch mean`, the variance alike. The
 * variance is that of the population, which is estimated by `n / (n - 1)` times the batch's. Throws as `batchNorm` does.
 */
export function runningStatistics(x: Signal, options: RunningOptions): Updates {
  const { over, momentum = 0.1 } = options;
  checkShare("momentum", momentum);
  const input = signalOf(x);
  const batch = options.batch ?? batchStatistics(input, over);
  const count = mulAll(indicesOf(input, over).map(extent));
  // A batch of one sample has the variance 0, and tells nothing of the population's.
  const unbiased = mul(div(count, max(sub(count, 1), 1)), signalOf(batch.variance));
  const following = (text: string, next: Expr): readonly [string, Expr] => {
    const array = arrayRead(text);
    return [readingText(array), add(mul(sub(1, momentum), array), mul(momentum, next))];
  };
  return Object.fromEntries([following(options.mean, signalOf(batch.mean)), following(options.variance, unbiased)]);
}

function indicesOf(input: Expr, over: string | readonly string[]): readonly string[] {
  const indices = typeof over === "string" ? [over] : over;
  if (!Array.isArray(indices) || indices.length === 0) {
    throw new FluxionError("bad-option", `over is the index of the samples, such as "n", got ${describe(over)}`);
  }
  for (const index of indices) checkIndex(input, index);
  return indices;
}

const meanOver = (e: Expr, indices: readonly string[]): Expr =>
  div(
    indices.reduceRight<Expr>((body, index) => sum(index, body), e),
    mulAll(indices.map(extent)),
  );

// A text is read as an array; it must not bring an index of its own.
function readFor(input: Expr, what: string | Signal): Expr {
  const array = typeof what === "string" ? arrayRead(what) : signalOf(what);
  const foreign = array.freeIndices.filter(index => !input.freeIndices.includes(index));
  if (foreign.length === 0) return array;
  throw new FluxionError("bad-index", `${array} has the index ${foreign.join(", ")}, which what is normalised has not`);
}
