import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { repository } from "../../support/repository.ts";

/**
 * The package as its users load it, built anew: what the sources are turned into for the specs names each function when it
 * is made, which costs symbolic work a third more.
 */
export async function builtPackage(): Promise<typeof import("../../../lib/index.ts")> {
  execFileSync("npm", ["run", "build:code"], { cwd: repository, stdio: "ignore" });
  return import(pathToFileURL(join(repository, "dist", "index.js")).href);
}
