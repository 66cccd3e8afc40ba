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
  checkError(thrown, code, words);
}

/** The same of a promise; it comes to the error. */
export async function rejects(
  promise: Promise<unknown>,
  code: ErrorCode,
  ...words: readonly string[]
): Promise<FluxionError> {
  const outcome = await promise.then(
    result => ({ result }),
    (error: unknown) => ({ error }),
  );
  if ("error" in outcome) return checkError(outcome.error, code, words);
  throw new Error(`expected the error ${code}, got the result ${String(outcome.result)}`);
}

function checkError(thrown: unknown, code: ErrorCode, words: readonly string[]): FluxionError {
  if (!(thrown instanceof FluxionError)) throw thrown;
  assert.is(thrown.code, code, thrown.message);
  for (const word of words) assert.ok(thrown.message.includes(word), `"${thrown.message}" does not mention ${word}`);
  return thrown;
}
