/** What an editor knows of a user's program. A line that must not type-check says so; `npm run typecheck` holds it to that. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  compile,
  compileGradient,
  defineFunction,
  differentiate,
  type Expr,
  evaluate,
  gradient,
  parse,
  tanh,
  type Values,
  variable,
} from "../lib/index.ts";
import { throws } from "./support/throws.ts";

const e = parse("x^2 * y");

test("a compiled function takes one number for each of its parameters", () => {
  const f: (x: number, y: number) => number = compile(e, ["x", "y"]);
  assert.is(f(3, 2), 18);
  // @ts-expect-error one number is missing
  throws(() => compile(e, ["x", "y"])(3), "bad-value");
  // @ts-expect-error one number too many
  assert.is(compile(e, ["x", "y"])(3, 2, 1), 18);
});

test("names that are known only when the program runs are as many as they are", () => {
  const names: readonly string[] = ["x", "y"];
  const f: (...values: number[]) => number = compile(e, names);
  assert.is(f(3, 2), 18);
  const partials: Readonly<Record<string, Expr>> = gradient(e, names);
  assert.equal(Object.keys(partials), ["x", "y"]);
});

test("a gradient has the names that were asked for, and no others", () => {
  const partials: Readonly<{ x: Expr; y: Expr }> = gradient(e, ["x", "y"]);
  assert.is(evaluate(partials.y, { x: 3 }), 9);
  // @ts-expect-error no derivative by z was asked for
  assert.is(gradient(e, ["x", "y"]).z, undefined);
});

test("the derivative by the reading of an array stands under the name of the array", () => {
  const { W }: { readonly W: Expr } = gradient(parse("sum(j, W[j] * x[j])"), ["W[j]"]);
  assert.is(String(W), "x[j]");
});

test("a constructor takes as many operands as its row", () => {
  const y: Expr = tanh(variable("x"));
  assert.is(String(y), "tanh(x)");
  // @ts-expect-error a text is no operand: parse reads one
  throws(() => tanh("x"), "not-an-expression");
  // @ts-expect-error one operand too many
  throws(() => tanh(1, 2), "arity");
});

test("a function of one's own takes as many operands as its arity says", () => {
  const scaled = defineFunction({
    name: "scaled",
    arity: 2,
    evaluate: (rate, x) => rate * x,
    derivatives: [(_, x) => x, rate => rate],
  });
  assert.is(String(scaled(2, variable("x"))), "scaled(2, x)");
  // @ts-expect-error one operand is missing
  throws(() => scaled(2), "arity");
  // @ts-expect-error a value takes no third number
  throws(() => defineFunction({ name: "f", arity: 2, evaluate: (x, y, z) => x * y * z }), "bad-option");
  // @ts-expect-error a derivative is an expression or a number
  const ofText = defineFunction({ name: "f", arity: 1, evaluate: x => x, derivatives: [() => "1"] });
  throws(() => evaluate(differentiate(ofText("x" as never), "x")), "not-an-expression");
  const arity: number = 3;
  assert.is(String(defineFunction({ name: "f", arity })(1, 2, 3)), "f(1, 2, 3)");
});

test("values are numbers and arrays of numbers, in an object or a map", () => {
  const values: readonly Values[] = [{ x: 2, W: [[1, 2], new Float64Array(2)] }, new Map([["x", 2]])];
  assert.equal(
    values.map(each => evaluate(parse("x + 1"), each)),
    [3, 3],
  );
  // @ts-expect-error a text is no value
  throws(() => evaluate(parse("x"), { x: "2" }), "bad-value");
});

test("the shapes of an expression are told apart by their kind", () => {
  const name = e.kind === "call" ? e.fn.name : e.kind === "variable" ? e.name : "";
  assert.is(name, "mul");
  // @ts-expect-error only a call has a function
  assert.is(variable("x").fn, undefined);
  // @ts-expect-error an expression does not change
  assert.throws(() => (e.args = []));
});

test("the gradient of a compiled loss is filled into an array of doubles", () => {
  const lossAndGradient = compileGradient(e, ["x"], ["y"]);
  const slope = new Float64Array(1);
  const value: number = lossAndGradient([3], slope, [2]);
  assert.equal([value, ...slope], [18, 12]);
  // @ts-expect-error a list is no array of doubles
  const intoList = (): number => lossAndGradient([3], [0], [2]);
  assert.is(intoList(), 18);
});

test.run();
