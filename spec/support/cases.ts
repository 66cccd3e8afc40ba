import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { repository } from "./repository.ts";
import { skipped } from "./skip.ts";

const folder = process.env.FLUXION_CASES ?? resolve(repository, "../shared/cases");

/**
 * The cases of one file of JSON lines, from the folder that the environment variable FLUXION_CASES names.
 * Where the file is absent this records a skip and returns undefined: the data do not come with the repository.
 */
export function readCases<T>(file: string): readonly T[] | undefined {
  const path = resolve(folder, file);
  if (!existsSync(path)) {
    skipped(`no case file ${file} (FLUXION_CASES names the folder)`);
    return undefined;
  }
  return readFileSync(path, "utf8")
    .split("\n")
    .filter(line => line.trim() !== "")
    .map(line => JSON.parse(line) as T);
}
