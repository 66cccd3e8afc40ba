import { FluxionError } from "../expression/error.ts";
import { describe } from "../expression/expression.ts";

/**
 * The bytes, if they are plain. Throws `bad-data` if there are none or if they are still compressed; `what` says what they
 * were to be.
 */
export function plainBytes(bytes: Uint8Array, what: string): Uint8Array {
  if (!(bytes instanceof Uint8Array)) {
    throw new FluxionError(
      "bad-data",
      `${what} is read from a Uint8Array, such as new Uint8Array(buffer); got ${describe(bytes)}`,
    );
  }
  if (bytes.length === 0) throw new FluxionError("bad-data", `${what} has 0 bytes`);
  if (isGzip(bytes)) {
    throw new FluxionError("bad-data", `${what} is compressed with gzip: give what decompress(bytes) makes of it`);
  }
  return bytes;
}

/** Whether bytes begin as gzip does (RFC 1952, section 2.3.1: two bytes of identification, then the method). */
export const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b && bytes[2] === 8;

/** Throws `bad-data` unless there are as many bytes as are needed. */
export function checkLength(what: string, has: number, needs: number): void {
  if (has === needs) return;
  const fault = has < needs ? "is truncated" : "goes on after its end";
  throw new FluxionError("bad-data", `${what} ${fault}: it has ${count(has, "byte")} and needs ${needs}`);
}

/** So many of something, as text. */
export const count = (number: number, of: string): string => `${number} ${of}${number === 1 ? "" : "s"}`;
