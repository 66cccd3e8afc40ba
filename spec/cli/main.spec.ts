/** The command line as a process: its streams, its exit codes, its manners. */
import { spawn } from "node:child_process";
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Outcome } from "../../lib/cli/run.ts";
import { repository } from "../support/repository.ts";

function fluxion(
  args: readonly string[],
  input = "",
): Promise<{ [Part in keyof Outcome]: Outcome[Part] | number | null }> {
  const child = spawn(process.execPath, ["--import", "tsx", "lib/cli/main.ts", ...args], { cwd: repository });
  const texts = { output: "", errors: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    texts.output += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    texts.errors += text;
  });
  // A command that reads no standard input may have ended before this is written.
  child.stdin.on("error", () => undefined).end(input);
  return new Promise(done => child.on("close", code => done({ code, ...texts })));
}

test("a result goes to standard output", async () => {
  assert.equal(await fluxion(["diff", "-x^2", "x"]), { code: 0, output: "-2 * x\n", errors: "" });
});

test("an expression is read from standard input", async () => {
  assert.equal(await fluxion(["diff", "-", "x"], "x^3 / 3\n"), { code: 0, output: "x^2\n", errors: "" });
});

test("an error in the input goes to standard error with exit code 1", async () => {
  const { code, output, errors } = await fluxion(["diff", "4*+", "x"]);
  assert.equal([code, output], [1, ""]);
  assert.match(String(errors), "4*+\n     ^");
  assert.not.match(String(errors), /\bat .*\.ts/);
});

test("wrong usage goes to standard error with exit code 2", async () => {
  const { code, output, errors } = await fluxion(["simplfy", "x"]);
  assert.equal([code, output], [2, ""]);
  assert.match(String(errors), "did you mean simplify?");
});

test("a reader that closes the pipe early is no error", async () => {
  const child = spawn(process.execPath, ["--import", "tsx", "lib/cli/main.ts", "gradient", sumOf(2000)], {
    cwd: repository,
  });
  let errors = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    errors += text;
  });
  child.stdout.destroy();
  const code = await new Promise(done => child.on("close", done));
  assert.equal({ code, errors }, { code: 0, errors: "" });
});

const sumOf = (count: number): string => Array.from({ length: count }, (_, i) => `x${i}^2`).join("+");

test.run();
