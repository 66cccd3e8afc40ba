/** Matrix products in WebAssembly: every transposition, several indices as one or not, edges, and sums longer than a panel. */
import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { parseDefinitions } from "../../../../lib/syntax/parse.ts";
import type { Axis, Memory, Product } from "../../../../lib/tape/emit/machine.ts";
import { panelsLength } from "../../../../lib/tape/emit/product/panels.ts";
import { linearStores } from "../../../../lib/tape/emit/webassembly/linear.ts";
import { webassemblyProduct } from "../../../../lib/tape/emit/webassembly/product.ts";
import { createProgram } from "../../../../lib/tape/program.ts";
import { schedule } from "../../../../lib/tape/schedule.ts";
import { numRuns } from "../../../support/runs.ts";

/** Two indices each for rows, columns, the inner sum and the batch, in the order in which extents are given. */
const kinds = ["batch", "batch", "rows", "rows", "columns", "columns", "inner", "inner"] as const;
const arrays = ["left", "right", "target"] as const;
const axesIn = {
  left: [0, 1, 2, 3, 6, 7],
  right: [0, 1, 4, 5, 6, 7],
  target: [0, 1, 2, 3, 4, 5],
} as const;

type Orders = Readonly<Record<(typeof arrays)[number], readonly number[]>>;

/** A product whose arrays have their axes in these orders, and the room that it needs. */
function productOf(extents: readonly number[], orders: Orders, type: "f64" | "f32") {
  const strides = Object.fromEntries(arrays.map(array => [array, stridesOf(orders[array], extents)]));
  const axes: readonly Axis[] = extents.map((extent, slot) => ({
    slot,
    extent,
    left: strides.left?.[slot] ?? 0,
    right: strides.right?.[slot] ?? 0,
    target: strides.target?.[slot] ?? 0,
  }));
  const sizes = arrays.map(array => orders[array].reduce((size, axis) => size * (extents[axis] ?? 1), 1));
  const [left = 0, right = 0, target = 0] = sizes;
  const of = (kind: (typeof kinds)[number]) => axes.filter((_, slot) => kinds[slot] === kind);
  const count = (kind: (typeof kinds)[number]) => of(kind).reduce((all, { extent }) => all * extent, 1);
  const product: Product = {
    batch: of("batch"),
    rows: of("rows"),
    columns: of("columns"),
    inner: of("inner"),
    left: 3,
    right: 3 + left,
    target: 3 + left + right,
  };
  const memory: Memory = {
    ...linearStores({
      numbers: 3 + left + right + target + 1,
      integers: 0,
      room: panelsLength(count("rows"), count("columns"), count("inner")),
      type,
    }),
    extents: Int32Array.from(extents),
    slotOf: () => 0,
    regionOf: () => ({ offset: 0, length: 0, strides: [], isInteger: false }),
  };
  memory.numbers.forEach((_, i, all) => {
    all[i] = Math.sin(12.9898 * (i + 1));
  });
  return { product, memory };
}

function stridesOf(order: readonly number[], extents: readonly number[]): number[] {
  const strides: number[] = [];
  let stride = 1;
  for (const axis of [...order].reverse()) {
    strides[axis] = stride;
    stride *= extents[axis] ?? 1;
  }
  return strides;
}

/** The memory after a product by its definition. */
function expectedOf({ batch, rows, columns, inner, ...at }: Product, memory: Memory, scale: number): Float64Array {
  const numbers = Float64Array.from(memory.numbers);
  const places = (axes: readonly Axis[]) => {
    let list = [{ left: 0, right: 0, target: 0 }];
    for (const axis of axes)
      list = list.flatMap(({ left, right, target }) =>
        Array.from({ length: memory.extents[axis.slot] ?? 0 }, (_, q) => ({
          left: left + q * axis.left,
          right: right + q * axis.right,
          target: target + q * axis.target,
        })),
      );
    return list;
  };
  const steps = places(inner);
  for (const one of places([...batch, ...rows, ...columns])) {
    let sum = 0;
    for (const step of steps) {
      const x = memory.numbers[at.left + one.left + step.left] ?? 0;
      sum += x * (memory.numbers[at.right + one.right + step.right] ?? 0);
    }
    numbers[at.target + one.target] = scale * sum;
  }
  return numbers;
}

function agrees(extents: readonly number[], smaller: readonly number[], orders: Orders, type: "f64" | "f32"): void {
  const { product, memory } = productOf(extents, orders, type);
  const run = webassemblyProduct(product, memory);
  for (const now of [extents, smaller, extents]) {
    memory.extents.set(now);
    const scale = now === extents ? 1 : -2.5;
    const expected = expectedOf(product, memory, scale);
    run(scale);
    const first = memory.numbers.slice();
    run(scale);
    assert.equal(memory.numbers, first, "a second run gives the same bits");
    // Each of the additions rounds, in another order: so many roundings of what at most so many products of 1 sum to.
    const steps = (now[6] ?? 1) * (now[7] ?? 1);
    const tolerance = 2.5 * (type === "f64" ? 2 ** -52 : 2 ** -23) * (1 + steps) ** 1.5;
    for (const [i, x] of expected.entries())
      assert.ok(Math.abs((first[i] ?? Number.NaN) - x) <= tolerance, `${i} is ${x}, got ${first[i]}`);
  }
}

