import type { DataArray, Elements } from "../data/array.ts";
import type { Cifar10Options } from "../data/cifar10.ts";
import { type Examples, examplesOf, joinExamples, type Splits } from "../data/examples.ts";
import { FluxionError } from "../expression/error.ts";
import { at, pathIn, readCifar10File, readIdxFile } from "./files.ts";

export interface MnistOptions {
  /** The names of the classes; the ten digits unless said. */
  readonly classes?: readonly string[];
}

/**
 * MNIST, or what is distributed as it is, from a folder with the four files `train-images-idx3-ubyte`, `train-labels-idx1-ubyte`,
 * `t10k-images-idx3-ubyte` and `t10k-labels-idx1-ubyte`, each plain or with `.gz`: images from 0 to 255, in the original order.
 *
 * Throws `not-found` where a file is missing, and `bad-data` where one is damaged, swapped with another, or does not fit.
 */
export function readMnistFolder(folder: string, { classes = digits }: MnistOptions = {}): Splits<Uint8Array> {
  return { train: mnistSplit(folder, "train", classes), test: mnistSplit(folder, "t10k", classes) };
}

/**
 * CIFAR-10 in its binary version, from a folder with `data_batch_1.bin` to `data_batch_5.bin` and `test_batch.bin`, each plain
 * or with `.gz`, of 10,000 records unless `records` says otherwise; in the original order.
 *
 * Throws `not-found` where a file is missing, and `bad-data` where one is damaged or truncated.
 */
export function readCifar10Folder(folder: string, { records = 10_000 }: Cifar10Options = {}): Splits<Uint8Array> {
  const batch = (name: string): Examples<Uint8Array> => readCifar10File(pathIn(folder, name), { records });
  return {
    train: joinExamples([1, 2, 3, 4, 5].map(number => batch(`data_batch_${number}.bin`))),
    test: batch("test_batch.bin"),
  };
}

const digits: readonly string[] = Array.from({ length: 10 }, (_, digit) => String(digit));

function mnistSplit(folder: string, split: string, classes: readonly string[]): Examples<Uint8Array> {
  const path = (what: string): string =>
    pathIn(folder, `${split}-${what}-ubyte`, `${split}-${what.replace("-", ".")}-ubyte`);
  const [imagesPath, labelsPath] = [path("images-idx3"), path("labels-idx1")];
  const [images, labels] = [bytesOf(imagesPath, 3, "images"), bytesOf(labelsPath, 1, "labels")];
  if (images.shape[0] !== labels.shape[0]) {
    throw new FluxionError(
      "bad-data",
      `${imagesPath} has ${images.shape[0]} images, but ${labelsPath} has ${labels.shape[0]} labels`,
    );
  }
  return at(labelsPath, () => examplesOf(images, labels.data, classes));
}

function bytesOf(path: string, dimensions: number, what: string): DataArray<Uint8Array> {
  const { shape, data } = readIdxFile(path);
  if (shape.length === dimensions && data instanceof Uint8Array) return { shape, data };
  throw new FluxionError(
    "bad-data",
    `${path}: ${what} are bytes of ${dimensions === 1 ? "one dimension" : `${dimensions} dimensions`}, ` +
      `magic ${0x0800 + dimensions}; this is an array of the shape [${shape}], of ${elementName(data)}`,
  );
}

const elementName = (data: Elements): string => (data instanceof Uint8Array ? "bytes" : "other numbers");
