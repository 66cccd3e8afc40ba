import type { Expr, FunctionRow } from "../expression/expression.ts";
import { topologicalOrder } from "../expression/fold.ts";
import { div, mul, neg, sub } from "../expression/functions.ts";
import { once } from "./once.ts";
import { contractionRules } from "./rule.ts";

/**
 * Whether one of the rules that come last may apply to an expression, given its nodes: a look at which functions are
 * taken of one argument, or of an argument and its opposite.
 */
export function mayContract(order: readonly Expr[]): boolean {
  const taken = functionsByArgument(order);
  if (taken.size === 0) return false;
  const counts = countByFunction(taken);
  const areTaken = (fns: readonly FunctionRow[], of: Expr): boolean => fns.every(fn => taken.get(of)?.has(fn) === true);
  for (const { counts: needed, same, opposite } of needs()) {
    if ([...needed].some(([fn, count]) => (counts.get(fn) ?? 0) < count)) continue;
    for (const argument of taken.keys()) {
      if (!areTaken(same, argument)) continue;
      if (opposite.length === 0) return true;
      for (const other of taken.keys()) if (areTaken(opposite, other) && areOpposite(argument, other)) return true;
    }
  }
  return false;
}

/** The functions that a rule takes of one of its letters, and of the opposite of that. */
interface Need {
  /** Of how many arguments each is taken. */
  readonly counts: ReadonlyMap<FunctionRow, number>;
  readonly same: readonly FunctionRow[];
  readonly opposite: readonly FunctionRow[];
}

const needs = once(() => contractionRules().map(({ from }) => needOf(from)));

function needOf(pattern: Expr): Need {
  const taken = functionsByArgument(topologicalOrder(pattern));
  const [same, opposite]: [FunctionRow[], FunctionRow[]] = [[], []];
  const letter = [...taken.keys()].find(argument => argument.kind === "variable");
  for (const [argument, fns] of taken) {
    if (argument === letter) same.push(...fns);
    else if (letter !== undefined && areOpposite(argument, letter)) opposite.push(...fns);
  }
  return { counts: countByFunction(taken), same, opposite };
}

function countByFunction(taken: ReadonlyMap<Expr, ReadonlySet<FunctionRow>>): ReadonlyMap<FunctionRow, number> {
  const counts = new Map<FunctionRow, number>();
  for (const fns of taken.values()) for (const fn of fns) counts.set(fn, (counts.get(fn) ?? 0) + 1);
  return counts;
}

function functionsByArgument(order: readonly Expr[]): ReadonlyMap<Expr, ReadonlySet<FunctionRow>> {
  const taken = new Map<Expr, Set<FunctionRow>>();
  for (const node of order) {
    const [argument] = node.args;
    if (node.kind !== "call" || argument === undefined || node.args.length > 1 || node.fn.operator !== undefined)
      continue;
    const fns = taken.get(argument);
    if (fns === undefined) taken.set(argument, new Set([node.fn]));
    else fns.add(node.fn);
  }
  return taken;
}

// As simplified expressions are written: -x and x, -0.5 * x and x / 2, -2 * x * y and 2 * x * y, y - x and x - y.
function areOpposite(a: Expr, b: Expr): boolean {
  const [left, right] = [scaled(a), scaled(b)];
  if (left.rest === right.rest) return left.scale === -right.scale;
  if (left.rest?.kind !== "call" || right.rest?.kind !== "call" || left.rest.fn !== right.rest.fn) return false;
  const [x, y] = left.rest.args;
  const [u, v] = right.rest.args;
  if (left.rest.fn === sub) return left.scale === right.scale && x === v && y === u;
  if (x === undefined || u === undefined || y !== v || y === undefined) return false;
  return (left.rest.fn === mul || left.rest.fn === div) && left.scale * right.scale === 1 && areOpposite(x, u);
}

function scaled(e: Expr): { readonly scale: number; readonly rest: Expr | undefined } {
  if (e.kind === "constant") return { scale: e.value, rest: undefined };
  const [x, y] = e.args;
  if (e.kind !== "call" || x === undefined) return { scale: 1, rest: e };
  if (e.fn === neg) return { scale: -1, rest: x };
  if (e.fn === mul && x.kind === "constant") return { scale: x.value, rest: y };
  return e.fn === div && y?.kind === "constant" ? { scale: 1 / y.value, rest: x } : { scale: 1, rest: e };
}
