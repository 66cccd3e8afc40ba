/** Code as it is printed; `code/languages.spec.ts` runs it in each language. */
import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { awkwardNames } from "../../lib/check/index.ts";
import { evaluate } from "../../lib/evaluate.ts";
import { define } from "../../lib/expression/definition.ts";
import { call, type Expr, variable } from "../../lib/expression/expression.ts";
import { add, addAll, conditional, functions, greater, log, mul, sin, square } from "../../lib/expression/functions.ts";
import { maximum, sum } from "../../lib/expression/reductions.ts";
import { type CodeLanguage, type CodeOptions, toCode } from "../../lib/print/code.ts";
import { parse, parseDefinitions } from "../../lib/syntax/parse.ts";
import { numRuns } from "../support/runs.ts";
import { throws } from "../support/throws.ts";

const all: readonly CodeLanguage[] = ["javascript", "typescript", "python", "c"];

/** The text is printed as these lines. */
const prints = (text: string, language: CodeLanguage, lines: readonly string[], options: CodeOptions = {}): void =>
  test(`${text} in ${language}`, () => assert.is(toCode(parse(text), language, options), lines.join("\n")));

/** The value of the last line that returns, in the language. */
const returns = (text: string, values: Readonly<Partial<Record<CodeLanguage, string>>>): void => {
  for (const [language, value] of Object.entries(values) as [CodeLanguage, string][])
    test(`${text} in ${language} is ${value}`, () => {
      const [, found] =
        /^ +return (.*?);?$/m.exec(toCode(parse(text), language).split(/^(?:export|double f|def f)/m)[1] ?? "") ?? [];
      assert.is(found, value);
    });
};

/** What printed JavaScript computes. */
const runs = (code: string, name = "f"): ((...values: number[]) => unknown) =>
  new Function(`"use strict"; ${code.replace(/^export /m, "")} return ${name};`)();

prints("4x*y + exp(-y)", "javascript", [
  "/** 4 * x * y + exp(-y) */",
  "export function f(x, y) {",
  "  return 4 * x * y + Math.exp(-y);",
  "}",
]);
prints("4x*y + exp(-y)", "typescript", [
  "/** 4 * x * y + exp(-y) */",
  "export function f(x: number, y: number): number {",
  "  return 4 * x * y + Math.exp(-y);",
  "}",
]);
prints("4x*y + exp(-y)", "python", [
  "import numpy as np",
  "",
  "",
  "def f(x, y):",
  '    """4 * x * y + exp(-y)"""',
  "    x = np.asarray(x, dtype=float)",
  "    y = np.asarray(y, dtype=float)",
  "    return 4 * x * y + np.exp(-y)",
]);
prints("4x*y + exp(-y)", "c", [
  "#include <math.h>",
  "",
  "/* 4 * x * y + exp(-y) */",
  "double f(double x, double y) {",
  "    return 4.0 * x * y + exp(-y);",
  "}",
]);
prints(
  "x + 1",
  "c",
  [
    "#include <math.h>",
    "",
    "/* x + 1 */",
    "double g(double y, double x) {",
    "    (void)y;",
    "    return x + 1.0;",
    "}",
  ],
  { name: "g", parameters: ["y", "x"] },
);
prints("1", "c", ["#include <math.h>", "", "/* 1 */", "double f(void) {", "    return 1.0;", "}"]);
prints("tan(x + y)^2 * sigmoid(tan(x + y))", "typescript", [
  "function sigmoid(x: number): number {",
  "  return 1 / (1 + Math.exp(-x));",
  "}",
  "",
  "/** tan(x + y)^2 * sigmoid(tan(x + y)) */",
  "export function f(x: number, y: number): number {",
  "  const t1 = Math.tan(x + y);",
  "  return t1 ** 2 * sigmoid(t1);",
  "}",
]);

