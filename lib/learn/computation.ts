import type { ComputedArray } from "../evaluate.ts";
import type { Definition, Definitions } from "../expression/definition.ts";
import { FluxionError } from "../expression/error.ts";
import { freeVariables } from "../expression/fold.ts";
import type { FlatArray } from "../expression/values.ts";
import { createProgram, type Program } from "../tape/program.ts";
import { schedule } from "../tape/schedule.ts";
import type { Updates } from "./optimisers.ts";

/** What formulas are computed of: an array for each name; a scalar has the shape []. */
export type Arrays = ReadonlyMap<string, FlatArray>;

/** A formula made ready to be computed of one set of arrays after another; `extents` are those of its axes. */
export type Computation = (arrays: Arrays, extents: ReadonlyMap<string, number>) => ComputedArray;

/** Computes a definition, and what it needs of the others. A program is kept for as long as the shapes stay the same. */
export function computation(definitions: Definitions, { name, axes }: Pick<Definition, "name" | "axes">): Computation {
  const list = neededFor(definitions, name);
  const tape = schedule(list, { outputs: [name] });
  const inputs = inputsOf(list);
  let kept: { readonly key: string; readonly program: Program } | undefined;
  return (arrays, extents) => {
    const given = inputs.map(input => [input, arrayFor(arrays, input)] as const);
    const key = JSON.stringify(given.map(([, { shape }]) => shape));
    if (kept?.key !== key) kept = { key, program: createProgram(tape, { shapes: shapesOf(given) }) };
    const { program } = kept;
    for (const [input, { data }] of given) program.input(input).set(data);
    program.run();
    return { shape: axes.map(axis => extents.get(axis) ?? 0), data: Float64Array.from(program.output(name)) };
  };
}

/** A program that takes a step of training each time it runs, and holds these arrays when it begins. */
export function stepProgram(
  definitions: Definitions,
  outputs: readonly string[],
  updates: Updates,
  arrays: Arrays,
): Program {
  const tape = schedule(definitions, { outputs, updates });
  const program = createProgram(tape, { shapes: shapesOf(arrays) });
  for (const [name, { data }] of arrays) program.input(name).set(data);
  return program;
}

/** What is computed where only one definition is asked for, in order. */
function neededFor(definitions: Definitions, output: string): Definitions {
  const needed = new Set([output]);
  const list = [...definitions].reverse().filter(({ name, expression }) => {
    if (!needed.has(name)) return false;
    for (const read of freeVariables(expression)) needed.add(read);
    return true;
  });
  return list.reverse();
}

/** The names that are read and not defined. */
function inputsOf(definitions: Definitions): readonly string[] {
  const defined = new Set(definitions.map(({ name }) => name));
  return freeVariables(...definitions.map(({ expression }) => expression)).filter(name => !defined.has(name));
}

function arrayFor(arrays: Arrays, name: string): FlatArray {
  const array = arrays.get(name);
  if (array === undefined) throw new FluxionError("unbound-variable", `the array ${name} has no value`);
  return array;
}

const shapesOf = (arrays: Iterable<readonly [string, FlatArray]>): Readonly<Record<string, readonly number[]>> =>
  Object.fromEntries([...arrays].map(([name, { shape }]) => [name, shape]));
