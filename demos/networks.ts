/**
 * Three networks as lists of definitions, each printed, differentiated, checked and drawn:
 *
 *     npm run networks -- --output networks
 *
 * A recurrent one, whose weights are the same at each of five steps; a residual block; a convolution.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { gradient } from "../lib/calculus/gradient.ts";
import { checkGradient, type GradientCheck } from "../lib/check/index.ts";
import { layOut } from "../lib/cli/layout.ts";
import { type Definitions, inline } from "../lib/expression/definition.ts";
import { randomStream } from "../lib/learn/random.ts";
import { toDot } from "../lib/print/dot.ts";
import { toMatrixForm } from "../lib/print/matrix.ts";
import * as print from "../lib/print/text.ts";
import { parseDefinitions } from "../lib/syntax/parse.ts";
import { distanceOfMatrixForm, hasMatrixForm, readingText, valuesOf } from "./support/forms.ts";
import { isMain } from "./support/is-main.ts";
import { type Arrays, type Kinds, randomArrays, type Sizes } from "./support/random-arrays.ts";

/** A network, what it is trained on left out. */
export interface Network {
  readonly name: string;
  readonly title: string;
  readonly definitions: Definitions;
  /** What it learns, with the axes that the derivatives are printed under. */
  readonly parameters: readonly string[];
  /** The sizes that it is checked at. */
  readonly sizes: Sizes;
  readonly kinds?: Kinds;
}

const steps = [1, 2, 3, 4, 5];

export const networks: readonly Network[] = [
  {
    name: "recurrent",
    title: "A recurrent network of five steps: U, V and c are the same at each",
    definitions: parseDefinitions(
      [
        ...steps.flatMap(step => [
          `a${step}[k] = sum(j, U[k,j] * x${step}[j]) + sum(l, V[k,l] * h${step - 1}[l]) + c[k]`,
          `h${step}[k] = tanh(a${step}[k])`,
        ]),
        "y = sum(k, w[k] * h5[k]) + b",
        "loss = (y - t)^2",
      ].join("\n"),
    ),
    parameters: ["U[k,j]", "V[k,l]", "c[k]", "w[k]", "b"],
    sizes: { j: 2, k: 3, l: 3 },
  },
  {
    name: "residual",
    title: "A residual block: what comes in is added to what two layers make of it",
    definitions: parseDefinitions(`
      a[n,k] = sum(j, x[n,j] * W1[j,k]) + b1[k]
      h[n,k] = relu(a[n,k])
      y[n,j] = x[n,j] + sum(k, h[n,k] * W2[k,j]) + b2[j]
      loss = mean(n, sum(j, (y[n,j] - t[n,j])^2))`),
    parameters: ["W1[j,k]", "b1[k]", "W2[k,j]", "b2[j]", "x[n,j]"],
    sizes: { n: 4, j: 3, k: 5 },
  },
  {
    name: "convolution",
    title: "A convolution of images, averaged over each, and a softmax of classes",
    definitions: parseDefinitions(`
      a[n,f,i,j] = sum(c, sum(p, sum(q, w[f,c,p,q] * x[n,c,i+p,j+q]))) + b[f]
      h[n,f,i,j] = relu(a[n,f,i,j])
      m[n,f] = mean(i, mean(j, h[n,f,i,j]))
      z[n,k] = sum(f, m[n,f] * v[f,k])
      y[n,k] = exp(z[n,k] - logsumexp(l, z[n,l]))
      loss = mean(n, logsumexp(k, z[n,k]) - z[n,label[n]])`),
    parameters: ["w[f,c,p,q]", "b[f]", "v[f,k]", "x[n,c,r,s]"],
    sizes: { n: 2, f: 2, c: 2, i: 3, j: 2, p: 2, q: 2, k: 3, l: 3, r: 4, s: 3 },
    kinds: { integers: { label: 3 } },
  },
];

/** The backward pass, as a list. */
export const backwardOf = ({ definitions, parameters }: Network): Definitions => gradient(definitions, parameters);

/** A backward pass, each adjoint with those before it put in, against finite differences at random arrays. */
export function check(network: Network, backward: Definitions = backwardOf(network)): GradientCheck {
  const { definitions, parameters } = network;
  const values = valuesFor(network);
  const printed = backward.filter(({ name }) => parameters.some(parameter => `d${parameter.split("[")[0]}` === name));
  return checkGradient(definitions, values, {
    variables: parameters.map(parameter => parameter.replace(/\[.*/, "")),
    gradient: Object.fromEntries(printed.map(each => [readingText(each).slice(1), inline(backward, each.name)])),
    tolerance: 1e-6,
    elements: 6,
  });
}

/** Arrays to check a network at. */
export const valuesFor = ({ definitions, sizes, kinds }: Network): Arrays =>
  randomArrays(definitions, sizes, randomStream(3).uniform, kinds);

/** All definitions as matrix algebra, and how far its numbers are from theirs; undefined where one has no such form. */
export function matrixAlgebra(network: Network): { readonly text: string; readonly difference: number } | undefined {
  const all = [...network.definitions, ...backwardOf(network)];
  const indexed = all.filter(({ axes, expression }) => axes.length > 0 || expression.freeIndices.length > 0);
  if (!indexed.every(hasMatrixForm)) return undefined;
  const values = valuesOf(all, valuesFor(network), network.sizes);
  const apart = indexed.map(each => distanceOfMatrixForm(each, values, network.sizes) ?? Number.POSITIVE_INFINITY);
  return { text: toMatrixForm(all), difference: Math.max(...apart) };
}

/** The picture of a network with its backward pass. */
export async function picture(network: Network): Promise<string> {
  const all = [...network.definitions, ...backwardOf(network)];
  return `${await layOut(toDot(all, { extents: network.sizes }))}\n`;
}

/** Prints, checks and draws all three. Throws where a derivative differs from finite differences. */
export async function main(args: readonly string[] = []): Promise<void> {
  const { values } = parseArgs({ args: [...args], options: { output: { type: "string", default: "networks" } } });
  const checks: GradientCheck[] = [];
  for (const network of networks) {
    console.log(`${network.title}\n${"=".repeat(network.title.length)}`);
    const backward = backwardOf(network);
    console.log(`${print.toString(network.definitions)}\n\nBackwards\n${print.toString(backward)}\n`);
    const algebra = matrixAlgebra(network);
    if (algebra !== undefined) {
      const apart = `apart from the above by ${algebra.difference.toExponential(0)} at most`;
      console.log(`As matrix algebra, ${apart}\n${algebra.text}\n`);
    }
    const checked = check(network);
    checks.push(checked);
    console.log(checked.lines.filter(line => line.startsWith("(Parameter")).join("\n"));
    mkdirSync(values.output, { recursive: true });
    const file = join(values.output, `${network.name}.svg`);
    writeFileSync(file, await picture(network));
    console.log(`Drawn in ${file}\n`);
  }
  const isWrong = networks.some(network => !((matrixAlgebra(network)?.difference ?? 0) <= 1e-12));
  if (isWrong || checks.some(({ agrees }) => !agrees)) throw new Error("two forms of a derivative disagree");
}

if (isMain(import.meta.url)) await main(process.argv.slice(2));
