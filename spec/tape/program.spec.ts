/** Programs: what is run, on every back-end, is evaluated; and all that is wrong is said at the door. */
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { evaluateDefinitions } from "../../lib/evaluate.ts";
import { define } from "../../lib/expression/definition.ts";
import { variable } from "../../lib/expression/expression.ts";
import { add, exp, mul } from "../../lib/expression/functions.ts";
import { sum } from "../../lib/expression/reductions.ts";
import "../../lib/print/text.ts";
import { parse, parseDefinitions } from "../../lib/syntax/parse.ts";
import { createProgram, type Program } from "../../lib/tape/program.ts";
import { schedule } from "../../lib/tape/schedule.ts";
import { backends, fill, near, nested, shapesOf } from "../support/program.ts";
import { repository } from "../support/repository.ts";
import { throws } from "../support/throws.ts";

/** A list of definitions, and the shapes of its inputs; integers are given as values. */
interface Case {
  readonly name: string;
  readonly text: string;
  readonly shapes?: Readonly<Record<string, readonly number[]>>;
  readonly integers?: Readonly<Record<string, readonly number[]>>;
  readonly extents?: Readonly<Record<string, number>>;
}

const cases: readonly Case[] = [
  { name: "scalars", text: "a = x * y + exp(-y)\nb = a^2 - x" },
  { name: "a result that is a constant", text: "a = 3\nb[i] = x[i] + a", shapes: { x: [4] } },
  { name: "elementwise", text: "h[n,k] = tanh(a[n,k] + b[k])", shapes: { a: [5, 3], b: [3] } },
  { name: "sum", text: "s = sum(i, x[i]^2)", shapes: { x: [700] } },
  { name: "nested sums", text: "s = sum(n, sum(j, x[n,j] * w[j])^2)", shapes: { x: [7, 5] } },
  { name: "mean", text: "s = mean(n, x[n])", shapes: { x: [9] } },
  { name: "maximum and minimum", text: "a[n] = maximum(j, x[n,j])\nb[j] = minimum(n, x[n,j])", shapes: { x: [4, 6] } },
  { name: "logsumexp", text: "l[n] = logsumexp(j, 300 * x[n,j])", shapes: { x: [4, 6] } },
  { name: "softmax", text: "p[n,c] = exp(z[n,c]) / sum(c', exp(z[n,c']))", shapes: { z: [5, 4] } },
  {
    name: "matrix product",
    text: "c[i,k] = sum(j, a[i,j] * b[j,k])",
    shapes: { a: [9, 11], b: [11, 6] },
  },
  { name: "product of transposes", text: "c[k,i] = sum(j, a[j,i] * b[k,j])", shapes: { a: [11, 9], b: [6, 11] } },
  {
    name: "batched product",
    text: "c[i,n,k] = 2 * sum(j, a[n,i,j] * b[n,j,k])",
    shapes: { a: [3, 5, 7], b: [3, 7, 6] },
  },
  {
    name: "product over two indices",
    text: "c[i,k] = sum(j, sum(l, a[l,i,j] * b[j,l,k]))",
    shapes: { a: [4, 5, 3], b: [3, 4, 6] },
  },
  {
    name: "inner index longer than a panel",
    text: "c[i,k] = sum(j, a[i,j] * b[k,j])",
    shapes: { a: [5, 300], b: [6, 300] },
  },
  { name: "more columns than a panel", text: "c[i,k] = sum(j, a[i,j] * b[k,j])", shapes: { a: [5, 3], b: [261, 3] } },
  { name: "more rows than a panel", text: "c[i,k] = sum(j, a[i,j] * b[k,j])", shapes: { a: [70, 3], b: [5, 3] } },
  {
    name: "thin products",
    text: "c[i,k] = sum(j, a[i,j] * b[j,k])\nd[j,k] = sum(i, a[i,j] * c[i,k])",
    shapes: { a: [20, 30], b: [30, 1] },
  },
  { name: "outer product", text: "c[i,k] = a[i] * b[k]", shapes: { a: [4], b: [5] } },
  { name: "trace and diagonal", text: "t = sum(i, a[i,i])\nd[i] = a[i,i]", shapes: { a: [4, 4] } },
  { name: "window", text: "y[n,i] = sum(p, x[n,i+p] * k[p])", shapes: { x: [2, 9], k: [3] } },
  { name: "stride", text: "y[i] = sum(p, x[2*i+p] * k[p])", shapes: { x: [9], k: [3] } },
  { name: "constant position", text: "y = sum(n, x[2] * w[n])", shapes: { x: [4], w: [3] } },
  { name: "gather", text: "h[n,k] = E[token[n],k]^2", shapes: { E: [5, 3] }, integers: { token: [4, 0, 4, 2] } },
  {
    name: "gather of a gather",
    text: "h[n] = v[p[q[n]]]",
    shapes: { v: [4] },
    integers: { p: [3, 0, 1], q: [2, 2, 0, 1] },
  },
  {
    name: "gather in a window",
    text: "h[n,i] = v[n, s[n] + i] + u[i]",
    shapes: { v: [3, 6], u: [2] },
    integers: { s: [0, 4, 2] },
  },
  {
    name: "label",
    text: "l = sum(n, logsumexp(c, z[n,c]) - z[n,t[n]])",
    shapes: { z: [4, 3] },
    integers: { t: [0, 2, 1, 1] },
  },
  { name: "one-hot", text: "h[n,c] = delta(c, t[n]) - p[n,c]", shapes: { p: [4, 3] }, integers: { t: [0, 2, 1, 1] } },
  { name: "integers as numbers", text: "h[n] = t[n] / 2 + v[t[n]]", shapes: { v: [3] }, integers: { t: [0, 2, 1, 1] } },
  {
    name: "scatter",
    text: "g[e,k] = sum(n, delta(e, token[n]) * d[n,k])\nr[e] = u[e]",
    shapes: { d: [4, 3], u: [6] },
    integers: { token: [4, 0, 4, 2] },
  },
  { name: "delta of two indices", text: "m[i,j] = delta(i, j) * x[i] - y[j]", shapes: { x: [4], y: [4] } },
  { name: "extent", text: "m[i] = x[i] / extent(j) + sum(j, y[j])", shapes: { x: [4], y: [5] } },
  { name: "conditional", text: "h[i] = x[i] > 0 ? log(x[i]) : x[i]^2", shapes: { x: [30] } },
  {
    name: "no elements",
    text: "s = sum(i, x[i])\nm = maximum(i, x[i])\nh[i] = 2 * x[i]\nc[i,k] = sum(j, a[i,j] * b[j,k])",
    shapes: { x: [0], a: [0, 4], b: [4, 3] },
  },
  { name: "a product over nothing", text: "c[i,k] = sum(j, a[i,j] * b[j,k])", shapes: { a: [5, 0], b: [0, 6] } },
  { name: "one value each", text: "c[i,k] = sum(j, a[i,j] * b[j,k])", shapes: { a: [1, 1], b: [1, 1] } },
  {
    name: "names of the language",
    text: "`__proto__`[i] = `constructor`[i] + `class`\n`e1` = sum(i, `toString`[i] * `__proto__`[i])",
    shapes: { constructor: [3], toString: [3] },
  },
  {
    name: "functions that are called",
    text: "h[i] = erf(x[i]) + gamma(x[i] + 3) + hypot(x[i], 2) + clip(x[i], 0, 0.5)",
    shapes: { x: [20] },
  },
  {
    name: "two-layer network",
    text: "a[n,k] = sum(j, x[n,j] * W[j,k]) + b[k]\nh[n,k] = tanh(a[n,k])\nz[n,c] = sum(k, h[n,k] * V[k,c])\nloss = mean(n, logsumexp(c, z[n,c]) - z[n,t[n]])",
    shapes: { x: [8, 6], W: [6, 5], V: [5, 4] },
    integers: { t: [0, 1, 2, 3, 3, 2, 1, 0] },
  },
];

