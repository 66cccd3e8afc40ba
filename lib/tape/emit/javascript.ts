import type { FunctionRow } from "../../expression/expression.ts";
import type { Backend, GradientFunction, StraightLine } from "../straight-line.ts";
import { refuse } from "./door.ts";
import { nameOf, type Statement, statementsOf } from "./statements.ts";

/**
 * Generated JavaScript, at the speed of code written by hand. The text holds numbered slots and the code of rows only,
 * never a name that a user chose. Where a page's policy forbids generated code, an `EvalError` passes through.
 *
 * What is too long for one function becomes several, which hand the values that cross over through one heap: such a
 * function must not be called again from within a row's own `evaluate`.
 */
export const javascript: Backend = javascriptWithin({});

/** The same within other bounds on the generated text. */
export function javascriptWithin(bounds: Partial<Bounds>): Backend {
  return {
    toFunction: tape => build(javascriptOf(tape, "positional", bounds)) as (...values: number[]) => number,
    toGradient: (tape, parameters) => build(javascriptOf(tape, { parameters }, bounds)) as GradientFunction,
  };
}

/** How a generated function takes its inputs: one by one, or the first so many in one array and the rest in another. */
export type Calling = "positional" | { readonly parameters: number };

/** Generated code, and what it needs from outside. */
export interface Source {
  /** The body of a function of `heap`, `refuse`, `f0`, `f1`, …, that returns the compiled function. */
  readonly text: string;
  /** The rows that are called as `f0`, `f1`, …. */
  readonly rows: readonly FunctionRow[];
  /** The number of values that functions hand over to each other; 0 where there is one function. */
  readonly heap: number;
}

/** Bounds on the generated text. */
export interface Bounds {
  /** How many characters a value may have that is written into the line that uses it. */
  readonly inlined: number;
  /** How many operations one function may have. */
  readonly operations: number;
}

// V8 never optimises a function above 61,440 bytes of bytecode, and an operation takes up to 40. Longer functions run no
// faster. Text that is written into its user's line halves the bytecode; the optimised code is the same.
const measured: Bounds = { inlined: 80, operations: 1500 };

/** The source of a tape; it depends on the tape alone. */
export function javascriptOf(tape: StraightLine, calling: Calling, bounds: Partial<Bounds> = {}): Source {
  const { inlined, operations } = { ...measured, ...bounds };
  const { list, rows } = statementsOf(tape, inlined);
  const parts = partsOf(list, operations);
  const form = formOf(tape, calling);
  const { lines, heap } =
    parts.length > 1 ? manyFunctions(tape, parts, form) : { lines: oneFunction(tape, list, form), heap: 0 };
  return { text: ['"use strict";', ...lines.filter(line => line !== "")].join("\n"), rows, heap };
}

function build({ text, rows, heap }: Source): unknown {
  const names = rows.map((_, i) => `f${i}`);
  const make = new Function("heap", "refuse", ...names, text);
  return make(new Float64Array(heap), refuse, ...rows.map(row => row.evaluate));
}

/** What of a generated function depends on how it is called. */
interface Form {
  readonly parameters: string;
  /** The check at the door. */
  readonly check: string;
  /** The text that reads the input of a slot, unless its name is that of an argument. */
  readonly load?: (slot: number) => string;
  /** Copies all inputs to the heap, after its first place, which is the result's. */
  readonly copy: string;
  /** The gradient's name, handed on to the parts. */
  readonly gradient: string;
}

const formOf = ({ inputs: { length } }: StraightLine, calling: Calling): Form =>
  calling === "positional" ? positionalForm(length) : arraysForm(calling.parameters, length - calling.parameters);

function positionalForm(count: number): Form {
  if (count > 100) {
    return {
      parameters: "...p",
      check: checked("p", "arguments", count),
      load: slot => `p[${slot}]`,
      copy: copied("p", 0, count),
      gradient: "",
    };
  }
  const names = Array.from({ length: count }, (_, slot) => `x${slot}`);
  return {
    parameters: names.join(", "),
    check: checked("arguments", "arguments", count),
    copy: names.map((name, slot) => `heap[${slot + 1}] = ${name};`).join("\n"),
    gradient: "",
  };
}

