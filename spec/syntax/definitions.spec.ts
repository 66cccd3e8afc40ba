import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Definitions } from "../../lib/expression/definition.ts";
import { type ErrorCode, FluxionError } from "../../lib/expression/error.ts";
import { constant, type Expr, type FunctionRow } from "../../lib/expression/expression.ts";
import { substitute } from "../../lib/expression/indices.ts";
import { toString as print } from "../../lib/print/text.ts";
import { parse, parseDefinitions } from "../../lib/syntax/parse.ts";

const written = (definitions: Definitions): readonly string[] =>
  definitions.map(({ name, axes, expression }) => `${name}[${axes.join(",")}]: ${expression}`);

const refuses = (text: string, code: ErrorCode, pattern: RegExp) =>
  test(`${JSON.stringify(text)} is refused: ${code}`, () => {
    try {
      parseDefinitions(text);
    } catch (error) {
      assert.instance(error, FluxionError);
      assert.is((error as FluxionError).code, code);
      assert.match((error as FluxionError).message, pattern);
      assert.ok((error as FluxionError).span);
      return;
    }
    assert.unreachable("it was read");
  });

test("lines define names, with axes or without", () => {
  const text = `
    # a layer
    h[n,k] = tanh(sum(j, x[n,j] * W[j,k]) + b[k])   # its activation

    loss = mean(n, sum(k,
      h[n,k]^2)); twice = 2 *
      loss`;
  assert.equal(written(parseDefinitions(text)), [
    "h[n,k]: tanh(sum(j, x[n,j] * W[j,k]) + b[k])",
    "loss[]: sum(n, sum(k, h[n,k]^2)) / extent(n)",
    "twice[]: 2 * loss",
  ]);
});

test("a definition is what parse reads, frozen", () => {
  const [first] = parseDefinitions("y = 3x");
  assert.is(first?.expression, parse("3x"));
  assert.ok(Object.isFrozen(first) && Object.isFrozen(first?.axes) && Object.isFrozen(parseDefinitions("x")));
});

test("axes stand in the order of the text, and may be more than the expression has", () => {
  assert.equal(written(parseDefinitions("a[j,i] = x[i] + y[j]")), ["a[j,i]: x[i] + y[j]"]);
  assert.equal(written(parseDefinitions("a[j,i] = x[i]")), ["a[j,i]: x[i]"]);
});

test("any text in backticks is a name", () => {
  assert.equal(written(parseDefinitions("`e`[`mod`, `a b`] = x[`a b`, `mod`]")), ["e[mod,a b]: x[`a b`,`mod`]"]);
});

test("a word of indices is a name", () => {
  assert.equal(written(parseDefinitions("mean[sum] = x[sum]\ndelta = 2 * sum(n, mean[n])")), [
    "mean[sum]: x[sum]",
    "delta[]: 2 * sum(n, mean[n])",
  ]);
});

test("the last line may be a bare expression", () => {
  assert.equal(written(parseDefinitions("t1 = x * y\nt1 + sin(t1)\n;\n")), ["t1[]: x * y", "result[]: t1 + sin(t1)"]);
  assert.equal(written(parseDefinitions("x[k,j] * 2")), ["result[j,k]: x[k,j] * 2"]);
  assert.equal(written(parseDefinitions("result = 2; result == 2")), ["result[]: 2", "result'[]: result == 2"]);
});

test("functions of one's own are read", () => {
  const swish: FunctionRow = { name: "swish", arity: 1, evaluate: x => x ?? 0, derivatives: [() => constant(1)] };
  assert.equal(written(parseDefinitions("a = swish(x)", { functions: [swish] })), ["a[]: swish(x)"]);
});

/** The expression that the last of a list of definitions means, with all others put in. */
const expanded = (definitions: Definitions): Expr => {
  let replacements: Record<string, Expr> = {};
  let last: Expr = constant(0);
  for (const { name, axes, expression } of definitions) {
    last = substitute(expression, replacements);
    replacements = { ...replacements, [axes.length === 0 ? name : `${name}[${axes}]`]: last };
  }
  return last;
};

const shares = (text: string) =>
  test(`what is printed of ${text} with shared parts reads back as the same`, () => {
    const e = parse(text);
    assert.is(expanded(parseDefinitions(print(e, { shared: true }))), e);
  });

shares("x + y");
shares("sin(x*y) + cos(x*y) * (x*y)");
shares("sum(j, (x[j] + y[i])^2 * exp((x[j] + y[i])^2))");
shares("(t1 * result + 1) / (t1 * result - 1) * t1 * result");
shares("`e` * `a b` + sin(`e` * `a b`)");

refuses("", "syntax", /the text is empty/);
refuses(" ;\n# nothing", "syntax", /the text is empty/);
refuses("x\ny = 2", "syntax", /only the last line may lack a name/);
refuses("a = 1\na = 2", "syntax", /a is defined already/);
refuses("a = ", "syntax", /found the end of the text, expected a value/);
refuses("a = b = 2", "syntax", /found "="/);
refuses("2 = x", "syntax", /found "="/);
refuses("f(x) = x^2", "unknown-function", /f is no function/);
refuses("sin = 2", "syntax", /sin is a function; a variable of that name is written `sin`/);
refuses("pi = 3", "syntax", /pi is a constant/);
refuses("true = 3", "syntax", /true is a keyword/);
refuses("a[i] = x[i,j]", "bad-index", /leaves the index j free; name every axis: a\[i,j\]/);
refuses("a = x[i,j]", "bad-index", /leaves the indices i, j free/);
refuses("a[i,i] = x[i]", "bad-index", /i names two axes of a/);
refuses("a[i+1] = x[i]", "syntax", /found "\+"/);
refuses("a[2] = 3", "syntax", /the axes of a definition are names/);
refuses("a[] = 3", "syntax", /the axes of a definition are names/);
refuses("a[i", "syntax", /found the end/);
refuses("a = (1; 2)", "syntax", /found ";"/);
refuses("a = @", "syntax", /"@" has no meaning/);

test("100,000 definitions are read", () => {
  const text = Array.from({ length: 100_000 }, (_, i) => `t${i + 1} = x + t${i}`).join("\n");
  assert.is(parseDefinitions(text, { maxLength: 10_000_000 }).length, 100_000);
});

test("a text that is too long is an error", () => {
  assert.throws(
    () => parseDefinitions("x = 1", { maxLength: 4 }),
    (error: unknown) => error instanceof FluxionError && error.code === "too-long",
  );
});

test.run();
