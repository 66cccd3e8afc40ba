import type { ComputedArray } from "../evaluate.ts";
import type { Samples } from "./data.ts";
import type { FitOptions } from "./descent.ts";
import { Estimator } from "./estimator.ts";
import { mlpClassification } from "./formulas.ts";
import { positiveInteger } from "./options.ts";
import {
  checkedActivations,
  checkedLayers,
  checkedPenalty,
  type LayerOptions,
  type PenaltyOptions,
} from "./regressors.ts";

/** What a classifier may be told of its classes. */
export interface ClassOptions {
  /** How many there are; unless said, as many as the greatest label of the fit tells. */
  readonly classes?: number;
}

/**
 * A multilayer perceptron with a softmax over the classes, fitted to labels by their negative log-likelihood. Labels are integers
 * from 0 on. Its score is the share of samples whose class it predicts.
 */
export class MLPClassifier extends Estimator {
  constructor(options: FitOptions & PenaltyOptions & LayerOptions & ClassOptions = {}) {
    const { hiddenLayers, activation, penalty = 0, classes, ...rest } = options;
    if (classes !== undefined) positiveInteger("the number of classes", classes);
    const layers = checkedLayers(hiddenLayers);
    const activations = checkedActivations(activation, layers);
    super(mlpClassification(layers, activations, checkedPenalty(penalty), classes), rest);
  }

  /** The class of each sample: the first of those that are most probable. Throws as `compute` does. */
  predict(X: Samples): Int32Array {
    return Int32Array.from(this.compute("class", X).data);
  }

  /** The probability of each class for each sample. Throws as `compute` does. */
  predictProbabilities(X: Samples): ComputedArray {
    return this.compute("prediction", X);
  }
}
