/** Texts that the tests of other parsers call malformed: each is an error with a code and a place within the text. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { FluxionError } from "../../lib/expression/error.ts";
import { parse } from "../../lib/syntax/parse.ts";
import { accounts } from "../support/accounts.ts";
import { readCases } from "../support/cases.ts";

interface Case {
  readonly peer: string;
  readonly input: string;
  readonly class: "malformed" | "unknown variable" | "rejected by this peer only";
}

const cases = readCases<Case>("parse-bad.jsonl");

if (cases !== undefined) {
  test(`of ${cases.length} bad texts, the malformed are errors with a place`, () => {
    const account = accounts("errors");
    for (const one of cases) {
      if (one.class === "unknown variable") account.notClaimed("a variable needs no value to be read");
      else if (one.class !== "malformed") account.notClaimed(one.class);
      else account.holds(`${JSON.stringify(one.input)} (${one.peer})`, () => refuses(one.input));
    }
    assert.equal(account.close(), []);
  });
}

test.run();

function refuses(text: string): void {
  const error = errorOf(text);
  if (!(error instanceof FluxionError)) throw error ?? new Error("it was read");
  const { start = -1, end = -1 } = error.span ?? {};
  if (!(0 <= start && start <= end && end <= text.length)) throw new Error(`its place is ${start} to ${end}`);
}

function errorOf(text: string): unknown {
  try {
    parse(text);
  } catch (error) {
    return error;
  }
  return undefined;
}
