import { test } from "uvu";
import * as assert from "uvu/assert";
import { evaluate, evaluateDefinitions } from "../../lib/evaluate.ts";
import {
  type Definitions,
  define,
  freeVariables,
  inline,
  mapDefinitions,
  substitute,
} from "../../lib/expression/definition.ts";
import { constant, type Expr, reduction, variable } from "../../lib/expression/expression.ts";
import { countDistinctNodes } from "../../lib/expression/fold.ts";
import { mul } from "../../lib/expression/functions.ts";
import { parse, parseDefinitions } from "../../lib/syntax/parse.ts";
import { throws } from "../support/throws.ts";

const product = mul(variable("x", "n", "j"), variable("W", "j", "k"));

test("a definition holds a name, its axes in order, and an expression", () => {
  const sum = reduction("sum", "j", product);
  const h = define("h[n,k]", sum);
  assert.is(h.name, "h");
  assert.equal(h.axes, ["n", "k"]);
  assert.is(h.expression, sum);
  assert.equal(define("h[ k , n ]", sum).axes, ["k", "n"]);
  assert.ok(Object.isFrozen(h) && Object.isFrozen(h.axes));
});

test("a scalar has no axes, and a number is an expression", () => {
  assert.equal(define("c", 2).axes, []);
  assert.is(define("c", 2).expression, constant(2));
});

test("an axis may be more than the expression needs", () => {
  assert.equal(define("ones[j]", 1).axes, ["j"]);
});

test("every free index is an axis", () => {
  throws(() => define("h[n]", product), "bad-index", "j, k", "h[n,j,k]");
  throws(() => define("h", product), "bad-index", "h[j,k,n]");
});

test("axes are distinct names", () => {
  throws(() => define("h[n,n]", variable("x", "n")), "bad-index", "distinct");
  throws(() => define("h[n,]", variable("x", "n")), "bad-index");
  throws(() => define("h[]", variable("x", "n")), "bad-index");
});

// Lists

const list = parseDefinitions("h[n,k] = sum(j, x[n,j] * W[j,k])\ns[n] = sum(k, h[n,k])\ny = sum(n, s[n] * h[n,0])");

test("a list becomes one expression, without capture", () => {
  assert.is(inline(list, "h"), reduction("sum", "j", product));
  assert.is(inline(list, "s"), parse("sum(k, sum(j, x[n,j] * W[j,k]))"));
  assert.is(inline(list), parse("sum(n, sum(k, sum(j, x[n,j] * W[j,k])) * sum(j, x[n,j] * W[j,0]))"));
  const swapped = parseDefinitions("h[n,k] = sum(j, x[n,j] * W[j,k])\nt[n,j] = h[j,n]");
  assert.is(inline(swapped), parse("sum(j', x[j,j'] * W[j',n])"));
});

test("an inlined list has the values of the list", () => {
  const values = {
    x: [[1, 2]],
    W: [
      [3, 4],
      [5, 6],
    ],
  };
  assert.is(evaluate(inline(list), values), evaluateDefinitions(list, values).get("y") as number);
});

test("a chain of sixty doublings is inlined as a shared graph", () => {
  const doubled = Array.from({ length: 60 }, (_, i) => define(`t${i + 1}`, mul(variable(`t${i}`), variable(`t${i}`))));
  assert.is(countDistinctNodes(inline(doubled)), 61);
});

test("a list is mapped, expression by expression", () => {
  const calls: number[] = [];
  const same = mapDefinitions(list, (...args: readonly unknown[]) => {
    calls.push(args.length);
    return args[0] as Expr;
  });
  assert.equal(same, list);
  assert.equal(calls, [1, 1, 1]);
  throws(() => mapDefinitions(list, () => variable("q", "z")), "bad-index", "z");
});

test("the variables of a list are those that it does not define", () => {
  assert.equal(freeVariables(list), ["W", "x"]);
  assert.equal(freeVariables(product, 2), ["W", "x"]);
});

test("variables of a list are replaced, and what it defines stays what it is", () => {
  const replaced = substitute(list, { "x[i,l]": parse("v[l,i]") });
  assert.is(replaced[0]?.expression, parse("sum(j, v[j,n] * W[j,k])"));
  assert.equal(replaced[1], list[1]);
  throws(() => substitute(list, { "h[n,k]": 1 }), "bad-option", "h");
  throws(() => substitute(list, { "x[i,l]": variable("s", "i") }), "bad-option", "s");
  throws(() => substitute(list, { "x[i,l]": variable("v", "q") }), "bad-index", "q");
});

test("a list holds definitions, each name once, read afterwards", () => {
  throws(() => inline([]), "bad-option", "empty");
  throws(() => inline(list, "z"), "bad-option", "z", "h, s, y");
  throws(() => inline([define("y", 1), define("y", 2)]), "bad-option", "twice");
  throws(() => inline([define("y", variable("z")), define("z", 1)]), "bad-option", "later");
  throws(() => inline(3 as unknown as Definitions), "bad-option", "3");
  throws(() => inline([define("h[n]", variable("x", "n")), define("y", variable("h"))]), "bad-index", "h[n]");
  const gathered = define("y[n]", variable("E", variable("t", "n")));
  assert.is(inline([define("t[n]", variable("x", "n")), gathered]), parse("E[x[n]]"));
  throws(() => inline([define("t[n]", mul(2, variable("x", "n"))), gathered]), "bad-index");
});

test.run();
