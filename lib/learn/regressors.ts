import { FluxionError } from "../expression/error.ts";
import type { Samples } from "./data.ts";
import type { FitOptions } from "./descent.ts";
import { Estimator } from "./estimator.ts";
import { linearRegression, mlpRegression } from "./formulas.ts";
import type { Activation } from "./layers.ts";
import { checkRange, numeral, positiveInteger } from "./options.ts";

/** A penalty on large weights: this number times the sum of their squares. Biases are free of it. */
export interface PenaltyOptions {
  readonly penalty?: number;
}

/** The hidden layers of a multilayer perceptron. */
export interface LayerOptions {
  /** Their sizes, from the first on; `[10]` unless said. */
  readonly hiddenLayers?: readonly number[];
  /** What is applied to their outputs, tanh unless said; or a list of one for each. */
  readonly activation?: Activation | readonly Activation[];
}

/** A model of a number. Its score is the coefficient of determination, R². */
abstract class Regressor extends Estimator {
  /** One number for each sample. Throws `not-fitted` before the first fit, `bad-value` for samples of another width. */
  predict(X: Samples): Float64Array {
    return this.compute("prediction", X).data;
  }
}

/** Least squares: `prediction[n] = sum(j, x[n,j] * w[j]) + b`, fitted by gradient descent. */
export class LinearRegression extends Regressor {
  constructor(options: FitOptions = {}) {
    super(linearRegression(0), options);
  }
}

/** Least squares with the penalty `penalty * sum(j, w[j]^2)`, of the weight 1 unless said, in the objective of each sample. */
export class RidgeRegression extends Regressor {
  constructor({ penalty = 1, ...options }: FitOptions & PenaltyOptions = {}) {
    super(linearRegression(checkedPenalty(penalty)), options);
  }
}

/** A multilayer perceptron of one output, fitted to squared errors. */
export class MLPRegressor extends Regressor {
  constructor({ hiddenLayers, activation, penalty = 0, ...options }: FitOptions & PenaltyOptions & LayerOptions = {}) {
    const layers = checkedLayers(hiddenLayers);
    super(mlpRegression(layers, checkedActivations(activation, layers), checkedPenalty(penalty)), options);
  }
}

/** Throws `bad-option` unless the penalty is a number from 0 on. */
export function checkedPenalty(penalty: number): number {
  checkRange("penalty", penalty);
  return penalty;
}

/** Throws `bad-option` unless all sizes are positive integers. */
export function checkedLayers(sizes: readonly number[] = [10]): readonly number[] {
  if (!Array.isArray(sizes)) {
    throw new FluxionError("bad-option", `hiddenLayers is a list of sizes, such as [10], got ${numeral(sizes)}`);
  }
  return sizes.map(size => positiveInteger("the size of a hidden layer", size));
}

/** The activation of each layer, of which the last has none. Throws `bad-option` for a list of another length. */
export function checkedActivations(
  activation: LayerOptions["activation"] = "tanh",
  hidden: readonly number[],
): readonly Activation[] {
  if (typeof activation === "string" || typeof activation === "function") {
    return [...hidden.map(() => activation), "identity"];
  }
  if (Array.isArray(activation) && activation.length === hidden.length) return [...activation, "identity"];
  throw new FluxionError(
    "bad-option",
    `activation is one for all hidden layers, or a list of one for each; there are ${hidden.length} of them`,
  );
}
