import { checkLength, plainBytes } from "./bytes.ts";
import { type Examples, examplesOf } from "./examples.ts";

/** The classes of CIFAR-10, in the order of their labels. */
export const cifar10Classes: readonly string[] = [
  "airplane",
  "automobile",
  "bird",
  "cat",
  "deer",
  "dog",
  "frog",
  "horse",
  "ship",
  "truck",
];

export interface Cifar10Options {
  /** How many records there must be; any number from 1 on unless said. */
  readonly records?: number;
}

/**
 * The examples of a batch of CIFAR-10 in its binary version: images of the shape [3, 32, 32], red, green and blue, from 0 to 255.
 *
 * Throws `bad-data` for anything but whole records, with what is there and what is needed, and for a label above 9.
 * Format: A. Krizhevsky, Learning Multiple Layers of Features from Tiny Images, University of Toronto 2009.
 */
export function readCifar10(bytes: Uint8Array, { records }: Cifar10Options = {}): Examples<Uint8Array> {
  const { length } = plainBytes(bytes, "a batch of CIFAR-10");
  const count = records ?? Math.ceil(length / recordBytes);
  checkLength(`a batch of CIFAR-10 of ${count} records of ${recordBytes} bytes`, length, count * recordBytes);
  const [data, labels] = [new Uint8Array(count * imageBytes), new Int32Array(count)];
  for (let i = 0; i < count; i++) {
    const start = i * recordBytes;
    labels[i] = bytes[start] ?? 0;
    data.set(bytes.subarray(start + 1, start + recordBytes), i * imageBytes);
  }
  return examplesOf({ shape: [count, 3, 32, 32], data }, labels, cifar10Classes);
}

const imageBytes = 3 * 32 * 32;
const recordBytes = 1 + imageBytes;
