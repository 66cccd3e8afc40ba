/** What an expression is: interned, frozen, built of what it may be built of, and free of leaks. */
import { setTimeout } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  asIndex,
  call,
  constant,
  delta,
  type Expr,
  extent,
  index,
  isExpr,
  linearIndex,
  type Operand,
  rebuild,
  reduction,
  scaleIndex,
  shift,
  variable,
} from "../../lib/expression/expression.ts";
import { add, addAll, exp, mul, mulAll, neg, pi, sin } from "../../lib/expression/functions.ts";
import { throws } from "../support/throws.ts";

const x = variable("x");
/** What a caller without types may hand in. */
const untyped = <T>(value: unknown): T => value as T;

test("equal structures are one object", () => {
  assert.is(add(x, 1), add(x, 1));
  assert.is(add(x, 1), add(variable("x"), constant(1)));
  assert.is(variable("W", "j", 0), variable("W", index("j"), index(0)));
  assert.is(reduction("sum", "j", variable("x", "j")), reduction("sum", "j", variable("x", "j")));
  assert.is(delta("i", shift("j", 1)), delta("i", shift(1, "j")));
  assert.is(extent("n"), extent(index("n")));
  assert.is(call(sin, [x]), sin(x));
});

test("different structures are different objects", () => {
  const all: Expr[] = [
    add(x, 1),
    add(1, x),
    add(x, 2),
    mul(x, 1),
    variable("y"),
    variable("x", "i"),
    variable("x", "j"),
    variable("x", "i", "j"),
    variable("x", 0),
    variable("x", shift("i", 1)),
    variable("x", scaleIndex("i", 2)),
    variable("x", variable("i", "n")),
    reduction("sum", "i", x),
    reduction("sum", "j", x),
    reduction("maximum", "i", x),
    delta("i", "j"),
    delta("j", "i"),
    extent("i"),
    extent("j"),
    constant(0),
    constant(1e300),
    constant(2 ** 32),
    constant(5e-324),
  ];
  assert.is(new Set(all).size, all.length);
});

test("a hundred thousand numbers and names do not collide", () => {
  const nodes: Expr[] = [];
  for (let i = 0; i < 50_000; i++) nodes.push(constant(i / 7), variable(`v${i}`));
  assert.is(new Set(nodes).size, nodes.length);
  for (let i = 0; i < 50_000; i++) {
    if (nodes[2 * i] !== constant(i / 7) || nodes[2 * i + 1] !== variable(`v${i}`)) assert.unreachable(`lost ${i}`);
  }
});

test("names that objects have are names like any other", () => {
  for (const name of ["__proto__", "constructor", "hasOwnProperty", "", "n", "e1", "x;process.exit()", "α", "😀"]) {
    assert.is(variable(name), variable(name));
    assert.is(variable(name).name, name);
    assert.equal(variable("a", name).freeIndices, [name]);
  }
});

test("nothing of an expression can be changed", () => {
  const nodes = [
    constant(2),
    variable("W", "j", shift("k", 1)),
    add(x, 1),
    reduction("sum", "i", x),
    delta("i", 1),
    extent("i"),
  ];
  for (const node of nodes) {
    assert.ok(Object.isFrozen(node), node.kind);
    assert.ok(Object.isFrozen(node.args), `the arguments of a ${node.kind}`);
    assert.ok(Object.isFrozen(node.freeIndices), `the free indices of a ${node.kind}`);
    assert.throws(() => Object.assign(node, { kind: "other" }), TypeError);
  }
  const read = variable("W", "j", shift("k", 1));
  assert.ok(Object.isFrozen(read.indices));
  for (const each of read.indices) {
    assert.ok(Object.isFrozen(each) && Object.isFrozen(each.terms) && each.terms.every(term => Object.isFrozen(term)));
  }
  const args: Operand[] = [x, 1];
  const sum = call(add, args);
  args[0] = 2;
  assert.is(sum.args[0], x);
});

