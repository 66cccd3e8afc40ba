/** What each command line answers; `main.spec.ts` runs some as a process. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Outcome, run } from "../../lib/cli/run.ts";

const fluxion = (args: readonly string[], input = ""): Promise<Outcome> => run(args, () => Promise.resolve(input));

/** The command prints this, on standard output and nothing else, and is content. */
const prints = (args: readonly string[], expected: string, input = ""): void =>
  test(`${["fluxion", ...args].join(" ")} prints ${expected.split("\n")[0]}`, async () => {
    assert.equal(await fluxion(args, input), { code: 0, output: `${expected}\n`, errors: "" });
  });

/** The command ends with this code, and each of these texts is on standard error. */
const fails = (args: readonly string[], code: 1 | 2, ...texts: readonly string[]): void =>
  test(`${["fluxion", ...args].join(" ").slice(0, 60)} fails with ${code}: ${texts[0]}`, async () => {
    const outcome = await fluxion(args);
    assert.is(outcome.code, code, outcome.errors);
    assert.is(outcome.output, "");
    for (const text of texts) assert.ok(outcome.errors.includes(text), outcome.errors);
  });

prints(["diff", "x^3 / 3", "x"], "x^2");
prints(["diff", "4*x*y + exp(-1*y)", "x"], "4 * y");
prints(["diff", "x^4", "x", "--order", "2"], "12 * x^2");
prints(["diff", "--order=3", "x^3", "x"], "6");
prints(["diff", "x*x", "x", "--raw"], "1 * x + x * 1");
prints(["diff", "x + 2*y", "x", "--raw", "--all-parentheses"], "(1 + ((0 * y) + (2 * 0)))");
prints(["diff", "-x^2", "x"], "-2 * x");
prints(["diff", "--", "-x^2", "x"], "-2 * x");
prints(["diff", "--", "--x", "x"], "1");
prints(["diff", "`a b` * 2", "`a b`"], "2");
prints(["diff", "-", "x"], "x^2", "x^3 / 3\n");
prints(["simplify", "(x + 1)^2 - x^2 - 2x - 1"], "0");
prints(["simplify", "1 * log(1 + exp(x))", "--stabilise"], "softplus(x)");
prints(["simplify", "x/x", "--steps"], "  x / x\n= 1   x / x = 1\nwhere x != 0");
prints(["simplify", "log(1 + exp(x))", "--steps", "--stabilise"], "  log(1 + exp(x))\n= softplus(x)   softplus");
prints(
  ["diff", "x^2", "x", "--steps"],
  "  d/dx(x^2)\n= 2 * x * d/dx(x)   power rule\n= 2 * x * 1         derivative of x\n= 2 * x             1 * x = x",
);
prints(
  ["simplify", "0 + x", "--steps", "--latex"],
  "\\begin{aligned}\n& 0 + x \\\\\n&= x && 0 + x = x\n\\end{aligned}",
);
prints(["simplify", "sqrt(x^2) + floor(n)", "--assume", "x=positive", "--assume=n=integer"], "n + x");
prints(["simplify", "x / abs(x) + abs(x)", "--assume", "x=nonzero", "--assume", " x = nonnegative"], "x + 1");
prints(["simplify", "2 * sum(k, p[n,k])", "--assume", "p[n,k]=sums to 1 over k"], "2");
prints(["simplify", "W[i,j] - W[j,i]", "--assume", "W=symmetric"], "0");
prints(["simplify", "abs(`__proto__`) - `a=b`", "--assume", "__proto__=positive"], "__proto__ - `a=b`");
prints(["simplify", "abs(`a=b`)", "--assume", "`a=b`=positive"], "`a=b`");
prints(["simplify", "sqrt(x^2)", "--assume", "x=positive", "--latex"], "x");
prints(["eval", "4*x*y + exp(-1*y)", "x=2", "y=3"], "24.049787068367863");
prints(["eval", "cos(x)", "x=pi"], "-1");
prints(["eval", "-x", "x=-3"], "3");
prints(["eval", "__proto__ + constructor", "__proto__=1", "constructor=2"], "3");
prints(["eval", "x < 1 ? x : 1 / x", "x=Infinity"], "0");
prints(["gradient", "x^2 * long"], "d/dlong = x^2\nd/dx    = 2 * long * x");
prints(["gradient", "x^2 * y", "y"], "d/dy = x^2");
prints(["gradient", "x * y", "z"], "d/dz = 0");
prints(["code", "x^2"], "/** x^2 */\nexport function f(x) {\n  return x ** 2;\n}");
prints(
  ["code", "0 + x", "--language", "c", "--raw", "--name", "g"],
  "#include <math.h>\n\n/* 0 + x */\ndouble g(double x) {\n    return 0.0 + x;\n}",
);
prints(
  ["code", "`__proto__` * y", "y", "`__proto__`", "--gradient"],
  "/**\n * value = __proto__ * y\n * dy = __proto__\n * d__proto__ = y\n * v__proto__ is the variable '__proto__'.\n */\nexport function f(y, v__proto__) {\n  return { value: v__proto__ * y, dy: v__proto__, d__proto__: y };\n}",
);
prints(["diff", "x^2 + 1", "x", "--latex"], "\\frac{\\partial}{\\partial x} (x^{2} + 1) = 2 x");
prints(["diff", "--order=2", "sin(x)", "x", "--latex"], "\\frac{\\partial^{2}}{\\partial x^{2}} \\sin(x) = -\\sin(x)");
prints(["diff", "a^2 * f", "f", "--raw", "--latex"], "\\frac{\\partial}{\\partial f} (a^{2} f) = 0 f + a^{2} \\cdot 1");
prints(["simplify", "--latex", "x/3 + x/3"], "\\frac{2 x}{3}");
prints(
  ["gradient", "x^2 * f", "--latex"],
  "\\frac{\\partial g}{\\partial f} = x^{2}\n\\frac{\\partial g}{\\partial x} = 2 f x",
);

