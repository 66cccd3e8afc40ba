/** The three clouds are told apart nearly as well as they can be. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { bayes, clouds, defaults, draw, split, train } from "../../demos/multiclass.ts";
import { regionChart } from "../../demos/support/region-chart.ts";

test("the classifier is right within half a per cent of the Bayes classifier", () => {
  for (const seed of [1, 2, 3]) {
    const { accuracy, best } = train({ ...defaults, seed });
    console.log(`seed ${seed}: ${accuracy.toFixed(4)} of ${best.toFixed(4)}`);
    // 15000 answers: what is better by chance is within a standard error, 0.002.
    assert.ok(accuracy > best - 0.005 && accuracy < best + 0.002, `${accuracy} beside ${best}`);
  }
});

test("the clouds have the means and covariances that are said", () => {
  const count = 20_000;
  const samples = draw(count, 7);
  for (const [label, { mean, factor }] of clouds.entries()) {
    const own = samples.filter(sample => sample.label === label);
    assert.is(own.length, count);
    const [a, b, c] = factor;
    const average = (of: (x: number, y: number) => number): number =>
      own.reduce((total, { x, y }) => total + of(x - mean[0], y - mean[1]), 0) / count;
    // Five standard errors of a product of two numbers of about 1.
    const tolerance = (5 * 2) / Math.sqrt(count);
    for (const [found, wanted] of [
      [average(x => x), 0],
      [average((_, y) => y), 0],
      [average(x => x * x), a * a],
      [average((x, y) => x * y), a * b],
      [average((_, y) => y * y), b * b + c * c],
    ] as const) {
      assert.ok(Math.abs(found - wanted) < tolerance, `cloud ${label}: ${found} is not ${wanted}`);
    }
  }
});

test("the Bayes classifier gives each mean its own class, and nobody else is right as often", () => {
  assert.equal(bayes(clouds.map(({ mean }) => mean)), [0, 1, 2]);
  const { X, y } = split(draw(5000, 9));
  const right = (labels: readonly number[]): number => labels.filter((label, i) => label === y[i]).length;
  const nearest = X.map(([x, v]) => {
    const distances = clouds.map(({ mean }) => Math.hypot(x - mean[0], v - mean[1]));
    return distances.indexOf(Math.min(...distances));
  });
  assert.ok(right(bayes(X)) > right(nearest));
});

test("the chart colours the plane, and draws every sample and the border", async () => {
  const samples = [0, 1, 2].map(label => ({ x: label, y: 0, label }));
  const svg = await regionChart({
    title: "halves",
    samples,
    reach: 2,
    classify: places => places.map(([x]) => (x < 0 ? 0 : 1)),
    beside: places => places.map(([, y]) => (y < 0 ? 0 : 1)),
    besideName: "other",
  });
  const marks = (kind: string): number =>
    (new RegExp(`mark-${kind} role-mark[\\s\\S]*?</g>`).exec(svg)?.[0] ?? "").match(/<(?:path|line)/g)?.length ?? 0;
  // Two colours in each of 140 rows; a border of 140 sides.
  assert.equal([marks("rect"), marks("rule"), marks("symbol")], [280, 140, 3]);
  for (const text of ["halves", "class", "other", "first feature"]) assert.ok(svg.includes(text), text);
});

test.run();
