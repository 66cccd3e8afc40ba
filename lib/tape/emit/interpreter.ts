import type { FunctionRow } from "../../expression/expression.ts";
import { add, div, mul, neg, sub } from "../../expression/functions.ts";
import type { Backend, StraightLine } from "../straight-line.ts";
import { refuse } from "./door.ts";

/**
 * A loop over numbered instructions, without generated code: for pages whose policy forbids it. Several times slower, and
 * the same results to rounding. A function made here must not be called again from within a row's own `evaluate`.
 */
export const interpreter: Backend = {
  toFunction(tape) {
    const { values, run } = machineOf(tape);
    const count = tape.inputs.length;
    const [result = 0] = tape.outputs;
    return (...inputs) => {
      if (inputs.length < count) refuse("arguments", count, inputs.length);
      for (let i = 0; i < count; i++) values[i] = inputs[i] as number;
      run();
      return values[result] as number;
    };
  },
  toGradient(tape, parameters) {
    const { values, run } = machineOf(tape);
    const count = tape.inputs.length - parameters;
    const [result = 0, ...partials] = tape.outputs;
    const slots = Int32Array.from(partials);
    return (p, gradient, data = nothing) => {
      if (p.length < parameters) refuse("parameters", parameters, p.length);
      if (gradient.length < parameters) refuse("places in the gradient", parameters, gradient.length);
      if (data.length < count) refuse("data", count, data.length);
      for (let i = 0; i < parameters; i++) values[i] = p[i] as number;
      for (let i = 0; i < count; i++) values[parameters + i] = data[i] as number;
      run();
      for (let i = 0; i < slots.length; i++) gradient[i] = values[slots[i] as number] as number;
      return values[result] as number;
    };
  },
};

const nothing: readonly number[] = [];

/** The values of all slots, and what computes the steps' from the inputs'. */
interface Machine {
  readonly values: Float64Array;
  readonly run: () => void;
}

// The commonest rows have an instruction of their own; the others are called through their number.
const arithmetic: readonly FunctionRow[] = [add, sub, mul, div, neg];

function machineOf({ inputs, constants, steps }: StraightLine): Machine {
  const base = inputs.length + constants.length;
  const values = new Float64Array(base + steps.length);
  values.set(constants, inputs.length);
  const rows = new Map(arithmetic.map((row, number) => [row, number]));
  // An instruction is its row's number, the place of its arguments, and how many they are.
  const code = new Int32Array(3 * steps.length);
  const slots: number[] = [];
  for (const [i, { fn, args }] of steps.entries()) {
    const number = rows.get(fn) ?? rows.size;
    rows.set(fn, number);
    code.set([number, slots.length, args.length], 3 * i);
    slots.push(...args);
  }
  const operands = Int32Array.from(slots);
  const functions = [...rows.keys()].map(row => row.evaluate);
  const valueAt = (at: number): number => values[operands[at] as number] as number;
  const run = () => {
    for (let i = 0, target = base; i < code.length; i += 3, target++) {
      const number = code[i] as number;
      const at = code[i + 1] as number;
      const arity = code[i + 2] as number;
      const x = valueAt(at);
      const y = arity > 1 ? valueAt(at + 1) : 0;
      values[target] = number < arithmetic.length ? compute(number, x, y) : apply(number, at, arity, x, y);
    }
  };
  const apply = (number: number, at: number, arity: number, x: number, y: number): number => {
    const fn = functions[number] as FunctionRow["evaluate"];
    if (arity === 1) return fn(x);
    if (arity === 2) return fn(x, y);
    if (arity === 3) return fn(x, y, valueAt(at + 2));
    return fn(...Array.from({ length: arity }, (_, i) => valueAt(at + i)));
  };
  return { values, run };
}

function compute(number: number, x: number, y: number): number {
  switch (number) {
    case 0:
      return x + y;
    case 1:
      return x - y;
    case 2:
      return x * y;
    case 3:
      return x / y;
    default:
      return -x;
  }
}