const layer = "a[n,k] = sum(j, x[n,j] * W[j,k]) + b[k]; loss = sum(n, sum(k, a[n,k]^2))";
prints(
  ["gradient", layer, "W", "b"],
  "da[n,k] = 2 * a[n,k]\ndW[j,k] = sum(n, da[n,k] * x[n,j])\ndb[k]   = sum(n, da[n,k])",
);
prints(["gradient", layer, "W", "--matrix"], "da = 2 a\ndW = x^T da");
prints(
  ["gradient", layer, "b", "--matrix", "--latex"],
  "\\begin{aligned}\n\\frac{\\partial \\mathrm{loss}}{\\partial a} &= 2 a \\\\\n\\frac{\\partial \\mathrm{loss}}{\\partial b} &= \\left(\\frac{\\partial \\mathrm{loss}}{\\partial a}\\right)^{\\top} \\mathbf{1}\n\\end{aligned}",
);
prints(["gradient", "sum(n, sum(j, w[j] * x[n,j]))"], "d/dw[j]   = sum(n, x[n,j])\nd/dx[n,j] = w[j]");
prints(["gradient", "sum(n, sum(j, w[j] * x[n,j]) * y[n])", "y", "--matrix"], "d/dy = x w");
prints(["gradient", "sum(n, x[n]^2)", "x[m]"], "d/dx[m] = 2 * x[m]");
prints(["gradient", "sum(n, x[n]^2)", "x", "--latex"], "\\frac{\\partial f}{\\partial x_{n}} = 2 x_{n}");
prints(["gradient", "-", "x"], "dx[n] = 2 * x[n]", "y = sum(n, x[n]^2)\n");
prints(["simplify", "a = x + x\nb[i] = 0 + v[i]"], "a    = 2 * x\nb[i] = v[i]");
prints(["simplify", "`a=b` + `a=b`; "], "result = 2 * `a=b`");
prints(["simplify", "x == x ? `;=` : 2"], "x == x ? `;=` : 2");
prints(["simplify", "sum(j, W[i,j] * x[j])", "--matrix", "--latex"], "W x");
prints(["diff", "h = x^2; y = h * h", "x"], "dh_dx = 2 * x\ndy_dx = 2 * dh_dx * h");
prints(["diff", "h = x^2; y = h * h", "x", "--order=2"], "12 * x^2");
prints(
  ["diff", "h = x^2; y = h * h", "x", "--raw", "--all-parentheses"],
  "((((2 * x) * 1) * (x^2)) + ((x^2) * ((2 * x) * 1)))",
);
prints(["diff", "h[n] = t * x[n]; y = sum(n, h[n]^2)", "t"], "dh_dt[n] = x[n]\ndy_dt    = 2 * sum(n, dh_dt[n] * h[n])");
prints(["diff", "h[n] = t * x[n]; y = sum(n, h[n]^2)", "t", "--matrix"], "dh_dt = x\ndy_dt = 2 dh_dt^T h");
prints(["diff", "y[n] = tanh(x[n])", "x[m]", "--all-parentheses"], "dy_dx[n,m] = (delta(m, n) * (1 - (y[n]^2)))");
prints(["eval", "h[i] = 2 * x[i]; y = sum(i, h[i])", "x=[1, 2.5]"], "h = [2, 5]\ny = 7");
prints(["eval", "W[i,j] * 2", "W=[[1, 2], [3, 4]]"], "[[2, 4], [6, 8]]");
prints(["eval", "W[i,j] * 2", "W=[[1, 2], [3, 4]]", "i=1"], "[6, 8]");
prints(["eval", "W[i,j] * 2", "W=[[1, 2], [3, 4]]", "i=1", "j=0"], "6");
prints(["eval", "sum(i, c)", "c=2", "--extent", "i=4"], "8");
prints(
  ["code", "sum(i, x[i]) * c", "--gradient", "--language", "python"],
  'import numpy as np\n\n\ndef f(c, x):\n    """value = c * sum(i, x[i])\n    dc = sum(i, x[i])\n    dx[i] = c\n    Arrays: x[i].\n    """\n' +
    "    c = np.asarray(c, dtype=float)\n    x = np.asarray(x, dtype=float)\n    i_extent = x.shape[0]\n    value = c * np.sum(x)\n" +
    '    dc = np.sum(x)\n    dx = np.array(np.broadcast_to(c, (i_extent,)))\n    return {"value": value, "dc": dc, "dx": dx}',
);
fails(["code", "x[i]"], 1, "name its axes");
fails(["simplify", "a = x", "--steps"], 2, "for one expression");
fails(["simplify", "a = x", "--matrix", "--all-parentheses"], 2, "--all-parentheses");
fails(["simplify", "T[i,j,k]", "--matrix"], 1, "no matrix form");
fails(["simplify", "@no such file"], 2, "cannot read no such file");
fails(["eval", "x[i]", 'x=[1, "a"]'], 2, "array of numbers");
fails(["eval", "x[i]", "x=[1"], 2, "array of numbers");
fails(["eval", "sum(i, c)", "c=2", "--extent", "i=-1"], 2, "--extent takes NAME=N");
fails(["eval", "sum(i, c)", "c=2"], 1, "i");
fails(["check", "sum(n, E[token[n]])"], 2, "token");
fails(["check", "x^2", "x=[1]"], 2, "x");
fails(["diff", "x^2", "x", "--steps", "--raw"], 2, "--steps is for one derivative");
fails(["diff", "x^2", "x", "--steps", "--order", "2"], 2, "--steps is for one derivative");
fails(["simplify", "x", "--steps", "--all-parentheses"], 2, "--all-parentheses is not for --steps");
fails(["diff", "4*+", "x"], 1, "4*+\n     ^");
fails(["diff", "snh(x)", "x"], 1, "sinh");
fails(["simplify", ""], 1, "fluxion: ");
fails(["eval", "x + y", "x=1"], 1, "y");
fails(["simplify", "x", "--assume"], 2, "--assume needs a value, NAME=WHAT");
fails(["simplify", "x", "--assume", "positive"], 2, "such as x=positive", "Usage: fluxion simplify");
fails(["simplify", "x", "--assume", "x=big"], 2, "positive, nonnegative, nonzero, integer");
fails(["simplify", "x", "--assume", "p=sums to 1 over k"], 2, "no index k");
fails(["diff", "x"], 2, "variable", "Usage: fluxion diff");
fails(["diff"], 2, "expression is missing");
fails(["diff", "x", "x", "y"], 2, "quotes");
fails(["diff", "x", "x", "--order", "-1"], 2, "--order takes a whole number");
fails(["diff", "x", "x", "--order"], 2, "--order needs a value");
fails(["diff", "x", "x", "--raw=yes"], 2, "--raw takes no value");
fails(["diff", "x", "x", "--odrer", "2"], 2, "did you mean --order?");
fails(["diff", "x", "x", "--latex", "--all-parentheses"], 2, "not for --latex");
fails(["diff", "x", "x", "--constructor"], 2, "unknown option --constructor");
fails(["code", "x", "--language", "fortran"], 2, "--language takes javascript");
fails(["code", "x + y", "x"], 1, "y");
fails(["eval", "x", "x"], 2, "NAME=VALUE");
fails(["eval", "x", "x="], 2, "NAME=VALUE");
fails(["eval", "x", "x=1", "x=2"], 2, "two values");
fails(["simplfy", "x"], 2, "unknown command simplfy; did you mean simplify?");
fails(["constructor"], 2, "unknown command constructor");
fails(["--hepl"], 2, "did you mean --help?");

