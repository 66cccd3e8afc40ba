import { pow } from "../../../../expression/functions.ts";
import type { StraightLine } from "../../../straight-line.ts";
import type { Body, Variable } from "../body.ts";
import { createModule } from "../encoder.ts";
import { f64, i32 } from "../scalars.ts";
import { call, load, type Value } from "../values.ts";
import { type Arms, type Branches, branchesOf } from "./branches.ts";
import { type Chunks, chunksOf, unitOf } from "./chunks.ts";
import { scalarForms, scalarPower } from "./forms.ts";
import { type CalledRows, callRows } from "./functions.ts";

/** A module that computes a straight line in a memory of its own, and what it needs from outside. */
export interface StraightLineCode {
  /** Exports `run`; imports the `memory`: doubles, the results first, the inputs behind them. */
  readonly bytes: Uint8Array;
  readonly imports: Readonly<Record<string, unknown>>;
  readonly pages: number;
}

/** How long code may become in one piece; in operations, of which a call is several. */
export interface CodeBounds {
  readonly operations: number;
}

/**
 * The code of a straight line: functions of bounded length that follow each other, each with its values in locals. A
 * branch that nothing else needs is computed only where it is taken.
 */
export function straightLineCode(tape: StraightLine, { operations }: CodeBounds): StraightLineCode {
  const weights = Float64Array.from(tape.steps, ({ fn }) => (scalarForms.has(fn) ? 1 : callWeight));
  const branches = branchesOf(tape, weights, { least: callWeight, most: operations });
  const chunks = chunksOf(tape, branches, weights, operations);
  const module = createModule();
  const { functionOf, functions } = callRows(module);
  const pages = Math.ceil((8 * chunks.count) / pageBytes);
  module.importMemory("memory", pages);
  const shared = { tape, branches, chunks, functionOf, uses: new Int32Array(chunks.places.length) };
  const parts = chunks.lists.map(list => module.addFunction([], "none", body => writeChunk(list, { ...shared, body })));
  for (const copies of inPieces(chunks.copies, operations)) {
    const copy = (body: Body): void => {
      for (const { from, to } of copies) body.store(at(to), load("f64", at(from)));
    };
    parts.push(module.addFunction([], "none", copy));
  }
  module.exportFunction("run", [], "none", body => {
    for (const part of parts) body.run(part);
  });
  return { bytes: module.encode(), imports: functions(), pages };
}

const callWeight = 8;
const pageBytes = 65_536;

const inPieces = <T>(list: readonly T[], length: number): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(list.length / length) }, (_, i) => list.slice(i * length, (i + 1) * length));

const at = (place: number) => ({ base: i32.constant(0), offset: 8 * place });

interface Writer {
  readonly tape: StraightLine;
  readonly branches: Branches;
  readonly chunks: Chunks;
  readonly functionOf: CalledRows["functionOf"];
  readonly body: Body;
  /** How often each slot will still be read in the present chunk. */
  readonly uses: Int32Array;
}

/** Writes steps one by one. A value stays in a local until it was read for the last time. */
function writeChunk(list: readonly number[], { tape, branches, chunks, functionOf, body, uses }: Writer): void {
  const { inputs, constants, steps } = tape;
  const { places } = chunks;
  const base = inputs.length + constants.length;
  const held = new Map<number, Variable<"f64">>();
  // What was loaded within an arm, innermost arm last: it is not there behind it.
  const loaded: number[][] = [[]];
  for (const unit of list)
    for (const i of unitOf(unit, branches)) for (const slot of stepAt(i).args) uses[slot] = (uses[slot] ?? 0) + 1;
  writeAll(list);

  function stepAt(i: number): StraightLine["steps"][number] {
    return steps[i] as StraightLine["steps"][number];
  }

  function writeAll(numbers: readonly number[]): void {
    for (const i of numbers) {
      const arms = branches.arms.get(i);
      if (arms === undefined) writeStep(i);
      else writeConditional(i, arms);
    }
  }

  function writeStep(i: number): void {
    const { fn, args } = stepAt(i);
    const values = args.map(valueIn);
    const [x, exponent] = [values[0], constants[(args[1] ?? 0) - inputs.length]];
    const power = fn === pow && x !== undefined && exponent !== undefined ? scalarPower(x, exponent) : undefined;
    const form = scalarForms.get(fn);
    settle(base + i, power ?? (form === undefined ? call(functionOf(fn), ...values) : form(functionOf, ...values)));
    for (const slot of args) release(slot);
  }

  function writeConditional(i: number, arms: Arms): void {
    const [condition = 0, first = 0, second = 0] = stepAt(i).args;
    const result = body.variable(f64.constant(0));
    const writeArm = (arm: readonly number[], slot: number): void => {
      loaded.push([]);
      writeAll(arm);
      body.set(result, valueIn(slot));
      release(slot);
      for (const each of loaded.pop() ?? []) held.delete(each);
    };
    body.if(
      f64.ne(valueIn(condition), f64.constant(0)),
      () => writeArm(arms[0], first),
      () => writeArm(arms[1], second),
    );
    release(condition);
    hold(base + i, result);
  }

  function valueIn(slot: number): Value<"f64"> {
    const known = held.get(slot);
    if (known !== undefined) return known.value;
    const constant = slot < base ? constants[slot - inputs.length] : undefined;
    if (constant !== undefined) return f64.constant(constant);
    const variable = body.variable(load("f64", at(places[slot] ?? 0)));
    held.set(slot, variable);
    loaded.at(-1)?.push(slot);
    return variable.value;
  }

  function settle(slot: number, x: Value<"f64">): void {
    // What only later pieces read needs no local.
    if (uses[slot] === 0) store(slot, x);
    else hold(slot, body.variable(x));
  }

  function hold(slot: number, variable: Variable<"f64">): void {
    store(slot, variable.value);
    if (uses[slot] === 0) body.release(variable);
    else held.set(slot, variable);
  }

  function store(slot: number, x: Value<"f64">): void {
    const place = places[slot] ?? -1;
    if (place >= 0) body.store(at(place), x);
  }

  function release(slot: number): void {
    uses[slot] = (uses[slot] ?? 0) - 1;
    const variable = held.get(slot);
    if (uses[slot] !== 0 || variable === undefined) return;
    body.release(variable);
    held.delete(slot);
  }
}
