/** What a schedule makes of sums that integers lead elsewhere: the gradient of an embedding, and its update. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { withGradient } from "../../../lib/calculus/with-gradient.ts";
import { evaluateDefinitions } from "../../../lib/evaluate.ts";
import { define } from "../../../lib/expression/definition.ts";
import type { FlatArray, Values } from "../../../lib/expression/values.ts";
import "../../../lib/print/text.ts";
import { parse, parseDefinitions } from "../../../lib/syntax/parse.ts";
import { costOf } from "../../../lib/tape/cost.ts";
import { createProgram } from "../../../lib/tape/program.ts";
import { type ScheduleOptions, schedule } from "../../../lib/tape/schedule.ts";
import type { Nest, Tape } from "../../../lib/tape/tape.ts";
import { backends } from "../../support/program.ts";
import { agreesWith, runTape } from "../../support/tape-run.ts";

const loops = (nest: Nest): readonly string[] =>
  nest.flatMap(each => (each.kind === "loop" ? [each.index, ...loops(each.body)] : []));
const allLoops = (tape: Tape): ReadonlySet<string> =>
  new Set(tape.steps.flatMap(step => (step.kind === "matrix product" ? [] : loops(step.nest))));
const tapeOf = (text: string, names: readonly string[], options: ScheduleOptions): Tape =>
  schedule(withGradient(parseDefinitions(text), [...names]), options);

const plain = "loss = mean(n, sum(k, (E[token[n],k] - y[n,k])^2))";
const layers = `
  h[n,k] = tanh(sum(j, E[token[n],j]*W[j,k]))
  loss = mean(n, sum(k, (h[n,k] - y[n,k])^2))`;
const pairs = "loss = mean(n, sum(k, (E[token[n],k] - E[other[n],k])^2 * w[k]))";

const values: Values = {
  E: [
    [0.5, -1],
    [2, 0.25],
    [1.5, 3],
    [-0.75, 1],
  ],
  W: [
    [1, -0.5],
    [0.25, 2],
  ],
  y: [
    [1, 0],
    [0.5, -1],
    [2, 1],
  ],
  w: [2, -1],
  token: [1, 3, 1],
  other: [1, 0, 2],
  rate: 0.125,
};

/** What a run leaves in the results and in the inputs that it updates, on the tape and on every back-end. */
function runsTo(tape: Tape, expected: ReadonlyMap<string, number | FlatArray>): void {
  const names = [...expected.keys()];
  agreesWith(runTape(tape, values), expected, names);
  for (const backend of backends) {
    const shapes = { E: [4, 2], W: [2, 2], y: [3, 2], w: [2], token: [3], other: [3] };
    const present = Object.entries(shapes).filter(([name]) => tape.arrays.some(array => array.name === name));
    const program = createProgram(tape, { shapes: Object.fromEntries(present), backend });
    for (const [name, array] of Object.entries(program.inputs)) array.set([(values as never)[name]].flat(2));
    program.run();
    const found = names.map((name): [string, FlatArray] => {
      const data = program.inputs[name] ?? program.output(name);
      return [name, { shape: [data.length], data }];
    });
    agreesWith(new Map(found), expected, names);
  }
}

/** The reference meaning of a loss, of its gradient by `E[i,k]` and of the values that updates lead to. */
function meaning(text: string, updates: Readonly<Record<string, string>>): Map<string, number | FlatArray> {
  const names = Object.keys(updates).map(reading => reading.slice(0, reading.indexOf("[")));
  const definitions = [
    ...withGradient(parseDefinitions(text), Object.keys(updates)),
    ...Object.entries(updates).map(([reading, next]) => define(`next ${reading}`, parse(next))),
  ];
  const all = evaluateDefinitions(definitions, values, { extents: { i: 4 } });
  const results = new Map<string, number | FlatArray>();
  for (const name of ["loss", ...names.map(each => `next ${each}`)]) {
    const value = all.get(name);
    if (value !== undefined) results.set(name.replace("next ", ""), value);
  }
  return results;
}

const parsed = (updates: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(updates).map(([reading, next]) => [reading, parse(next)]));

test("the gradient of an embedding is scaled where it is added, and no loop runs over all rows", () => {
  for (const text of [plain, layers]) {
    const tape = tapeOf(text, ["E[i,k]"], { outputs: ["loss", "dE"] });
    assert.not.ok(allLoops(tape).has("i"), `${tape}`);
    const [few, many] = [10_000, 50_000].map(i => costOf(tape, { i, n: 4096, k: 8, j: 8 }));
    assert.is(few?.multiplyAdds, many?.multiplyAdds);
    assert.is(few?.operations, many?.operations);
  }
});

