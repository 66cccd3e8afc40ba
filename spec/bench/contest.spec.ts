/** The benchmark is honest: who answers wrongly, is late, fails or is absent is told so, and is not timed. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { withGradient } from "../../lib/calculus/with-gradient.ts";
import { evaluate } from "../../lib/evaluate.ts";
import { parse } from "../../lib/syntax/parse.ts";
import { batchOf, wholeTrainingOf } from "./batch.ts";
import type { Measurement, Missing } from "./family.ts";
import { contest } from "./harness/contest.ts";
import { uniform } from "./harness/data.ts";
import { fivePoint, mixture, rosenbrock, small } from "./harness/losses.ts";
import { lineOf } from "./harness/report.ts";
import { tablesOf, withTables } from "./harness/table.ts";
import { peer as byHand } from "./peers/by-hand.ts";

const list = new URL("some-peers.ts", import.meta.url).href;
const lines: (Measurement | Missing)[] = [];
const family = contest({
  about: "",
  job: "gradient",
  unit: "ns",
  patience: 1,
  warmUp: 50,
  list,
  cases: [{ name: "small", problem: small, goals: { "right again": 1e9 } }],
});
await family.run(line => lines.push(line), { rounds: 3, slice: 1 });
const of = (peer: string): Measurement | Missing | undefined => lines.find(line => line.peer === peer);

test("whoever is right is timed, beside the first one", () => {
  for (const peer of ["right", "right again"]) {
    const line = of(peer);
    assert.ok(line !== undefined && "value" in line && line.value > 0 && (line.cpu ?? 0) > 0, peer);
  }
  const first = of("right");
  assert.is(first !== undefined && "ratio" in first && first.ratio, 1);
});

for (const [peer, missing, note] of [
  ["slightly wrong", "wrong", /answers 24\.05.* where it is 24\.04/],
  ["wrong in a partial", "wrong", /number 3 of 9/],
  ["not a number", "wrong", /no number/],
  ["thrower", "failed", /no such luck/],
  ["absent", "absent", /npm run bench:setup/],
  ["dawdler", "late", /more than 1 s/],
  ["quitter", "failed", /ended/],
] as const) {
  test(`who is ${peer} is told to be ${missing}`, () => {
    const line = of(peer);
    assert.ok(line !== undefined && "missing" in line, "has a time");
    assert.is(line.missing, missing);
    assert.match(line.note, note);
  });
}

test("a goal that is missed is told", () => {
  const line = of("right again");
  assert.match(line === undefined ? "" : lineOf(line), /MISSED/);
});

test("the table of the README tells times of the first one, and why there is none", () => {
  const machine = { processor: "1 × abacus", node: "Node 20" };
  const tables = tablesOf({
    date: "2026-01-02",
    machine,
    results: { small: { about: "a try", lines }, alone: { about: "", lines: [{ what: "x", value: 1, unit: "ms" }] } },
  });
  assert.match(
    tables,
    /^2026-01-02: 1 × abacus, Node 20\.\n\n`small`: a try\n\n\| \| right \| right again \| slightly wrong \|/,
  );
  assert.match(
    tables,
    /\| small \| [\d.e+]+ ns \| × [\d.]+ \| wrong \| wrong \| wrong \| failed \| too long \| failed \|$/,
  );
  const page = withTables("a\n<!-- bench -->\nold\n<!-- /bench -->\nb", tables);
  assert.is(page, `a\n<!-- bench -->\n\n${tables}\n\n<!-- /bench -->\nb`);
  assert.is(withTables(page, tables), page);
  assert.throws(() => withTables("no place", tables), /no place/);
});

test("what is written by hand is the gradient", async () => {
  for (const problem of [small, fivePoint, rosenbrock, mixture]) {
    const gradient = await byHand.jobs.gradient?.(problem);
    const { parameters, data, at, sample, text } = problem;
    const values = Object.fromEntries([...parameters, ...data].map((name, i) => [name, [...at, ...sample][i] ?? 0]));
    const slopes = new Float64Array(at.length);
    const value = gradient?.(Float64Array.from(at), slopes, Float64Array.from(sample)) ?? Number.NaN;
    const expected = Object.values(withGradient(parse(text), parameters)).map(e => evaluate(e, values));
    // Sums of at most forty terms of about this size.
    for (const [i, number] of [value, ...slopes].entries())
      assert.ok(Math.abs(number - (expected[i] ?? 0)) < 1e-12 * (1 + Math.abs(number)), `${problem.name}, number ${i}`);
  }
});

test("a batch calls so many times, and a training begins anew each time", () => {
  const called: number[][] = [];
  const f = (p: Float64Array, g: Float64Array, d: Float64Array): number => {
    called.push([...p, ...d]);
    g.fill(1);
    return 0;
  };
  batchOf(f, [1], [7])(3);
  assert.is(called.length, 3);
  called.length = 0;
  wholeTrainingOf(f, [1], [[7], [8]], { epochs: 2, rate: 0.5 })(2);
  const once = [
    [1, 7],
    [0.5, 8],
    [0, 7],
    [-0.5, 8],
  ];
  assert.equal(called, [...once, ...once]);
});

test("the numbers that all processes make look uniform", () => {
  const numbers = uniform(10_000, 5);
  assert.ok(numbers.every(value => value >= -1 && value < 1));
  // A mean of 10,000 has a deviation of 0.006, and so has the mean of the squares, about.
  const mean = numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
  const square = numbers.reduce((sum, value) => sum + value * value, 0) / numbers.length;
  assert.ok(Math.abs(mean) < 0.03 && Math.abs(square - 1 / 3) < 0.03, `${mean}, ${square}`);
  assert.is.not(numbers[0], uniform(1, 6)[0]);
});

test.run();
