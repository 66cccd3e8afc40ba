/** Gradients against finite differences: right ones agree, wrong ones differ, kinks are unclear. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { checkGradient, finiteDifference } from "../../lib/check/index.ts";
import { evaluateDefinitions } from "../../lib/evaluate.ts";
import { define } from "../../lib/expression/definition.ts";
import { FluxionError } from "../../lib/expression/error.ts";
import { parse, parseDefinitions } from "../../lib/syntax/parse.ts";
import { throws } from "../support/throws.ts";

test("a right gradient agrees to many digits", () => {
  const { agrees, maxError, partials } = checkGradient(parse("x^y * sin(x) + erf(y)"), { x: 1.3, y: 2 });
  assert.ok(agrees);
  assert.ok(maxError < 1e-9, String(maxError));
  assert.equal(
    partials.map(({ variable, verdict }) => [variable, verdict]),
    [
      ["x", "agrees"],
      ["y", "agrees"],
    ],
  );
});

test("a wrong gradient differs", () => {
  const { agrees, partials } = checkGradient(
    parse("x^2 * y"),
    { x: 3, y: 2 },
    {
      gradient: { x: parse("2 * x * y"), y: parse("x^2 + 0.001") },
    },
  );
  assert.not(agrees);
  assert.equal(
    partials.map(({ verdict }) => verdict),
    ["agrees", "differs"],
  );
});

test("a partial that was left out counts as 0", () => {
  const { partials } = checkGradient(parse("x + y"), { x: 3, y: 2 }, { gradient: { x: 1 } });
  assert.equal(
    partials.map(({ symbolic, verdict }) => [symbolic, verdict]),
    [
      [1, "agrees"],
      [0, "differs"],
    ],
  );
});

for (const [text, at] of [
  ["abs(x)", 0],
  ["relu(x)", 0],
  ["floor(x)", 2],
  ["log(x)", 0],
  ["sqrt(x)", 0],
  ["max(x, 1)", 1],
] as const) {
  test(`${text} at ${at} is unclear`, () => {
    const { partials, agrees } = checkGradient(parse(text), { x: at });
    assert.equal(
      partials.map(({ verdict }) => verdict),
      ["unclear"],
    );
    assert.ok(agrees);
  });
}

test("variables of any name", () => {
  const { partials } = checkGradient(parse("__proto__^2 + constructor"), { ["__proto__"]: 3, constructor: 1 });
  assert.equal(
    partials.map(({ variable, symbolic, verdict }) => [variable, symbolic, verdict]),
    [
      ["__proto__", 6, "agrees"],
      ["constructor", 1, "agrees"],
    ],
  );
});

test("a variable without a value is an error", () => {
  assert.throws(
    () => checkGradient(parse("x + y"), { x: 1 }),
    (error: unknown) => error instanceof FluxionError && error.code === "unbound-variable",
  );
});

const arrays = {
  W: [
    [0.3, -1.2],
    [0.7, 0.4],
    [-0.5, 0.9],
  ],
  x: [1.1, -0.6],
};

test("every element of every array is checked", () => {
  const { partials, agrees, maxError } = checkGradient(parse("tanh(sum(j, W[i,j] * x[j]))"), arrays);
  assert.equal(
    partials.map(({ variable, position }) => `${variable}[${position}]`),
    ["W[0,0]", "W[0,1]", "W[1,0]", "W[1,1]", "W[2,0]", "W[2,1]", "x[0]", "x[1]"],
  );
  assert.ok(agrees && maxError < 1e-7, String(maxError));
});

test("a wrong gradient of an array differs, where it is wrong", () => {
  const e = parse("sum(i, sum(j, W[i,j] * x[j])^2)");
  const wrong = parse("2 * sum(l, W[i,l] * x[l]) * x[j] + delta(i, 1) / 1000");
  const check = checkGradient(e, arrays, { variables: ["W"], gradient: { "W[i,j]": wrong } });
  assert.not(check.agrees);
  assert.equal(
    check.partials.filter(({ verdict }) => verdict === "differs").map(({ position }) => position),
    [
      [1, 0],
      [1, 1],
    ],
  );
  assert.match(String(check), /^\(Parameter W\) Max rel error for partial deriv .*, which differs\.$/);
});

test("axes of a gradient that is given are in the order of its key", () => {
  const e = parse("sum(i, sum(j, i_0[i] * W[i,j] * x[j]))");
  const values = { ...arrays, i_0: [1, 2, 3] };
  assert.ok(checkGradient(e, values, { variables: ["W"], gradient: { "W[p,q]": parse("i_0[p] * x[q]") } }).agrees);
  assert.ok(checkGradient(e, values, { variables: ["W"], gradient: { "W[j,i]": parse("i_0[j] * x[i]") } }).agrees);
});

test("a random adjoint finds an error that a sum over free indices would not", () => {
  const softmax = parse("exp(x[k] - logsumexp(l, x[l]))");
  assert.ok(checkGradient(softmax, { x: [0.4, -1, 2] }).agrees);
  // Summed, softmax is 1, whatever x is; so 0 would pass for its gradient.
  const check = checkGradient(softmax, { x: [0.4, -1, 2] }, { adjoint: "dy", gradient: { "x[k]": 0 } });
  assert.not(check.agrees);
  const right = parse(
    "sum(k, dy[k] * exp(x[k] - logsumexp(l, x[l])) * (delta(k, j) - exp(x[j] - logsumexp(l, x[l]))))",
  );
  assert.ok(checkGradient(softmax, { x: [0.4, -1, 2] }, { adjoint: "dy", gradient: { "x[j]": right } }).agrees);
});

test("a free index that has a value stands at it", () => {
  const { partials } = checkGradient(parse("x[n]^2"), { x: [1, 2, 3], n: 1 });
  assert.equal(
    partials.map(({ symbolic }) => symbolic),
    [0, 4, 0],
  );
});

test("elements of a large array are sampled, others with another seed", () => {
  const x = Array.from({ length: 500 }, (_, i) => Math.sin(i));
  const positions = (seed: number): readonly number[] =>
    checkGradient(parse("x[i]^2"), { x }, { elements: 5, seed }).partials.map(({ position }) => position[0] ?? -1);
  assert.is(new Set(positions(1)).size, 5);
  assert.equal(positions(1), positions(1));
  assert.not.equal(positions(1), positions(2));
});

test("integers of gathers are data", () => {
  const { partials, agrees } = checkGradient(parse("sum(n, E[token[n]]^2)"), {
    E: [0.5, -1, 2],
    token: Int32Array.of(2, 0, 2, 2),
  });
  assert.ok(agrees);
  assert.equal(
    partials.map(({ variable, symbolic }) => [variable, symbolic]),
    [
      ["E", 1],
      ["E", 0],
      ["E", 12],
    ],
  );
});

test("a variable that does not count has the gradient 0", () => {
  const { partials, agrees } = checkGradient(parse("y"), { y: 2, x: [1, 2] }, { variables: ["x"] });
  assert.ok(agrees);
  assert.equal(
    partials.map(({ symbolic, error }) => [symbolic, error]),
    [
      [0, 0],
      [0, 0],
    ],
  );
});

test("a tie is unclear, and the other elements are not", () => {
  const { partials } = checkGradient(parse("maximum(i, x[i])"), { x: [1, 3, 3, 2] });
  assert.equal(
    partials.map(({ verdict }) => verdict),
    ["agrees", "unclear", "unclear", "agrees"],
  );
});

test("an error may be relative to the largest partial derivative", () => {
  const options = { gradient: { "x[i]": parse("x[i] * 1.0001") } } as const;
  const e = parse("sum(i, x[i]^2) / 2");
  const errors = (relativeTo: "entry" | "largest"): readonly number[] =>
    checkGradient(e, { x: [100, 1e-3] }, { ...options, relativeTo }).partials.map(({ error }) => error);
  const [entry, largest] = [errors("entry"), errors("largest")];
  assert.ok(Math.abs((entry[0] ?? 0) - 1e-4) < 1e-7 && Math.abs((largest[0] ?? 0) - 1e-4) < 1e-7);
  assert.ok(Math.abs((largest[1] ?? 0) - 1e-6) < 1e-8, String(largest));
});

const model = parseDefinitions(`
  h[n,k] = tanh(sum(j, x[n,j] * W[j,k]) + b[k])
  h2[n,k] = h[n,k] + h[n,0]
  loss = mean(n, sum(k, (h2[n,k] - y[n])^2))`);
const data = {
  x: [
    [0.5, 1],
    [-1, 0.2],
  ],
  W: [
    [0.3, -0.7, 1],
    [0.2, 0.9, -0.4],
  ],
  b: [0.1, 0, -0.2],
  y: [0.5, -1],
};

test("definitions are checked one by one, as parts of the whole, and by the variables", () => {
  const check = checkGradient(model, data);
  assert.ok(check.agrees && check.maxError < 1e-7, String(check));
  assert.equal(
    check.lines.map(line => line.replace(/ \S+$/, "")),
    [
      "(Node h) Max rel error for partial deriv w.r.t. W is",
      "(Node h) Max rel error for partial deriv w.r.t. b is",
      "(Node h) Max rel error for partial deriv w.r.t. x is",
      "(Node h2) Max rel error for partial deriv w.r.t. h is",
      "(Node loss) Max rel error for partial deriv w.r.t. h2 is",
      "(Node loss) Max rel error for partial deriv w.r.t. y is",
      "(Node h) Max rel error for partial deriv of loss is",
      "(Node h2) Max rel error for partial deriv of loss is",
      "(Parameter W) Max rel error for partial deriv",
      "(Parameter b) Max rel error for partial deriv",
      "(Parameter x) Max rel error for partial deriv",
      "(Parameter y) Max rel error for partial deriv",
    ],
  );
});

test("an axis that its expression does not mention is summed over", () => {
  const broadcast = [define("a[n,k]", parse("x[n]^2")), define("loss", parse("sum(n, sum(k, a[n,k] * y[k]))"))];
  assert.ok(checkGradient(broadcast, { x: [1, 2], y: [3, 4, 5] }).agrees);
});

test("whatever computes the values is checked through it", () => {
  let runs = 0;
  const lists = new Set<unknown>();
  const check = checkGradient(model, data, {
    run(definitions, values, extents) {
      runs++;
      lists.add(definitions);
      return evaluateDefinitions(definitions, values, { extents });
    },
  });
  assert.ok(check.agrees && runs > 100);
  assert.ok(lists.size < 30, "the same list is the same object, so that it may be compiled once");
  // One that is wrong by a thousandth in what it gives back for a gradient is found out.
  const wrong = checkGradient(model, data, {
    run: (definitions, values, extents) =>
      new Map(
        [...evaluateDefinitions(definitions, values, { extents })].map(([name, value]) => [
          name,
          name === "dW" && typeof value !== "number" ? { ...value, data: value.data.map(x => x * 1.001) } : value,
        ]),
      ),
  });
  assert.not(wrong.agrees);
  assert.match(String(wrong), /\(Parameter W\).*which differs/);
});

test("an empty list has no gradient", () => throws(() => checkGradient([], {}), "bad-option", "no definition"));

test("a finite difference knows how good it is", () => {
  for (const [f, x, slope] of [
    [Math.sin, 1, Math.cos(1)],
    [Math.exp, 5, Math.exp(5)],
    [(t: number) => Math.sin(1e6 * t), 0.3, 1e6 * Math.cos(3e5)],
    [(t: number) => 1e6 + t, 0, 1],
    [(t: number) => t ** 3, 1e4, 3e8],
  ] as const) {
    const { value, error } = finiteDifference(f, x);
    assert.ok(error < 1e-6 * Math.max(1, Math.abs(slope)), String(error));
    assert.ok(Math.abs(value - slope) <= 10 * error + 1e-9 * Math.abs(slope), `${value} ${slope} ${error}`);
  }
  assert.is(finiteDifference(Math.abs, 0).error, Number.POSITIVE_INFINITY);
  // Over these stairs two long steps happen to find the same slope.
  const stairs = (t: number): number => Math.floor(44.2635591071448 - 397 * (t - 0.629));
  assert.ok(finiteDifference(stairs, 0.629).error > 100 || Math.abs(finiteDifference(stairs, 0.629).value) < 1e-9);
});

test.run();
