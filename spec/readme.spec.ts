/**
 * README.md says what is so: its programs run, type-check and print what stands beside them, its sessions of the command
 * line happen, its tables agree with the engine.
 */
import { execFileSync, type SpawnSyncReturns } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { format } from "node:util";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { run } from "../lib/cli/run.ts";
import { differentiate, evaluate, functions, parse } from "../lib/index.ts";
import { repository } from "./support/repository.ts";

const readme = readFileSync(join(repository, "README.md"), "utf8").replaceAll("\r\n", "\n");
const programs = blocks("ts");
const folder = mkdtempSync(join(tmpdir(), "fluxion-readme-"));

test.after(() => rmSync(folder, { recursive: true, force: true }));

for (const [at, program] of programs.entries())
  test(`program ${at + 1} prints what stands beside it`, async () => {
    assert.is(await printedBy(program, `program${at}.mts`), promisedBy(program));
  });

test("the programs, and the signatures, type-check", () => {
  const checked = [...programs, signatures()];
  for (const [at, program] of checked.entries()) writeFileSync(join(folder, `checked${at}.mts`), program);
  symlinkSync(join(repository, "node_modules"), join(folder, "node_modules"), "junction");
  const paths = {
    fluxion: ["lib/index.ts"],
    "fluxion/data": ["lib/data/index.ts"],
    "fluxion/function": ["lib/syntax/arrow.ts"],
    "fluxion/learn": ["lib/learn/index.ts"],
    "fluxion/node": ["lib/node/index.ts"],
    "fluxion/testing": ["lib/check/index.ts"],
  };
  const mapped = Object.fromEntries(
    Object.entries(paths).map(([name, [file = ""]]) => [name, [join(repository, file).replaceAll("\\", "/")]]),
  );
  const options = { strict: true, noEmit: true, target: "es2022", lib: ["es2023"], module: "nodenext" };
  const compilerOptions = { ...options, types: ["node"], allowImportingTsExtensions: true, paths: mapped };
  writeFileSync(
    join(folder, "tsconfig.json"),
    JSON.stringify({ compilerOptions, files: checked.map((_, at) => `checked${at}.mts`) }),
  );
  assert.is(typescript("-p", folder), "");
});

for (const { command, answer } of sessions())
  test(command, async () => {
    const { output, errors } = await run(wordsOf(command), () => Promise.reject(new Error("no standard input")));
    assert.is(`${errors}${output}`.trimEnd(), answer);
  });

test("what is written means the same as what stands beside it", () => {
  const rows = rowsUnder("| | written | the same as |");
  assert.ok(rows.length > 20);
  for (const [, written = "", same = ""] of rows) {
    const [left, right] = [codeIn(written), codeIn(same)].map(([text = ""]) => parse(text));
    assert.ok(left === right, `${written} is ${left}, not ${right}`);
  }
});

test("the table of functions names them all, and nothing else", () => {
  const names = section("## The functions")
    .split("\n| derivative")[0]
    ?.split("\n")
    .filter(line => line.startsWith("| "))
    .flatMap(codeIn);
  assert.equal([...(names ?? [])].filter(name => name !== "ln").sort(), [...functions.keys()].sort());
});

test("at a kink the derivative is what the table says", () => {
  const rows = rowsUnder("| derivative of | by | where | is |");
  assert.ok(rows.length > 10);
  for (const [formula = "", by = "", where = "", is = ""] of rows) {
    const [[text = ""], [name = ""], [place = ""]] = [codeIn(formula), codeIn(by), codeIn(where)];
    const at = Object.fromEntries(
      place.split(",").map(assignment => assignment.split("=").map(part => part.trim())),
    ) as Record<string, string>;
    const values = Object.fromEntries(Object.entries(at).map(([variable, value]) => [variable, Number(value)]));
    assert.is(evaluate(differentiate(parse(text), name), values), Number(is), `d/d${name} ${text} at ${place}`);
  }
});

test("the table of errors has all codes, and no others", () => {
  const source = readFileSync(join(repository, "lib/expression/error.ts"), "utf8");
  const codes = [...source.matchAll(/^ {2}\| "([a-z-]+)"/gm)].map(([, code]) => String(code));
  assert.ok(codes.length > 10);
  const rows = rowsUnder("| code | when |").map(([code = ""]) => codeIn(code)[0]);
  assert.equal(rows, codes);
});

test("every public function is mentioned", () => {
  const names = readFileSync(join(repository, "spec/public-names.txt"), "utf8")
    .split(/\r?\n/)
    .map(line => line.trim())
    .filter(name => /^\w+$/.test(name) && name !== "fluxion");
  assert.ok(names.length > 100);
  assert.equal(
    names.filter(name => !new RegExp(`\\b${name}\\b`).test(readme)),
    [],
  );
});

test("the files and folders that it points at are there", () => {
  const links = [...readme.matchAll(/\]\(([^):]+)\)/g), ...readme.matchAll(/`((?:lib|spec|demos)\/[\w./-]*)`/g)];
  assert.ok(links.length > 10);
  for (const [, path] of links) assert.ok(existsSync(join(repository, String(path))), path);
});

