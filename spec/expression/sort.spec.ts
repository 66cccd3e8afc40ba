import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { sortShort } from "../../lib/expression/sort.ts";
import { numRuns } from "../support/runs.ts";

test("lists of any length are sorted, stably", () => {
  const entries = fc.array(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer()), { maxLength: 60 });
  fc.assert(
    fc.property(entries, list => {
      const sorted = sortShort([...list], ([a], [b]) => a - b);
      assert.equal(
        sorted,
        list.toSorted(([a], [b]) => a - b),
      );
    }),
    { numRuns },
  );
});

test("a list is sorted in place", () => {
  const list = [3, 1, 2];
  assert.is(
    sortShort(list, (a, b) => a - b),
    list,
  );
  assert.equal(list, [1, 2, 3]);
});

test.run();
