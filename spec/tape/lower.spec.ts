/** Nests become blocks in which nothing is computed twice, and nothing within a loop that could be outside of it. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { index, variable } from "../../lib/expression/expression.ts";
import { parse } from "../../lib/syntax/parse.ts";
import type { Block, Instruction } from "../../lib/tape/block.ts";
import { blockText } from "../../lib/tape/emit/loops/javascript.ts";
import { partsOf } from "../../lib/tape/emit/loops/parts.ts";
import type { Memory } from "../../lib/tape/emit/machine.ts";
import { lower } from "../../lib/tape/lower.ts";
import type { Nest, Statement } from "../../lib/tape/tape.ts";
import { throws } from "../support/throws.ts";

// Every array has ten columns; where it begins does not matter here.
const layoutOf = () => ({ offset: 0, strides: [10, 1] });

const loop = (name: string, ...body: readonly Statement[]): Statement => ({ kind: "loop", index: name, body });
const store = (reading: string, value: string, operation: "set" | "sum" = "set"): Statement => {
  const at = parse(reading);
  if (at.kind !== "variable") throw new Error(`${reading} is no reading`);
  return { kind: "store", array: at.name, at: at.indices, operation, value: parse(value) };
};

/** The kinds of instructions and the functions, by the number of loops around them. */
function outline(block: Block, depth = 0): readonly string[] {
  return block.flatMap((each: Instruction): readonly string[] => {
    if (each.kind === "loop") return [`${"  ".repeat(depth)}loop`, ...outline(each.body, depth + 1)];
    return [`${"  ".repeat(depth)}${each.kind === "call" ? each.fn.name : each.kind}`];
  });
}

const becomes = (what: string, nest: Nest, expected: string): void =>
  test(what, () => assert.is(outline(lower(nest, layoutOf)).join("\n"), expected.trim().replace(/^ {4}/gm, "")));

becomes(
  "what does not depend on a loop is computed outside of it",
  [loop("i", loop("j", store("y[i,j]", "exp(a[i,0]) * b[0,j] + tanh(s)")))],
  `
    load
    tanh
    loop
      load
      exp
      position
      loop
        load
        mul
        add
        store`,
);

becomes(
  "what several statements share is computed once, under one loop",
  [loop("i", store("y[i,0]", "sin(x[i,0])^2"), store("z[i,0]", "2 * sin(x[i,0])"))],
  `
    loop
      load
      sin
      pow
      store
      mul
      store`,
);

becomes(
  "what was stored is not read again, and what changes is",
  [
    loop("i", store("y[i,0]", "sin(x[i,0])"), store("z[i,0]", "2 * y[i,0]"), store("w[i,0]", "2 * y[0,0]")),
    loop("i", store("w[i,0]", "y[i,0]")),
  ],
  `
    loop
      load
      sin
      store
      mul
      store
      load
      mul
      store
    loop
      load
      store`,
);

becomes(
  "a reading of what a loop writes stays inside, though its position is fixed",
  [loop("i", store("s[0,0]", "s[0,0] / 2 + x[i,0]"))],
  `
    loop
      load
      div
      load
      add
      store`,
);

becomes(
  "an accumulator is read where it is complete",
  [
    loop(
      "i",
      { kind: "start", local: "a", operation: "sum" },
      loop("j", { kind: "accumulate", local: "a", operation: "sum", value: parse("x[i,j] * w[0,j]") }),
      { kind: "store", array: "y", at: [index("i")], operation: "set", value: variable("a") },
    ),
  ],
  `
    loop
      start
      position
      loop
        load
        load
        mul
        accumulate
      read
      store`,
);

becomes("what nothing reads is not computed", [{ kind: "let", local: "a", value: parse("exp(x[0,0])") }], "");

test("a local hides a scalar of its name, as far as its loop goes", () => {
  const block = lower(
    [
      loop("i", { kind: "let", local: "t", value: parse("x[i,0]") }, store("y[i,0]", "t")),
      loop("i", store("z[i,0]", "t")),
    ],
    layoutOf,
  );
  assert.equal(outline(block), ["loop", "  load", "  store", "load", "loop", "  store"]);
});

test("more loops within each other than engines can read are refused", () => {
  const names = Array.from({ length: 300 }, (_, i) => `i${i}`);
  const nest = names.reduceRight<Nest>((body, name) => [{ kind: "loop", index: name, body }], [store("y[i0,i1]", "1")]);
  throws(() => lower(nest, layoutOf), "unsupported", "250 loops");
});

test("an index without its loop is refused", () => {
  throws(() => lower([store("y[i,0]", "1")], layoutOf), "bad-index", "no loop runs over the index i");
});

const memory: Memory = {
  numbers: new Float64Array(100),
  integers: new Int32Array(0),
  work: new Float64Array(0),
  extents: new Int32Array(2),
  slotOf: () => 0,
  regionOf: name => ({ offset: name === "y" ? 50 : 0, strides: [10, 1], length: 50, isInteger: false }),
};

test("names of users never reach the text", () => {
  const block = lower([loop("process", store("y[process,0]", "`x;exit()`[process,0] * `constructor`"))], layoutOf);
  const { text } = blockText(block, memory);
  for (const name of ["process", "exit", "constructor"]) assert.not.ok(text.includes(name), `${name} is in ${text}`);
});

test("a branch that is not taken is not computed, where only the branch asks for it", () => {
  const { text } = blockText(lower([loop("i", store("y[i,0]", "x[i,0] > 0 ? log(x[i,0]) : 0"))], layoutOf), memory);
  assert.ok(/\? \(Math\.log\(/.test(text), text);
});

test("long bodies of loops become several functions, and hand over what crosses", () => {
  const sum = Array.from({ length: 50 }, (_, k) => `sin(x[i,${k % 10}] + ${k})`).join(" + ");
  const block = lower([loop("i", store("y[i,0]", sum), store("z[i,0]", `(${sum}) / 2`))], layoutOf);
  const { parts, crossing } = partsOf(block, 20);
  assert.ok(parts.length > 5);
  assert.ok(crossing.size > 0);
  assert.is(partsOf(block, 1000).parts.length, 1);
  assert.is(partsOf(block, 1000).crossing.size, 0);
});

test.run();
