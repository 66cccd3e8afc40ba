import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { variable } from "../../lib/expression/expression.ts";
import { functions } from "../../lib/expression/functions.ts";
import { endOfName, indexWords, isPlainName, keywords, quoteName, writtenName } from "../../lib/expression/names.ts";
import { parse } from "../../lib/syntax/parse.ts";

const runs = Number(process.env.FC_RUNS ?? 200);

const readsAs = (text: string, name: string): boolean => {
  try {
    return parse(text) === variable(name);
  } catch {
    return false;
  }
};

const words = [
  "x",
  "e1",
  "j'",
  "sigma''",
  "_",
  "$a",
  "ϕ",
  "𝒜2",
  "",
  "2x",
  "x y",
  "x'y",
  "×",
  "𝒣",
  "`",
  "\\",
  "x\ny",
  "ﬁ",
  "x²",
];
const name = fc.oneof(
  fc.constantFrom(
    ...words,
    ...keywords,
    ...indexWords,
    ...functions.keys(),
    "ln",
    "E",
    "null",
    "constructor",
    "__proto__",
  ),
  fc.string({ unit: "binary", maxLength: 5 }),
  fc.string({ unit: fc.constantFrom(..."xeπ1_$' `\\𝒜-"), maxLength: 5 }),
);

test("a plain name is one that reads back as its variable", () => {
  fc.assert(
    fc.property(name, text => assert.is(isPlainName(text), readsAs(text.trim() === text ? text : "", text), text)),
    { numRuns: runs * 10 },
  );
});

test("a quoted name always does, and so a written one", () => {
  fc.assert(
    fc.property(name, text => {
      for (const written of [quoteName(text), writtenName(text)]) assert.ok(readsAs(written, text), text);
    }),
    { numRuns: runs * 10 },
  );
});

test("keywords, constants and functions are not plain; words of indices and the names of operators are", () => {
  for (const word of ["and", "mod", "to", "true", "NaN", "PI", "pi", "e", "sin", "ln", "tau"])
    assert.not(isPlainName(word), word);
  for (const word of ["add", "less", "factorial", "conditional", "E", "i", "toString", ...indexWords])
    assert.ok(isPlainName(word), word);
});

test("a name ends where no letter, digit or prime goes on", () => {
  assert.is(endOfName("a1b2'' c", 0), 6);
  assert.is(endOfName("2 + xy", 4), 6);
  assert.is(endOfName("1x", 0), 0);
  assert.is(endOfName("𝒜x", 0), 3);
});

test.run();
