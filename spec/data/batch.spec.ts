/** A batch is the chosen rows, in their order, on the scale of their features. */
import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { fillRows, firstNotFinite } from "../../lib/data/batch.ts";
import { standardise, takeRows } from "../../lib/data/index.ts";
import { numRuns } from "../support/runs.ts";
import { throws } from "../support/throws.ts";

const images = { shape: [3, 2, 2], data: Uint8Array.of(1, 2, 3, 4, 50, 60, 70, 80, 9, 8, 7, 6) };

test("rows are copied to the beginning, and the rest stays", () => {
  const target = new Float64Array(10).fill(-1);
  fillRows(target, images, [2, 0]);
  assert.equal([...target], [9, 8, 7, 6, 1, 2, 3, 4, -1, -1]);
  const integers = new Int32Array(2);
  fillRows(integers, { shape: [3], data: Float64Array.of(5, 6, 7) }, [1, 1]);
  assert.equal([...integers], [6, 6]);
});

test("on its way a row is brought to scale, to the same bits as all rows together", () => {
  const grouping = fc.constantFrom("feature" as const, "channel" as const, "all" as const);
  const bytes = fc.uint8Array({ minLength: 24, maxLength: 24 });
  fc.assert(
    fc.property(grouping, bytes, fc.array(fc.nat(3), { maxLength: 5 }), (by, data, rows) => {
      const array = { shape: [4, 2, 3], data };
      const scales = standardise(array, { by });
      const target = new Float32Array(rows.length * 6);
      fillRows(target, array, rows, scales);
      assert.equal(target, takeRows(scales.apply(array), rows).data);
    }),
    { numRuns },
  );
});

test("scales for rows of another size are refused", () => {
  const scales = standardise({ shape: [2, 3], data: Float64Array.of(1, 2, 3, 4, 5, 6) });
  throws(() => fillRows(new Float32Array(4), images, [0], scales), "bad-value", "[3]", "[2,2]");
});

test("the first number that is none is found", () => {
  assert.is(firstNotFinite([1, 2, Number.NaN, Number.POSITIVE_INFINITY]), 2);
  assert.is(firstNotFinite(Float32Array.of(1, Number.NEGATIVE_INFINITY)), 1);
  assert.is(firstNotFinite([0, -0, 5e-324]), -1);
});

test.run();
