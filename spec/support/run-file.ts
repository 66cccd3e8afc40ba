/**
 * The child process of the runner: runs the tests of one spec file and sends home what came of them.
 *
 * uvu keeps the suites that a file hands in (`test.run()`) in a global queue. With UVU_DEFER set it leaves running
 * them to whoever reads the queue, which its own command line does, and which we do here.
 */
import { pathToFileURL } from "node:url";
import { inspect, stripVTControlCharacters } from "node:util";
import * as fc from "fast-check";
import { skips } from "./skip.ts";

/** What came of one spec file. */
export interface FileReport {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** One text a suite, as uvu writes it: the name of each test that failed, its message, the difference, the stack. */
  readonly failures: readonly string[];
  readonly notes: readonly string[];
}

/** A suite's failures as text (or true), the tests that passed, those skipped, and all that should have run. */
type Suite = () => Promise<[errors: string | true, passed: number, skipped: number, total: number]>;

let passed = 0;
let failed = 0;
let skipped = 0;
const failures: string[] = [];

/** What uvu writes as it goes: a dot or a cross a test, then the count; a suite with a name begins with it. */
const progress = /^(?:[•✘] | {2}\(\d+ \/ \d+\)\n| \S.* {2})$/;

const suites: Suite[] = [];
Object.assign(globalThis, { UVU_DEFER: 1, UVU_QUEUE: [suites], UVU_INDEX: 0 });

process.on("unhandledRejection", reason => fail("a promise was rejected and nobody handled it", reason));
process.on("uncaughtException", error => fail("an error was thrown outside of every test", error));

// The same run for everybody, unless somebody looks for new counterexamples: FC_SEED=random, or the seed of a report.
const seed = process.env.FC_SEED ?? "1";
if (seed !== "random") fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(seed) });

try {
  await import(pathToFileURL(String(process.argv[2])).href);
  if (suites.length === 0 && skips.length === 0) fail("this file ran no test (is `test.run()` missing?)");
} catch (error) {
  fail("the file could not be loaded", error);
}

withoutProgress();
for (const suite of suites) {
  const [errors, ran, left, total] = await suite();
  passed += ran;
  failed += total - ran;
  skipped += left;
  if (errors !== true) failures.push(errors);
  // uvu swallows what a hook throws; the tests that it kept from running show only in the counts.
  else if (ran < total) failures.push(`  ${total - ran} of ${total} tests did not run: a hook threw\n`);
  if (total + left === 0 && skips.length === 0) fail("a suite holds no test");
}
// Rejections are announced a turn late.
await new Promise(resolve => setTimeout(resolve, 5));

for (const skip of skips) skipped += skip.count;
const report: FileReport = {
  passed,
  failed,
  skipped,
  failures,
  notes: skips.map(({ reason, count }) => `skipped ${count}: ${reason}`),
};
// A timer that a spec left running must not keep the run waiting; what was printed must still get out.
process.send?.(report, () => process.stdout.write("", () => process.exit()));

function fail(what: string, cause?: unknown): void {
  failed++;
  failures.push(cause === undefined ? `  ${what}\n` : `  ${what}\n    ${inspect(cause).replaceAll("\n", "\n    ")}\n`);
}

/** Keeps uvu's dots and counts out of the output, where they would be mixed with what the tests print. */
function withoutProgress(): void {
  const write = process.stdout.write.bind(process.stdout) as (...args: unknown[]) => boolean;
  process.stdout.write = (...args: unknown[]) => {
    const isProgress = typeof args[0] === "string" && progress.test(stripVTControlCharacters(args[0]));
    return isProgress || write(...args);
  };
}
