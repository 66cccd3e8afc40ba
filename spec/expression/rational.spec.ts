/** Exact fractions: a field, and the way between them and doubles. */
import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  absolute,
  add,
  approximate,
  compare,
  divide,
  equals,
  exactValue,
  floor,
  greatestCommonDivisor,
  integer,
  isEven,
  isInteger,
  isOne,
  isZero,
  minusOne,
  multiply,
  negate,
  one,
  power,
  type Rational,
  rational,
  root,
  sign,
  subtract,
  toDouble,
  zero,
} from "../../lib/expression/rational.ts";
import { numRuns } from "../support/runs.ts";

const big = fc.oneof(fc.bigInt({ min: -20n, max: 20n }), fc.bigInt({ min: -(2n ** 130n), max: 2n ** 130n }));
const anyRational = fc.tuple(big, big).map(([n, d]) => rational(n, d === 0n ? 1n : d));
const nonzero = anyRational.filter(a => !isZero(a));
const doubles = fc.double({ noNaN: true, noDefaultInfinity: true });

function law<T extends [unknown, ...unknown[]]>(
  name: string,
  arbitraries: { [K in keyof T]: fc.Arbitrary<T[K]> },
  holds: (...args: T) => boolean,
): void {
  test(name, () =>
    fc.assert(
      fc.property(fc.tuple(...arbitraries), args => holds(...(args as T))),
      { numRuns },
    ),
  );
}

const [a3, a2]: [
  [typeof anyRational, typeof anyRational, typeof anyRational],
  [typeof anyRational, typeof anyRational],
] = [
  [anyRational, anyRational, anyRational],
  [anyRational, anyRational],
];

law<[Rational, Rational]>(
  "lowest terms      what is made is in lowest terms, over a positive denominator",
  a2,
  (a, b) =>
    [a, add(a, b), multiply(a, b), negate(a), floor(a)].every(
      r => r.denominator > 0n && greatestCommonDivisor(r.numerator, r.denominator) === 1n,
    ),
);
law<[Rational, Rational]>(
  "commutative       a + b = b + a, a b = b a",
  a2,
  (a, b) => equals(add(a, b), add(b, a)) && equals(multiply(a, b), multiply(b, a)),
);
law<[Rational, Rational, Rational]>(
  "associative       (a + b) + c = a + (b + c), (a b) c = a (b c)",
  a3,
  (a, b, c) =>
    equals(add(add(a, b), c), add(a, add(b, c))) && equals(multiply(multiply(a, b), c), multiply(a, multiply(b, c))),
);
law<[Rational, Rational, Rational]>("distributive      a (b + c) = a b + a c", a3, (a, b, c) =>
  equals(multiply(a, add(b, c)), add(multiply(a, b), multiply(a, c))),
);
law<[Rational]>(
  "neutral           a + 0 = a, 1 a = a, a - a = 0, -1 a = -a",
  [anyRational],
  a =>
    equals(add(a, zero), a) &&
    equals(multiply(one, a), a) &&
    isZero(subtract(a, a)) &&
    equals(multiply(minusOne, a), negate(a)),
);
law<[Rational, Rational]>(
  "inverse           (a / b) b = a, b / b = 1",
  [anyRational, nonzero],
  (a, b) => equals(multiply(divide(a, b), b), a) && isOne(divide(b, b)),
);
law<[Rational, Rational, Rational]>(
  "order             a < b means a + c < b + c and -b < -a",
  a3,
  (a, b, c) => compare(a, b) === compare(add(a, c), add(b, c)) && compare(a, b) === compare(negate(b), negate(a)),
);
law<[Rational]>(
  "sign              |a| is a or -a, and not negative",
  [anyRational],
  a => sign(absolute(a)) >= 0 && equals(multiply(integer(sign(a)), absolute(a)), a),
);
law<[Rational]>(
  "floor             floor(a) <= a < floor(a) + 1",
  [anyRational],
  a => isInteger(floor(a)) && compare(floor(a), a) <= 0 && compare(a, add(floor(a), one)) < 0,
);
law<[Rational, number, number]>(
  "power             a^(m+n) = a^m a^n",
  [nonzero, fc.integer({ min: -6, max: 6 }), fc.integer({ min: -6, max: 6 })],
  (a, m, n) => equals(power(a, BigInt(m + n)), multiply(power(a, BigInt(m)), power(a, BigInt(n)))),
);
law<[Rational, bigint]>(
  "root              root(a^n, n) is a, or |a| for an even n",
  [anyRational, fc.bigInt(1n, 7n)],
  (a, n) => {
    const found = root(power(a, n), n);
    return found !== undefined && equals(found, n % 2n === 0n ? absolute(a) : a);
  },
);
law<[Rational, bigint]>(
  "root              is undefined where no rational is the root",
  [nonzero, fc.bigInt(2n, 7n)],
  (a, n) => {
    const between = add(power(absolute(a), n), rational(1n, 10n ** 400n));
    return root(between, n) === undefined && (n % 2n === 1n || root(negate(power(a, n)), n) === undefined);
  },
);
law<[number]>("double            toDouble(exactValue(x)) is x", [doubles], x =>
  Object.is(toDouble(exactValue(x)), x === 0 ? 0 : x),
);
law<[number]>(
  "double            a subnormal goes there and back",
  [fc.integer({ min: 1, max: 2 ** 31 - 1 })],
  n => toDouble(exactValue(n * Number.MIN_VALUE)) === n * Number.MIN_VALUE,
);
law<[number]>("double            exactValue(x) is what x prints as", [doubles], x => {
  const [mantissa = "", exponent = "0"] = String(Math.abs(x)).split("e");
  const [whole = "", fraction = ""] = mantissa.split(".");
  const digits = rational(BigInt(whole + fraction), 1n);
  const value = multiply(digits, power(integer(10), BigInt(Number(exponent) - fraction.length)));
  return equals(exactValue(x), x < 0 ? negate(value) : value);
});
// No double lies strictly between the fraction and its approximation, so that the two are within one unit.
law<[Rational]>("approximate       is one of the two doubles around", [anyRational], a => {
  const value = approximate(a);
  const off = compare(trueValue(value), a);
  if (off === 0) return true;
  const neighbour = trueValue(off < 0 ? next(value) : -next(-value));
  return off < 0 ? compare(neighbour, a) > 0 : compare(neighbour, a) < 0;
});

