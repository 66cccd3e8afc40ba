import { test } from "uvu";
import * as assert from "uvu/assert";
import { gradient } from "../../lib/calculus/gradient.ts";
import { withGradient } from "../../lib/calculus/with-gradient.ts";
import { evaluateDefinitions } from "../../lib/evaluate.ts";
import { type Definitions, define } from "../../lib/expression/definition.ts";
import { variable } from "../../lib/expression/expression.ts";
import { add, mul, sub } from "../../lib/expression/functions.ts";
import type { FlatArray, Values } from "../../lib/expression/values.ts";
import "../../lib/print/text.ts";
import { parse, parseDefinitions } from "../../lib/syntax/parse.ts";
import { createProgram } from "../../lib/tape/program.ts";
import { type ScheduleOptions, schedule } from "../../lib/tape/schedule.ts";
import { backends } from "../support/program.ts";
import { agreesWith, runTape } from "../support/tape-run.ts";
import { throws } from "../support/throws.ts";

/** The tape of a text computes what the text means. */
function computes(text: string, values: Values, options: ScheduleOptions = {}): void {
  const definitions = parseDefinitions(text);
  const tape = schedule(definitions, options);
  agreesWith(
    runTape(tape, values),
    evaluateDefinitions(definitions, values, { extents: options.extents ?? {} }),
    tape.outputs,
  );
}

const x = [
  [1, 2, -1],
  [0.5, -0.25, 3],
];
const W = [
  [0.5, 1],
  [-1, 0.25],
  [2, -0.5],
];
const classifier = `
  a[n,k] = sum(j, x[n,j]*W[j,k]) + b[k]
  p[n,k] = exp(a[n,k] - logsumexp(k, a[n,k]))
  loss = sum(n, logsumexp(k, a[n,k]) - a[n,label[n]]) / extent(n)`;

test("scalars are one step without a loop", () => {
  const e = parse("x * y + exp(-y)");
  const { x: dx, y: dy } = gradient(e, ["x", "y"]);
  const tape = schedule({ value: e, dx, dy });
  assert.equal(
    tape.steps.map(({ kind }) => kind),
    ["scalar"],
  );
  agreesWith(runTape(tape, { x: 2, y: 3 }), new Map([["dx", 3]]), ["dx"]);
});

test("elements, reductions and what reads them", () => {
  computes("y[i,k] = sum(j, x[i,j]*W[j,k])\nz[k,i] = tanh(y[i,k])", { x, W });
  computes(classifier, { x, W, b: [0.1, -0.2], label: [1, 0] });
  computes(classifier, { x, W, b: [0.1, -0.2], label: [1, 0] }, { outputs: ["loss"] });
  computes("s = maximum(i, minimum(j, x[i,j]))\nt = sum(i, sum(j, x[i,j]^2))", { x });
  computes("d[i,j] = delta(i,j) * v[i]\ng[k] = v[k+1] - w[k]\nf[m] = v[at[m]]", {
    v: [1, 2, 4],
    w: [3, 5],
    at: [2, 0],
  });
});

test("an index that occurs twice, free and bound, or under other names", () => {
  computes("s = sum(i, v[i] * sum(i, v[i]))\nt[i] = sum(j, v[j]) + v[i]\nu[j] = sum(i, v[i]*v[j])", { v: [1, 2, 4] });
  computes("g[i,j] = sum(k, x[i,k]*x[j,k])\nh = sum(m, g[m,m])", { x });
});

test("a name that was made on the way takes as many values as the one that it stands for", () => {
  const t = [[0], [0], [0]];
  const text = "m = minimum(j, sum(i, v[t[i,0],2*i] * delta(i,j)))";
  computes(text, { v: [[1, 2, 3, 4, 5, 6, 7]], t }, { extents: { i: 3, j: 3 } });
});

test("a maximum is found again where it was taken, whatever the indices are called", () => {
  const e = parse("sum(j, maximum(i, sum(n, delta(n,i) * ((v[B[n]] + w[E[j]]) * x[0]))))");
  const { v: dv } = gradient(e, ["v[b]"]);
  const values = { x: [1.9], v: [2], w: [1.7], B: [0, 0], E: [0] };
  for (const simplify of [true, false]) {
    const definitions = [define("m", e), define("dv[b]", dv)];
    const tape = schedule(definitions, { simplify, extents: { b: 1 } });
    agreesWith(runTape(tape, values), evaluateDefinitions(definitions, values, { extents: { b: 1 } }), tape.outputs);
  }
});

test("reductions of nothing", () => {
  const values = { v: { shape: [0], data: [] } };
  computes("s = sum(i, v[i])\nm = maximum(i, v[i])\nl = logsumexp(i, v[i])\nk[i] = 2*v[i]", values);
});

