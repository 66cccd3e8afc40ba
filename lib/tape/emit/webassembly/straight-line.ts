import type { Backend, Operation, StraightLine } from "../../straight-line.ts";
import { refused } from "../choose.ts";
import { refuse } from "../door.ts";
import { createMemory, hasWebAssembly, instantiate } from "./engine.ts";
import { type CodeBounds, straightLineCode } from "./straight-line/code.ts";
import { calledFast, calledInLanes, scalarForms } from "./straight-line/forms.ts";

/**
 * A straight line as WebAssembly, for those that are too long for one function of JavaScript: as many operations as there
 * are take as long each as a few do. The results are those of generated JavaScript, to the last bit but for the few functions
 * that are computed in other ways, to rounding.
 *
 * Values pass through one memory: a function made here must not be called again from within a row's own `evaluate`.
 */
export const webassembly: Backend = webassemblyWithin({});

/** The same within other bounds on the length of one function. */
export function webassemblyWithin(bounds: Partial<CodeBounds>): Backend {
  return {
    toFunction(tape) {
      const { values, run } = machineOf(tape, bounds);
      const [count, offset] = [tape.inputs.length, tape.outputs.length];
      const compiled = (...inputs: number[]): number => {
        if (inputs.length < count) refuse("arguments", count, inputs.length);
        for (let i = 0; i < count; i++) values[offset + i] = inputs[i] as number;
        run();
        return values[0] as number;
      };
      return Object.defineProperty(compiled, "length", { value: count });
    },
    toGradient(tape, parameters) {
      const { values, run } = machineOf(tape, bounds);
      const [offset, count] = [tape.outputs.length, tape.inputs.length - parameters];
      const partials = values.subarray(1, 1 + parameters);
      return (p, gradient, data = nothing) => {
        if (p.length < parameters) refuse("parameters", parameters, p.length);
        if (gradient.length < parameters) refuse("places in the gradient", parameters, gradient.length);
        if (data.length < count) refuse("data", count, data.length);
        fill(values, offset, p, parameters);
        fill(values, offset + parameters, data, count);
        run();
        gradient.set(partials);
        return values[0] as number;
      };
    },
  };
}

/** Whether a straight line runs faster than in JavaScript: a long one, with few calls that have to leave WebAssembly. */
export function isFasterThanJavascript({ steps }: StraightLine): boolean {
  if (steps.length <= longForJavascript) return false;
  const isSlow = ({ fn }: Operation): boolean => !scalarForms.has(fn) && !calledFast.has(fn) && !calledInLanes.has(fn);
  return slowCall * steps.filter(isSlow).length < steps.length;
}

// One function of JavaScript is as fast as it gets, and is called the fastest; several are somewhat slower.
const longForJavascript = 1000;
// JavaScript is optimised only after a thousand calls or so: by then it has to make up for a lot.
const slowCall = 4;

const nothing: readonly number[] = [];

// Above, V8 takes long to optimise a function, and is no faster for it.
const measured: CodeBounds = { operations: 2000 };

/** The memory, and what computes the results at its beginning from the inputs behind them. */
interface Machine {
  readonly values: Float64Array;
  readonly run: () => void;
}

function machineOf(tape: StraightLine, bounds: Partial<CodeBounds>): Machine {
  if (!hasWebAssembly()) throw refused("this engine has no WebAssembly");
  const { bytes, imports, pages } = straightLineCode(tape, { ...measured, ...bounds });
  const memory = createMemory(pages);
  const run = instantiate(bytes, { ...imports, memory }).get("run") as () => void;
  const values = new Float64Array(memory.buffer);
  // Results that are constants are written once.
  const { inputs, constants, outputs } = tape;
  for (const [position, slot] of outputs.entries()) values[position] = constants[slot - inputs.length] ?? 0;
  return { values, run };
}

function fill(values: Float64Array, offset: number, from: ArrayLike<number>, count: number): void {
  if (from instanceof Float64Array && from.length === count) values.set(from, offset);
  else for (let i = 0; i < count; i++) values[offset + i] = from[i] as number;
}
