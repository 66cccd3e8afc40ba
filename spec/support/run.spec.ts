/** The runner of the specs, tried on small files that pass, fail, or do nothing at all. */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { repository } from "./repository.ts";

interface Outcome {
  readonly code: number | null;
  readonly output: string;
  readonly lastLine: string | undefined;
}

function run(...fixtures: readonly string[]): Promise<Outcome> {
  const files = fixtures.map(fixture => fileURLToPath(new URL(`fixtures/${fixture}.fixture.ts`, import.meta.url)));
  const child = spawn(process.execPath, ["--import", "tsx", "spec/run.ts", ...files], { cwd: repository });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  return new Promise(done =>
    child.on("close", code => done({ code, output, lastLine: output.trimEnd().split("\n").at(-1) })),
  );
}

const bad = ["failing", "property", "empty", "never-run", "no-test", "throws", "rejects", "hook", "exits", "pending"];
const fine = ["passing", "skips", "only-skips"];

// Starting a process is what takes time here, so one run serves all the tests but the last ones.
const together = run(...bad, ...fine);

/** The part of the report that is about one fixture opens with this line and holds these texts. */
async function reports(fixture: string, counts: string, ...texts: readonly string[]): Promise<void> {
  const { output } = await together;
  const from = output.indexOf(`spec/support/fixtures/${fixture}.fixture.ts  ${counts} `);
  assert.not.equal(from, -1, output);
  const next = output.indexOf(".fixture.ts  ", from + 40 + fixture.length);
  const part = output.slice(from, next === -1 ? undefined : next);
  for (const text of texts) assert.match(part, text);
}

test("tests that hold pass, and what they print is shown", () =>
  reports("passing", "2 passed", "a share that a test prints"));

test("a failing test is told with its name, its message and the difference", () =>
  reports("failing", "1 passed, 1 failed", "this one does not", "equal", '··"sum":·3', '··"sum":·4'));

test("a property that fails tells its seed and its path", () =>
  reports("property", "0 passed, 1 failed", "every number is small", "seed: 7", "path:", "Counterexample: [100]"));

test("an empty file fails", () => reports("empty", "0 passed, 1 failed", "ran no test"));

test("a file that forgets test.run() fails", () => reports("never-run", "0 passed, 1 failed", "ran no test"));

test("a suite without a test fails", () => reports("no-test", "0 passed, 1 failed", "holds no test"));

test("a file that throws while it is loaded fails", () =>
  reports("throws", "0 passed, 1 failed", "could not be loaded", "thrown while loading"));

test("a promise rejected and left alone fails", () => reports("rejects", "1 passed, 1 failed", "left behind"));

test("a hook that throws fails the tests behind it", () => reports("hook", "0 passed, 1 failed", "a hook threw"));

test("a file that ends the process fails", () => reports("exits", "0 passed, 1 failed", "ended before its tests did"));

test("a test that never settles its promise fails", () =>
  reports("pending", "0 passed, 1 failed", "ended before its tests did"));

test("what is skipped is counted, with its reason", () =>
  reports("skips", "1 passed, 41 skipped", "skipped 40: no data here"));

test("a file that could only skip is no failure", () =>
  reports("only-skips", "0 passed, 1 skipped", "no-such-file.jsonl"));

test("bad files among good ones are counted, named, and fail the run", async () => {
  const { code, output, lastLine } = await together;
  assert.is(code, 1);
  assert.is(lastLine, "5 passed, 10 failed, 42 skipped", output);
  for (const fixture of bad) assert.match(output, new RegExp(`failing: .*/${fixture}\\.fixture\\.ts \\(1\\)`));
});

test("a run in which all holds ends well", async () => {
  const { code, output, lastLine } = await run("passing");
  assert.is(code, 0, output);
  assert.is(lastLine, "2 passed, 0 failed", output);
});

test("words that match no file fail the run", async () => {
  const { code, output, lastLine } = await run("there-is-no-such-file");
  assert.is(code, 1, output);
  assert.is(lastLine, "0 passed, 1 failed", output);
});

test.run();
