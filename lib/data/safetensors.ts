import { FluxionError } from "../expression/error.ts";
import { describe } from "../expression/expression.ts";
import { sizeOf } from "../expression/values.ts";
import { checkElements, type DataArray, type Elements } from "./array.ts";
import { checkLength, count, plainBytes } from "./bytes.ts";

/** What a safetensors file holds: arrays by name, and texts by name. An array without axes is a scalar. */
export interface NamedArrays {
  readonly arrays: ReadonlyMap<string, DataArray>;
  readonly metadata: ReadonlyMap<string, string>;
}

/**
 * The bytes of a safetensors file: 8 bytes that tell how long a header in JSON is, the header, and all elements, little-endian.
 * What differs in no bit gives the same bytes. Throws `bad-value` for an array called `__metadata__`, which the format has for
 * itself, for a name or text that Unicode does not know, and where a shape does not fit its elements.
 *
 * Format: Hugging Face, Safetensors, "Format".
 */
export function writeSafetensors({ arrays, metadata = new Map() }: Partial<NamedArrays>): Uint8Array {
  // The widest elements first, so that each array begins where its elements may lie; then by name, so that no order matters.
  const list = [...(arrays ?? [])].map(([name, array]) => ({ name, ...checkedArray(name, array) }));
  list.sort((left, right) => right.type.bytes - left.type.bytes || (left.name < right.name ? -1 : 1));
  let end = 0;
  const entries = list.map(({ name, type, shape, data }) => {
    const start = end;
    end += data.byteLength;
    return [name, { dtype: type.name, shape, data_offsets: [start, end] }] as const;
  });
  for (const [name, text] of metadata) checkText(name, text);
  const about = metadata.size === 0 ? [] : [[reserved, Object.fromEntries(metadata)] as const];
  const header = encoded(JSON.stringify(Object.fromEntries([...about, ...entries])));
  const bytes = new Uint8Array(8 + header.length + end);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(header.length), true);
  bytes.set(header, 8);
  let at = 8 + header.length;
  for (const { data } of list) {
    bytes.set(inFileOrder(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), data.BYTES_PER_ELEMENT), at);
    at += data.byteLength;
  }
  return bytes;
}

/**
 * The arrays and texts of a safetensors file. Integers of 64 bits become doubles, all others keep their type; F16, BF16, BOOL
 * and unsigned integers of more than 8 bits are not read.
 *
 * Throws `bad-data` unless the arrays fill the file without overlap and without a hole, each with as many bytes as its type and
 * its shape ask for; with what is there and what is needed.
 */
export function readSafetensors(bytes: Uint8Array): NamedArrays {
  const { length } = plainBytes(bytes, what);
  if (length < 8) throw new FluxionError("bad-data", `${what} begins with 8 bytes, this has ${length}`);
  const header = Number(new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true));
  if (header > longestHeader) {
    throw new FluxionError(
      "bad-data",
      `${what} begins with the length of its header, at most ${longestHeader}; this begins with ${header}`,
    );
  }
  if (length < 8 + header) {
    throw new FluxionError(
      "bad-data",
      `${what} with a header of ${header} bytes is truncated: it has ${count(length, "byte")} and needs at least ${8 + header}`,
    );
  }
  const { entries, metadata } = readHeader(bytes.subarray(8, 8 + header));
  const needed = Math.max(0, ...entries.map(({ end }) => end));
  checkLength(`${what} of ${count(entries.length, "array")}`, length, 8 + header + needed);
  checkFilled(entries);
  const arrays = entries.map(({ name, type, shape, start, end }) => {
    const own = inFileOrder(bytes.subarray(8 + header + start, 8 + header + end), type.bytes);
    return [name, { shape, data: type.read(own.buffer, name) }] as const;
  });
  return { arrays: new Map(arrays), metadata };
}

const what = "a safetensors file";
const reserved = "__metadata__";
// The format's own limit.
const longestHeader = 100_000_000;

interface ElementType {
  readonly name: string;
  readonly bytes: number;
  /** The typed arrays that are written as this type. */
  readonly from?: new (
    buffer: ArrayBuffer,
  ) => Elements;
  readonly read: (buffer: ArrayBuffer, name: string) => Elements;
}

const elementsOf = (name: string, from: (new (buffer: ArrayBuffer) => Elements) & { BYTES_PER_ELEMENT: number }) => ({
  name,
  bytes: from.BYTES_PER_ELEMENT,
  from,
  read: (buffer: ArrayBuffer) => new from(buffer),
});

const elementTypes: readonly ElementType[] = [
  elementsOf("F64", Float64Array),
  elementsOf("F32", Float32Array),
  elementsOf("I32", Int32Array),
  elementsOf("I16", Int16Array),
  elementsOf("I8", Int8Array),
  elementsOf("U8", Uint8Array),
  { name: "I64", bytes: 8, read: (buffer, name) => Float64Array.from(new BigInt64Array(buffer), safe(name)) },
];

