/** What is written over what it is made from: less memory, and the same values. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { evaluateDefinitions } from "../../lib/evaluate.ts";
import { type Definitions, define } from "../../lib/expression/definition.ts";
import { index, type Operand } from "../../lib/expression/expression.ts";
import { readingOf } from "../../lib/expression/indices.ts";
import { parse } from "../../lib/syntax/parse.ts";
import { updatesInPlace } from "../../lib/tape/in-place.ts";
import { planMemory } from "../../lib/tape/memory.ts";
import { createProgram } from "../../lib/tape/program.ts";
import { schedule } from "../../lib/tape/schedule.ts";
import { sizesOf } from "../../lib/tape/shapes.ts";
import type { Nest, Statement, Tape, TapeArray } from "../../lib/tape/tape.ts";
import { backends, fill, near, nested } from "../support/program.ts";

const square = { W: [5, 5], M: [5, 5], v: [5], w: [5] };

interface Training {
  readonly name: string;
  readonly loss: string;
  /** By reading. */
  readonly updates: Readonly<Record<string, string>>;
  /** What each is made from in the memory of its input. */
  readonly inPlace: readonly string[];
}

const trainings: readonly Training[] = [
  {
    name: "a step down a gradient",
    loss: "sum(j, sum(k, W[j,k]^4)) + sum(k, w[k]^2)",
    updates: { "W[j,k]": "W[j,k] - 0.1 * 4 * W[j,k]^3", "w[k]": "w[k] - 0.2 * w[k]" },
    inPlace: ["W", "w"],
  },
  {
    name: "a transpose",
    loss: "sum(j, sum(k, W[j,k]^4))",
    updates: { "W[j,k]": "W[k,j] / 2 + W[j,k]" },
    inPlace: [],
  },
  {
    name: "a neighbour that is fixed",
    loss: "sum(k, w[k]^2)",
    updates: { "w[k]": "w[k] - w[1]" },
    inPlace: [],
  },
  {
    name: "what its own sum is subtracted from",
    loss: "sum(k, w[k]^2)",
    updates: { "w[k]": "w[k] - mean(j, w[j])" },
    inPlace: ["w"],
  },
  {
    name: "a product with itself",
    loss: "sum(j, sum(k, W[j,k]^4))",
    updates: { "W[j,k]": "sum(i, W[j,i] * M[i,k])" },
    inPlace: [],
  },
];

function stepOf({ loss, updates }: Training): Tape {
  const entries = Object.entries(updates).map(([reading, text]) => [reading, parse(text)] as const);
  return schedule({ loss: parse(loss) }, { updates: Object.fromEntries<Operand>(entries), stabilise: false });
}

for (const training of trainings) {
  test(`${training.name}: in place is ${training.inPlace.join(" and ") || "nothing"}`, () => {
    const tape = stepOf(training);
    assert.equal([...updatesInPlace(tape, () => true).values()].sort(), [...training.inPlace].sort());
  });
  for (const backend of backends) test(`${training.name}: ${backend}`, () => agreesWithOldValues(training, backend));
}

function agreesWithOldValues(training: Training, backend: (typeof backends)[number]): void {
  const tape = stepOf(training);
  const inputs = new Set(tape.arrays.map(({ name }) => name));
  const shapes = Object.fromEntries(Object.entries(square).filter(([name]) => inputs.has(name)));
  const program = createProgram(tape, { shapes, backend });
  fill(program, {});
  const next: Definitions = Object.entries(training.updates).map(([reading, text]) =>
    define(reading.replace(/\w/, "new $&"), parse(text)),
  );
  for (let i = 0; i < 2; i++) {
    const before = nested(program);
    const expected = evaluateDefinitions([define("loss", parse(training.loss)), ...next], before);
    program.run();
    near(program.output("loss"), expected.get("loss"), "f64", "loss");
    for (const reading of Object.keys(training.updates)) {
      const { name } = readingOf(reading);
      near(program.input(name), expected.get(`new ${name}`), "f64", name);
    }
  }
}

