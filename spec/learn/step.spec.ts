/** A step of training is a list of formulas, whatever its arrays are called. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { createProgram, define, parse, parseDefinitions, schedule, variable } from "../../lib/index.ts";
import { type Optimiser, sgd, trainingStep } from "../../lib/learn/index.ts";
import { onRows } from "../../lib/learn/step.ts";

const loss = define("loss", parse("sum(j, (w[j] - 3)^2) + (b - 1)^2"));

test("gradient descent is p - rate * g, and its rate may be an input", () => {
  assert.equal(
    { ...trainingStep([loss], ["w[j]", "b"], sgd(0.25)).updates },
    {
      "w[j]": parse("w[j] - 0.25 * dw[j]"),
      b: parse("b - 0.25 * db"),
    },
  );
  const { forward, backward, updates } = trainingStep([loss], ["w[j]", "b"], sgd(variable("rate")));
  const program = createProgram(schedule([...forward, ...backward], { outputs: ["loss"], updates }), {
    shapes: { w: [2] },
  });
  program.input("rate").fill(0.5);
  program.run();
  // Half of twice the distance is all of it.
  assert.equal([...program.input("w"), ...program.input("b")], [3, 3, 1]);
});

test("an optimiser may keep state of its own, which its step changes with the parameters", () => {
  const averaged: Optimiser = (parameter, gradient) => ({
    [String(parameter)]: parse(`${parameter} - 0.5 * ${gradient}`),
    [`mean of ${parameter}`]: parse(`(\`mean of ${parameter}\` + ${parameter}) / 2`),
  });
  const { forward, backward, updates } = trainingStep([define("loss", parse("(b - 1)^2"))], ["b"], averaged);
  const program = createProgram(schedule([...forward, ...backward], { outputs: ["loss"], updates }));
  program.input("b").fill(4);
  program.run();
  assert.equal([...program.input("b"), ...program.input("mean of b")], [1, 2]);
});

test("names that are taken are primed, and any name is only a name", () => {
  const list = [define("__proto__", parse("constructor^2 + dconstructor"))];
  const { backward, updates } = trainingStep(list, ["constructor", "dconstructor"], sgd(1));
  assert.equal(
    backward.map(({ name }) => name),
    ["dconstructor'", "ddconstructor"],
  );
  assert.is(updates.constructor, parse("constructor - 1 * dconstructor'"));
  assert.is(updates.dconstructor, parse("dconstructor - 1 * ddconstructor"));
  const proto = trainingStep([define("loss", parse("__proto__^2"))], ["__proto__"], sgd(1)).updates;
  assert.equal(Object.entries(proto), [["__proto__", parse("__proto__ - 1 * d__proto__")]]);
});

test("formulas over the rows of all data read them by their numbers, within indices too", () => {
  const batch = parseDefinitions(
    "a[n] = sum(j, x[n,j] * w[j]); loss = mean(n, (a[n] - z[n,label[n]])^2) + sum(m, x[m,0])",
  );
  const rows = parseDefinitions(
    "a[n] = sum(j, x[row[n],j] * w[j]); loss = mean(n, (a[n] - z[n,label[row[n]]])^2) + sum(m, x[row[m],0])",
  );
  assert.equal(onRows(batch, ["x[n,j]", "label[n]"], "row"), rows);
});

test.run();
