import { fork } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { styleText } from "node:util";
import { repository } from "./repository.ts";
import type { FileReport } from "./run-file.ts";

/** Runs the spec files that `words` select, each in a process of its own, and returns the exit code. */
export async function runSpecs(words: readonly string[]): Promise<0 | 1> {
  const files = select(words);
  const totals = { passed: 0, failed: 0, skipped: 0 };
  const failing: string[] = [];

  if (files.length === 0) {
    totals.failed = 1;
    console.log(`${red("✘")} no spec file ${words.length > 0 ? `matches ${words.join(" ")}` : "found"}`);
  }

  const waiting = [...files];
  const work = async () => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
      const { report, output, seconds } = await runFile(file);
      totals.passed += report.passed;
      totals.failed += report.failed;
      totals.skipped += report.skipped;
      if (report.failed > 0) failing.push(`${name(file)} (${report.failed})`);
      // One write a file: two files that end together do not mix their lines.
      process.stdout.write(describe(file, report, output, seconds));
    }
  };
  await Promise.all(Array.from({ length: Math.min(4, availableParallelism()) }, work));

  if (failing.length > 0) console.log(`\n${red("failing:")} ${failing.join(", ")}`);
  console.log("");
  const skipped = totals.skipped > 0 ? `, ${totals.skipped} skipped` : "";
  console.log(`${totals.passed} passed, ${totals.failed} failed${skipped}`);
  return totals.failed > 0 ? 1 : 0;
}

interface Run {
  readonly report: FileReport;
  readonly output: string;
  readonly seconds: number;
}

function runFile(file: string): Promise<Run> {
  const start = performance.now();
  const child = fork(fileURLToPath(new URL("run-file.ts", import.meta.url)), [file], {
    execArgv: ["--import", tsx],
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    env: colourless,
  });
  let output = "";
  let report: FileReport | undefined;
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  child.on("message", message => {
    report = message as FileReport;
  });
  return new Promise(done =>
    child.on("close", (code, signal) => {
      const seconds = (performance.now() - start) / 1000;
      const early = `  the process ended before its tests did (${signal ?? `exit code ${code}`})\n`;
      report ??= { passed: 0, failed: 1, skipped: 0, failures: [early], notes: [] };
      done({ report, output, seconds });
    }),
  );
}

function describe(file: string, report: FileReport, output: string, seconds: number): string {
  const counts = [
    `${report.passed} passed`,
    ...(report.failed > 0 ? [red(`${report.failed} failed`)] : []),
    ...(report.skipped > 0 ? [`${report.skipped} skipped`] : []),
  ];
  const mark = report.failed > 0 ? red("✘") : "•";
  const lines = [`${mark} ${name(file)}  ${counts.join(", ")}  ${seconds.toFixed(2)} s`];
  if (output.trim() !== "") lines.push(indent(output.trimEnd(), "    "));
  for (const note of report.notes) lines.push(`    ${note}`);
  for (const failure of report.failures) lines.push("", failure.trimEnd());
  if (report.failures.length > 0) lines.push("");
  return `${lines.join("\n")}\n`;
}

function select(words: readonly string[]): readonly string[] {
  const named = words.filter(isFile).map(word => resolve(word));
  const patterns = words.filter(word => !isFile(word)).map(word => word.replaceAll("\\", "/"));
  if (words.length > 0 && patterns.length === 0) return named;
  const specs = readdirSync(join(repository, "spec"), { recursive: true, encoding: "utf8" })
    .filter(path => path.endsWith(".spec.ts") && !path.includes("node_modules"))
    .map(path => join(repository, "spec", path))
    .filter(path => patterns.length === 0 || patterns.some(pattern => name(path).includes(pattern)))
    .sort();
  return [...new Set([...named, ...specs])];
}

const tsx = import.meta.resolve("tsx");

const isFile = (word: string): boolean => existsSync(word) && statSync(word).isFile();

const name = (file: string): string => relative(repository, file).split(sep).join("/");

const indent = (text: string, by: string): string => text.replaceAll(/^(?=.)/gm, by);

// What a spec reads of a process that it starts is then the same in a terminal and out of one.
const { FORCE_COLOR: _, ...rest } = process.env;
const colourless = { ...rest, NO_COLOR: "1" };

const isColoured = process.stdout.isTTY === true && process.env.NO_COLOR === undefined;

const red = (text: string): string => (isColoured ? styleText("red", text) : text);
