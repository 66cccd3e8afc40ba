import { existsSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gunzipSync } from "node:zlib";
import type { DataArray } from "../data/array.ts";
import { isGzip } from "../data/bytes.ts";
import { type Cifar10Options, readCifar10 } from "../data/cifar10.ts";
import { type CsvOptions, readCsv, type Table } from "../data/csv.ts";
import { damaged, tooLarge } from "../data/decompress.ts";
import type { Examples } from "../data/examples.ts";
import { readIdx } from "../data/idx.ts";
import { FluxionError } from "../expression/error.ts";

/** The array of an IDX file, plain or compressed with gzip. Throws as `readIdx` does, with the path, or `not-found`. */
export const readIdxFile = (path: string): DataArray => at(path, () => readIdx(readBytes(path)));

/** The examples of a batch of CIFAR-10, plain or compressed with gzip. Throws as `readCifar10` does, with the path, or `not-found`. */
export const readCifar10File = (path: string, options?: Cifar10Options): Examples<Uint8Array> =>
  at(path, () => readCifar10(readBytes(path), options));

/** The table of a CSV file, plain or compressed with gzip, in UTF-8. Throws as `readCsv` does, with the path, or `not-found`. */
export const readCsvFile = (path: string, options?: CsvOptions): Table =>
  at(path, () => readCsv(new TextDecoder().decode(readBytes(path)), options));

/** What is done with a file; an error in its data names the path. */
export function at<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof FluxionError) || error.code !== "bad-data") throw error;
    throw new FluxionError("bad-data", `${path}: ${error.message}`);
  }
}

/** The path of a file in a folder: the first of its possible names that is there, plain or with `.gz`. Throws `not-found`. */
export function pathIn(folder: string, ...names: readonly string[]): string {
  if (!existsSync(folder)) throw new FluxionError("not-found", `there is no folder ${folder}`);
  const all = names.flatMap(name => [name, `${name}.gz`]);
  const found = all.find(name => existsSync(join(folder, name)));
  if (found !== undefined) return join(folder, found);
  throw new FluxionError("not-found", `the folder ${folder} has none of the files ${all.join(", ")}`);
}

/** The bytes of a file, decompressed where they are compressed. Throws `not-found`. */
export function readBytes(path: string): Uint8Array {
  if (!existsSync(path)) throw new FluxionError("not-found", `there is no file ${path}`);
  if (!statSync(path).isFile()) throw new FluxionError("not-found", `${path} is no file`);
  const bytes = readFileSync(path);
  if (!isGzip(bytes)) return bytes;
  try {
    return gunzipSync(bytes, { maxOutputLength: maxBytes });
  } catch (error) {
    if (error instanceof RangeError) throw tooLarge(maxBytes);
    throw damaged(bytes.length, error);
  }
}

/**
 * Writes a file whole or not at all: what was there before stays until all is written. Throws `not-found` where there is no
 * such folder.
 */
export function writeBytes(path: string, bytes: Uint8Array): void {
  if (!existsSync(dirname(path))) throw new FluxionError("not-found", `there is no folder ${dirname(path)}`);
  const beside = `${path}.${process.pid}.part`;
  try {
    writeFileSync(beside, bytes);
    renameSync(beside, path);
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  }
}

const maxBytes = 1e9;
