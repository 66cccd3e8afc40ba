/** The rows against mathjs, where it has a function of the same meaning. */
import * as mathjs from "mathjs";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { functions } from "../../lib/expression/functions.ts";

/** mathjs's names for our rows, where they are others. */
const theirs: Readonly<Record<string, string>> = {
  sub: "subtract",
  mul: "multiply",
  div: "divide",
  neg: "unaryMinus",
  less: "smaller",
  lessOrEqual: "smallerEq",
  greater: "larger",
  greaterOrEqual: "largerEq",
  notEqual: "unequal",
};

/** What mathjs has not, or means otherwise. */
const ours = new Set([
  "sigmoid",
  "softplus",
  "logaddexp",
  "relu",
  "step",
  "clip",
  "erfc",
  "digamma",
  "polygamma",
  "conditional",
]);

const names = [...functions.keys()].filter(name => !ours.has(name));
const coordinates = [
  -30.5, -7.25, -3, -2.5, -2, -1.5, -1, -0.75, -0.5, -0.1, 0, 0.1, 0.5, 0.75, 1, 1.5, 2, 2.5, 3, 7.25, 30.5,
];
const orders = [1, 2, 3, 4, 5];

/** mathjs computes gamma and its like to eleven digits, the rest to thirteen at least. */
const toleranceOf = (name: string): number => (["gamma", "lgamma", "factorial"].includes(name) ? 1e-10 : 1e-13);

/** Where the two differ on purpose. */
function differs(name: string, [x = 0, y = 0]: readonly number[]): boolean {
  // mathjs: x mod 0 is x, and a quotient that is nearly whole counts as whole; ours is the remainder of the doubles.
  if (name === "mod") return !Number.isInteger(4 * y) || y === 0;
  // mathjs: the factorial of a negative number is an error, where ours is gamma(x + 1).
  if (name === "factorial") return x < 0;
  // mathjs: Infinity at the poles, on whose sides the values have different signs; ours is NaN.
  if (name === "gamma") return x <= 0 && Number.isInteger(x);
  // mathjs: NaN for negative numbers; ours is the logarithm of the absolute value.
  if (name === "lgamma") return x <= 0;
  return false;
}

for (const name of names) {
  test(`${name} is what mathjs has`, () => {
    const row = functions.get(name);
    const reference: unknown = Reflect.get(mathjs, theirs[name] ?? name);
    assert.ok(row !== undefined && reference !== undefined, `mathjs has no ${theirs[name] ?? name}`);
    let compared = 0;
    for (const args of grid(row.arity, row.order)) {
      if (differs(name, args)) continue;
      const expected = real(() => (typeof reference === "function" ? reference(...args) : reference));
      if (expected === undefined) continue;
      const value = row.evaluate(...args);
      compared++;
      const isClose =
        value === expected ||
        (Number.isNaN(value) && Number.isNaN(expected)) ||
        Math.abs(value - expected) <= toleranceOf(name) * Math.max(1, Math.abs(expected));
      assert.ok(isClose, `${name}(${args}) is ${value}, but ${expected} in mathjs`);
    }
    assert.ok(compared >= grid(row.arity, row.order).length / 4, `only ${compared} points could be compared`);
  });
}

test.run();

function grid(arity: number, order: number | undefined): readonly (readonly number[])[] {
  let points: readonly (readonly number[])[] = [[]];
  for (let i = 0; i < arity; i++)
    points = points.flatMap(point => (i === order ? orders : coordinates).map(x => [...point, x]));
  return points;
}

/** A result of mathjs as a number: where it is complex, or an even root refuses a negative number, ours is NaN. */
function real(compute: () => unknown): number | undefined {
  let result: unknown;
  try {
    result = compute();
  } catch (error) {
    if (String(error).includes("Root must be odd")) return Number.NaN;
    throw error;
  }
  if (typeof result === "number") return result;
  if (typeof result === "boolean") return result ? 1 : 0;
  return mathjs.isComplex(result) ? Number.NaN : undefined;
}
