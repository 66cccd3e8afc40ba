/** Arrays come back from a file bit for bit, and a file that is not filled by them exactly is refused. */
import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type DataArray, type Elements, readSafetensors, writeSafetensors } from "../../lib/data/index.ts";
import { FluxionError } from "../../lib/expression/error.ts";
import { safetensorsBytes } from "../support/data-bytes.ts";
import { numRuns } from "../support/runs.ts";
import { throws } from "../support/throws.ts";

const kinds: readonly ((bytes: ArrayBuffer) => Elements)[] = [
  bytes => new Uint8Array(bytes),
  bytes => new Int8Array(bytes),
  bytes => new Int16Array(bytes),
  bytes => new Int32Array(bytes),
  bytes => new Float32Array(bytes),
  bytes => new Float64Array(bytes),
];

/** Arrays of any bits, NaNs of all kinds among them. */
const anyArray: fc.Arbitrary<DataArray> = fc
  .tuple(fc.array(fc.nat(3), { maxLength: 3 }), fc.constantFrom(...kinds))
  .chain(([shape, kind]) => {
    const length = shape.reduce((size, extent) => size * extent, 1) * kind(new ArrayBuffer(0)).BYTES_PER_ELEMENT;
    return fc
      .uint8Array({ minLength: length, maxLength: length })
      .map(bytes => ({ shape, data: kind(Uint8Array.from(bytes).buffer) }));
  });

const names = fc.oneof(
  fc.string({ unit: "grapheme" }),
  fc.constantFrom("__proto__", "constructor", "1", "", "W1", "é"),
);
const files = fc.record({
  arrays: fc.array(fc.tuple(names, anyArray), { maxLength: 5 }).map(entries => new Map(entries)),
  metadata: fc
    .array(fc.tuple(names, fc.string({ unit: "grapheme" })), { maxLength: 3 })
    .map(entries => new Map(entries)),
});

const bitsOf = ({ data }: DataArray): Uint8Array => new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

test("what is written reads back with the same bits, wherever in a buffer it lies", () => {
  fc.assert(
    fc.property(files, fc.nat(9), (file, offset) => {
      const bytes = writeSafetensors(file);
      const buffer = new Uint8Array(bytes.length + offset);
      buffer.set(bytes, offset);
      const back = readSafetensors(buffer.subarray(offset));
      assert.equal(back.metadata, file.metadata);
      assert.equal([...back.arrays.keys()].sort(), [...file.arrays.keys()].sort());
      for (const [name, array] of file.arrays) {
        const found = back.arrays.get(name);
        assert.ok(found);
        assert.is(found.data.constructor, array.data.constructor);
        assert.equal(found.shape, array.shape);
        assert.equal(bitsOf(found), bitsOf(array));
      }
    }),
    { numRuns },
  );
});

test("a file cut anywhere is refused, with how many bytes there are", () => {
  fc.assert(
    fc.property(files, fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (file, share) => {
      const bytes = writeSafetensors(file);
      const fewer = Math.floor(share * bytes.length);
      throws(() => readSafetensors(bytes.subarray(0, fewer)), "bad-data", String(fewer));
      const longer = Uint8Array.from([...bytes, 0]);
      throws(() => readSafetensors(longer), "bad-data", `${longer.length} bytes`, `needs ${bytes.length}`);
    }),
    { numRuns },
  );
});

test("each array begins where its elements may lie, and the same arrays give the same bytes", () => {
  const arrays = new Map<string, DataArray>([
    ["b", { shape: [3], data: Uint8Array.of(1, 2, 3) }],
    ["x", { shape: [1], data: Float64Array.of(0.1) }],
  ]);
  const bytes = writeSafetensors({ arrays });
  const text = new TextDecoder().decode(bytes.subarray(8, bytes.length - 11));
  assert.is(
    text.trimEnd(),
    '{"x":{"dtype":"F64","shape":[1],"data_offsets":[0,8]},"b":{"dtype":"U8","shape":[3],"data_offsets":[8,11]}}',
  );
  assert.is(text.length % 8, 0);
  assert.equal(writeSafetensors({ arrays }), bytes);
});

test("integers of 64 bits are read where doubles hold them", () => {
  const header = { i: { dtype: "I64", shape: [2], data_offsets: [0, 16] } };
  const bytes = safetensorsBytes(header, 16);
  const view = new DataView(bytes.buffer, bytes.length - 16);
  view.setBigInt64(0, -5n, true);
  view.setBigInt64(8, BigInt(Number.MAX_SAFE_INTEGER), true);
  const back = readSafetensors(bytes).arrays.get("i");
  assert.equal(back, { shape: [2], data: Float64Array.of(-5, Number.MAX_SAFE_INTEGER) });
  view.setBigInt64(8, 2n ** 53n, true);
  throws(() => readSafetensors(bytes), "bad-data", "array i", "9007199254740992");
});

// Written by the package safetensors 0.8.0 of Python, of NumPy's arrays.
const fromPython = [
  "wAAAAAAAAAB7Il9fbWV0YWRhdGFfXyI6eyJrIjoidiJ9LCJpIjp7ImR0eXBlIjoiSTY0Iiwic2hhcGUiOlsyXSwiZGF0YV9vZmZz",
  "ZXRzIjpbMCwxNl19LCJzIjp7ImR0eXBlIjoiRjY0Iiwic2hhcGUiOltdLCJkYXRhX29mZnNldHMiOlsxNiwyNF19LCJXIjp7ImR0",
  "eXBlIjoiRjMyIiwic2hhcGUiOlsyLDNdLCJkYXRhX29mZnNldHMiOlsyNCw0OF19fSABAAAAAAAAAAAAAAAA////AAAAAAAADEAA",
  "AAAAAACAPwAAAEAAAEBAAACAQAAAoEA=",
].join("");

