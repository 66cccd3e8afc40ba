import type { FunctionRow } from "../../../../expression/expression.ts";
import type { Body } from "../body.ts";
import type { Module } from "../encoder.ts";
import { type Callee, call, type Floating, type Value } from "../values.ts";
import type { FloatVectors } from "../vectors.ts";

/**
 * How a function of the table is computed in all lanes at once: states what it must in the body of the site, and returns
 * the value. Written once for doubles and singles. What a lane holds never depends on the other lanes.
 */
export type VectorForm = <F extends Floating>(site: Site, v: FloatVectors<F>, ...args: readonly Value<F>[]) => Value<F>;

/** A vector form of one argument. */
export type UnaryForm = <F extends Floating>(site: Site, v: FloatVectors<F>, x: Value<F>) => Value<F>;

/** A vector form of two arguments. */
export type BinaryForm = <F extends Floating>(site: Site, v: FloatVectors<F>, x: Value<F>, y: Value<F>) => Value<F>;

/** Where code is put: the body of a function, and what its module can import. */
export interface Site {
  readonly body: Body;
  /** The row's own function of doubles. */
  readonly imported: (row: FunctionRow) => DoubleFunction;
}

/** A function of doubles. */
export type DoubleFunction = Callee<readonly "f64"[], "f64">;

/** The rows that a module calls, one number after another. */
export interface ImportedRows {
  readonly imported: Site["imported"];
  /** What to give to the module's instance. */
  readonly functions: () => Readonly<Record<string, (...args: number[]) => number>>;
}

/** Lets a module import rows, each once, under names that no user chose. */
export function importRows(module: Module): ImportedRows {
  const callees = new Map<FunctionRow, DoubleFunction>();
  return {
    imported: row => {
      const known = callees.get(row);
      if (known !== undefined) return known;
      const parameters = Array.from({ length: row.arity }, () => "f64" as const);
      const callee = module.importFunction(`f${callees.size}`, parameters, "f64");
      callees.set(row, callee);
      return callee;
    },
    // The functions themselves: engines call Math.sin faster than what wraps it.
    functions: () => Object.fromEntries([...callees.keys()].map((row, i) => [`f${i}`, row.evaluate])),
  };
}

/** Any row at all: its own function, lane by lane. */
export function laneByLane(row: FunctionRow): VectorForm {
  return ({ body, imported }, v, ...args) => {
    const callee = imported(row);
    const kept = args.map(body.keep);
    let result = v.constant(0);
    for (let lane = 0; lane < v.lanes; lane++) {
      const numbers = kept.map(x => v.toDouble(v.extract(x, lane)));
      result = v.replace(result, lane, v.fromDouble(call(callee, ...numbers)));
    }
    return result;
  };
}
