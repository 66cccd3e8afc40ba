/** The demo's formulas are those of a textbook, its forms agree in numbers, and a wrong one is found. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { adjointsCompared, backward, elementwiseCompared, read } from "../../demos/support/derivation.ts";
import { distanceOfMatrixForm, slope, valuesOf } from "../../demos/support/forms.ts";
import { sections } from "../../demos/support/identities.ts";
import { matrixOf, matrixValue } from "../../demos/support/matrix-value.ts";
import { failures, page } from "../../demos/support/page.ts";
import { define } from "../../lib/expression/definition.ts";
import { formsOf } from "../../lib/print/matrix.ts";
import { parse } from "../../lib/syntax/parse.ts";

const all = sections();
const derivations = all.flatMap(section => section.derivations);
const text = page(all);

test("every form agrees with another", () => {
  assert.equal(failures(all), []);
  assert.ok(derivations.length >= 25);
  for (const { title, checks } of derivations) assert.ok(checks.length > 0, title);
});

test("every derivative is compared with finite differences", () => {
  const without = derivations.filter(({ checks }) => !checks.some(({ what }) => what === "finite differences"));
  assert.equal(
    without.map(({ title }) => title),
    ["Products, traces and ones", "A softmax that does not overflow"],
  );
});

test("no derivative is left with a sum over a delta", () => {
  const last = derivations.map(({ rows }) => rows.at(-1)?.right ?? "").slice(1);
  assert.equal(
    last.filter(right => /sum\((\w+'*), .*delta\(\1\b/.test(right)),
    [],
  );
});

// Spaces between the columns do not count.
const prints = (formula: string): void =>
  test(`it prints ${formula}`, () => assert.ok(text.replaceAll(/ +/g, " ").includes(formula), formula));

prints("dr/dx[7] = 0");
prints("dy[i]/dx[j] = delta(i, j) dy/dx = I");
prints("dr/dx[i] = sum(k, a[i] * delta(i, k))\n = a[i] dr/dx = a");
prints(" = b[i] * c[j] ds/dX = b c^T");
prints(" = delta(i, j) dt/dS = I");
prints(" = A[i,p] * B[q,j]");
prints(" = A[1,0] * B[3,2]");
prints("dp/dx = diag(p) - p p^T");
prints("dW[i,j] = dy[i] * x[j] dW = dy x^T");
prints("dx[j] = sum(i, W[i,j] * dy[i]) dx = W^T dy");
prints("db[i] = dy[i] db = dy");
prints("dA = dS ∘ sigma'(A)");
prints("dX = dY W");
prints("dW = dY^T X");
prints("db = dY^T 1");
prints("dX = dY ∘ h'(X)");
prints("dX[s,c] = -T[s,c] / (S * X[s,c]) dX = -T ⊘ X / S");
prints("dx = p - t");
prints("dX[s,c] = (p[s,c] - T[s,c]) / S dX = (p - T) / S");
prints("dX[s,c] = (p[s,c] - delta(c, label[s])) / S");
prints("dt = dM00 * a'(t) + dM01 * b'(t) + dM10 * c'(t) + dM11 * d'(t)");

const sizes = { i: 3, j: 4, k: 4 };
const product = { title: "a product", of: "y[i] = sum(k, W[i,k] * x[k])", sizes };

test("a wrong derivative by elements is found", () => {
  const question = { ...product, by: "x[j]" };
  const verdicts = ["W[i,j]", "W[i,j] + 1e-6"].map(right =>
    failures([{ title: "", about: [], derivations: [elementwiseCompared(question, parse(right))] }]),
  );
  assert.equal(verdicts[0], []);
  assert.is(verdicts[1]?.length, 1);
});

test("a wrong adjoint is found", () => {
  const { definitions } = read(product);
  const wrong = adjointsCompared(product, definitions, [define("dx[k]", parse("sum(i, W[i,k] * dy[i]) * 1.000001"))]);
  assert.is(failures([{ title: "", about: [], derivations: [wrong] }]).length, 1);
  const right = backward({ ...product, by: ["x[k]"] });
  assert.equal(failures([{ title: "", about: [], derivations: [right] }]), []);
});

test("a matrix form is evaluated by matrix algebra: another one has other values", () => {
  const values = new Map([["A", { shape: [2, 2], data: [1, 2, 3, 5] }]]);
  const squared = define("C[i,j]", parse("sum(k, A[i,k] * A[k,j])"));
  const known = valuesOf([squared], values, { i: 2, j: 2, k: 2 });
  assert.equal(matrixOf(known.get("C") ?? 0), [
    [7, 12],
    [18, 31],
  ]);
  assert.is(distanceOfMatrixForm(squared, known, { i: 2, j: 2, k: 2 }), 0);
  const [gram] = formsOf(define("G[i,j]", parse("sum(k, A[i,k] * A[j,k])")), {});
  if (gram === undefined) throw new Error("there is no form");
  assert.equal(matrixValue(gram.form, known, { i: 2, j: 2, k: 2 }), [
    [5, 13],
    [13, 34],
  ]);
});

test("differences are those of calculus", () => {
  const [sine = 0, power = 0] = slope(x => [Math.sin(x), x ** 3], 1.5);
  assert.ok(Math.abs(sine - Math.cos(1.5)) < 1e-11);
  assert.ok(Math.abs(power - 6.75) < 1e-11);
});

test("with steps, the derivation stands below", () => {
  const long = page(all, { steps: true });
  assert.ok(long.includes("derivative of a sum over an index") && !text.includes("derivative of a sum over an index"));
});

test.run();