returns("1 / 3", { javascript: "1 / 3", python: "1.0 / 3.0", c: "1.0 / 3.0" });
returns("0.1 + 5e-324", { javascript: "0.1 + 5e-324", python: "0.1 + 5e-324", c: "0.1 + 5e-324" });
returns("-x^2 - -2", { javascript: "-(x ** 2) - -2", python: "-(x ** 2) - -2", c: "-pow(x, 2.0) - -2.0" });
returns("-(-x) - (x - 1)", { javascript: "-(-x) - (x - 1)", c: "-(-x) - (x - 1.0)" });
returns("(-2)^x", { javascript: "(-2) ** x", python: "(-2) ** x", c: "pow(-2.0, x)" });
returns("x < 1 ? x : 1 / x", {
  javascript: "x < 1 ? x : 1 / x",
  python: "np.where(x < 1, x, 1 / x)",
  c: "x < 1.0 ? x : 1.0 / x",
});
returns("x and not y or x == y ? 1 : 2", {
  javascript: "(x !== 0 && !(y !== 0)) || x === y ? 1 : 2",
  c: "(x != 0.0 && !(y != 0.0)) || x == y ? 1.0 : 2.0",
});
returns("2 * (x < y)", {
  javascript: "2 * Number(x < y)",
  python: "2 * np.where(x < y, 1.0, 0.0)",
  c: "2.0 * (x < y ? 1.0 : 0.0)",
});
returns("x^y", { javascript: "x ** y", python: "power(x, y)", c: "power(x, y)" });
returns("2^y + x^0.5", { python: "2 ** y + x ** 0.5", c: "pow(2.0, y) + pow(x, 0.5)" });
returns("max(x, e * pi)", { javascript: "Math.max(x, Math.E * Math.PI)", python: "np.maximum(x, np.e * np.pi)" });

test("every row is written in every language", () => {
  for (const row of functions.values()) {
    const letters = ["x", "y", "z"].slice(0, row.arity);
    const e = call(
      row,
      letters.map(name => variable(name)),
    );
    for (const language of all) assert.ok(toCode(e, language).includes(language === "python" ? "def f(" : "f("));
  }
});

test("a comparison that is used twice is named as a truth value", () => {
  const e = parse("(x < y ? x : 1) + (x < y ? 2 : y)");
  assert.ok(toCode(e, "c").includes("const int t1 = x < y;"));
  assert.ok(toCode(e, "typescript").includes("const t1 = x < y;"));
});

test("what is used only in a branch stays there, however long", () => {
  const long = addAll(Array.from({ length: 12 }, (_, i) => log(add(variable("x"), i + 1))));
  const code = toCode(conditional(greater(variable("x"), 0), long, 0), "javascript");
  assert.ok(!code.includes("const"), code);
  assert.ok(code.includes("\n    ? Math.log("), code);
});

test("several outputs share their parts, and come back by name", () => {
  const outputs = { value: parse("exp(x * y)"), dx: parse("exp(x * y) * y"), "a b": parse("2") };
  assert.is(
    toCode(outputs, "typescript"),
    [
      "/**",
      " * value = exp(x * y)",
      " * dx = exp(x * y) * y",
      " * a b = 2",
      " */",
      'export function f(x: number, y: number): { value: number; dx: number; "a b": number } {',
      "  const t1 = Math.exp(x * y);",
      '  return { value: t1, dx: t1 * y, "a b": 2 };',
      "}",
    ].join("\n"),
  );
  assert.ok(toCode(outputs, "python").includes('    return {"value": t1, "dx": t1 * y, "a b": 2.0}'));
  assert.ok(
    toCode(outputs, "c").includes("typedef struct {\n    double value;\n    double dx;\n    double a_b;\n} f_outputs;"),
  );
  assert.ok(toCode(outputs, "c").includes("void f(double x, double y, f_outputs *out) {"));
  assert.ok(toCode(outputs, "c").includes("    out->a_b = 2.0;\n"));
});

test("definitions may read earlier ones, and what was read before is a variable", () => {
  const f = runs(toCode(parseDefinitions("u = x + v\nv = u^2\nw = u * v"), "javascript"));
  assert.equal(f(10, 1), { u: 11, v: 121, w: 1331 });
  const order = toCode(parseDefinitions("u = x + v\nv = u^2\nw = u * v"), "javascript");
  assert.ok(order.includes("f(v, x)"), order);
});

test("a chain 100,000 deep is cut into lines", () => {
  const deep = chain(60_000);
  assert.ok(deep.depth > 100_000);
  for (const code of [toCode(deep, "javascript"), ...all.map(language => toCode(chain(3000), language))]) {
    const lines = code.split("\n");
    assert.ok(Math.max(...lines.map(line => line.length)) < 120);
    assert.ok(lines.length > 300);
  }
});

function chain(length: number): Expr {
  let e: Expr = variable("x");
  for (let i = 0; i < length; i++) e = i % 3 === 0 ? sin(e) : add(mul(e, variable("y")), 1);
  return e;
}

