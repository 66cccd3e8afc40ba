/** The house stands: imports point down its layers, and its public names are the ones agreed upon. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join, posix } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { filesUnder, importsOf } from "./support/imports.ts";
import { repository } from "./support/repository.ts";

/** From the roof to the ground: a file imports from its own layer or from one further down in this list. */
const layers = [
  "index.ts",
  "cli",
  "node",
  "learn",
  "data",
  "check",
  "tape",
  "syntax",
  "calculus",
  "simplify",
  "print",
  "evaluate.ts",
  "expression",
];

const lib = join(repository, "lib");
const files = filesUnder(lib, ".ts");
const imports: ReadonlyMap<string, readonly string[]> = new Map(files.map(file => [file, importsOf(lib, file)]));

const heightOf = (file: string): number => layers.indexOf(String(file.split("/")[0]));
const isOwn = (module: string): boolean => module.startsWith(".");

/** The files of lib that a file imports. */
const neighbours = (file: string): readonly string[] =>
  (imports.get(file) ?? []).filter(isOwn).map(module => posix.join(posix.dirname(file), module));

test("every file of lib belongs to a layer", () => {
  assert.ok(files.length > 0);
  assert.equal(
    files.filter(file => heightOf(file) === -1),
    [],
    "files of no layer: give the folder its place in the list of layers above",
  );
});

test("every import names a file that is there", () => {
  const lost = files.flatMap(file =>
    neighbours(file)
      .filter(target => !imports.has(target))
      .map(target => `${file} imports ${target}`),
  );
  assert.equal(lost, []);
});

test("imports point down", () => {
  const upward = files.flatMap(file =>
    neighbours(file)
      .filter(target => heightOf(target) < heightOf(file))
      .map(target => `${file} imports ${target}, which stands above it`),
  );
  assert.equal(upward, []);
});

test("no file imports itself, directly or through others", () => {
  assert.equal(findCircle(), []);
});

test("packages and Node's modules are imported only where the house lets them in", () => {
  const doors: Readonly<Record<string, RegExp>> = {
    cli: /^(?:node:|@viz-js\/viz$)/,
    check: /^fast-check$/,
    data: /^(?:csv-parse\/browser\/esm\/sync|fast-png|pure-rand\/(?:distribution|generator)\/\w+)$/,
    learn: /^valibot$/,
    node: /^(?:node:|cli-progress$)/,
    syntax: /^acorn$/,
  };
  const intruders = files.flatMap(file =>
    (imports.get(file) ?? [])
      .filter(module => !isOwn(module) && !doors[String(file.split("/")[0])]?.test(module))
      .map(module => `${file} imports ${module}`),
  );
  assert.equal(intruders, []);
});

test("the public names are those of spec/public-names.txt", async () => {
  const snapshot = join(repository, "spec/public-names.txt");
  const names = [
    ...(await publicNames("fluxion", "index.ts")),
    "",
    ...(await publicNames("fluxion/data", "data/index.ts")),
    "",
    ...(await publicNames("fluxion/function", "syntax/arrow.ts")),
    "",
    ...(await publicNames("fluxion/learn", "learn/index.ts")),
    "",
    ...(await publicNames("fluxion/node", "node/index.ts")),
    "",
    ...(await publicNames("fluxion/testing", "check/index.ts")),
    "",
  ].join("\n");
  if (process.env.UPDATE_SNAPSHOT === "1") writeFileSync(snapshot, names);
  const agreed = existsSync(snapshot) ? readFileSync(snapshot, "utf8") : "";
  if (names !== agreed)
    console.log("if the change is meant: UPDATE_SNAPSHOT=1 npm test -- house, and commit the result");
  assert.fixture(names, agreed);
});

test.run();

/** The files along one circle of imports, its first file again at its end; empty where there is none. */
function findCircle(): readonly string[] {
  const isDone = new Set<string>();
  const path: string[] = [];
  const visit = (file: string): readonly string[] => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (isDone.has(file)) return [];
    path.push(file);
    for (const target of neighbours(file)) {
      const circle = visit(target);
      if (circle.length > 0) return circle;
    }
    path.pop();
    isDone.add(file);
    return [];
  };
  for (const file of files) {
    const circle = visit(file);
    if (circle.length > 0) return circle;
  }
  return [];
}

/** What an entry exports: its values by running it, the types that it names by reading it. */
async function publicNames(entry: string, file: string): Promise<readonly string[]> {
  const values = Object.keys(await import(new URL(`../lib/${file}`, import.meta.url).href));
  const text = readFileSync(join(lib, file), "utf8");
  const types = [...text.matchAll(/\bexport\s+(type\s+)?\{([^}]*)\}/g)].flatMap(([, all, list]) =>
    String(list)
      .split(",")
      .map(name => name.trim())
      .filter(name => name !== "" && (all !== undefined || name.startsWith("type ")))
      .map(name => `type ${name.replace(/^type\s+/, "").replace(/^.*\bas\s+/, "")}`),
  );
  return [entry, ...[...values, ...types].sort().map(name => `  ${name}`)];
}
