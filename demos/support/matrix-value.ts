import { evaluate } from "../../lib/evaluate.ts";
import type { FlatArray } from "../../lib/expression/values.ts";
import { foldForm, type MatrixForm } from "../../lib/print/matrix/form.ts";
import { type Arrays, type Sizes, sizeOf } from "./random-arrays.ts";

/** Rows of numbers. A column has one in each row, a scalar is a matrix of one row and one column. */
export type Matrix = readonly (readonly number[])[];

/** What matrix algebra makes of a form. Throws where the shapes of a product or a sum do not fit. */
export const matrixValue = (root: MatrixForm, values: Arrays, sizes: Sizes): Matrix =>
  foldForm<Matrix>(root, (form, parts) => {
    const [x = [], ...others] = parts;
    switch (form.kind) {
      case "scalar":
        return [[evaluate(form.expression, values, { extents: sizes })]];
      case "array":
        return matrixOf(values.get(form.name) ?? Number.NaN);
      case "ones":
        return matrix(sizeOf(sizes, form.rows ?? ""), 1, () => 1);
      case "identity":
        return matrix(sizeOf(sizes, form.rows ?? ""), sizeOf(sizes, form.columns ?? ""), (i, j) => (i === j ? 1 : 0));
      case "transpose":
        return transposed(x);
      case "product":
        return others.reduce(product, x);
      case "hadamard":
      case "scaled":
        return elementwise(parts, (...elements) => elements.reduce((a, b) => a * b));
      case "reciprocal":
        return elementwise(parts, (element = Number.NaN) => 1 / element);
      case "call":
        return elementwise(parts, (...elements) => form.node.fn.evaluate(...elements));
      case "diag":
        return matrix(x.length, x.length, (i, j) => (i === j ? at(x, i, 0) : 0));
      case "diagonal":
        return x.map((_, i) => [at(x, i, i)]);
      case "trace":
        return [[x.reduce((total, _, i) => total + at(x, i, i), 0)]];
      case "squaredNorm":
        return [[x.flat().reduce((total, element) => total + element ** 2, 0)]];
      case "reduced":
        return form.rows === undefined
          ? [[reduced(form.operation, x.flat())]]
          : x.map(row => [reduced(form.operation, row)]);
    }
  });

/** A number, a column or a matrix as rows. */
export function matrixOf(value: number | FlatArray): Matrix {
  if (typeof value === "number") return [[value]];
  const [rows = 1, columns = 1] = value.shape;
  return matrix(rows, columns, (i, j) => value.data[i * columns + j] ?? Number.NaN);
}

const matrix = (rows: number, columns: number, element: (i: number, j: number) => number): Matrix =>
  Array.from({ length: rows }, (_, i) => Array.from({ length: columns }, (_, j) => element(i, j)));

const at = (x: Matrix, i: number, j: number): number => x[i]?.[j] ?? Number.NaN;
const width = (x: Matrix): number => x[0]?.length ?? 0;
const isScalar = (x: Matrix): boolean => x.length === 1 && width(x) === 1;
const transposed = (x: Matrix): Matrix => matrix(width(x), x.length, (i, j) => at(x, j, i));

function product(x: Matrix, y: Matrix): Matrix {
  if (width(x) !== y.length) throw new Error(`${width(x)} columns times ${y.length} rows`);
  return matrix(x.length, width(y), (i, j) => y.reduce((total, _, k) => total + at(x, i, k) * at(y, k, j), 0));
}

// Scalars go with every element; everything else has one shape.
function elementwise(parts: readonly Matrix[], of: (...elements: number[]) => number): Matrix {
  const shaped = parts.find(part => !isScalar(part)) ?? parts[0] ?? [];
  for (const part of parts) {
    if (isScalar(part) || (part.length === shaped.length && width(part) === width(shaped))) continue;
    throw new Error(`${part.length} by ${width(part)} with ${shaped.length} by ${width(shaped)}`);
  }
  return matrix(shaped.length, width(shaped), (i, j) =>
    of(...parts.map(part => (isScalar(part) ? at(part, 0, 0) : at(part, i, j)))),
  );
}

function reduced(operation: "sum" | "maximum" | "minimum" | "logsumexp", elements: readonly number[]): number {
  const total = (of: readonly number[]): number => of.reduce((a, b) => a + b, 0);
  if (operation === "sum") return total(elements);
  if (operation === "minimum") return Math.min(...elements);
  const greatest = Math.max(...elements);
  return operation === "maximum"
    ? greatest
    : greatest + Math.log(total(elements.map(element => Math.exp(element - greatest))));
}
