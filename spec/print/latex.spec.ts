import katex from "katex";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { define } from "../../lib/expression/definition.ts";
import { call, constant, type FunctionRow, type Operand, variable } from "../../lib/expression/expression.ts";
import { add, conditional, exp, functions, greater, mul, neg, pow, sin } from "../../lib/expression/functions.ts";
import { type LatexOptions, toLatex } from "../../lib/print/latex.ts";
import { parse, parseDefinitions } from "../../lib/syntax/parse.ts";
import { throws } from "../support/throws.ts";

const [x, y] = [variable("x"), variable("y")];

/** What KaTeX accepts without a warning. */
const accepted = (latex: string): string => {
  katex.renderToString(latex, { output: "mathml", displayMode: true, strict: "error", throwOnError: true });
  return latex;
};

/** The formula, given as text or as an expression, is this LaTeX. */
const prints = (formula: string | Operand, latex: string, options: LatexOptions = {}): void =>
  test(`${typeof formula === "string" ? formula : String(formula)} is ${latex}`, () => {
    const e = typeof formula === "string" ? parse(formula) : formula;
    assert.is(accepted(toLatex(e, options)), latex);
  });

// Fractions, powers, roots
prints("x^2 / 2", "\\frac{x^{2}}{2}");
prints("(x + 1) / (x - 1)", "\\frac{x + 1}{x - 1}");
prints("x^(1/2)", "x^{1 / 2}");
prints("x^(-1/2) + x^(-(1/2))", "x^{-1 / 2} + x^{-\\frac{1}{2}}");
prints("exp(2x / (3y)) + exp((x + 1) / 2)", "e^{2 x / (3 y)} + e^{\\frac{x + 1}{2}}");
prints("(x / y)^2", "\\left(\\frac{x}{y}\\right)^{2}");
prints("x^y^z + (x^y)^z", "x^{y^{z}} + (x^{y})^{z}");
prints("x^-1", "x^{-1}");
prints("exp(-x^2 / 2)", "e^{\\frac{-x^{2}}{2}}");
prints("exp(x)^2", "(e^{x})^{2}");
prints("sqrt(x + 1) + cbrt(x) + nthRoot(x, 5)", "\\sqrt{x + 1} + \\sqrt[3]{x} + \\sqrt[{5}]{x}");
prints("x! + (x!)! + (x + 1)! + (x!)^2", "x! + (x!)! + (x + 1)! + (x!)^{2}");

// Products
prints("4x*y", "4 x y");
prints("2 * 3 * x", "2 \\cdot 3 x");
prints("x * 2", "x \\cdot 2");
prints("2 * (1/3)", "2 \\cdot \\frac{1}{3}");
prints("2 * x / 3", "\\frac{2 x}{3}");
prints("2 * (x / 3)", "2 \\frac{x}{3}");
prints("x * 2^y", "x \\cdot 2^{y}");
prints("(x + 1) * (y - 1)", "(x + 1) (y - 1)");
prints("x * (y * z)", "x (y z)");
prints("loss * lr * (x + 1)", "\\mathrm{loss} \\cdot \\mathrm{lr} \\cdot (x + 1)");
prints("sin(x) * cos(y)", "\\sin(x) \\cos(y)");

// Signs
prints("-x", "-x");
prints(neg(mul(x, y)), "-x y");
prints(mul(neg(x), y), "(-x) y");
prints("-2 * x", "-2 x");
prints(neg(mul(2, x)), "-(2 x)");
prints(neg(constant(2)), "-(2)");
prints("-(2 / 3)", "-\\frac{2}{3}");
prints("x - -y", "x - (-y)");
prints("x + -2", "x + (-2)");
prints("x - (y - z)", "x - (y - z)");
prints("(-2)^x - 2^x", "(-2)^{x} - 2^{x}");
prints("-2^x", "-2^{x}");