for (const { name, text, integers = {}, ...sizes } of cases) {
  const definitions = parseDefinitions(text);
  const tape = schedule(definitions, { stabilise: false });
  for (const backend of backends)
    for (const type of ["f64", "f32"] as const)
      test(`${name}: ${backend}, ${type}`, () => {
        const program = createProgram(tape, {
          ...sizes,
          shapes: shapesOf(sizes.shapes ?? {}, integers),
          backend,
          type,
        });
        fill(program, integers);
        program.run();
        const values = evaluateDefinitions(definitions, nested(program), sizes);
        for (const [output, expected] of values) near(program.output(output), expected, type, `${output} of ${name}`);
        // A second run finds nothing left over of the first.
        program.run();
        for (const [output, expected] of values) near(program.output(output), expected, type, `${output} again`);
      });
}

const layer = (): Program =>
  createProgram(schedule(parseDefinitions("h[n,k] = sum(j, x[n,j] * W[j,k]) + b[k]\nm = mean(n, h[n,0])")), {
    shapes: { x: [8, 5], W: [5, 4] },
  });

test("a shape that others tell may be left out", () => {
  assert.equal(layer().shapes.b, [4]);
  assert.equal(layer().extents.k, 4);
});

for (const backend of backends)
  test(`a smaller batch needs no other program: ${backend}`, () => {
    const text = "h[n,k] = sum(j, x[n,j] * W[j,k]) + b[k]\nm = mean(n, h[n,0])\ns[j,k] = sum(n, x[n,j] * h[n,k])";
    const definitions = parseDefinitions(text);
    const program = createProgram(schedule(definitions), { shapes: { x: [8, 5], W: [5, 6] }, backend });
    fill(program, {});
    program.run();
    const before = program.output("h").slice();
    program.input("x").fill(2, 3 * 5);
    program.run({ n: 3 });
    const values = nested(program);
    const smaller = new Map([...values, ["x", { shape: [3, 5], data: program.input("x").slice(0, 15) }]]);
    const expected = evaluateDefinitions(definitions, smaller);
    near(program.output("m"), expected.get("m"), "f64", "m");
    near(program.output("s"), expected.get("s"), "f64", "s");
    near(program.output("h").slice(0, 18), expected.get("h"), "f64", "h");
    assert.equal(program.output("h").slice(18), before.slice(18));
    program.run(new Map([["n", 0]]));
    assert.ok(Number.isNaN(program.output("m")[0]));
    program.run();
    near(program.output("h"), evaluateDefinitions(definitions, values).get("h"), "f64", "h, whole again");
  });

