/** What holds for all the functions that Math lacks. */
import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import * as special from "../../lib/expression/special.ts";
import { numRuns } from "../support/runs.ts";

const functions = Object.values(special) as readonly ((...args: number[]) => number)[];

test("NaN in is NaN out, in every place", () => {
  for (const f of functions) {
    for (let place = 0; place < f.length; place++) {
      const args = Array.from({ length: f.length }, (_, i) => (i === place ? Number.NaN : 2));
      assert.ok(Number.isNaN(f(...args)), `${f.name}(${args.join(", ")})`);
    }
  }
});

test("any doubles give a number, and give it soon", () => {
  for (const f of functions) {
    fc.assert(
      fc.property(fc.double(), fc.double(), fc.double(), (x, y, z) => typeof f(x, y, z) === "number"),
      { numRuns },
    );
  }
});

test.run();
