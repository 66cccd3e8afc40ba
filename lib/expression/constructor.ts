import { type Call, callOfSeed, callSeed, type FunctionRow, type Operand } from "./expression.ts";

/** A row of the table that builds: `tanh(x)` is the call, `tanh.evaluate(1)` the value. */
export type Constructor<Args extends Operand[]> = FunctionRow & ((...args: Args) => Call);
/** Of one argument. */
export type Unary = Constructor<[x: Operand]>;
/** Of two arguments. */
export type Binary = Constructor<[x: Operand, y: Operand]>;
/** Of three arguments. */
export type Ternary = Constructor<[x: Operand, y: Operand, z: Operand]>;

/** The row of these columns, as a constructor of its calls. */
export function constructorOf<Args extends Operand[]>(
  name: string,
  arity: number,
  columns: Omit<FunctionRow, "name" | "arity">,
): Constructor<Args> {
  const seed = callSeed(name);
  const construct = (...args: Args): Call => callOfSeed(built, seed, arity, args);
  Object.defineProperty(construct, "name", { value: name });
  const built: Constructor<Args> = Object.freeze(Object.assign(construct, { ...columns, arity }));
  return built;
}
