import { type Identity, variable } from "../../expression/expression.ts";
import { freeVariables } from "../../expression/fold.ts";
import { add, div, e as euler, exp, log, mul, neg, pow, sqrt, square, sub } from "../../expression/functions.ts";
import { once } from "../once.ts";
import { defineRule, type Rule } from "../rule.ts";

const [x, y, z] = [variable("x"), variable("y"), variable("z")];
const numbers = { y: "constant", z: "constant" } as const;
const positive = { x: "positive", y: "positive" } as const;

// Rules of one name; those without go by their equation. The conditions are those of the letters that a row has.
const rules = (rows: readonly Identity[], name?: string): readonly Rule[] =>
  rows.map(([from, to, where = {}]) => {
    const letters = freeVariables(from);
    const conditions = Object.fromEntries(Object.entries(where).filter(([letter]) => letters.includes(letter)));
    return defineRule({ from, to, where: conditions, ...(name === undefined ? {} : { name }) });
  });

/** What needs no look at the other operand, which need not be simplified to vanish. */
export const annihilations: () => readonly Rule[] = once(() =>
  rules([
    [mul(0, x), 0],
    [pow(x, 0), 1],
  ]),
);

/** The identities of arithmetic that a textbook uses without proof. */
export const elementary: () => readonly Rule[] = once(() => [
  ...rules([
    [add(0, x), x],
    [sub(x, 0), x],
    [sub(0, x), neg(x)],
    [sub(x, x), 0],
    [add(x, neg(x)), 0],
    [mul(1, x), x],
    [mul(-1, x), neg(x)],
    [div(0, x), 0],
    [div(x, 1), x],
    [div(x, -1), neg(x)],
    [div(x, x), 1],
    [pow(x, 1), x],
    [pow(1, x), 1],
    // Signs: outwards, and two make none.
    [neg(neg(x)), x],
    [add(x, neg(y)), sub(x, y)],
    [sub(x, neg(y)), add(x, y)],
    [neg(sub(x, y)), sub(y, x)],
    [mul(neg(x), neg(y)), mul(x, y)],
    [div(neg(x), neg(y)), div(x, y)],
    [mul(neg(x), y), neg(mul(x, y))],
    [div(neg(x), y), neg(div(x, y))],
    [div(x, neg(y)), neg(div(x, y))],
    [pow(neg(x), 2), pow(x, 2)],
    // Other words for the same.
    [pow(x, 0.5), sqrt(x)],
    [square(x), pow(x, 2)],
    [pow(euler, x), exp(x)],
    [pow(sqrt(x), 2), x],
    [mul(exp(x), exp(y)), exp(add(x, y))],
    [div(exp(x), exp(y)), exp(sub(x, y))],
    [pow(exp(x), y), exp(mul(y, x))],
    [div(1, exp(x)), exp(neg(x))],
    [mul(x, div(y, z)), div(mul(x, y), z)],
    [mul(div(x, z), y), div(mul(x, y), z)],
    [div(div(x, y), z), div(x, mul(y, z))],
    [div(x, div(y, z)), div(mul(x, z), y)],
  ]),
  ...rules(
    [
      [add(x, x), mul(2, x)],
      [add(mul(y, x), mul(z, x)), mul(add(y, z), x), numbers],
      [add(mul(y, x), x), mul(add(y, 1), x), numbers],
      [sub(mul(y, x), mul(z, x)), mul(sub(y, z), x), numbers],
      [sub(mul(y, x), x), mul(sub(y, 1), x), numbers],
      [sub(x, mul(y, x)), mul(sub(1, y), x), numbers],
    ],
    "collect like terms",
  ),
  ...rules([[mul(y, mul(z, x)), mul(mul(y, z), x), numbers]], "multiply the numbers"),
  ...rules(
    [
      [mul(x, x), pow(x, 2)],
      [mul(x, pow(x, y)), pow(x, add(y, 1)), numbers],
      [mul(pow(x, y), pow(x, z)), pow(x, add(y, z)), numbers],
      [pow(pow(x, y), z), pow(x, mul(y, z)), { y: "natural", z: "natural" }],
      [pow(mul(x, y), z), mul(pow(x, z), pow(y, z)), { x: "constant", z: "natural" }],
      [div(pow(x, y), pow(x, z)), pow(x, sub(y, z)), numbers],
      [div(pow(x, y), x), pow(x, sub(y, 1)), numbers],
      [div(x, pow(x, y)), pow(x, sub(1, y)), numbers],
    ],
    "combine powers of one base",
  ),
  ...rules(
    [
      [add(div(x, z), div(y, z)), div(add(x, y), z)],
      [sub(div(x, z), div(y, z)), div(sub(x, y), z)],
    ],
    "add fractions of one denominator",
  ),
]);

/** Products of sums as sums. */
export const expansions: () => readonly Rule[] = once(() => [
  ...rules([
    [pow(add(x, y), 2), add(add(pow(x, 2), mul(mul(2, x), y)), pow(y, 2))],
    [pow(sub(x, y), 2), add(sub(pow(x, 2), mul(mul(2, x), y)), pow(y, 2))],
    [mul(add(x, y), sub(x, y)), sub(pow(x, 2), pow(y, 2))],
  ]),
  ...rules(
    [
      [mul(add(x, y), z), add(mul(x, z), mul(y, z))],
      [mul(sub(x, y), z), sub(mul(x, z), mul(y, z))],
      [mul(z, add(x, y)), add(mul(z, x), mul(z, y))],
      [mul(z, sub(x, y)), sub(mul(z, x), mul(z, y))],
    ],
    "multiply out",
  ),
]);

/** Logarithms of fractions and products taken apart, so that exponentials within them come out. */
export const logarithms: () => readonly Rule[] = once(() => [
  ...rules([[sub(1, div(x, y)), div(sub(y, x), y)]], "write as one fraction"),
  ...rules([
    [log(div(1, x)), neg(log(x))],
    [log(div(x, y)), sub(log(x), log(y)), positive],
    [log(mul(x, y)), add(log(x), log(y)), positive],
    [log(pow(x, y)), mul(y, log(x)), { x: "positive" }],
  ]),
]);
