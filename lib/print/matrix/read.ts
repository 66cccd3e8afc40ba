import { FluxionError } from "../../expression/error.ts";
import {
  type Call,
  type Delta,
  type Expr,
  excerpt,
  type Index,
  type Reduction,
  type Variable,
} from "../../expression/expression.ts";
import { fold } from "../../expression/fold.ts";
import { div, mul, neg, pow, square } from "../../expression/functions.ts";
import { contract, type Factor, freeIn, freshIndex, type Term } from "./contract.ts";
import {
  arrayForm,
  callForm,
  identityForm,
  type MatrixForm,
  onesForm,
  product,
  reciprocal,
  reducedForm,
  scalarForm,
  transpose,
} from "./form.ts";

/** How an expression becomes matrix algebra. */
export interface ReadOptions {
  /** The indices of the rows and of the columns; as the expression first has them where not given. */
  readonly axes?: readonly string[] | undefined;
  /** The arrays whose names stand for their transposes: rows for columns. */
  readonly turned?: ReadonlySet<string>;
}

/** The expression as matrix algebra. Throws `unsupported` where it has none, naming the part. */
export function readMatrixForm(root: Expr, { axes, turned = new Set() }: ReadOptions = {}): MatrixForm {
  const term = fold<Term>(root, {
    constant: node => scalarTerm(scalarForm(node)),
    variable: node => reading(node, turned),
    call: calling,
    reduction: reduced,
    delta: kronecker,
    extent: node => scalarTerm(scalarForm(node)),
  });
  const { form, axes: found } = settle(term, root, axes);
  return axes === undefined || axes.length < 2 || axes[0] === found[0] ? form : transpose(form);
}

const term = (factors: readonly Factor[]): Term => ({ factors, bound: [], isNegative: false });

const scalarTerm = (form: MatrixForm): Term => term([{ form, axes: [] }]);

function reading(node: Variable, turned: ReadonlySet<string>): Term {
  const { name, indices } = node;
  if (indices.every(({ terms }) => terms.length === 0)) return scalarTerm(scalarForm(node));
  const axes = indices.map(plainName);
  const [i, j, third] = axes;
  if (axes.includes(undefined)) throw none(node, "a column or a matrix is read under names of indices alone");
  if (i === undefined || third !== undefined) throw none(node, `an array of ${axes.length} axes is no matrix`);
  const isTurned = turned.has(name);
  const form = isTurned ? transpose(arrayForm(name, j, i)) : arrayForm(name, i, j);
  return term([{ form, axes: j === undefined ? [i] : [i, j] }]);
}

const plainName = (index: Index): string | undefined => index.name;

function kronecker(node: Delta): Term {
  const [i, j] = node.indices.map(plainName);
  if (i === undefined || j === undefined) throw none(node, "the identity has names of indices alone");
  return term([{ form: identityForm(i, j), axes: [i, j] }]);
}

function calling(node: Call, args: readonly Term[]): Term {
  const [x, y] = args;
  const [left, right] = node.args;
  if (x === undefined || left === undefined) return scalarTerm(scalarForm(node));
  if (node.fn === neg) return { ...x, isNegative: !x.isNegative };
  if (node.fn === mul && y !== undefined && right !== undefined) return times(shortened(x, left), shortened(y, right));
  if (node.fn === div && y !== undefined && right !== undefined) {
    const below = y.bound.length === 0 ? y : { ...term([settle(y, right)]), isNegative: false };
    const factors = below.factors.map(({ form, axes }) => ({ form: reciprocal(form), axes }));
    return times(shortened(x, left), shortened({ ...below, factors }, right));
  }
  const isSquare = node.fn === square || (node.fn === pow && right?.kind === "constant" && right.value === 2);
  if (isSquare && freeIn(x).length > 0) {
    const factor = settle(x, left);
    return term([factor, factor]);
  }
  return elementwise(node, args);
}

// Of a product of many factors, some are multiplied first: none is listed again and again.
const shortened = (t: Term, node: Expr): Term =>
  t.factors.length > 32 && freeIn(t).length <= 2 ? term([settle(t, node)]) : t;

function times(left: Term, right: Term): Term {
  const clashing = right.bound.filter(index => left.bound.includes(index));
  const { factors, bound, isNegative } = relabelled(right, new Map(clashing.map(index => [index, freshIndex(index)])));
  return {
    factors: [...left.factors, ...factors],
    bound: [...left.bound, ...bound],
    isNegative: left.isNegative !== isNegative,
  };
}

function relabelled({ factors, bound, isNegative }: Term, labels: ReadonlyMap<string, string>): Term {
  const label = (index: string): string => labels.get(index) ?? index;
  return {
    factors: factors.map(({ form, axes }) => ({ form, axes: axes.map(label) })),
    bound: bound.map(label),
    isNegative,
  };
}

function reduced(node: Reduction, body: Term): Term {
  if (node.operation === "sum") {
    const label = freshIndex(node.index);
    const open = relabelled(body, new Map([[node.index, label]]));
    return { ...open, bound: [...open.bound, label] };
  }
  const { form, axes } = settle(body, node.body);
  if (!axes.includes(node.index)) throw none(node, `the index ${node.index} is in no part of its body`);
  const others = axes.filter(axis => axis !== node.index);
  // Of a matrix, the index runs along the rows.
  const rows = others.length > 0 && axes[0] === node.index ? transpose(form) : form;
  return term([{ form: reducedForm(node.operation, rows), axes: others }]);
}

// A function of each element; what has fewer axes than the others is repeated along them.
function elementwise(node: Call, terms: readonly Term[]): Term {
  const factors = terms.map((each, i) => settle(each, node.args[i] ?? node));
  const axes = commonAxes(factors);
  if (axes.length > 2) throw none(node, `it has the free indices ${axes.join(", ")}, and a matrix has two`);
  const result = callForm(
    node,
    factors.map(factor => (factor.axes.length === 0 ? factor.form : spread(factor, axes))),
  );
  return term([{ form: result, axes }]);
}

const commonAxes = (factors: readonly Factor[]): readonly string[] => {
  const widest = factors.find(({ axes }) => axes.length === 2);
  return [...new Set([...(widest?.axes ?? []), ...factors.flatMap(factor => factor.axes)])];
};

function spread({ form, axes: own }: Factor, [rows = "", columns]: readonly string[]): MatrixForm {
  if (own.length === 2) return own[0] === rows ? form : transpose(form);
  if (columns === undefined) return form;
  return own[0] === rows ? product([form, transpose(onesForm(columns))]) : product([onesForm(rows), transpose(form)]);
}

// What a term is when its sums are taken; a matrix lies as is written with fewer transposes.
function settle(t: Term, node: Expr, wanted?: readonly string[]): Factor {
  const [only] = t.factors;
  if (only !== undefined && t.factors.length === 1 && t.bound.length === 0 && !t.isNegative && wanted === undefined) {
    if (only.axes.length < 2 || only.axes[0] !== only.axes[1]) return only;
  }
  const axes = wanted ?? freeIn(t);
  if (axes.length > 2) throw none(node, `it has the free indices ${axes.join(", ")}, and a matrix has two`);
  const form = contract(t, axes);
  const turned = wanted === undefined && axes.length === 2 ? contract(t, axes.toReversed()) : undefined;
  if (form === undefined) throw none(node, "more than two matrices share an index, or more than two indices are left");
  return turned !== undefined && turned.transposes < form.transposes
    ? { form: turned, axes: axes.toReversed() }
    : { form, axes };
}

const none = (node: Expr, why: string): FluxionError =>
  new FluxionError("unsupported", `${excerpt(node)} has no matrix form: ${why}`);