test("logsumexp of infinities", () => {
  for (const v of [
    [-Infinity, -Infinity],
    [Infinity, 1],
    [NaN, 1],
  ])
    computes("l = logsumexp(i, v[i])", { v });
});

test("any name may be a name", () => {
  computes("constructor[n] = __proto__[n] * 2\n`so far` = sum(n, constructor[n])", {
    ["__proto__"]: [1, 2],
  } as Values);
  const values = new Map([["__proto__", [1, 2]]]);
  computes(
    "constructor[n] = __proto__[n] * 2\n`t1` = sum(n, constructor[n])\nt2[n] = 1 + sum(m, t1*constructor[m])",
    values,
  );
});

test("a scalar loss over a batch is one loop", () => {
  const loss = parse("(w3*tanh(w1*x1 + w2*x2 + b) + c - y)^2");
  const partials = gradient(loss, ["w1", "w2", "w3", "b", "c"]);
  const named = Object.fromEntries(Object.entries(partials).map(([name, e]) => [`d${name}`, e]));
  const tape = schedule({ loss, ...named }, { batch: ["x1", "x2", "y"] });
  assert.is(tape.steps.length, 1);
  const [step] = tape.steps;
  assert.ok(step !== undefined && step.kind === "reduction");
  assert.is(step.nest.filter(({ kind }) => kind === "loop").length, 1);

  const values = { w1: 0.5, w2: -1, w3: 2, b: 0.1, c: 0.2, x1: [1, 2, 3], x2: [-1, 0, 1], y: [0, 1, 2] };
  const samples = [0, 1, 2].map(n => ({ ...values, x1: values.x1[n], x2: values.x2[n], y: values.y[n] }) as Values);
  const expected = evaluateMean({ loss, ...named }, samples);
  agreesWith(runTape(tape, values), expected, tape.outputs);
  const total = schedule({ loss }, { batch: ["x1", "x2", "y"], reduce: "sum" });
  agreesWith(runTape(total, values), new Map([["loss", 3 * Number(expected.get("loss"))]]), ["loss"]);
});

function evaluateMean(
  results: Readonly<Record<string, ReturnType<typeof parse>>>,
  samples: readonly Values[],
): Map<string, number> {
  return new Map(
    Object.entries(results).map(([name, expression]) => {
      const list = samples.map(at => Number(evaluateDefinitions([{ name, axes: [], expression }], at).get(name)));
      return [name, list.reduce((a, b) => a + b, 0) / list.length];
    }),
  );
}

test("updates read old values, and say which array becomes the new one", () => {
  const W1 = variable("W", "j");
  const tape = schedule(parseDefinitions("loss = sum(j, W[j]^2)\ndW[j] = 2*W[j]"), {
    updates: { "W[j]": sub(W1, mul(0.1, variable("dW", "j"))), t: add(variable("t"), 1) },
  });
  const after = runTape(tape, { W: [1, 2], t: 3, rate: 0 });
  agreesWith(
    after,
    new Map<string, number | FlatArray>([
      ["W", { shape: [2], data: [0.8, 1.6] }],
      ["t", 4],
    ]),
    ["W", "t"],
  );
  const named = schedule(parseDefinitions("next[j] = W[j] + 1"), { updates: { W: "next" } });
  assert.equal(named.updates, [{ to: "W", from: "next" }]);
  throws(() => schedule({ a: 1 }, { updates: { a: 2 } }), "bad-option", "a");
  throws(() => schedule({ a: variable("x") }, { updates: { y: 2 } }), "bad-option", "y");
  throws(() => schedule({ a: variable("x") }, { updates: { y: "a" } }), "bad-option", "y");
  throws(() => schedule({ a: variable("x") }, { updates: { x: "b" } }), "bad-option", "b");
  throws(() => schedule({ a: variable("x") }, { updates: { x: variable("v", "i") } }), "bad-index", "x[i]");
});

test("an update may be of what only updates read: moments, a count of steps", () => {
  const updates = {
    "W[j]": parse("W[j] - rate * (0.9*m[j] + dW[j]) / (1 - 0.9^(t + 1))"),
    "m[j]": parse("0.9*m[j] + dW[j]"),
    t: parse("t + 1"),
    before: parse("t"),
    oldest: parse("before"),
    older: parse("oldest + older"),
  };
  const tape = schedule(parseDefinitions("loss = sum(j, W[j]^2)\ndW[j] = 2*W[j]"), { updates, outputs: ["loss"] });
  const after = runTape(tape, { W: [1, 2], m: [10, 20], t: 1, rate: 0.1, before: 7, oldest: 8, older: 9 });
  const moved = [11, 22].map((m, j) => j + 1 - (0.1 * m) / (1 - 0.81));
  const expected: [string, number | FlatArray][] = [
    ["W", { shape: [2], data: moved }],
    ["m", { shape: [2], data: [11, 22] }],
    ["t", 2],
    ["before", 1],
    ["oldest", 7],
    ["older", 17],
  ];
  agreesWith(
    after,
    new Map(expected),
    [...after.keys()].filter(name => name !== "loss"),
  );
});

