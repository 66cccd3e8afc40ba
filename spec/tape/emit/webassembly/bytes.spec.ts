import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { createBytes, signedBytes, unsignedBytes } from "../../../../lib/tape/emit/webassembly/bytes.ts";
import { numRuns } from "../../../support/runs.ts";

const whole = fc.oneof(
  fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  fc.nat(32).map(bits => 2 ** bits - 1),
);
const signed = fc.oneof(
  fc.integer(),
  fc.nat(31).map(bits => -(2 ** bits)),
);

test("what is written as a whole number reads back, in as few bytes as hold it", () => {
  fc.assert(
    fc.property(whole, n => {
      const bytes = unsignedBytes(n);
      assert.is(readUnsigned(bytes), n);
      assert.is(bytes.length, Math.max(1, Math.ceil(Math.log2(n + 1) / 7)));
    }),
    { numRuns },
  );
});

test("what is written with a sign reads back, in as few bytes as hold it", () => {
  fc.assert(
    fc.property(signed, n => {
      const bytes = signedBytes(n);
      assert.is(readSigned(bytes), n);
      const magnitude = n < 0 ? -n : n + 1;
      assert.is(bytes.length, Math.ceil((Math.ceil(Math.log2(magnitude)) + 1) / 7));
    }),
    { numRuns },
  );
});

test("a number put in afterwards reads back from its five bytes", () => {
  fc.assert(
    fc.property(whole, n => {
      const bytes = createBytes(1);
      bytes.list([7, 0, 0, 0, 0, 0, 9]);
      bytes.patch(1, n);
      const view = [...bytes.view()];
      assert.is(readUnsigned(view.slice(1, 6)), n);
      assert.equal([view[0], view[6]], [7, 9]);
    }),
    { numRuns },
  );
});

test("a name is written as TextEncoder has it, its length in bytes before it", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), name => {
      const expected = new TextEncoder().encode(name);
      const bytes = createBytes(1);
      bytes.text(name);
      assert.equal([...bytes.view()], [...unsignedBytes(expected.length), ...expected]);
    }),
    { numRuns },
  );
});

test.run();

function readUnsigned(bytes: readonly number[]): number {
  return bytes.reduce((sum, byte, i) => sum + (byte & 0x7f) * 128 ** i, 0);
}

function readSigned(bytes: readonly number[]): number {
  const isNegative = ((bytes.at(-1) ?? 0) & 0x40) !== 0;
  return readUnsigned(bytes) - (isNegative ? 128 ** bytes.length : 0);
}
