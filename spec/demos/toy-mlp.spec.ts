/** The toy network's loss and gradients are those that were computed elsewhere, whichever way the loss is written. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { compare, losses, named, parameters, readNetwork } from "../../demos/toy-mlp.ts";
import { createProgram, type FlatArray, gradient, schedule } from "../../lib/index.ts";
import { skipped } from "../support/skip.ts";

const network = readNetwork();
if (network === undefined) skipped("no data of the toy network (FLUXION_DATA names the folder)");

for (const from of network === undefined ? [] : (["probabilities", "logits"] as const)) {
  test(`the loss from ${from} and its gradients are the expected ones`, () => {
    if (network === undefined) return;
    const { expected } = network;
    const { loss, output, partials } = compare(network, from);
    const wanted = Object.values(named(expected.gradients)).flatMap(({ data }) => [...data]);
    assert.is(partials.length, wanted.length);
    // Numbers below 1 of a few dozen roundings each.
    assert.ok(Math.abs(loss - expected.meanLoss) < 1e-12);
    for (const [i, value] of output.entries()) assert.ok(Math.abs(value - (expected.output[i] ?? 0)) < 1e-12);
    for (const [i, { element, gradient, central }] of partials.entries()) {
      assert.ok(Math.abs(gradient - (wanted[i] ?? 0)) < 1e-12, `${element}: ${gradient} is not ${wanted[i]}`);
      // The rounding of a loss of about 1, over a step of 1e-5.
      assert.ok(Math.abs(gradient - central) < 1e-10, `${element}: ${gradient} beside ${central}`);
    }
  });
}

for (const from of network === undefined ? [] : (["probabilities", "logits"] as const))
  for (const backend of ["javascript", "interpreter"] as const)
    test(`so they are as a program, from ${from}, by the back-end ${backend}`, () => {
      if (network === undefined) return;
      const given = { ...named(network), x: flat(network.X), y: { shape: [network.y.length], data: network.y } };
      const shapes = Object.fromEntries(Object.entries(given).map(([name, { shape }]) => [name, shape]));
      const list = [...losses[from], ...gradient(losses[from], parameters)];
      const program = createProgram(schedule(list), { shapes, backend });
      for (const [name, { data }] of Object.entries(given)) program.input(name).set(data);
      program.run();
      assert.ok(Math.abs((program.output("loss")[0] ?? 0) - network.expected.meanLoss) < 1e-12);
      for (const [name, { data }] of Object.entries(named(network.expected.gradients)))
        for (const [i, wanted] of data.entries())
          assert.ok(Math.abs((program.output(`d${name}`)[i] ?? 0) - wanted) < 1e-12, `d${name} at ${i}`);
    });

test("the parameters of the file have the shapes that the formulas read", () => {
  if (network === undefined) return;
  assert.equal(
    Object.entries(named(network)).map(([name, { shape }]) => `${name} ${shape}`),
    ["W1 4,2", "b1 2", "w2 2", "b2 "],
  );
});

test.run();

function flat(rows: readonly (readonly number[])[]): FlatArray {
  return { shape: [rows.length, rows[0]?.length ?? 0], data: rows.flat() };
}
