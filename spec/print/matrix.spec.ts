/** Matrix notation: each form is evaluated by the rules of matrix algebra, beside the indexed formula that it stands for. */
import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { evaluateArray } from "../../lib/evaluate.ts";
import { defineFunction } from "../../lib/expression/define-function.ts";
import { FluxionError } from "../../lib/expression/error.ts";
import { type Expr, type Operand, variable } from "../../lib/expression/expression.ts";
import { add, mul, neg, pow, sub, tanh } from "../../lib/expression/functions.ts";
import { maximum, sum } from "../../lib/expression/reductions.ts";
import { foldForm, type MatrixForm } from "../../lib/print/matrix/form.ts";
import { formsOf, type MatrixOptions, toMatrixForm } from "../../lib/print/matrix.ts";
import "../../lib/print/text.ts";
import { parse, parseDefinitions } from "../../lib/syntax/parse.ts";
import { numRuns } from "../support/runs.ts";
import { throws } from "../support/throws.ts";

const reads = (text: string, expected: string, options: MatrixOptions = {}): void =>
  test(`${text} is ${expected}`, () => {
    const what = /[^<>=!]=[^=]/.test(text) ? parseDefinitions(text) : parse(text);
    assert.is(toMatrixForm(what, options), expected);
  });

// Products, in the order and transposition that the indices ask for.
reads("sum(j, sum(k, A[i,j] * X[j,k] * B[k,l]))", "A X B");
reads("sum(i, sum(j, b[i] * X[i,j] * c[j]))", "b^T X c");
reads("dW[j,k] = sum(n, x[n,j] * da[n,k])", "dW = x^T da");
reads("dx[n,j] = sum(k, da[n,k] * W[j,k])", "dx = da W^T");
reads("sum(j, W[i,j] * x[j])", "W x");
reads("sum(i, W[i,j] * x[i])", "W^T x");
reads("sum(i, x[i] * y[i])", "x^T y");
reads("sum(i, x[i] * y[i] * z[i])", "x^T (y ∘ z)");
reads("sum(j, A[i,j] * v[j] * B[j,k])", "A diag(v) B");
reads("dW[i,j] = dy[i] * x[j]", "dW = dy x^T");
reads("sum(n, x[n,j] * (p[n,k] - t[n,k])) / extent(n)", "x^T (p - t) / extent(n)");

// Sums of all, of rows and of columns.
reads("sum(n, p[n,k])", "p^T 1");
reads("sum(n, p[n,k])", "1^T p", { gradientLayout: "numerator" });
reads("sum(i, sum(j, A[i,j]))", "1^T A 1");
reads("sum(i, x[i])", "1^T x");
reads("sum(i, 2 * x[i])", "2 * 1^T x");
reads("sum(i, c)", "c extent(i)");
reads("sum(i, w[i]^2)", "w^T w");
reads("lambda * sum(i, w[i]^2) / 2", "lambda w^T w / 2");
reads("sum(i, sum(j, A[i,j]^2))", "‖A‖²");
reads("mean(i, (sum(j, X[i,j] * w[j]) - y[i])^2)", "‖X w - y‖² / extent(i)");
reads("sum(i, S[i,i])", "tr(S)");
reads("sum(i, sum(j, A[i,j] * B[j,i]))", "tr(A B)");
reads("sum(i, sum(j, A[i,j] * B[i,j]))", "tr(A^T B)");

// Element by element.
reads("A[i,j] * B[j,i]", "A ∘ B^T");
reads("T[i,j] / X[i,j]", "T ⊘ X");
reads("-T[n,c] / (S * p[n,c])", "-T ⊘ p / S");
reads("dh[n,k] * (1 - h[n,k]^2)", "dh ∘ (1 - h ∘ h)");
reads("sum(k, d[n,k] * p[n,k])", "(d ∘ p) 1");
reads("tanh(sum(j, x[n,j] * W[j,k]) + b[k])", "tanh(x W + 1 b^T)");
reads("A[i,j]^3", "A^∘3");
reads("1 / v[i]", "1 ⊘ v");
reads("maximum(i, x[i] * y[i])", "max(x ∘ y)");
reads("logsumexp(c, z[n,c])", "logsumexp_rows(z)");
reads("minimum(n, z[n,c])", "min_rows(z^T)");
reads("p[n,c] = exp(z[n,c] - logsumexp(k, z[n,k]))", "p = exp(z - logsumexp_rows(z) 1^T)");
reads("maximum(i, maximum(j, A[i,j]))", "max(max_rows(A))");
reads("A[n,k] * b[k]", "A diag(b)");
reads("A[n,k] / c[n]", "diag(c)^-1 A");
reads("a[i] * b[j]", "a b^T");
reads("a[i] + b[j]", "a 1^T + 1 b^T");

