import { FluxionError } from "../expression/error.ts";
import {
  asExpr,
  asIndex,
  type Call,
  constant,
  delta,
  type Expr,
  type Index,
  type Reduction,
  reduction,
  Variable,
  variable,
} from "../expression/expression.ts";
import { type Demand, fold, settled } from "../expression/fold.ts";
import { addAll, conditional, div, equal, exp, mulAll, sub } from "../expression/functions.ts";
import { freshen, readingOf } from "../expression/indices.ts";
import { dependents } from "./dependents.ts";
import { isChoice, isZero, type Products, products } from "./product.ts";

/** What to differentiate by: a scalar, or one element of an array. */
export interface Target {
  readonly name: string;
  readonly indices: readonly Index[];
}

const zero: Expr = constant(0);

/**
 * The derivative of `e` by `by`, as the textbook's rules write it. `tangents` are the names of the derivatives of other
 * arrays, which have the axes of `by` after their own: a reading of such an array is one of its derivative.
 */
export function derivative(e: Expr, by: Target, tangents: ReadonlyMap<string, string> = new Map()): Expr {
  const root = prepared(e, by);
  const depends = dependents(root, new Set([by.name, ...tangents.keys()]));
  const read = (node: Variable): Expr => {
    const tangent = tangents.get(node.name);
    return tangent === undefined ? element(node, by) : variable(tangent, ...node.indices, ...axesOf(by));
  };
  const rules = products();
  return fold<Expr>(root, {
    constant: () => zero,
    variable: read,
    call: (node, differentials) => ofCall(node, differentials, depends, rules),
    reduction: (node, differential) => ofReduction(node, differential, depends, rules),
    delta: () => zero,
    extent: () => zero,
    demand(node) {
      // Indices are integers, and a truth value is constant in pieces: there is no derivative through them.
      if (node.kind === "variable") return settled(read(node));
      if (node.kind === "delta" || (node.kind === "call" && node.fn.range === "truth")) return settled(zero);
      if (node.kind === "call" && node.fn === conditional) return ofConditional(node, depends, rules);
      return undefined;
    },
  });
}

/** `e` with those of its bound indices renamed that the target's own would be taken for. */
export const prepared = (e: Expr, by: Target): Expr =>
  freshen(e, new Set(by.indices.flatMap(index => delta(index, 0).freeIndices)));

/** The names among the target's indices, each once: the axes that its derivatives have beside their own. */
export const axesOf = ({ indices }: Target): readonly string[] => [
  ...new Set(indices.flatMap(({ name }) => (name === undefined ? [] : [name]))),
];

/** The derivative of one reading of a variable by an element of it. */
export function element(node: Variable, by: Target): Expr {
  if (node.name !== by.name) return zero;
  if (node.indices.length !== by.indices.length) {
    const axes = node.indices.map((_, i) => String.fromCharCode(112 + (i % 10)));
    throw new FluxionError(
      "bad-index",
      node.indices.length === 0
        ? `${node} is a scalar here; differentiate by its name alone`
        : `${node} is an array with ${node.indices.length} axes; name an element of it to differentiate by, as in ${node.name}[${axes}]`,
    );
  }
  return mulAll(node.indices.map((index, i) => delta(index, by.indices[i] ?? 0)));
}

/** The derivative of a call in terms of those of its arguments: the chain rule, and the rules with a name of their own. */
export function ofCall(node: Call, differentials: readonly Expr[], depends: ReadonlySet<Expr>, rules: Products): Expr {
  const { fn, args } = node;
  const { mark, mayVanish } = rules;
  if (fn.differential !== undefined) {
    const whole = fn.differential(args, differentials, node);
    const terms = differentials.filter((_, i) => isIn(depends, args[i]));
    return terms.length > 0 && terms.every(mayVanish) ? mark(whole) : whole;
  }
  const terms = fn.derivatives.flatMap((partialOf, i) => {
    const inner = differentials[i];
    if (inner === undefined || (fn.arity > 1 && !isIn(depends, args[i]))) return [];
    const partial = asExpr(partialOf(...args, node));
    // A partial that is 0 has no term: 0 * Infinity is NaN.
    if (isZero(partial)) return [];
    // An argument may be a conditional, but as a factor it is a value like any other.
    const isOwn = partial === node || args.includes(partial);
    return !isOwn && (fn.selection === true || isChoice(partial))
      ? [rules.chosen(partial, inner)]
      : [rules.guarded(partial, inner)];
  });
  const whole = addAll(terms);
  return terms.length > 0 && terms.every(mayVanish) ? mark(whole) : whole;
}

function* ofConditional(node: Call, depends: ReadonlySet<Expr>, { mark, mayVanish }: Products): Demand<Expr> {
  const [condition = zero, taken = zero, other = zero] = node.args;
  const dTaken = depends.has(taken) ? yield taken : zero;
  const dOther = depends.has(other) ? yield other : zero;
  const whole = conditional(condition, dTaken, dOther);
  return [dTaken, dOther].some(branch => isZero(branch) || mayVanish(branch)) ? mark(whole) : whole;
}

/** The derivative of a reduction in terms of that of its body. */
export function ofReduction(node: Reduction, inner: Expr, depends: ReadonlySet<Expr>, rules: Products): Expr {
  const { operation, index, body } = node;
  if (!depends.has(body)) return zero;
  const total = (term: Expr): Expr => {
    const whole = reduction("sum", index, term);
    return rules.mayVanish(term) ? rules.mark(whole) : whole;
  };
  switch (operation) {
    case "sum":
      return total(inner);
    case "logsumexp":
      return total(rules.guarded(exp(sub(body, node)), inner));
    case "maximum":
    case "minimum": {
      const isExtreme = equal(body, node);
      const chosen = rules.staysFinite(inner) ? rules.chosen(isExtreme, inner) : conditional(isExtreme, inner, 0);
      return rules.mark(div(total(chosen), reduction("sum", index, isExtreme)));
    }
  }
}

const isIn = (set: ReadonlySet<Expr>, e: Expr | undefined): boolean => e !== undefined && set.has(e);

/** What is meant by a variable or its name. */
export function targetOf(variable: string | Variable): Target {
  if (variable instanceof Variable) return variable;
  if (typeof variable !== "string") {
    throw new FluxionError("bad-option", `differentiate by a variable or its name, got ${typeof variable}`);
  }
  const { name, axes = [] } = readingOf(variable);
  return { name, indices: axes.map(axis => asIndex(/^\d+$/.test(axis) ? Number(axis) : axis)) };
}
