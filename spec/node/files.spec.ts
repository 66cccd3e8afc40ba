/** A file is read as its bytes are, plain or compressed, and what is wrong with it is told with its path. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { decompress, readCifar10, readCsv, readIdx, takeColumn } from "../../lib/data/index.ts";
import { FluxionError } from "../../lib/expression/error.ts";
import { readCifar10File, readCsvFile, readIdxFile } from "../../lib/node/index.ts";
import { cifar10Bytes, idxBytes } from "../support/data-bytes.ts";
import { dataPath } from "../support/data-folder.ts";
import { throws } from "../support/throws.ts";

const folder = mkdtempSync(join(tmpdir(), "fluxion-data-"));
test.after(() => rmSync(folder, { recursive: true, force: true }));

const written = (name: string, bytes: Uint8Array | string): string => {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
};

test("plain or compressed, a file is what its bytes are", () => {
  const [idx, batch, table] = [idxBytes([2, 3], [1, 2, 3, 4, 5, 6]), cifar10Bytes([4, 2]), "å,b\n1,2\n"];
  const name = (plain: string, isGzip: boolean): string => (isGzip ? `${plain}.gz` : plain);
  for (const isGzip of [false, true]) {
    const pack = (bytes: Uint8Array | string) => (isGzip ? gzipSync(bytes) : bytes);
    assert.equal(readIdxFile(written(name("array", isGzip), pack(idx))), readIdx(idx));
    assert.equal(readCifar10File(written(name("batch", isGzip), pack(batch))), readCifar10(batch));
    assert.equal(readCsvFile(written(name("table.csv", isGzip), pack(table))), readCsv(table));
  }
});

test("what is wrong is told with the path", () => {
  const idx = idxBytes([2, 3], [1, 2, 3, 4, 5]);
  throws(() => readIdxFile(written("short", idx)), "bad-data", join(folder, "short"), "has 17 bytes and needs 18");
  throws(() => readIdxFile(written("empty", "")), "bad-data", join(folder, "empty"), "0 bytes");
  throws(() => readIdxFile(written("cut.gz", gzipSync(idx).subarray(0, 25))), "bad-data", "cut.gz", "the 25 bytes");
  throws(() => readIdxFile(written("nothing.gz", gzipSync(""))), "bad-data", "nothing.gz", "0 bytes");
  throws(() => readCsvFile(written("bad.csv", "1,x"), { header: false }), "bad-data", "bad.csv", "line 1, column 1");
  throws(() => readCifar10File(written("batch", cifar10Bytes([12]))), "bad-data", "batch", "is 12");
});

test("a byte changed anywhere in a compressed file is told with the path, or changes nothing", () => {
  const array = idxBytes(
    [40],
    Array.from({ length: 40 }, (_, i) => (i * 7) % 256),
  );
  const bytes = gzipSync(array);
  let told = 0;
  for (const at of bytes.keys()) {
    const path = written("changed.gz", bytes.with(at, (bytes[at] ?? 0) ^ 0x10));
    try {
      assert.equal(readIdxFile(path), readIdx(array));
    } catch (error) {
      if (!(error instanceof FluxionError)) throw error;
      assert.is(error.code, "bad-data", error.message);
      assert.ok(error.message.includes(path), error.message);
      told++;
    }
  }
  // The time, the system and such, in the header, count for nothing.
  assert.ok(told >= bytes.length - 10, `${told} of ${bytes.length}`);
});

test("files that are not there, and folders, are told", () => {
  throws(() => readIdxFile(join(folder, "absent")), "not-found", join(folder, "absent"));
  mkdirSync(join(folder, "inner"));
  throws(() => readCsvFile(join(folder, "inner")), "not-found", "is no file");
});

const tables = [
  { file: "iris.csv", options: { skip: 1 }, rows: 150, counts: [50, 50, 50] },
  { file: "wine_data.csv", options: { skip: 1 }, rows: 178, counts: [59, 71, 48] },
  { file: "breast_cancer.csv", options: { skip: 1 }, rows: 569, counts: [212, 357] },
  { file: "digits.csv.gz", options: {}, rows: 1797, counts: [178, 182, 177, 183, 181, 182, 181, 179, 174, 180] },
];

for (const { file, options, rows, counts } of tables)
  test(`${file} has its rows and its classes`, () => {
    const path = dataPath(`sklearn/${file}`);
    if (path === undefined) return;
    const table = readCsvFile(path, options);
    const { column } = takeColumn(table, -1);
    assert.is(table.shape[0], rows);
    assert.equal(
      counts.map((_, label) => column.filter(each => each === label).length),
      counts,
    );
  });

test("diabetes has its features, separated by spaces, and its mean target", () => {
  const path = dataPath("sklearn/diabetes_data_raw.csv.gz");
  const targets = dataPath("sklearn/diabetes_target.csv.gz");
  if (path === undefined || targets === undefined) return;
  assert.equal(readCsvFile(path, { separator: " " }).shape, [442, 10]);
  const { data } = readCsvFile(targets);
  // The mean is published to two decimals.
  assert.ok(Math.abs(data.reduce((sum, y) => sum + y, 0) / 442 - 152.13) <= 0.005);
});

test("a platform's decompression and Node's agree on a real file", async () => {
  const path = dataPath("mnist/t10k-labels-idx1-ubyte.gz");
  if (path === undefined) return;
  const bytes = readFileSync(path);
  assert.equal(Buffer.from(await decompress(bytes)), gunzipSync(bytes));
});

test.run();