test.run();

/** The texts of the fenced blocks of a language. */
function blocks(language: string): readonly string[] {
  const found = [...readme.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, "gms"))].map(([, text]) =>
    String(text),
  );
  assert.ok(found.length > 0, `no block of ${language}`);
  return found;
}

async function printedBy(program: string, file: string): Promise<string> {
  const entries: Readonly<Record<string, string>> = {
    fluxion: "lib/index.ts",
    "fluxion/data": "lib/data/index.ts",
    "fluxion/function": "lib/syntax/arrow.ts",
    "fluxion/learn": "lib/learn/index.ts",
    "fluxion/node": "lib/node/index.ts",
    "fluxion/testing": "lib/check/index.ts",
  };
  const runnable = program.replaceAll(/ from "([^"]+)"/g, (whole, name: string) =>
    entries[name] === undefined ? whole : ` from "${pathToFileURL(join(repository, entries[name])).href}"`,
  );
  const path = join(folder, file);
  writeFileSync(path, runnable);
  const lines: string[] = [];
  const { log } = console;
  console.log = (...values: unknown[]) => lines.push(format(...values));
  try {
    await import(pathToFileURL(path).href);
  } finally {
    console.log = log;
  }
  return trimmed(lines.join("\n"));
}

// What a program prints stands behind a call of console.log, or in the lines of comments right below it.
function promisedBy(program: string): string {
  const lines: string[] = [];
  let isOutput = false;
  for (const line of program.split("\n")) {
    const [, code = "", comment] = /^(.*?)(?:(?<=^|\s)\/\/ ?(.*))?$/.exec(line) ?? [];
    if (code.trim() !== "") isOutput = code.includes("console.log(");
    else if (comment === undefined) isOutput = false;
    if (isOutput && comment !== undefined) lines.push(comment);
  }
  return trimmed(lines.join("\n"));
}

/** A program that gives each public function the type that the README says it has. */
function signatures(): string {
  const types = readFileSync(join(repository, "spec/public-names.txt"), "utf8").matchAll(/^ *type (\w+)$/gm);
  const entry = 'import("fluxion")';
  const known = new Set([...types].map(([, name]) => String(name)));
  const text = blocks("typescript")
    .join("\n")
    .replaceAll(/\s*\/\/.*$/gm, "")
    .replaceAll(/:\n\s+/g, ": ");
  const lines = text.split("\n").filter(line => line !== "");
  const typed = lines.map((line, at) => {
    const [, name, parameters, result] = /^(\w+)(\(.*?\)): (.*)$/.exec(line) ?? [];
    assert.ok(name !== undefined, `no signature: ${line}`);
    const type = `${parameters} => ${result}`.replaceAll(/\b[A-Z]\w+/g, word =>
      known.has(word) ? `${entry}.${word}` : word,
    );
    return `export const checked${at}: ${type} = fluxion.${name};`;
  });
  return ['import * as fluxion from "fluxion";', ...typed].join("\n");
}

const trimmed = (text: string): string =>
  text
    .split("\n")
    .map(line => line.trimEnd())
    .join("\n");

function sessions(): readonly { readonly command: string; readonly answer: string }[] {
  return blocks("console").flatMap(block =>
    block
      .split(/^\$ npx fluxion /m)
      .slice(1)
      .map(text => {
        const [command = "", ...answer] = text.split("\n");
        return { command, answer: answer.join("\n").trimEnd() };
      }),
  );
}

const wordsOf = (command: string): readonly string[] =>
  [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? "");

/** The cells of the table with this head. */
function rowsUnder(head: string): readonly (readonly string[])[] {
  const start = readme.indexOf(`${head}\n`);
  assert.ok(start >= 0, `no table ${head}`);
  const [table = ""] = readme.slice(start).split("\n\n");
  return table
    .trimEnd()
    .split("\n")
    .slice(2)
    .map(row =>
      row
        .slice(1, -1)
        .split("|")
        .map(cell => cell.trim()),
    );
}

function section(heading: string): string {
  const start = readme.indexOf(`${heading}\n`);
  assert.ok(start >= 0, `no section ${heading}`);
  return readme.slice(start, readme.indexOf("\n## ", start + 1));
}

/** The pieces of code in a text: `so`, or with backticks of their own. */
const codeIn = (text: string): readonly string[] =>
  [...text.matchAll(/`` (.+?) ``|`([^`]+)`/g)].map(([, spaced, plain]) => spaced ?? plain ?? "");

function typescript(...options: readonly string[]): string {
  const compiler = join(repository, "node_modules/typescript/bin/tsc");
  try {
    return execFileSync(process.execPath, [compiler, ...options], { encoding: "utf8", stdio: "pipe" });
  } catch (error) {
    const { stdout, stderr } = error as SpawnSyncReturns<string>;
    return `${stdout}${stderr}`;
  }
}