test("without arguments, and with --help, it tells its commands", async () => {
  const [bare, asked] = await Promise.all([fluxion([]), fluxion(["--help"])]);
  assert.equal(bare, asked);
  assert.is(asked.code, 0);
  for (const name of ["diff", "gradient", "simplify", "eval", "check"])
    assert.match(asked.output, `fluxion ${name} EXPR`);
});

test("each command has help of its own", async () => {
  for (const name of ["diff", "check"]) {
    const { code, output } = await fluxion([name, "--help"]);
    assert.is(code, 0);
    assert.match(output, `Usage: fluxion ${name} EXPR`);
  }
});

test("--version is the package's", async () => {
  const { output } = await fluxion(["--version"]);
  assert.match(output, /^\d+\.\d+\.\d+\n$/);
});

test("check compares each partial derivative with finite differences", async () => {
  const { code, output } = await fluxion(["check", "x^2 * sin(y)", "--points", "3", "--seed", "7"]);
  assert.is(code, 0, output);
  assert.is(output.match(/^at x = /gm)?.length, 3);
  assert.is(output.match(/d\/d[xy].* agrees$/gm)?.length, 6);
  assert.match(output, "all 6 partial derivatives agree");
});

test("check finds where an expression is defined, and keeps the values that it is given", async () => {
  const { code, output } = await fluxion(["check", "log(x - 50) * y", "y=2"]);
  assert.is(code, 0, output);
  assert.match(output, /at x = \d+(\.\d+)?, y = 2\n/);
});