for (const backend of backends)
  test(`updates read the old values: ${backend}`, () => {
    const tape = schedule(
      { loss: parse("sum(i, w[i]^2) + 0 * t * v[0]") },
      { updates: { "w[i]": parse("w[i] - 0.1 * v[i] + t"), "v[i]": parse("w[i]"), t: parse("t + 1") } },
    );
    const program = createProgram(tape, { shapes: { w: [3], v: [3] }, backend });
    program.input("w").set([1, 2, 3]);
    program.input("v").set([10, 20, 30]);
    program.run();
    assert.equal([...program.input("w")], [0, 0, 0]);
    assert.equal([...program.input("v")], [1, 2, 3]);
    assert.equal([...program.input("t")], [1]);
    assert.equal([...program.output("loss")], [14]);
    program.input("w").set([5, 6, 7]);
    program.run({ i: 2 });
    assert.equal([...program.input("w")], [5.9, 6.8, 7], "what a smaller run does not reach stays");
  });

test("the memory of a program is that of its arrays", () => {
  const tape = schedule(parseDefinitions("h[n] = x[n] + 1"));
  assert.is(createProgram(tape, { shapes: { x: [100] } }).memory, 1600);
  assert.is(createProgram(tape, { shapes: { x: [100] }, type: "f32" }).memory, 800);
});

const tapeOf = (text: string) => schedule(parseDefinitions(text));

test("wrong sizes are said at the door, with both arrays and both extents", () => {
  const tape = tapeOf("h[n,k] = sum(j, x[n,j] * W[j,k]) + b[k]");
  const make =
    (shapes: Record<string, readonly number[]>, extents = {}) =>
    () =>
      createProgram(tape, { shapes, extents });
  throws(make({ x: [8, 5], W: [4, 3] }), "extent", "j takes 5 values in x[n,j], but 4 in W[j,k]");
  throws(make({ x: [8, 5, 1], W: [5, 3] }), "bad-value", "x[n,j] has 2 axes");
  throws(make({ x: [8, 5] }), "extent", "index k takes; give the shape of ");
  throws(make({ x: [8, -5], W: [5, 3] }), "bad-option", "natural numbers");
  throws(make({ x: [8, 5], w: [5, 3] }), "bad-option", "w is no input", "did you mean W");
  throws(make({ x: [8, 5], W: [5, 3], h: [8, 3] }), "bad-option", "h is no input");
  throws(make({ x: [8, 5], W: [5, 3] }, { j: 4 }), "extent", "j");
  assert.equal(createProgram(tape, { extents: { n: 2, j: 3, k: 4 } }).shapes.W, [3, 4]);
});

test("a window leaves the shape of its array open, which must be given", () => {
  throws(
    () => createProgram(tapeOf("y[i] = sum(p, x[i+p] * k[p])"), { shapes: { k: [3] } }),
    "bad-value",
    "shape of x is needed",
  );
});

test("options that are none are refused", () => {
  const tape = tapeOf("a = x + 1");
  const make = (options: object) => () => createProgram(tape, options);
  throws(make({ backend: "wasm" }), "bad-option", "back-end");
  throws(make({ type: "f16" }), "bad-option", '"f64" or "f32"');
  throws(make({ threads: 0 }), "bad-option", "threads");
});

test("a run of sizes that are none is refused before anything runs", () => {
  const program = layer();
  throws(() => program.run({ m: 3 }), "bad-option", "no index m");
  throws(() => program.run({ n: 9 }), "extent", "from 0 to 8");
  throws(() => program.run({ n: 1.5 }), "extent", "from 0 to 8");
  throws(() => program.input("X"), "unbound-variable", "did you mean x");
});

