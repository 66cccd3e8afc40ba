/** What a schedule stores apart: functions that loops within loops read. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { evaluateDefinitions } from "../../../lib/evaluate.ts";
import type { Values } from "../../../lib/expression/values.ts";
import "../../../lib/print/text.ts";
import { parseDefinitions } from "../../../lib/syntax/parse.ts";
import { createProgram } from "../../../lib/tape/program.ts";
import { schedule } from "../../../lib/tape/schedule.ts";
import type { Nest } from "../../../lib/tape/tape.ts";
import { backends, near } from "../../support/program.ts";
import { agreesWith, runTape } from "../../support/tape-run.ts";

const a = [
  [0.5, -1, 2],
  [1.5, 0.25, -0.75],
];
const b = [
  [1, 2, -1],
  [0.5, -2, 3],
];

/** Holds tape and back-ends to `evaluate`. */
function computes(text: string, outputs: readonly string[], values: Values): void {
  const definitions = parseDefinitions(text);
  const expected = evaluateDefinitions(definitions, values);
  const tape = schedule(definitions, { outputs: [...outputs] });
  agreesWith(runTape(tape, values), expected, [...outputs]);
  for (const backend of backends) {
    const given = Object.entries(values as Record<string, readonly (readonly number[])[]>);
    const shapes = Object.fromEntries(given.map(([name, rows]) => [name, [rows.length, (rows[0] ?? []).length]]));
    const program = createProgram(tape, { shapes, backend });
    for (const [name, rows] of given) program.input(name).set(rows.flat());
    program.run();
    for (const name of outputs) near(program.output(name), expected.get(name), "f64", `${backend}: ${name}`);
  }
}

const text = "r[n,k] = exp(a[n,k]); total[k] = sum(n, r[n,k]); y[k,j] = sum(n, r[n,k] * (b[n,j] - k0[k,j])^2)";

test("a function that loops within read is computed in a loop without any", () => {
  const tape = schedule(parseDefinitions(text), { outputs: ["total", "y"] });
  const loopsAround = (nest: Nest): readonly Nest[] =>
    nest.flatMap(each => (each.kind === "loop" ? [each.body, ...loopsAround(each.body)] : []));
  const bodies = tape.steps.flatMap(step => (step.kind === "matrix product" ? [] : loopsAround(step.nest)));
  const holders = bodies.filter(body => body.some(each => each.kind === "store" && each.array === "r"));
  assert.is(holders.length, 1, String(tape));
  assert.not.ok(
    holders[0]?.some(({ kind }) => kind === "loop"),
    String(tape),
  );
  computes(text, ["total", "y"], {
    a,
    b,
    k0: [
      [1, 0.5, 2],
      [0, 1, -1],
      [0.25, 3, 1],
    ],
  });
});

test.run();
