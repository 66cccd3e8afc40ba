/**
 * Times Fluxion side by side with code written by hand and with its peers: `npm run bench`, or `npm run bench -- mlp rubi`
 * for the families whose name contains one of the words. `--json FILE` also writes all numbers to a file, and `--rounds N`
 * changes how often peers take turns, 15 times unless said. Peers are installed by `npm run bench:setup`, and skipped where
 * they are not.
 *
 * Each family runs in a process of its own, so that what one has warmed up does not serve the next; so does each peer.
 * Absolute times depend on the machine; the ratios are what to look at.
 */
import { fork } from "node:child_process";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import type { Family, Measurement, Missing } from "./family.ts";
import { describeMachine } from "./harness/machine.ts";
import { lineOf } from "./harness/report.ts";
import type { FamilyResults, Results } from "./harness/table.ts";

const here = fileURLToPath(new URL(".", import.meta.url));
const [, self = "", ...given] = process.argv;

if (process.send !== undefined && given[0] === "--family") await runFamily(String(given[1]), Number(given[2]));
else await runAll();

async function runAll(): Promise<void> {
  const { values, positionals } = parseArgs({
    args: given,
    allowPositionals: true,
    options: { json: { type: "string" }, rounds: { type: "string", default: "15" } },
  });
  const rounds = Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 3) {
    console.error(`--rounds takes a whole number from 3 on, got ${values.rounds}`);
    process.exitCode = 1;
    return;
  }
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
  const date = new Date().toISOString().slice(0, 10);
  const results: Record<string, FamilyResults> = {};
  for (const name of families) {
    results[name] = await startFamily(name, rounds);
    const all: Results = { date, machine, results };
    // After each, so that a run which is interrupted leaves what it has found.
    if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(all, undefined, 2)}\n`);
  }
  tellMissing(Object.values(results).flatMap(({ lines }) => lines));
}

function tellMissing(lines: readonly Line[]): void {
  const counts = new Map<string, number>();
  for (const line of lines) {
    const what = "missing" in line ? line.missing : "timed";
    counts.set(what, (counts.get(what) ?? 0) + 1);
  }
  console.log(`\n${[...counts].map(([what, count]) => `${count} ${what}`).join(", ")}`);
}

type Line = Measurement | Missing;

function startFamily(name: string, rounds: number): Promise<FamilyResults> {
  const child = fork(self, ["--family", name, String(rounds)], { execArgv: process.execArgv });
  const lines: Line[] = [];
  let about = "";
  child.on("message", (message: Line | Pick<Family, "about">) => {
    if ("about" in message) about = message.about;
    else lines.push(message);
  });
  return new Promise(done =>
    child.on("close", code => {
      if (code !== 0) process.exitCode = 1;
      done({ about, lines });
    }),
  );
}

async function runFamily(name: string, rounds: number): Promise<void> {
  const { family } = (await import(pathToFileURL(join(here, `${name}.bench.ts`)).href)) as { family: Family };
  console.log(`\n${name}: ${family.about}`);
  process.send?.({ about: family.about });
  const report = (line: Line): void => {
    console.log(`  ${lineOf(line)}`);
    process.send?.(line);
  };
  await family.run(report, { rounds, slice: 20 });
  process.disconnect();
}