test("an update of an embedding is added to its rows, in place", () => {
  const step = { "E[i,k]": "E[i,k] - rate*dE[i,k]" };
  for (const text of [plain, layers, pairs]) {
    const tape = tapeOf(text, ["E[i,k]"], { updates: parsed(step), outputs: ["loss"] });
    assert.not.ok(allLoops(tape).has("i"), `${tape}`);
    assert.ok(`${tape}`.includes("in place"));
    assert.equal(tape.updates, [{ to: "E", from: "E" }]);
    const [few, many] = [10_000, 50_000].map(i => costOf(tape, { i, n: 4096, k: 8, j: 8 }));
    assert.equal(few, many);
    runsTo(tape, meaning(text, step));
  }
});

test("old values are read before any is changed", () => {
  const step = { "E[i,k]": "E[i,k] - rate*dE[i,k]", "W[j,k]": "W[j,k] - rate*dW[j,k] + E[0,k]" };
  const tape = tapeOf(layers, ["E[i,k]", "W[j,k]"], { updates: parsed(step), outputs: ["loss"] });
  assert.ok(tape.updates.some(({ to, from }) => to === "E" && from === "E"));
  runsTo(tape, meaning(layers, step));
});

test("a factor for each column goes along, and one for each row does not", () => {
  const columns = { "E[i,k]": "E[i,k] - w[k]*dE[i,k]/2" };
  const tape = tapeOf(plain, ["E[i,k]"], { updates: parsed(columns), outputs: ["loss"] });
  assert.equal(tape.updates, [{ to: "E", from: "E" }]);
  runsTo(tape, meaning(plain, columns));
  for (const rows of ["E[i,k] - E[i,0]*dE[i,k]", "E[i,k] - rate*(dE[i,k] + 0.5*E[i,k])", "rate*dE[i,k]"]) {
    const dense = tapeOf(plain, ["E[i,k]"], { updates: parsed({ "E[i,k]": rows }), outputs: ["loss"] });
    assert.not.equal(dense.updates, [{ to: "E", from: "E" }]);
    runsTo(dense, meaning(plain, { "E[i,k]": rows }));
  }
});

test("a gradient that is asked for too is an array", () => {
  const step = { "E[i,k]": "E[i,k] - rate*dE[i,k]" };
  const tape = tapeOf(pairs, ["E[i,k]"], { updates: parsed(step) });
  const all = evaluateDefinitions(withGradient(parseDefinitions(pairs), ["E[i,k]"]), values, { extents: { i: 4 } });
  const dE = all.get("dE");
  assert.ok(typeof dE === "object");
  runsTo(tape, new Map([...meaning(pairs, step), ["dE", dE]]));
});

test("scatters into one array are one array, without an addition over all of it", () => {
  const tape = tapeOf(pairs, ["E[i,k]"], { outputs: ["dE"] });
  assert.equal(
    tape.arrays.filter(({ axes, role }) => role !== "input" && axes.includes("i")).map(({ name }) => name),
    ["dE"],
  );
  assert.not.ok(allLoops(tape).has("i"), `${tape}`);
  const all = evaluateDefinitions(withGradient(parseDefinitions(pairs), ["E[i,k]"]), values, { extents: { i: 4 } });
  const dE = all.get("dE");
  assert.ok(typeof dE === "object");
  runsTo(tape, new Map([["dE", dE]]));
  // Over indices of their own, and with a reader of the whole.
  const text = "d[i] = sum(n, delta(i, a[n])*x[n]) - 2*sum(m, delta(i, b[m])*z[m])\nf[i] = d[i]^2\ns = sum(i, d[i])";
  const two = schedule(parseDefinitions(text), { extents: { i: 3 } });
  const at = { a: [2, 0], x: [5, 7], b: [2, 1, 2], z: [1, 2, 3] };
  agreesWith(runTape(two, at), evaluateDefinitions(parseDefinitions(text), at, { extents: { i: 3 } }), ["d", "f", "s"]);
});

test("a run clears what the run before has added to, whichever of the scatters did", () => {
  const tape = tapeOf(pairs, ["E[i,k]"], { outputs: ["dE"] });
  const shapes = { E: [40, 2], w: [2], token: [3], other: [3] };
  for (const backend of backends) {
    const used = createProgram(tape, { shapes, backend });
    for (const [token, other] of [
      [
        [1, 3, 1],
        [1, 0, 2],
      ],
      [
        [30, 30, 7],
        [39, 0, 2],
      ],
      [
        [0, 5, 6],
        [7, 8, 9],
      ],
    ] as const) {
      const anew = createProgram(tape, { shapes, backend });
      for (const program of [used, anew]) {
        program.input("E").forEach((_, i, array) => {
          array[i] = Math.sin(i);
        });
        program.input("w").set([2, -1]);
        program.input("token").set(token);
        program.input("other").set(other);
        program.run();
      }
      assert.equal([...used.output("dE")], [...anew.output("dE")]);
    }
  }
});

test("few rows are not worth a scaling of each element", () => {
  const tape = tapeOf(plain, ["E[i,k]"], { outputs: ["dE"], expected: { i: 2, n: 4096, k: 8 } });
  assert.ok(allLoops(tape).has("i"));
});

test.run();
