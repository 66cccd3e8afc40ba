/** Loops that take four turns at once compute what they computed, for any number of turns. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { evaluateDefinitions } from "../../../../lib/evaluate.ts";
import { parseDefinitions } from "../../../../lib/syntax/parse.ts";
import type { Block } from "../../../../lib/tape/block.ts";
import { fourfold } from "../../../../lib/tape/emit/loops/fourfold.ts";
import type { Memory } from "../../../../lib/tape/emit/machine.ts";
import { lower } from "../../../../lib/tape/lower.ts";
import { createProgram } from "../../../../lib/tape/program.ts";
import { schedule } from "../../../../lib/tape/schedule.ts";
import { sizesOf } from "../../../../lib/tape/shapes.ts";
import type { Nest } from "../../../../lib/tape/tape.ts";
import { withoutThinProducts } from "../../../../lib/tape/thin.ts";
import { fill, near, nested } from "../../../support/program.ts";

const lists = {
  "one sum": "s = sum(i, x[i])",
  "sums of products": "s = sum(i, x[i] * y[i])\nt = sum(i, x[i]^2 - 3 * y[i])",
  "sums in rows": "s[j] = sum(i, W[j,i] * x[i])",
  "rows into a sum": "s[j] = sum(i, x[i] * W[i,j])",
  "rows of a scaled product": "s[n,j] = c * sum(i, A[n,i] * W[i,j])",
  "gathered rows": "s[j] = sum(i, x[i] * E[token[i],j])",
  "rows of functions": "s[j] = sum(i, tanh(x[i]) * W[i,j])",
  "a product with itself": "s[j] = sum(i, W[i,j] * W[i,j] * x[i])",
} as const;

const [longest, columns, words] = [41, 9, 7];
const shapeOf: Readonly<Record<string, (rows: number) => readonly number[]>> = {
  x: rows => [rows],
  y: rows => [rows],
  W: rows => [rows, columns],
  A: rows => [2, rows],
  E: () => [words, columns],
  token: rows => [rows],
};
const tokens = Array.from({ length: longest }, (_, i) => (5 * i + 1) % words);

for (const [name, text] of Object.entries(lists))
  test(name, () => {
    const definitions = parseDefinitions(text.replace("W[j,i]", "V[j,i]"));
    const tape = schedule(definitions, { stabilise: false });
    const present = tape.arrays.filter(({ role, axes }) => role === "input" && axes.length > 0).map(each => each.name);
    const shapesFor = (rows: number): Record<string, readonly number[]> =>
      Object.fromEntries(present.map(each => [each, each === "V" ? [columns, rows] : (shapeOf[each]?.(rows) ?? [])]));
    const whole = createProgram(tape, { shapes: shapesFor(longest), backend: "javascript" });
    for (const rows of [0, 1, 2, 3, 4, 5, 7, 8, 31, 32, 33, 40, 41]) {
      const own = createProgram(tape, { shapes: shapesFor(rows), backend: "javascript" });
      fill(own, { token: tokens.slice(0, rows) });
      own.run();
      const expected = evaluateDefinitions(definitions, nested(own));
      for (const [output, value] of expected) near(own.output(output), value, "f64", `${output} of ${rows} rows`);
      // The program for all rows, of which fewer are there.
      for (const each of Object.keys(own.inputs)) whole.input(each).set(rowsOf(each, own.input(each), rows));
      whole.run({ i: rows });
      for (const [output, value] of expected)
        near(whole.output(output), value, "f64", `${output} of ${rows} rows at most`);
    }
  });

// Rows of the longer array begin elsewhere where the rows run along the last axis.
function rowsOf(name: string, array: ArrayLike<number>, rows: number): Float64Array {
  const outer = name === "V" ? columns : name === "A" ? 2 : 1;
  if (outer === 1) return Float64Array.from(array);
  const spread = new Float64Array(outer * longest);
  for (let i = 0; i < outer; i++) for (let j = 0; j < rows; j++) spread[i * longest + j] = array[i * rows + j] ?? 0;
  return spread;
}

test("a run is the same to the last bit as the one before", () => {
  const program = createProgram(schedule(parseDefinitions(lists["sums of products"])), { shapes: { x: [1001] } });
  fill(program, {});
  program.run();
  const first = [program.output("s")[0], program.output("t")[0]];
  program.run();
  assert.equal([program.output("s")[0], program.output("t")[0]], first);
});

// What is taken four turns at once: the loops of each block, by what they run over.

function memoryOf(text: string, shapes: Readonly<Record<string, readonly number[]>>): { nest: Nest; memory: Memory } {
  const tape = schedule(parseDefinitions(text), { stabilise: false });
  const sizes = sizesOf(tape, shapes, {});
  const [step] = withoutThinProducts(tape, sizes, () => false).steps;
  const names = [...sizes.extents.keys()];
  const memory: Memory = {
    numbers: new Float64Array(0),
    work: new Float64Array(0),
    integers: new Int32Array(0),
    extents: Int32Array.from(sizes.extents.values()),
    slotOf: index => names.indexOf(index),
    regionOf: name => {
      const place = tape.arrays.findIndex(array => array.name === name);
      return { offset: 10000 * place, strides: [50, 1], length: 10000, isInteger: false };
    },
  };
  return { nest: step === undefined || step.kind === "matrix product" ? [] : step.nest, memory };
}

const loopsOf = (block: Block): string =>
  block
    .flatMap(each => (each.kind === "loop" ? [`${each.loop.index}${each.turns ?? ""}(${loopsOf(each.body)})`] : []))
    .join(" ");

const takes = (
  what: string,
  text: string,
  shapes: Readonly<Record<string, readonly number[]>>,
  expected: string,
): void =>
  test(what, () => {
    const { nest, memory } = memoryOf(text, shapes);
    assert.is(loopsOf(fourfold(lower(nest, memory.regionOf), memory)), expected);
  });

takes("a long sum has four accumulators", "s = sum(i, x[i]^2)", { x: [50] }, "ifours() irest()");
takes("a short sum has one", "s = sum(i, x[i]^2)", { x: [10] }, "i()");
takes("a sum of functions that are called has one", "s = sum(i, erf(x[i]))", { x: [50] }, "i()");
takes("a maximum has one", "s = maximum(i, x[i])", { x: [50] }, "i()");
takes(
  "four rows are added at once",
  "s[n,j] = sum(i, A[n,i] * W[i,j])",
  { A: [2, 50], W: [50, 9] },
  "n(j()) n(ifours(j()) irest(j()))",
);

test.run();