test("a graph that is shared throughout is as long as its distinct nodes", () => {
  let e: Expr = variable("x");
  for (let i = 0; i < 60; i++) e = mul(e, e);
  const code = toCode(add(e, 0), "javascript");
  assert.is(code.match(/const/g)?.length, 59);
  assert.is(runs(code)(1), 1);
});

test("many parameters stand in lines of their own", () => {
  const names = Array.from({ length: 30 }, (_, i) => `parameter${i}`);
  for (const language of all) {
    const code = toCode(addAll(names.map(name => variable(name))), language);
    assert.ok(code.includes("f(\n"), code);
    assert.ok(Math.max(...code.split("\n").map(line => line.length)) < 120);
  }
});

test("names that mean something are changed, each to one that is free, and a comment tells", () => {
  const e = parse("`lambda` + lambda_ + np + class + `x'` + x_prime + t1 + (x + 1)^2 / log(x + 1)");
  const code = toCode(e, "python");
  assert.ok(code.includes("def f(class_, lambda_, lambda__, np_, t1, x, x_prime, x_prime_):"), code);
  assert.ok(code.includes("    lambda_ is the variable 'lambda'.\n"));
  assert.ok(code.includes("    t2 = x + 1\n"));
  assert.ok(
    toCode(parse("`exp` + y0 + λ + `__LINE__`"), "c").includes(
      "double f(double v__LINE__, double exp_, double y0_, double lambda)",
    ),
  );
  assert.ok(toCode(parse("gamma(`gamma`)"), "javascript").includes("export function f(gamma_) {"));
  assert.ok(toCode(parse("sigmoid(x)"), "javascript", { name: "sigmoid" }).includes("export function sigmoid_(x) {"));
  assert.ok(
    toCode({ out: variable("out"), f_outputs: variable("f_outputs") }, "c").includes(
      "void f(double f_outputs_, double out_, f_outputs *out)",
    ),
  );
});

