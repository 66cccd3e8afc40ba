/** A mirror exchanges left and right, and does so twice without a trace. */
import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type DataArray, flipImages, flipSome, randomStream } from "../../lib/data/index.ts";
import { numRuns } from "../support/runs.ts";
import { throws } from "../support/throws.ts";

test("each line is turned round, in each channel by itself", () => {
  const images = { shape: [1, 2, 2, 3], data: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12) };
  assert.equal(flipImages(images).data, Uint8Array.of(3, 2, 1, 6, 5, 4, 9, 8, 7, 12, 11, 10));
  assert.is(images.data[0], 1);
});

test("twice is once and for all nothing", () => {
  const shapes = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 3, maxLength: 4 });
  fc.assert(
    fc.property(shapes, shape => {
      const size = shape.reduce((product, extent) => product * extent, 1);
      const images: DataArray = { shape, data: Float32Array.from({ length: size }, (_, i) => i) };
      assert.equal(flipImages(flipImages(images)), images);
    }),
    { numRuns },
  );
});

test("about half of the images are mirrored, others with each draw and the same with each seed", () => {
  const count = 2000;
  const images = { shape: [count, 1, 2], data: Uint8Array.from({ length: 2 * count }, (_, i) => i % 2) };
  const random = randomStream(1);
  const mirrored = (array: DataArray): number => array.data.filter((value, i) => i % 2 === 0 && value === 1).length;
  const first = flipSome(images, random);
  const second = flipSome(images, random);
  // 1000, whose standard deviation is below 23; five of them.
  for (const each of [first, second]) assert.ok(Math.abs(mirrored(each) - 1000) < 115, String(mirrored(each)));
  assert.not.equal(first, second);
  assert.equal(flipSome(images, randomStream(1)), first);
  assert.equal(flipSome(images, random, 1), flipImages(images));
  assert.equal(flipSome(images, random, 0), images);
});

test("what are no images or no probability is refused", () => {
  throws(() => flipImages({ shape: [2, 3], data: new Uint8Array(6) }), "bad-value", "[2,3]");
  const image = { shape: [1, 1, 1], data: new Uint8Array(1) };
  for (const probability of [-0.1, 1.1, Number.NaN])
    throws(() => flipSome(image, randomStream(1), probability), "bad-option", String(probability));
});

test.run();
