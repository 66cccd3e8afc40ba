/**
 * A network of four inputs, two hidden neurons and one output, whose loss and gradients somebody else has computed as well:
 *
 *     npm run toy-mlp
 *
 * The gradients come from the formulas, and stand beside central differences. The loss is written twice, from the
 * probability that the network gives and from its logit.
 */

import { agree } from "../lib/check/index.ts";
import {
  type ComputedArray,
  type Definitions,
  define,
  differentiate,
  evaluateDefinitions,
  gradient,
  mean,
  parse,
  simplify,
  type Value,
  variable,
} from "../lib/index.ts";
import { activation, linear } from "../lib/learn/layers.ts";
import { bernoulliLoss } from "../lib/learn/losses.ts";
import * as print from "../lib/print/text.ts";
import { readData, sayMissing } from "./support/data.ts";
import { isMain } from "./support/is-main.ts";

const file = "toy-mlp/toy-mlp.json";

/** The network of the file, with samples in the rows of `x`. */
export const forward: Definitions = [
  define("a[n,k]", linear(variable("x", "n", "j"), { weights: "W1[j,k]", bias: "b1[k]" })),
  define("h[n,k]", activation(variable("a", "n", "k"), "relu")),
  define("z[n]", linear(variable("h", "n", "k"), { weights: "w2[k]", bias: "b2" })),
  define("g[n]", activation(variable("z", "n"), "sigmoid")),
];

/** The mean Bernoulli loss of the labels `y`, from what the network ends with. */
export const losses: Readonly<Record<"probabilities" | "logits", Definitions>> = {
  probabilities: [
    ...forward,
    define(
      "loss",
      mean("n", bernoulliLoss(variable("g", "n"), variable("y", "n"), { from: "probabilities", clip: 0 })),
    ),
  ],
  logits: [...forward, define("loss", mean("n", bernoulliLoss(variable("z", "n"), variable("y", "n"))))],
};

export const parameters = ["W1[j,k]", "b1[k]", "w2[k]", "b2"] as const;

/** What the file holds. */
export interface ToyNetwork {
  readonly X: readonly (readonly number[])[];
  readonly y: readonly number[];
  readonly weights: readonly (readonly (readonly number[])[])[];
  readonly biases: readonly (readonly (readonly number[])[])[];
  readonly expected: {
    readonly output: readonly number[];
    readonly meanLoss: number;
    readonly gradients: Pick<ToyNetwork, "weights" | "biases">;
  };
}

/** The file's network, or undefined where the file is absent. */
export const readNetwork = (): ToyNetwork | undefined => readData<ToyNetwork>(file);

/** The four parameters by name, as the file has them: a list of matrices and a list of rows. */
export function named({ weights, biases }: Pick<ToyNetwork, "weights" | "biases">): Record<string, ComputedArray> {
  const flat = (rows: readonly (readonly number[])[] | undefined, shape: readonly number[]): ComputedArray => ({
    shape,
    data: Float64Array.from((rows ?? []).flat()),
  });
  const hidden = biases[0]?.[0]?.length ?? 0;
  return {
    W1: flat(weights[0], [weights[0]?.length ?? 0, hidden]),
    b1: flat(biases[0], [hidden]),
    w2: flat(weights[1], [hidden]),
    b2: flat(biases[1], []),
  };
}

/** One partial derivative: by an element of a parameter. */
export interface Comparison {
  readonly element: string;
  readonly central: number;
  readonly gradient: number;
}

/** The loss, what the network gives for each sample, and every partial derivative beside its central difference. */
export function compare(
  network: ToyNetwork,
  from: keyof typeof losses,
): { readonly loss: number; readonly output: readonly number[]; readonly partials: readonly Comparison[] } {
  const list = losses[from];
  const values = { ...named(network), x: network.X, y: network.y };
  const computed = evaluateDefinitions([...list, ...gradient(list, parameters)], values);
  const partials = Object.entries(named(network)).flatMap(([name, { shape, data }]) =>
    [...data].map((_, i) => ({
      element: shape.length === 0 ? name : `${name}[${positions(shape, i)}]`,
      central: centralDifference(list, values, name, { shape, data }, i),
      gradient: element(computed.get(`d${name}`), i),
    })),
  );
  const output = computed.get("g");
  return {
    loss: element(computed.get("loss"), 0),
    output: typeof output === "object" ? [...output.data] : [],
    partials,
  };
}

// With a step of 1e-5 the error of the method and that of rounding are about as large.
function centralDifference(
  list: Definitions,
  values: Readonly<Record<string, Value>>,
  name: string,
  { shape, data }: ComputedArray,
  i: number,
): number {
  const step = 1e-5;
  const lossAt = (change: number): number => {
    const moved = { shape, data: data.map((value, at) => (at === i ? value + change : value)) };
    return element(evaluateDefinitions(list, { ...values, [name]: moved }).get("loss"), 0);
  };
  return (lossAt(step) - lossAt(-step)) / (2 * step);
}

const element = (value: number | ComputedArray | undefined, i: number): number =>
  typeof value === "number" ? value : (value?.data[i] ?? Number.NaN);

const positions = ([rows = 1, columns]: readonly number[], i: number): string =>
  columns === undefined ? String(i % rows) : `${Math.floor(i / columns)},${i % columns}`;

/** Prints the formulas, then the losses and derivatives of the file's network. */
export function main(): void {
  console.log(print.toString(forward));
  for (const [from, list] of Object.entries(losses)) {
    console.log(`\nThe loss from ${from}, and its backward pass`);
    console.log(print.toString([...list.slice(forward.length), ...gradient(list, parameters)]));
  }
  printBernoulli();
  const network = readNetwork();
  if (network === undefined) {
    sayMissing(file);
    return;
  }
  for (const from of ["probabilities", "logits"] as const) printComparison(network, from);
}

function printBernoulli(): void {
  const [g, y] = [variable("g"), variable("y")];
  const loss = bernoulliLoss(g, y, { from: "probabilities", clip: 0 });
  const textbook = parse("(g - y) / (g * (1 - g))");
  const derivative = simplify(differentiate(loss, "g"));
  const isSame = agree(derivative, textbook) === undefined;
  console.log(`\nOf one probability, ${loss}\nhas the derivative ${derivative}`);
  console.log(`${isSame ? "which is" : "WHICH IS NOT"} ${textbook}`);
}

function printComparison(network: ToyNetwork, from: keyof typeof losses): void {
  const { loss, output, partials } = compare(network, from);
  console.log(`\nFrom ${from}: the loss is ${loss}, the outputs are ${output.join(" and ")}`);
  console.log(`${"".padEnd(8)}  ${"central difference".padStart(22)}  ${"gradient".padStart(24)}`);
  for (const { element: name, central, gradient: exact } of partials) {
    console.log(`${name.padEnd(8)}  ${String(central).padStart(22)}  ${String(exact).padStart(24)}`);
  }
}

if (isMain(import.meta.url)) main();
