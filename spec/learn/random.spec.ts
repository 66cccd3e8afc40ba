/** What is random repeats itself from its seed, and is spread as it is said to be. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { normal, randomStream, rowNumbers, shuffle, streamAt } from "../../lib/learn/random.ts";
import { throws } from "../support/throws.ts";

test("the same seed gives the same numbers, another one others", () => {
  const draw = (seed: number): Float64Array => normal(1)([4, 5], randomStream(seed));
  assert.equal(draw(3), draw(3));
  assert.not.equal(draw(3), draw(4));
  assert.is(draw(3).length, 20);
});

test("normal numbers have the mean 0 and the standard deviation that was asked for", () => {
  const count = 20_000;
  const numbers = normal(0.5)([count], randomStream(1));
  const moment = (power: number): number => numbers.reduce((total, x) => total + (x / 0.5) ** power, 0) / count;
  // Four standard errors of the moments of a standard normal variable: 1, sqrt(2), sqrt(15), sqrt(96), over sqrt(count).
  for (const [power, wanted, error] of [
    [1, 0, 1],
    [2, 1, 2 ** 0.5],
    [3, 0, 15 ** 0.5],
    [4, 3, 96 ** 0.5],
  ] as const) {
    assert.ok(Math.abs(moment(power) - wanted) < (4 * error) / Math.sqrt(count), `moment ${power}: ${moment(power)}`);
  }
});

test("a shuffle loses nothing, and all orders of three are about as likely", () => {
  const random = randomStream(5);
  const counts = new Map<string, number>();
  for (let run = 0; run < 6000; run++) {
    const rows = rowNumbers(3);
    shuffle(rows, random);
    counts.set(rows.join(), (counts.get(rows.join()) ?? 0) + 1);
  }
  assert.equal([...counts.keys()].sort(), ["0,1,2", "0,2,1", "1,0,2", "1,2,0", "2,0,1", "2,1,0"]);
  // 1000 each, whose standard deviation is below 29; five of them.
  for (const [order, count] of counts) assert.ok(Math.abs(count - 1000) < 145, `${order}: ${count}`);
});

test("each place of a seed has a stream of its own, the same again", () => {
  const seeds = [1, 2, -1, 2 ** 32 + 1, 2 ** 52];
  const places = [[], [0], [1], [0, 0], [0, 1], [1, 0], [1, 1], [65_536, 3]];
  const first = (seed: number, place: readonly number[]): number => streamAt(seed, ...place).uniform();
  const all = seeds.flatMap(seed => places.map(place => first(seed, place)));
  assert.equal(new Set(all).size, seeds.length * places.length);
  assert.equal(
    seeds.flatMap(seed => places.map(place => first(seed, place))),
    all,
  );
  throws(() => streamAt(0.5, 1), "bad-option", "0.5");
});

test("the first numbers of neighbouring places are spread as those of one stream are", () => {
  const numbers = Array.from({ length: 4000 }, (_, i) => streamAt(7, Math.floor(i / 50), i % 50).uniform());
  const mean = numbers.reduce((total, x) => total + x, 0) / numbers.length;
  const along = numbers.reduce((total, x, i) => total + (x - 0.5) * ((numbers[i + 1] ?? 0.5) - 0.5), 0);
  // Four standard errors: of a mean the variance is 1/12, of a product of neighbours 1/144.
  assert.ok(Math.abs(mean - 0.5) < 4 * Math.sqrt(1 / 12 / numbers.length), String(mean));
  assert.ok(Math.abs(along) < (4 / 12) * Math.sqrt(numbers.length), String(along));
});

test("a seed is an integer", () => {
  throws(() => randomStream(0.5), "bad-option", "0.5");
  throws(() => randomStream(Number.NaN), "bad-option", "NaN");
});

test.run();
