import type { Call, Expr, ReductionKind } from "../../expression/expression.ts";

/**
 * A formula of matrix algebra: a scalar, a column, a row or a matrix, by whether it has rows and columns. What `rows` and
 * `columns` hold is an index that runs over them; undefined stands for one. Its parts may be shared.
 */
export type MatrixForm = Shape & (Leaf | Composite);

interface Shape {
  readonly rows: string | undefined;
  readonly columns: string | undefined;
  /** The number of nodes as a tree. */
  readonly size: number;
  /** The number of transposes as a tree: of two forms of one thing, fewer read better. */
  readonly transposes: number;
  readonly parts: readonly MatrixForm[];
}

type Leaf =
  /** A number, a variable without indices, an element such as `x[0]`, an extent. */
  | { readonly kind: "scalar"; readonly expression: Expr }
  /** An array by its name: of one axis a column, of two a matrix. */
  | { readonly kind: "array"; readonly name: string }
  /** The column of ones. */
  | { readonly kind: "ones" }
  | { readonly kind: "identity" };

type Composite =
  /**
   * `product` is that of matrices; `hadamard` multiplies element by element; `scaled` is its first part times
   * the others, which are scalars.
   * `reciprocal` is taken element by element. `diag` makes a matrix of a column, `diagonal` a column of a matrix;
   * `squaredNorm` is the sum of the squares of all elements.
   */
  | {
      readonly kind:
        | "transpose"
        | "product"
        | "hadamard"
        | "scaled"
        | "reciprocal"
        | "diag"
        | "diagonal"
        | "trace"
        | "squaredNorm";
    }
  /** A function, element by element; scalars among its arguments go with every element. */
  | { readonly kind: "call"; readonly node: Call }
  /** The greatest, the least, or the logsumexp of the elements of a column; of a matrix those of each row, as a column. */
  | { readonly kind: "reduced"; readonly operation: ReductionKind };

/** The result of a form given those of its parts. Iterative, and each distinct part is visited once. */
export function foldForm<R>(root: MatrixForm, visit: (form: MatrixForm, parts: readonly R[]) => R): R {
  const results = new Map<MatrixForm, R>();
  const pending = [root];
  for (let form = pending.at(-1); form !== undefined; form = pending.at(-1)) {
    const missing = form.parts.filter(part => !results.has(part));
    if (missing.length > 0 && !results.has(form)) pending.push(...missing.reverse());
    else {
      pending.pop();
      // Every part is visited before its user.
      if (!results.has(form))
        results.set(
          form,
          visit(
            form,
            form.parts.map(part => results.get(part) as R),
          ),
        );
    }
  }
  return results.get(root) as R;
}

export const isScalar = ({ rows, columns }: MatrixForm): boolean => rows === undefined && columns === undefined;

export const scalarForm = (expression: Expr): MatrixForm => leaf({ kind: "scalar", expression }, undefined, undefined);

export const arrayForm = (name: string, rows: string | undefined, columns: string | undefined): MatrixForm =>
  leaf({ kind: "array", name }, rows, columns);

export const onesForm = (rows: string): MatrixForm => leaf({ kind: "ones" }, rows, undefined);

export const identityForm = (rows: string, columns: string): MatrixForm => leaf({ kind: "identity" }, rows, columns);

/** `form` with rows and columns exchanged. The transpose of a product, or of a short sum, is that of its parts. */
export function transpose(form: MatrixForm): MatrixForm {
  if (isScalar(form) || form.kind === "diag" || form.kind === "identity") return form;
  const [part = form, ...scalars] = form.parts;
  switch (form.kind) {
    case "transpose":
      return part;
    case "product":
      if (form.size <= largest) return product(form.parts.map(transpose).reverse());
      break;
    case "scaled":
      return scaled(scalars, transpose(part));
    case "hadamard":
    case "call":
    case "reciprocal": {
      const turned = form.size > shortest ? undefined : form.parts.map(transpose);
      if (turned !== undefined) {
        const result = { ...form, ...shapeOf(form.columns, form.rows, turned) };
        if (result.transposes <= form.transposes) return result;
      }
    }
  }
  return composite({ kind: "transpose" }, form.columns, form.rows, [form]);
}

// Beyond this size a transpose is written around the whole: to push it in would cost as much each time.
const [shortest, largest] = [24, 4096];

/** The product of matrices; scalars within come out to the front, and the identity vanishes. */
export function product(factors: readonly MatrixForm[]): MatrixForm {
  const { scalars, proper } = withoutScalars(factors);
  const flat: MatrixForm[] = [];
  for (const factor of proper) {
    if (factor.kind === "product" && flat.length + factor.parts.length <= longest) flat.push(...factor.parts);
    else flat.push(factor);
  }
  const matrices = spread(flat.filter(({ kind }) => kind !== "identity"));
  const [first, ...rest] = matrices.length === 0 ? flat.slice(0, 1) : matrices;
  if (first === undefined) throw new RangeError("a product has a factor");
  const columns = rest.at(-1)?.columns;
  return scaled(
    scalars,
    rest.length === 0 ? first : composite({ kind: "product" }, first.rows, columns, [first, ...rest]),
  );
}

