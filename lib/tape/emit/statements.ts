import type { FunctionRow } from "../../expression/expression.ts";
import { conditional } from "../../expression/functions.ts";
import type { StraightLine } from "../straight-line.ts";

/** One line of generated code: it names the value of a slot, or it stores a result. */
export interface Statement {
  readonly kind: "value" | "output";
  /** The slot that is named, or the position of the result. */
  readonly target: number;
  /** The JavaScript of the value, in names of slots and literals. */
  readonly text: string;
  /** The slots that it reads by name. */
  readonly reads: readonly number[];
  /** The number of operations within; a call with many arguments counts as several. */
  readonly operations: number;
}

/** The lines of a tape, in the order of its steps, and the rows that the text calls: the first as `f0`. */
export interface Statements {
  readonly list: readonly Statement[];
  readonly rows: readonly FunctionRow[];
}

/** The name of an input's or a step's value in generated text. */
export const nameOf = (tape: StraightLine, slot: number): string =>
  slot < tape.inputs.length ? `x${slot}` : `t${slot - tape.inputs.length - tape.constants.length}`;

/**
 * The lines of a tape. A value with one use is written into the line that uses it while its text has at most `inlined`
 * characters, and many times that within a branch: what is written into a branch is computed only where it is taken.
 */
export function statementsOf(tape: StraightLine, inlined: number): Statements {
  const { inputs, constants, steps, outputs } = tape;
  const base = inputs.length + constants.length;
  const bounds = boundsOf(tape, inlined);
  const list: Statement[] = [];
  const rows = new Map<FunctionRow, number>();
  // Values that wait for their only user.
  const waiting = new Map<number, Statement>();
  const stored = outputsBySlot(tape);

  const place = (statement: Statement): void => {
    list.push(statement);
    for (const target of stored.get(statement.target) ?? [])
      list.push(output(target, nameOf(tape, statement.target), [statement.target]));
  };

  const operand = (slot: number): Operand => {
    const constant = constants[slot - inputs.length];
    if (slot >= inputs.length && constant !== undefined) return { text: literal(constant), reads: [], operations: 0 };
    return { text: nameOf(tape, slot), reads: [slot], operations: 0 };
  };

  for (const [i, { fn, args }] of steps.entries()) {
    const slot = base + i;
    const operands = args.map(operand);
    const code = codeOf(fn, rows);
    let text: string;
    if (args.some(argument => waiting.has(argument))) {
      // A text that repeats its argument, as a square does, would compute it twice.
      const marks = args.map((argument, position) =>
        waiting.has(argument) ? `_${position}_` : (operands[position]?.text ?? ""),
      );
      text = code(marks);
      for (const [position, argument] of args.entries()) {
        const value = waiting.get(argument);
        if (value === undefined) continue;
        waiting.delete(argument);
        const parts = text.split(`_${position}_`);
        if (parts.length === 2) operands[position] = { ...value, text: `(${value.text})` };
        else place(value);
        text = parts.join(operands[position]?.text);
      }
    } else text = code(operands.map(each => each.text));
    const statement: Statement = {
      kind: "value",
      target: slot,
      text,
      reads: operands.length === 1 ? (operands[0]?.reads ?? []) : operands.flatMap(each => each.reads),
      operations: operands.reduce((sum, each) => sum + each.operations, Math.max(1, args.length - 1)),
    };
    if (text.length <= (bounds[slot] ?? 0)) waiting.set(slot, statement);
    else place(statement);
  }
  for (const [target, slot] of outputs.entries())
    if (slot < base) {
      const { text, reads } = operand(slot);
      list.push(output(target, text, reads));
    }
  return { list, rows: [...rows.keys()] };
}

type Operand = Pick<Statement, "text" | "reads" | "operations">;

const output = (target: number, text: string, reads: readonly number[]): Statement => ({
  kind: "output",
  target,
  text,
  reads,
  operations: 1,
});

// How long the text of each slot may be to be written into its user: only of those that are read once.
function boundsOf({ inputs, constants, steps, outputs }: StraightLine, inlined: number): Int32Array {
  const base = inputs.length + constants.length;
  const bounds = new Int32Array(base + steps.length).fill(unread);
  for (const slot of outputs) bounds[slot] = never;
  for (let i = steps.length - 1; i >= 0; i--) {
    const step = steps[i];
    if (step === undefined) continue;
    const own = bounds[base + i] ?? never;
    for (const [position, slot] of step.args.entries()) {
      const inBranch = own > inlined || (step.fn === conditional && position > 0);
      bounds[slot] = bounds[slot] === unread ? (inBranch ? inBranches * inlined : inlined) : never;
    }
  }
  return bounds;
}

const never = -1;
const unread = -2;
// The optimiser moves arithmetic into branches by itself, and calls of rows never.
const inBranches = 20;

function outputsBySlot({ outputs }: StraightLine): ReadonlyMap<number, readonly number[]> {
  const bySlot = new Map<number, number[]>();
  for (const [target, slot] of outputs.entries()) {
    const targets = bySlot.get(slot);
    if (targets === undefined) bySlot.set(slot, [target]);
    else targets.push(target);
  }
  return bySlot;
}

function codeOf(fn: FunctionRow, rows: Map<FunctionRow, number>): (args: readonly string[]) => string {
  const { code } = fn;
  if (code !== undefined) return args => code(...args);
  const number = rows.get(fn) ?? rows.size;
  rows.set(fn, number);
  return args => `f${number}(${args.join(", ")})`;
}

// In parentheses, because a minus could follow a minus.
const literal = (value: number): string => (value < 0 ? `(${value})` : String(value));
