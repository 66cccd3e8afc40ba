/** MNIST and CIFAR-10 are read whole, in their order, and nothing else is taken for them. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { countLabels, onlyClasses, standardise } from "../../lib/data/index.ts";
import { readCifar10File, readCifar10Folder, readCsvFile, readMnistFolder } from "../../lib/node/index.ts";
import { cifar10Bytes, idxBytes } from "../support/data-bytes.ts";
import { dataPath } from "../support/data-folder.ts";
import { throws } from "../support/throws.ts";

const home = mkdtempSync(join(tmpdir(), "fluxion-folders-"));
test.after(() => rmSync(home, { recursive: true, force: true }));

type Files = Readonly<Record<string, Uint8Array>>;

const folderOf = (files: Files): string => {
  const folder = mkdtempSync(join(home, "data-"));
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, name), bytes);
  return folder;
};

const images = idxBytes([2, 1, 2], [1, 2, 3, 4]);
const mnist: Files = {
  "train-images-idx3-ubyte": images,
  "train-labels-idx1-ubyte.gz": gzipSync(idxBytes([2], [7, 0])),
  "t10k-images.idx3-ubyte": idxBytes([1, 1, 2], [5, 6]),
  "t10k-labels-idx1-ubyte": idxBytes([1], [9]),
};

test("a folder like MNIST's is read, plain or compressed, with either spelling of its files", () => {
  const { train, test: others } = readMnistFolder(folderOf(mnist));
  assert.equal(train.inputs, { shape: [2, 1, 2], data: Uint8Array.of(1, 2, 3, 4) });
  assert.equal(train.labels, Int32Array.of(7, 0));
  assert.equal(others.inputs.data, Uint8Array.of(5, 6));
  assert.equal(train.classes, ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]);
});

const wrong = (files: Files, ...words: readonly string[]): void =>
  throws(() => readMnistFolder(folderOf({ ...mnist, ...files })), "bad-data", ...words);

test("swapped, shortened and unfit files are told with their paths", () => {
  wrong({ "t10k-labels-idx1-ubyte": images }, "t10k-labels-idx1-ubyte", "one dimension", "2049", "[2,1,2]");
  wrong({ "train-images-idx3-ubyte": idxBytes([2], [1, 2]) }, "train-images", "3 dimensions", "2051", "[2]");
  wrong({ "train-images-idx3-ubyte": images.subarray(0, 19) }, "train-images", "has 19 bytes and needs 20");
  wrong({ "t10k-labels-idx1-ubyte": idxBytes([2], [1, 2]) }, "has 1 images", "has 2 labels");
  wrong({ "t10k-labels-idx1-ubyte": idxBytes([1], [10]) }, "t10k-labels", "is 10", "0 to 9");
  const floats = idxBytes([1, 1, 1], [1], { type: 0x0d, size: 4, write: (view, at, x) => view.setFloat32(at, x) });
  wrong({ "train-images-idx3-ubyte": floats }, "train-images", "2051");
});

test("missing files are told with what was looked for", () => {
  throws(() => readMnistFolder(join(home, "absent")), "not-found", join(home, "absent"));
  const folder = folderOf(mnist);
  rmSync(join(folder, "t10k-labels-idx1-ubyte"));
  throws(() => readMnistFolder(folder), "not-found", folder, "t10k-labels-idx1-ubyte.gz", "t10k-labels.idx1-ubyte");
});

const batches: Files = Object.fromEntries([
  ...[1, 2, 3, 4, 5].map(batch => [`data_batch_${batch}.bin`, cifar10Bytes([batch, 9 - batch])]),
  ["test_batch.bin.gz", gzipSync(cifar10Bytes([8, 3]))],
]);

test("a folder like CIFAR-10's is read batch after batch", () => {
  const { train, test: others } = readCifar10Folder(folderOf(batches), { records: 2 });
  assert.equal(train.labels, Int32Array.of(1, 8, 2, 7, 3, 6, 4, 5, 5, 4));
  assert.equal(train.inputs.shape, [10, 3, 32, 32]);
  assert.equal(others.labels, Int32Array.of(8, 3));
});

test("batches of another length are told, also where they are whole records", () => {
  const folder = folderOf(batches);
  throws(() => readCifar10Folder(folder), "bad-data", "data_batch_1.bin", "6146 bytes", "needs 30730000");
  writeFileSync(join(folder, "data_batch_4.bin"), cifar10Bytes([1]));
  throws(() => readCifar10Folder(folder, { records: 2 }), "bad-data", "data_batch_4.bin", "has 3073");
  rmSync(join(folder, "data_batch_4.bin"));
  throws(() => readCifar10Folder(folder, { records: 2 }), "not-found", "data_batch_4.bin.gz");
});

test("MNIST has its counts, its mean and its deviation", () => {
  const folder = dataPath("mnist");
  if (folder === undefined) return;
  const { train, test: others } = readMnistFolder(folder);
  assert.equal(train.inputs.shape, [60_000, 28, 28]);
  assert.equal(others.inputs.shape, [10_000, 28, 28]);
  assert.equal(countLabels(train), [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]);
  assert.equal(countLabels(others), [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]);
  assert.equal([...train.labels.subarray(0, 10)], [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]);
  const { mean, deviation } = standardise(train.inputs);
  // Known to four decimals.
  assert.ok(Math.abs((mean[0] ?? 0) - 33.3184) < 5e-5, String(mean));
  assert.ok(Math.abs((deviation[0] ?? 0) - 78.5675) < 5e-5, String(deviation));
  const pair = onlyClasses(train, ["3", "9"]);
  assert.equal(countLabels(pair), [6131, 5949]);
});

test("the test batch of CIFAR-10 has a thousand of each class", () => {
  const path = dataPath("cifar10/test_batch.bin.gz");
  if (path === undefined) return;
  const batch = readCifar10File(path, { records: 10_000 });
  assert.equal(
    countLabels(batch),
    Array.from({ length: 10 }, () => 1000),
  );
  const three = onlyClasses(batch, ["horse", "ship", "truck"]);
  assert.equal(countLabels(three), [1000, 1000, 1000]);
});

test("the records of CIFAR-10 that are not exact have the labels that their list says", () => {
  const [path, list] = [dataPath("cifar10/test_batch.bin.gz"), dataPath("cifar10/jpeg-approximated-records.csv")];
  if (path === undefined || list === undefined) return;
  const { labels } = readCifar10File(path);
  const table = readCsvFile(list, { categories: ["file"] });
  const [rows, width] = table.shape;
  assert.is(rows, 93);
  const batch = table.categories.get("file")?.findIndex(name => name.startsWith("test_batch")) ?? -1;
  const at = (row: number, name: string): number => table.data[row * width + table.columns.indexOf(name)] ?? -1;
  const own = Array.from({ length: rows }, (_, row) => row).filter(row => at(row, "file") === batch);
  assert.is(own.length, 20);
  for (const row of own) assert.is(labels[at(row, "record")], at(row, "label"));
});

test.run();