// Which of two that read each other is in place is free; that both read old values is not.
for (const backend of backends) {
  test(`two inputs are swapped: ${backend}`, () =>
    agreesWithOldValues(
      { name: "", loss: "sum(k, v[k] * w[k])", updates: { "w[k]": "v[k]", "v[k]": "w[k]" }, inPlace: [] },
      backend,
    ));
  test(`the step of a momentum: ${backend}`, () =>
    agreesWithOldValues(
      {
        name: "",
        loss: "sum(k, w[k]^4)",
        updates: { "v[k]": "0.9 * v[k] + 4 * w[k]^3", "w[k]": "w[k] - 0.1 * (0.9 * v[k] + 4 * w[k]^3)" },
        inPlace: [],
      },
      backend,
    ));
}

test("an update that is asked for as a result too has memory of its own", () => {
  const tape = schedule([define("next[k]", parse("w[k] / 2"))], { updates: { w: "next" } });
  assert.is(updatesInPlace(tape, () => true).size, 0);
  const program = createProgram(tape, { shapes: { w: [2] } });
  program.input("w").set([2, 4]);
  program.run();
  program.input("w").fill(0);
  assert.equal([...program.output("next")], [1, 2]);
});

test("two inputs that are updated from one array are both", () => {
  const tape = schedule([define("next[k]", parse("w[k] / 2 + v[k]")), define("s", parse("sum(k, w[k])"))], {
    outputs: ["s"],
    updates: { w: "next", v: "next" },
  });
  const program = createProgram(tape, { shapes: { w: [2] } });
  program.input("w").set([2, 4]);
  program.run();
  assert.equal(
    [[...program.input("w")], [...program.input("v")]],
    [
      [1, 2],
      [1, 2],
    ],
  );
});

// Temporaries: a tape as it is written down.

const loop = (name: string, ...body: readonly Statement[]): Statement => ({ kind: "loop", index: name, body });
const store = (array: string, at: readonly string[], value: string): Statement => {
  return { kind: "store", array, at: at.map(index), operation: "set", value: parse(value) };
};
const array = (name: string, role: TapeArray["role"], ...axes: readonly string[]): TapeArray => {
  return { name, role, axes, isInteger: false };
};

function numbersOf(...nests: readonly Nest[]): number {
  const tape: Tape = {
    arrays: [
      array("x", "input", "i", "j"),
      array("y", "output", "i", "j"),
      array("a", "temporary", "i", "j"),
      array("b", "temporary", "i", "j"),
    ],
    steps: nests.map(nest => ({ kind: "elementwise", assignments: [], nest })),
    outputs: ["y"],
    updates: [],
    extents: new Map(),
    roots: [parse("x[i,j]"), parse("x[j,i]")],
  };
  return planMemory(tape, sizesOf(tape, { x: [10, 10] }, {}), []).numbers;
}

const over = (...body: readonly Statement[]): Nest => [loop("i", loop("j", ...body))];
const first = over(store("a", ["i", "j"], "x[i,j]^2"));
const last = over(store("y", ["i", "j"], "b[i,j] + 1"));

const takes = (what: string, numbers: number, ...nests: readonly Nest[]): void =>
  test(`${what} takes ${numbers} numbers`, () => assert.is(numbersOf(...nests), numbers));

takes("what is read at the same element only", 300, first, over(store("b", ["i", "j"], "a[i,j] + 1")), last);
takes("what is read at another element", 400, first, over(store("b", ["i", "j"], "a[j,i] + 1")), last);
takes(
  "what is read before, all of it in one row",
  300,
  first,
  [
    loop(
      "i",
      { kind: "start", local: "s", operation: "sum" },
      loop("j", { kind: "accumulate", local: "s", operation: "sum", value: parse("a[i,j]") }),
      loop("j", store("b", ["i", "j"], "a[i,j] / s")),
    ),
  ],
  last,
);
takes(
  "what is read again, after",
  400,
  first,
  [loop("i", loop("j", store("b", ["i", "j"], "a[i,j] + 1")), loop("j", store("y", ["i", "j"], "a[i,j]")))],
  last,
);
takes(
  "what a later step reads",
  400,
  first,
  over(store("b", ["i", "j"], "a[i,j] + 1")),
  over(store("y", ["i", "j"], "b[i,j] + a[i,j]")),
);
takes(
  "what is read under a loop over the same index",
  400,
  first,
  [loop("i", loop("j", loop("i", store("b", ["i", "j"], "a[i,j] + 1"))))],
  last,
);

test.run();