const plain: Orders = axesIn;
const one = [1, 1] as const;
const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

for (const type of ["f64", "f32"] as const) {
  const product = (
    what: string,
    [rows, columns, inner]: readonly [number, number, number],
    orders: Orders = plain,
  ): void =>
    test(`${what}: ${type}`, () => {
      const extents = [...one, rows, 1, columns, 1, inner, 1];
      agrees(
        extents,
        [...one, Math.ceil(rows / 2), 1, Math.ceil(columns / 3), 1, Math.max(0, inner - 1), 1],
        orders,
        type,
      );
    });
  product("squares that fit", [8, 16, 5]);
  product("edges", [7, 13, 9]);
  product("a sum longer than a panel", [5, 6, 300]);
  product("more columns than a panel", [6, 270, 7]);
  product("many rows of few columns, target transposed", [300, 5, 20], { ...plain, target: [0, 1, 4, 5, 2, 3] });
  product("the left factor transposed", [12, 17, 31], { ...plain, left: [6, 7, 2, 3, 0, 1] });
  product("the left factor transposed, many rows together", [70, 40, 37], { ...plain, left: [6, 7, 2, 3, 0, 1] });
  product("the right factor transposed", [12, 17, 31], { ...plain, right: [4, 5, 6, 7, 0, 1] });
  product("all transposed", [9, 10, 11], {
    left: [6, 7, 2, 3, 0, 1],
    right: [4, 5, 6, 7, 0, 1],
    target: [4, 5, 2, 3, 0, 1],
  });
  product("a sum over nothing", [5, 6, 0]);
  product("no rows", [0, 6, 3]);

  test(`any order of two indices each: ${type}`, () => {
    const extent = fc.integer({ min: 0, max: 9 });
    const small = fc.integer({ min: 0, max: 3 });
    const order = (array: (typeof arrays)[number]) =>
      fc.shuffledSubarray([...axesIn[array]], { minLength: 6, maxLength: 6 });
    fc.assert(
      fc.property(
        fc.tuple(small, small, extent, small, extent, small, extent, small),
        fc.array(fc.nat({ max: 3 }), { minLength: 8, maxLength: 8 }),
        fc.record({ left: order("left"), right: order("right"), target: order("target") }),
        (extents, less, orders) => {
          agrees(
            extents,
            extents.map((each, i) => Math.max(0, each - (less[i] ?? 0))),
            orders,
            type,
          );
        },
      ),
      { numRuns },
    );
  });
}

for (const type of ["f64", "f32"] as const)
  for (const text of ["sum(j, a[i,j] * b[j,k])", "sum(j, a[j,i] * b[j,k])", "sum(j, a[i,j] * b[k,j])"])
    test(`an element is the same wherever it stands, and in whatever company: ${text}, ${type}`, () => {
      const tape = schedule(parseDefinitions(`c[i,k] = ${text}`));
      const product = (rows: readonly number[], columns: readonly number[]): ArrayLike<number> => {
        const inner = 611;
        const isTurned = { a: text.includes("a[j,i]"), b: text.includes("b[k,j]") };
        const shapes = {
          a: isTurned.a ? [inner, rows.length] : [rows.length, inner],
          b: isTurned.b ? [columns.length, inner] : [inner, columns.length],
        };
        const program = createProgram(tape, { shapes, type, backend: "webassembly" });
        const [a, b] = [program.input("a"), program.input("b")];
        for (let j = 0; j < inner; j++) {
          for (const [i, row] of rows.entries())
            a[isTurned.a ? j * rows.length + i : i * inner + j] = Math.sin(row * inner + j);
          for (const [k, column] of columns.entries())
            b[isTurned.b ? k * inner + j : j * columns.length + k] = Math.cos(column * inner + j);
        }
        program.run();
        return program.output("c");
      };
      const whole = product(upTo(37), upTo(41));
      fc.assert(
        fc.property(
          fc.shuffledSubarray(upTo(37), { minLength: 4 }),
          fc.shuffledSubarray(upTo(41), { minLength: 4 }),
          (rows, columns) => {
            const part = product(rows, columns);
            for (const [i, row] of rows.entries())
              for (const [k, column] of columns.entries())
                assert.is(part[i * columns.length + k], whole[row * 41 + column], `row ${row}, column ${column}`);
          },
        ),
        { numRuns: Math.min(numRuns, 20) },
      );
    });

test.run();