// Functions
prints("sin(x)^2 + cos(2x)^2", "\\sin^{2}(x) + \\cos^{2}(2 x)");
prints("sin(x)^-1", "(\\sin(x))^{-1}");
prints("sin(x / 2)", "\\sin\\left(\\frac{x}{2}\\right)");
prints(
  "asin(x) + asinh(x) + log(x) + log2(x) + log10(x)^3",
  "\\arcsin(x) + \\operatorname{arsinh}(x) + \\ln(x) + \\log_{2}(x) + \\log_{10}^{3}(x)",
);
prints("sigmoid(x)^2 + erf(x)", "\\operatorname{sigmoid}(x)^{2} + \\operatorname{erf}(x)");
prints(
  "abs(x)^2 + floor(x) + ceil(y)",
  "\\left|x\\right|^{2} + \\left\\lfloor x\\right\\rfloor + \\left\\lceil y\\right\\rceil",
);
prints("max(x, y) + min(x, 2)", "\\max(x, y) + \\min(x, 2)");
prints("log1p(x) + expm1(x) + hypot(x, y)", "\\ln(1 + x) + (e^{x} - 1) + \\sqrt{x^{2} + y^{2}}");
prints(
  "gamma(x) + lgamma(x) + digamma(x) + polygamma(2, x)",
  "\\Gamma(x) + \\ln(\\left|\\Gamma(x)\\right|) + \\psi(x) + \\psi^{(2)}\\left(x\\right)",
);
prints("mod(x, 2) * y + atan2(y, x)", "(x \\bmod 2) y + \\operatorname{atan2}(y, x)");

// Comparisons, logic and choices
prints("x <= y and y != 2 or not z", "x \\le y \\land y \\ne 2 \\lor \\lnot z");
prints("(x < y) * z", "[x < y] z");
prints("(x < y) == z", "(x < y) = z");
prints("x < 0 ? -x : x", "\\begin{cases} -x & \\text{if } x < 0 \\\\ x & \\text{otherwise} \\end{cases}");
prints(
  "x < 0 ? 1 : y ? 2 : 3",
  "\\begin{cases} 1 & \\text{if } x < 0 \\\\ 2 & \\text{if } y \\ne 0 \\\\ 3 & \\text{otherwise} \\end{cases}",
);
prints(
  "2 * (x < 0 ? 1 : 3)",
  "2 \\left(\\begin{cases} 1 & \\text{if } x < 0 \\\\ 3 & \\text{otherwise} \\end{cases}\\right)",
);

// Numbers and constants
prints("pi * e^x + tau", "\\pi e^{x} + \\tau");
prints("1e-7 * x + 2.5e-9", "10^{-7} x + 2.5 \\cdot 10^{-9}");
prints("-1e21 + 0.5", "-10^{21} + 0.5");
prints("x^1e-7 * (1e-7)^x", "x^{10^{-7}} (10^{-7})^{x}");

// Names
prints("x1 + x_1", "x_{1} + \\texttt{x\\_1}");
prints("x1^2 + alpha + λ2 + x'", "x_{1}^{2} + \\alpha + \\lambda_{2} + {x'}");
prints("x_max + learning_rate + Δx", "x_{\\mathrm{max}} + \\mathrm{learning}_{\\mathrm{rate}} + \\mathrm{\\Delta x}");
prints("`e` + e + `pi`", "\\texttt{e} + e + \\texttt{pi}");
prints(
  "`a b` + `\\\\` + ` ` + größe + `x;process.exit()`",
  "\\texttt{a\\ b} + \\texttt{<5C>} + \\texttt{\\ } + \\text{größe} + \\texttt{x<3B>process<2E>exit<28><29>}",
);
prints("__proto__ + constructor", "\\texttt{\\_\\_proto\\_\\_} + \\mathrm{constructor}");
prints("Gamma * gamma(x)", "\\texttt{Gamma} \\cdot \\Gamma(x)");

