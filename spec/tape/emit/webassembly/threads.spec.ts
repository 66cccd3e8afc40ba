/** Several threads: the same bits as one, whatever is computed, and a process that ends by itself. */
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { defineFunction } from "../../../../lib/expression/define-function.ts";
import { define } from "../../../../lib/expression/definition.ts";
import { variable } from "../../../../lib/expression/expression.ts";
import { sum } from "../../../../lib/expression/reductions.ts";
import { parseDefinitions } from "../../../../lib/syntax/parse.ts";
import { createModule } from "../../../../lib/tape/emit/webassembly/encoder.ts";
import { compileModule, functionsOf } from "../../../../lib/tape/emit/webassembly/engine.ts";
import { importLinear, linearOf, linearStores } from "../../../../lib/tape/emit/webassembly/linear.ts";
import { i32 } from "../../../../lib/tape/emit/webassembly/scalars.ts";
import { load } from "../../../../lib/tape/emit/webassembly/values.ts";
import { createProgram, type Program, type ProgramOptions } from "../../../../lib/tape/program.ts";
import { schedule } from "../../../../lib/tape/schedule.ts";
import type { Tape } from "../../../../lib/tape/tape.ts";
import { networks, tapeOf } from "../../../support/networks.ts";
import { backends } from "../../../support/program.ts";
import { repository } from "../../../support/repository.ts";
import { throws } from "../../../support/throws.ts";

/** How often a thread has taken a slice of shared work while `run` ran. */
function slicesTakenBy(run: () => void): number {
  const { compareExchange } = Atomics;
  let taken = 0;
  const counting = (...args: Parameters<typeof compareExchange>): ReturnType<typeof compareExchange> => {
    taken += 1;
    return compareExchange(...args);
  };
  Object.defineProperty(Atomics, "compareExchange", { value: counting, configurable: true, writable: true });
  try {
    run();
  } finally {
    Object.defineProperty(Atomics, "compareExchange", { value: compareExchange, configurable: true, writable: true });
  }
  return taken;
}

/** Programs of one thread, two and three. */
const programsOf = (tape: Tape, options: ProgramOptions): readonly Program[] =>
  [1, 2, 3].map(threads => createProgram(tape, { ...options, backend: "webassembly", threads }));

/** All arrays of a program after a run, inputs too. */
function resultsOf(program: Program, extents: Readonly<Record<string, number>> | undefined): Map<string, unknown> {
  for (const [number, [name, array]] of Object.entries(program.inputs).entries()) {
    const shape = program.shapes[name] ?? [];
    const scale = shape.length > 1 ? 0.2 : 1;
    // Integers that point into arrays of three rows or more.
    for (let i = 0; i < array.length; i++)
      array[i] = array instanceof Int32Array ? (i * 7) % 3 : scale * Math.sin(12.9898 * (i + 1) + number);
  }
  // Twice: what the first run leaves behind is no part of the second.
  program.run(extents);
  program.run(extents);
  return new Map(
    [...Object.entries(program.inputs), ...Object.entries(program.outputs)].map(([k, v]) => [k, v.slice()]),
  );
}

/** Asserts that all programs compute the same bits. */
function agree([one, ...others]: readonly Program[], extents?: Readonly<Record<string, number>>): void {
  assert.ok(one !== undefined && others.length > 0);
  const expected = resultsOf(one, extents);
  for (const other of others)
    for (const [name, array] of resultsOf(other, extents))
      assert.equal(array, expected.get(name), `${name} with ${other.threads} threads`);
}

let shared = 0;
for (const [name, network] of Object.entries(networks)) {
  const tape = tapeOf(network);
  for (const type of ["f64", "f32"] as const)
    test(`${name}: the same bits for 1, 2 and 3 threads, ${type}`, () => {
      const inputs = tape.arrays.filter(({ role }) => role === "input");
      const names = new Set(inputs.flatMap(({ axes }) => axes.flatMap(axis => axis ?? [])));
      const long = name.includes("convolution") ? [] : ["n", "m"];
      const extents = Object.fromEntries([...names].map(index => [index, long.includes(index) ? 500 : 12]));
      const open = inputs.filter(({ axes }) => axes.includes(undefined));
      // Windows of 12 at 12 places; what integers point into is as long.
      const shapeOf = (axes: Tape["arrays"][number]["axes"]) => axes.map(axis => (axis && extents[axis]) || 23);
      const shapes = Object.fromEntries(open.map(({ name: array, axes }) => [array, shapeOf(axes)]));
      const programs = programsOf(tape, { extents, shapes, type });
      shared += slicesTakenBy(() => agree(programs)) > 0 ? 1 : 0;
      if (names.has("n")) agree(programs, { n: Math.floor(0.27 * (extents.n ?? 0)) });
    });
}