test("arguments have smaller numbers than their users", () => {
  const e = mul(add(x, 1), sin(add(variable("q"), 3)));
  const visit = (node: Expr): void => {
    for (const argument of node.args) {
      assert.ok(argument.id < node.id);
      visit(argument);
    }
  };
  visit(e);
});

test("-0 is 0", () => {
  assert.is(constant(-0), constant(0));
  assert.ok(Object.is(constant(-0).value, 0));
  assert.is(add(x, -0), add(x, 0));
});

test("a constant is finite", () => {
  for (const value of [Number.NaN, Infinity, -Infinity]) {
    throws(() => constant(value), "not-finite", String(value));
    throws(() => add(x, value), "not-finite");
  }
});

test("numbers are operands", () => {
  assert.is(add(x, 2), add(x, constant(2)));
  assert.is(reduction("sum", "i", 2).body, constant(2));
  assert.is(addAll([1, x, 2]), add(add(1, x), 2));
  assert.is(mulAll([x]), x);
  assert.is(addAll([]), constant(0));
  assert.is(mulAll([]), constant(1));
});

test("the number of arguments is the row's", () => {
  throws(() => call(sin, []), "arity", "sin", "1 argument", "got 0");
  throws(() => call(sin, [x, x]), "arity");
  throws(() => call(add, [x]), "arity", "2 arguments");
  throws(() => untyped<(...args: Operand[]) => Expr>(sin)(x, 0, 1), "arity", "got 3");
});

test("what is no expression is refused", () => {
  throws(() => sin(untyped("x")), "not-an-expression", '"x"', "parse", "variable");
  throws(() => add(x, untyped(undefined)), "not-an-expression", "undefined");
  throws(() => add(x, untyped(null)), "not-an-expression", "null");
  throws(() => add(x, untyped({})), "not-an-expression", "an object");
  throws(() => add(x, untyped([x])), "not-an-expression", "an array");
  throws(() => add(x, untyped(2n)), "not-an-expression", "2");
  throws(() => add(x, untyped(Math.sin)), "not-an-expression", "sin");
  throws(() => add(x, untyped(sin)), "not-an-expression", "sin");
  throws(() => constant(untyped("1")), "not-an-expression", "a number");
  throws(() => variable(untyped(1)), "not-an-expression", "name");
  assert.not(isExpr({ kind: "constant", value: 1, args: [], hash: 0 }));
});

test("an expression of another copy of the package is refused", async () => {
  const copy = new URL("../../lib/expression/expression.ts?copy", import.meta.url).href;
  const foreign = ((await import(copy)) as typeof import("../../lib/expression/expression.ts")).variable("x");
  assert.not(isExpr(foreign));
  throws(() => sin(foreign), "foreign-expression", "copy");
  throws(() => reduction("sum", "i", foreign), "foreign-expression");
});

test("an index is a name, an integer, the reading of an array, or a sum", () => {
  const gather = variable("token", "n");
  assert.is(index(3).offset, 3);
  assert.is(index("i").name, "i");
  assert.is(shift("i", 0), index("i"));
  assert.is(shift(shift("i", "p"), -1), shift("p", shift(-1, "i")));
  assert.is(shift("i", scaleIndex("i", -1)), index(0));
  assert.is(scaleIndex(shift("i", 1), 2), linearIndex(2, [{ coefficient: 2, of: "i" }]));
  assert.is(index(gather).terms[0]?.of, gather);
  assert.is(index(gather).name, undefined);
  assert.is(shift("i", 1).name, undefined);
  for (const bad of [0.5, Number.NaN, Infinity, 2 ** 60, x, add(x, 1), null, undefined, {}]) {
    throws(() => asIndex(untyped(bad)), "bad-index");
    throws(() => variable("W", untyped(bad)), "bad-index");
  }
  throws(() => scaleIndex("i", 0.5), "bad-index");
  throws(() => shift(2 ** 53 - 1, 1), "bad-index");
  throws(() => reduction("sum", untyped(shift("i", 1)), x), "bad-index", "plain name");
  throws(() => extent(untyped(3)), "bad-index");
});

