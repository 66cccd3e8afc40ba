/** What specs of programs share: values for the inputs, and how near a result has to be. */
import * as assert from "uvu/assert";
import type { ComputedArray } from "../../lib/evaluate.ts";
import type { FlatArray } from "../../lib/expression/values.ts";
import type { Program, ProgramArray } from "../../lib/tape/program.ts";

export const backends = ["javascript", "interpreter", "webassembly"] as const;

/** The shapes of numbers and of integers, which are lists. */
export const shapesOf = (
  shapes: Readonly<Record<string, readonly number[]>>,
  integers: Readonly<Record<string, readonly number[]>>,
): ReadonlyMap<string, readonly number[]> =>
  new Map([
    ...Object.entries(shapes),
    ...Object.entries(integers).map(([name, values]) => [name, [values.length]] as const),
  ]);

/** Gives every input values between -1 and 1 that differ from each other, and the integers. */
export function fill(program: Program, integers: Readonly<Record<string, readonly number[]>>): void {
  let next = 1;
  for (const [name, array] of Object.entries(program.inputs)) {
    if (Object.hasOwn(integers, name)) array.set(integers[name] ?? []);
    else for (let i = 0; i < array.length; i++) array[i] = Math.sin(12.9898 * next++);
  }
}

/** The values of the inputs as `evaluate` takes them. */
export function nested(program: Program): ReadonlyMap<string, number | FlatArray> {
  return new Map(
    Object.entries(program.inputs).map(([name, array]) => {
      const shape = program.shapes[name] ?? [];
      return [name, shape.length === 0 ? (array[0] ?? Number.NaN) : { shape, data: array.slice() }];
    }),
  );
}

/**
 * Asserts that what was computed is what was expected. Sums run in another order: some roundings of the largest element,
 * which are 1e-16 each, or 6e-8 where single precision is stored in between.
 */
export function near(
  computed: ProgramArray,
  expected: number | FlatArray | ComputedArray | undefined,
  type: "f64" | "f32",
  what: string,
): void {
  const values = typeof expected === "number" ? [expected] : Array.from(expected?.data ?? []);
  assert.is(computed.length, values.length, `${what} has ${values.length} elements`);
  const finite = values.filter(Number.isFinite).map(Math.abs);
  const scale = Math.max(1, ...finite) * (type === "f64" ? 1e-13 : 2e-5);
  for (const [i, value] of values.entries()) {
    const actual = computed[i] ?? Number.NaN;
    assert.ok(
      Object.is(actual, value) || actual === value || Math.abs(actual - value) <= scale,
      `${what}: element ${i} is ${value}, computed ${actual}`,
    );
  }
}
