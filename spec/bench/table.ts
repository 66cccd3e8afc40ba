/**
 * Writes the tables of the README from what benchmarks have found: `npm run bench:table -- FILE…`. Of several files, the last
 * one that has a family counts.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { repository } from "../support/repository.ts";
import { type Results, tablesOf, withTables } from "./harness/table.ts";

const files = process.argv.slice(2);
const [last] = files.slice(-1);
if (last === undefined) {
  console.error("npm run bench:table -- FILE…, which npm run bench -- --json FILE has written");
  process.exitCode = 1;
} else {
  const all = files.map(file => JSON.parse(readFileSync(file, "utf8")) as Results);
  const results = Object.assign({}, ...all.map(each => each.results)) as Results["results"];
  const readme = join(repository, "README.md");
  const tables = tablesOf({ ...(JSON.parse(readFileSync(last, "utf8")) as Results), results });
  writeFileSync(readme, withTables(readFileSync(readme, "utf8"), tables));
  console.log(tables);
}