const safe =
  (name: string) =>
  (integer: bigint): number => {
    const number = Number(integer);
    if (Number.isSafeInteger(number)) return number;
    throw new FluxionError("bad-data", `the array ${name} holds ${integer}, which no double holds`);
  };

function checkedArray(name: string, array: DataArray): DataArray & { readonly type: ElementType } {
  checkElements(array, `the array ${name}`);
  if (name === reserved) {
    throw new FluxionError("bad-value", `no array of ${what} may be called ${reserved}: there the format keeps texts`);
  }
  checkText(name, "");
  const type = elementTypes.find(({ from }) => from !== undefined && array.data instanceof from);
  if (type !== undefined) return { ...array, type };
  throw new FluxionError("bad-value", `the array ${name} has elements that are not written to ${what}`);
}

// JSON would write half a character as an escape that most readers refuse.
function checkText(name: string, text: string): void {
  if (typeof text !== "string" || !isWellFormed(name) || !isWellFormed(text)) {
    throw new FluxionError("bad-value", `what is written under ${JSON.stringify(name)} is no text of whole characters`);
  }
}

const isWellFormed = (text: string): boolean => !/\p{Surrogate}/u.test(text);

/** As UTF-8, filled with spaces up to a multiple of 8 bytes. */
function encoded(text: string): Uint8Array {
  const bytes = new TextEncoder().encode(text);
  const padded = new Uint8Array(Math.ceil(bytes.length / 8) * 8).fill(0x20);
  padded.set(bytes);
  return padded;
}

interface Entry {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: readonly number[];
  readonly start: number;
  readonly end: number;
}

function readHeader(bytes: Uint8Array): {
  readonly entries: readonly Entry[];
  readonly metadata: ReadonlyMap<string, string>;
} {
  const header = parsed(bytes);
  if (!isRecord(header))
    throw new FluxionError("bad-data", `the header of ${what} is an object, got ${describe(header)}`);
  const { [reserved]: about = {}, ...arrays } = header;
  if (!isRecord(about)) {
    throw new FluxionError("bad-data", `${reserved} in ${what} is an object of texts, got ${describe(about)}`);
  }
  const metadata = Object.entries(about).map(([name, text]) => {
    if (typeof text === "string") return [name, text] as const;
    throw new FluxionError("bad-data", `${reserved} in ${what} holds texts, but ${name} is ${describe(text)}`);
  });
  return { entries: Object.entries(arrays).map(entryOf), metadata: new Map(metadata) };
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch (error) {
    throw new FluxionError("bad-data", `the header of ${what} is no JSON in UTF-8: ${reasonOf(error)}`);
  }
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function entryOf([name, about]: readonly [string, unknown]): Entry {
  const { dtype, shape, data_offsets: offsets }: Readonly<Record<string, unknown>> = isRecord(about) ? about : {};
  const type = elementTypes.find(each => each.name === dtype);
  if (type === undefined) {
    const known = elementTypes.map(each => each.name).join(", ");
    throw new FluxionError("bad-data", `the array ${name} has elements of the type ${said(dtype)}, not of ${known}`);
  }
  if (!isNaturals(shape)) {
    throw new FluxionError(
      "bad-data",
      `the shape of the array ${name} is a list of natural numbers, got ${said(shape)}`,
    );
  }
  const [start = 0, end = 0] = isNaturals(offsets) ? offsets : [];
  if (!isNaturals(offsets) || offsets.length !== 2 || end < start) {
    throw new FluxionError("bad-data", `the array ${name} lies from one place to a later one, got ${said(offsets)}`);
  }
  const needs = type.bytes * sizeOf(shape);
  if (end - start === needs) return { name, type, shape, start, end };
  throw new FluxionError(
    "bad-data",
    `the array ${name}, ${type.name} of the shape [${shape}], needs ${needs} bytes; its place has ${end - start}`,
  );
}

function checkFilled(entries: readonly Entry[]): void {
  let [before, end] = ["the header", 0];
  for (const next of [...entries].sort((left, right) => left.start - right.start || left.end - right.end)) {
    if (next.start !== end) {
      const fault = next.start < end ? "overlaps" : "leaves a hole after";
      throw new FluxionError(
        "bad-data",
        `the array ${next.name}, which begins at ${next.start}, ${fault} ${before}, which ends at ${end}`,
      );
    }
    [before, end] = [next.name, next.end];
  }
}

const said = (value: unknown): string => JSON.stringify(value)?.slice(0, 60) ?? "nothing";

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isNaturals = (value: unknown): value is readonly number[] =>
  Array.isArray(value) && value.every(each => Number.isSafeInteger(each) && each >= 0);

const isLittleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** A copy of the bytes of elements: as a file has them, of those that the machine has, or the other way around. */
function inFileOrder(bytes: Uint8Array, size: number): Uint8Array<ArrayBuffer> {
  const copy = Uint8Array.from(bytes);
  return isLittleEndian ? copy : copy.map((_, i) => bytes[i + size - 1 - 2 * (i % size)] ?? 0);
}
