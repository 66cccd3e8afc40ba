/** Scheduled, on every back-end, is evaluated: random indexed expressions, with arrays that fit. */
import { test } from "uvu";
import {
  arbitraryIndexedCase,
  awkwardNames,
  checkLaw,
  type IndexedCase,
  lawOver,
  type Run,
  runAgrees,
} from "../../lib/check/index.ts";
import { evaluateArray } from "../../lib/evaluate.ts";
import { FluxionError } from "../../lib/expression/error.ts";
import { lookUp, namesOf, type Values } from "../../lib/expression/values.ts";
import { simplify } from "../../lib/simplify/simplify.ts";
import { createProgram, type ProgramOptions } from "../../lib/tape/program.ts";
import { type ScheduleOptions, schedule } from "../../lib/tape/schedule.ts";
import { runs } from "../support/law.ts";
import { backends } from "../support/program.ts";

// The names of indices that are drawn.
const indices = new Set(["i", "j", "k", "n"]);

/** Runs definitions as a program does. */
const runOn =
  (scheduling: ScheduleOptions, options: ProgramOptions): Run =>
  (definitions, values, extents) => {
    const tape = schedule(definitions, { ...scheduling, extents });
    const inputs = tape.arrays.filter(({ role, axes }) => role === "input" && axes.length > 0).map(({ name }) => name);
    const shapes = new Map(inputs.map(name => [name, flat(values, name).shape]));
    const program = createProgram(tape, { ...options, shapes });
    for (const name of namesOf(values))
      if (Object.hasOwn(program.inputs, name)) program.input(name).set(flat(values, name).data);
    program.run();
    program.run();
    return new Map(tape.outputs.map(name => [name, { shape: program.shapes[name] ?? [], data: program.output(name) }]));
  };

/**
 * A label that no index takes is an error of a program, where a delta is 0; and a window that simplification makes a plain
 * reading asks for an array that is as long as its index.
 */
function isRefused(error: unknown, { expression, axes, values, extents }: IndexedCase): boolean {
  if (!(error instanceof FluxionError)) return false;
  if (error.code === "out-of-range") return true;
  if (error.code !== "extent") return false;
  try {
    evaluateArray(simplify(expression), values, axes, { extents });
    return false;
  } catch {
    return true;
  }
}

const flat = (
  values: Values,
  name: string,
): { readonly shape: readonly number[]; readonly data: ArrayLike<number> } => {
  const value = lookUp(values, name);
  if (typeof value === "number") return { shape: [], data: [value] };
  if (value !== undefined && "shape" in value) return value;
  throw new Error(`the case gives ${name} no flat array`);
};

for (const backend of backends)
  for (const [how, scheduling, meaning] of [
    ["as it is", { stabilise: false, simplify: false }, (one: IndexedCase) => one],
    // What simplification relies on, such as that the j of delta(i, j) is a value of i, need not hold of a random case.
    ["simplified", { stabilise: false }, (one: IndexedCase) => ({ ...one, expression: simplify(one.expression) })],
  ] as const)
    for (const [names, variables] of [
      ["", undefined],
      [", whatever the names", awkwardNames.filter(name => !indices.has(name))],
    ] as const) {
      const name = `scheduled   is evaluated: ${backend}, ${how}${names}`;
      test(name, async () => {
        const cases = arbitraryIndexedCase(variables === undefined ? {} : { variables });
        const law = lawOver(name, cases, one => {
          try {
            return runAgrees(meaning(one), runOn(scheduling, { backend }));
          } catch (error) {
            if (isRefused(error, one)) return undefined;
            throw error;
          }
        });
        const { judged, runs: total } = await checkLaw(law, { runs });
        console.log(`${name}   ${judged} of ${total} runs judged`);
      });
    }

test.run();