for (const backend of backends)
  test(`a position out of range is refused before anything runs: ${backend}`, () => {
    const program = createProgram(tapeOf("h[n,k] = 2 * E[token[n],k]"), {
      shapes: { E: [5, 2], token: [3] },
      backend,
    });
    program.input("E").fill(1);
    program.run();
    const before = program.output("h").slice();
    program.input("E").fill(7);
    program.input("token").set([0, 4, 5]);
    throws(() => program.run(), "out-of-range", "token[2] is 5", "position 5 of axis 0, which has 5");
    program.input("token").set([0, -1, 4]);
    throws(() => program.run(), "out-of-range", "token[1] is -1");
    assert.equal(program.output("h"), before);
    program.run({ n: 1 });
    assert.is(program.output("h")[0], 14);
  });

test("a gather in a window is checked over the whole window", () => {
  const program = createProgram(tapeOf("h[n,i] = v[s[n] + i] * u[i]"), { shapes: { v: [6], u: [3], s: [2] } });
  program.input("s").set([0, 3]);
  program.run();
  program.input("s").set([4, 0]);
  throws(() => program.run(), "out-of-range", "s[0] is 4");
});

for (const backend of backends)
  test(`what is scattered is cleared in proportion to what was touched: ${backend}`, () => {
    const definitions = parseDefinitions("g[e,k] = sum(n, delta(e, token[n]) * d[n,k])");
    const program = createProgram(schedule(definitions), {
      shapes: { token: [5], d: [5, 2] },
      extents: { e: 1000 },
      backend,
    });
    program.input("d").set([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    const run = (tokens: readonly number[], extents: { n?: number } = {}): void => {
      program.input("token").set(tokens);
      program.run(extents);
      const count = extents.n ?? 5;
      const expected = new Float64Array(2000);
      for (let n = 0; n < count; n++)
        for (const k of [0, 1]) {
          const at = 2 * (tokens[n] ?? 0) + k;
          expected[at] = (expected[at] ?? 0) + (program.input("d")[2 * n + k] ?? 0);
        }
      assert.equal([...program.output("g")], [...expected]);
    };
    run([3, 999, 3, 0, 7]);
    run([4, 998, 3, 0, 8]);
    run([5, 5, 3, 3, 3], { n: 2 });
    run([6, 1, 2, 3, 4], { n: 3 });
    run([7, 8, 9, 10, 11]);
    // What no run has touched is not even written: 500 stays where it was put.
    program.output("g")[1000] = 500;
    program.run();
    assert.is(program.output("g")[1000], 500);
  });

test("a million runs leave the heap as it was, to 1 MB", () => {
  const fixture = fileURLToPath(new URL("fixtures/million-runs.fixture.ts", import.meta.url));
  const output = execFileSync(process.execPath, ["--expose-gc", "--import", "tsx", fixture], {
    cwd: repository,
    encoding: "utf8",
  });
  const { grown, loss } = JSON.parse(output);
  assert.ok(grown < 2 ** 20, `the heap has grown by ${grown} bytes`);
  // The runs were steps of a descent, which has converged.
  assert.ok(loss < 1e-20, `the loss is ${loss}`);
});

for (const [chosen, ...forbidding] of [["webassembly"], ["interpreter", "--noexpose-wasm"]] as const)
  test(`where generated code is forbidden, a program is run: ${chosen}`, () => {
    const fixture = fileURLToPath(new URL("fixtures/no-eval-program.fixture.ts", import.meta.url));
    const flags = ["--disallow-code-generation-from-strings", ...forbidding, "--import", "tsx", fixture];
    const output = execFileSync(process.execPath, flags, { cwd: repository, encoding: "utf8" });
    assert.equal(JSON.parse(output), { chosen, h: [22, 28, 49, 64], insisted: "unsupported" });
  });

test("a chain as deep as memory allows is run", () => {
  let e = variable("x", "i");
  let chain = add(e, 0);
  for (let k = 0; k < 20000; k++) chain = add(mul(chain, 0.5), variable("y"));
  e = variable("x", "i");
  const definitions = [define("h[i]", chain), define("s", sum("i", exp(chain)))];
  for (const backend of backends) {
    const program = createProgram(schedule(definitions, { simplify: false, stabilise: false }), {
      shapes: { x: [3] },
      backend,
    });
    program.input("y").set([0.25]);
    program.run();
    near(program.output("h"), { shape: [3], data: [0.5, 0.5, 0.5] }, "f64", "h");
    near(program.output("s"), 3 * Math.exp(0.5), "f64", "s");
  }
});

test.run();
