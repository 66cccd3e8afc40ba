/** Where an index takes one value: no loop, no array that is read where it was written, and the same results. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { evaluateDefinitions } from "../../lib/evaluate.ts";
import { index } from "../../lib/expression/expression.ts";
import { MLPRegressor } from "../../lib/learn/regressors.ts";
import { parse, parseDefinitions } from "../../lib/syntax/parse.ts";
import { fused } from "../../lib/tape/fuse.ts";
import { createProgram, type Program } from "../../lib/tape/program.ts";
import { schedule } from "../../lib/tape/schedule.ts";
import { sizesOf } from "../../lib/tape/shapes.ts";
import { withoutSingles } from "../../lib/tape/singles.ts";
import type { Nest, Statement, Tape, TapeArray } from "../../lib/tape/tape.ts";
import { withoutThinProducts } from "../../lib/tape/thin.ts";
import { backends, fill, near, nested, shapesOf } from "../support/program.ts";

interface Case {
  readonly name: string;
  readonly text: string;
  readonly shapes: Readonly<Record<string, readonly number[]>>;
  readonly integers?: Readonly<Record<string, readonly number[]>>;
}

const network = `a[n,k] = sum(j, x[n,j] * W[j,k]) + b[k]
  h[n,k] = tanh(a[n,k])
  dh[n,k] = 2 * h[n,k]
  da[n,k] = dh[n,k] * (1 - h[n,k]^2)
  dW[j,k] = sum(n, x[n,j] * da[n,k])
  db[k] = sum(n, da[n,k])
  m = mean(n, sum(k, h[n,k]^2))
  V[j,k] = W[j,k] - dW[j,k] / 10`;

const cases: readonly Case[] = [
  { name: "a network", text: network, shapes: { x: [1, 7], W: [7, 5] } },
  { name: "a network of one neuron", text: network, shapes: { x: [1, 7], W: [7, 1] } },
  { name: "a network of one input", text: network, shapes: { x: [9, 1], W: [1, 5] } },
  { name: "a network of one everything", text: network, shapes: { x: [1, 1], W: [1, 1] } },
  { name: "an outer product", text: "c[i,k] = sum(j, a[i,j] * b[j,k])", shapes: { a: [6, 1], b: [1, 5] } },
  { name: "a scaled one", text: "c[i,k] = s * sum(j, a[i,j] * b[k,j])", shapes: { a: [6, 1], b: [5, 1] } },
  {
    name: "one word",
    text: "h[n,k] = E[token[n],k]^2\ng[e,k] = sum(n, delta(e, token[n]) * h[n,k]) + 0 * E[e,k]",
    shapes: { E: [5, 3] },
    integers: { token: [4] },
  },
  {
    name: "one label",
    text: "l = mean(n, logsumexp(c, z[n,c]) - z[n,t[n]])\ng[n,c] = exp(z[n,c]) - delta(c, t[n])",
    shapes: { z: [1, 3] },
    integers: { t: [2] },
  },
  { name: "greatest and least", text: "a[j] = maximum(n, x[n,j])\nb[n] = minimum(j, x[n,j])", shapes: { x: [1, 6] } },
  { name: "a diagonal", text: "t[i] = a[i,i] * sum(k, a[k,i])\nd[i,j] = delta(i, j)", shapes: { a: [1, 1] } },
  { name: "a window", text: "y[n,i] = sum(p, x[n,i+p] * k[p])\ns[i] = sum(n, y[n,i])", shapes: { x: [1, 9], k: [1] } },
];

function agrees(definitions: ReturnType<typeof parseDefinitions>, program: Program, what: string, none = false): void {
  const values = new Map(nested(program));
  if (none)
    for (const [name, shape] of Object.entries(program.shapes))
      if (name === "x") values.set(name, { shape: [0, shape[1] ?? 0], data: [] });
  for (const [output, expected] of evaluateDefinitions(definitions, values))
    if (!none || typeof expected === "number" || !expected.shape.includes(0))
      near(program.output(output), expected, "f64", `${output} of ${what}`);
}

for (const { name, text, shapes, integers = {} } of cases)
  for (const backend of backends)
    test(`${name}: ${backend}`, () => {
      const definitions = parseDefinitions(text);
      const tape = schedule(definitions, { stabilise: false });
      const program = createProgram(tape, { shapes: shapesOf(shapes, integers), backend });
      fill(program, integers);
      program.run();
      agrees(definitions, program, name);
      program.run();
      agrees(definitions, program, `${name}, again`);
    });

for (const backend of backends)
  test(`none where one is the most: ${backend}`, () => {
    const definitions = parseDefinitions(network);
    const tape = schedule(definitions, { stabilise: false });
    const program = createProgram(tape, { shapes: { x: [1, 7], W: [7, 5] }, backend });
    fill(program, {});
    program.run();
    const h = program.output("h").slice();
    program.run({ n: 0 });
    agrees(definitions, program, "a network of nothing", true);
    assert.ok(Number.isNaN(program.output("m")[0]));
    assert.equal(program.output("h"), h, "what no run reaches stays");
    program.run({ n: 1 });
    agrees(definitions, program, "a network");
  });

for (const backend of backends)
  test(`none where one is the most, with updates: ${backend}`, () => {
    const tape = schedule(parseDefinitions("s = sum(n, x[n])"), { updates: { t: parse("t + 1 + 0 * sum(n, x[n])") } });
    const program = createProgram(tape, { shapes: { x: [1] }, backend });
    program.input("x").fill(5);
    for (const extents of [undefined, { n: 0 }, { n: 0 }, undefined]) program.run(extents);
    assert.is(program.input("t")[0], 4);
    assert.is(program.output("s")[0], 5);
    program.run({ n: 0 });
    assert.is(program.output("s")[0], 0);
  });

test("the step of a perceptron on one sample stores no gradient of its weights", () => {
  const { definitions, gradients, updates } = new MLPRegressor({ hiddenLayers: [10], penalty: 0.1 });
  const tape = schedule([...definitions, ...gradients], { outputs: ["objective"], updates });
  const sizes = sizesOf(tape, { x: [1, 400], w2: [10] }, {});
  const isSingle = (name: string): boolean => sizes.extents.get(name) === 1;
  const fitted = fused(withoutSingles(withoutThinProducts(tape, sizes, isSingle), sizes, isSingle));
  assert.not.ok(fitted.steps.some(({ kind }) => kind === "matrix product"));
  const { memory } = createProgram(tape, { shapes: { x: [1, 400], w2: [10] } });
  const inputs = 400 + 1 + 4000 + 10 + 10 + 1;
  assert.ok(memory / 8 < inputs + 400, `it has ${memory / 8} numbers, of which ${inputs} are its inputs`);
});

// Which loops run together, on tapes that are written down.

const loop = (name: string, ...body: readonly Statement[]): Statement => ({ kind: "loop", index: name, body });
const store = (name: string, at: readonly string[], value: string): Statement => {
  return { kind: "store", array: name, at: at.map(index), operation: "set", value: parse(value) };
};
const array = (name: string, role: TapeArray["role"], ...axes: readonly string[]): TapeArray => {
  return { name, role, axes, isInteger: false };
};

function together(what: string, nests: readonly Nest[], expected: string): void {
  const tape: Tape = {
    arrays: [
      array("x", "input", "i", "j"),
      array("a", "temporary", "i", "j"),
      array("b", "output", "i", "j"),
      array("s", "output"),
    ],
    steps: nests.map(nest => ({ kind: "elementwise", assignments: [], nest })),
    outputs: ["b", "s"],
    updates: [],
    extents: new Map(),
    roots: [],
  };
  const steps = fused(tape).steps.map(step => (step.kind === "matrix product" ? "" : outline(step.nest)));
  test(what, () => assert.is(steps.join(" | "), expected));
}

const outline = (nest: Nest): string =>
  nest
    .map(each => {
      if (each.kind === "loop") return `${each.index}(${outline(each.body)})`;
      return `${each.kind} ${"array" in each ? each.array : each.local}`;
    })
    .join(" ");

const over = (...body: readonly Statement[]): Nest => [loop("i", loop("j", ...body))];
const first = over(store("a", ["i", "j"], "x[i,j]^2"));

together(
  "what reads the element is done with it",
  [first, over(store("b", ["i", "j"], "a[i,j]"))],
  "i(j(let a here store b))",
);
together(
  "what reads the row is done after it",
  [first, over(store("b", ["i", "j"], "a[i,0]"))],
  "i(j(store a) j(store b))",
);
together(
  "what reads elsewhere has to wait",
  [first, over(store("b", ["i", "j"], "a[j,i]"))],
  "i(j(store a)) | i(j(store b))",
);
together(
  "what reads something else stays where it is",
  [first, over(store("b", ["i", "j"], "x[i,j]"))],
  "i(j(let a here)) | i(j(store b))",
);
together(
  "nothing passes what it depends on",
  [first, [store("s", [], "x[0,0]")], over(store("b", ["i", "j"], "a[i,j] * s"))],
  "i(j(store a)) | store s | i(j(store b))",
);
together(
  "what does not depend on it is passed",
  [first, [store("s", [], "x[0,0]")], over(store("b", ["i", "j"], "a[i,j]"))],
  "i(j(let a here store b)) | store s",
);
together(
  "nothing is written over before it is read",
  [[...over(store("a", ["i", "j"], "x[i,j] + b[j,i]"))], over(store("b", ["i", "j"], "a[i,j]"))],
  "i(j(store a)) | i(j(store b))",
);

test.run();
