import { constructorOf } from "./constructor.ts";
import { FluxionError } from "./error.ts";
import { call, type FunctionRow } from "./expression.ts";

/** The columns of a function of which only the name is known, its derivatives among them. */
export type Symbolic = Pick<FunctionRow, "evaluate" | "derivatives"> & Pick<FunctionRow, "companion">;

/**
 * A function without values. Its derivatives are such functions too: of `sigma`, which takes one argument, `sigma'`, then
 * `sigma''`; of an `f` of several, `f_1`, `f_2`, then `f_11`, `f_12` by the positions of the arguments, in ascending
 * order, since partial derivatives commute. From ten arguments on, a line stands between the positions: `f_1_10`.
 */
export function uninterpreted(name: string, arity: number): Symbolic {
  const derived = new Map<string, FunctionRow>();

  const columnsOf = (spelled: string, positions: readonly number[]): Symbolic => ({
    evaluate: () => {
      throw new FluxionError("unsupported", `${spelled} has no value: ${name} was defined without evaluate`);
    },
    derivatives: Array.from({ length: arity }, (_, position) => (...argsAndResult) => {
      const by = [...positions, position + 1].sort((a, b) => a - b);
      return call(derivative(by), argsAndResult.slice(0, arity));
    }),
    companion,
  });

  const derivative = (positions: readonly number[]): FunctionRow => {
    const spelled = spelling(name, arity, positions);
    const row = derived.get(spelled) ?? constructorOf(spelled, arity, columnsOf(spelled, positions));
    derived.set(spelled, row);
    return row;
  };

  const companion = (spelled: string): FunctionRow | undefined => {
    const positions = positionsIn(spelled, name, arity);
    const isOurs = positions.length > 0 && spelling(name, arity, positions) === spelled;
    return isOurs ? derivative(positions) : undefined;
  };

  return columnsOf(name, []);
}

function spelling(name: string, arity: number, positions: readonly number[]): string {
  if (arity === 1) return name + "'".repeat(positions.length);
  const [stem, primes] = parted(name);
  return `${stem}_${positions.join(arity > 9 ? "_" : "")}${primes}`;
}

// What the spelling of a derivative would say, if it is one: spelling it again tells.
function positionsIn(spelled: string, name: string, arity: number): readonly number[] {
  if (arity === 1) return Array.from({ length: Math.max(0, spelled.length - name.length) }, () => 1);
  const [stem, primes] = parted(name);
  if (!spelled.startsWith(`${stem}_`)) return [];
  const digits = spelled.slice(stem.length + 1, spelled.length - primes.length);
  const positions = digits.split(arity > 9 ? "_" : "").map(Number);
  const isSorted = positions.every((position, i) => position >= (positions[i - 1] ?? 1) && position <= arity);
  return isSorted ? positions : [];
}

// A name ends in its primes.
function parted(name: string): readonly [stem: string, primes: string] {
  const stem = name.replace(/'+$/, "");
  return [stem, name.slice(stem.length)];
}