test("most of these networks were shared out", () => {
  const all = 2 * Object.keys(networks).length;
  console.log(`${shared} of ${all} networks had work for several threads`);
  assert.ok(2 * shared > all);
});

const anOuter = fc.constantFrom("tanh(x[n,k])", "x[n,k] * w[k]", "exp(x[n,k] - y[n])", "max(x[n,k], y[n])");
const aTerm = fc.tuple(anOuter, anOuter).map(([f, g]) => `(${f}) * (${g} + 0.5)`);
const aLine = fc.oneof(
  aTerm.map(f => `h#[n,k] = ${f}`),
  aTerm.map(f => `s#[k] = sum(n, ${f})`),
  aTerm.map(f => `r#[n] = logsumexp(k, ${f})`),
  aTerm.map(f => `m# = maximum(n, sum(k, ${f}))`),
  aTerm.map(f => `c#[k,l] = sum(n, (${f}) * x[n,l])`),
  aTerm.map(f => `g#[i] = sum(n, delta(i, t[n]) * sum(k, ${f}))`),
);

test("programs compute the same bits for 1, 2 and 3 threads, whatever the batch", () => {
  let judged = 0;
  const sizes = fc.record({ n: fc.integer({ min: 2000, max: 9000 }), k: fc.integer({ min: 1, max: 20 }) });
  const numRuns = Math.ceil(Number(process.env.FC_RUNS ?? 200) / 10);
  fc.assert(
    fc.property(fc.array(aLine, { minLength: 1, maxLength: 4 }), sizes, fc.boolean(), (lines, { n, k }, isSingle) => {
      const text = lines.map((line, i) => line.replaceAll("#", `${i}`)).join("\n");
      const tape = schedule(parseDefinitions(text));
      const extents = { n, k, l: k, i: 5 };
      const programs = programsOf(tape, { extents, type: isSingle ? "f32" : "f64" });
      judged += slicesTakenBy(() => agree(programs)) > 0 ? 1 : 0;
      agree(programs, { n: Math.floor(n / 3) });
    }),
    { numRuns },
  );
  console.log(`${judged} of ${numRuns} programs had work for several threads`);
  assert.ok(2 * judged > numRuns);
});

const chain = schedule(parseDefinitions("h[n] = sin(x[n]) * exp(x[n])\nloss = sum(n, h[n]^2)"));
const chainOf = (options: ProgramOptions): Program => createProgram(chain, { shapes: { x: [50_000] }, ...options });

test("a program says how many threads it has, and its arrays are shared where there are several", () => {
  for (const backend of backends) assert.is(chainOf({ backend, threads: 1 }).threads, 1);
  assert.is(chainOf({ backend: "javascript", threads: 2 }).threads, 1);
  assert.is(chainOf({ backend: "interpreter", threads: 2 }).threads, 1);
  const two = chainOf({ backend: "webassembly", threads: 2 });
  assert.is(two.threads, 2);
  assert.ok(two.input("x").buffer instanceof SharedArrayBuffer);
  assert.ok(chainOf({ backend: "webassembly" }).input("x").buffer instanceof ArrayBuffer);
});

test("a page whose memory cannot be shared has one thread", () => {
  Object.defineProperty(globalThis, "crossOriginIsolated", { value: false, configurable: true });
  try {
    const program = createProgram(chain, { shapes: { x: [50_000] }, backend: "webassembly", threads: 9 });
    assert.is(program.threads, 1);
    agree([program, chainOf({ backend: "webassembly" })]);
  } finally {
    Reflect.deleteProperty(globalThis, "crossOriginIsolated");
  }
});

