import type { FunctionRow } from "../../../../expression/expression.ts";
import type { Body } from "../body.ts";
import type { Build, Module } from "../encoder.ts";
import { hasVectors } from "../engine.ts";
import { vectorFormOf } from "../forms.ts";
import { type DoubleFunction, type ImportedRows, importRows } from "../functions/form.ts";
import type { Value } from "../values.ts";
import { f64x2 } from "../vectors.ts";
import { calledInLanes } from "./forms.ts";

/** The functions that a module of scalars calls. */
export interface CalledRows {
  readonly functionOf: (row: FunctionRow) => DoubleFunction;
  /** What to give to the module's instance. */
  readonly functions: ImportedRows["functions"];
}

/** Lets a module call rows: some as functions of its own, made of their vector form, the others from outside. */
export function callRows(module: Module): CalledRows {
  const { imported, functions } = importRows(module);
  const own = new Map<FunctionRow, DoubleFunction>();
  const inLanes = (row: FunctionRow): DoubleFunction => {
    const build = (body: Body, ...args: readonly Value<"f64">[]): Value<"f64"> =>
      f64x2.extract(vectorFormOf(row)({ body, imported }, f64x2, ...args.map(f64x2.splat)), 0);
    const parameters = Array.from({ length: row.arity }, () => "f64" as const);
    return module.addFunction(parameters, "f64", build as Build<readonly "f64"[], "f64">);
  };
  const functionOf = (row: FunctionRow): DoubleFunction => {
    if (!calledInLanes.has(row) || !hasVectors()) return imported(row);
    const callee = own.get(row) ?? inLanes(row);
    own.set(row, callee);
    return callee;
  };
  return { functionOf, functions };
}
