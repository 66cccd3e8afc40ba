import type { Scales } from "../data/standardise.ts";
import { type Definitions, define } from "../expression/definition.ts";
import { FluxionError } from "../expression/error.ts";
import { describe, type Expr, extent, variable } from "../expression/expression.ts";
import { add, conditional, equal, greater, sigmoid } from "../expression/functions.ts";
import { readingOf } from "../expression/indices.ts";
import { maximum, mean, minimum } from "../expression/reductions.ts";
import type { FlatArray } from "../expression/values.ts";
import type { Arrays } from "./computation.ts";
import { softmax } from "./layers.ts";
import { type BernoulliOptions, bernoulliLoss, categoricalLoss, l2Penalty, squaredError } from "./losses.ts";
import { checkRange } from "./options.ts";
import type { Mask, Network } from "./perceptron.ts";
import { rowNumbers } from "./random.ts";
import { arrayRead, signalOf } from "./signal.ts";
import type { Learnt } from "./step.ts";

/**
 * What `train` trains: formulas over the samples of a batch, from what is known of them to a definition `loss`, their mean.
 * A definition `accuracy` is told beside it. Any list of definitions will do; `classifier` and `regressor` make one of a network.
 */
export interface Model extends Learnt {
  /** What training computes; the last is what is made small. */
  readonly definitions: Definitions;
  /** What evaluation computes, `loss` too: the same unless said. */
  readonly evaluation?: Definitions;
  /** The reading of the inputs of a sample, whose first index is that of the samples: `x[n,j]`. */
  readonly input: string;
  /** The reading of what is known of it, such as `label[n]` or `y[n]`; none, where there is nothing to compare with. */
  readonly target?: string;
  /** The names of the classes, where targets are labels: integers that are positions in this list. */
  readonly classes?: readonly string[];
  /** The masks that training fills before each step. */
  readonly masks?: readonly Mask[];
  /** The readings of parameters and running statistics that begin as ones. Weights are drawn, all else begins as zeros. */
  readonly ones?: readonly string[];
  /** How many values indices take, where the data do not tell. */
  readonly extents?: ReadonlyMap<string, number>;
  /** What the formulas read that never changes. */
  readonly constants?: Arrays;
  /** The change of scale that inputs go through before they are read: what `standardise` found. */
  readonly scales?: Scales;
}

/** A model and the values of what it learnt: parameters and running statistics. */
export interface TrainedModel {
  readonly model: Model;
  readonly arrays: Arrays;
}

/** What a network's outputs are made into. */
export interface ModelOptions {
  /** This times the sum of the squares of all weights is added to what is made small, not to the loss; 0 unless said. */
  readonly penalty?: number;
  /** See `Model`. */
  readonly scales?: Scales;
}

/** What a classifier is told of its classes and outputs. */
export interface ClassifierOptions extends ModelOptions, Pick<BernoulliOptions, "from"> {
  /** Their names; "0", "1", … unless said. */
  readonly classes?: readonly string[];
}

/**
 * A network of a score for each class, `z[n,c]`, or of one output `z[n]`, the logit of the class 1 or, with `from:
 * "probabilities"`, its probability. The loss is the mean negative log-likelihood of `label[n]`; `prediction` is the probability
 * of each class, or of the class 1, and `class[n]` the most probable one, of equals the first.
 *
 * Throws `bad-option` for another number of classes than the network has, and for outputs of other axes.
 */
export function classifier(network: Network, options: ClassifierOptions = {}): Model {
  const { name = "", axes = [] } = network.definitions.at(-1) ?? {};
  const [sample = "", over] = axes;
  if (axes.length !== 1 && axes.length !== 2) {
    throw new FluxionError("bad-option", `the outputs of a classifier are z[n,c] or z[n], not ${name}[${axes}]`);
  }
  const z = variable(name, ...axes);
  const scored = over === undefined ? ofLogit(z, sample, options) : ofScores(z, sample, over);
  const count = over === undefined ? 2 : network.extents.get(over);
  const classes = options.classes ?? Array.from({ length: count ?? 0 }, (_, label) => String(label));
  if (count !== undefined && classes.length !== count) {
    throw new FluxionError(
      "bad-option",
      `the network tells ${count} classes apart, but there are ${classes.length} names`,
    );
  }
  const positions = over === undefined ? {} : { constants: new Map([["position", positionsOf(classes.length)]]) };
  return { ...modelOf(network, scored, options), target: `label[${sample}]`, classes, ...positions };
}

