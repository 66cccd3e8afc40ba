import { FluxionError } from "../expression/error.ts";
import { sizeOf } from "../expression/values.ts";
import type { DataArray, Elements } from "./array.ts";
import { checkLength, count, plainBytes } from "./bytes.ts";

/**
 * The array that a file in the format IDX holds: of bytes, integers or floating-point numbers, with any number of
 * dimensions.
 *
 * Throws `bad-data`, with what is there and what is needed, for anything but exactly one array with at least one element.
 * Format: Y. LeCun, C. Cortes, C. J. C. Burges, The MNIST database of handwritten digits.
 */
export function readIdx(bytes: Uint8Array): DataArray {
  const { length } = plainBytes(bytes, "an IDX file");
  if (length < 4) throw new FluxionError("bad-data", `an IDX file begins with 4 bytes, this has ${length}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, length);
  const [type, dimensions] = [elementTypes.get(view.getUint8(2)), view.getUint8(3)];
  if (view.getUint16(0) !== 0 || type === undefined || dimensions === 0) throw wrongMagic(view.getUint32(0));
  const header = 4 + 4 * dimensions;
  if (length < header) {
    throw new FluxionError(
      "bad-data",
      `an IDX file of ${count(dimensions, "dimension")} has a header of ${header} bytes, this has ${length}`,
    );
  }
  const shape = Array.from({ length: dimensions }, (_, axis) => view.getUint32(4 + 4 * axis));
  const size = sizeOf(shape);
  if (shape.includes(0)) throw new FluxionError("bad-data", `an IDX file of the shape [${shape}] has no elements`);
  checkLength(`an IDX file of ${type.name} of the shape [${shape}]`, length, header + size * type.bytes);
  return { shape, data: type.read(view, header, size) };
}

interface ElementType {
  readonly name: string;
  readonly bytes: number;
  readonly read: (view: DataView, at: number, size: number) => Elements;
}

// The numbers of the file are big-endian, those of typed arrays as the machine has them.
const elementTypes: ReadonlyMap<number, ElementType> = new Map([
  [
    0x08,
    {
      name: "bytes",
      bytes: 1,
      read: (view, at, size) => new Uint8Array(view.buffer, view.byteOffset + at, size).slice(),
    },
  ],
  [0x09, { name: "signed bytes", bytes: 1, read: filled(Int8Array, (view, at) => view.getInt8(at)) }],
  [0x0b, { name: "16-bit integers", bytes: 2, read: filled(Int16Array, (view, at) => view.getInt16(at)) }],
  [0x0c, { name: "32-bit integers", bytes: 4, read: filled(Int32Array, (view, at) => view.getInt32(at)) }],
  [0x0d, { name: "32-bit numbers", bytes: 4, read: filled(Float32Array, (view, at) => view.getFloat32(at)) }],
  [0x0e, { name: "64-bit numbers", bytes: 8, read: filled(Float64Array, (view, at) => view.getFloat64(at)) }],
]);

interface ElementsConstructor {
  readonly BYTES_PER_ELEMENT: number;
  new (size: number): Elements;
}

function filled(Typed: ElementsConstructor, get: (view: DataView, at: number) => number): ElementType["read"] {
  return (view, start, size) => {
    const data = new Typed(size);
    for (let i = 0; i < size; i++) data[i] = get(view, start + i * Typed.BYTES_PER_ELEMENT);
    return data;
  };
}

const wrongMagic = (magic: number): FluxionError =>
  new FluxionError(
    "bad-data",
    `an IDX file begins with 0, 0, an element type (8, 9, 11, 12, 13 or 14) and a number of dimensions, ` +
      `such as 2051 for images and 2049 for labels as one number; this begins with ${magic}`,
  );
