/** Matrix products whose multiplications and additions are one instruction: an option, of engines that have it. */
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { parseDefinitions } from "../../lib/syntax/parse.ts";
import { hasFusedVectors } from "../../lib/tape/emit/webassembly/engine.ts";
import { createProgram } from "../../lib/tape/program.ts";
import { schedule } from "../../lib/tape/schedule.ts";
import { repository } from "../support/repository.ts";
import { skipped } from "../support/skip.ts";
import { throws } from "../support/throws.ts";

const tape = schedule(parseDefinitions("c[i,k] = sum(j, a[i,j] * b[j,k])"));
const make = (options: object) => () => createProgram(tape, { shapes: { a: [8, 8], b: [8, 8] }, ...options });

// Node 20 has the instruction behind a flag, later ones have it without.
const flags = Number(process.versions.node.split(".")[0]) < 21 ? ["--experimental-wasm-relaxed-simd"] : [];
const fixture = fileURLToPath(new URL("fixtures/fused.fixture.ts", import.meta.url));
const output = execFileSync(process.execPath, [...flags, "--import", "tsx", fixture], {
  cwd: repository,
  encoding: "utf8",
});
const { has, ...results } = JSON.parse(output);

if (has !== true) skipped("no relaxed SIMD in this engine");
else
  for (const type of ["f64", "f32"] as const)
    test(`fused products are products, and the same again: ${type}`, () => {
      const { difference, isRepeated } = results[type];
      // Each of 301 steps rounds once or twice, relative to a sum of at most 301.
      const tolerance = 301 ** 1.5 * (type === "f64" ? 2 ** -52 : 2 ** -23);
      assert.ok(difference <= tolerance, `they differ by ${difference}`);
      assert.ok(isRepeated);
    });

test("without the instruction it is said that there is none", () => {
  if (hasFusedVectors()) assert.is(make({ fused: true })().backend, "webassembly");
  else throws(make({ fused: true }), "unsupported", "leave out the option fused");
});

test("what is no such option is refused", () => {
  throws(make({ fused: 1 }), "bad-option", "true or false");
  throws(make({ fused: true, backend: "javascript" }), "bad-option", "only WebAssembly");
  assert.is(make({ fused: false, backend: "javascript" })().backend, "javascript");
});

test.run();
