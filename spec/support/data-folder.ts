import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { repository } from "./repository.ts";
import { skipped } from "./skip.ts";

/**
 * The path of a file or folder of the data, in the folder that the environment variable FLUXION_DATA names. Where it is absent
 * this records a skip and returns undefined: the data do not come with the repository.
 */
export function dataPath(name: string): string | undefined {
  const path = resolve(process.env.FLUXION_DATA ?? resolve(repository, "../shared/data"), name);
  if (existsSync(path)) return path;
  skipped(`no data ${name} (FLUXION_DATA names the folder)`);
  return undefined;
}
