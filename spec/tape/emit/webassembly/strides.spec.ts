/** What is said of the elements that turns of a loop reach holds of every turn. */
import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Block, Loop, Position, Value } from "../../../../lib/tape/block.ts";
import { areApart, linearisation, strideAlong } from "../../../../lib/tape/emit/webassembly/strides.ts";
import { numRuns } from "../../../support/runs.ts";

const outer: Loop = { id: 0, index: "i", level: 1 };
const loop: Loop = { id: 1, index: "j", level: 2 };
const inner: Loop = { id: 2, index: "k", level: 3 };
const loops = [outer, loop, inner];

const aPosition: fc.Arbitrary<Position> = fc
  .tuple(fc.nat({ max: 8 }), fc.array(fc.integer({ min: -6, max: 6 }), { minLength: 3, maxLength: 3 }))
  .map(([base, factors]) => ({
    base,
    terms: loops.flatMap((of, i) => (factors[i] === 0 ? [] : [{ factor: factors[i] ?? 0, of }])),
  }));

const placeAt = ({ base, terms }: Position, turns: ReadonlyMap<Loop, number>): number =>
  terms.reduce((sum, { factor, of }) => sum + factor * (turns.get(of as Loop) ?? 0), base as number);

test("accesses that are apart never meet in different turns", () => {
  let apart = 0;
  fc.assert(
    fc.property(
      aPosition,
      fc.oneof(aPosition, fc.constant(undefined)),
      fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 3, maxLength: 3 }),
      (first, other, extents) => {
        const second = other ?? first;
        const linearise = linearisation([]);
        const extentOf = (of: Loop): number => extents[of.id] ?? 0;
        if (!areApart(linearise(first), linearise(second), loop, extentOf)) return;
        apart += 1;
        for (let i = 0; i < extentOf(outer); i++)
          for (let j = 0; j < extentOf(loop); j++)
            for (let k = 0; k < extentOf(inner); k++)
              for (let p = 0; p < extentOf(loop); p++)
                for (let q = 0; q < extentOf(inner); q++) {
                  if (p === j) continue;
                  const [one, two] = [
                    new Map([
                      [outer, i],
                      [loop, j],
                      [inner, k],
                    ]),
                    new Map([
                      [outer, i],
                      [loop, p],
                      [inner, q],
                    ]),
                  ];
                  assert.is.not(placeAt(first, one), placeAt(second, two));
                }
      },
    ),
    { numRuns: 10 * numRuns },
  );
  assert.ok(apart > numRuns / 10, `${apart} were apart`);
});

test("rows that inner loops stay within are apart, rows that they leave are not", () => {
  const row = (constant: number): Position => ({
    base: constant,
    terms: [
      { factor: 5, of: loop },
      { factor: 1, of: inner },
    ],
  });
  const linearise = linearisation([]);
  const apart = (constant: number, columns: number): boolean =>
    areApart(linearise(row(0)), linearise(row(constant)), loop, of => (of === inner ? columns : 100));
  assert.ok(apart(0, 5));
  assert.not(apart(0, 6));
  assert.ok(apart(2, 3));
  assert.not(apart(2, 4));
});

test("positions within positions are written out, and integers leave a stride open", () => {
  const row: Value = { id: 0, level: 1 };
  const token: Value = { id: 1, level: 2 };
  const block: Block = [{ kind: "position", target: row, at: { base: 7, terms: [{ factor: 10, of: outer }] } }];
  const linearise = linearisation(block);
  const at = linearise({ base: row, terms: [{ factor: 2, of: loop }] });
  assert.is(at.constant, 7);
  assert.equal(
    [...at.loops],
    [
      [outer, 10],
      [loop, 2],
    ],
  );
  assert.is(strideAlong(at, loop), 2);
  assert.is(strideAlong(at, inner), 0);
  assert.is(strideAlong(linearise({ base: row, terms: [{ factor: 3, of: token }] }), loop), undefined);
});

test.run();
