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
import {
  chosen,
  guarded,
  isChoice,
  isZero,
  likeAll,
  type Memory,
  mark,
  mayVanish,
  newMemory,
  staysFinite,
} from "./product.ts";

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
  const memory = newMemory();
  return fold<Expr>(root, {
    constant: ofConstant,
    delta: ofConstant,
    extent: ofConstant,
    variable(node) {
      return ofReading(node, by, tangents);
    },
    call(node, differentials) {
      return ofCall(node, differentials, depends, memory);
    },
    reduction(node, differential) {
      return ofReduction(node, differential, depends, memory);
    },
    demand(node) {
      // Indices are integers, and a truth value is constant in pieces: there is no derivative through them.
      // What has no arguments is settled as it is.
      if (node.args.length === 0) return undefined;
      if (node.kind === "variable") return settled(ofReading(node, by, tangents));
      if (node.kind === "delta" || (node.kind === "call" && node.fn.range === "truth")) return settled(zero);
      return node.kind === "call" && node.fn === conditional ? ofConditional(node, depends, memory) : undefined;
    },
  });
}

/** `e` with those of its bound indices renamed that the target's own would be taken for. */
export const prepared = (e: Expr, by: Target): Expr =>
  by.indices.length === 0 ? e : freshen(e, new Set(by.indices.flatMap(index => delta(index, 0).freeIndices)));

/** The names among the target's indices, each once: the axes that its derivatives have beside their own. */
export const axesOf = ({ indices }: Target): readonly string[] => [
  ...new Set(indices.flatMap(({ name }) => (name === undefined ? [] : [name]))),
];

const ofConstant = (): Expr => zero;

function ofReading(node: Variable, by: Target, tangents: ReadonlyMap<string, string>): Expr {
  const tangent = tangents.get(node.name);
  return tangent === undefined ? element(node, by) : variable(tangent, ...node.indices, ...axesOf(by));
}

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
export function ofCall(node: Call, differentials: readonly Expr[], depends: ReadonlySet<Expr>, memory: Memory): Expr {
  const { fn, args } = node;
  if (fn.differential !== undefined) {
    const whole = fn.differential(args, differentials, node);
    const terms = differentials.filter((_, i) => isIn(depends, args[i]));
    return likeAll(memory, terms, whole);
  }
  const terms: Expr[] = [];
  for (let i = 0; i < fn.derivatives.length; i++) {
    const inner = differentials[i];
    const partialOf = fn.derivatives[i];
    if (inner === undefined || partialOf === undefined || (fn.arity > 1 && !isIn(depends, args[i]))) continue;
    const partial = asExpr(partialOf(...args, node));
    // A partial that is 0 has no term: 0 * Infinity is NaN.
    if (isZero(partial)) continue;
    // An argument may be a conditional, but as a factor it is a value like any other.
    const isOwn = partial === node || args.includes(partial);
    const onlyChooses = !isOwn && (fn.selection === true || isChoice(partial));
    terms.push(onlyChooses ? chosen(memory, partial, inner) : guarded(memory, partial, inner));
  }
  return likeAll(memory, terms, addAll(terms));
}

function* ofConditional(node: Call, depends: ReadonlySet<Expr>, memory: Memory): Demand<Expr> {
  const [condition = zero, taken = zero, other = zero] = node.args;
  const dTaken = depends.has(taken) ? yield taken : zero;
  const dOther = depends.has(other) ? yield other : zero;
  const whole = conditional(condition, dTaken, dOther);
  return [dTaken, dOther].some(branch => isZero(branch) || mayVanish(memory, branch)) ? mark(memory, whole) : whole;
}

/** The derivative of a reduction in terms of that of its body. */
export function ofReduction(node: Reduction, inner: Expr, depends: ReadonlySet<Expr>, memory: Memory): Expr {
  const { operation, index, body } = node;
  if (!depends.has(body)) return zero;
  const total = (term: Expr): Expr => {
    const whole = reduction("sum", index, term);
    return mayVanish(memory, term) ? mark(memory, whole) : whole;
  };
  switch (operation) {
    case "sum":
      return total(inner);
    case "logsumexp":
      return total(guarded(memory, exp(sub(body, node)), inner));
    case "maximum":
    case "minimum": {
      const isExtreme = equal(body, node);
      const share = staysFinite(memory, inner) ? chosen(memory, isExtreme, inner) : conditional(isExtreme, inner, 0);
      return mark(memory, div(total(share), reduction("sum", index, isExtreme)));
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