test("free indices are those that no reduction binds", () => {
  const W = variable("W", "j", "k");
  const free = (e: Expr, ...names: string[]) => assert.equal(e.freeIndices, names, String(e));
  free(x);
  free(pi);
  free(W, "j", "k");
  free(variable("W", "k", "j"), "j", "k");
  free(variable("a", "i", "i"), "i");
  free(variable("x", 0));
  free(variable("x", shift(shift("i", "p"), 2)), "i", "p");
  free(variable("E", variable("token", "n"), "k"), "k", "n");
  free(variable("E", shift(variable("a", variable("b", "m")), "j")), "j", "m");
  free(delta("i", variable("l", "n")), "i", "n");
  free(delta(0, 1));
  free(extent("n"));
  free(mul(W, variable("x", "n", "j")), "j", "k", "n");
  free(reduction("sum", "j", mul(W, variable("x", "n", "j"))), "k", "n");
  free(reduction("sum", "m", W), "j", "k");
  free(add(reduction("sum", "j", W), variable("b", "j")), "j", "k");
  free(reduction("maximum", "k", reduction("sum", "j", W)));
});

test("a gather is an argument, and is rebuilt as one", () => {
  const read = variable("E", variable("t", "n"), shift(variable("s", "m"), "k"));
  assert.equal(read.args, [variable("t", "n"), variable("s", "m")]);
  assert.is(rebuild(read, read.args), read);
  assert.is(
    rebuild(read, [variable("u", "n"), variable("s", "m")]),
    variable("E", variable("u", "n"), shift(variable("s", "m"), "k")),
  );
  assert.is(rebuild(delta(variable("l", "n"), "k"), [variable("m", "n")]), delta(variable("m", "n"), "k"));
  throws(() => rebuild(read, [x, variable("s", "m")]), "bad-index", "integer array");
  throws(() => rebuild(read, [constant(1), variable("s", "m")]), "bad-index");
});

test("the size of a tree, however large, is known", () => {
  assert.is(add(x, 1).size, 3);
  assert.is(pi.size, 1);
  let doubled: Expr = x;
  for (let i = 0; i < 2000; i++) doubled = mul(doubled, doubled);
  assert.is(doubled.size, Infinity);
});

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

/** Finalisers run between turns of the event loop. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) {
    await setTimeout(1);
    collectGarbage();
  }
}

test("an expression that nobody holds is freed", async () => {
  await settle();
  const before = process.memoryUsage().heapUsed;
  let last: Expr | undefined = x;
  for (let i = 0; i < 200_000; i++) last = i % 2 === 0 ? neg(last) : exp(last);
  const grown = process.memoryUsage().heapUsed - before;
  const witness = new WeakRef(last);
  last = undefined;
  for (let turn = 0; turn < 20 && process.memoryUsage().heapUsed - before > grown / 10; turn++) await settle();
  assert.is(witness.deref(), undefined);
  // A tenth leaves room for what the table's own map keeps allocated.
  const left = process.memoryUsage().heapUsed - before;
  assert.ok(left < grown / 10, `of ${grown} bytes ${left} are left`);
});

test("a node made anew before its finaliser ran stays interned", async () => {
  const make = (i: number): Expr => variable(`made anew ${i}`);
  const firstIds = Array.from({ length: 100 }, (_, i) => make(i).id);
  // In a new turn the nodes are no longer held; they are collected, but no finaliser has run yet.
  await setTimeout(1);
  collectGarbage();
  const anew = firstIds.map((_, i) => make(i));
  assert.ok(
    anew.some((node, i) => node.id !== firstIds[i]),
    "the collector freed nothing, so this shows nothing",
  );
  await settle();
  for (const [i, node] of anew.entries()) assert.is(make(i), node);
});

test.run();
