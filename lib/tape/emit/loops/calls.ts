import type { FunctionRow } from "../../../expression/expression.ts";
import { add, div, mul, neg, sub } from "../../../expression/functions.ts";

/** Does an instruction for so many elements of the innermost loop; elsewhere, once. */
export type Run = (count: number) => void;

/** Where a value is kept; `step` is 1 if there is one for each element of a stretch, else 0. */
export interface Register {
  readonly at: number;
  readonly step: number;
}

/** Applies a function to the values of a stretch. */
export function callRun(fn: FunctionRow, args: readonly Register[], target: Register, registers: Float64Array): Run {
  const [x = zero, y = zero, z = zero] = args;
  const { at } = target;
  const [xAt, xStep, yAt, yStep] = [x.at, x.step, y.at, y.step];
  // The commonest rows have a loop of their own; a call through a row costs several times the arithmetic.
  if (fn === add)
    return count => {
      for (let i = 0; i < count; i++)
        registers[at + i] = (registers[xAt + i * xStep] as number) + (registers[yAt + i * yStep] as number);
    };
  if (fn === sub)
    return count => {
      for (let i = 0; i < count; i++)
        registers[at + i] = (registers[xAt + i * xStep] as number) - (registers[yAt + i * yStep] as number);
    };
  if (fn === mul)
    return count => {
      for (let i = 0; i < count; i++)
        registers[at + i] = (registers[xAt + i * xStep] as number) * (registers[yAt + i * yStep] as number);
    };
  if (fn === div)
    return count => {
      for (let i = 0; i < count; i++)
        registers[at + i] = (registers[xAt + i * xStep] as number) / (registers[yAt + i * yStep] as number);
    };
  if (fn === neg)
    return count => {
      for (let i = 0; i < count; i++) registers[at + i] = -(registers[xAt + i * xStep] as number);
    };
  const { evaluate, arity } = fn;
  if (arity === 1)
    return count => {
      for (let i = 0; i < count; i++) registers[at + i] = evaluate(registers[xAt + i * xStep] as number);
    };
  if (arity === 2)
    return count => {
      for (let i = 0; i < count; i++) {
        registers[at + i] = evaluate(registers[xAt + i * xStep] as number, registers[yAt + i * yStep] as number);
      }
    };
  if (arity === 3)
    return count => {
      for (let i = 0; i < count; i++) {
        registers[at + i] = evaluate(
          registers[xAt + i * xStep] as number,
          registers[yAt + i * yStep] as number,
          registers[z.at + i * z.step] as number,
        );
      }
    };
  const given = new Array<number>(arity).fill(0);
  return count => {
    for (let i = 0; i < count; i++) {
      for (let j = 0; j < arity; j++) {
        const register = args[j] ?? zero;
        given[j] = registers[register.at + i * register.step] as number;
      }
      registers[at + i] = evaluate(...given);
    }
  };
}

const zero: Register = { at: 0, step: 0 };
