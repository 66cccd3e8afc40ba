import { test } from "uvu";
import * as assert from "uvu/assert";
import type { BackwardOptions } from "../../lib/calculus/backward.ts";
import { gradient } from "../../lib/calculus/gradient.ts";
import { defineFunction } from "../../lib/expression/define-function.ts";
import { type Definitions, define, mapDefinitions } from "../../lib/expression/definition.ts";
import type { ErrorCode } from "../../lib/expression/error.ts";
import { constant, type FunctionRow, variable } from "../../lib/expression/expression.ts";
import { countDistinctNodes } from "../../lib/expression/fold.ts";
import { add, mul, tanh } from "../../lib/expression/functions.ts";
import * as text from "../../lib/print/text.ts";
import { simplify } from "../../lib/simplify/simplify.ts";
import { parse, parseDefinitions } from "../../lib/syntax/parse.ts";
import { throws } from "../support/throws.ts";

const lines = (definitions: Definitions): readonly string[] =>
  definitions.map(
    ({ name, axes, expression }) => `${name}${axes.length > 0 ? `[${axes}]` : ""} = ${text.toString(expression)}`,
  );

/** The backward pass of a list, line by line; the order within sums and products is that of `simplify`. */
const passes = (
  list: string,
  variables: readonly string[],
  expected: readonly string[],
  options?: BackwardOptions,
): void =>
  test(`${list.replaceAll("\n", "; ")} by ${variables} passes back ${expected.join("; ")}`, () =>
    assert.equal(lines(gradient(parseDefinitions(list), variables, options)), ordered(expected)));

const ordered = (expected: readonly string[], functions: readonly FunctionRow[] = []): readonly string[] =>
  lines(expected.flatMap(line => mapDefinitions(parseDefinitions(line, { functions }), simplify)));

// What a textbook prints

passes(
  `a[n,k] = sum(j, x[n,j] * W[j,k]) + b[k]
h[n,k] = tanh(a[n,k])
y[n] = sum(k, h[n,k] * v[k]) + c
loss = sum(n, (y[n] - t[n])^2)`,
  ["W[j,k]", "b", "v", "c", "x"],
  [
    "dy[n] = 2 * (y[n] - t[n])",
    "dv[k] = sum(n, dy[n] * h[n,k])",
    "dc = sum(n, dy[n])",
    "dh[n,k] = dy[n] * v[k]",
    "da[n,k] = dh[n,k] * (1 - h[n,k]^2)",
    "dW[j,k] = sum(n, da[n,k] * x[n,j])",
    "db[k] = sum(n, da[n,k])",
    "dx[n,j] = sum(k, W[j,k] * da[n,k])",
  ],
);
passes("y[i] = sum(j, W[i,j] * x[j])", ["W[i,j]", "x"], ["dW[i,j] = dy[i] * x[j]", "dx[j] = sum(i, W[i,j] * dy[i])"], {
  adjoint: "dy",
});
passes(
  "p[n,c] = exp(z[n,c] - logsumexp(c', z[n,c']))",
  ["z"],
  ["dz[n,c] = p[n,c] * (dp[n,c] - sum(c', dp[n,c'] * p[n,c']))"],
  {
    adjoint: "dp",
  },
);
passes(
  "u[n,k] = E[token[n],k]\nloss = sum(n, sum(k, u[n,k]^2))",
  ["E[v,k]"],
  ["du[n,k] = 2 * u[n,k]", "dE[v,k] = sum(n, du[n,k] * delta(v, token[n]))"],
);

test("the rules of a layer are derived for an activation that nobody knows", () => {
  const sigma = defineFunction({ name: "sigma", arity: 1 });
  const list = parseDefinitions("A[n,k] = sum(j, X[n,j] * W[j,k])\nS[n,k] = sigma(A[n,k])", { functions: [sigma] });
  const rules = [
    "dA[n,k] = dS[n,k] * sigma'(A[n,k])",
    "dW[j,k] = sum(n, dA[n,k] * X[n,j])",
    "dX[n,j] = sum(k, W[j,k] * dA[n,k])",
  ];
  assert.equal(lines(gradient(list, ["W[j,k]", "X"], { adjoint: "dS" })), ordered(rules, [sigma]));
});

// What is read by its name

passes("h[i] = exp(x[i])\nsum(i, h[i] * w[i])", ["x"], ["dh[i] = w[i]", "dx[i] = dh[i] * h[i]"]);
passes("s = sqrt(x)\ns * y", ["x"], ["ds = y", "dx = ds / (2 * s)"]);
passes("e1 = exp(x)\nr = 3 * exp(x) * x", ["x"], ["dx = 3 * e1 * (x + 1)"]);

// Names and lines

