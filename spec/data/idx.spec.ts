/** An IDX file is read whole or not at all. */
import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { readIdx } from "../../lib/data/index.ts";
import { FluxionError } from "../../lib/expression/error.ts";
import { type IdxType, idxBytes } from "../support/data-bytes.ts";
import { numRuns } from "../support/runs.ts";
import { throws } from "../support/throws.ts";

test("images and labels are arrays of bytes with their shapes", () => {
  const images = readIdx(idxBytes([2, 2, 3], [0, 1, 2, 3, 4, 5, 250, 251, 252, 253, 254, 255]));
  assert.equal(images.shape, [2, 2, 3]);
  assert.equal(images.data, Uint8Array.of(0, 1, 2, 3, 4, 5, 250, 251, 252, 253, 254, 255));
  assert.equal(readIdx(idxBytes([2], [7, 9])), { shape: [2], data: Uint8Array.of(7, 9) });
});

const types: readonly (IdxType & { readonly name: string; readonly values: fc.Arbitrary<number> })[] = [
  { name: "Uint8Array", values: fc.integer({ min: 0, max: 255 }) },
  {
    name: "Int8Array",
    type: 0x09,
    write: (view, at, value) => view.setInt8(at, value),
    values: fc.integer({ min: -128, max: 127 }),
  },
  {
    name: "Int16Array",
    type: 0x0b,
    size: 2,
    write: (view, at, value) => view.setInt16(at, value),
    values: fc.integer({ min: -(2 ** 15), max: 2 ** 15 - 1 }),
  },
  {
    name: "Int32Array",
    type: 0x0c,
    size: 4,
    write: (view, at, value) => view.setInt32(at, value),
    values: fc.integer(),
  },
  {
    name: "Float32Array",
    type: 0x0d,
    size: 4,
    write: (view, at, value) => view.setFloat32(at, value),
    values: fc.float(),
  },
  {
    name: "Float64Array",
    type: 0x0e,
    size: 8,
    write: (view, at, value) => view.setFloat64(at, value),
    values: fc.double(),
  },
];

for (const { name, values, ...type } of types) {
  const cases = fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 4 }).chain(shape => {
    const length = shape.reduce((size, extent) => size * extent, 1);
    return fc.tuple(fc.constant(shape), fc.array(values, { minLength: length, maxLength: length }));
  });

  test(`what is written reads back as ${name}, wherever in a buffer it lies`, () => {
    fc.assert(
      fc.property(cases, fc.nat(9), ([shape, numbers], offset) => {
        const bytes = idxBytes(shape, numbers, type);
        const buffer = new Uint8Array(bytes.length + offset);
        buffer.set(bytes, offset);
        const array = readIdx(buffer.subarray(offset));
        assert.is(array.data.constructor.name, name);
        assert.equal({ shape: array.shape, data: Array.from(array.data) }, { shape, data: numbers });
      }),
      { numRuns },
    );
  });

  test(`of ${name}, a byte less or more is refused, with how many there are and must be`, () => {
    fc.assert(
      fc.property(cases, fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), ([shape, numbers], share) => {
        const bytes = idxBytes(shape, numbers, type);
        const fewer = Math.floor(share * bytes.length);
        throws(() => readIdx(bytes.subarray(0, fewer)), "bad-data", String(fewer));
        const longer = Uint8Array.from([...bytes, 0]);
        throws(() => readIdx(longer), "bad-data", "after its end", `${longer.length} bytes`, `needs ${bytes.length}`);
      }),
      { numRuns },
    );
  });
}

test("what was read is a copy: the bytes may change", () => {
  const bytes = idxBytes([2], [1, 2]);
  const { data } = readIdx(bytes);
  bytes.fill(0);
  assert.equal(data, Uint8Array.of(1, 2));
});

test("other beginnings are refused", () => {
  throws(() => readIdx(Uint8Array.of(0, 0, 8, 0, 1)), "bad-data", "begins with 2048", "2051");
  throws(() => readIdx(Uint8Array.of(0, 0, 10, 1, 0, 0, 0, 1, 1)), "bad-data", "begins with 2561");
  throws(() => readIdx(Uint8Array.of(1, 0, 8, 1, 0, 0, 0, 1, 1)), "bad-data");
  throws(() => readIdx(new Uint8Array()), "bad-data", "0 bytes");
  throws(() => readIdx(Uint8Array.of(0x1f, 0x8b, 8, 0, 0)), "bad-data", "gzip", "decompress");
});

test("whatever the bytes, there is an array of their size or a FluxionError", () => {
  const heads = fc.tuple(fc.constantFrom(0, 0, 0, 1), fc.constant(0), fc.integer({ min: 7, max: 15 }), fc.nat(3));
  const extents = fc.array(fc.constantFrom(0, 0, 0, 1, 2, 255), { maxLength: 24 });
  fc.assert(
    fc.property(heads, extents, (head, rest) => {
      const bytes = Uint8Array.from([...head, ...rest]);
      try {
        const { shape, data } = readIdx(bytes);
        assert.is(4 + 4 * shape.length + data.byteLength, bytes.length);
      } catch (error) {
        assert.instance(error, FluxionError);
      }
    }),
    { numRuns },
  );
});

test("an array without elements is refused, and so is one of more than any file holds", () => {
  throws(() => readIdx(idxBytes([0, 28, 28], [])), "bad-data", "[0,28,28]", "no elements");
  const most = 2 ** 32 - 1;
  throws(() => readIdx(idxBytes([most, most, most], [])), "bad-data", "truncated", "has 16 bytes");
  throws(() => readIdx(idxBytes([0, ...Array.from({ length: 60 }, () => most)], [])), "bad-data", "no elements");
});

test.run();
