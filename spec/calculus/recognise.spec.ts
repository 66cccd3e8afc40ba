import { test } from "uvu";
import * as assert from "uvu/assert";
import { recogniser } from "../../lib/calculus/recognise.ts";
import { indexNames } from "../../lib/expression/indices.ts";
import * as text from "../../lib/print/text.ts";
import { parse, parseDefinitions } from "../../lib/syntax/parse.ts";

/** What is read by its name in an expression, given a list. */
const recognises = (list: string, e: string, expected: string): void =>
  test(`given ${list.replaceAll("\n", "; ")}, ${e} is ${expected}`, () => {
    const definitions = parseDefinitions(list);
    const names = indexNames(parse(e), ...definitions.map(({ expression }) => expression));
    assert.is(text.toString(recogniser(definitions, names)(parse(e))), text.toString(parse(expected)));
  });

recognises("h = tanh(x)", "1 - tanh(x)^2", "1 - h^2");
recognises("h = tanh(x)\ns = h + 1", "(h + 1) * tanh(x)", "s * h");
recognises("h = x + x", "2 * x", "h");
recognises("x = y\nc = 2", "2 * y", "2 * y");

// Under any indices, and any names of bound ones

recognises("h[i] = exp(x[i])", "exp(x[i]) + exp(x[k]) + exp(x[0]) + exp(x[k+1])", "h[i] + h[k] + h[0] + h[k+1]");
recognises("h[i] = exp(x[i])", "exp(x[token[n]])", "h[token[n]]");
recognises("h[i] = exp(x[i])", "sum(k, exp(x[k]))", "sum(k, h[k])");
recognises("h[i,j] = x[i] + x[j]^2", "(x[k] + x[0]^2) * (x[k] + x[k]^2)", "h[k,0] * h[k,k]");
recognises("h[i,j] = sum(k, A[i,k] * B[k,j])", "sum(i, A[j,i] * B[i,0])", "h[j,0]");
recognises("h[i,j] = sum(k, A[i,k] * B[k,j])", "sum(i, A[i,i] * B[i,j])", "sum(i, A[i,i] * B[i,j])");
recognises("h[i] = sum(i, x[i]) * y[i]", "sum(j, x[j]) * y[k]", "h[k]");
recognises("h[i] = sum(p, x[i+p] * w[p])", "sum(q, x[i+q] * w[q])", "h[i]");
recognises("h[i] = sum(p, x[i+p] * w[p])", "sum(q, x[2*i+q] * w[q])", "sum(q, x[2*i+q] * w[q])");
recognises("h[i] = x[i]^2", "x[i]^2 * y[i]^2", "h[i] * y[i]^2");
recognises("h[i,j] = exp(x[i])", "exp(x[i])", "exp(x[i])");
recognises("m = sum(i, x[i]) / extent(i)", "sum(k, x[k]) / extent(i)", "m");
recognises("m = sum(i, x[i]) / extent(i)", "sum(k, x[k]) / extent(k)", "sum(k, x[k]) / extent(k)");

// An element is asked whether it equals the maximum, which must have been rounded as it was

recognises("m = maximum(i, x[i])", "x[k] == maximum(i, x[i])", "x[k] == m");
recognises("m = maximum(i, x[i] / 3)", "x[k] / 3 == maximum(i, x[i] / 3)", "x[k] / 3 == maximum(i, x[i] / 3)");

// Factors among others

recognises("p[c] = exp(z[c]) / s", "d[c] / s * exp(z[c])", "p[c] * d[c]");
recognises("p[c] = exp(z[c]) / s", "d / (exp(z[c]) * y) * s", "d / (p[c] * y)");
recognises("p[c] = exp(z[c]) / s", "exp(z[c]) * s", "exp(z[c]) * s");
recognises("y = a * b * c", "c * d * b * u^2 * a", "y * d * u^2");
recognises("y = a * a", "a * b", "a * b");
recognises("y = a * a", "a * b * a", "y * b");

test("no name is taken for one of the engine's own", () => {
  const definitions = parseDefinitions("h[i] = sum(`#0`, A[i,`#0`])");
  const e = parse("sum(k, A[`#`,k])");
  const found = recogniser(definitions, indexNames(e, ...definitions.map(({ expression }) => expression)))(e);
  assert.is(found, parse("h[`#`]"));
});

test("only definitions up to a position are read", () => {
  const recognise = recogniser(parseDefinitions("h = tanh(x)\ny = exp(x)"), new Set());
  assert.is(recognise(parse("tanh(x) * exp(x)"), 0), parse("h * exp(x)"));
});

test.run();
