import { FluxionError } from "../expression/error.ts";
import { isGzip } from "./bytes.ts";

/**
 * The bytes that gzip compressed, by what the platform brings along; bytes that are not compressed come back as they are.
 *
 * Throws `bad-data` if they are damaged or truncated, or if they become more than `maxBytes` (a billion unless said).
 */
export async function decompress(bytes: Uint8Array, { maxBytes = 1e9 }: DecompressOptions = {}): Promise<Uint8Array> {
  if (!isGzip(bytes)) return bytes;
  const parts: Uint8Array[] = [];
  let size = 0;
  // Not every browser can iterate over a stream.
  const reader = streamOf(bytes).pipeThrough(new DecompressionStream("gzip")).getReader();
  try {
    for (let next = await reader.read(); !next.done && size <= maxBytes; next = await reader.read()) {
      size += next.value.length;
      parts.push(next.value);
    }
  } catch (error) {
    throw damaged(bytes.length, error);
  }
  if (size > maxBytes) {
    await reader.cancel();
    throw tooLarge(maxBytes);
  }
  return joined(parts, size);
}

export interface DecompressOptions {
  /** How many bytes there may be in the end. */
  readonly maxBytes?: number;
}

/** The error of compressed bytes that cannot be read. */
export const damaged = (length: number, cause: unknown): FluxionError =>
  new FluxionError(
    "bad-data",
    `the ${length} bytes begin as gzip does, but are damaged or truncated: ${cause instanceof Error ? cause.message : cause}`,
  );

/** The error of compressed bytes that become too many. */
export const tooLarge = (maxBytes: number): FluxionError =>
  new FluxionError("bad-data", `decompressed, this has more than ${maxBytes} bytes, the limit that maxBytes sets`);

const streamOf = (bytes: Uint8Array): ReadableStream<Uint8Array> =>
  new ReadableStream({
    start(controller) {
      controller.enqueue(bytes);
      controller.close();
    },
  });

function joined(parts: readonly Uint8Array[], size: number): Uint8Array {
  const all = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
