/** Bytes that grow: numbers in the variable-length form of the WebAssembly binary format (LEB128), and lists of bytes. */
export interface Bytes {
  readonly length: () => number;
  readonly byte: (value: number) => void;
  readonly list: (values: ArrayLike<number>) => void;
  /** A whole number from 0 to 2^32 - 1. */
  readonly unsigned: (value: number) => void;
  /** The same with its length before it. */
  readonly counted: (values: ArrayLike<number>) => void;
  /** A name, as UTF-8 with its length before it. */
  readonly text: (value: string) => void;
  /** Puts a whole number below 2^32 at a place where five bytes were left for it. */
  readonly patch: (place: number, value: number) => void;
  /** What was written so far, without a copy. */
  readonly view: () => Uint8Array;
}

export function createBytes(capacity = 256): Bytes {
  let data = new Uint8Array(capacity);
  let length = 0;
  const reserve = (count: number): void => {
    if (length + count <= data.length) return;
    const larger = new Uint8Array(Math.max(2 * data.length, length + count));
    larger.set(data);
    data = larger;
  };
  const byte = (value: number): void => {
    reserve(1);
    data[length++] = value;
  };
  const list = (values: ArrayLike<number>): void => {
    reserve(values.length);
    // Most lists are of a few bytes, for which a loop is faster than a call.
    if (values.length > 32) data.set(values, length);
    else for (let i = 0; i < values.length; i++) data[length + i] = values[i] as number;
    length += values.length;
  };
  const unsigned = (value: number): void => {
    if (value < 0x80) byte(value);
    else list(unsignedBytes(value));
  };
  const counted = (values: ArrayLike<number>): void => {
    unsigned(values.length);
    list(values);
  };
  return {
    length: () => length,
    byte,
    list,
    unsigned,
    counted,
    text: value => counted(utf8(value)),
    patch: (place, value) => {
      for (let i = 0; i < 5; i++) data[place + i] = ((value / 128 ** i) & 0x7f) | (i < 4 ? 0x80 : 0);
    },
    view: () => data.subarray(0, length),
  };
}

/** A whole number from 0 to 2^32 - 1, seven bits a byte, the lowest first. */
export function unsignedBytes(value: number): readonly number[] {
  const bytes: number[] = [];
  let rest = value >>> 0;
  do {
    const low = rest & 0x7f;
    rest >>>= 7;
    bytes.push(rest === 0 ? low : low | 0x80);
  } while (rest !== 0);
  return bytes;
}

/** A whole number from -2^31 to 2^31 - 1; the last byte holds the sign in its seventh bit. */
export function signedBytes(value: number): readonly number[] {
  const bytes: number[] = [];
  let rest = value | 0;
  for (;;) {
    const low = rest & 0x7f;
    rest >>= 7;
    const isLast = rest === ((low & 0x40) === 0 ? 0 : -1);
    bytes.push(isLast ? low : low | 0x80);
    if (isLast) return bytes;
  }
}

// TextEncoder is no part of the language, and our only names are ASCII; of others, the code points by hand.
function utf8(text: string): readonly number[] {
  const bytes: number[] = [];
  for (const letter of text) {
    const code = letter.codePointAt(0) ?? 0;
    if (code < 0x80) bytes.push(code);
    else if (code < 0x800) bytes.push(0xc0 | (code >> 6), tail(code));
    else if (code < 0x10000) bytes.push(0xe0 | (code >> 12), tail(code >> 6), tail(code));
    else bytes.push(0xf0 | (code >> 18), tail(code >> 12), tail(code >> 6), tail(code));
  }
  return bytes;
}

const tail = (code: number): number => 0x80 | (code & 0x3f);