// Longer lists nest, so that none is copied again and again.
const longest = 64;

// diag(v) 1 is v, and 1^T diag(v) is v^T.
function spread(factors: readonly MatrixForm[]): readonly MatrixForm[] {
  const result: MatrixForm[] = [];
  for (const factor of factors) {
    const before = result.at(-1);
    const [left = factor, right = factor] = [before?.parts[0], factor.parts[0]];
    if (before?.kind === "diag" && factor.kind === "ones") result.splice(-1, 1, left);
    else if (before?.kind === "transpose" && left.kind === "ones" && factor.kind === "diag")
      result.splice(-1, 1, transpose(right));
    else result.push(factor);
  }
  return result;
}

/** The product element by element, of factors of one shape. */
export function hadamard(factors: readonly MatrixForm[]): MatrixForm {
  const { scalars, proper } = withoutScalars(factors);
  const [first, ...rest] = proper;
  if (first === undefined) throw new RangeError("a product has a factor");
  return scaled(
    scalars,
    rest.length === 0 ? first : composite({ kind: "hadamard" }, first.rows, first.columns, proper),
  );
}

/** The product of scalars and a form. Its first part is the form. */
export function scaled(scalars: readonly MatrixForm[], of: MatrixForm): MatrixForm {
  const { scalars: more, proper } = withoutScalars([of]);
  const [form = of] = proper;
  const all = [...scalars, ...more];
  if (all.length === 0) return form;
  return isScalar(form)
    ? composite({ kind: "hadamard" }, undefined, undefined, [...all, form])
    : composite({ kind: "scaled" }, form.rows, form.columns, [form, ...all]);
}

function withoutScalars(factors: readonly MatrixForm[]): {
  readonly scalars: readonly MatrixForm[];
  readonly proper: readonly MatrixForm[];
} {
  return {
    scalars: factors.flatMap(({ kind, parts }) => (kind === "scaled" ? parts.slice(1) : [])),
    proper: factors.map(factor => (factor.kind === "scaled" ? (factor.parts[0] ?? factor) : factor)),
  };
}

export const reciprocal = (of: MatrixForm): MatrixForm =>
  of.kind === "reciprocal" ? (of.parts[0] ?? of) : composite({ kind: "reciprocal" }, of.rows, of.columns, [of]);

/** The matrix with a column on its diagonal. */
export const diag = (of: MatrixForm): MatrixForm =>
  of.kind === "ones" ? identityForm(of.rows ?? "", of.rows ?? "") : composite({ kind: "diag" }, of.rows, of.rows, [of]);

/** The diagonal of a matrix, as a column. */
export const diagonal = (of: MatrixForm): MatrixForm => composite({ kind: "diagonal" }, of.rows, undefined, [of]);

export const trace = (of: MatrixForm): MatrixForm => composite({ kind: "trace" }, undefined, undefined, [of]);

/** The sum of squares: `w^T w` of a name, else a norm. */
export const squaredNorm = (of: MatrixForm): MatrixForm =>
  of.kind === "array" && of.columns === undefined
    ? product([transpose(of), of])
    : composite({ kind: "squaredNorm" }, undefined, undefined, [of]);

/** A function, element by element. */
export function callForm(node: Call, args: readonly MatrixForm[]): MatrixForm {
  const shaped = args.find(argument => !isScalar(argument));
  return composite({ kind: "call", node }, shaped?.rows, shaped?.columns, args);
}

export const reducedForm = (operation: ReductionKind, of: MatrixForm): MatrixForm =>
  composite({ kind: "reduced", operation }, of.columns === undefined ? undefined : of.rows, undefined, [of]);

function leaf(what: Leaf, rows: string | undefined, columns: string | undefined): MatrixForm {
  return Object.freeze({ ...what, rows, columns, size: 1, transposes: 0, parts: [] });
}

function composite(
  what: Composite,
  rows: string | undefined,
  columns: string | undefined,
  parts: readonly MatrixForm[],
): MatrixForm {
  const { transposes, ...shape } = shapeOf(rows, columns, parts);
  return Object.freeze({ ...what, ...shape, transposes: transposes + (what.kind === "transpose" ? 1 : 0) });
}

function shapeOf(rows: string | undefined, columns: string | undefined, parts: readonly MatrixForm[]): Shape {
  let [size, transposes] = [1, 0];
  for (const part of parts) {
    size += part.size;
    transposes += part.transposes;
  }
  return { rows, columns, size, transposes, parts };
}
