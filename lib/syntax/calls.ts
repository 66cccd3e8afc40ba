import { companionNamed } from "../expression/define-function.ts";
import type { FluxionError, Span } from "../expression/error.ts";
import { call, type Expr, type FunctionRow } from "../expression/expression.ts";
import { div, functions, hypot, log, max, min, nthRoot } from "../expression/functions.ts";
import { aliases, indexWords } from "../expression/names.ts";
import { suggestion } from "../expression/nearest.ts";
import { failure, type Reader } from "./reader.ts";

/** The row that a call of `name` means: one of the reader's own functions, of the table, or one that comes with the former. */
export function rowNamed({ functions: own }: Reader, name: string): FunctionRow | undefined {
  const row = functions.get(aliases.get(name) ?? name);
  return own.size === 0 ? row : (own.get(name) ?? row ?? companionNamed(own.values(), name));
}

/**
 * The call of a function, at `span`. Besides what its row says, `log(x, b)` is `log(x) / log(b)`, `nthRoot(x)` is
 * `nthRoot(x, 2)`, and `min`, `max` and `hypot` of several arguments are nested from the left.
 */
export function callOf(reader: Reader, row: FunctionRow, args: readonly Expr[], span: Span): Expr {
  const [first, second] = args;
  if (row === log && first !== undefined && second !== undefined && args.length === 2)
    return div(log(first), log(second));
  if (row === nthRoot && first !== undefined && args.length === 1) return nthRoot(first, 2);
  if (nested.has(row) && args.length > 2) return args.reduce((left, right) => call(row, [left, right]));
  if (args.length !== row.arity) throw wrongCount(reader, row, args.length, span);
  return call(row, args);
}

/** The error of a call of what is no function. */
export function unknownFunction(reader: Reader, name: string, span: Span): FluxionError {
  const known = new Set([...functions.keys(), ...aliases.keys(), ...indexWords, ...reader.functions.keys()]);
  const product = "for a product write * before the parenthesis";
  return failure(reader, "unknown-function", `${name} is no function${suggestion(name, known)}; ${product}`, span);
}

function wrongCount(reader: Reader, row: FunctionRow, count: number, span: Span): FluxionError {
  const wanted = `${row.arity} argument${row.arity === 1 ? "" : "s"}`;
  const hint = row.arity === 0 ? "; for a product write * before the parenthesis" : "";
  return failure(reader, "arity", `${row.name} takes ${wanted}, got ${count}${hint}`, span);
}

const nested: ReadonlySet<FunctionRow> = new Set([min, max, hypot]);
