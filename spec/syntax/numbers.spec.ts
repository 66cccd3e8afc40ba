import * as fc from "fast-check";
import * as mathjs from "mathjs";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { readNumber } from "../../lib/syntax/numbers.ts";

const runs = Number(process.env.FC_RUNS ?? 200);

/** The value and the rest of the text behind the number that it begins with. */
const read = (text: string): readonly [value: number, rest: string] | string | undefined => {
  const literal = readNumber(text, 0);
  if (literal === undefined) return undefined;
  return literal.problem ?? [literal.value, text.slice(literal.end)];
};

test("decimal numbers", () => {
  assert.equal(read("12"), [12, ""]);
  assert.equal(read("003.200"), [3.2, ""]);
  assert.equal(read(".5x"), [0.5, "x"]);
  assert.equal(read("3.+x"), [3, "+x"]);
  assert.equal(read("1e3"), [1000, ""]);
  assert.equal(read("1.E-2"), [0.01, ""]);
  assert.equal(read("2e+5e"), [2e5, "e"]);
  assert.equal(read("2ex"), [2, "ex"]);
  assert.equal(read("3.2.2"), [3.2, ".2"]);
  assert.equal(read("9007199254740993"), [9007199254740992, ""]);
  assert.equal(read("1e999"), [Number.POSITIVE_INFINITY, ""]);
});

test("a point before a sign belongs to the operator", () => {
  assert.equal(read("2.*x"), [2, ".*x"]);
  assert.equal(read("2./x"), [2, "./x"]);
  assert.equal(read("2.5.^x"), [2.5, ".^x"]);
  assert.equal(read("2e5.*x"), [2e5, ".*x"]);
});

test("binary, octal and hexadecimal numbers", () => {
  assert.equal(read("0xABCDEF"), [0xabcdef, ""]);
  assert.equal(read("0b1.1"), [1.5, ""]);
  assert.equal(read("0x1.8"), [1.5, ""]);
  assert.equal(read("0o17.4 k"), [15.5, " k"]);
  assert.equal(read("0b1.*k"), [1, "*k"]);
  assert.equal(read("0x1fffffffffffff"), [9007199254740991, ""]);
});

test("what is no number, or a wrong one", () => {
  for (const text of ["", ".", ".e3", "x", "-1", "٣"]) assert.is(read(text), undefined);
  for (const text of [
    "2e+",
    "2e-x",
    "2e.5",
    "1e5.2",
    "3.2e2.2",
    "0x",
    "0b0a",
    "0o8",
    "0x1k",
    "0x.8",
    "0b1.2",
    "0x12i8",
  ])
    assert.type(read(text), "string", text);
});

test("a number that JavaScript writes is read as itself", () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true, min: 0 }), value => {
      assert.equal(read(String(value)), [value, ""]);
    }),
    { numRuns: runs },
  );
});

test("a number in another base has mathjs's value, to rounding where it has a fraction", () => {
  const prefixes = new Map([
    [2, "0b"],
    [8, "0o"],
    [16, "0x"],
  ]);
  const digits = (radix: number, minLength: number) =>
    fc.array(
      fc.integer({ min: 0, max: radix - 1 }).map(digit => digit.toString(radix)),
      { minLength, maxLength: 20 },
    );
  const literal = fc
    .constantFrom(2, 8, 16)
    .chain(radix => fc.tuple(fc.constant(prefixes.get(radix)), digits(radix, 1), fc.option(digits(radix, 0))))
    .map(([prefix, whole, part]) => `${prefix}${whole.join("")}${part === null ? "" : `.${part.join("")}`}`);
  fc.assert(
    fc.property(literal, text => {
      const [value, rest] = read(text) as [number, string];
      const theirs = mathjs.evaluate(text);
      assert.is(rest, "");
      // mathjs adds the digits up from the left, we from the right, which rounds less.
      assert.ok(Math.abs(value - theirs) <= 2e-15 * theirs, `${text} is ${value}, and for mathjs ${theirs}`);
    }),
    { numRuns: runs },
  );
});

test.run();
