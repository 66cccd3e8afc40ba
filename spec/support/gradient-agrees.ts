import * as assert from "uvu/assert";
import { checkGradient, type GradientCheckOptions, type Run } from "../../lib/check/index.ts";
import { evaluateDefinitions } from "../../lib/evaluate.ts";
import type { Definitions } from "../../lib/expression/definition.ts";
import type { Operand } from "../../lib/expression/expression.ts";
import { arrayOf, type FlatArray, lookUp, shapeOf, sizeOf, type Values } from "../../lib/expression/values.ts";
import { createProgram, type Program } from "../../lib/tape/program.ts";
import { schedule } from "../../lib/tape/schedule.ts";

/** Asserts that all partial derivatives are those of finite differences, to 1e-6, and that there are any. */
export function gradientAgrees(e: Operand | Definitions, values: Values, options: GradientCheckOptions = {}): void {
  const check = checkGradient(e, values, options);
  const verdicts = new Set(check.checks.flatMap(({ partials }) => partials.map(({ verdict }) => verdict)));
  assert.equal([...verdicts], ["agrees"], String(check));
}

/** Numbers between -1.5 and 1.5 that differ from each other, the same for the same shape and number. */
export const numbers = (first: number, ...shape: readonly number[]): FlatArray => ({
  shape,
  data: Array.from({ length: sizeOf(shape) }, (_, i) => 1.5 * Math.sin(78.233 * (first + 0.37 * i))),
});

/** Computes by programs, each kept for as long as its list is: faster than `evaluate` where a list is long. */
export function compiledRun(): Run {
  const kept = new WeakMap<Definitions, { readonly program: Program; readonly first: ReturnType<Run> }>();
  return (definitions, values, extents) => {
    const known = kept.get(definitions) ?? compiled(definitions, values, extents);
    kept.set(definitions, known);
    const { program, first } = known;
    for (const [name, input] of Object.entries(program.inputs)) input.set(dataOf(values, name));
    program.run();
    return new Map(
      [...first].map(([name, like]) => {
        const data = Float64Array.from(program.output(name));
        return [name, typeof like === "number" ? (data[0] ?? Number.NaN) : { shape: like.shape, data }];
      }),
    );
  };
}

function compiled(
  definitions: Definitions,
  values: Values,
  extents: Readonly<Record<string, number>>,
): { readonly program: Program; readonly first: ReturnType<Run> } {
  const tape = schedule(definitions, { extents });
  const inputs = tape.arrays.flatMap(({ name, role }) => (role === "input" ? [name] : []));
  const shapes = Object.fromEntries(inputs.map(name => [name, shapeOf(lookUp(values, name)) ?? []]));
  return { program: createProgram(tape, { shapes }), first: evaluateDefinitions(definitions, values, { extents }) };
}

const dataOf = (values: Values, name: string): ArrayLike<number> => {
  const value = lookUp(values, name);
  return typeof value === "number" ? [value] : arrayOf(values, name).data;
};