test("a file that Python wrote is read", () => {
  const { arrays, metadata } = readSafetensors(Uint8Array.from(Buffer.from(fromPython, "base64")));
  assert.equal(metadata, new Map([["k", "v"]]));
  assert.equal(arrays.get("W"), { shape: [2, 3], data: Float32Array.of(0, 1, 2, 3, 4, 5) });
  assert.equal(arrays.get("i"), { shape: [2], data: Float64Array.of(1, -(2 ** 40)) });
  assert.equal(arrays.get("s"), { shape: [], data: Float64Array.of(3.5) });
});

const of = (dtype: string, shape: unknown, offsets: unknown): object => ({ dtype, shape, data_offsets: offsets });
const refuses = (what: string, header: unknown, size: number, ...words: readonly string[]): void =>
  test(`${what} are refused`, () =>
    throws(() => readSafetensors(safetensorsBytes(header, size)), "bad-data", ...words));

refuses("headers that are no JSON", "{", 0, "header", "JSON");
refuses("headers that are no objects", [], 0, "header", "an object");
refuses("types that are not read", { a: of("BF16", [1], [0, 2]) }, 2, "array a", '"BF16"', "F64");
refuses("arrays that say nothing", { a: 1 }, 0, "array a", "nothing");
refuses("negative shapes", { a: of("F32", [-1], [0, 4]) }, 4, "array a", "[-1]");
refuses("shapes with fractions", { a: of("F32", [0.5, 2], [0, 4]) }, 4, "array a", "[0.5,2]");
refuses("one offset", { a: of("F32", [1], [4]) }, 4, "array a", "[4]");
refuses("offsets that go back", { a: of("F32", [1], [4, 0]) }, 4, "array a", "[4,0]");
refuses("places too small for their shape", { a: of("F32", [2], [0, 4]) }, 4, "array a", "needs 8", "has 4");
refuses("shapes beyond all files", { a: of("U8", Array(9).fill(2 ** 40), [0, 4]) }, 4, "array a", "has 4");
refuses("metadata that are no texts", { __metadata__: { a: 1 } }, 0, "__metadata__", "a is 1");
refuses("metadata that are no object", { __metadata__: "a" }, 0, "__metadata__");
refuses("arrays beyond the end", { a: of("F32", [2], [0, 8]) }, 4, "truncated");
refuses("overlaps", { a: of("U8", [4], [0, 4]), b: of("U8", [4], [2, 6]) }, 6, "array b", "overlaps a", "ends at 4");
refuses("holes", { a: of("U8", [2], [0, 2]), b: of("U8", [2], [4, 6]) }, 6, "array b", "hole after a", "ends at 2");
refuses("holes at the beginning", { a: of("U8", [2], [1, 3]) }, 3, "array a", "hole after the header");

test("other files are refused", () => {
  throws(() => readSafetensors(new Uint8Array()), "bad-data", "0 bytes");
  throws(() => readSafetensors(Uint8Array.of(1, 2, 3)), "bad-data", "8 bytes", "3");
  throws(() => readSafetensors(Uint8Array.of(0x1f, 0x8b, 8, 0)), "bad-data", "gzip");
  throws(() => readSafetensors(new TextEncoder().encode("length,width\n1,2\n")), "bad-data", "100000000");
  throws(() => readSafetensors(Uint8Array.of(255, 255, 255, 255, 255, 255, 255, 255)), "bad-data", "100000000");
  throws(() => readSafetensors(Uint8Array.of(2, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xfe)), "bad-data", "UTF-8");
});

test("whatever the header says, there are arrays or a FluxionError", () => {
  const values = fc.oneof(
    fc.record({
      dtype: fc.constantFrom("U8", "F32", "I64", "F16"),
      shape: fc.array(fc.integer({ min: -1, max: 3 }), { maxLength: 2 }),
      data_offsets: fc.array(fc.integer({ min: -1, max: 12 }), { maxLength: 3 }),
    }),
    fc.jsonValue(),
  );
  fc.assert(
    fc.property(fc.dictionary(names, values, { maxKeys: 3 }), fc.nat(12), (header, size) => {
      try {
        const { arrays } = readSafetensors(safetensorsBytes(header, size));
        for (const { shape, data } of arrays.values())
          assert.is(
            data.length,
            shape.reduce((length, extent) => length * extent, 1),
          );
      } catch (error) {
        assert.instance(error, FluxionError);
      }
    }),
    { numRuns },
  );
});

test("what no file can hold is refused", () => {
  const data = Float64Array.of(1);
  const named = (name: string, array: DataArray) => () => writeSafetensors({ arrays: new Map([[name, array]]) });
  throws(named("__metadata__", { shape: [1], data }), "bad-value", "__metadata__");
  throws(named("\ud800", { shape: [1], data }), "bad-value", "\\ud800");
  throws(named("a", { shape: [2], data }), "bad-value", "the array a", "2 numbers");
  throws(named("a", { shape: [-1, -1], data }), "bad-value", "the array a");
  throws(named("a", { shape: [1], data: new Uint32Array(1) as unknown as Elements }), "bad-value", "the array a");
  throws(named("a", { shape: [1], data: [1] as unknown as Elements }), "bad-value", "the array a");
  throws(() => writeSafetensors({ metadata: new Map([["a", "\udfff"]]) }), "bad-value", '"a"');
});

test.run();
