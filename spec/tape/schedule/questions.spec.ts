/** How a schedule decides: what is multiplied with what, which loops are shared, what is stored, where sums are scattered. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { gradient } from "../../../lib/calculus/gradient.ts";
import { evaluate } from "../../../lib/evaluate.ts";
import { type Definitions, define } from "../../../lib/expression/definition.ts";
import { topologicalOrder } from "../../../lib/expression/fold.ts";
import { tanh } from "../../../lib/expression/functions.ts";
import "../../../lib/print/text.ts";
import { parse, parseDefinitions } from "../../../lib/syntax/parse.ts";
import { costOf } from "../../../lib/tape/cost.ts";
import { type ScheduleOptions, schedule } from "../../../lib/tape/schedule.ts";
import type { Nest, Statement, Tape } from "../../../lib/tape/tape.ts";
import { normalised } from "../../support/networks.ts";

const tapeOf = (text: string, options: ScheduleOptions = {}): Tape => schedule(parseDefinitions(text), options);

/** Its kinds of steps in order. */
const kinds = (tape: Tape): readonly string[] => tape.steps.map(({ kind }) => kind);
const products = (tape: Tape): number => kinds(tape).filter(kind => kind === "matrix product").length;
const temporaries = (tape: Tape): readonly string[] =>
  tape.arrays.filter(({ role }) => role === "temporary").map(({ axes }) => axes.join(","));

const statements = (nest: Nest): readonly Statement[] =>
  nest.flatMap(each => (each.kind === "loop" ? [each, ...statements(each.body)] : [each]));
const allStatements = (tape: Tape): readonly Statement[] =>
  tape.steps.flatMap(step => statements(step.kind === "matrix product" ? step.after : step.nest));
const loops = (tape: Tape): string =>
  allStatements(tape)
    .flatMap(each => (each.kind === "loop" ? [each.index] : []))
    .join(" ");

test("contractions: two factors with indices of their own are a matrix product, whatever is transposed", () => {
  for (const text of ["x[n,j]*W[j,k]", "x[j,n]*W[j,k]", "W[k,j]*x[n,j]", "-2*x[j,n]*W[k,j]"]) {
    assert.is(products(tapeOf(`a[n,k] = sum(j, ${text})`)), 1, text);
  }
  const [batched] = tapeOf("a[b,n,k] = sum(j, x[b,n,j]*W[b,j,k])").steps;
  assert.equal(batched?.kind === "matrix product" ? batched.batch : [], ["b"]);
  assert.equal(kinds(tapeOf("a[n] = sum(j, x[n,j]*w[j])")), ["reduction"]);
});

test("contractions: a product is scaled as it is made, if nobody else reads it", () => {
  const scaled = tapeOf("dW[k,j] = -2*sum(n, x[n,j]*d[n,k])/extent(n)");
  assert.equal(kinds(scaled), ["matrix product"]);
  const [step] = scaled.steps;
  const scale = step?.kind === "matrix product" ? step.scale : undefined;
  assert.is(evaluate(scale ?? 1, {}, { extents: { n: 4 } }), -0.5);
  const read = "a[j,k] = 2*sum(n, x[n,j]*d[n,k])\nb = sum(n, x[n,0]*d[n,0])\nc[j,k] = a[j,k] + sum(n, x[n,j]*d[n,k])";
  assert.equal(kinds(tapeOf(read)).filter(kind => kind === "matrix product").length, 1);
});

test("contractions: a factor that is no array becomes one, gathers first of all", () => {
  assert.equal(kinds(tapeOf("a[n,k] = sum(j, tanh(x[n,j])*W[j,k])")), ["elementwise", "matrix product"]);
  assert.equal(kinds(tapeOf("a[n,k] = sum(j, E[token[n],j]*W[j,k])")), ["elementwise", "matrix product"]);
});

test("contractions: the cheapest order, through nested sums", () => {
  const text = "a[k,j] = sum(n, sum(i, r[n,k]*L[k,i,j]*y[n,k,i]))";
  const expected = { n: 1000, k: 25, i: 10, j: 10 };
  const { multiplyAdds } = costOf(tapeOf(text, { expected }), expected);
  assert.is(multiplyAdds, 1000 * 25 * 10 + 25 * 10 * 10);
  const chain = tapeOf("a[i] = sum(j, sum(k, A[i,j]*B[j,k]*v[k]))");
  assert.is(costOf(chain, { i: 100, j: 100, k: 100 }).multiplyAdds, 2 * 100 * 100);
});

test("contractions: what is free of an index leaves its sum, and an addition is split where that is cheaper", () => {
  const free = tapeOf("a = sum(n, sum(m, x[n]*y[m]))", { simplify: false });
  assert.is(costOf(free, { n: 1000, m: 1000 }).multiplyAdds, 2000);
  const addition = tapeOf("a = sum(n, sum(m, x[n] + y[m]))", { simplify: false });
  assert.ok(costOf(addition, { n: 1000, m: 1000 }).multiplyAdds <= 4000);
});

