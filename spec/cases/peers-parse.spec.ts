/** Formulas that the tests of other parsers give a value to: equal to four digits, as some of the values are given. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { evaluate } from "../../lib/evaluate.ts";
import { parse } from "../../lib/syntax/parse.ts";
import { accounts } from "../support/accounts.ts";
import { readCases } from "../support/cases.ts";

interface Case {
  readonly peer: string;
  readonly input: string;
  readonly scope: Readonly<Record<string, number>>;
  readonly value: number;
  readonly mathjsValue?: number | string;
  readonly features: readonly string[];
}

const cases = readCases<Case>("peers-parse.jsonl");

if (cases !== undefined) {
  test(`${cases.length} formulas have the values that other parsers assert`, () => {
    const account = accounts("values");
    for (const one of cases) {
      const reason = reasonAgainst(one);
      if (reason !== undefined) account.notClaimed(reason);
      else {
        const expected = expectedOf(one);
        account.judge(`${one.input} (${one.peer})`, 1e-4 * Math.max(1, Math.abs(expected)), () =>
          Math.abs(evaluate(parse(one.input), one.scope) - expected),
        );
      }
    }
    assert.equal(account.close(), []);
  });
}

test.run();

/** What a case asks for that is not promised. */
function reasonAgainst({ input, features }: Case): string | undefined {
  if (features.includes("call-without-parentheses")) return "a function is called with parentheses";
  if (input.includes("/*")) return "a comment begins with # and ends with its line";
  if (input === "(-25)^(1/5)") {
    return "a negative number to a broken power is NaN, as with Math.pow; its real root is nthRoot(-25, 5)";
  }
  return undefined;
}

// Where mathjs has another value than the peer, a formula means what it means to mathjs.
const expectedOf = ({ value, mathjsValue }: Case): number => (typeof mathjsValue === "number" ? mathjsValue : value);