// Deltas, diagonals, signs.
reads("delta(i, j)", "I");
reads("sum(j, delta(i, j) * v[j])", "v");
reads("delta(i, j) * v[i]", "diag(v)");
reads("S[i,i]", "diag(S)");
reads("p[j] * (delta(i, j) - p[i])", "diag(p) - p p^T");
reads("a[i] * (delta(i, j) + b[j])", "diag(a) + a b^T");
reads("sum(i, delta(i, j))", "1");
reads("sum(i, sum(j, delta(i, j)))", "extent(i)");
reads("-2 * A[i,j] - A[j,i]", "-2 A - A^T");
reads("x[0] * A[i,j] + c", "x[0] A + c");
reads("sum(i, sum(i, x[i]) * y[i])", "(1^T x) * 1^T y");
reads("sum(j, A[i,j] * x[j])", "x^T A^T", { gradientLayout: "numerator" });
reads("A[i,j]", "A^T", { axes: ["j", "i"] });
reads("c = 2 * v", "c = 2 v");
reads("y[i] = c", "y = c * 1");
reads("A[`class`,__proto__] * `I`[__proto__]", "A diag(I)");

const layer =
  "h[n,k] = tanh(a[n,k] + b[k])\nloss = sum(n, sum(k, h[n,k]^2))\ndh[n,k] = 2 * h[n,k]\n" +
  "da[n,k] = dh[n,k] * (1 - h[n,k]^2)\ndW[j,k] = sum(n, W[j,k] * x[n,j] * da[n,k])\ndb[k] = sum(n, da[n,k])";

test("a list has a line for each definition, and the adjoints lie as their arrays do, or transposed", () => {
  const definitions = parseDefinitions(layer);
  assert.is(
    toMatrixForm(definitions),
    "h    = tanh(a + 1 b^T)\nloss = ‖h‖²\ndh   = 2 h\nda   = dh ∘ (1 - h ∘ h)\ndW   = W ∘ (x^T da)\ndb   = da^T 1",
  );
  const turned = toMatrixForm(definitions, { gradientLayout: "numerator" }).split("\n").slice(2);
  assert.equal(turned, ["dh   = 2 h^T", "da   = dh ∘ (1 - h ∘ h)^T", "dW   = W^T ∘ (da x)", "db   = 1^T da^T"]);
});

const latex = (text: string, expected: string): void =>
  test(`${text} is ${expected}`, () => assert.is(toMatrixForm(parse(text), { language: "latex" }), expected));

latex("sum(i, sum(j, b[i] * X[i,j] * c[j]))", "b^{\\top} X c");
latex("2 / extent(n) * sum(n, x[n,j] * (p[n] - t[n]))", "\\frac{2}{N_{n}} x^{\\top} (p - t)");
latex("A[i,j] * exp(B[i,j])", "A \\circ \\operatorname{exp}(B)");
latex("sum(i, sum(j, A[i,j]^2)) / 2", "\\frac{\\lVert A \\rVert_{F}^{2}}{2}");
latex("T[i,j] / X[i,j] + v[i]", "T \\oslash X + v \\mathbf{1}^{\\top}");
latex("maximum(c, z[n,c])", "\\operatorname{max}_{\\mathrm{rows}}(z)");
latex("lambda * w'[i]", "\\lambda {w'}");

const refuses = (text: string, ...words: readonly string[]): void =>
  test(`${text} has no matrix form`, () => throws(() => toMatrixForm(parse(text)), "unsupported", ...words));

refuses("1 + T[i,j,k]", "T[i,j,k]", "3 axes");
refuses("sum(j, E[token[n],j])", "E[token[n],j]");
refuses("sum(p, w[p] * x[i+p])", "x[i+p]");
refuses("a[i] * b[j] * c[k]", "i, j, k");
refuses("maximum(i, c)", "maximum", "index i");
refuses("maximum(i, T[i,j,k])", "T[i,j,k]", "3 axes");
refuses("sum(j, A[i,j] * B[k,j] * C[j,l] * x[i] * y[k] * z[l])", "free indices");

test("what is asked for wrongly is an error of its own", () => {
  throws(() => toMatrixForm(parse("A[i,j]"), { axes: ["i"] }), "bad-index", "j");
  throws(() => toMatrixForm(parse("A[i,i]"), { axes: ["i", "i"] }), "bad-index");
  throws(() => toMatrixForm(parseDefinitions("a = 1"), { axes: [] }), "bad-option");
  throws(() => toMatrixForm(parse("a"), { language: "word" as "text" }), "bad-option", "word");
  throws(() => toMatrixForm(parse("a"), { gradientLayout: "wide" as "shape" }), "bad-option", "wide");
  throws(() => toMatrixForm(parse("A[i,j]"), { maxLength: 0 }), "too-long");
  throws(() => toMatrixForm("A" as unknown as Expr), "not-an-expression");
});

