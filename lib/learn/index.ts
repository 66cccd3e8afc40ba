// So that formulas show themselves as text, also to those who import nothing else.
import "../print/text.ts";

export { type ClassOptions, MLPClassifier } from "./classifier.ts";
export type { Arrays } from "./computation.ts";
export type { Samples, Targets } from "./data.ts";
export { type FitOptions, printReport, type Report } from "./descent.ts";
export { Estimator } from "./estimator.ts";
export type { ModelFormulas, TargetKind } from "./formulas.ts";
export { type Activation, activation, type LinearParameters, linear, softmax } from "./layers.ts";
export {
  type BernoulliOptions,
  bernoulliLoss,
  type CategoricalTarget,
  categoricalLoss,
  l2Penalty,
  squaredError,
} from "./losses.ts";
export { mlp, type Network, type NetworkOptions } from "./network.ts";
export { type Optimiser, sgd, type Updates } from "./optimisers.ts";
export { type Initialiser, normal, type Random, randomStream, shuffle } from "./random.ts";
export {
  type LayerOptions,
  LinearRegression,
  MLPRegressor,
  type PenaltyOptions,
  RidgeRegression,
} from "./regressors.ts";
export type { Signal } from "./signal.ts";
export { type TrainingStep, trainingStep } from "./step.ts";
