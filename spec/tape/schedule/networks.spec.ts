/** The tapes of whole networks with their gradients: what is multiplied how often, and that nothing is done twice. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { withGradient } from "../../../lib/calculus/with-gradient.ts";
import "../../../lib/print/text.ts";
import { parse, parseDefinitions } from "../../../lib/syntax/parse.ts";
import { costOf } from "../../../lib/tape/cost.ts";
import { schedule } from "../../../lib/tape/schedule.ts";
import { mixture, networks, normalised, tapeOf } from "../../support/networks.ts";
import { repeatedWork } from "../../support/repeated-work.ts";

for (const [name, each] of Object.entries(networks)) {
  test(`${name}: no step repeats another's work`, () => {
    const tape = tapeOf(each);
    assert.equal(repeatedWork(tape), [], `${tape}`);
  });
}

test("work that is repeated is found", () => {
  const again = schedule(parseDefinitions("a[n] = sum(k, x[n,k]*w[k])\nb[m] = sum(j, w[j]*x[m,j])"), {
    simplify: false,
  });
  const [first, ...rest] = again.steps;
  assert.ok(first !== undefined);
  const copied = first.assignments.map(assignment => ({ ...assignment, array: "b" }));
  assert.is(repeatedWork({ ...again, steps: [first, ...rest, { ...first, assignments: copied }] }).length > 0, true);
  const loops = schedule(parseDefinitions("a[n] = exp(x[n])"));
  const more = schedule(parseDefinitions("b[n] = 2*exp(x[n])"));
  assert.is(repeatedWork({ ...loops, steps: [...loops.steps, ...more.steps] }).length, 1);
  assert.equal(repeatedWork(loops), []);
});

test("a network with batch normalisation has the products and sums of a hand-written backward pass", () => {
  const tape = tapeOf(normalised);
  assert.is(tape.steps.filter(({ kind }) => kind === "matrix product").length, 5);
  const [n, j, k, c] = [128, 200, 100, 10];
  // Forward: a, mu, v, z, the sum of the softmax, loss. Backward: db2, dW2, dh, dg, dbe, the sum of what is normalised, dW1.
  const forward = n * j * k + 2 * n * k + n * k * c + n * c + n;
  const backward = n * c + n * k * c + n * k * c + 3 * n * k + n * j * k;
  const { multiplyAdds } = costOf(tape, { n, j, k, c });
  assert.ok(
    Math.abs(multiplyAdds / (forward + backward) - 1) <= 0.05,
    `${multiplyAdds} multiply-adds, by hand ${forward + backward}`,
  );
  // Small layers, where what is no product counts.
  const small = { n: 10, j: 3, k: 4, c: 2 };
  const byHand = 10 * (3 * 4 + 2 * 4 + 4 * 2 + 2 + 1) + 10 * (2 + 4 * 2 + 4 * 2 + 3 * 4 + 3 * 4);
  assert.is(costOf(tape, small).multiplyAdds, byHand);
});

test("the gradient of a mixture costs at most two and a half times its value", () => {
  const extents = { n: 1000, k: 25, i: 10, j: 10, e: 45 };
  const value = costOf(schedule(mixture.definitions, { outputs: ["loss"] }), extents);
  const both = costOf(tapeOf(mixture), extents);
  assert.ok(both.multiplyAdds <= 2.1 * value.multiplyAdds, `${both.multiplyAdds} for ${value.multiplyAdds}`);
  assert.ok(both.operations <= 2 * value.operations, `${both.operations} for ${value.operations}`);
  assert.ok(both.elements <= 1.6 * value.elements, `${both.elements} for ${value.elements}`);
});

test("the loss of the five points over a batch is one loop, with its nine partials", () => {
  const loss = parse("(c + u1*tanh(b1 + w11*x1 + w12*x2) + u2*tanh(b2 + w21*x1 + w22*x2) - y)^2");
  const weights = ["c", "u1", "u2", "b1", "w11", "w12", "b2", "w21", "w22"];
  const tape = schedule(withGradient(loss, weights), { batch: ["x1", "x2", "y"] });
  assert.is(tape.steps.length, 1);
  const [step] = tape.steps;
  assert.ok(step?.kind === "reduction");
  assert.is(step.nest.filter(({ kind }) => kind === "loop").length, 1);
  assert.is(step.assignments.length, 10);
  assert.is(tape.arrays.filter(({ role }) => role === "temporary").length, 0);
  assert.equal(repeatedWork(tape), []);
  // A line for each result, all in one step: only the first is not joined to the one above it.
  const lines = `${tape}`.split("\n");
  assert.is(lines.length, 11);
  assert.is(lines.filter(line => line.startsWith("|")).length, 9);
  assert.is(lines.at(-1), "1 step, 0 matrix products, 10 results, 0 temporary arrays");
});

test.run();