test("a number of threads that is none is refused", () => {
  for (const threads of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])
    throws(() => chainOf({ backend: "webassembly", threads }), "bad-option", "threads");
});

test("an integer that points outside is refused before anything is computed", () => {
  const tape = schedule(parseDefinitions("h[n,k] = sin(a[t[n],k])"));
  const options = { shapes: { a: [4, 10], t: [9000] }, backend: "webassembly", threads: 2 } as const;
  const program = createProgram(tape, options);
  program.input("t")[8999] = 4;
  throws(() => program.run(), "out-of-range", "t[8999]");
  program.input("t")[8999] = 3;
  program.run();
});

test("a function of one's own, which no other thread can have, is computed by the first", () => {
  const bump = defineFunction({ name: "bump", arity: 1, evaluate: x => x / (1 + x * x), derivatives: [x => x] });
  const value = bump(variable("x", "n"));
  const tape = schedule([define("h[n]", value), define("loss", sum("n", value))]);
  agree(programsOf(tape, { shapes: { x: [40_000] } }));
});

/** What a process of its own prints; it has to end by itself. */
function outputOf(fixture: string): unknown {
  const file = fileURLToPath(new URL(`../../fixtures/${fixture}.fixture.ts`, import.meta.url));
  const options = { cwd: repository, encoding: "utf8", timeout: 120_000 } as const;
  return JSON.parse(execFileSync(process.execPath, ["--import", "tsx", file], options));
}

test("a process ends by itself", () => assert.equal(outputOf("threads"), { threads: 2, isRight: true }));

test("the workers of a page help as well, and its first thread need not sleep", () =>
  assert.equal(outputOf("page-threads"), { threads: 2, results: 1, isHelped: true }));

/** Counts calls: adds what it is given to the number at a place, a digit further each time. */
function counter(threads: number) {
  const memory = linearStores({ numbers: 1, integers: 5000, room: 0, type: "f64", threads });
  const linear = linearOf({ ...memory });
  const module = createModule();
  importLinear(module, linear);
  module.exportFunction("note", ["i32", "i32"], "none", (body, place, digit) => {
    const base = i32.add(i32.constant(memory.integers.byteOffset), i32.shl(place, i32.constant(2)));
    const before = load("i32", { base });
    body.store({ base }, i32.add(i32.mul(before, i32.constant(10)), digit));
  });
  const compiled = compileModule(module.encode());
  const run = functionsOf(compiled, { memory: linear.memory }).get("note");
  assert.ok(run !== undefined);
  const task = linear.crew.taskOf({ module: compiled, imports: {}, name: "note", run, width: 2, places: [] });
  return { task, integers: memory.integers };
}

test("a call that fails says so in the end, and the next ones are done all the same", () => {
  const { task, integers } = counter(2);
  const nowhere = 2 ** 28;
  for (let round = 0; round < 20; round++) {
    for (let slice = 0; slice < 50; slice++) {
      task.call(slice % 2 === 0 ? nowhere : slice, 1);
      task.endSlice();
    }
    assert.throws(() => task.finish());
  }
  integers.fill(0);
  for (let slice = 0; slice < 50; slice++) {
    task.call(slice, 2);
    task.endSlice();
  }
  task.finish();
  assert.ok(integers.slice(0, 50).every(each => each === 2));
});

for (const threads of [1, 2, 4])
  test(`each slice is done once, its calls in order, also where there are very many: ${threads} threads`, () => {
    const { task, integers } = counter(threads);
    for (let slice = 0; slice < 5000; slice++) {
      for (const digit of [1, 2, 3]) task.call(slice, digit);
      task.endSlice();
    }
    task.finish();
    assert.ok(integers.every(each => each === 123));
    // One that is longer than there is room for, and one that is empty.
    integers.fill(0);
    for (let call = 0; call < 9000; call++) task.call(7, call === 8999 ? 9 : 0);
    task.endSlice();
    task.endSlice();
    task.call(8, 4);
    task.finish();
    assert.equal([...integers.slice(6, 10)], [0, 9, 4, 0]);
  });

test.run();
