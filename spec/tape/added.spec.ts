/** Products that are added to an input straight away: where they may be, and that nothing else comes of it. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { evaluateDefinitions } from "../../lib/evaluate.ts";
import "../../lib/print/text.ts";
import { parse, parseDefinitions } from "../../lib/syntax/parse.ts";
import { withAddedProducts } from "../../lib/tape/added.ts";
import { createProgram } from "../../lib/tape/program.ts";
import { type ScheduleOptions, schedule } from "../../lib/tape/schedule.ts";
import type { Tape } from "../../lib/tape/tape.ts";
import { backends, fill, near, nested } from "../support/program.ts";

const shapes = { x: [9, 7], d: [9, 5], W: [7, 5], A: [5, 5] };
/** The shapes of those that a tape has. */
const shapesFor = (tape: Tape) =>
  Object.fromEntries(Object.entries(shapes).filter(([name]) => tape.arrays.some(array => array.name === name)));
const descent = "dW[j,k] = sum(n, x[n,j] * d[n,k])";

const tapeOf = (text: string, next: string, options: ScheduleOptions = {}): Tape =>
  schedule(parseDefinitions(text), { updates: { "W[j,k]": parse(next) }, outputs: [], ...options });

const isAdded = (tape: Tape): boolean =>
  withAddedProducts(tape).steps.some(step => step.kind === "matrix product" && step.isAdded === true);

/** Every back-end changes `W` as the formula says, twice. */
function changes(text: string, next: string, tape: Tape): void {
  for (const backend of backends)
    for (const type of ["f64", "f32"] as const) {
      const program = createProgram(tape, {
        shapes: shapesFor(tape),
        backend,
        type,
      });
      fill(program, {});
      for (let run = 0; run < 2; run++) {
        const definitions = parseDefinitions(`${text}\nnext[j,k] = ${next}`);
        const expected = evaluateDefinitions(definitions, nested(program)).get("next");
        program.run();
        near(program.input("W"), expected, type, `${next}, ${backend}`);
      }
    }
}

const added = (next: string, text = descent): void =>
  test(`added straight away: W = ${next}, ${text}`, () => {
    const tape = tapeOf(text, next);
    assert.ok(isAdded(tape));
    changes(text, next, tape);
  });

const stored = (why: string, next: string, text = descent, options: ScheduleOptions = {}): void =>
  test(`stored first: ${why}`, () => {
    const tape = tapeOf(text, next, options);
    assert.not.ok(isAdded(tape));
    changes(text, next, tape);
  });

added("W[j,k] - 0.1 * dW[j,k]");
added("W[j,k] + dW[j,k]");
added("W[j,k] - rate * dW[j,k]");
added("W[j,k] - rate * dW[j,k] / extent(n)");
added("W[j,k] - 0.1 * dW[j,k]", "dW[j,k] = 3 * sum(n, x[n,j] * d[n,k])");
added("W[j,k] - 0.1 * dW[k,j]", "dW[k,j] = sum(n, x[n,j] * d[n,k])");
// The backward pass reads the old weights, and its product comes first.
added("W[j,k] - 0.1 * dW[j,k]", "back[n,j] = sum(k, d[n,k] * W[j,k])\ndW[j,k] = sum(n, (x[n,j] + back[n,j]) * d[n,k])");

stored("the weights decay", "W[j,k] - 0.1 * (dW[j,k] + 0.01 * W[j,k])");
stored("the factor has indices", "W[j,k] - x[0,j] * dW[j,k]");
stored("it is an output", "W[j,k] - 0.1 * dW[j,k]", descent, { outputs: ["dW"] });
stored("others read it", "W[j,k] - 0.1 * dW[j,k]", `${descent}\nnorm = sum(j, sum(k, dW[j,k]^2))`, {
  outputs: ["norm"],
});
stored("its factor is what changes", "W[j,k] - 0.1 * dW[j,k]", "dW[j,k] = sum(k', W[j,k'] * A[k',k])");

test("what a later step reads of the old values is read in time", () => {
  const text = `${descent}\nz[n,k] = sum(j, y[n,j] * W[j,k])`;
  const tape = tapeOf(text, "W[j,k] - 0.1 * dW[j,k]", { outputs: ["z"] });
  for (const backend of backends) {
    const program = createProgram(tape, { shapes: { x: [9, 7], d: [9, 5], W: [7, 5], y: [9, 7] }, backend });
    fill(program, {});
    const expected = evaluateDefinitions(parseDefinitions(text), nested(program)).get("z");
    program.run();
    near(program.output("z"), expected, "f64", backend);
  }
});

test("a batch of none changes nothing, a smaller one what it is to", () => {
  const tape = tapeOf(descent, "W[j,k] - 0.1 * dW[j,k]");
  for (const backend of backends) {
    const program = createProgram(tape, { shapes: shapesFor(tape), backend });
    fill(program, {});
    const before = program.input("W").slice();
    program.run({ n: 0 });
    assert.equal(program.input("W"), before);
    program.run({ n: 9, k: 4 });
    program.input("W").forEach((x, i) => {
      assert.is(x === before[i], i % 5 === 4, `element ${i}`);
    });
  }
});

test("several blocks of a long batch are added one after another", () => {
  const text = "dW[j,k] = sum(n, x[n,j] * d[n,k])";
  const tape = tapeOf(text, "W[j,k] - 0.001 * dW[j,k]");
  for (const backend of backends) {
    const program = createProgram(tape, { shapes: { x: [600, 7], d: [600, 5], W: [7, 5] }, backend });
    fill(program, {});
    const definitions = parseDefinitions(`${text}\nnext[j,k] = W[j,k] - 0.001 * dW[j,k]`);
    const expected = evaluateDefinitions(definitions, nested(program)).get("next");
    program.run();
    near(program.input("W"), expected, "f64", backend);
  }
});

test.run();
