/** Loops in vectors: what they compute is what the loops compute one turn after another, wherever a turn stands. */
import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { define } from "../../../../lib/expression/definition.ts";
import { call, type FunctionRow, variable } from "../../../../lib/expression/expression.ts";
import { functions } from "../../../../lib/expression/functions.ts";
import "../../../../lib/print/text.ts";
import { parse, parseDefinitions } from "../../../../lib/syntax/parse.ts";
import { javascriptBlock } from "../../../../lib/tape/emit/loops/javascript.ts";
import { vectorLoops } from "../../../../lib/tape/emit/webassembly/choice.ts";
import { webassemblyBlock } from "../../../../lib/tape/emit/webassembly/loops.ts";
import { lower } from "../../../../lib/tape/lower.ts";
import { createProgram, type Program } from "../../../../lib/tape/program.ts";
import { schedule } from "../../../../lib/tape/schedule.ts";
import type { Nest } from "../../../../lib/tape/tape.ts";
import { aChoice, begin, closed, loop, memoryOf, nests, store, valuesWith } from "../../../support/nests.ts";
import { fill } from "../../../support/program.ts";
import { numRuns } from "../../../support/runs.ts";

/** Runs a nest one turn after another, and in vectors, and compares all of the memory. */
function agrees(nest: Nest, extents: readonly number[], type: "f64" | "f32" = "f64"): void {
  const memory = memoryOf(extents, type);
  const block = lower(nest, memory.regionOf);
  const results = [javascriptBlock(block, memory), webassemblyBlock(block, memory)].map(run => {
    begin(memory);
    run();
    return memory.numbers.slice();
  });
  const [expected, found] = results as [Float64Array, Float64Array];
  // Sums in another order: some roundings of their largest terms, which are at most 24 * 24 of about 1. In singles, every
  // step rounds, where JavaScript computes in doubles.
  const tolerance = type === "f64" ? 1e-11 : 2e-3;
  for (const [i, x] of expected.entries()) {
    const y = found[i] as number;
    assert.ok(
      Object.is(x, y) || Math.abs(x - y) <= tolerance * Math.max(1, Math.abs(x)),
      `element ${i} is ${x}, got ${y}`,
    );
  }
}

const choices = (nest: Nest, extents: readonly number[]): readonly string[] => {
  const memory = memoryOf(extents);
  return [...vectorLoops(lower(nest, memory.regionOf), memory, 2)].map(({ index }) => index);
};

const chooses = (
  what: string,
  nest: Nest,
  expected: readonly string[],
  extents: readonly number[] = [20, 20, 3],
): void =>
  test(`${what}: ${expected.join(" and ") || "none"}`, () => {
    assert.equal(choices(nest, extents), expected);
    for (const n of [0, 1, 2, 3, 5, 11, 12]) agrees(nest, [Math.min(n, extents[0] ?? 0), n, 3]);
  });

chooses("side by side", [loop("i", loop("j", store("a[i,j]", "exp(b[i,j])")))], ["j"]);
chooses("a product by columns", [loop("i", loop("j", loop("k", store("a[i,j]", "b[i,k] * b[k,j]", "sum"))))], ["j"]);
chooses("a chain along j, free along i", [loop("i", loop("j", store("a[i,j+1]", "tanh(a[i,j])")))], ["i"]);
chooses("a chain", [loop("j", store("a[0,j+1]", "a[0,j] + b[0,j]"))], []);
chooses("a chain backwards, read before it is written", [loop("j", store("a[0,j]", "a[0,j+1] + b[0,j]"))], []);
chooses("the same element, read and written", [loop("j", store("a[0,j]", "a[0,j] + b[0,j]"))], ["j"]);
chooses("even and odd", [loop("j", store("a[0,2*j]", "sin(a[0,2*j+1])"))], ["j"], [20, 11, 3]);
chooses("one element, the last wins", [loop("j", store("a[0,0]", "sin(b[0,j])"))], []);
chooses("a window scattered", [loop("j", loop("k", store("a[0,j+k]", "b[0,j]", "sum")))], ["j"]);
chooses("integers, which may repeat, added to", [loop("j", store("a[0,t[j]]", "sin(b[0,j])", "sum"))], ["j"]);
chooses("integers, which may repeat, written to", [loop("j", store("a[0,t[j]]", "sin(b[0,j])"))], []);
chooses("one number written wherever", [loop("j", store("a[0,t[j]]", "0"), store("b[0,j]", "sin(b[0,j])"))], ["j"]);
chooses(
  "a running total, read as it grows",
  [
    { kind: "start", local: "s", operation: "sum" },
    loop("j", { kind: "accumulate", local: "s", operation: "sum", value: parse("b[0,j]") }, store("a[0,j]", "exp(s)")),
  ],
  [],
);
chooses(
  "a total of totals",
  [
    { kind: "start", local: "s", operation: "sum" },
    loop(
      "i",
      { kind: "start", local: "m", operation: "maximum" },
      loop("j", { kind: "accumulate", local: "m", operation: "maximum", value: parse("b[i,j] * a[j,i]") }),
      { kind: "accumulate", local: "s", operation: "sum", value: parse("m") },
    ),
    store("a[23,23]", "s"),
  ],
  ["i"],
);