const arraysForm = (parameters: number, data: number): Form => ({
  parameters: data === 0 ? "p, g" : "p, g, d",
  check: [
    checked("p", "parameters", parameters),
    checked("g", "places in the gradient", parameters),
    data === 0 ? "" : `if (d === undefined) refuse("data", ${data}, 0);`,
    checked("d", "data", data),
  ].join("\n"),
  load: slot => (slot < parameters ? `p[${slot}]` : `d[${slot - parameters}]`),
  copy: [copied("p", 0, parameters), copied("d", parameters, data)].join("\n"),
  gradient: "g",
});

const checked = (array: string, what: string, count: number): string =>
  count === 0 ? "" : `if (${array}.length < ${count}) refuse("${what}", ${count}, ${array}.length);`;

const copied = (array: string, to: number, count: number): string =>
  count === 0 ? "" : `for (let i = 0; i < ${count}; i++) heap[${to + 1} + i] = ${array}[i];`;

function oneFunction(tape: StraightLine, list: readonly Statement[], form: Form): readonly string[] {
  const { parameters, check, load } = form;
  const inputs = load === undefined ? [] : readFromElsewhere(list);
  return [
    `return function (${parameters}) {`,
    check,
    // All that is read comes before all that is written: the gradient may be the array of the parameters.
    ...inputs.map(slot => `const ${nameOf(tape, slot)} = ${load?.(slot)};`),
    ...list.map(({ kind, target, text }) =>
      kind === "value" ? `const ${nameOf(tape, target)} = ${text};` : stored(target, text, "const value"),
    ),
    "return value;",
    "};",
  ];
}

// Values that cross from one function to a later one pass through the heap: the result first, then the inputs.
function manyFunctions(tape: StraightLine, parts: readonly (readonly Statement[])[], form: Form): Emitted {
  const { parameters, check, copy, gradient } = form;
  const places = new Map(tape.inputs.map((_, slot) => [slot, slot + 1]));
  const entering = parts.map(readFromElsewhere);
  for (const slot of entering.flat()) if (!places.has(slot)) places.set(slot, places.size + 1);
  const functions = parts.flatMap((list, part) => [
    `function part${part}(${gradient}) {`,
    ...(entering[part] ?? []).map(slot => `const ${nameOf(tape, slot)} = heap[${places.get(slot)}];`),
    ...list.flatMap(({ kind, target, text }) => {
      if (kind === "output") return [stored(target, text, "heap[0]")];
      const name = nameOf(tape, target);
      const place = places.get(target);
      return [`const ${name} = ${text};`, ...(place === undefined ? [] : [`heap[${place}] = ${name};`])];
    }),
    "}",
  ]);
  const calls = parts.map((_, part) => `part${part}(${gradient});`);
  const entry = [`return function (${parameters}) {`, check, copy, ...calls, "return heap[0];", "};"];
  return { lines: [...functions, ...entry], heap: places.size + 1 };
}

interface Emitted {
  readonly lines: readonly string[];
  readonly heap: number;
}

const stored = (target: number, text: string, value: string): string =>
  `${target === 0 ? value : `g[${target - 1}]`} = ${text};`;

// The slots that a list reads and does not define, in the order in which it reads them.
function readFromElsewhere(list: readonly Statement[]): readonly number[] {
  const defined = new Set<number>();
  const found = new Set<number>();
  for (const { kind, target, reads } of list) {
    for (const slot of reads) if (!defined.has(slot)) found.add(slot);
    if (kind === "value") defined.add(target);
  }
  return [...found];
}

function partsOf(list: readonly Statement[], size: number): readonly (readonly Statement[])[] {
  const parts: Statement[][] = [];
  let operations = size;
  for (const statement of list) {
    if (operations + statement.operations > size) {
      parts.push([]);
      operations = 0;
    }
    operations += statement.operations;
    parts.at(-1)?.push(statement);
  }
  return parts;
}
