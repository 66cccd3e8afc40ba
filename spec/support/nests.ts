/** Random loop nests over two arrays, and the memory that they work on. */
import fc from "fast-check";
import { variable } from "../../lib/expression/expression.ts";
import "../../lib/print/text.ts";
import { parse } from "../../lib/syntax/parse.ts";
import type { Memory, Region } from "../../lib/tape/emit/machine.ts";
import { linearStores } from "../../lib/tape/emit/webassembly/linear.ts";
import type { Nest, Statement } from "../../lib/tape/tape.ts";

const side = 24;
const names: readonly string[] = ["i", "j", "k"];

/** Two arrays of numbers and one of integers, and room for a number, in WebAssembly. */
export function memoryOf(
  extents: readonly number[],
  type: "f64" | "f32" = "f64",
  work: Parameters<typeof linearStores>[1] = {},
): Memory {
  const length = side * side;
  const regions = new Map<string, Region>([
    ["a", { offset: 0, strides: [side, 1], length, isInteger: false }],
    ["b", { offset: length, strides: [side, 1], length, isInteger: false }],
    ["t", { offset: 0, strides: [1], length: side, isInteger: true }],
  ]);
  return {
    ...linearStores({ numbers: 2 * length, integers: side, room: 0, type }, work),
    extents: Int32Array.from(extents),
    slotOf: index => names.indexOf(index),
    regionOf: array => regions.get(array) as Region,
  };
}

/** Gives all elements values. */
export function begin({ numbers, integers }: Memory): void {
  for (let i = 0; i < numbers.length; i++) numbers[i] = Math.sin(12.9898 * (i + 1));
  for (let i = 0; i < integers.length; i++) integers[i] = (7 * i) % 11;
}

/** Statements in a loop. */
export const loop = (index: string, ...body: readonly Statement[]): Statement => ({ kind: "loop", index, body });
/** Stores a value where a reading says. */
export const store = (reading: string, value: string, operation: "set" | "sum" | "maximum" = "set"): Statement => {
  const at = parse(reading);
  if (at.kind !== "variable") throw new Error(`${reading} is no reading`);
  return { kind: "store", array: at.name, at: at.indices, operation, value: parse(value) };
};

const anIndex = fc.constantFrom(
  "i",
  "j",
  "k",
  "i+1",
  "j+2",
  "k+1",
  "2*i",
  "2*j+1",
  "3",
  "i+j",
  "t[j]",
  "t[i]+k",
  "12-j",
);
const anElement = fc.tuple(fc.constantFrom("a", "b"), anIndex, anIndex).map(([array, x, y]) => `${array}[${x},${y}]`);
/** Texts of values, those given among them. */
export const valuesWith = (...more: readonly fc.Arbitrary<string>[]): fc.Arbitrary<string> =>
  fc.oneof(
    ...more,
    anElement,
    fc.tuple(anElement, anElement).map(([x, y]) => `sin(${x}) * cos(${y})`),
    fc.tuple(anElement, anElement).map(([x, y]) => `tanh(${x} - ${y} / 2)`),
    fc
      .tuple(anElement, anIndex)
      .map(([x, y]) => `erf(${x}) / (2 + cos(t[j])) + delta(i, ${y.includes("t") ? "j" : y})`),
    fc.constant("total"),
    fc.constant("sin(last) / 4"),
  );
/** A conditional: where rounding tells which branch is taken, singles may take the other. */
export const aChoice: fc.Arbitrary<string> = fc
  .tuple(anElement, anElement)
  .map(([x, y]) => `${x} > ${y} ? 0.5 * tanh(${x}) : 0.25`);

/** Nests of three loops. */
export function nests(aValue: fc.Arbitrary<string>): fc.Arbitrary<Nest> {
  const aStatement: fc.Arbitrary<Statement> = fc.oneof(
    // Sums of what they change would grow beyond all bounds.
    fc.tuple(anElement, aValue).map(([at, value]) => store(at, `sin(${value})`)),
    fc.tuple(anElement, aValue).map(([at, value]) => store(at, `sin(${value}) / 100`, "sum")),
    fc.tuple(anElement, aValue).map(([at, value]) => store(at, `sin(${value})`, "maximum")),
    aValue.map((value): Statement => ({ kind: "let", local: "last", value: parse(`sin(${value})`) })),
    aValue.map(
      (value): Statement => ({ kind: "accumulate", local: "total", operation: "sum", value: parse(`sin(${value})`) }),
    ),
    fc.constant<Statement>({ kind: "start", local: "total", operation: "sum" }),
  );
  const aBody = fc.array(aStatement, { minLength: 1, maxLength: 3 });
  return fc
    .tuple(fc.shuffledSubarray([...names], { minLength: 3, maxLength: 3 }), aBody, aBody, aBody, fc.boolean())
    .map(([[first = "i", second = "j", third = "k"], outer, middle, inner, isLast]) => [
      { kind: "start", local: "total", operation: "sum" },
      { kind: "let", local: "last", value: parse("0.5") },
      loop(
        first,
        loop(second, ...(isLast ? [] : middle), loop(third, ...inner), ...(isLast ? middle : [])),
        ...withoutFree(outer, [first]),
      ),
      store("a[23,23]", "total", "sum"),
    ]);
}

/** The statements that read no index of another loop. */
const withoutFree = (list: readonly Statement[], open: readonly string[]): readonly Statement[] =>
  list.filter(each => {
    const expressions = "value" in each ? [each.value] : [];
    const at = each.kind === "store" ? [variable(each.array, ...each.at)] : [];
    return [...expressions, ...at].every(e => e.freeIndices.every(name => open.includes(name)));
  });

/** The nest without what reads indices of loops that are not open there. */
export const closed = (nest: Nest, open: readonly string[] = []): Nest =>
  nest.flatMap((each): Nest => {
    if (each.kind !== "loop") return withoutFree([each], open);
    return [{ ...each, body: closed(each.body, [...open, each.index]) }];
  });
