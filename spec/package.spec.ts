/** The package as a user installs it: built, packed, unpacked, imported and type-checked, in a folder of its own. */
import { execFileSync, type SpawnSyncReturns } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, posix } from "node:path";
import { buildSync } from "esbuild";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { filesUnder, importsOf } from "./support/imports.ts";
import { repository } from "./support/repository.ts";

interface Manifest {
  readonly exports: Readonly<Record<string, string | { readonly types: string; readonly default: string }>>;
  readonly bin: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly files: readonly string[];
}

const manifest = JSON.parse(readFileSync(join(repository, "package.json"), "utf8")) as Manifest;
/** Each way in: the name that users import, its code and its types. */
const entries = Object.entries(manifest.exports).flatMap(([path, target]) =>
  typeof target === "string" ? [] : [{ ...target, name: posix.join("fluxion", path) }],
);

const home = mkdtempSync(join(tmpdir(), "fluxion-package-"));
const source = join(home, "source");
const consumer = join(home, "consumer");
const installed = join(consumer, "node_modules/fluxion");

// A copy is built, so that neither a stale dist nor someone else's build at the same time can change the outcome.
test.before(() => {
  for (const file of ["package.json", "tsconfig.json", "README.md", "LICENSE", "CHANGELOG.md", "lib"])
    cpSync(join(repository, file), join(source, file), { recursive: true });
  link("node_modules", join(source, "node_modules"));
});

test.after(() => rmSync(home, { recursive: true, force: true }));

test("it builds", () => {
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  run(npm, ["run", "--silent", "build"], source, process.platform === "win32");
});

test("it packs and unpacks", () => {
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  run(npm, ["pack", "--ignore-scripts", "--silent"], source, process.platform === "win32");
  mkdirSync(installed, { recursive: true });
  const [archive] = filesUnder(source, ".tgz").filter(file => !file.includes("/"));
  run("tar", ["-xzf", String(archive), "-C", "../consumer/node_modules/fluxion", "--strip-components=1"], source);
  // What npm would install beside it, and what a user of the laws installs.
  for (const name of [...Object.keys(manifest.dependencies), "fast-check"]) {
    mkdirSync(dirname(join(consumer, "node_modules", name)), { recursive: true });
    link(`node_modules/${name}`, join(consumer, "node_modules", name));
  }
});

test("it holds what it promises, and nothing of the workshop", () => {
  const promised = [...entries.flatMap(entry => [entry.default, entry.types]), ...Object.values(manifest.bin)];
  assert.equal(
    promised.filter(file => !existsSync(join(installed, file))),
    [],
  );
  for (const file of ["README.md", "LICENSE", "CHANGELOG.md"]) assert.ok(existsSync(join(installed, file)), file);
  const outside = filesUnder(installed, "").filter(file => /^(?:spec|demos|node_modules)\b|tsconfig|^\./.test(file));
  assert.equal(outside, []);
});

test("the core imports no package and none of Node's modules", () => {
  const reached = new Set(["dist/index.js"]);
  for (const file of reached)
    for (const module of importsOf(installed, file)) {
      assert.ok(module.startsWith("./") || module.startsWith("../"), `${file} imports ${module}`);
      reached.add(posix.join(posix.dirname(file), module));
    }
  for (const file of reached) assert.ok(existsSync(join(installed, file)), `${file} is missing`);
  console.log(`the core is ${reached.size} files`);
});

test("a bundler that leaves out what is not used keeps what formulas print themselves with", () => {
  const [input, output] = ["few.mjs", "few-bundled.mjs"].map(file => join(consumer, file)) as [string, string];
  const program =
    'import { parse } from "fluxion"; console.log(String(parse("x^2 * y")), JSON.stringify(parse("x")).length);';
  writeFileSync(input, program);
  buildSync({ entryPoints: [input], outfile: output, bundle: true, minify: true, format: "esm", logLevel: "silent" });
  assert.is(run(process.execPath, [output], consumer), "x^2 * y 54\n");
});

for (const { name } of entries)
  test(`import("${name}") works`, () => {
    const program = `console.log(Object.keys(await import("${name}")).length)`;
    const count = Number(run(process.execPath, ["--input-type=module", "-e", program], consumer));
    assert.ok(count > 0, `${name} exports nothing`);
  });

test("its types stand by themselves, without those of Node or of a browser", () => {
  const lines = entries.map(
    ({ name }, at) => `import * as entry${at} from "${name}";\nexport const names${at}: keyof typeof entry${at} = "";`,
  );
  writeFileSync(join(consumer, "main.mts"), lines.join("\n"));
  const options = ["--noEmit", "--strict", "--target", "es2022", "--lib", "es2023", "--module", "nodenext"];
  const errors = typescriptErrors(consumer, ...options, "--types", "", "main.mts");
  // The one error wanted, once an entry: the empty text is none of its names. A missing type would be another one.
  assert.equal(
    errors.match(/error TS\d+/g),
    entries.map(() => "error TS2322"),
    errors,
  );
});

test("its source maps lead to sources that it holds", () => {
  const compiled = [...filesUnder(installed, ".js"), ...filesUnder(installed, ".d.ts")];
  assert.ok(compiled.length > 0);
  for (const file of compiled) {
    const text = readFileSync(join(installed, file), "utf8");
    const map = /\/\/# sourceMappingURL=(\S+)\s*$/.exec(text)?.[1];
    assert.ok(map !== undefined, `${file} has no source map`);
    const path = posix.join(posix.dirname(file), String(map));
    const { sources } = JSON.parse(readFileSync(join(installed, path), "utf8")) as { sources: readonly string[] };
    assert.ok(sources.length > 0, `${path} names no source`);
    for (const name of sources)
      assert.ok(existsSync(join(installed, posix.dirname(path), name)), `${path} names ${name}, which is missing`);
  }
});

test("its command draws a picture, with what it depends on installed beside it", () => {
  const [command = ""] = Object.values(manifest.bin);
  assert.match(run(process.execPath, [join(installed, command), "graph", "x * y", "--svg"], consumer), /^<svg /);
});

test("its commands begin with the line that makes them executable", () => {
  for (const file of Object.values(manifest.bin))
    assert.ok(readFileSync(join(installed, file), "utf8").startsWith("#!/usr/bin/env node\n"), file);
});

test.run();

function typescript(folder: string, ...options: readonly string[]): string {
  return run(process.execPath, [join(repository, "node_modules/typescript/bin/tsc"), ...options], folder);
}

function typescriptErrors(folder: string, ...options: readonly string[]): string {
  try {
    return typescript(folder, ...options);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** What a command prints; where it fails, an error that shows it. */
function run(command: string, options: readonly string[], folder: string, shell = false): string {
  try {
    return execFileSync(command, options, { cwd: folder, encoding: "utf8", shell, stdio: "pipe" });
  } catch (error) {
    const { stdout, stderr } = error as SpawnSyncReturns<string>;
    throw new Error(`${command} ${options.join(" ")}\n${stdout}${stderr}`);
  }
}

function link(path: string, to: string): void {
  symlinkSync(join(repository, path), to, "junction");
}
