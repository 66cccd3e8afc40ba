/** What is compared with an extreme of it has been rounded as the extreme was, however numbers are stored. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { withGradient } from "../../../lib/calculus/with-gradient.ts";
import { evaluateDefinitions } from "../../../lib/evaluate.ts";
import "../../../lib/print/text.ts";
import { parseDefinitions } from "../../../lib/syntax/parse.ts";
import { createProgram } from "../../../lib/tape/program.ts";
import { type ScheduleOptions, schedule } from "../../../lib/tape/schedule.ts";
import { backends, near, nested } from "../../support/program.ts";

/** The gradient by `x[n,i]`, where rows hold ties, is what it means on every back-end and in both precisions. */
function finds(text: string, options: ScheduleOptions = {}): void {
  const definitions = withGradient(parseDefinitions(text), ["x[n,i]"]);
  const tape = schedule(definitions, options);
  for (const rows of [
    [1, 3, 3, 0.1, 0.7, 0.7, 2, 2, 2],
    [0.7, 0.1, 0.7],
  ])
    for (const type of ["f64", "f32"] as const)
      for (const backend of backends) {
        const n = rows.length / 3;
        const given = [
          ["x", [n, 3], rows],
          ["w", [3], [0.3, 0.3, 0.3]],
          ["b", [n], [0.1, 0.2, 0.3].slice(0, n)],
        ] as const;
        const present = given.filter(([name]) => tape.arrays.some(array => array.name === name));
        const shapes = Object.fromEntries(present.map(([name, shape]) => [name, shape]));
        const program = createProgram(tape, { shapes, type, backend });
        for (const [name, , values] of present) program.input(name).set(values);
        program.run();
        const expected = evaluateDefinitions(definitions, nested(program)).get("dx");
        near(program.output("dx"), expected, type, `dx of ${text} in ${type} on ${backend}`);
      }
}

test("a value that is computed where it is compared", () => {
  finds("loss = sum(n, maximum(i, x[n,i]*w[i]))");
  finds("loss = sum(n, minimum(i, -x[n,i]/w[i])^3)");
});

test("a costly value, which is stored", () => {
  finds("loss = sum(n, maximum(i, exp(x[n,i]*w[i]))^2)");
  finds("p[n,i] = tanh(x[n,i]*w[i])\nloss = sum(n, maximum(i, p[n,i]) * sum(i, p[n,i]))");
});

test("an extreme that another loop reads, and one over all", () => {
  finds("m[n] = maximum(i, exp(x[n,i]*w[i]))\nloss = sum(n, m[n]*b[n]) / sum(n, m[n])");
  finds("loss = maximum(n, maximum(i, exp(x[n,i]*w[i])))");
});

test("a result that was asked for", () => {
  finds("h[n,i] = exp(x[n,i]/3)\nloss = sum(n, maximum(i, h[n,i]))");
  finds("h[n,i] = exp(x[n,i]/3)\nloss = sum(n, maximum(i, h[n,i]))", { outputs: ["dx"] });
});

test("what is compared is stored once, and one loop over the samples does it all", () => {
  const tape = schedule(withGradient(parseDefinitions("loss = sum(n, maximum(i, exp(x[n,i]*w[i]))^2)"), ["x[n,i]"]));
  assert.is(tape.arrays.filter(({ role }) => role === "temporary").length, 1);
  assert.is(tape.steps.length, 1);
});

test.run();
