import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Pairing, pairwiseOrder, stillNeeded } from "../../../lib/tape/schedule/order.ts";
import { runs } from "../../support/law.ts";

const extents: Readonly<Record<string, number>> = { n: 1000, k: 25, i: 10, j: 10 };
const extent = (index: string): number => extents[index] ?? 4;

/** The pairs in the order of a text such as `(0 1) 2`. */
const written = (pairing: Pairing): string =>
  typeof pairing === "number" ? `${pairing}` : `(${[pairing.left, pairing.right].map(written).sort().join(" ")})`;

test("a matrix chain goes from its small end", () => {
  const { pairing, cost } = pairwiseOrder([["n", "k"], ["k", "i"], ["i"]], ["n"], extent);
  assert.is(written(pairing), "((1 2) 0)");
  assert.is(cost, 25 * 10 + 1000 * 25);
});

test("what only two factors share is summed before a third comes in", () => {
  const { pairing, cost } = pairwiseOrder(
    [
      ["n", "k"],
      ["k", "i", "j"],
      ["n", "k", "i"],
    ],
    ["k", "j"],
    extent,
  );
  assert.is(written(pairing), "((0 2) 1)");
  assert.is(cost, 1000 * 25 * 10 + 25 * 10 * 10);
});

test("one factor alone is read once", () => {
  assert.equal(pairwiseOrder([["n", "k"]], ["k"], extent), { pairing: 0, cost: 25_000 });
  assert.equal(pairwiseOrder([["n", "k"]], ["n", "k"], extent), { pairing: 0, cost: 0 });
});

/** All ways to multiply in pairs, tried. */
function leastCost(factors: readonly (readonly string[])[], result: readonly string[]): number {
  const size = (indices: Iterable<string>): number =>
    [...new Set(indices)].reduce((total, each) => total * extent(each), 1);
  const start = factors.map((own, i) => {
    const kept = stillNeeded(own, factors.toSpliced(i, 1), result);
    return { kept, cost: kept.length < own.length ? size(own) : 0 };
  });
  const least = (left: readonly (readonly string[])[]): number => {
    if (left.length < 2) return 0;
    let found = Infinity;
    for (const [i, one] of left.entries()) {
      for (const [j, other] of left.entries()) {
        if (j <= i) continue;
        const rest = left.filter((_, place) => place !== i && place !== j);
        const union = [...one, ...other];
        found = Math.min(found, size(union) + least([...rest, stillNeeded(union, rest, result)]));
      }
    }
    return found;
  };
  return start.reduce((total, { cost }) => total + cost, 0) + least(start.map(({ kept }) => kept));
}

const indices = fc.uniqueArray(fc.constantFrom("n", "k", "i", "j", "p"), { minLength: 1, maxLength: 3 });

test("up to five factors no other order is cheaper", () => {
  fc.assert(
    fc.property(fc.array(indices, { minLength: 1, maxLength: 5 }), indices, (factors, wanted) => {
      const result = wanted.filter(index => factors.some(own => own.includes(index)));
      assert.is(pairwiseOrder(factors, result, extent).cost, leastCost(factors, result));
    }),
    { numRuns: runs },
  );
});

test("many factors are all multiplied, each once", () => {
  const factors = Array.from({ length: 40 }, (_, i) => [`a${i}`, `a${i + 1}`]);
  const { pairing, cost } = pairwiseOrder(factors, ["a0", "a40"], extent);
  const leaves = written(pairing).match(/\d+/g)?.map(Number) ?? [];
  assert.equal(
    leaves.sort((a, b) => a - b),
    factors.map((_, i) => i),
  );
  assert.is(cost, 39 * 4 ** 3);
});

test.run();
