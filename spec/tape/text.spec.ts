import { test } from "uvu";
import * as assert from "uvu/assert";
import { gradient } from "../../lib/calculus/gradient.ts";
import "../../lib/print/text.ts";
import { parseDefinitions } from "../../lib/syntax/parse.ts";
import { costOf } from "../../lib/tape/cost.ts";
import { schedule } from "../../lib/tape/schedule.ts";
import { tapeToString } from "../../lib/tape/text.ts";
import { throws } from "../support/throws.ts";

test("a line for each array, and a count", () => {
  const tape = schedule(parseDefinitions("a[n,k] = sum(j, x[n,j] * W[j,k])\nb[k] = sum(n, a[n,k])\nc = sum(k, b[k])"));
  const lines = tapeToString(tape).split("\n");
  assert.is(`${tape}`, tapeToString(tape));
  assert.is(lines.length, 4);
  assert.match(lines[0] ?? "", /^ {2}a\[n,k\] = sum\(j, .*\) +matrix product +n\*j\*k multiply-adds +n\*k numbers$/);
  assert.match(lines[1] ?? "", /^ {2}b\[k\] = sum\(n, a\[n,k\]\) +reduction +n\*k turns +k numbers$/);
  assert.is(lines.at(-1), "3 steps, 1 matrix product, 3 results, 0 temporary arrays");
});

test("names that need quotes are quoted, and a long formula is cut", () => {
  const long = Array.from({ length: 200 }, (_, i) => `x${i}`).join(" * ");
  const text = `${schedule(parseDefinitions(`\`my sum\`[n] = 2 * \`e\`[n]\np = ${long}`))}`;
  assert.ok(text.includes("`my sum`[n] = "));
  assert.ok(text.includes("characters)"));
});

test("what is read later than by the next step says by whom", () => {
  const text = "a[n,k] = sum(j, x[n,j] * V[j,k])\nb[n,k] = sum(j, a[n,j] * W[j,k])\nc[n,k] = sum(j, b[n,j] * a[j,k])";
  const [first] = `${schedule(parseDefinitions(text))}`.split("\n");
  assert.match(first ?? "", /kept for c$/);
});

// Counted by hand: three products, then what a person would write for the rest.
test("a network's gradient has the multiply-adds of a hand-written one", () => {
  const forward = parseDefinitions(`
    h[n,k] = tanh(sum(j, x[n,j] * W[j,k]) + b[k])
    p[n] = sum(k, h[n,k] * v[k])
    loss = sum(n, (p[n] - y[n])^2)`);
  const names = ["W[j,k]", "b[k]", "v[k]"];
  const tape = schedule([...forward, ...gradient(forward, names)], { outputs: ["loss", "dW", "db", "dv"] });
  const [n, j, k] = [100, 20, 30];
  const products = 2 * n * j * k;
  const sums = n * k /* p */ + n /* loss */ + n * k /* dv */ + n * k; /* db */
  assert.ok(costOf(tape, { n, j, k }).multiplyAdds <= 1.05 * (products + sums));
  assert.ok(costOf(tape, { n, j, k }).multiplyAdds >= products + sums);
});

test("an extent that is missing is named", () => {
  const tape = schedule(parseDefinitions("a = sum(i, x[i])"), { extents: { i: 3 } });
  assert.is(costOf(tape).multiplyAdds, 3);
  throws(() => costOf(schedule(parseDefinitions("a = sum(i, x[i])"))), "extent", "i");
});

test.run();
