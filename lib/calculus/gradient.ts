import { FluxionError } from "../expression/error.ts";
import {
  asExpr,
  constant,
  type Expr,
  type Operand,
  type Reduction,
  type Variable,
  variable,
} from "../expression/expression.ts";
import { topologicalOrder } from "../expression/fold.ts";
import { equal, exp, sub } from "../expression/functions.ts";
import { readingOf } from "../expression/indices.ts";
import { type Adjoint, type Adjoints, adjoints } from "./adjoint.ts";
import { gather, readingsOf, type Wanted, wantedOf } from "./readings.ts";

/** How `gradient` begins. */
export interface GradientOptions {
  /**
   * The adjoint that the sweep starts from, 1 unless said: a name, `"dy"` or `"dy[i]"`, or an expression. With one, `e` may
   * have free indices; a bare name is read under all of them.
   */
  readonly adjoint?: Operand | string;
}

/** Partial derivatives by name: of the reading `"W[j,k]"` under `W`. Names that are written out are its only keys. */
export type Gradient<V> = Readonly<Record<NameOf<V>, Expr>>;
type NameOf<V> = V extends `${infer Name}[${string}` ? Name : V extends string ? V : string;

/**
 * The partial derivatives of `e` by all the variables, in one reverse sweep over the shared graph, by name. The reading of an
 * array, `"W[j,k]"`, names the free indices of its answer; a bare `"W"` takes those of its first reading. Without a
 * list, all variables but those read within indices only, which are integers. One that does not occur has the derivative 0.
 *
 * Value and gradient together cost at most five times the operations of `e` (A. Griewank and A. Walther, Evaluating
 * Derivatives, 2nd ed., SIAM 2008, section 3.3). The object has no prototype: every name is only a name.
 *
 * Throws `not-scalar` if `e` has free indices and no adjoint is given, `bad-index` for a reading that does not fit the
 * array, `bad-option` if a variable is asked for under two readings.
 */
export function gradient<V extends string | Variable = string>(
  e: Operand,
  variables?: readonly V[],
  options: GradientOptions = {},
): Gradient<V> {
  const root = asExpr(e);
  const readings = readingsOf(root);
  const wanted: readonly Wanted[] =
    variables === undefined ? [...readings.keys()].map(name => ({ name, axes: undefined })) : wantedOf(variables);
  const rules = adjoints();
  const swept = sweep(root, seedOf(root, options.adjoint), new Set(wanted.map(({ name }) => name)), rules);
  const result: Record<string, Expr> = Object.create(null);
  for (const one of wanted) result[one.name] = gather(one, readings.get(one.name) ?? [], swept, rules);
  return Object.freeze(result) as Gradient<V>;
}

// The adjoint of a node is a function of its own free indices: it is summed over all others that a use runs over, and is
// therefore never captured by what is put around it.
function sweep(root: Expr, seed: Expr, names: ReadonlySet<string>, rules: Adjoints): ReadonlyMap<Variable, Adjoint> {
  const order = topologicalOrder(root);
  const depends = dependents(order, names);
  const contributions = new Map<Expr, Adjoint[]>();
  const found = new Map<Variable, Adjoint>();
  if (depends.has(root)) contributions.set(root, [rules.plain(seed)]);
  for (let i = order.length - 1; i >= 0; i--) {
    const node = order[i];
    const given = node === undefined ? undefined : contributions.get(node);
    if (node === undefined || given === undefined) continue;
    contributions.delete(node);
    const adjoint = rules.total(given.reverse());
    if (node.kind === "variable") {
      found.set(node, adjoint);
      continue;
    }
    const runs = node.kind === "reduction" ? [...node.freeIndices, node.index] : node.freeIndices;
    // By position: in x * x both arguments are one node, and each has its share. Last first, as the sweep goes.
    for (let position = node.args.length - 1; position >= 0; position--) {
      const argument = node.args[position];
      if (argument === undefined || !depends.has(argument)) continue;
      const share = passOn(adjoint, node, position, rules);
      if (share === undefined) continue;
      const outside = runs.filter(index => !argument.freeIndices.includes(index));
      const summed = rules.summed(share, outside);
      const list = contributions.get(argument);
      if (list === undefined) contributions.set(argument, [summed]);
      else list.push(summed);
    }
  }
  return found;
}

// The share of an argument in the adjoint of its user: adjoint * partial. Undefined where the partial is 0, which is
// dropped, not multiplied: 0 * Infinity is NaN.
function passOn(adjoint: Adjoint, node: Expr, position: number, rules: Adjoints): Adjoint | undefined {
  if (node.kind === "reduction") return intoBody(adjoint, node, rules);
  if (node.kind !== "call") return undefined;
  const partial = node.fn.derivatives[position]?.(...node.args, node) ?? 0;
  return rules.times(adjoint, asExpr(partial), node);
}

function intoBody(adjoint: Adjoint, node: Reduction, rules: Adjoints): Adjoint | undefined {
  const { operation, index, body } = node;
  switch (operation) {
    case "sum":
      return adjoint;
    case "logsumexp":
      return rules.times(adjoint, exp(sub(body, node)), node);
    case "maximum":
    case "minimum":
      return rules.shared(adjoint, equal(body, node), index);
  }
}

// The nodes through which a derivative by one of the variables passes. Indices are integers: nothing passes through them.
function dependents(order: readonly Expr[], names: ReadonlySet<string>): ReadonlySet<Expr> {
  const found = new Set<Expr>();
  for (const node of order) {
    const depends =
      node.kind === "variable"
        ? names.has(node.name)
        : node.kind !== "delta" && node.args.some(argument => found.has(argument));
    if (depends) found.add(node);
  }
  return found;
}

function seedOf(root: Expr, adjoint: Operand | string | undefined): Expr {
  const free = root.freeIndices;
  if (adjoint === undefined) {
    if (free.length === 0) return constant(1);
    throw new FluxionError(
      "not-scalar",
      `the gradient of an expression with the free indices ${free.join(", ")} needs an adjoint, such as { adjoint: "dy[${free}]" }, or a sum over them`,
    );
  }
  const seed = typeof adjoint === "string" ? namedAdjoint(adjoint, free) : asExpr(adjoint);
  const foreign = seed.freeIndices.filter(index => !free.includes(index));
  if (foreign.length === 0) return seed;
  throw new FluxionError(
    "bad-index",
    `the adjoint ${seed} has the free indices ${foreign.join(", ")}, which the expression has not`,
  );
}

function namedAdjoint(text: string, free: readonly string[]): Expr {
  const { name, axes = free } = readingOf(text);
  return variable(name, ...axes);
}
