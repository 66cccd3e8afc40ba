/**
 * Times Fluxion side by side with code written by hand and with its peers: `npm run bench`, or `npm run bench -- mlp rubi`
 * for the families whose name contains one of the words. `--json FILE` also writes all numbers to a file.
 *
 * Each family runs in a process of its own, so that what one has warmed up does not serve the next. Absolute times depend
 * on the machine; the ratios are what to look at.
 */
import { fork } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { repository } from "../support/repository.ts";
import type { Family, Measurement } from "./family.ts";

const here = fileURLToPath(new URL(".", import.meta.url));
const [, self = "", ...given] = process.argv;

if (process.send !== undefined && given[0] === "--family") await runFamily(String(given[1]));
else await runAll();

async function runAll(): Promise<void> {
  const { values, positionals } = parseArgs({
    args: given,
    allowPositionals: true,
    options: { json: { type: "string" } },
  });
  const families = readdirSync(here)
    .filter(file => file.endsWith(".bench.ts"))
    .map(file => file.replace(/\.bench\.ts$/, ""))
    .filter(name => positionals.length === 0 || positionals.some(word => name.includes(word)))
    .sort();
  if (families.length === 0) {
    console.error(`no family of benchmarks is called ${positionals.join(" or ")}`);
    process.exitCode = 1;
    return;
  }
  const machine = describeMachine();
  console.log(Object.values(machine).join(" · "));
  const results: Record<string, readonly Measurement[]> = {};
  for (const name of families) results[name] = await startFamily(name);
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify({ machine, results }, undefined, 2)}\n`);
}

function startFamily(name: string): Promise<readonly Measurement[]> {
  const child = fork(self, ["--family", name], { execArgv: process.execArgv });
  const lines: Measurement[] = [];
  child.on("message", message => lines.push(message as Measurement));
  return new Promise(done =>
    child.on("close", code => {
      if (code !== 0) process.exitCode = 1;
      done(lines);
    }),
  );
}

async function runFamily(name: string): Promise<void> {
  const { family } = (await import(pathToFileURL(join(here, `${name}.bench.ts`)).href)) as { family: Family };
  console.log(`\n${name}: ${family.about}`);
  await family.run(line => {
    console.log(`  ${lineOf(line)}`);
    process.send?.(line);
  });
  process.disconnect();
}

function lineOf({ what, value, unit, ratio, spread, target, note }: Measurement): string {
  const parts = [what.padEnd(52), `${value.toPrecision(4)} ${unit}`.padStart(18)];
  if (ratio !== undefined) parts.push(`  × ${ratioText(ratio)}`);
  if (spread !== undefined) parts.push(` (${spread.map(ratioText).join(" to ")})`);
  if (target !== undefined) parts.push(`  target ${target}: ${(ratio ?? value) <= target ? "met" : "MISSED"}`);
  if (note !== undefined) parts.push(`  ${note}`);
  return parts.join("");
}

function ratioText(ratio: number): string {
  return ratio < 0.1 ? ratio.toPrecision(2) : ratio.toFixed(2);
}

function describeMachine(): Record<string, string> {
  const version = (path: string): string =>
    (JSON.parse(readFileSync(join(repository, path), "utf8")) as { version: string }).version;
  return {
    processor: `${cpus().length} × ${cpus()[0]?.model.trim() ?? "an unknown processor"}`,
    platform: `${process.platform} ${process.arch}`,
    node: `Node ${process.versions.node} (V8 ${process.versions.v8})`,
    fluxion: `fluxion ${version("package.json")}`,
    mathjs: `mathjs ${version("node_modules/mathjs/package.json")}`,
  };
}
