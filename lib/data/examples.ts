import { FluxionError } from "../expression/error.ts";
import { suggestion } from "../expression/nearest.ts";
import { checkArray, type DataArray, type Elements, emptyLike, takeRows } from "./array.ts";
import { count } from "./bytes.ts";
import { randomStream, rowNumbers, shuffle } from "./random.ts";

/** Examples for a classifier: what is known of each, and its class. */
export interface Examples<E extends Elements = Elements> {
  /** The first axis counts the examples. */
  readonly inputs: DataArray<E>;
  /** A number for each example: the position of its class among the names. */
  readonly labels: Int32Array;
  /** The names of the classes. */
  readonly classes: readonly string[];
}

/** What is learnt from, and what is only looked at when all is learnt. */
export interface Splits<E extends Elements = Elements> {
  readonly train: Examples<E>;
  readonly test: Examples<E>;
}

/**
 * Inputs and their labels as examples. Throws `bad-value` if there are none, or not as many labels as inputs, and `bad-data`
 * if a label is the position of no class.
 */
export function examplesOf<E extends Elements>(
  inputs: DataArray<E>,
  labels: ArrayLike<number>,
  classes: readonly string[],
): Examples<E> {
  checkArray(inputs, "inputs");
  const [samples = 0] = inputs.shape;
  if (samples === 0) throw new FluxionError("bad-value", "there are no examples");
  if (labels.length !== samples) {
    throw new FluxionError(
      "bad-value",
      `there must be a label for each of ${count(samples, "example")}, got ${labels.length}`,
    );
  }
  for (let i = 0; i < samples; i++) checkLabel(labels[i] ?? Number.NaN, i, classes.length);
  return { inputs, labels: Int32Array.from(labels), classes: [...classes] };
}

/** Examples of the same classes and shapes, one list after the other. Throws `bad-value` where they differ. */
export function joinExamples<E extends Elements>(parts: readonly Examples<E>[]): Examples<E> {
  const [first] = parts;
  if (first === undefined) throw new FluxionError("bad-value", "there are no examples to join");
  const shape = first.inputs.shape.slice(1);
  for (const { inputs, classes } of parts) {
    if (String(inputs.shape.slice(1)) === String(shape) && String(classes) === String(first.classes)) continue;
    throw new FluxionError(
      "bad-value",
      `examples of the shape [${shape}] and the classes ${first.classes} cannot be joined with examples ` +
        `of the shape [${inputs.shape.slice(1)}] and the classes ${classes}`,
    );
  }
  const data = emptyLike(
    first.inputs.data,
    parts.reduce((sum, { inputs }) => sum + inputs.data.length, 0),
  );
  let start = 0;
  for (const { inputs } of parts) {
    data.set(inputs.data, start);
    start += inputs.data.length;
  }
  const labels = parts.flatMap(part => Array.from(part.labels));
  return {
    inputs: { shape: [labels.length, ...shape], data },
    labels: Int32Array.from(labels),
    classes: first.classes,
  };
}

/** The chosen examples, in the order in which they are chosen. Throws `out-of-range`. */
export function takeExamples<E extends Elements>(examples: Examples<E>, rows: ArrayLike<number>): Examples<E> {
  const inputs = takeRows(examples.inputs, rows);
  return { ...examples, inputs, labels: Int32Array.from(rows, row => examples.labels[row] ?? 0) };
}

/** How many examples there are of each class. */
export function countLabels({ labels, classes }: Examples): readonly number[] {
  const counts = classes.map(() => 0);
  for (const label of labels) counts[label] = (counts[label] ?? 0) + 1;
  return counts;
}

/**
 * The examples of these classes alone, in their order, relabelled: the first class named is 0, the next 1. Throws
 * `bad-option` where a name is that of no class, or is given twice.
 */
export function onlyClasses<E extends Elements>(examples: Examples<E>, classes: readonly string[]): Examples<E> {
  const label = new Map(classes.map((name, at) => [positionOf(examples.classes, name), at]));
  if (label.size !== classes.length) throw new FluxionError("bad-option", `a class is given twice: ${classes}`);
  const rows = rowNumbers(examples.labels.length).filter(row => label.has(examples.labels[row] ?? -1));
  const taken = takeExamples(examples, rows);
  return { ...taken, labels: taken.labels.map(old => label.get(old) ?? 0), classes: [...classes] };
}

/**
 * Sets examples aside: so many that the seed chooses, and all others, both in their order. Throws `bad-option` unless at
 * least one is left on either side.
 */
export function setAside<E extends Elements>(
  examples: Examples<E>,
  number: number,
  { seed = 1 }: { readonly seed?: number } = {},
): { readonly rest: Examples<E>; readonly aside: Examples<E> } {
  const rows = rowNumbers(examples.labels.length);
  if (!Number.isInteger(number) || number < 1 || number >= rows.length) {
    throw new FluxionError(
      "bad-option",
      `of ${count(rows.length, "example")}, 1 to ${rows.length - 1} can be set aside, not ${number}`,
    );
  }
  shuffle(rows, randomStream(seed));
  return {
    rest: takeExamples(examples, rows.subarray(number).sort()),
    aside: takeExamples(examples, rows.subarray(0, number).sort()),
  };
}

function checkLabel(label: number, example: number, classes: number): void {
  if (Number.isInteger(label) && label >= 0 && label < classes) return;
  throw new FluxionError(
    "bad-data",
    `the label of example ${example} is ${label}, but labels are integers from 0 to ${classes - 1}`,
  );
}

function positionOf(classes: readonly string[], name: string): number {
  const at = classes.indexOf(name);
  if (at >= 0) return at;
  const known = suggestion(name, classes) || `: there are ${classes.join(", ")}`;
  throw new FluxionError("bad-option", `there is no class ${name}${known}`);
}