test("whatever the variables, the outputs and the function are called, JavaScript computes the same", () => {
  const hostile = [
    "*/ throw 1; /*",
    "\n throw 1; //",
    '"""\nraise',
    "'; throw 1; '",
    "`$" + "{throw 1}`",
    "??/\n",
    "\u2028throw",
    "t1",
  ];
  const name = fc.oneof(fc.constantFrom(...awkwardNames, ...hostile), fc.string({ unit: "binary" }));
  fc.assert(
    fc.property(fc.uniqueArray(name, { minLength: 1, maxLength: 6 }), name, name, (variables, called, output) => {
      const terms = variables.map((each, i) => mul(i + 1, square(variable(each))));
      const e = sin(addAll(terms));
      const at = new Map(variables.map((each, i) => [each, i / 8 + 1]));
      const options = { name: called, parameters: variables };
      const outputs = [{ name: output, axes: [], expression: e }];
      const code = toCode(outputs, "javascript", options);
      const [, written = ""] = /^export function (\S+?)\(/m.exec(code) ?? [];
      const result = runs(code, written)(...at.values());
      assert.equal(Object.entries(result as object), [[output, evaluate(e, at)]]);
      for (const language of all) toCode(outputs, language, options);
    }),
    { numRuns },
  );
});

test("a function of one's own says how it is written, or what it is in terms of others", () => {
  const row = { name: "cube", arity: 1, evaluate: (x: number) => x ** 3, derivatives: [() => 0] };
  const bare = call(row, [variable("x")]);
  for (const language of all) throws(() => toCode(bare, language), "unsupported", "cube");
  const expanded = call({ ...row, expansion: (x: Expr) => mul(x, square(x)) }, [variable("x")]);
  assert.ok(toCode(expanded, "c").includes("static double cube(double x) {\n    return x * square(x);\n}"));
  const native = call({ ...row, languages: { c: "my_cube" } }, [variable("x")]);
  assert.ok(toCode(native, "c").includes("return my_cube(x);"));
  throws(() => toCode(native, "python"), "unsupported", "cube", "python");
});

test("arrays are read as they lie, and results are given by name", () => {
  const code = toCode(parseDefinitions("y[i] = sum(j, A[i,j] * x[j]) + c; total = sum(i, y[i])"), "javascript");
  assert.is(
    code,
    [
      "/**",
      " * y[i] = sum(j, A[i,j] * x[j]) + c",
      " * total = sum(i, y[i])",
      " * Arrays are flat, in row-major order: A[i_extent][j_extent], x[j_extent].",
      " * Results: y[i_extent].",
      " */",
      "export function f(A, c, x, i_extent, j_extent, out = {}) {",
      "  const { y = new Float64Array(i_extent) } = out;",
      "  for (let i = 0; i < i_extent; i++) {",
      "    let t1 = 0;",
      "    for (let j = 0; j < j_extent; j++) {",
      "      t1 += A[i * j_extent + j] * x[j];",
      "    }",
      "    y[i] = t1 + c;",
      "  }",
      "",
      "  let t2 = 0;",
      "  for (let i = 0; i < i_extent; i++) {",
      "    t2 += y[i];",
      "  }",
      "  const total = t2;",
      "  return { y, total };",
      "}",
    ].join("\n"),
  );
  const y = new Float64Array(2);
  const f = new Function(`${code.replace(/^export /m, "")} return f;`)();
  const results = f([1, 2, 3, 4], 0.5, [1, -1], 2, 2, { y });
  assert.is(results.y, y);
  assert.equal([...y, results.total], [-0.5, -0.5, -1]);
});

test("NumPy works with whole arrays: products of matrices, or einsum", () => {
  const python = (text: string): string => toCode(parseDefinitions(text), "python");
  assert.ok(python("y[i] = sum(j, A[i,j] * x[j])").includes("    y = A @ x\n"));
  assert.ok(python("Y[k,i] = sum(j, A[i,j] * B[j,k])").includes("    Y = B.T @ A.T\n"));
  assert.ok(python("r = c * sum(i, sum(j, A[i,j] * x[i] * B[j,i]))").includes('c * np.einsum("ij,i,ij->", A, x, B.T'));
  assert.ok(python("y[i,j] = a[i] - b[j]").includes("    y = a[:, None] - b\n"));
  assert.ok(python("y[i] = maximum(j, A[i,j])").includes("np.max(A, axis=1, initial=-np.inf)"));
  assert.ok(python("y[n,k] = E[token[n],k]").includes("E[token[:, None], np.arange(k_extent)]"));
});

test("what does not depend on an index is computed outside of its loop, and what is shared once", () => {
  const code = toCode(parseDefinitions("y[i,j] = exp(a[i]) * sin(x[j] * log(c)) + sin(x[j] * log(c))^2"), "c");
  const [before = "", inI = "", inJ = ""] = code.split(/for \(.*/);
  assert.ok(before.includes("= log(c);"), code);
  assert.ok(inI.includes("= exp(a[i]);"), code);
  assert.is(inJ.match(/sin\(/g)?.length, 1);
});

test("a branch that holds a loop or a gather is computed only where it is taken", () => {
  const code = toCode(parseDefinitions("y[n] = c[n] > 0 ? E[token[n]] : sum(i, x[i] * c[n])"), "c");
  assert.ok(
    /if \(c\[n\] > 0.0\) \{\n +t\d = E\[token\[n\]\];\n +\} else \{\n +double t\d = 0.0;\n +for/.test(code),
    code,
  );
});

test("windows tell how many values an index takes, and what nothing tells is a parameter", () => {
  const window = parseDefinitions("y[i] = sum(p, w[p] * x[2*i+p])");
  assert.ok(toCode(window, "c").includes("const ptrdiff_t i_extent = (x_extent_0 - p_extent) / 2 + 1;"));
  assert.ok(toCode(window, "python").includes("    i_extent = (x_extent_0 - p_extent) // 2 + 1\n"));
  assert.ok(toCode(parse("sum(i, c)"), "python").includes("def f(c, i_extent):"));
});

test("a record of indexed expressions names their axes, and none reads another", () => {
  const code = toCode({ "y[i]": parse("x[i] * y"), x: parse("sum(i, x[i])") }, "typescript");
  assert.ok(code.includes("{ y: Float64Array; x: number }"), code);
  const results = new Function(
    `${toCode({ "y[i]": parse("x[i] * y"), x: parse("sum(i, x[i])") }, "javascript").replace(/^export /m, "")} return f;`,
  )()([1, 2], 3, 2);
  assert.equal([...results.y, results.x], [3, 6, 3]);
});

test("deep and shared parts of arrays are as long as their distinct nodes", () => {
  let deep: Expr = variable("x", "n");
  for (let i = 0; i < 6000; i++) deep = i % 3 === 0 ? sin(deep) : add(mul(deep, variable("z", "n")), 1);
  let shared: Expr = variable("x", "n");
  for (let i = 0; i < 60; i++) shared = mul(shared, shared);
  let nested: Expr = variable("x", "n");
  for (let i = 0; i < 60; i++) nested = mul(sum("n", nested), add(nested, variable("x", "n")));
  for (const language of all) {
    assert.ok(toCode([define("y[n]", deep)], language).length < 10_000_000);
    assert.ok(toCode([define("y[n]", shared)], language).length < 20_000);
    // Each level once in each of the loops around it.
    assert.ok(toCode([define("y[n]", nested)], language).length < 500_000);
  }
});

test("loops that would be too many are an error, and a definition helps", () => {
  let e: Expr = variable("x", "i");
  for (let level = 0; level < 24; level++) {
    const [from = "", to = ""] = level % 2 === 0 ? ["i", "j"] : ["j", "i"];
    const term: Expr = mul(e, variable("A", from, to));
    e = add(sum(from, term), maximum(from, term));
  }
  throws(() => toCode([define("y[i]", e)], "c"), "too-long", "definition");
  assert.ok(toCode([define("y[i]", e)], "python").length < 20_000);
});

test("whatever arrays and indices are called, JavaScript computes the same", () => {
  const name = fc.oneof(fc.constantFrom(...awkwardNames), fc.string({ unit: "binary", minLength: 1 }));
  fc.assert(
    fc.property(fc.uniqueArray(name, { minLength: 5, maxLength: 5 }), ([a = "", b = "", i = "", y = "", r = ""]) => {
      const definitions = [
        { name: y, axes: [i], expression: mul(variable(a, i), variable(b)) },
        { name: r, axes: [], expression: sum(i, add(variable(y, i), variable(a, i))) },
      ];
      const code = toCode(definitions, "javascript", { parameters: [a, b] });
      const [, called = ""] = /^export function (\S+?)\(/m.exec(code) ?? [];
      const results = new Function(`"use strict"; ${code.replace(/^export /m, "")} return ${called};`)()([1, 2], 3, 2);
      assert.equal(
        Object.entries(results as object).map(([key, value]) => [key, typeof value === "number" ? value : [...value]]),
        Object.entries({ ...Object.fromEntries([[y, [3, 6]]]), ...Object.fromEntries([[r, 12]]) }),
      );
      for (const language of all) toCode(definitions, language);
    }),
    { numRuns },
  );
});

test("what cannot be written is an error that says what", () => {
  for (const text of ["x[i]", "delta(i, j)", "exp(x[n] + 1)"])
    for (const language of all) throws(() => toCode(parse(text), language), "not-scalar", "name its axes");
  throws(() => toCode({ y: parse("x[i]") }, "c"), "bad-index", "y");
  throws(() => toCode([define("h[n]", parse("x[n]")), define("h", 1)], "c"), "bad-option", "twice");
  throws(() => toCode(parseDefinitions("y[n] = h[n]").concat(define("h[n]", 1)), "c"), "bad-option", "later");
  throws(() => toCode(parse("sum(i, x[i] * x[i,i])"), "c"), "bad-value", "x");
  throws(() => toCode(parseDefinitions("y[n] = 1; r = sum(n, y[n,n])"), "c"), "bad-value", "y");
  throws(() => toCode(parse("sum(i, x[i])"), "c", { parameters: ["y"] }), "unbound-variable", "x");
  throws(() => toCode([define("u", 1), define("u", 2)], "c"), "bad-option", "twice");
  throws(() => toCode({}, "c"), "bad-option");
  throws(() => toCode(1, "fortran" as CodeLanguage), "bad-option", "fortran");
  throws(() => toCode(1, "constructor" as CodeLanguage), "bad-option");
  throws(() => toCode(parse("x + y"), "c", { parameters: ["x"] }), "unbound-variable", "y");
  throws(() => toCode(1, "c", { parameters: ["x", "x"] }), "bad-option", "twice");
  throws(() => toCode(1, "c", { name: 1 as unknown as string }), "bad-option");
  throws(() => toCode("x" as unknown as Expr, "c"), "not-an-expression");
  throws(() => toCode({ value: "x" as unknown as Expr }, "c"), "not-an-expression");
});

test.run();