passes("h = x^2\ndh = 3 * h\ndh * x", ["x"], ["ddh = x", "dh' = 3 * ddh", "dx = dh + 2 * dh' * x"]);
passes(
  "data = x^2\npenalty = w^2\ndata + penalty",
  ["x", "w"],
  ["dpenalty = 1", "dw = 2 * w", "ddata = 1", "dx = 2 * x"],
);
passes("h[i] = x[i]^2\ny = sum(i, h[i])\nz = y^2", ["x"], ["dh[i] = 1", "dx[i] = 2 * x[i]"], { of: "y" });
passes("h[i] = x[i]^2\ny = sum(i, h[i] * w[i])", ["h"], ["dh[i] = w[i]"]);
passes("h[i] = x[i]^2\ny = sum(i, h[i] * w[i])", ["h[k]", "y"], ["dy = 1", "dh[k] = w[k]"]);
passes("h = x^2\ny = h * w", ["z", "w"], ["dw = h", "dz = 0"]);
passes("h[i] = floor(x[i])\ny = sum(i, h[i] * w[i])", ["x"], ["dh[i] = w[i]", "dx[i] = 0"]);

test("without a list of variables, all that the list reads as values and does not define", () => {
  const list = parseDefinitions("h[n] = E[token[n],0] * w\nsum(n, h[n])");
  assert.equal(
    gradient(list).map(({ name, axes }) => [name, axes.length]),
    [
      ["dh", 1],
      ["dE", 2],
      ["dw", 0],
    ],
  );
});

test("every name is only a name", () => {
  for (const name of ["__proto__", "constructor", "n", "e1", "class", "sin", "a b", "x[0]"]) {
    const list = [
      Object.freeze({ name, axes: [], expression: tanh(variable("x")) }),
      define("y", mul(variable(name), variable("w"))),
    ];
    const found = gradient(list, ["x", "w"]);
    assert.equal(
      found.map(each => each.name),
      ["dw", `d${name}`, "dx"],
      name,
    );
    assert.is(found[0]?.expression, variable(name));
  }
});

test("a raw list is what the rules give", () => {
  const list = parseDefinitions("h = tanh(x)\n2 * h");
  assert.equal(lines(gradient(list, ["x"], { simplify: false })), ["dh = 2", "dx = 2 * (1 - tanh(x)^2)"]);
});

test("the variables of the user keep their primes, bound ones lose what they can", () => {
  const list = parseDefinitions("h[i,j] = sum(i', W[i,i'] * W[i',j])\nsum(i, sum(j, h[i,j]^2))");
  assert.equal(
    lines(gradient(list, ["W[i,j]"]))
      .at(-1)
      ?.includes("''"),
    false,
  );
});

// Cost

test("a list of 300 steps has a backward pass of one line a step, in linear size", () => {
  const steps = Array.from({ length: 300 }, (_, i) =>
    define(`h${i + 1}`, tanh(add(variable(`h${i}`), mul(variable("w"), i + 1)))),
  );
  const found = gradient(steps, ["h0"]);
  assert.is(found.length, 300);
  const size = countDistinctNodes(...found.map(each => each.expression));
  assert.ok(size < 10 * 300, `${size}`);
});

test("a definition that is deep and shared is passed through", () => {
  let chain = tanh(variable("x"));
  for (let i = 0; i < 1e4; i++) chain = tanh(chain);
  let power = mul(variable("h"), variable("h"));
  for (let i = 0; i < 60; i++) power = mul(power, power);
  const found = gradient([define("h", chain), define("y", power)], ["x"], { simplify: false });
  assert.ok(countDistinctNodes(...found.map(each => each.expression)) < 1e5);
});

// Errors

const refuses = (what: string, code: ErrorCode, action: () => unknown, ...words: readonly string[]): void =>
  test(`${what} is ${code}`, () => throws(action, code, ...words));
const list = parseDefinitions("h[i] = x[i]^2\ny = sum(i, h[i])");

refuses("an empty list", "bad-option", () => gradient([]), "empty");
refuses("a root that is no definition", "bad-option", () => gradient(list, ["x"], { of: "z" }), "z", "h, y");
refuses("a root with axes and no adjoint", "not-scalar", () => gradient(list, ["x"], { of: "h" }), "dy[i]");
refuses("a name that is defined twice", "bad-option", () => gradient([define("y", 1), define("y", 2)]), "y");
refuses("a definition that reads itself", "bad-option", () => gradient([define("y", variable("y"))]), "itself");
refuses(
  "a definition that reads a later one",
  "bad-option",
  () => gradient([define("y", variable("z")), define("z", 1)]),
  "z",
);
refuses("a list of expressions", "bad-option", () => gradient([constant(1)] as unknown as Definitions), "define");
refuses("a definition read under too few indices", "bad-index", () =>
  gradient([define("h[i]", variable("x", "i")), define("y", variable("h"))], ["x"]),
);
refuses("a variable that is read under other axes", "bad-index", () => gradient(list, ["x[i,j]"]));
refuses("a foreign adjoint", "bad-index", () => gradient(list, ["x"], { of: "h", adjoint: parse("r[q]") }), "q");

test.run();
