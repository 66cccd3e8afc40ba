import { constant, extent } from "../../expression/expression.ts";
import { add, sub } from "../../expression/functions.ts";
import {
  callForm,
  diag,
  diagonal,
  hadamard,
  isScalar,
  type MatrixForm,
  onesForm,
  product,
  scalarForm,
  scaled,
  squaredNorm,
  trace,
  transpose,
} from "./form.ts";

/** A scalar, a column or a matrix, under the indices of its axes. */
export interface Factor {
  readonly form: MatrixForm;
  readonly axes: readonly string[];
}

/** A product of factors, summed over some of their indices. Names of summed indices are no names of others. */
export interface Term {
  readonly factors: readonly Factor[];
  readonly bound: readonly string[];
  readonly isNegative: boolean;
}

/** The indices that a term is not summed over, as its factors first have them. */
export const freeIn = ({ factors, bound }: Term): readonly string[] => [
  ...new Set(factors.flatMap(({ axes }) => axes).filter(axis => !bound.includes(axis))),
];

/** The name of an index in a formula, of which several that are summed over may be called alike. */
export const nameOfIndex = (index: string): string => index.split(mark)[0] ?? index;

/** An index that is called alike, and is none that was made before. */
export const freshIndex = (index: string): string => `${nameOfIndex(index)}${mark}${++made}`;

const mark = "\u0000";
let made = 0;

/**
 * A term as matrix algebra: under no axes a scalar, under one a column, under two a matrix with the first as its rows.
 * Undefined where there is none: where more than two matrices share an index that is summed over, or an index is left.
 *
 * A sum over an index is a product of matrices where two share it, of a matrix and a column where only one has it, and of a
 * row and a column where none has. Several factors under the same indices are multiplied element by element first.
 */
export function contract({ factors, bound, isNegative }: Term, outputs: readonly string[]): MatrixForm | undefined {
  let state: Network | undefined = withoutIdentities({ factors: factors.map(onDiagonal), open: bound });
  while (state !== undefined && state.open.length > 0) state = eliminate(state, easiest(state));
  if (state === undefined || state.factors.some(({ axes }) => axes.some(axis => !outputs.includes(axis)))) {
    return undefined;
  }
  const scalars = state.factors.filter(({ axes }) => axes.length === 0).map(({ form }) => form);
  const result = assembled(state.factors, outputs);
  return withScalars(isNegative ? [scalarForm(constant(-1)), ...scalars] : scalars, result);
}

/** Factors, and those of their indices that are still to be summed over. */
interface Network {
  readonly factors: readonly Factor[];
  readonly open: readonly string[];
}

// A[i,i] is a column.
const onDiagonal = (factor: Factor): Factor => {
  const [i, j] = factor.axes;
  if (i === undefined || i !== j) return factor;
  const isIdentity = factor.form.kind === "identity";
  return { form: isIdentity ? onesForm(nameOfIndex(i)) : diagonal(factor.form), axes: [i] };
};

// A delta with an index that is summed over puts the other in its place.
function withoutIdentities(network: Network): Network {
  let { factors, open } = network;
  for (let delta = sifting(factors, open); delta !== undefined; delta = sifting(factors, open)) {
    const [i = "", j = ""] = delta.axes;
    const [gone, kept] = open.includes(i) ? [i, j] : [j, i];
    const rest = factors.filter(factor => factor !== delta);
    factors = rest.map(({ form, axes }) => onDiagonal({ form, axes: axes.map(axis => (axis === gone ? kept : axis)) }));
    open = open.filter(index => index !== gone);
  }
  return { factors, open };
}

const sifting = (factors: readonly Factor[], open: readonly string[]): Factor | undefined =>
  factors.find(factor => {
    const isUsed = (index: string): boolean => factors.some(other => other !== factor && other.axes.includes(index));
    const { form, axes } = factor;
    return (
      form.kind === "identity" && axes.length === 2 && axes.some(index => open.includes(index)) && axes.some(isUsed)
    );
  });

/** The factors at an index: columns, and for each other end of a matrix its matrices. */
interface Joint {
  readonly columns: readonly MatrixForm[];
  readonly edges: ReadonlyMap<string, readonly Factor[]>;
}

function jointAt(factors: readonly Factor[], index: string): Joint {
  const columns: MatrixForm[] = [];
  const edges = new Map<string, Factor[]>();
  for (const factor of factors) {
    if (!factor.axes.includes(index)) continue;
    const other = factor.axes.find(axis => axis !== index);
    if (other === undefined) columns.push(factor.form);
    else edges.set(other, [...(edges.get(other) ?? []), factor]);
  }
  return { columns, edges };
}

// The index at which the fewest matrices meet.
function easiest({ factors, open }: Network): string {
  const degrees = open.map(index => jointAt(factors, index).edges.size);
  return open[degrees.indexOf(Math.min(...degrees))] ?? "";
}

