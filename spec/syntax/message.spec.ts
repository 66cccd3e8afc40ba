import { test } from "uvu";
import * as assert from "uvu/assert";
import { errorAt } from "../../lib/syntax/message.ts";
import { parse } from "../../lib/syntax/parse.ts";

/** The lines of the excerpt that a message ends with. */
const excerpt = (text: string, start: number): readonly string[] =>
  errorAt("syntax", "wrong", text, { start, end: start + 1 })
    .message.split("\n")
    .slice(2);

const messageOf = (text: string): string => {
  try {
    return `no error: ${parse(text)}`;
  } catch (error) {
    return String((error as Error).message);
  }
};

test("a message says what was found, what was expected, and where", () => {
  assert.is(messageOf("4*+"), "found the end of the text, expected a value\n\n  4*+\n     ^");
  assert.is(
    messageOf("1 + snh(x)"),
    "snh is no function; did you mean sinh?; for a product write * before the parenthesis\n\n  1 + snh(x)\n      ^",
  );
});

test("of a text of several lines, the line is shown with its number", () => {
  assert.equal(excerpt("x +\ny *\n  z", 10), ["3 |   z", "      ^"]);
});

test("a tab is shown as one space", () => {
  assert.equal(excerpt("\t\tx @", 4), ["    x @", "      ^"]);
});

test("a character outside the basic plane is one column", () => {
  assert.equal(excerpt("𝒜 + 𝒜 @", 8), ["  𝒜 + 𝒜 @", "        ^"]);
});

test("a long line is cut on both sides", () => {
  for (const filler of ["x", "𝒜"]) {
    const text = `${filler.repeat(1000)}@${filler.repeat(1000)}`;
    const [line = "", caret = ""] = excerpt(text, 1000 * filler.length);
    assert.is([...line].length, 2 + 1 + 40 + 40 + 1);
    assert.is([...line].indexOf("@"), caret.indexOf("^"));
    assert.match(line, /^ {2}….*…$/u);
  }
});

test("a line that just fits is not cut", () => {
  const text = `${"x".repeat(40)}@${"y".repeat(39)}`;
  assert.equal(excerpt(text, 40), [`  ${text}`, `${" ".repeat(42)}^`]);
});

test("the caret stands behind the text where that ends too early", () => {
  assert.equal(excerpt("x +", 3), ["  x +", "     ^"]);
});

test.run();
