import { type Definition, type Definitions, define } from "../expression/definition.ts";
import { extent, variable } from "../expression/expression.ts";
import { add, conditional, div, equal, greater, sub } from "../expression/functions.ts";
import { maximum, mean, minimum, sum } from "../expression/reductions.ts";
import type { FlatArray } from "../expression/values.ts";
import { labelsOf, type Targets, targetsOf } from "./data.ts";
import { type Activation, linear, softmax } from "./layers.ts";
import { categoricalLoss, l2Penalty, squaredError } from "./losses.ts";
import { type Network, perceptron } from "./perceptron.ts";
import { arrayRead } from "./signal.ts";

/** A model as formulas over the samples `x[n,j]`. */
export interface ModelFormulas {
  /** To `prediction`, from it to the mean `loss` of a batch, and from that to `objective`. */
  readonly definitions: Definitions;
  /** The readings of what is learnt. */
  readonly parameters: readonly string[];
  /** How many values the indices take, where the options tell. */
  readonly extents: ReadonlyMap<string, number>;
  /** What the loss compares with. */
  readonly target: TargetKind;
  /** From prediction and target to `score`. */
  readonly scoring: Definitions;
}

/** What is predicted: how its array is read, and how it is checked. */
export interface TargetKind {
  readonly reading: string;
  /** The targets of so many samples as an array. Throws `bad-value`. `extents` are those that are known so far. */
  readonly read: (y: Targets, count: number, extents: ReadonlyMap<string, number>) => FlatArray;
  /** How many values an index takes, where the targets of a fit tell. */
  readonly extents: (target: FlatArray) => Iterable<readonly [string, number]>;
}

/** `prediction[n] = sum(j, x[n,j] * w[j]) + b`, with a penalty on the weights if `penalty` is not 0. */
export function linearRegression(penalty: number): ModelFormulas {
  const prediction = define("prediction[n]", linear(arrayRead("x[n,j]"), { weights: "w[j]", bias: "b" }));
  const network = { definitions: [prediction], parameters: ["w[j]", "b"], weights: ["w[j]"], extents: new Map() };
  return regression(network, penalty);
}

/** A multilayer perceptron of one output. */
export function mlpRegression(
  hidden: readonly number[],
  activations: readonly Activation[],
  penalty: number,
): ModelFormulas {
  return regression(perceptron(hidden, true, activations, "prediction"), penalty);
}

/** A multilayer perceptron whose last layer is a score for each class, turned into probabilities by a softmax. */
export function mlpClassification(
  hidden: readonly number[],
  activations: readonly Activation[],
  penalty: number,
  classes: number | undefined,
): ModelFormulas {
  const { definitions, parameters, weights, extents } = perceptron(hidden, false, activations, "z");
  const z = arrayRead("z[n,c]");
  const loss = define("loss", mean("n", categoricalLoss(z, "c", { labels: "label[n]" })));
  return {
    definitions: [...definitions, define("prediction[n,c]", softmax(z, "c")), loss, ...objective(weights, penalty)],
    parameters,
    extents: classes === undefined ? extents : new Map([...extents, ["c", classes]]),
    target: labels,
    scoring: accuracy,
  };
}

function regression(network: LinearNetwork, penalty: number): ModelFormulas {
  const { definitions, parameters, weights, extents } = network;
  const loss = define("loss", mean("n", squaredError(arrayRead("prediction[n]"), arrayRead("y[n]"))));
  return {
    parameters,
    extents,
    definitions: [...definitions, loss, ...objective(weights, penalty)],
    target: numbers,
    scoring: determination,
  };
}

type LinearNetwork = Pick<Network, "definitions" | "parameters" | "weights" | "extents">;

function objective(weights: readonly string[], penalty: number): Definitions {
  const loss = variable("loss");
  if (penalty === 0) return [define("objective", loss)];
  return [define("penalty", l2Penalty(penalty, weights)), define("objective", add(loss, variable("penalty")))];
}

const numbers: TargetKind = { reading: "y[n]", read: targetsOf, extents: () => [] };

const labels: TargetKind = {
  reading: "label[n]",
  read: (y, count, extents) => labelsOf(y, count, extents.get("c")),
  extents: ({ data }) => [["c", 1 + greatest(data)]],
};

// The coefficient of determination. Where all targets are equal it is 1 if they are met and 0 if not.
const determination: Definitions = [
  define("centre", mean("n", arrayRead("y[n]"))),
  define("residual", sum("n", squaredError(arrayRead("prediction[n]"), arrayRead("y[n]")))),
  define("total", sum("n", squaredError(arrayRead("y[n]"), variable("centre")))),
  define(
    "score",
    conditional(
      greater(variable("total"), 0),
      sub(1, div(variable("residual"), variable("total"))),
      equal(variable("residual"), 0),
    ),
  ),
];

/** The class of each sample: the first of those with the greatest probability. `position[c]` is the number of class `c`. */
const classes: readonly Definition[] = [
  define("top[n]", maximum("c", arrayRead("prediction[n,c]"))),
  define(
    "class[n]",
    minimum(
      "c",
      conditional(equal(arrayRead("prediction[n,c]"), arrayRead("top[n]")), arrayRead("position[c]"), extent("c")),
    ),
  ),
];

const accuracy: Definitions = [
  ...classes,
  define("score", mean("n", equal(arrayRead("class[n]"), arrayRead("label[n]")))),
];

const greatest = (data: ArrayLike<number>): number =>
  Array.from(data).reduce((most, value) => Math.max(most, value), 0);
