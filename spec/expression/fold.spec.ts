/** The one traversal: each node once, arguments first, as deep as may be. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Call, constant, delta, type Expr, extent, reduction, variable } from "../../lib/expression/expression.ts";
import {
  type Algebra,
  countDistinctNodes,
  countNodes,
  countOperations,
  type Demand,
  fold,
  freeIndices,
  freeVariables,
  topologicalOrder,
} from "../../lib/expression/fold.ts";
import { add, conditional, mul, sin, sub } from "../../lib/expression/functions.ts";
import { throws } from "../support/throws.ts";

const [x, y] = [variable("x"), variable("y")];

/** The depth of the tree. */
const depth: Algebra<number> = {
  constant: () => 0,
  variable: (_, args) => 1 + Math.max(-1, ...args),
  call: (_, args) => 1 + Math.max(-1, ...args),
};

/** The formula in the notation of constructors. */
const named: Algebra<string> = {
  constant: node => String(node.value),
  variable: (node, args) => (args.length === 0 ? node.name : `${node.name}[${args}]`),
  call: (node, args) => `${node.fn.name}(${args})`,
  reduction: (node, body) => `${node.operation}(${node.index},${body})`,
  delta: (_, args) => `delta(${args})`,
  extent: node => `extent(${node.index})`,
};

test("results come by position, also where an argument occurs twice", () => {
  assert.is(fold(sub(mul(x, x), sub(y, x)), named), "sub(mul(x,x),sub(y,x))");
  assert.is(fold(2, named), "2");
  assert.is(fold(x, named), "x");
});

test("all shapes have their case", () => {
  const gather = variable("E", variable("t", "n"), 0);
  assert.is(fold(reduction("maximum", "n", gather), named), "maximum(n,E[t])");
  assert.is(fold(add(delta("i", variable("l", "n")), extent("i")), named), "add(delta(l),extent(i))");
});

test("a shape without a case is unsupported", () => {
  throws(() => fold(sin(reduction("sum", "i", x)), depth), "unsupported", "reduction");
  throws(() => fold(delta("i", "j"), depth), "unsupported", "delta");
  throws(() => fold(add(1, extent("j")), depth), "unsupported", "extent");
});

test("a chain a million nodes deep does not overflow", () => {
  let e: Expr = x;
  for (let i = 0; i < 1_000_000; i++) e = sin(e);
  assert.is(fold(e, { ...depth, call: (_, [argument = 0]) => argument + 1 }), 1_000_000);
});

test("a graph that is 2^60 as a tree takes sixty visits", () => {
  let visits = 0;
  let e: Expr = x;
  for (let i = 0; i < 60; i++) e = mul(e, e);
  const value = fold(e, {
    constant: node => node.value,
    variable: () => 1,
    call(_, [left = 0, right = 0]) {
      visits++;
      return left + right;
    },
  });
  assert.is(visits, 60);
  assert.is(value, 2 ** 60);
});

test("arguments come in reading order, before their users", () => {
  const seen: string[] = [];
  const watch = <R>(result: R, what: string): R => {
    seen.push(what);
    return result;
  };
  fold(add(mul(x, 2), sin(y)), {
    constant: node => watch(0, String(node.value)),
    variable: node => watch(0, node.name),
    call: node => watch(0, node.fn.name),
  });
  assert.equal(seen, ["x", "2", "mul", "y", "sin", "add"]);
});

test("a memo carries results over to the next fold, and undefined is a result", () => {
  const memo = new Map<Expr, undefined>();
  let visits = 0;
  const counting: Algebra<undefined> = {
    constant: () => undefined,
    variable: () => undefined,
    call: () => void visits++,
  };
  fold(sin(x), counting, memo);
  fold(sin(sin(x)), counting, memo);
  assert.is(visits, 2);
  assert.is(memo.size, 3);
});

/** Which branch is taken, and nothing of the other. */
function choosing(visited: string[]): Algebra<number> {
  function* choose({ args: [condition, whenTrue, whenFalse] }: Call): Demand<number> {
    const taken = (yield condition ?? constant(0)) !== 0 ? whenTrue : whenFalse;
    return yield taken ?? constant(0);
  }
  return {
    constant: node => node.value,
    variable(node) {
      visited.push(node.name);
      return 0;
    },
    call: (node, args) => node.fn.evaluate(...args),
    demand: node => (node.kind === "call" && node.fn === conditional ? choose(node) : undefined),
  };
}

test("what a node demands is all that is visited for it", () => {
  const visited: string[] = [];
  assert.is(fold(add(conditional(1, add(2, 3), x), conditional(0, y, 4)), choosing(visited)), 9);
  assert.equal(visited, []);
});

test("a node that several demand is visited once", () => {
  const visited: string[] = [];
  fold(add(conditional(1, sin(x), y), conditional(x, y, sin(x))), choosing(visited));
  assert.equal(visited, ["x"]);
});

test("demands nest as deep as may be", () => {
  let e: Expr = x;
  for (let i = 0; i < 200_000; i++) e = conditional(1, e, y);
  assert.is(fold(e, choosing([])), 0);
});

test("the topological order holds each node once, arguments before their users", () => {
  const shared = sin(x);
  const e = add(mul(shared, shared), sub(shared, reduction("sum", "i", variable("E", variable("t", "i")))));
  const order = topologicalOrder(e, shared, 3);
  assert.is(order.length, new Set(order).size);
  for (const [position, node] of order.entries())
    for (const argument of node.args) assert.ok(order.indexOf(argument) < position);
  assert.ok(order.includes(constant(3)));
  assert.is(order.length, 9);
});

test("nodes are counted as a tree and as a graph", () => {
  const e = mul(add(x, 1), add(x, 1));
  assert.is(countNodes(e), 7);
  assert.is(countDistinctNodes(e), 4);
  assert.is(countOperations(e), 2);
  assert.is(countOperations(e, add(x, 1), sin(x)), 3);
  assert.equal(freeVariables(e, y), ["x", "y"]);
  assert.equal(freeVariables(variable("E", variable("t", "n"))), ["E", "t"]);
  assert.equal(freeIndices(reduction("sum", "i", variable("W", "i", "j"))), ["j"]);
  assert.equal(freeIndices(2), []);
});

test.run();
