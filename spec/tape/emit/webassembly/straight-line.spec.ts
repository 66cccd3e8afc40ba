/** Long straight lines in WebAssembly: in any number of pieces, and to the last bit, what JavaScript computes. */
import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { gradient } from "../../../../lib/calculus/gradient.ts";
import { arbitraryExpression } from "../../../../lib/check/arbitrary.ts";
import { call, type Expr, variable } from "../../../../lib/expression/expression.ts";
import {
  add,
  addAll,
  conditional,
  cosh,
  exp,
  functions,
  less,
  log,
  mul,
  sub,
  tanh,
} from "../../../../lib/expression/functions.ts";
import "../../../../lib/print/text.ts";
import { compile, compileGradient } from "../../../../lib/tape/compile.ts";
import { javascript } from "../../../../lib/tape/emit/javascript.ts";
import { calledInLanes } from "../../../../lib/tape/emit/webassembly/straight-line/forms.ts";
import {
  isFasterThanJavascript,
  webassembly,
  webassemblyWithin,
} from "../../../../lib/tape/emit/webassembly/straight-line.ts";
import { recordStraightLine } from "../../../../lib/tape/straight-line.ts";
import { numRuns } from "../../../support/runs.ts";

const names = ["x", "y", "z"] as const;
const [x, y, z] = [variable("x"), variable("y"), variable("z")];
const raw = { simplify: false, stabilise: false, backend: "webassembly" } as const;

const rows = [...functions.values()].filter(row => !calledInLanes.has(row));

test("value and gradient are those of JavaScript to the last bit, in pieces of any length", () => {
  const property = fc.property(
    arbitraryExpression({ operations: 30, functions: rows }),
    fc.tuple(fc.double(), fc.double(), fc.double()),
    (f, point) => {
      const tape = recordStraightLine([f, ...Object.values(gradient(f, names))], names);
      const resultsOf = (backend: typeof javascript): readonly number[] => {
        const filled = new Float64Array(3);
        return [backend.toGradient(tape, 3)(point, filled), ...filled];
      };
      const expected = resultsOf(javascript);
      // The derivatives of other rows may hold what is computed in lanes.
      const isExact = tape.steps.every(({ fn }) => !calledInLanes.has(fn));
      const whole = resultsOf(webassembly);
      if (isExact) for (const [i, value] of whole.entries()) sameNumber(value, expected[i] ?? Number.NaN);
      for (const operations of [1, 7]) assert.equal(resultsOf(webassemblyWithin({ operations })), whole);
    },
  );
  fc.assert(property, { numRuns });
});

test("results may be inputs, numbers, and each other", () => {
  const filled = new Float64Array(3);
  const tape = recordStraightLine([mul(x, y), x, add(2, 3), mul(x, y)], names);
  for (const operations of [1, 100]) {
    assert.is(webassemblyWithin({ operations }).toGradient(tape, 3)([2, 3, 5], filled), 6);
    assert.equal([...filled], [2, 5, 6]);
  }
  assert.is(compile(variable("y"), names, raw)(2, 3, 5), 3);
  assert.is(compileGradient(x, ["x"], [], raw)([7], filled.subarray(0, 1)), 7);
});

test("a call takes more parameters than there are, in any kind of list", () => {
  const f = compileGradient(mul(x, y), ["x"], ["y"], raw);
  const filled = new Float64Array(3);
  assert.is(f([2, 9, 9], filled, Float64Array.of(3, 9)), 6);
  assert.is(f({ 0: 2, length: 1 }, filled, Float32Array.of(3)), 6);
  assert.equal([...filled], [3, 0, 0]);
});

/** A function of one's own that counts how often it is called. */
function counter() {
  let calls = 0;
  const row = {
    name: "counted",
    arity: 1,
    evaluate: (a = 0): number => {
      calls++;
      return a;
    },
    derivatives: [],
  };
  const take = (): number => {
    const before = calls;
    calls = 0;
    return before;
  };
  return { of: (e: Expr): Expr => call(row, [e]), take };
}

test("what only a branch needs is computed only where it is taken, as are branches within it", () => {
  const counted = counter();
  const long = (e: Expr): Expr => addAll(Array.from({ length: 40 }, (_, i) => counted.of(mul(e, i))));
  const inner = conditional(y, long(z), counted.of(z));
  const f = compile(conditional(x, inner, add(z, 1)), names, raw);
  assert.is(f(0, 1, 1), 2);
  assert.is(counted.take(), 0);
  assert.is(f(1, 1, 1), 780);
  assert.is(counted.take(), 40);
  assert.is(f(1, 0, 1), 1);
  assert.is(counted.take(), 1);
});

test("what both branches need, or others too, is computed once", () => {
  const counted = counter();
  const both = counted.of(y);
  const f = compile(conditional(x, exp(both), log(both)), ["x", "y"], raw);
  assert.is(f(1, 2), Math.exp(2));
  assert.is(counted.take(), 1);
  const outside = compile(add(conditional(x, both, 0), both), ["x", "y"], raw);
  assert.is(outside(0, 2), 2);
  assert.is(counted.take(), 1);
  const alike = compile(conditional(x, both, both), ["x", "y"], raw);
  assert.is(alike(0, 2), 2);
  assert.is(counted.take(), 1);
});

test("conditionals of conditionals, deeper than code may be nested", () => {
  let e: Expr = x;
  for (let k = 0; k < 5000; k++) e = conditional(less(x, k), exp(sub(x, x)), add(tanh(e), 1));
  const f = compile(e, ["x"], raw);
  let expected = 2500.5;
  for (let k = 0; k < 5000; k++) expected = 2500.5 < k ? 1 : Math.tanh(expected) + 1;
  // tanh in lanes is within 1.5 units in the last place, and contracts what was before.
  assert.ok(Math.abs(f(2500.5) - expected) < 1e-15);
  let first: Expr = x;
  for (let k = 0; k < 5000; k++) first = conditional(less(k, x), add(exp(sub(first, first)), k), x);
  assert.is(compile(first, ["x"], raw)(1e4), 5000);
});

test("many values that live long pass through memory", () => {
  const squares = Array.from({ length: 20_000 }, (_, i) => mul(add(x, i), add(x, i)));
  const e = add(addAll(squares), addAll([...squares].reverse()));
  let expected = 0;
  for (let i = 0; i < 20_000; i++) expected += 2 * i * i;
  assert.is(compile(e, ["x"], raw)(0), expected);
});

test("WebAssembly is chosen for long lines with few calls that leave it", () => {
  const chain = (length: number, step: (e: Expr, k: number) => Expr) => {
    let e: Expr = x;
    for (let k = 0; k < length; k++) e = step(e, k);
    return recordStraightLine([e], ["x"]);
  };
  assert.is(isFasterThanJavascript(chain(1000, e => exp(e))), false);
  assert.is(isFasterThanJavascript(chain(1001, e => exp(e))), true);
  assert.is(isFasterThanJavascript(chain(1001, e => tanh(e))), true);
  assert.is(isFasterThanJavascript(chain(1001, e => cosh(e))), false);
  assert.is(isFasterThanJavascript(chain(2001, (e, k) => (k % 1000 === 0 ? cosh(e) : add(e, 1)))), true);
});

test("the number of arguments is that of the parameters", () => {
  assert.is(compile(add(x, y), ["x", "y"], raw).length, 2);
});

test.run();

// The same number; both zeros are one, and all that is not a number is.
function sameNumber(actual: number, expected: number): void {
  assert.ok(actual === expected || Object.is(actual, expected), `${actual} is not ${expected}`);
}
