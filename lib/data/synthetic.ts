import { FluxionError } from "../expression/error.ts";
import { type Examples, examplesOf, type Splits } from "./examples.ts";
import { type Random, randomStream, shuffle } from "./random.ts";

export interface SyntheticOptions {
  /** How many images of the training and of the test; 2000 and 500 unless said. */
  readonly train?: number;
  readonly test?: number;
  /** How many classes, from 2 to 10; 10 unless said. */
  readonly classes?: number;
  /** Images of the shape [3, 32, 32], a light colour on a dark one, instead of [28, 28], light on black. */
  readonly colour?: boolean;
  /** The same seed gives the same images; 1 unless said. */
  readonly seed?: number;
}

/**
 * Made-up images to try things on where no data are at hand: a bar, a cross, a triangle, … drawn by a blurred stroke, each
 * turned, moved, stretched and dimmed a little, over noise. The classes follow each other at random, equally often. They are
 * easier to tell apart than handwriting is, so what a model reaches on them says nothing of other data.
 *
 * Throws `bad-option`.
 */
export function syntheticImages(options: SyntheticOptions = {}): Splits<Uint8Array> {
  const { train = 2000, test = 500, classes = 10, colour = false, seed = 1 } = options;
  if (!Number.isInteger(classes) || classes < 2 || classes > shapes.size) {
    throw new FluxionError("bad-option", `there are from 2 to ${shapes.size} synthetic classes, got ${classes}`);
  }
  for (const number of [train, test])
    if (!Number.isInteger(number) || number < 1)
      throw new FluxionError("bad-option", `there is at least one image of the training and the test, got ${number}`);
  const random = randomStream(seed);
  return { train: drawn(train, classes, colour, random), test: drawn(test, classes, colour, random) };
}

type Point = readonly [number, number];
type Stroke = readonly [from: Point, to: Point];

// In a square from -1 to 1, the second coordinate downwards.
const path = (...points: readonly Point[]): readonly Stroke[] =>
  points.slice(1).map((to, at) => [points[at] ?? to, to] as const);

const shapes: ReadonlyMap<string, readonly Stroke[]> = new Map([
  ["bar", path([0, -1], [0, 1])],
  [
    "circle",
    path(...Array.from({ length: 17 }, (_, i): Point => [Math.sin((i * Math.PI) / 8), Math.cos((i * Math.PI) / 8)])),
  ],
  ["cross", [...path([-1, -1], [1, 1]), ...path([-1, 1], [1, -1])]],
  ["triangle", path([0, -1], [1, 1], [-1, 1], [0, -1])],
  ["square", path([-1, -1], [1, -1], [1, 1], [-1, 1], [-1, -1])],
  ["tee", [...path([-1, -1], [1, -1]), ...path([0, -1], [0, 1])]],
  ["corner", path([-1, -1], [-1, 1], [1, 1])],
  ["zigzag", path([-1, -1], [1, -1], [-1, 1], [1, 1])],
  ["fork", path([-1, -1], [0, 0.2], [1, -1]).concat(path([0, 0.2], [0, 1]))],
  ["rails", [...path([-0.8, -1], [-0.8, 1]), ...path([0.8, -1], [0.8, 1])]],
]);

function drawn(count: number, classes: number, colour: boolean, random: Random): Examples<Uint8Array> {
  const labels = Int32Array.from({ length: count }, (_, i) => i % classes);
  shuffle(labels, random);
  const shape = colour ? [3, 32, 32] : [28, 28];
  const [width, channels] = colour ? [32, 3] : [28, 1];
  const size = width * width * channels;
  const data = new Uint8Array(count * size);
  const strokes = [...shapes.values()];
  for (const [i, label] of labels.entries()) {
    paint(data.subarray(i * size, (i + 1) * size), inkOf(strokes[label] ?? [], width, random), channels, random);
  }
  return examplesOf({ shape: [count, ...shape], data }, labels, [...shapes.keys()].slice(0, classes));
}

/** How much of each pixel is ink, from 0 to 1. */
function inkOf(strokes: readonly Stroke[], width: number, random: Random): Float64Array {
  const between = (low: number, high: number): number => low + (high - low) * random.uniform();
  const angle = between(-0.3, 0.3);
  const [wide, high] = [between(0.2, 0.34) * width, between(0.2, 0.34) * width];
  const [left, top] = [width / 2 + between(-3, 3), width / 2 + between(-3, 3)];
  const [thickness, blur] = [between(0.7, 1.6), between(0.8, 2)];
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const placed = ([x, y]: Point): Point => [
    left + wide * x * cos - high * y * sin,
    top + wide * x * sin + high * y * cos,
  ];
  const lines = strokes.map(([from, to]): Stroke => [placed(from), placed(to)]);
  const ink = new Float64Array(width * width);
  for (let i = 0; i < ink.length; i++) {
    const distance = distanceTo(lines, (i % width) + 0.5, Math.floor(i / width) + 0.5);
    ink[i] = Math.min(1, Math.max(0, 1 - (distance - thickness) / blur));
  }
  return ink;
}

function distanceTo(lines: readonly Stroke[], x: number, y: number): number {
  let least = Number.POSITIVE_INFINITY;
  for (const [from, to] of lines) {
    const [u, v] = [to[0] - from[0], to[1] - from[1]];
    const along = Math.min(1, Math.max(0, ((x - from[0]) * u + (y - from[1]) * v) / (u * u + v * v)));
    least = Math.min(least, (x - from[0] - along * u) ** 2 + (y - from[1] - along * v) ** 2);
  }
  return Math.sqrt(least);
}

/** Mixes ink and ground in each channel, and adds noise. The ink is lighter than the ground, which is black in grey images. */
function paint(pixels: Uint8Array, ink: Float64Array, channels: number, random: Random): void {
  for (let channel = 0; channel < channels; channel++) {
    const ground = channels === 1 ? 0 : 130 * random.uniform();
    const full = channels === 1 ? 180 + 75 * random.uniform() : ground + 50 + 75 * random.uniform();
    const noise = channels === 1 ? 12 : 20;
    for (const [i, share] of ink.entries()) {
      const value = ground + share * (full - ground) + noise * (2 * random.uniform() - 1);
      pixels[channel * ink.length + i] = Math.min(255, Math.max(0, Math.round(value)));
    }
  }
}
