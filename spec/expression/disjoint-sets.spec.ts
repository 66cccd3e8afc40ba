/** Sets of keys, united step by step. */
import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { DisjointSets } from "../../lib/expression/disjoint-sets.ts";
import { numRuns } from "../support/runs.ts";

test("a key that nothing was united with stands for itself", () => {
  assert.is(new DisjointSets().find("x"), "x");
});

test("the key of the first goes on to stand for both, and that of the second is returned once", () => {
  const sets = new DisjointSets();
  assert.is(sets.unite("x", "y"), "y");
  assert.is(sets.unite("z", "x"), "x");
  assert.is(sets.find("y"), "z");
  assert.is(sets.unite("y", "x"), undefined);
});

test("two keys have one set if and only if a chain of unions leads from one to the other", () => {
  const key = fc.constantFrom(..."abcdefgh");
  fc.assert(
    fc.property(fc.array(fc.tuple(key, key)), pairs => {
      const sets = new DisjointSets();
      for (const [a, b] of pairs) sets.unite(a, b);
      for (const start of "abcdefgh") {
        const reached = new Set([start]);
        for (const _ of pairs) for (const [a, b] of pairs) if (reached.has(a) || reached.has(b)) reached.add(a).add(b);
        for (const end of "abcdefgh") assert.is(sets.find(start) === sets.find(end), reached.has(end));
      }
    }),
    { numRuns },
  );
});

test.run();
