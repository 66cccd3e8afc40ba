/** Nests cut into slices: which loop is shared out, and that slices in any order compute what the whole does. */
import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import "../../../../lib/print/text.ts";
import { parse } from "../../../../lib/syntax/parse.ts";
import { javascriptBlock } from "../../../../lib/tape/emit/loops/javascript.ts";
import { contextOf, vectorLoops } from "../../../../lib/tape/emit/webassembly/choice.ts";
import { cutOf } from "../../../../lib/tape/emit/webassembly/cut.ts";
import { webassemblyBlock } from "../../../../lib/tape/emit/webassembly/loops.ts";
import { alone, type Crew } from "../../../../lib/tape/emit/webassembly/threads/crew.ts";
import { lower } from "../../../../lib/tape/lower.ts";
import type { Nest } from "../../../../lib/tape/tape.ts";
import { aChoice, begin, closed, loop, memoryOf, nests, store, valuesWith } from "../../../support/nests.ts";
import { numRuns } from "../../../support/runs.ts";

/** How each nest is cut: the index, how many slices there are, and what they need of their own. */
function cuts(nest: Nest, extents: readonly number[], least: number): readonly string[] {
  const memory = memoryOf(extents);
  const block = lower(nest, memory.regionOf);
  const chosen = vectorLoops(block, memory, 2);
  const context = contextOf(block, memory, 2);
  return block.flatMap(each => {
    const cut = each.kind === "loop" ? cutOf(each, context, chosen, { least, room: 2 ** 18 }) : undefined;
    if (cut === undefined) return [];
    const own = [
      ...(cut.totals.length > 0 ? [`${cut.totals.length} totals`] : []),
      ...(cut.copies.length > 0 ? [`${cut.copies.length} copies`] : []),
    ];
    return [[`${cut.slices} slices of ${cut.loop.index}`, ...own].join(", ")];
  });
}

const cutInto = (what: string, nest: Nest, expected: string, extents: readonly number[] = [20, 20, 3]): void =>
  test(`${what}: ${expected}`, () => {
    const found = cuts(nest, extents, 40).join("; ");
    assert.is(found.replace(/\d+ slices/g, "slices"), expected);
    agree(nest, extents, "f64");
    agree(nest, extents, "f32");
  });

/** Runs all slices of a task from the last to the first. */
const backwards: Crew = {
  threads: 1,
  taskOf: code => {
    const task = alone.taskOf(code);
    let slices: (() => void)[][] = [[]];
    return {
      call: (...args) => slices.at(-1)?.push(() => task.call(...args)),
      endSlice: () => slices.push([]),
      finish: () => {
        for (const slice of slices.reverse()) for (const call of slice) call();
        slices = [[]];
      },
    };
  },
};

/** Slices in any order give the same bits, and what the whole gives to rounding. */
function agree(nest: Nest, extents: readonly number[], type: "f64" | "f32"): void {
  const results = [alone, backwards].map(crew => {
    const memory = memoryOf(extents, type, { crew, leastSlice: 40 });
    const run = webassemblyBlock(lower(nest, memory.regionOf), memory);
    begin(memory);
    run();
    return memory.numbers.slice();
  });
  const [forwards, other] = results as [Float64Array, Float64Array];
  for (const [i, x] of forwards.entries()) {
    const y = other[i] as number;
    assert.ok(Object.is(x, y), `element ${i} is ${x}, from the last slice to the first ${y}`);
  }
  const memory = memoryOf(extents, type);
  const run = javascriptBlock(lower(nest, memory.regionOf), memory);
  begin(memory);
  run();
  // Sums in another order: some roundings of their largest terms, which are at most 24 * 24 of about 1; in singles each
  // step rounds, where JavaScript computes in doubles.
  const tolerance = type === "f64" ? 1e-11 : 2e-3;
  for (const [i, x] of memory.numbers.entries()) {
    const y = forwards[i] as number;
    const isNear = Object.is(x, y) || Math.abs(x - y) <= tolerance * Math.max(1, Math.abs(x));
    assert.ok(isNear, `element ${i} is ${x}, in slices ${y}`);
  }
}

const total = (value: string) => ({ kind: "accumulate", local: "s", operation: "sum", value: parse(value) }) as const;
const start = { kind: "start", local: "s", operation: "sum" } as const;

cutInto("side by side", [loop("i", loop("j", store("a[i,j]", "exp(b[i,j])")))], "slices of i");
cutInto("a few long rows", [loop("i", loop("j", store("a[i,j]", "exp(b[i,j])")))], "slices of j", [1, 24, 3]);
cutInto("a product", [loop("k", loop("j", store("a[0,j]", "b[k,j]", "sum")))], "slices of j", [1, 24, 20]);
cutInto("a total", [start, loop("i", loop("j", total("exp(b[i,j])"))), store("a[0,0]", "s")], "slices of i, 1 totals");
cutInto(
  "a total that was begun, read and goes on",
  [start, total("b[3,3]"), loop("i", loop("j", total("exp(b[i,j])"))), total("s / 2"), store("a[0,0]", "s")],
  "slices of i, 1 totals",
);
cutInto(
  "what is computed before the loop, and overwritten",
  [
    { kind: "let", local: "s", value: parse("exp(b[0,0])") },
    store("b[0,0]", "7"),
    loop("i", loop("j", store("a[i,j]", "s * sin(b[i,j])"))),
    store("b[1,1]", "s"),
  ],
  "slices of i",
);
const added = (operation: "sum" | "maximum"): Nest => [
  loop("i", loop("j", loop("k", store("a[0,t[j]]", "sin(b[i,j] + b[k,j])", operation)))),
];
cutInto("added to a few", added("sum"), "slices of i, 1 copies", [20, 20, 20]);
cutInto("the greatest of each", added("maximum"), "slices of i, 1 copies", [20, 20, 20]);
cutInto("copies would cost more than they gain", added("sum"), "", [20, 2, 2]);
cutInto("rows that integers tell", [loop("i", loop("j", store("a[t[i],j]", "exp(b[i,j])")))], "slices of j");
cutInto("a chain", [loop("j", store("a[0,j+1]", "exp(a[0,j])"))], "");
cutInto("a chain along j, free along i", [loop("i", loop("j", store("a[i,j+1]", "exp(a[i,j])")))], "slices of i");
cutInto("a triangle, in which rows overlap", [loop("i", loop("j", store("a[0,i+j]", "exp(b[i,j])")))], "");
cutInto("read where others write", [loop("i", loop("j", store("a[i,j]", "exp(a[j,i])")))], "");
cutInto("a running total, read as it grows", [start, loop("j", total("exp(b[0,j])"), store("a[0,j]", "s"))], "");
cutInto("a little work", [loop("j", store("a[0,j]", "1"))], "", [1, 20, 1]);

for (const [type, aNest] of [
  ["f64", nests(valuesWith(aChoice))],
  ["f32", nests(valuesWith())],
] as const)
  test(`slices in any order compute what the nest does: ${type}`, () => {
    const extents = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 3, maxLength: 3 });
    let cut = 0;
    fc.assert(
      fc.property(aNest, extents, (nest, counts) => {
        const whole = closed(nest);
        if (cuts(whole, counts, 40).length > 0) cut += 1;
        agree(whole, counts, type);
      }),
      { numRuns },
    );
    console.log(`${type}: ${cut} of ${numRuns} nests were cut`);
    assert.ok(10 * cut > numRuns, "at least one in ten");
  });

test.run();