// Indices
prints("W[j,k] * x[n,j]", "W_{j k} x_{n j}");
prints("x[0] + x0", "x_{0} + \\texttt{x0}");
prints("W1[j,k]^2 + x'[n]", "W_{1;j k}^{2} + {x'}_{n}");
prints("x[n, i+p] * x[n, 2*i-1] * E[token[n], k]", "x_{n,i+p} x_{n,2 i-1} E_{\\mathrm{token}_{n},k}");
prints("delta(i, j) * delta(i + 1, j) * delta(batch, j)", "\\delta_{i j} \\delta_{i+1,j} \\delta_{\\mathrm{batch},j}");
prints("delta(i, j) * `delta`[i,j]", "\\delta_{i j} \\cdot \\texttt{delta}_{i j}");
prints("sum(j, W[i,j] * x[j]) + b[i]", "\\sum_{j} W_{i j} x_{j} + b_{i}");
prints("sum(j, x[j] + 1) * y", "\\left(\\sum_{j} (x_{j} + 1)\\right) y");
prints("2 * sum(j, -x[j])^2", "2 \\left(\\sum_{j} (-x_{j})\\right)^{2}");
prints("y * sum(j, x[j]) * z", "\\left(y \\sum_{j} x_{j}\\right) z");
prints("x[j] * sum(j, x[j])^2", "x_{j} \\left(\\sum_{j'} x_{j'}\\right)^{2}");
prints("maximum(j, x[j]) - minimum(j, x[j])", "\\max_{j} x_{j} - \\min_{j} x_{j}");
prints("logsumexp(k, a[n,k])", "\\operatorname*{logsumexp}_{k} a_{n k}");
prints("mean(n, x[n])", "\\frac{\\sum_{n} x_{n}}{N_{n}}");
prints("N[n] * extent(n)", "\\texttt{N}_{n} N_{n}");

// Left sides
prints("2x", "\\frac{\\partial}{\\partial x} x^{2} = 2 x", { derivative: { of: parse("x^2"), by: "x" } });
prints("y", "\\frac{\\partial}{\\partial x} (x y) = y", { derivative: { of: parse("x*y"), by: "x" } });
prints("2", "\\frac{\\partial^{2}}{\\partial x^{2}} x^{2} = 2", {
  derivative: { of: parse("x^2"), by: "x", order: 2 },
});
prints("x[j] * dy[k]", "\\frac{\\partial L}{\\partial W_{j k}} = x_{j} \\cdot \\mathrm{dy}_{k}", {
  derivative: { of: "L", by: "W[j,k]" },
});
prints("x < y", "\\frac{\\partial L}{\\partial x} = [x < y]", { derivative: { of: "L", by: x } });

// Indices: letters side by side, commas where one is longer.
prints("W[j,k] + A[row,j]", "W_{j k} + A_{\\mathrm{row},j}");
prints("p[n, label[n]] - delta(c, label[n])", "p_{n,\\mathrm{label}_{n}} - \\delta_{c,\\mathrm{label}_{n}}");
prints("x[0,j] * x[j',k]", "x_{0,j} x_{j',k}");

test("the adjoints of a list are written as derivatives when asked", () => {
  const list = parseDefinitions("h[n] = tanh(a[n])\ny = sum(n, h[n])\ndh[n] = 1\nda[n] = dh[n] * (1 - h[n]^2)\ndt = 2");
  const lines = accepted(toLatex(list, { adjointsOf: "L" }))
    .split("\n")
    .slice(3, 6);
  const [dh, da] = ["\\frac{\\partial L}{\\partial h_{n}}", "\\frac{\\partial L}{\\partial a_{n}}"];
  assert.equal(lines, [`${dh} &= 1 \\\\`, `${da} &= ${dh} (1 - h_{n}^{2}) \\\\`, "\\mathrm{dt} &= 2"]);
  const given = toLatex(list, { adjointsOf: "y", adjoints: { dt: "t" } });
  assert.ok(given.includes("\\frac{\\partial y}{\\partial t} &= 2"), given);
});

