/** Writes the tables of the README from what a benchmark has found: `npm run bench:table -- FILE`. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { repository } from "../support/repository.ts";
import { type Results, tablesOf, withTables } from "./harness/table.ts";

const [, , file] = process.argv;
if (file === undefined) {
  console.error("npm run bench:table -- FILE, which npm run bench -- --json FILE has written");
  process.exitCode = 1;
} else {
  const readme = join(repository, "README.md");
  const tables = tablesOf(JSON.parse(readFileSync(file, "utf8")) as Results);
  writeFileSync(readme, withTables(readFileSync(readme, "utf8"), tables));
  console.log(tables);
}
