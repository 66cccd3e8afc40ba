import { sizeOf } from "../expression/values.ts";
import { type Initialiser, normal, type Random } from "./random.ts";

/**
 * Uniform elements between `±sqrt(6 / (inputs + outputs))`, where the last axis of the array counts the outputs and all others
 * the inputs: of `W[j,k]`, `j` and `k`; a vector has one output (X. Glorot and Y. Bengio, Understanding the difficulty of training
 * deep feedforward neural networks, 2010, equation 16).
 */
export const glorotUniform: Initialiser = (shape, random) => {
  const { inputs, outputs } = fansOf(shape);
  return uniformly(shape, Math.sqrt(6 / (inputs + outputs)), random);
};

/** Normal elements of the same variance, `2 / (inputs + outputs)`. */
export const glorotNormal: Initialiser = (shape, random) => {
  const { inputs, outputs } = fansOf(shape);
  return normal(Math.sqrt(2 / (inputs + outputs)))(shape, random);
};

/**
 * Normal elements of the variance `2 / inputs`, which suits relu; the inputs are counted by all axes but the last (K. He et al.,
 * Delving Deep into Rectifiers, 2015, equation 10).
 */
export const heNormal: Initialiser = (shape, random) => normal(Math.sqrt(2 / fansOf(shape).inputs))(shape, random);

/** Uniform elements of the same variance, between `±sqrt(6 / inputs)`. */
export const heUniform: Initialiser = (shape, random) => uniformly(shape, Math.sqrt(6 / fansOf(shape).inputs), random);

/** All elements 0. */
export const zeros: Initialiser = shape => new Float64Array(sizeOf(shape));

/** All elements 1. */
export const ones: Initialiser = shape => new Float64Array(sizeOf(shape)).fill(1);

/** How many numbers an output is summed of, and how many outputs there are. */
function fansOf(shape: readonly number[]): { readonly inputs: number; readonly outputs: number } {
  const outputs = shape.length > 1 ? (shape.at(-1) ?? 1) : 1;
  return { inputs: sizeOf(shape.length > 1 ? shape.slice(0, -1) : shape), outputs };
}

const uniformly = (shape: readonly number[], bound: number, random: Random): Float64Array =>
  Float64Array.from({ length: sizeOf(shape) }, () => bound * (2 * random.uniform() - 1));