test("a tenth is a tenth, and so is what it is not", () => {
  assert.equal(exactValue(0.1), rational(1n, 10n));
  assert.equal(exactValue(-2.5e-7), rational(-1n, 4_000_000n));
  assert.equal(exactValue(1e21), rational(10n ** 21n, 1n));
  assert.equal(exactValue(-0), zero);
  assert.equal(exactValue(5e-324), rational(5n, 10n ** 324n));
  assert.equal(exactValue(Number.MAX_VALUE).denominator, 1n);
});

test("a fraction that no double is has none", () => {
  assert.is(toDouble(rational(1n, 3n)), undefined);
  assert.is(toDouble(rational(1n, 10n)), 0.1);
  assert.is(toDouble(add(exactValue(0.1), exactValue(0.2))), 0.3);
  assert.is(toDouble(rational(10n ** 400n, 1n)), undefined);
  assert.is(toDouble(rational(1n, 10n ** 400n)), undefined);
});

test("a fraction too large or too small for its parts is approximated all the same", () => {
  assert.is(approximate(rational(10n ** 400n, 3n * 10n ** 400n)), 1 / 3);
  assert.is(approximate(rational(10n ** 400n + 1n, 10n ** 395n)), 1e5);
  assert.is(approximate(rational(1n, 10n ** 320n)), 1e-320);
  assert.is(approximate(rational(-(10n ** 500n), 3n)), -Infinity);
  assert.is(approximate(rational(1n, 10n ** 800n)), 0);
});

test("signs, ones and evens", () => {
  assert.equal(rational(3n, -6n), rational(-1n, 2n));
  assert.equal(rational(0n, -7n), zero);
  assert.ok(isEven(integer(-4)) && !isEven(integer(3)) && !isEven(rational(2n, 3n)));
  assert.is(root(integer(-8), 3n)?.numerator, -2n);
  assert.is(root(integer(-4), 2n), undefined);
  assert.is(root(integer(4), 0n), undefined);
  assert.is(root(integer(2), 10n ** 9n), undefined);
  assert.is(root(zero, 5n)?.numerator, 0n);
});

test("a small integer is one object, however it came about: zero and one are asked for by identity", () => {
  const small = fc.integer({ min: -8, max: 8 });
  fc.assert(
    fc.property(small, small, (a, b) => {
      const [x, y] = [integer(a), integer(b)];
      assert.is(add(x, y), integer(a + b));
      assert.is(subtract(x, y), integer(a - b));
      assert.is(multiply(x, y), integer(a * b));
      assert.is(negate(x), integer(-a));
      assert.is(exactValue(a), integer(a));
      assert.is(power(x, 1n), integer(a));
      assert.is(root(power(x, 3n), 3n), integer(a));
      // Out of fractions, too.
      const part = rational(BigInt(a), 7n);
      assert.is(multiply(part, integer(7)), integer(a));
      assert.is(add(part, subtract(x, part)), integer(a));
      assert.is(floor(add(x, rational(1n, 3n))), integer(a));
      if (b !== 0) assert.is(divide(multiply(x, y), y), integer(a));
    }),
    { numRuns },
  );
});

test.run();

/** The binary value of a double, where `exactValue` is the decimal one. */
function trueValue(x: number): Rational {
  let [scaled, shift] = [x, 0n];
  while (!Number.isInteger(scaled)) [scaled, shift] = [scaled * 2, shift + 1n];
  return rational(BigInt(scaled), 2n ** shift);
}

/** The double after `x`. */
function next(x: number): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, x === 0 ? 0 : x);
  view.setBigInt64(0, view.getBigInt64(0) + (x < 0 ? -1n : 1n));
  return view.getFloat64(0);
}