test("a function of one's own is applied to each element", () => {
  const sigma = defineFunction({ name: "sigma", arity: 1 });
  const e = parse("dS[n,k] * sigma'(A[n,k])", { functions: [sigma] });
  assert.is(toMatrixForm(e), "dS ∘ sigma'(A)");
});

test("neither depth nor sharing is a limit", () => {
  let deep: Expr = variable("A", "i", "j");
  for (let i = 0; i < 20_000; i++) deep = i % 2 === 0 ? add(deep, variable("B", "j", "i")) : tanh(deep);
  assert.ok(toMatrixForm(deep).length > 20_000);
  let product: Expr = variable("a", "i");
  for (let i = 0; i < 5000; i++) product = mul(product, variable("a", "i"));
  assert.ok(toMatrixForm(product).length > 5000);
  let shared: Expr = variable("A", "i", "j");
  for (let i = 0; i < 60; i++) shared = mul(shared, shared);
  throws(() => toMatrixForm(shared), "too-long");
});

/** Rows of numbers. */
type Matrix = readonly (readonly number[])[];

const extents: ReadonlyMap<string, number> = new Map([
  ["i", 2],
  ["j", 3],
  ["k", 3],
]);

const extentOf = (index: string | undefined): number => (index === undefined ? 1 : (extents.get(index) ?? Number.NaN));

const matrixOf = (rows: number, columns: number, at: (r: number, c: number) => number): Matrix =>
  Array.from({ length: rows }, (_, r) => Array.from({ length: columns }, (_, c) => at(r, c)));

const at = (matrix: Matrix, r: number, c: number): number => matrix[r]?.[c] ?? Number.NaN;
const heightOf = (matrix: Matrix): number => matrix.length;
const widthOf = (matrix: Matrix): number => matrix[0]?.length ?? 0;

/** What a form means in matrix algebra, and nothing else: shapes that do not fit are errors. */
function matrixValue(root: MatrixForm, values: Readonly<Record<string, Matrix>>): Matrix {
  return foldForm<Matrix>(root, (form, parts) => {
    const [x = [], ...others] = parts;
    const each = (of: (...elements: number[]) => number): Matrix => {
      const shaped = parts.find(part => heightOf(part) * widthOf(part) > 1) ?? x;
      const fits = (part: Matrix): boolean =>
        heightOf(part) * widthOf(part) === 1 ||
        (heightOf(part) === heightOf(shaped) && widthOf(part) === widthOf(shaped));
      assert.ok(parts.every(fits), `shapes of ${form.kind}`);
      const element = (part: Matrix, r: number, c: number): number =>
        heightOf(part) * widthOf(part) === 1 ? at(part, 0, 0) : at(part, r, c);
      return matrixOf(heightOf(shaped), widthOf(shaped), (r, c) => of(...parts.map(part => element(part, r, c))));
    };
    switch (form.kind) {
      case "scalar":
        return [[evaluateArray(form.expression, {}, [], { extents }).data[0] ?? Number.NaN]];
      case "array":
        return values[form.name] ?? [];
      case "ones":
        return matrixOf(extentOf(form.rows), 1, () => 1);
      case "identity":
        return matrixOf(extentOf(form.rows), extentOf(form.columns), (r, c) => (r === c ? 1 : 0));
      case "transpose":
        return matrixOf(widthOf(x), heightOf(x), (r, c) => at(x, c, r));
      case "product":
        return others.reduce((left, right) => {
          assert.is(widthOf(left), heightOf(right));
          return matrixOf(heightOf(left), widthOf(right), (r, c) =>
            right.reduce((total, _, m) => total + at(left, r, m) * at(right, m, c), 0),
          );
        }, x);
      case "hadamard":
      case "scaled":
        return each((...elements) => elements.reduce((a, b) => a * b));
      case "reciprocal":
        return each((element = Number.NaN) => 1 / element);
      case "diag":
        assert.is(widthOf(x), 1);
        return matrixOf(heightOf(x), heightOf(x), (r, c) => (r === c ? at(x, r, 0) : 0));
      case "diagonal":
        assert.is(widthOf(x), heightOf(x));
        return matrixOf(heightOf(x), 1, r => at(x, r, r));
      case "trace":
        assert.is(widthOf(x), heightOf(x));
        return [[x.reduce((total, row, r) => total + (row[r] ?? Number.NaN), 0)]];
      case "squaredNorm":
        return [[x.flat().reduce((total, element) => total + element * element, 0)]];
      case "call":
        return each(form.node.fn.evaluate);
      case "reduced":
        return form.rows === undefined ? [[Math.max(...x.flat())]] : x.map(row => [Math.max(...row)]);
    }
  });
}

