/** What gzip compressed comes back, or is refused. */
import { gzipSync } from "node:zlib";
import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { decompress } from "../../lib/data/index.ts";
import { FluxionError } from "../../lib/expression/error.ts";
import { numRuns } from "../support/runs.ts";

const rejects = async (bytes: Uint8Array, words: string, maxBytes?: number): Promise<void> => {
  const thrown = await decompress(bytes, maxBytes === undefined ? {} : { maxBytes }).catch((error: unknown) => error);
  assert.instance(thrown, FluxionError);
  if (!(thrown instanceof FluxionError)) return;
  assert.is(thrown.code, "bad-data");
  assert.ok(thrown.message.includes(words), thrown.message);
};

test("compressed and decompressed, bytes are what they were", async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 3000 }), async bytes => {
      assert.equal(await decompress(gzipSync(bytes)), bytes);
    }),
    { numRuns: Math.ceil(numRuns / 4) },
  );
});

test("bytes that are not compressed come back as they are", async () => {
  const bytes = Uint8Array.of(0, 0, 8, 1);
  assert.is(await decompress(bytes), bytes);
});

test("a part of them, and damaged ones, are refused", async () => {
  const bytes = gzipSync(Uint8Array.from({ length: 1000 }, (_, i) => (i * i) % 251));
  for (const length of [4, 20, bytes.length - 1]) await rejects(bytes.subarray(0, length), `the ${length} bytes`);
  const damaged = Uint8Array.from(bytes);
  damaged[damaged.length - 6] = (damaged[damaged.length - 6] ?? 0) ^ 1;
  await rejects(damaged, "damaged");
});

test("what becomes larger than the limit is refused before it is whole", async () => {
  const bytes = gzipSync(new Uint8Array(1e6));
  await rejects(bytes, "more than 1000 bytes", 1000);
  assert.is((await decompress(bytes, { maxBytes: 1e6 })).length, 1e6);
});

test.run();
