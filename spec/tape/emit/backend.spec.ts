/** The back-end that is asked for runs a program, or the refusal says why. */
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { parseDefinitions } from "../../../lib/syntax/parse.ts";
import { createProgram } from "../../../lib/tape/program.ts";
import { schedule } from "../../../lib/tape/schedule.ts";
import { backends } from "../../support/program.ts";
import { repository } from "../../support/repository.ts";
import { throws } from "../../support/throws.ts";

const tape = schedule(parseDefinitions("h[n] = 2 * x[n]"));
const make = (): unknown => createProgram(tape, { shapes: { x: [3] }, backend: "webassembly" });

for (const backend of backends)
  test(`a program says what runs it: ${backend}`, () => {
    assert.is(createProgram(tape, { shapes: { x: [3] }, backend }).backend, backend);
  });

for (const [extent, backend] of [
  [255, "javascript"],
  [256, "webassembly"],
] as const)
  test(`where none is asked for, a loop of ${extent} turns is run by ${backend}`, () => {
    assert.is(createProgram(tape, { shapes: { x: [extent] } }).backend, backend);
  });

test("turns of a loop within loops count as often as they are run", () => {
  const product = schedule(parseDefinitions("c[i,k] = sum(j, a[i,j] * b[j,k])"));
  const chosen = (a: readonly number[], b: readonly number[]): string =>
    createProgram(product, { shapes: { a, b } }).backend;
  assert.is(chosen([16, 4], [4, 4]), "webassembly");
  assert.is(chosen([16, 4], [4, 3]), "javascript");
  assert.is(chosen([0, 400], [400, 300]), "javascript");
});

test("a scalar is run by JavaScript", () => {
  assert.is(createProgram(schedule(parseDefinitions("y = exp(x)"))).backend, "javascript");
});

test("where memory cannot be had, JavaScript runs what WebAssembly would", () => {
  const engine: unknown = Reflect.get(globalThis, "WebAssembly");
  assert.ok(typeof engine === "object" && engine !== null);
  class Exhausted {
    constructor() {
      throw new RangeError("could not allocate memory");
    }
  }
  replacing(engine, "Memory", Exhausted, () => {
    assert.is(createProgram(tape, { shapes: { x: [1000] } }).backend, "javascript");
  });
});

/** Puts something in the place of a global while a test runs. */
function replacing(target: object, name: string, value: unknown, work: () => void): void {
  const before = Object.getOwnPropertyDescriptor(target, name);
  Object.defineProperty(target, name, { value, configurable: true, writable: true });
  try {
    work();
  } finally {
    if (before !== undefined) Object.defineProperty(target, name, before);
  }
}

test("an engine without WebAssembly refuses it", () =>
  replacing(globalThis, "WebAssembly", undefined, () => throws(make, "unsupported", "no WebAssembly with vectors")));

test("a page whose policy forbids WebAssembly refuses it", () => {
  const engine: unknown = Reflect.get(globalThis, "WebAssembly");
  assert.ok(typeof engine === "object" && engine !== null);
  class Forbidden {
    constructor() {
      throw Object.assign(new Error("disallowed by embedder"), { name: "CompileError" });
    }
  }
  replacing(engine, "Module", Forbidden, () => throws(make, "unsupported", "forbids WebAssembly"));
});

test("WebAssembly needs no code from strings", () => {
  const fixture = fileURLToPath(new URL("../fixtures/no-eval-webassembly.fixture.ts", import.meta.url));
  const flags = ["--disallow-code-generation-from-strings", "--import", "tsx", fixture];
  const output = execFileSync(process.execPath, flags, { cwd: repository, encoding: "utf8" });
  assert.equal(JSON.parse(output), { h: [22, 28, 49, 64], total: [163], long: [2, 2, 2, 2, 2, 2] });
});

test("a name that is none is refused, and the others are listed", () => {
  const backend = "constructor" as unknown as "javascript";
  throws(() => createProgram(tape, { shapes: { x: [3] }, backend }), "bad-option", "webassembly", "constructor");
});

test("more than WebAssembly can address is refused", () =>
  throws(
    () => createProgram(tape, { shapes: { x: [2 ** 28] }, backend: "webassembly" }),
    "unsupported",
    "too large for WebAssembly",
  ));

test.run();
