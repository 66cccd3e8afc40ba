/** A shift moves whole images, by no more than it may, and what comes into view is as the edge was. */
import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type DataArray, randomStream, shiftSome } from "../../lib/data/index.ts";
import { numRuns } from "../support/runs.ts";
import { throws } from "../support/throws.ts";

/** A stream that gives these numbers, then 0. */
const draws = (...numbers: number[]) => ({ uniform: () => 0, below: () => numbers.shift() ?? 0 });

test("all channels move alike, down and to the right by what is drawn beyond the reach", () => {
  const images = { shape: [1, 2, 2, 3], data: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12) };
  const moved = (down: number, right: number): Uint8Array => shiftSome(images, draws(1 + down, 1 + right), 1).data;
  assert.equal(moved(0, 0), images.data);
  assert.equal(moved(1, 0), Uint8Array.of(1, 2, 3, 1, 2, 3, 7, 8, 9, 7, 8, 9));
  assert.equal(moved(0, 1), Uint8Array.of(1, 1, 2, 4, 4, 5, 7, 7, 8, 10, 10, 11));
  assert.equal(moved(-1, -1), Uint8Array.of(5, 6, 6, 5, 6, 6, 11, 12, 12, 11, 12, 12));
});

test("each pixel is that of its place less the shift, brought back to the edge", () => {
  const extents = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 3, maxLength: 4 });
  fc.assert(
    fc.property(extents, fc.nat(5), fc.integer(), (shape, reach, seed) => {
      const size = shape.reduce((product, extent) => product * extent, 1);
      const images: DataArray = { shape, data: Float32Array.from({ length: size }, (_, i) => i) };
      const [count = 0] = shape;
      const [height = 0, width = 0] = shape.slice(-2);
      const drawn = randomStream(seed);
      const shifts = Array.from({ length: count }, () => [drawn.below(2 * reach + 1), drawn.below(2 * reach + 1)]);
      const expected = Float32Array.from(images.data, i => {
        const [down = 0, right = 0] = shifts[Math.floor(i / (size / count))] ?? [];
        const [y, x] = [Math.floor(i / width) % height, i % width];
        const inside = (at: number, extent: number): number => Math.max(0, Math.min(extent - 1, at + reach));
        return i + (inside(y - down, height) - y) * width + inside(x - right, width) - x;
      });
      assert.equal(shiftSome(images, randomStream(seed), reach), { shape, data: expected });
    }),
    { numRuns },
  );
});

test("all distances come about equally often", () => {
  const count = 5000;
  const images = { shape: [count, 1, 5], data: Uint8Array.from({ length: 5 * count }, (_, i) => i % 5) };
  const { data } = shiftSome(images, randomStream(1), 2);
  const middles = [0, 1, 2, 3, 4].map(shift => data.filter((value, i) => i % 5 === 2 && value === shift).length);
  // 1000 each, whose standard deviation is below 29; five of them.
  for (const number of middles) assert.ok(Math.abs(number - 1000) < 145, String(middles));
});

test("what are no images or no reach is refused", () => {
  throws(() => shiftSome({ shape: [2, 3], data: new Uint8Array(6) }, randomStream(1), 1), "bad-value", "[2,3]");
  const image = { shape: [1, 1, 1], data: new Uint8Array(1) };
  for (const reach of [-1, 0.5, Number.NaN])
    throws(() => shiftSome(image, randomStream(1), reach), "bad-option", String(reach));
});

test.run();
