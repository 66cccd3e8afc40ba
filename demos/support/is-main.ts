import { realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** True of the module, named by its `import.meta.url`, that Node was started with. */
export function isMain(url: string): boolean {
  const entry = process.argv[1];
  return entry !== undefined && realpathSync(entry) === realpathSync(fileURLToPath(url));
}
