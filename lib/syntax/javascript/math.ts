import { call, constant, type Expr } from "../../expression/expression.ts";
import {
  abs,
  add,
  ceil,
  conditional,
  e,
  floor,
  functions,
  greaterOrEqual,
  hypot,
  less,
  log,
  log2,
  log10,
  max,
  min,
  pi,
  pow,
  sqrt,
  sub,
} from "../../expression/functions.ts";
import { suggestion } from "../../expression/nearest.ts";
import { failure, type Place, type Source, unsupported } from "./source.ts";

/** `Math.name` without a call, as an expression whose value is the very same double. */
export function mathConstant(source: Source, place: Place, name: string): Expr {
  const found = constants.get(name);
  if (found !== undefined) return found;
  if (typeof memberOf(name) === "function") throw unsupported(source, place, `Math.${name} without a call`);
  throw failure(source, "unsupported", `Math.${name} is no constant${nearest(name, constants.keys())}`, place);
}

/** `Math.name(…)`. A row of the table that evaluates by a function of Math stands for that function. */
export function mathCall(source: Source, place: Place, name: string, args: readonly Expr[]): Expr {
  const special = specials.get(name);
  const result = special === undefined ? ofTable(source, place, name, args) : special(...args);
  if (result !== undefined) return result;
  throw failure(source, "arity", `Math.${name} of ${args.length} arguments has no formula`, place);
}

const constants: ReadonlyMap<string, Expr> = new Map([
  ["PI", pi],
  ["E", e],
  ["LN2", log(2)],
  ["LN10", log(10)],
  ["LOG2E", log2(e)],
  ["LOG10E", log10(e)],
  ["SQRT2", sqrt(2)],
  ["SQRT1_2", sqrt(0.5)],
]);

/** Undefined: the function has no finite value, or none at all, of so many arguments. */
type Special = (...args: readonly Expr[]) => Expr | undefined;

const binaryOnly =
  (build: (x: Expr, y: Expr) => Expr): Special =>
  (x, y, ...others) =>
    x === undefined || y === undefined || others.length > 0 ? undefined : build(x, y);

const unaryOnly =
  (build: (x: Expr) => Expr): Special =>
  (x, ...others) =>
    x === undefined || others.length > 0 ? undefined : build(x);

const ofMany =
  (build: (x: Expr, y: Expr) => Expr, ofOne: (x: Expr) => Expr, ofNone?: Expr): Special =>
  (first, ...others) =>
    first === undefined ? ofNone : others.length === 0 ? ofOne(first) : others.reduce((x, y) => build(x, y), first);

const specials: ReadonlyMap<string, Special> = new Map([
  ["pow", binaryOnly(pow)],
  ["max", ofMany(max, x => x)],
  ["min", ofMany(min, x => x)],
  ["hypot", ofMany(hypot, abs, constant(0))],
  ["trunc", unaryOnly(x => conditional(less(x, 0), ceil(x), floor(x)))],
  // Halves go up, where those of the table's `round` go away from zero. What is above the floor is exact.
  ["round", unaryOnly(x => add(floor(x), greaterOrEqual(sub(x, floor(x)), 0.5)))],
]);

function ofTable(source: Source, place: Place, name: string, args: readonly Expr[]): Expr | undefined {
  const row = functions.get(name);
  if (row === undefined || row.evaluate !== memberOf(name)) {
    const known = [...functions.values()].filter(each => each.evaluate === memberOf(each.name)).map(each => each.name);
    const hint = nearest(name, [...known, ...specials.keys()]);
    throw failure(source, "unknown-function", `Math.${name} has no formula${hint}`, place);
  }
  return args.length === row.arity ? call(row, args) : undefined;
}

const memberOf = (name: string): unknown => (Object.hasOwn(Math, name) ? Math[name as keyof Math] : undefined);

const nearest = (name: string, known: Iterable<string>): string =>
  suggestion(name, known).replace("mean ", "mean Math.");