for (const [type, aNest] of [
  ["f64", nests(valuesWith(aChoice))],
  ["f32", nests(valuesWith())],
] as const)
  test(`a nest in vectors does what it does turn by turn: ${type}`, () => {
    const extents = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 3, maxLength: 3 });
    let vectorised = 0;
    fc.assert(
      fc.property(aNest, extents, (nest, counts) => {
        const whole = closed(nest);
        if (choices(whole, counts).length > 0) vectorised += 1;
        agrees(whole, counts, type);
      }),
      { numRuns },
    );
    console.log(`${type}: ${vectorised} of ${numRuns} nests had a loop in vectors`);
    assert.ok(10 * vectorised > numRuns, "at least one in ten");
  });

// More than a whole number of vectors.
const positions = 37;

for (const type of ["f64", "f32"] as const)
  test(`a turn gives the same bits in every place, for every row of the table: ${type}`, () => {
    const rows = [...functions.values()].filter(row => row.arity > 0);
    const definitions = rows.map((row: FunctionRow, number) => {
      const args = Array.from({ length: row.arity }, (_, k) => variable(`x${k}`, "i"));
      return define(`y${number}[i]`, call(row, args));
    });
    const tape = schedule(definitions, { simplify: false, stabilise: false });
    const program = createProgram(tape, { extents: { i: positions }, backend: "webassembly", type });
    for (const given of [0.3, -0.7, 2, 1e-5, 250_000.5, Number.NaN]) {
      for (const [k, array] of Object.values(program.inputs).entries()) array.fill(given + k / 4);
      program.run();
      for (const [number, row] of rows.entries()) {
        const values = program.output(`y${number}`);
        for (const value of values) assert.ok(Object.is(value, values[0]), `${row.name} at ${given}: ${[...values]}`);
      }
    }
  });

const network = schedule(
  parseDefinitions(
    `a[n,k] = sum(j, x[n,j] * W[j,k]) + b[k]
     p[n,c] = exp(sum(k, tanh(a[n,k]) * V[k,c])) / sum(c', exp(sum(k, tanh(a[n,k]) * V[k,c'])))
     loss = mean(n, -log(p[n,t[n]]))
     g[k,c] = sum(n, tanh(a[n,k]) * p[n,c])`,
  ),
);
const networkOf = (n: number, type: "f64" | "f32"): Program => {
  const shapes = { x: [n, 13], W: [13, 11], V: [11, 5], t: [n] };
  const program = createProgram(network, { shapes, backend: "webassembly", type });
  fill(program, { t: Array.from({ length: n }, (_, i) => i % 5) });
  const x = program.input("x");
  for (let i = 0; i < x.length; i++) x[i] = Math.sin(i);
  for (const [seed, name] of ["W", "b", "V"].entries())
    program.input(name).forEach((_, i, array) => {
      array[i] = Math.cos(1.7 * i + seed);
    });
  return program;
};

for (const type of ["f64", "f32"] as const)
  test(`37 of 64 are to the bit what a program of 37 computes, and so is a second run: ${type}`, () => {
    const [large, small] = [networkOf(64, type), networkOf(37, type)];
    large.run();
    large.run({ n: 37 });
    small.run();
    const first = Object.values(small.outputs).map(array => array.slice());
    small.run();
    for (const [k, [name, array]] of Object.entries(small.outputs).entries()) {
      assert.equal(array, first[k], `${name} once more`);
      assert.equal(large.output(name).slice(0, array.length), array, name);
    }
  });

test("what is longer than a function may be is run all the same", () => {
  let text = "x[i]";
  for (let k = 0; k < 11; k++) text = `sin(${text}) * 0.99`;
  const long = Array.from({ length: 500 }, (_, k) => `y${k}[i] = ${text} + ${k}`).join("\n");
  const tape = schedule(parseDefinitions(long), { simplify: false, stabilise: false });
  const [first, second] = (["javascript", "webassembly"] as const).map(backend => {
    const program = createProgram(tape, { shapes: { x: [5] }, backend });
    program.input("x").set([1, 2, 3, 4, 5]);
    program.run();
    return program;
  }) as [Program, Program];
  for (const name of tape.outputs)
    for (const [i, value] of first.output(name).entries())
      assert.ok(Math.abs(value - (second.output(name)[i] ?? 0)) < 1e-12 * (1 + Math.abs(value)), name);
});

test.run();
