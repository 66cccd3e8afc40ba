// So that formulas show themselves as text, also to those who import nothing else.
import "../print/text.ts";

export { type Standardiser, standardise } from "../data/standardise.ts";
export {
  type BatchNormParameters,
  batchNorm,
  batchStatistics,
  type RunningOptions,
  runningStatistics,
  type Statistics,
} from "./batch-norm.ts";
export { type ClassOptions, MLPClassifier } from "./classifier.ts";
export type { Arrays } from "./computation.ts";
export type { Samples, Targets } from "./data.ts";
export { type FitOptions, printReport, type Report } from "./descent.ts";
export { type DropoutOptions, dropout, fillMask } from "./dropout.ts";
export { Estimator } from "./estimator.ts";
export { type Evaluation, type EvaluationOptions, evaluateModel } from "./evaluate-model.ts";
export type { ModelFormulas, TargetKind } from "./formulas.ts";
export { glorotNormal, glorotUniform, heNormal, heUniform, ones, zeros } from "./initialisers.ts";
export { type Activation, activation, type LinearParameters, linear, softmax } from "./layers.ts";
export {
  type BernoulliOptions,
  bernoulliLoss,
  type CategoricalTarget,
  categoricalLoss,
  type LossOptions,
  l2Penalty,
  squaredError,
} from "./losses.ts";
export {
  type ClassifierOptions,
  classifier,
  type Model,
  type ModelOptions,
  regressor,
  type TrainedModel,
} from "./model.ts";
export { initialArrays, mlp, type NetworkOptions } from "./network.ts";
export {
  type AdamOptions,
  adam,
  adamW,
  type DecayOptions,
  type MomentumOptions,
  momentum,
  nesterov,
  type Optimiser,
  type OptimiserContext,
  type RmsPropOptions,
  rmsProp,
  sgd,
  type Updates,
} from "./optimisers.ts";
export type { BatchNormOptions, LayerExtras, Mask, Network } from "./perceptron.ts";
export { type Initialiser, normal, type Random, randomStream, shuffle } from "./random.ts";
export { constantRate, cosineDecay, type Rate, type RateSchedule, stepDecay, warmUp } from "./rates.ts";
export {
  type LayerOptions,
  LinearRegression,
  MLPRegressor,
  type PenaltyOptions,
  RidgeRegression,
} from "./regressors.ts";
export { loadModel, saveModel } from "./saved-model.ts";
export { loadTrainingState, saveTrainingState } from "./saved-state.ts";
export type { Signal } from "./signal.ts";
export { type Learnt, type TrainingStep, trainingStep } from "./step.ts";
export type { Augment } from "./stepper.ts";
export type { TrainingData } from "./supervised.ts";
export { type Training, train } from "./train.ts";
export type { TrainingView, TrainOptions } from "./train-options.ts";
export {
  type BestEpoch,
  type EpochReport,
  type History,
  type Metrics,
  type StepReport,
  type TrainedArrays,
  TrainingError,
  type TrainingState,
} from "./training-state.ts";