/**
 * A network of numbers, `z[n]` or `z[n,c]`, under the mean squared error from `y[n]` or `y[n,c]`; `prediction` is its output.
 */
export function regressor(network: Network, options: ModelOptions = {}): Model {
  const { name = "", axes = [] } = network.definitions.at(-1) ?? {};
  const target = `y[${axes}]`;
  const z = variable(name, ...axes);
  const scored = [
    define(`prediction[${axes}]`, z),
    define("loss", squaredError(z, arrayRead(target), { reduction: "mean" })),
  ];
  return { ...modelOf(network, scored, options), target };
}

/**
 * The model itself. Throws `bad-option` where it has no definition `loss` without indices, where its input names no index of
 * the samples, or where it drops out and does not say what evaluation computes.
 */
export function checkedModel(model: Model): Model {
  if (typeof model !== "object" || model === null || !Array.isArray(model.definitions)) {
    throw new FluxionError(
      "bad-option",
      `a model is what classifier or regressor make, or such, got ${describe(model)}`,
    );
  }
  const { definitions, evaluation = definitions, input, masks = [] } = model;
  for (const list of [definitions, evaluation]) {
    const loss = list.find(({ name }) => name === "loss");
    if (loss === undefined || loss.axes.length > 0) {
      throw new FluxionError("bad-option", "a model has a definition loss without indices, the mean over its samples");
    }
  }
  if (typeof input !== "string" || (readingOf(input).axes ?? []).length === 0) {
    throw new FluxionError("bad-option", `the input of a model is a reading such as "x[n,j]", got ${describe(input)}`);
  }
  if (masks.length > 0 && model.evaluation === undefined) {
    throw new FluxionError("bad-option", "a model with masks says by evaluation what is computed without them");
  }
  return model;
}

function modelOf(network: Network, scored: Definitions, { penalty = 0, scales }: ModelOptions): Model {
  checkRange("penalty", penalty);
  const { parameters, weights, updates, masks, ones, extents } = network;
  const objective: Definitions =
    penalty === 0
      ? []
      : [
          define("penalty", l2Penalty(penalty, network)),
          define("objective", add(variable("loss"), variable("penalty"))),
        ];
  return {
    definitions: [...network.definitions, ...scored, ...objective],
    evaluation: [...network.evaluation, ...scored],
    input: "x[n,j]",
    ...{ parameters, weights, updates, masks, ones, extents },
    ...(scales === undefined ? {} : { scales }),
  };
}

function ofScores(z: Expr, n: string, c: string): Definitions {
  const top = define(`top[${n}]`, maximum(c, z));
  const chosen = conditional(equal(z, signalOf(top)), variable("position", c), extent(c));
  return [
    define(`prediction[${n},${c}]`, softmax(z, c)),
    top,
    define(`class[${n}]`, minimum(c, chosen)),
    accuracy(n),
    define("loss", categoricalLoss(z, c, { labels: `label[${n}]`, reduction: "mean" })),
  ];
}

function ofLogit(z: Expr, n: string, { from = "logits" }: ClassifierOptions): Definitions {
  return [
    define(`prediction[${n}]`, from === "logits" ? sigmoid(z) : z),
    define(`class[${n}]`, greater(z, from === "logits" ? 0 : 0.5)),
    accuracy(n),
    define("loss", bernoulliLoss(z, variable("label", n), { from, reduction: "mean" })),
  ];
}

const accuracy = (n: string): Definitions[number] =>
  define("accuracy", mean(n, equal(variable("class", n), variable("label", n))));

const positionsOf = (count: number): FlatArray => ({ shape: [count], data: rowNumbers(count) });
