/** How functions of numbers are tested: against known values, at special points, and by laws, each up to a stated error. */
import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { numRuns } from "./runs.ts";

/** What one rounding costs at most, relatively: half the distance from 1 to the next double. */
export const u: number = 2 ** -53;

/** Whether the two are equal up to `error`; what is subnormal cannot be nearer than its last place. */
const near = (value: number, expected: number, error: number) =>
  value === expected || Math.abs(value - expected) <= error + Number.MIN_VALUE;

/**
 * Each line of the table holds arguments and the value, computed to 60 digits for the exact double that each argument
 * denotes. The error allowed is relative to the value, or to the scale if that is larger.
 */
export function accurate(
  f: (...args: number[]) => number,
  tolerance: number,
  table: string,
  scale: (...args: number[]) => number = () => 0,
): void {
  test(`${f.name} is within ${tolerance} of its known values`, () => {
    for (const line of table.trim().split("\n")) {
      const numbers = line.trim().split(/\s+/).map(Number);
      const expected = numbers.pop() ?? Number.NaN;
      const value = f(...numbers);
      const error = tolerance * Math.max(Math.abs(expected), scale(...numbers));
      assert.ok(near(value, expected, error), `${f.name}(${numbers.join(", ")}) is ${value}, not ${expected}`);
    }
  });
}

/** Pairs of which each is the same number twice: NaN is NaN, and 0 is not -0. */
export function exactly(sentence: string, ...pairs: readonly (readonly [value: number, expected: number])[]): void {
  test(sentence, () => {
    for (const [i, [value, expected]] of pairs.entries())
      assert.ok(Object.is(value, expected), `pair ${i + 1}: ${value}, not ${expected}`);
  });
}

/** Claims that `left` is `right` up to so many roundings, each relative to the largest of both and of `terms`. */
export type Claim = readonly [left: number, right: number, roundings: number, ...terms: number[]];

/** A numeric law. A point where something overflows or has a pole proves nothing, and another is drawn. */
export function law<T extends [unknown, ...unknown[]]>(
  name: string,
  arbitraries: { [K in keyof T]: fc.Arbitrary<T[K]> },
  claim: (...args: T) => Claim,
): void {
  test(name, () =>
    fc.assert(
      fc.property(fc.tuple(...arbitraries), args => {
        const [left, right, roundings, ...terms] = claim(...(args as T));
        const largest = Math.max(Math.abs(left), Math.abs(right), ...terms.map(Math.abs));
        fc.pre(Number.isFinite(largest));
        return near(left, right, roundings * u * largest);
      }),
      { numRuns },
    ),
  );
}

/** A law that holds to the last bit, signs of zero and NaN included. */
export function identical<T extends [unknown, ...unknown[]]>(
  name: string,
  arbitraries: { [K in keyof T]: fc.Arbitrary<T[K]> },
  sides: (...args: T) => readonly [left: number, right: number],
): void {
  test(name, () =>
    fc.assert(
      fc.property(fc.tuple(...arbitraries), args => Object.is(...sides(...(args as T)))),
      { numRuns },
    ),
  );
}

/** Doubles whose sums with integers and halves, and whose doubles, are exact: a law tests no rounding of those. */
export const dyadic = (min: number, max: number): fc.Arbitrary<number> =>
  fc.integer({ min: min * 1024, max: max * 1024 }).map(k => k / 1024);

/** Doubles of absolute value at most `bound`, the tiny ones too. */
export const within = (bound: number): fc.Arbitrary<number> => fc.double({ min: -bound, max: bound, noNaN: true });