// An array for each pair of indices and for each index, so that every reading fits.
const names = [...extents.keys()];
const arrays: Readonly<Record<string, Matrix>> = Object.fromEntries([
  ...names.flatMap(a =>
    names.map((b, position) => [
      `M${a}${b}`,
      matrixOf(extentOf(a), extentOf(b), (r, c) => 0.3 + ((r * 7 + c * 5 + position * 3) % 11) / 10),
    ]),
  ),
  ...names.map(a => [`v${a}`, matrixOf(extentOf(a), 1, r => 0.5 + ((r * 3 + a.length) % 5) / 4)]),
]);
const values = Object.fromEntries(
  Object.entries(arrays).map(([name, matrix]) => [name, name.startsWith("v") ? matrix.flat() : matrix]),
);

const index = fc.constantFrom(...names);
const leaf: fc.Arbitrary<Operand> = fc.oneof(
  fc.tuple(index, index).map(([a, b]) => variable(`M${a}${b}`, a, b)),
  fc.constantFrom("delta(j, k)", "delta(k, j)", "delta(i, i)").map(text => parse(text)),
  index.map(a => variable(`v${a}`, a)),
  fc.constantFrom(2, -0.5),
);
const { formula } = fc.letrec<{ formula: Operand }>(tie => ({
  formula: fc.oneof(
    { maxDepth: 6, withCrossShrink: true },
    leaf,
    fc.tuple(tie("formula"), tie("formula")).map(([a, b]) => mul(a, b)),
    fc.tuple(index, tie("formula")).map(([a, e]) => sum(a, e)),
    fc.tuple(tie("formula"), tie("formula")).map(([a, b]) => mul(a, b)),
    fc.tuple(index, tie("formula")).map(([a, e]) => sum(a, e)),
    fc.tuple(tie("formula"), tie("formula")).map(([a, b]) => add(a, b)),
    fc.tuple(tie("formula"), tie("formula")).map(([a, b]) => sub(a, b)),
    fc.tuple(index, tie("formula")).map(([a, e]) => mul(e, pow(variable(`v${a}`, a), -1))),
    fc.tuple(index, index, tie("formula")).map(([a, b, e]) => parse(`(${e}) / (M${a}${b}[${a},${b}] * v${a}[${a}])`)),
    tie("formula").map(e => tanh(neg(e))),
    fc.tuple(index, tie("formula")).map(([a, e]) => maximum(a, e)),
    tie("formula").map(e => pow(e, 2)),
  ),
}));

/** The formula and its matrix form have the same elements; undefined where it has no such form. */
function agrees(e: Expr, options: MatrixOptions): boolean | undefined {
  try {
    const [found] = formsOf(e, options);
    if (found === undefined) return undefined;
    const form = matrixValue(found.form, arrays);
    const axes = options.axes ?? [];
    const { data } = evaluateArray(e, values, axes, { extents });
    const columns = axes[1] === undefined ? 1 : extentOf(axes[1]);
    // Sums in another order: as many roundings as there are terms, relative to the largest element.
    const tolerance = 1e-9 * Math.max(1, ...data.map(Math.abs));
    return data.every((element, p) => {
      const [r, c] = [Math.floor(p / columns), p % columns];
      const other = options.gradientLayout === "numerator" ? at(form, c, r) : at(form, r, c);
      const same = heightOf(form) * widthOf(form) === 1 && data.length > 1 ? at(form, 0, 0) : other;
      return !Number.isFinite(element) || Math.abs(element - same) <= tolerance;
    });
  } catch (error) {
    if (error instanceof FluxionError && error.code === "unsupported") return undefined;
    throw error;
  }
}

test("a matrix form has the values of its formula, in either layout", () => {
  let judged = 0;
  let runs = 0;
  fc.assert(
    fc.property(formula, fc.boolean(), fc.boolean(), (operand, isReversed, isRow) => {
      const e = typeof operand === "number" ? parse(String(operand)) : operand;
      fc.pre(e.freeIndices.length <= 2 && e.size < 60);
      const axes = isReversed ? e.freeIndices.toReversed() : e.freeIndices;
      const verdict = agrees(e, { axes, gradientLayout: isRow ? "numerator" : "shape" });
      runs++;
      if (verdict !== undefined) judged++;
      if (verdict === false) assert.unreachable(`${e} as ${toMatrixForm(e, { axes })}`);
    }),
    { numRuns: numRuns * 2, maxSkipsPerRun: 1000 },
  );
  console.log(`    ${judged} of ${runs} random formulas have a matrix form`);
  assert.ok(judged > runs / 2);
});

test.run();
