/** Batch normalisation is its formula: with the statistics of the batch, or with running ones that follow them. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { createProgram, define, evaluateArray, parse, schedule, sum, variable } from "../../lib/index.ts";
import { batchNorm, batchStatistics, runningStatistics } from "../../lib/learn/batch-norm.ts";
import { gradientAgrees, numbers } from "../support/gradient-agrees.ts";
import { backends } from "../support/program.ts";
import { throws } from "../support/throws.ts";

const x = variable("x", "n", "k");
const arrays = { gain: "gamma[k]", bias: "beta[k]" };
const values = { x: numbers(1, 5, 3), gamma: numbers(2, 3), beta: numbers(3, 3) };
const running = { mean: "m[k]", variance: "v[k]" };

/** What a loop makes of the columns of the batch. */
function statisticsOf(rows: number, columns: number, data: ArrayLike<number>): { mean: number; variance: number }[] {
  return Array.from({ length: columns }, (_, k) => {
    const column = Array.from({ length: rows }, (_, n) => data[n * columns + k] ?? 0);
    const mean = column.reduce((total, value) => total + value, 0) / rows;
    return { mean, variance: column.reduce((total, value) => total + (value - mean) ** 2, 0) / rows };
  });
}

test("in training it is the textbook's formula of the batch", () => {
  const written = parse(
    "`gamma`[k] * ((x[n,k] - sum(n, x[n,k]) / extent(n)) / sqrt(sum(n, (x[n,k] - sum(n, x[n,k]) / extent(n))^2) / extent(n) + 0.001)) + beta[k]",
  );
  assert.is(batchNorm(x, { over: "n", ...arrays, epsilon: 0.001 }), written);
});

test("and so is its value", () => {
  const { data } = evaluateArray(batchNorm(x, { over: "n", ...arrays }), values, ["n", "k"]);
  for (const [k, { mean, variance }] of statisticsOf(5, 3, values.x.data).entries())
    for (let n = 0; n < 5; n++) {
      const scaled = ((values.x.data[3 * n + k] ?? 0) - mean) / Math.sqrt(variance + 1e-5);
      const wanted = (values.gamma.data[k] ?? 0) * scaled + (values.beta.data[k] ?? 0);
      // A few dozen roundings of numbers of about 1.
      assert.ok(Math.abs((data[3 * n + k] ?? 0) - wanted) < 1e-13);
    }
});

test("its gradient is that of finite differences, to what it normalises and to its arrays", () => {
  gradientAgrees(batchNorm(x, { over: "n", ...arrays }), values);
  gradientAgrees(batchNorm(x, { ...running, ...arrays }), { ...values, m: numbers(4, 3), v: [0.4, 1, 2] });
});

test("over several indices at once, as for images", () => {
  const image = variable("x", "n", "r", "k");
  const { mean, variance } = batchStatistics(image, ["n", "r"]);
  assert.is(mean, parse("sum(n, sum(r, x[n,r,k])) / (extent(n) * extent(r))"));
  const at = { x: { shape: [2, 3, 2], data: numbers(1, 6, 2).data } };
  const wanted = statisticsOf(6, 2, at.x.data);
  for (const [found, key] of [
    [mean, "mean"],
    [variance, "variance"],
  ] as const) {
    for (const [k, value] of evaluateArray(found, at, ["k"]).data.entries()) {
      // Sums of a dozen numbers of about 1, in another order.
      assert.ok(Math.abs(value - (wanted[k]?.[key] ?? 0)) < 1e-14);
    }
  }
});

test("in evaluation it reads the statistics that it is given", () => {
  assert.is(batchNorm(x, { ...running, epsilon: 0 }), parse("(x[n,k] - m[k]) / sqrt(v[k] + 0)"));
  const mean = define("mean[k]", sum("n", x));
  assert.is(
    batchNorm(x, { mean, variance: 1, gain: "g[k]", epsilon: 1 }),
    parse("g[k] * ((x[n,k] - mean[k]) / sqrt(1 + 1))"),
  );
});

for (const backend of backends)
  test(`running statistics follow those of the batches, also of smaller ones and of one sample, by ${backend}`, () => {
    const updates = runningStatistics(x, { over: "n", ...running, momentum: 0.25 });
    const tape = schedule([define("total", sum("n", sum("k", x)))], { updates });
    const program = createProgram(tape, { shapes: { x: [5, 3] }, backend });
    program.input("v").fill(1);
    const wanted = Array.from({ length: 3 }, () => ({ mean: 0, variance: 1 }));
    for (const [step, rows] of [5, 5, 2, 1].entries()) {
      const { data } = numbers(step, rows, 3);
      program.input("x").set(data);
      program.run({ n: rows });
      for (const [k, { mean, variance }] of statisticsOf(rows, 3, data).entries()) {
        const unbiased = rows === 1 ? 0 : (variance * rows) / (rows - 1);
        const old = wanted[k] ?? { mean: 0, variance: 0 };
        wanted[k] = { mean: 0.75 * old.mean + 0.25 * mean, variance: 0.75 * old.variance + 0.25 * unbiased };
      }
    }
    for (const [k, { mean, variance }] of wanted.entries()) {
      // A few dozen roundings of numbers of about 1.
      assert.ok(Math.abs((program.input("m")[k] ?? 0) - mean) < 1e-14);
      assert.ok(Math.abs((program.input("v")[k] ?? 0) - variance) < 1e-14);
    }
  });

test("what does not fit is said", () => {
  throws(() => batchNorm(x, { over: "m" }), "bad-index", "m");
  throws(() => batchNorm(x, { over: [] }), "bad-option", "over");
  throws(() => batchNorm(x, { over: "n", gain: "g[c]" }), "bad-index", "g[c]", "c");
  throws(() => batchNorm(x, { over: "n", epsilon: -1 }), "bad-option", "epsilon", "-1");
  throws(() => runningStatistics(x, { over: "n", ...running, momentum: 0 }), "bad-option", "momentum", "0");
});

test("names are only names", () => {
  const updates = runningStatistics(variable("constructor", "n"), {
    over: "n",
    mean: "__proto__",
    variance: "class",
  });
  assert.equal(Object.keys(updates), ["__proto__", "class"]);
});

test.run();
