/** What weights begin as has the variance that its source asks for. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { glorotNormal, glorotUniform, heNormal, heUniform, ones, zeros } from "../../lib/learn/initialisers.ts";
import { type Initialiser, randomStream } from "../../lib/learn/random.ts";

const count = 100 * 300;

/** The variance of elements whose mean is 0, and the largest of them. */
function spreadOf(initialiser: Initialiser, shape: readonly number[]): { variance: number; most: number } {
  const data = initialiser(shape, randomStream(1));
  assert.is(data.length, count);
  const mean = data.reduce((total, value) => total + value, 0) / count;
  const variance = data.reduce((total, value) => total + value ** 2, 0) / count;
  // Four standard errors.
  assert.ok(Math.abs(mean) < 4 * Math.sqrt(variance / count), `a mean of ${mean}`);
  return { variance, most: data.reduce((most, value) => Math.max(most, Math.abs(value)), 0) };
}

const cases: readonly (readonly [string, Initialiser, shape: number[], variance: number, isBounded: boolean])[] = [
  ["Glorot, uniform", glorotUniform, [100, 300], 2 / 400, true],
  ["Glorot, normal", glorotNormal, [100, 300], 2 / 400, false],
  ["He, normal", heNormal, [100, 300], 2 / 100, false],
  ["He, uniform", heUniform, [300, 100], 2 / 300, true],
  ["several axes of inputs", heNormal, [10, 10, 300], 2 / 100, false],
  ["a vector has one output", glorotUniform, [count], 2 / (count + 1), true],
];

for (const [name, initialiser, shape, wanted, isBounded] of cases)
  test(name, () => {
    const { variance, most } = spreadOf(initialiser, shape);
    // Four standard errors of a variance: sqrt(2 / count) of a normal variable, less of a uniform one.
    assert.ok(Math.abs(variance / wanted - 1) < 4 * Math.sqrt(2 / count), `${variance} is not ${wanted}`);
    // A uniform variable is at most sqrt(3) standard deviations from 0; of so many normal ones some are beyond.
    assert.is(most <= Math.sqrt(3 * wanted), isBounded);
  });

test("zeros and ones, scalars too", () => {
  const random = randomStream(1);
  assert.equal(zeros([2, 2], random), new Float64Array(4));
  assert.equal(ones([2], random), Float64Array.of(1, 1));
  assert.equal(ones([], random), Float64Array.of(1));
});

test("the same seed gives the same weights", () => {
  assert.equal(heUniform([3, 4], randomStream(7)), heUniform([3, 4], randomStream(7)));
  assert.not.equal(heUniform([3, 4], randomStream(7)), heUniform([3, 4], randomStream(8)));
});

test.run();
