/** A batch of CIFAR-10 is whole records with labels from 0 to 9. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { cifar10Classes, readCifar10 } from "../../lib/data/index.ts";
import { cifar10Bytes } from "../support/data-bytes.ts";
import { throws } from "../support/throws.ts";

test("each record is a label and three planes of 32 by 32", () => {
  const { inputs, labels, classes } = readCifar10(cifar10Bytes([9, 0, 3]));
  assert.equal(inputs.shape, [3, 3, 32, 32]);
  assert.equal(labels, Int32Array.of(9, 0, 3));
  assert.equal(classes, cifar10Classes);
  for (const i of [0, 1, 1024, 3071])
    assert.equal(
      [0, 1, 2].map(n => inputs.data[n * 3072 + i]),
      [0, 1, 2].map(n => (n + i) % 256),
    );
});

test("a byte less or more is refused, with how many there are and must be", () => {
  const bytes = cifar10Bytes([1, 2]);
  throws(() => readCifar10(bytes.subarray(0, 6145)), "bad-data", "truncated", "6145", "needs 6146");
  throws(() => readCifar10(Uint8Array.from([...bytes, 0])), "bad-data", "6147", "needs 9219");
  throws(() => readCifar10(new Uint8Array()), "bad-data", "0 bytes");
});

test("where the number of records is known, whole records too few or too many are refused as well", () => {
  const bytes = cifar10Bytes([1, 2]);
  assert.is(readCifar10(bytes, { records: 2 }).labels.length, 2);
  throws(() => readCifar10(bytes, { records: 3 }), "bad-data", "truncated", "6146", "needs 9219");
  throws(() => readCifar10(bytes, { records: 1 }), "bad-data", "after its end", "needs 3073");
});

test("a label above 9 is refused, with its place", () => {
  throws(() => readCifar10(cifar10Bytes([1, 10])), "bad-data", "example 1 is 10", "0 to 9");
});

test("compressed bytes are refused, and so is what are no bytes", () => {
  throws(() => readCifar10(Uint8Array.of(0x1f, 0x8b, 8)), "bad-data", "decompress");
  throws(() => readCifar10("data" as unknown as Uint8Array), "bad-data", "the string");
});

test.run();