test("what definitions share is a line before its first use", () => {
  const list = parseDefinitions("a[n] = exp(x[n]) + 1\nb[n] = exp(x[n]) * a[n]");
  const lines = accepted(toLatex(list, { shared: true })).split("\n");
  assert.equal(lines.slice(1, 4), ["t_{1;n} &= e^{x_{n}} \\\\", "a_{n} &= t_{1;n} + 1 \\\\", "b_{n} &= t_{1;n} a_{n}"]);
});

test("a definition is an equation, a list of them is aligned", () => {
  assert.is(toLatex(define("h[n,k]", parse("tanh(a[n,k])"))), "h_{n k} = \\tanh(a_{n k})");
  assert.is(
    accepted(toLatex(parseDefinitions("h[n] = tanh(x[n])\ny = sum(n, h[n])"))),
    "\\begin{aligned}\nh_{n} &= \\tanh(x_{n}) \\\\\ny &= \\sum_{n} h_{n}\n\\end{aligned}",
  );
  assert.is(toLatex([]), "");
});

test("shared parts are lines of their own", () => {
  const latex = accepted(toLatex(parse("(x + 1)^2 * exp((x + 1)^2)"), { shared: true }));
  assert.is(latex, "\\begin{aligned}\nt_{1} &= (x + 1)^{2} \\\\\n& t_{1} e^{t_{1}}\n\\end{aligned}");
});

test("a shared part has a name that looks like no other", () => {
  const latex = accepted(toLatex(parse("t[1] * t_2 * exp(x + 1) * exp(exp(x + 1))"), { shared: true }));
  assert.match(latex, "\\texttt{t1} &= e^{x + 1}");
});

test("a function of one's own is written by its name, or as its row says", () => {
  const own: FunctionRow = { name: "f", arity: 1, evaluate: t => t, derivatives: [() => 1] };
  assert.is(toLatex(mul(variable("f"), pow(call(own, [x]), 2))), "\\texttt{f} \\cdot f(x)^{2}");
  assert.is(accepted(toLatex(call({ ...own, name: "two words'" }, [x]))), "\\texttt{two\\ words<27>}(x)");
  assert.is(toLatex(call({ ...own, name: "swish'" }, [x])), "\\operatorname{swish}'(x)");
  assert.is(
    toLatex(call({ ...own, name: "norm", latex: { write: t => `\\left\\|${t}\\right\\|` } }, [x])),
    "\\left\\|x\\right\\|",
  );
});

test("every function of the table is accepted", () => {
  for (const row of functions.values()) {
    accepted(
      toLatex(
        call(
          row,
          Array.from({ length: row.arity }, (_, i) => variable(["x", "y", "z"][i] ?? "")),
        ),
      ),
    );
  }
});

test("a chain of a hundred thousand operations is printed, and so are that many choices", () => {
  let chain = add(x, 0);
  for (let i = 0; i < 100_000; i++) chain = sin(chain);
  assert.ok(toLatex(chain).startsWith("\\sin(\\sin("));
  let choices = add(x, 0);
  for (let i = 0; i < 10_000; i++) choices = conditional(greater(x, i), i, choices);
  assert.is(toLatex(choices).split("\\\\").length, 10_001);
});

test("what is shared sixty times over is too long, unless its parts are named", () => {
  let doubled = add(x, 1);
  for (let i = 0; i < 60; i++) doubled = exp(mul(doubled, doubled));
  throws(() => toLatex(doubled), "too-long", "shared: true");
  assert.is(toLatex(doubled, { shared: true }).split("\n").length, 63);
});

test("wrong options are refused", () => {
  throws(() => toLatex(x, { maxLength: Number.NaN }), "bad-option");
  throws(() => toLatex(x, { derivative: { of: "L", by: "x", order: 0 } }), "bad-option");
  throws(() => toLatex(x, { adjointsOf: "L" }), "bad-option");
  throws(() => toLatex([], { derivative: { of: "L", by: "x" } }), "bad-option");
  throws(() => toLatex(x, { derivative: { of: "L", by: "W[j,j]" } }), "bad-index");
  throws(() => toLatex("x" as unknown as number), "not-an-expression");
});

test.run();
