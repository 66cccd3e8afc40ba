import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";

const beside = fileURLToPath(new URL("../../../shared/data", import.meta.url));

/**
 * What a file of JSON holds, from the folder that the environment variable FLUXION_DATA names, or else from `shared/data`
 * beside the repository. Undefined where it is absent: the data do not come with the repository.
 */
export function readData<T>(file: string): T | undefined {
  const path = resolve(process.env.FLUXION_DATA ?? beside, file);
  return existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as T) : undefined;
}

/** Says that data are missing, and where they would be looked for. */
export const sayMissing = (file: string): void =>
  console.log(`There is no ${file} here; the environment variable FLUXION_DATA names the folder of the data.`);
