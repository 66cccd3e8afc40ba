/** The functions that others are measured against, measured against mathjs: slow numbers of 50 digits, at a few points. */
import { all, create, type FactoryFunctionMap } from "mathjs";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { binary32, binary64, exact, exactly, toNumber, ulpsBetween } from "./exact.ts";
import { toBigNumber } from "./minimax.ts";

const { evaluate } = create(all as FactoryFunctionMap, { number: "BigNumber", precision: 50 });

/** The value of a formula in x and y must agree to 40 digits. */
const is = (name: string, formula: string, ...points: readonly (readonly [x: number, y?: number])[]): void =>
  test(`${name} is ${formula}`, () => {
    for (const [x, y = 0] of points) {
      const expected = evaluate(formula, { x: toBigNumber(exactly(x)), y: toBigNumber(exactly(y)) });
      const value = toBigNumber((exact[name] ?? missing)(x, y));
      const error = value.sub(expected).div(expected).abs().toNumber();
      assert.ok(error < 1e-40, `${name}(${x}, ${y}) is off by ${error}`);
    }
  });

is("exp", "exp(x)", [-745.1], [0.001]);
is("expm1", "exp(x) - 1", [0.3], [-3]);
is("log", "log(x)", [5e-324], [0.7]);
is("log1p", "log(1 + x)", [0.25], [-0.999]);
is("tanh", "tanh(x)", [0.3], [-7]);
is("sigmoid", "1 / (1 + exp(-x))", [2], [-60]);
is("softplus", "log(1 + exp(x))", [2], [-12]);
is("logaddexp", "log(exp(x) + exp(y))", [1, 2], [-3, 7]);
is("hypot", "sqrt(x^2 + y^2)", [3, 5], [1e-200, 1e-201]);
is("sin", "sin(x)", [99_999.5], [Math.PI]);
is("cos", "cos(x)", [-99_999.5], [Math.PI / 2]);

test("an error is counted in units in the last place, of subnormal numbers too, and overflow is right or wrong", () => {
  assert.is(ulpsBetween(1 + 2 ** -52, exactly(1), binary64), 1);
  assert.is(ulpsBetween(1 - 2 ** -53, exactly(1), binary64), 0.5);
  assert.is(ulpsBetween(2 ** -1074, exactly(2 ** -1073), binary64), 1);
  assert.is(ulpsBetween(1, exactly(1 + 2 ** -24), binary32), 0.5);
  assert.is(ulpsBetween(Infinity, { mantissa: 3n, exponent: 2000 }, binary64), 0);
  assert.is(ulpsBetween(-Infinity, { mantissa: 3n, exponent: 2000 }, binary64), Infinity);
  assert.ok(ulpsBetween(Infinity, exactly(Number.MAX_VALUE), binary64) >= 1);
  assert.is(ulpsBetween(Number.NaN, exactly(1), binary64), Infinity);
});

test("a double as a big number is the same double again", () => {
  for (const x of [1, -0.1, 5e-324, 1.7e308, 0]) assert.is(toNumber(exactly(x)), x);
});

test.run();

function missing(): never {
  throw new Error("no such function");
}