test("check at a kink can compare nothing, which is no agreement", async () => {
  const { code, output } = await fluxion(["check", "abs(x)", "x=0"]);
  assert.is(code, 1);
  assert.match(output, "unclear");
});

test("check takes lists and arrays, which are random where they are not given", async () => {
  const { code, output } = await fluxion(["check", layer, "b=[1, -1]", "--extent", "n=2"]);
  assert.is(code, 0, output);
  assert.match(output, /\(Node a\).* w\.r\.t\. W is /);
  assert.match(output, "partial derivatives agree");
  const gathers = await fluxion(["check", "sum(n, sum(p, E[token[n]]^2 * w[p] * x[n+p]))", "token=[0, 2, 0]"]);
  assert.is(gathers.code, 0, gathers.output);
});

test("@FILE reads the formula from a file", async () => {
  const folder = mkdtempSync(join(tmpdir(), "fluxion-"));
  const file = join(folder, "layer.txt");
  writeFileSync(file, "# a layer\ny = x + x\n");
  assert.equal(await fluxion(["simplify", `@${file}`]), { code: 0, output: "y = 2 * x\n", errors: "" });
  rmSync(folder, { recursive: true });
});

test("check says so where an expression is defined nowhere", async () => {
  const { code, output } = await fluxion(["check", "log(-1 - x^2)"]);
  assert.is(code, 1);
  assert.match(output, "no point");
});

test("a derivative that is too long to write out is printed with its shared parts named", async () => {
  // Three million nodes as a tree, six hundred as a graph.
  const { code, output, errors } = await fluxion(["diff", "sin(sin(x*y)*cos(x))*x", "x", "--raw", "--order", "7"]);
  assert.is(code, 0, errors);
  assert.match(errors, "shared parts");
  assert.match(output, /^t1 = /);
  assert.ok(output.length < 1e5, String(output.length));
});

test("LaTeX that is too long has its shared parts named, and a letter on the left", async () => {
  const { code, output, errors } = await fluxion([
    "diff",
    "sin(sin(f*y)*cos(f))*f",
    "f",
    "--raw",
    "--order",
    "7",
    "--latex",
  ]);
  assert.is(code, 0, errors);
  assert.match(errors, "shared parts");
  assert.ok(output.startsWith("\\begin{aligned}\nt_{1} &= "));
  assert.match(output, "\\frac{\\partial^{7} g}{\\partial f^{7}} &= ");
});

test.run();
