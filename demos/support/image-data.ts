import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Splits, syntheticImages } from "../../lib/data/index.ts";
import { readCifar10Folder, readMnistFolder } from "../../lib/node/index.ts";

/** Images and what they are. */
export interface ImageData {
  readonly name: string;
  readonly splits: Splits<Uint8Array>;
}

/** What a folder holds: CIFAR-10 or MNIST, told apart by their files; without a folder, made-up images. */
export function imagesIn(folder: string | undefined, colour = false): ImageData {
  if (folder === undefined) return { name: "synthetic images", splits: syntheticImages({ colour }) };
  const isCifar10 = ["test_batch.bin", "test_batch.bin.gz"].some(file => existsSync(join(folder, file)));
  return isCifar10
    ? { name: "CIFAR-10", splits: readCifar10Folder(folder) }
    : { name: "MNIST", splits: readMnistFolder(folder) };
}