test("what cannot be computed is said before anything runs", () => {
  throws(() => schedule({ a: variable("x", "i") }), "bad-index", "a[i]");
  throws(
    () => schedule([...parseDefinitions("a = 1"), ...parseDefinitions("a = 2")] as Definitions),
    "bad-option",
    "a",
  );
  throws(() => schedule({ a: variable("b"), b: 2 }), "unbound-variable", "b");
  throws(() => schedule({ a: variable("a") }), "unbound-variable", "itself");
  throws(() => schedule({ a: 1 }, { outputs: ["b"] }), "bad-option", "b");
  throws(() => schedule({ a: variable("x") }, { batch: ["y"] }), "bad-option", "y");
  throws(() => schedule(parseDefinitions("a = x + sum(i, x[i])")), "bad-value", "x");
  throws(() => schedule(parseDefinitions("t[i] = v[i]\ny[i] = x[t[i]]")), "unsupported", "t[i]");
  throws(
    () => schedule(parseDefinitions("a = sum(i, sum(j, delta(i,j)))"), { extents: { i: 2, j: 3 } }),
    "extent",
    "i",
    "j",
  );
  throws(() => schedule({ a: 1 }, { reduce: "max" as "sum", batch: [] }), "bad-option", "reduce");
  throws(() => schedule({ a: variable("x", "n") }, { outputs: [] }), "bad-index", "a[n]");
  throws(
    () => schedule({ a: variable("x") }, { updates: { "x[k]": add(variable("x", "j"), variable("x", "k")) } }),
    "bad-index",
    "x[k]",
    "j",
  );
  throws(() => schedule(parseDefinitions("b = 1\na = sum(n, x[n] + b[n])")), "bad-value", "b");
});

test("an option that is none is said", () => {
  const scheduled = (options: object) => () => schedule({ a: variable("x") }, options as ScheduleOptions);
  throws(scheduled({ batch: "x" }), "bad-option", "batch", "list");
  throws(scheduled({ outputs: "a" }), "bad-option", "outputs", "list");
  throws(scheduled({ updates: 3 }), "bad-option", "updates", "object");
  throws(scheduled({ extents: null }), "bad-option", "extents", "object");
  throws(scheduled({ extents: { n: 1.5 } }), "bad-option", "n", "1.5");
  throws(scheduled({ expected: { n: "many" } }), "bad-option", "n");
  throws(scheduled({ simplify: 1 }), "bad-option", "simplify");
});

test("wrong shapes, extents and integers are said before anything runs", () => {
  const product = schedule(parseDefinitions("a[n,k] = sum(j, x[n,j]*W[j,k])"));
  // The index, both arrays and both extents.
  throws(
    () => createProgram(product, { shapes: { x: [2, 3], W: [4, 2] } }),
    "extent",
    "j",
    "x[n,j]",
    "W[j,k]",
    "3",
    "4",
  );
  throws(() => createProgram(product, { shapes: { x: [2, 3], W: [3] } }), "bad-value", "W[j,k]");
  throws(() => createProgram(product, { shapes: { x: [2, 3] } }), "extent", "k", "W");
  throws(() => createProgram(schedule(parseDefinitions("a = sum(i, b)"))), "extent", "i");
  throws(() => gradient(parse("x[n]^2"), ["x[n]"]), "not-scalar", "n");
  throws(() => evaluateDefinitions(parseDefinitions("y[n] = x[t[n]]"), { x: [1, 2], t: [0, 0.5] }), "bad-value", "t");

  const embedding = parseDefinitions("loss = sum(n, sum(k, E[token[n],k]^2))");
  const updates = { "E[i,k]": parse("E[i,k] - 0.5*dE[i,k]") };
  const tape = schedule(withGradient(embedding, ["E[i,k]"]), { updates, outputs: ["loss"] });
  for (const backend of backends) {
    const program = createProgram(tape, { shapes: { E: [3, 2], token: [2] }, backend });
    program.input("E").fill(1);
    for (const outside of [3, -1]) {
      program.input("token").set([0, outside]);
      throws(() => program.run(), "out-of-range", "token[1]", `${outside}`, "E[token[n],k]");
    }
    assert.equal([...program.input("E")], [1, 1, 1, 1, 1, 1]);
    program.input("token").set([0, 2]);
    program.run();
    assert.equal([...program.input("E")], [0, 0, 1, 1, 0, 0]);
  }
});

test.run();
