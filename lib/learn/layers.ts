import { FluxionError } from "../expression/error.ts";
import { asExpr, call, describe, type Expr, type Operand } from "../expression/expression.ts";
import { add, exp, functions, mul, sub } from "../expression/functions.ts";
import { readingOf } from "../expression/indices.ts";
import { suggestion } from "../expression/nearest.ts";
import { logsumexp, sum } from "../expression/reductions.ts";
import { arrayRead, type Signal, signalOf } from "./signal.ts";

/** The arrays of a linear layer, under the indices that they are read with: `{ weights: "W1[j,k]", bias: "b1[k]" }`. */
export interface LinearParameters {
  readonly weights: string;
  readonly bias?: string;
}

/**
 * A linear layer: `x` times the weights, summed over the indices that both have, plus the bias. Of `x[n,j]` and `W[j,k]` it
 * is `sum(j, x[n,j] * W[j,k]) + b[k]`; with `w[j]` and `b` there is one output a sample.
 *
 * Throws `bad-index` if the weights share no index with `x`, or if the bias has one that the sum has not.
 */
export function linear(x: Signal, { weights, bias }: LinearParameters): Expr {
  const input = signalOf(x);
  const { axes = [] } = readingOf(weights);
  const shared = axes.filter(axis => input.freeIndices.includes(axis));
  if (shared.length === 0) {
    throw new FluxionError(
      "bad-index",
      `the weights ${weights} share no index with what they weigh, which has ${listOf(input.freeIndices)}`,
    );
  }
  const total = shared.reduceRight<Expr>((body, axis) => sum(axis, body), mul(input, arrayRead(weights)));
  if (bias === undefined) return total;
  const offset = arrayRead(bias);
  const foreign = offset.freeIndices.filter(axis => !total.freeIndices.includes(axis));
  if (foreign.length === 0) return add(total, offset);
  throw new FluxionError(
    "bad-index",
    `the bias ${bias} has ${listOf(foreign)}, the layer that it belongs to ${listOf(total.freeIndices)}`,
  );
}

/** What is applied to each output of a layer: a function of one argument of the table, by name; `identity`; or one's own. */
export type Activation = string | ((x: Expr) => Operand);

/** The activation of a layer's output. Throws `unknown-function` for a name that is no function of one argument. */
export function activation(x: Signal, kind: Activation): Expr {
  return asExpr(functionOf(kind)(signalOf(x)));
}

/**
 * Probabilities in proportion to `exp(z)` over all values of an index. They are written so that nothing overflows:
 * `exp(z[n,c] - logsumexp(c, z[n,c]))`. Throws `bad-index` if `z` has not that index.
 */
export function softmax(z: Signal, over: string): Expr {
  const scores = signalOf(z);
  checkIndex(scores, over);
  return exp(sub(scores, logsumexp(over, scores)));
}

/** Throws `bad-index` unless `e` has the free index `over`. */
export function checkIndex(e: Expr, over: string): void {
  if (e.freeIndices.includes(over)) return;
  throw new FluxionError("bad-index", `${over} is to be summed over, but there is only ${listOf(e.freeIndices)}`);
}

/** The activation as a function. Throws as `activation` does. */
export function functionOf(kind: Activation): (x: Expr) => Operand {
  if (typeof kind === "function") return kind;
  if (kind === "identity") return x => x;
  const row = functions.get(kind);
  if (row?.arity === 1) return x => call(row, [x]);
  const known = ["identity", ...[...functions.values()].filter(({ arity }) => arity === 1).map(({ name }) => name)];
  const [got, meant] = typeof kind === "string" ? [kind, suggestion(kind, known)] : [describe(kind), ""];
  throw new FluxionError("unknown-function", `${got} is no activation, which is a function of one argument${meant}`);
}

const listOf = (names: readonly string[]): string =>
  names.length === 0 ? "no index" : `the ${names.length === 1 ? "index" : "indices"} ${names.join(", ")}`;