function eliminate({ factors, open }: Network, index: string): Network | undefined {
  const { columns, edges } = jointAt(factors, index);
  const others = factors.filter(({ axes }) => !axes.includes(index));
  const left = open.filter(other => other !== index);
  const placed = (form: MatrixForm, ...axes: readonly string[]): Network => ({
    factors: [...others, onDiagonal({ form, axes })],
    open: left,
  });
  const [[p, matrices] = ["", []], [q, more] = ["", []], third] = [...edges];
  if (third !== undefined) return undefined;
  if (edges.size === 0) return placed(sumOf(columns, index));
  if (edges.size === 1) {
    const [a, b, c] = matrices;
    const isClosed = columns.length === 0 && left.includes(p) && !others.some(({ axes }) => axes.includes(p));
    if (isClosed && a !== undefined && b !== undefined && c === undefined) {
      const whole = { form: traceOf(a, b), axes: [] };
      return { factors: [...others, whole], open: left.filter(other => other !== p) };
    }
    const column = columns.length === 0 ? onesForm(nameOfIndex(index)) : hadamard(ordered(columns));
    return placed(product([joined(matrices, p), column]), p);
  }
  const middle = columns.length === 0 ? [] : [diagOf(columns)];
  return placed(product([joined(matrices, p), ...middle, joined(more, index)]), p, q);
}

function sumOf(columns: readonly MatrixForm[], index: string): MatrixForm {
  const ones = onesForm(nameOfIndex(index));
  const [first, ...rest] = ordered(columns.filter(({ kind }) => kind !== "ones"));
  const [second, third] = rest;
  if (first === undefined) return scalarForm(extent(nameOfIndex(index)));
  if (second === undefined) return first.kind === "diagonal" ? trace(first.parts[0] ?? first) : fewer(ones, first);
  if (second === first && third === undefined) return squaredNorm(first);
  return fewer(first, hadamard(rest));
}

// x^T y and y^T x are one number.
function fewer(x: MatrixForm, y: MatrixForm): MatrixForm {
  const [left, right] = [product([transpose(x), y]), product([transpose(y), x])];
  return left.transposes <= right.transposes ? left : right;
}

// The sum of A[i,j] * B[i,j] over both is tr(A^T B).
function traceOf(a: Factor, b: Factor): MatrixForm {
  const [x = "", y = ""] = a.axes;
  if (a.form === b.form && b.axes[0] === x) return squaredNorm(a.form);
  const isChain = b.axes[0] === y;
  return trace(product(isChain ? [a.form, b.form] : [transpose(a.form), b.form]));
}

const oriented = ({ form, axes }: Factor, rows: string): MatrixForm => (axes[0] === rows ? form : transpose(form));

// The matrices between two indices, as one whose rows are those of the first.
const joined = (matrices: readonly Factor[], rows: string): MatrixForm =>
  hadamard(ordered(matrices.map(matrix => oriented(matrix, rows))));

const diagOf = (columns: readonly MatrixForm[]): MatrixForm => diag(hadamard(ordered(columns)));

// Quotients after what they divide.
const ordered = (forms: readonly MatrixForm[]): readonly MatrixForm[] => [
  ...forms.filter(({ kind }) => kind !== "reciprocal"),
  ...forms.filter(({ kind }) => kind === "reciprocal"),
];

function assembled(factors: readonly Factor[], [rows, columns]: readonly string[]): MatrixForm | undefined {
  if (rows === undefined) return undefined;
  const at = (index: string): readonly MatrixForm[] =>
    factors.filter(({ axes }) => axes.length === 1 && axes[0] === index).map(({ form }) => form);
  const column = (index: string): MatrixForm => {
    const forms = at(index);
    return forms.length === 0 ? onesForm(nameOfIndex(index)) : hadamard(ordered(forms));
  };
  if (columns === undefined) return column(rows);
  const matrices = factors.filter(({ axes }) => axes.length === 2);
  if (matrices.length === 0) return product([column(rows), transpose(column(columns))]);
  const matrix = joined(matrices, rows);
  const [left, right] = [at(rows), at(columns)];
  return left.length + right.length === 0 ? matrix : stretched(matrix, left, right);
}

// Rows and columns multiplied by columns of numbers. The identity, alone or a term of a sum, becomes a diagonal.
function stretched(matrix: MatrixForm, left: readonly MatrixForm[], right: readonly MatrixForm[]): MatrixForm {
  const term = (form: MatrixForm): MatrixForm =>
    form.kind === "identity"
      ? diagOf([...left, ...right])
      : product([...(left.length === 0 ? [] : [diagOf(left)]), form, ...(right.length === 0 ? [] : [diagOf(right)])]);
  const isSum = matrix.kind === "call" && (matrix.node.fn === add || matrix.node.fn === sub);
  if (!isSum || matrix.parts.some(isScalar) || !matrix.parts.some(({ kind }) => kind === "identity"))
    return term(matrix);
  return callForm(matrix.node, matrix.parts.map(term));
}

// Scalars out front, quotients last; a sign alone is one.
function withScalars(scalars: readonly MatrixForm[], result: MatrixForm | undefined): MatrixForm {
  const proper = scalars.filter(form => !isOne(form));
  if (proper.length === 0) return result ?? scalarForm(constant(1));
  return result === undefined ? hadamard(ordered(proper)) : scaled(ordered(proper), result);
}

const isOne = (form: MatrixForm): boolean =>
  isScalar(form) && form.kind === "scalar" && form.expression.kind === "constant" && form.expression.value === 1;
