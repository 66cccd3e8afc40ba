import { FluxionError } from "../expression/error.ts";
import type { Expr, FunctionRow } from "../expression/expression.ts";
import { type Algebra, fold } from "../expression/fold.ts";

/**
 * A straight-line program, plain data: every operation once, arguments before their users. Values live in numbered
 * slots: first the inputs, then the constants, then one slot a step.
 */
export interface StraightLine {
  readonly inputs: readonly string[];
  readonly constants: readonly number[];
  readonly steps: readonly Operation[];
  /** The slots of the results. */
  readonly outputs: readonly number[];
}

/** One assignment: its slot becomes the function at the values of the slots `args`. */
export interface Operation {
  readonly fn: FunctionRow;
  readonly args: readonly number[];
}

/** Fills `gradient` at the parameters and the data, and returns the value. */
export type GradientFunction = (
  parameters: ArrayLike<number>,
  gradient: Float64Array,
  data?: ArrayLike<number>,
) => number;

/** What turns tapes into functions. */
export interface Backend {
  /** The first output as a function of all inputs, by position. Throws `bad-value` when called with too few. */
  toFunction(tape: StraightLine): (...values: number[]) => number;
  /**
   * The first output is the value, the others are its gradient; the first `parameters` inputs come in one array, the
   * rest in another. Throws `bad-value` when called with an array that is too short.
   */
  toGradient(tape: StraightLine, parameters: number): GradientFunction;
}

/**
 * The straight line of scalar expressions, shared sub-expressions computed once. It depends on the structure of `roots` alone.
 * Throws `unbound-variable` where a variable is no input, and `unsupported` where an expression has indices.
 */
export function recordStraightLine(roots: readonly Expr[], inputs: readonly string[]): StraightLine {
  const slots = new Map(inputs.map((name, slot) => [name, slot]));
  const constants = new Map<number, number>();
  const steps: Operation[] = [];
  // How many constants there are is known at the end; until then they count downwards from -1.
  const constantSlot = (value: number): number => {
    const known = constants.get(value) ?? -1 - constants.size;
    constants.set(value, known);
    return known;
  };
  const algebra: Algebra<number> = {
    constant: node => constantSlot(node.value),
    variable(node) {
      if (node.indices.length > 0) throw indexed(node);
      const slot = slots.get(node.name);
      if (slot === undefined) throw unbound(node.name, inputs);
      return slot;
    },
    call: ({ fn }, args) =>
      fn.arity === 0 ? constantSlot(fn.evaluate()) : inputs.length + steps.push({ fn, args }) - 1,
    reduction(node) {
      throw indexed(node);
    },
    delta(node) {
      throw indexed(node);
    },
    extent(node) {
      throw indexed(node);
    },
  };
  const memo = new Map<Expr, number>();
  const results = roots.map(root => fold(root, algebra, memo));
  const final = (slot: number): number =>
    slot < 0 ? inputs.length - 1 - slot : slot < inputs.length ? slot : slot + constants.size;
  return {
    inputs,
    constants: [...constants.keys()],
    steps: steps.map(({ fn, args }) => ({ fn, args: args.map(final) })),
    outputs: results.map(final),
  };
}

/** One line a step, `t1 = x * y`, and a last line with the results. */
export function straightLineToString(tape: StraightLine): string {
  const { inputs, constants, steps, outputs } = tape;
  // No input may look like a step.
  let letter = "t";
  while (inputs.some(name => name.startsWith(letter))) letter += "t";
  const names = [...inputs, ...constants.map(String), ...steps.map((_, i) => `${letter}${i + 1}`)];
  const lines = steps.map(
    ({ fn, args }, i) =>
      `${letter}${i + 1} = ${written(
        fn,
        args.map(slot => names[slot] ?? ""),
      )}`,
  );
  return [...lines, `return ${outputs.map(slot => names[slot]).join(", ")}`].join("\n");
}

function written({ name, operator }: FunctionRow, args: readonly string[]): string {
  const [x = "", y = "", z = ""] = args;
  switch (operator?.position) {
    case "infix":
      return `${x} ${operator.symbol} ${y}`;
    case "prefix":
      return `${operator.symbol}${operator.symbol.length > 1 ? " " : ""}${x}`;
    case "postfix":
      return `${x}${operator.symbol}`;
    case "ternary":
      return `${x} ? ${y} : ${z}`;
    case undefined:
      return `${name}(${args.join(", ")})`;
  }
}

function unbound(name: string, inputs: readonly string[]): FluxionError {
  const listed = inputs.length === 0 ? "there are none" : `those are ${inputs.slice(0, 10).join(", ")}`;
  const more = inputs.length > 10 ? ` and ${inputs.length - 10} more` : "";
  return new FluxionError("unbound-variable", `the variable ${name} is not among the parameters; ${listed}${more}`);
}

function indexed(node: Expr): FluxionError {
  const shown = node.size <= 100 ? `${node}` : `a ${node.kind} of ${node.size} nodes`;
  return new FluxionError("unsupported", `only scalar expressions are compiled, and ${shown} has indices`);
}
