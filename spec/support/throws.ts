import * as assert from "uvu/assert";
import { type ErrorCode, FluxionError } from "../../lib/expression/error.ts";

/** Asserts that `action` throws a FluxionError of this code, whose message holds all of `words`. */
export function throws(action: () => unknown, code: ErrorCode, ...words: readonly string[]): void {
  let thrown: unknown;
  let result: unknown;
  try {
    result = action();
  } catch (error) {
    thrown = error;
  }
  if (thrown === undefined) assert.unreachable(`expected the error ${code}, got the result ${String(result)}`);
  if (!(thrown instanceof FluxionError)) throw thrown;
  assert.is(thrown.code, code, thrown.message);
  for (const word of words) assert.ok(thrown.message.includes(word), `"${thrown.message}" does not mention ${word}`);
}