test("contractions: a gather's delta is a scatter, in proportion to what is gathered", () => {
  const scatter = tapeOf("dE[t,k] = sum(n, delta(t, token[n])*g[n,k])", { extents: { t: 50_000 } });
  assert.equal(kinds(scatter), ["scatter"]);
  assert.is(costOf(scatter, { n: 4096, k: 8 }).multiplyAdds, 4096 * 8);
  assert.not(
    topologicalOrder(...allStatements(scatter).flatMap(each => ("value" in each ? [each.value] : []))).some(
      ({ kind }) => kind === "delta",
    ),
  );
  // Nothing tells that i+1 is inside, so that nothing is written there unseen.
  assert.is(kinds(tapeOf("a[m] = sum(i, delta(m, i+1)*x[i])\nb[m] = x[m]")).includes("scatter"), false);
  const window = "a[m] = sum(i, sum(p, delta(m, i+p)*x[i]*w[p]))\nb[i] = sum(p, v[i+p]*w[p])\nc[m] = v[m]";
  assert.ok(kinds(tapeOf(window)).includes("scatter"));
});

test("loops: accumulators over one index share a loop, also within a common outer one", () => {
  assert.is(loops(tapeOf("a = sum(n, x[n])\nb = sum(m, x[m]^2)\nc = maximum(p, x[p])")), "n");
  assert.is(loops(tapeOf("a[n] = sum(j, x[n,j])\nb[n] = maximum(k, x[n,k])\nc[n,j] = x[n,j] - a[n]")), "n j j");
  assert.equal(temporaries(tapeOf("p[n,c] = exp(z[n,c] - logsumexp(c, z[n,c]))")), []);
});

test("loops: a sum is complete before it is read", () => {
  assert.is(loops(tapeOf("m = mean(n, x[n])\nv = mean(n, (x[n] - m)^2)")), "n n");
  assert.is(loops(tapeOf("a[n] = 2*x[n]\nb[n] = a[n] + a[0]")), "n n");
});

test("loops: the innermost runs over neighbours", () => {
  assert.is(loops(tapeOf("b[k] = sum(n, a[n,k]*c[n,k])")), "n k");
  assert.is(loops(tapeOf("y[i] = sum(j, W[i,j]*x[j])")), "i j");
  assert.is(loops(tapeOf("b[k,n] = a[k,n] + c[k,n]")), "k n");
});

test("storage: what is costly is stored where other loops read it, and what is not is computed again", () => {
  const count = (tape: Tape, fn: unknown): number =>
    topologicalOrder(...allStatements(tape).flatMap(each => ("value" in each ? [each.value] : []))).filter(
      node => node.kind === "call" && node.fn === fn,
    ).length;
  const text = "s[k] = sum(n, tanh(x[n,k]))\nt[n] = sum(k, tanh(x[n,k])*s[k])";
  assert.is(count(tapeOf(text), tanh), 1);
  assert.equal(temporaries(tapeOf(text)), ["n,k"]);
  assert.equal(temporaries(tapeOf(text.replaceAll("tanh(x[n,k])", "x[n,k]^2"))), []);
  assert.equal(temporaries(tapeOf("y[n,k] = x[n,k]*exp(s[k])")), ["k"]);
});

test("storage: what is not wanted is not stored", () => {
  const text = "a[n] = x[n] + 1\nb[n] = a[n]*2\nc = sum(n, b[n])";
  assert.equal(temporaries(tapeOf(text, { outputs: ["c"] })), []);
  assert.equal(kinds(tapeOf(text, { outputs: ["c"] })), ["reduction"]);
});

test("a network with batch normalisation has the products of a hand-written backward pass", () => {
  const definitions: Definitions = [
    ...normalised.definitions,
    ...gradient(normalised.definitions, normalised.parameters),
  ];
  const tape = schedule(definitions, { outputs: ["loss", "dW1", "dg", "dbe", "dW2", "db2"] });
  assert.is(products(tape), 5);
  const [n, j, k, c] = [128, 200, 100, 10];
  // Forward: a, mu, v, z, two of the softmax, loss. Backward: db2, dW2, dh, dg, dbe, dv, the two of dmu, dW1.
  const byHand = n * j * k + 2 * n * k + n * k * c + n * c + n + n * c + n * k * c + n * k * c + 5 * n * k + n * j * k;
  const { multiplyAdds } = costOf(tape, { n, j, k, c });
  assert.ok(Math.abs(multiplyAdds - byHand) <= 0.05 * byHand, `${multiplyAdds} multiply-adds, by hand ${byHand}`);
});

test("the gradient of a mixture costs a few times its value, since invariant factors leave the sum over samples", () => {
  const loss = parse("sum(n, logsumexp(k, w[k] - sum(i, sum(j, L[k,i,j]*(x[n,j] - mu[k,j]))^2)))");
  const names = ["w[k]", "mu[k,i]", "L[k,i,j]"];
  const partials = gradient(loss, names);
  const extents = { n: 1000, k: 25, i: 10, j: 10 };
  const results = names.map(reading => define(`d${reading}`, partials[reading.slice(0, reading.indexOf("["))] ?? 0));
  const value = costOf(schedule({ loss }, { expected: extents }), extents);
  const both = costOf(schedule([define("loss", loss), ...results], { expected: extents }), extents);
  assert.ok(both.multiplyAdds <= 2.5 * value.multiplyAdds, `${both.multiplyAdds} for ${value.multiplyAdds}`);
});

test.run();
